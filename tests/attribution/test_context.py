"""What is known beyond the words beside a quotation: pronouns, partners, manners."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.pronouns import resolve_pronouns
from narrator.attribution.features.nearby_subjects import COLUMNS as HERE
from narrator.attribution.features.nearby_subjects import SubjectStatistics, resolve_tag_subject
from narrator.attribution.features.pairs import pair_candidates
from narrator.attribution.features.speech_style import COLUMNS as MANNER
from narrator.attribution.features.speech_style import StyleStatistics
from narrator.attribution.features.turn_taking import COLUMNS as TALK
from narrator.attribution.features.turn_taking import TurnStatistics
from narrator.attribution.speech_tags import SpeechTag

PEOPLE = "Ada Vane met Tom Reed. Ada smiled at Tom. Tom smiled at Ada."


def rows_of(context, page, number, candidates):
    """The columns of each candidate for a quotation."""
    persons = np.array([candidates], np.int32)
    columns = context.columns(pair_candidates(page, persons, number))
    return np.concatenate(list(columns)).T.astype(float).tolist()


def numbers(people, *names):
    found = {
        form.words[0].title(): number
        for number, person in enumerate(people.persons)
        for form in person.forms
        if form.words
    }
    return [found[name] for name in names]


MEANT = [
    ("Ada saw Tom. She waved.", "She", "Ada"),
    ("Ada saw Tom. He waved.", "He", "Tom"),
    ("Tom came in. Hugh followed him. Hugh sat down. He waved.", "He", "Hugh"),
    ("Tom went to Hugh. Hugh's dog barked. He waved.", "He", "Tom"),
]


@pytest.mark.parametrize(("text", "pronoun", "name"), MEANT)
def test_a_pronoun_means_whoever_is_most_in_mind(people_of, text, pronoun, name):
    page, people = people_of(f"Hugh Stone came. Hugh laughed. {PEOPLE}\n\n{text}")
    at = len(page.words) - 1 - page.words[::-1].index(pronoun)
    assert resolve_pronouns(page, people).antecedents[at] == numbers(people, name)[0]


def test_a_new_scene_forgets_who_was_spoken_of(people_of):
    page, people = people_of(f"{PEOPLE}\n\nShe waved.")
    page.breaks[-1] = True
    assert page.words.index("She") not in resolve_pronouns(page, people).antecedents


def test_a_pronoun_within_a_quotation_is_nobody_s(people_of):
    page, people = people_of(f'{PEOPLE}\n\n"She waved," said Tom.')
    assert page.words.index("She") not in resolve_pronouns(page, people).antecedents


def test_a_tag_means_a_person_by_name_by_pronoun_or_as_the_teller(people_of):
    page, people = people_of(f'{PEOPLE}\n\nAda rose. "Go," she said.')
    found, at = resolve_pronouns(page, people), page.words.index("she")
    ada = numbers(people, "Ada")[0]
    assert resolve_tag_subject(SpeechTag(ada, "", 2, 0, 1), found, 7) == ada
    assert resolve_tag_subject(SpeechTag(-1, "female", 2, at, at + 2), found, 7) == ada
    assert resolve_tag_subject(SpeechTag(-1, "first", 2, at, at + 2), found, 7) == 7
    assert resolve_tag_subject(None, found, 7) == -1


def test_the_last_to_act_before_a_quotation_stands_out(people_of):
    page, people = people_of(f'{PEOPLE}\n\nTom rose. Ada sat down.\n\n"Go."')
    ada, tom = numbers(people, "Ada", "Tom")
    rows = rows_of(
        SubjectStatistics(page, resolve_pronouns(page, people), [-1]), page, 0, [ada, tom]
    )
    last, count = HERE.index("gap:last"), HERE.index("gap:count")
    assert [row[last] for row in rows] == [1.0, 0.0]
    assert min(row[count] for row in rows) >= 1
    assert all(len(row) == len(HERE) for row in rows)


def exchange_of(people_of, text, speakers):
    page, people = people_of(f"{PEOPLE}\n\n{text}")
    ada, tom = numbers(people, "Ada", "Tom")
    named = [{"A": ada, "T": tom}.get(speaker, -1) for speaker in speakers]
    exchange = TurnStatistics(build_quotation_context(page, people), named, named)
    return lambda number, person: rows_of(exchange, page, number, [person])[0], ada, tom


FOUR = '"One."\n\n"Two."\n\n"Three."\n\n"Four."'


def test_those_who_have_talked_to_each_other_are_expected_to_again(people_of):
    columns, ada, tom = exchange_of(people_of, FOUR, "AT-T")
    shared, own = TALK.index("with:-1"), TALK.index("with:-1:own")
    answers = columns(2, ada)
    assert answers[shared] > 0
    assert answers[own] > 0
    assert columns(2, tom)[shared] == -1.0
    assert len(answers) == len(TALK)


def test_a_quotation_is_no_neighbour_of_its_own(people_of):
    columns, ada, _ = exchange_of(people_of, FOUR, "A---")
    near = TALK.index("sure:3")
    assert columns(0, ada)[near] == 0.0
    assert columns(1, ada)[near] > 0
    assert columns(3, ada)[TALK.index("likely:ago")] == 3.0


def test_whoever_a_tag_turns_to_is_spoken_to(people_of):
    columns, ada, tom = exchange_of(people_of, '"Go," said Ada to Tom.\n\n"I will."', "A-")
    towards = TALK.index("towards:-1")
    assert columns(1, tom)[towards] == 1.0
    assert columns(1, ada)[towards] == 0.0


TALKATIVE = "\n\n".join(
    [
        f'"Oh papa, the ponies, {word}!" said Ada.\n\n"Quite so, {word}," said Tom.'
        for word in "abcde"
    ]
)


def test_each_is_known_by_his_words(people_of):
    page, people = people_of(f'{PEOPLE}\n\n{TALKATIVE}\n\n"Papa, the ponies!"\n\n"Quite."')
    ada, tom = numbers(people, "Ada", "Tom")
    manner = StyleStatistics(build_quotation_context(page, people), [ada, tom] * 5 + [-1, -1])
    mine, his = rows_of(manner, page, 10, [ada, tom])
    words, habits = MANNER.index("words"), MANNER.index("habits")
    assert mine[words] > 0 > his[words]
    assert mine[habits] > his[habits]
    assert len(mine) == len(MANNER)


def test_a_quotation_does_not_testify_for_itself(people_of):
    page, people = people_of(
        f'{PEOPLE}\n\n"Zebras, zebras, zebras!" said Ada.\n\n"Quite," said Tom.'
    )
    ada, tom = numbers(people, "Ada", "Tom")
    rows = rows_of(
        StyleStatistics(build_quotation_context(page, people), [ada, tom]), page, 0, [ada, tom]
    )
    assert rows[0][MANNER.index("words")] == 0.0
    assert rows[0][MANNER.index("words:known")] == 0.0
