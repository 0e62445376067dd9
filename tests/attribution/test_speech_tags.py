import pytest

from narrator.attribution.candidate_generation import apply_speaker_rules, choose_best_tag
from narrator.attribution.speech_tags import (
    LIKELY_VERB,
    LISTED_VERB,
    SPEAKER_RULES,
    TAG_RULE_NAMES,
    SpeakerRuleInput,
)

TAGGED = [
    ('"Go," said Ada.', "Ada", ""),
    ('"Go," Ada said.', "Ada", ""),
    ('"Go," cried the old man.', "the old man", ""),
    ('"Go," said she.', None, "female"),
    ('"Go!" he shouted.', None, "male"),
    ('"Go," I said.', None, "first"),
    ('Ada said, "Go."', "Ada", ""),
    ('Ada looked at Tom and said: "Go."', "Ada", ""),
    ('"Go," said Ada, "and come back."', "Ada", ""),
    ('"Go," said her mother.', "mother", ""),
    ('"Go," said the Hatter.', "Hatter", ""),
    ('"Go," cried the March Hare.', "Hare", ""),
    ('"Go," eagerly rejoined Ada.', "Ada", ""),
    ('"Go," went on Ada.', "Ada", ""),
    ('"Go," was Ada\'s reply.', "Ada", ""),
    ('"Go," was her sturdy answer.', None, "female"),
    ('"Go," was all my answer.', None, "first"),
    ('"Go," said the other.', None, "neutral"),
    ('Ada thought, "Go."', "Ada", ""),
    ('Ada could not help saying, "Go."', "Ada", ""),
    ('Ada, smiling, said--\n\n"Go."', "Ada", ""),
    ('Ada turned to Tom and said\n\n"Go."', "Ada", ""),
]


COMPANY = (
    "Ada met Tom. Ada knew Tom. The Hatter met the March Hare. "
    "The March Hare sat, and the Hare rose."
)


def find_tags(people_of, text):
    """The people of a story, and the result of each rule for its first quotation."""
    tokens, people = people_of(f"{COMPANY}\n\n{text}")
    return people, apply_speaker_rules(tokens, people, tokens.quotations[0])


def name_of(people, tag):
    person = people.persons[tag.person_index]
    return person.description or next(iter(person.name_forms)).words[0].title()


@pytest.mark.parametrize(("text", "name", "gender"), TAGGED)
def test_a_tag_names_the_speaker_in_every_word_order(people_of, text, name, gender):
    people, tags = find_tags(people_of, text)
    tag = choose_best_tag(tags)
    assert tag is not None
    assert tag.pronoun_gender == gender
    if name is not None:
        assert name_of(people, tag) == name


@pytest.mark.parametrize(
    "text",
    [
        '"Go." Ada lifted her hat.',
        '"Go."',
        'Ada came in.\n\n"Go."',
        '"Go." It rained.',
        '"Go." It was Ada\'s hat.',
        'Ada\'s Answer\n\n"Go."',
    ],
)
def test_an_action_is_not_a_tag(people_of, text):
    _, tags = find_tags(people_of, text)
    assert choose_best_tag(tags) is None


def test_a_rule_returns_nothing_for_a_quotation_by_itself(people_of):
    tokens, people = people_of('"Go."')
    rule_input = SpeakerRuleInput(tokens, people, tokens.quotations[0])
    assert [rule(rule_input) for _, rule in SPEAKER_RULES] == [None] * len(SPEAKER_RULES)


RULES = [
    ('"Go," said Ada, "now."', "tag_between", "Ada"),
    ('"Go now," said Ada.', "tag_after", "Ada"),
    ('Ada said, "Go."', "tag_before", "Ada"),
    ('"Go--" Ada sat down. "--now."', "beat_between", "Ada"),
    ('"Go." Ada sat down.', "beat_after", "Ada"),
    ('Ada sat down. "Go."', "beat_before", "Ada"),
    ('Ada sat down. It rained. "Go."', "paragraph_opening", "Ada"),
    ('Tom stood. Ada sat down.\n\n"Go."', "sentence_above", "Ada"),
]


@pytest.mark.parametrize(("text", "rule", "name"), RULES)
def test_each_rule_reads_narration_of_its_own(people_of, text, rule, name):
    people, tags = find_tags(people_of, text)
    assert rule in tags
    assert name_of(people, tags[rule]) == name


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('"Go now," said Ada.', "tag_between"),
        ('"Go."\n\nAda sat down.', "beat_after"),
        ('It rained. "Go."', "paragraph_opening"),
        ('Ada sat. "Go."', "sentence_above"),
        ('It was late. "Go."', "beat_before"),
    ],
)
def test_a_rule_does_not_read_the_narration_of_another(people_of, text, rule):
    tokens, people = people_of(f"{COMPANY}\n\n{text}")
    assert rule not in apply_speaker_rules(tokens, people, tokens.quotations[-1])


STRENGTHS = [
    ('"Go," said Ada.', "tag_after", LISTED_VERB),
    ('"Go," Ada said.', "tag_after", LISTED_VERB),
    ('"Go." Ada said so.', "tag_after", LISTED_VERB - 1),
    ('"Go," Ada nodded.', "tag_after", LIKELY_VERB),
    ('"Go," sneezed Ada.', "tag_after", LIKELY_VERB),
    ('Ada turned to Tom: "Go."', "tag_before", LIKELY_VERB),
    ('Ada could not help saying: "Go."', "tag_before", LISTED_VERB),
    ('"Go." Ada sat down.', "beat_after", 0),
    ('Ada sat down:\n\n"Go."', "sentence_above", LIKELY_VERB),
    ('Ada sat down.\n\n"Go."', "sentence_above", 0),
]


@pytest.mark.parametrize(("text", "rule", "strength"), STRENGTHS)
def test_the_verb_decides_how_strong_a_tag_is(people_of, text, rule, strength):
    _, tags = find_tags(people_of, text)
    assert tags[rule].verb_strength == strength


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"Go," said Ada.', "said Ada"),
        ('"Go," Ada, smiling, said.', "Ada , smiling , said"),
        ('"Go," was her sturdy answer.', "was her sturdy answer"),
        ('"Go," cried the old man.', "cried the old man"),
    ],
)
def test_a_tag_covers_the_words_from_which_it_was_read(people_of, text, words):
    tokens, people = people_of(f"{COMPANY}\n\n{text}")
    tag = choose_best_tag(apply_speaker_rules(tokens, people, tokens.quotations[0]))
    assert " ".join(tokens.words[tag.start : tag.end]) == words


def test_a_listed_verb_outweighs_an_earlier_rule(people_of):
    people, tags = find_tags(people_of, '"Go," Ada nodded, "now," said Tom.')
    assert [tags[name].verb_strength for name in TAG_RULE_NAMES if name in tags] == [1, 2]
    assert name_of(people, choose_best_tag(tags)) == "Tom"


def test_a_quotation_without_words_has_no_tags(people_of):
    tokens, people = people_of('"Go," said Ada.')
    tokens.quotations[0].token_runs.clear()
    assert apply_speaker_rules(tokens, people, tokens.quotations[0]) == {}
