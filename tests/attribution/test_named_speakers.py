"""Speakers whom the text names are certain, and are characters of the story."""

import pytest

from narrator.attribution import attribute_lines
from narrator.segmentation.lines import NAMED_REASON, segment_book
from tests.segmentation.speech_prefixes.sample_scripts import read_book

PLAY = """\
PERSONS

OTTO, a baker, uncle of IDA.
IDA, his niece.
THE QUEEN
MR. DALE

ACT I

OTTO. Is it you?

IDA. It is I.

THE QUEEN. Who are you?

MR. DALE. I am the miller.

IDA. You are late.

OTTO. I am.
"""


def attribute(text: str):
    book = read_book(text)
    return attribute_lines(book, segment_book(book))


def test_named_speakers_are_certain() -> None:
    lines = [line for line in attribute(PLAY).lines if line.speaker]
    assert [line.speaker for line in lines] == [
        "Otto",
        "Ida",
        "The Queen",
        "Mr. Dale",
        "Ida",
        "Otto",
    ]
    assert {(line.confidence, line.reason) for line in lines} == {(1.0, NAMED_REASON)}


@pytest.mark.parametrize(
    ("name", "gender"),
    [("Otto", "male"), ("Ida", "female"), ("The Queen", "female"), ("Mr. Dale", "male")],
)
def test_the_gender_comes_from_the_name_or_the_list_of_persons(name: str, gender: str) -> None:
    genders = {character.name: character.gender for character in attribute(PLAY).characters}
    assert genders[name] == gender


def test_persons_who_speak_together_have_no_gender() -> None:
    script = attribute(PLAY + "\nIDA and THE QUEEN. We are!\n")
    assert {c.name: c.gender for c in script.characters}["Ida and the Queen"] is None


def test_a_person_of_a_novel_keeps_the_name_of_the_novel() -> None:
    story = (
        "Ida Ley came in. “Is it late?” asked Ida Ley. Otto laughed. “It is,” said Otto.\n\n" * 6
    )
    chat = "Ida: are you up\n\nOtto: no\n\nIda: the bread is black\n\nOtto: whose?\n\nIda: ours\n\n"
    script = attribute(story + chat + "Ida Ley laughed.")
    chat_lines = [line for line in script.lines if line.reason == NAMED_REASON]
    assert [line.speaker for line in chat_lines] == ["Ida Ley", "Otto"] * 2 + ["Ida Ley"]
    assert {line.speaker for line in script.lines if line.speaker} == {"Ida Ley", "Otto"}
    assert [character.name for character in script.characters].count("Ida Ley") == 1


def test_the_messages_of_me_are_those_of_the_teller() -> None:
    text = (
        "The phone lit up, and I sat up.\n\nTess: u up?\n\nMe: no\n\nTess: liar\n\nMe: why\n\n"
        "“Go to sleep,” I said aloud.\n\nI slept. I dreamt of a horse.\n"
    )
    script = attribute(text)
    tellers = {
        line.speaker for line in script.lines if line.text in ("no", "why", "“Go to sleep,”")
    }
    assert len(tellers) == 1
    assert "Me" not in tellers
