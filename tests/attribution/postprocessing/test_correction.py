"""The text itself decides who is there, who takes turns, and who is stated as the speaker."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.postprocessing.alternation import alternate_speakers
from narrator.attribution.postprocessing.correction import correct_probabilities
from narrator.attribution.postprocessing.presence import apply_presence, list_present_persons
from narrator.attribution.postprocessing.statements import (
    apply_statements,
    find_stated_speaker,
)
from narrator.attribution.tokens import tokenise
from narrator.languages.people_words import load_attribution_language
from narrator.readers import read
from narrator.segmentation.lines import segment_book

STAIRS = """
Mr. Orde met Tim Varley. Ada Pole wept.

"One," said Mr. Orde.

"Two," said the man with the beard.

"I am Lucy Dell," he said.

Tim Varley laughed. "Four," replied the woman, and Ada Pole smiled.
"""


@pytest.fixture(name="context")
def _context(tokens_of):
    tokens = tokens_of(STAIRS)
    return build_quotation_context(tokens, detect_mentions(tokens))


def index_of(context, description):
    """The index of the person who is described, or named by this last word."""
    return next(
        index
        for index, person in enumerate(context.people.persons)
        if person.description == description
        or any(form.words[-1:] == (description,) for form in person.name_forms)
    )


def share_evenly(context):
    rows = np.zeros((len(context.candidates), 10), np.float32)
    for row, candidates in zip(rows, context.candidates, strict=True):
        row[: len(candidates)] = 1 / len(candidates)
    return rows


def find_stated(context, quotation):
    return find_stated_speaker(context, quotation, list_present_persons(context)[quotation])


def test_a_name_beside_a_verb_states_the_speaker(context):
    assert find_stated(context, 0) == index_of(context, "orde")


def test_a_description_with_a_modifier_states_somebody_new(context):
    assert find_stated(context, 1) == index_of(context, "the man with the beard")


def test_an_introduction_states_the_speaker(context):
    assert find_stated(context, 2) == index_of(context, "dell")


def test_a_vague_description_states_the_only_person_whom_it_fits(context):
    # Lucy Dell is only mentioned in a quotation, and does not address herself.
    assert find_stated(context, 3) == index_of(context, "pole")


def test_nothing_outvotes_a_stated_speaker(context):
    rows = share_evenly(context)
    stated = apply_statements(context, rows)
    slot = context.candidates[0].index(index_of(context, "orde"))
    assert stated[0, slot] >= 0.95
    assert np.allclose(stated.sum(axis=1), rows.sum(axis=1))
    assert (rows == share_evenly(context)).all()


LIGHTHOUSE = """
Mr. Orde met Tim Varley.

"One," said Mr. Orde.

"Two," said Tim Varley.
"""
TORTOISE = """
"Leonard, have you fed it?"

"Twice, mother."

"With what?"

"Sardines."

Mrs. Pole looked at Leonard Pole.
"""


@pytest.fixture(name="scenes")
def _scenes(tmp_path):
    # Two chapters are two scenes.
    path = tmp_path / "story.txt"
    path.write_text(f"CHAPTER I\n{LIGHTHOUSE}\n\nCHAPTER II\n{TORTOISE}", "utf-8")
    book = read([str(path)])
    tokens = tokenise(book, segment_book(book), load_attribution_language("en"))
    return build_quotation_context(tokens, detect_mentions(tokens))


def test_people_of_the_last_scene_are_absent_from_the_next(scenes):
    absent = {index_of(scenes, "orde"), index_of(scenes, "varley")}
    rows = apply_presence(scenes, share_evenly(scenes))
    for row, candidates in list(zip(rows, scenes.candidates, strict=True))[2:]:
        best = {candidates[slot] for slot in np.flatnonzero(row >= row.max() / 2)}
        assert not best & absent


def test_where_scoring_lets_the_last_scene_go_on_the_two_who_are_there_take_turns(scenes):
    scored = share_evenly(scenes)
    for index in range(2, 6):
        scored[index] = 0.01
        scored[index, scenes.candidates[index].index(index_of(scenes, "orde"))] = 0.9
    corrected = correct_probabilities(scenes, scored)
    best = [
        candidates[int(row[: len(candidates)].argmax())]
        for row, candidates in zip(corrected, scenes.candidates, strict=True)
    ]
    son = index_of(scenes, "leonard")
    mother = next(
        index
        for index, person in enumerate(scenes.people.persons)
        if any(form.title == "mrs" for form in person.name_forms)
    )
    assert best[2:] == [mother, son, mother, son]


def test_turns_change_nothing_where_scoring_chose_somebody_present(scenes):
    scored = share_evenly(scenes)
    for index, name in enumerate(["orde", "varley", *["leonard"] * 4]):
        scored[index, scenes.candidates[index].index(index_of(scenes, name))] = 0.9
    assert (alternate_speakers(scenes, scored, scored) == scored).all()


OPENINGS = [
    ('Mr. Orde rose. "Go," he said.', "Orde"),
    ('Mr. Orde rose. "Go," she said.', None),  # somebody else
    ('Mr. Orde rose. Tim Varley sat. "Go," he said.', None),
    ('Then, after a long while, Mr. Orde rose. "Go," he said.', None),
    ('"Well?" Mr. Orde rose. "Go," he said.', None),
    ('His brother rose. "Go," he said.', None),
    ('The policeman rose. "Go," he said.', "policeman"),
]


@pytest.mark.parametrize(("text", "expected"), OPENINGS)
def test_whoever_opens_the_paragraph_alone_is_the_pronoun_of_the_tag(people_of, text, expected):
    story = "Mr. Orde met Tim Varley. Mr. Orde smiled. Tim Varley smiled at Mr. Orde."
    tokens, people = people_of(f"{story}\n\n{text}")
    context = build_quotation_context(tokens, people)
    last = len(tokens.quotations) - 1
    person = find_stated_speaker(context, last, frozenset())
    words = {form.words[-1].title() for form in people.persons[person].name_forms}
    assert (person >= 0) == (expected is not None)
    assert expected is None or expected.title() in words
