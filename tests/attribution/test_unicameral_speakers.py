"""Reporting clauses name the speakers in scripts without capitals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from narrator import Options, write_script
from narrator.model import LineKind, Script

PASSAGES = Path(__file__).parent / "unicameral_passages"
"""Passages in which the speaker stands in brackets before each quotation; "None" is the narrator or
somebody without a name."""
LABEL = re.compile(r"\[([^\]]+)\]")
KNOWN_FAULTS = {
    "ar3": (0, 2),
    "he2": (1, 0),
    "ja1": (1, 0),
    "ja2": (1, 0),
    "ja3": (0, 2),
    "ko1": (0, 1),
    "ko2": (1, 0),
    "zh2": (1, 0),
}
"""For each passage, how many quotations have a wrong speaker, and how many none."""


def read_script(text: str, tag: str, folder: Path) -> Script:
    path = folder / f"{tag}.txt"
    path.write_text(text, "utf-8")
    return write_script([str(path)], Options(about={"language": tag}))


def list_speakers(script: Script, starts: list[int]) -> list[str | None]:
    """Return the speaker of the line of dialogue at each offset, or "?" if it is none."""
    lines = [line for line in script.lines if line.kind is LineKind.DIALOGUE]
    return [
        next((line.speaker for line in lines if line.start <= start < line.end), "?")
        for start in starts
    ]


@pytest.mark.parametrize("path", sorted(PASSAGES.glob("*.txt")), ids=lambda path: path.stem)
def test_clauses_name_the_speakers(path: Path, tmp_path: Path) -> None:
    pieces = LABEL.split(path.read_text("utf-8"))
    text, starts = pieces[0], []
    for piece in pieces[2::2]:
        starts.append(len(text) + 1)
        text += piece
    expected = pieces[1::2]
    found = list_speakers(read_script(text, path.stem[:2], tmp_path), starts)
    # the name may be given with its title, and a title without its name
    is_right = [
        name == str(speaker) or (speaker or "?").endswith(name) or name.endswith(speaker or "?")
        for name, speaker in zip(expected, found, strict=True)
    ]
    missing = sum(
        speaker is None for speaker, right in zip(found, is_right, strict=True) if not right
    )
    assert (is_right.count(False) - missing, missing) == KNOWN_FAULTS.get(path.stem, (0, 0))


@pytest.mark.parametrize(
    ("tag", "text", "speakers"),
    [
        (
            "ja",
            "太郎は来た。\n\n「雨だ」と太郎は言った。\n\n「開けろ」という声がした。",
            ["太郎", None],
        ),
        ("ja", "太郎がいた。\n\n「雨だ」と私は太郎に言った。", [None]),
        ("zh", "李明来了。\n\n“下雨了。”李明说。\n\n“走吧。”我说。", ["李明", None]),
        ("ar", "جاء أحمد.\n\nقال أحمد: «نعم».\n\nقلت: «لا».", ["أحمد", None]),
        ("hi", "मोहन आया।\n\n“हाँ,” मोहन ने कहा।\n\n“नहीं,” मैंने कहा।", ["मोहन", None]),
    ],
)
def test_nobody_else_speaks_for_the_narrator_or_a_voice(
    tag: str, text: str, speakers: list[str | None], tmp_path: Path
) -> None:
    script = read_script(text, tag, tmp_path)
    dialogue = [line for line in script.lines if line.kind is LineKind.DIALOGUE]
    assert [line.speaker for line in dialogue] == speakers


def test_a_verb_and_a_noun_show_the_gender_and_age(tmp_path: Path) -> None:
    text = "قالت ليلى: «نعم».\n\nقال العجوز: «لا».\n\nقالت ليلى: «هيا».\n\nقال العجوز: «حسنا»."
    characters = read_script(text, "ar", tmp_path).characters
    assert {(one.name, one.gender, one.age) for one in characters} == {
        ("ليلى", "female", None),
        ("العجوز", "male", "old"),
    }


def test_a_language_without_forms_names_nobody(tmp_path: Path) -> None:
    text = "დავითი მოვიდა.\n\n“კი,” თქვა დავითმა.\n\n“არა,” თქვა დავითმა."
    script = read_script(text, "ka", tmp_path)
    assert not script.characters
