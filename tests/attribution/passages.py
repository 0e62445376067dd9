"""Invented passages with the right speakers, in `passages.toml`, by kind of difficulty."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.model import Script

_PATH = Path(__file__).parent / "passages.toml"
_SPEAKER = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True)
class Passage:
    """A short text, and who speaks each of its quotations."""

    kind: str
    text: str
    speakers: tuple[tuple[int, str], ...]
    """Offset of each quotation's opening mark in the text, and its speaker."""


def load_passages() -> list[Passage]:
    """Return every passage with every row of its names."""
    rows = tomllib.loads(_PATH.read_text("utf-8"))["passage"]
    return [
        _fill_passage(row["kind"], row["text"], names.split("|"))
        for row in rows
        for names in row["names"]
    ]


def _fill_passage(kind: str, template: str, names: list[str]) -> Passage:
    """Return a passage with names in the place of letters; "<A1>" is A without its last letter."""
    for letter, name in zip("ABCDE", names, strict=False):
        template = template.replace(f"<{letter}>", name).replace(f"<{letter}1>", name[:-1])
    if "<C>" in template:
        template = template.replace("<C>", names[1].split()[0])
    pieces, length, speakers = list[str](), 0, list[tuple[int, str]]()
    for index, piece in enumerate(_SPEAKER.split(template.strip("\n"))):
        if index % 2:
            speakers.append((length, piece))
        else:
            pieces.append(piece)
            length += len(piece)
    return Passage(kind, "".join(pieces), tuple(speakers))


def list_mistakes(passage: Passage, script: Script) -> list[tuple[str, str | None]]:
    """Return the right and the given speaker of each quotation that is not as it should be.

    A speaker is right under any name that the script lists for him, if he has one label in the
    whole passage, and if the label means nobody else.
    """
    names = {
        character.name: {_simplify(name) for name in (character.name, *character.aliases)}
        for character in script.characters
    }
    given = [
        (person, next((x.speaker for x in script.lines if x.start <= start < x.end), None))
        for start, person in passage.speakers
    ]
    labels, people = defaultdict(set), defaultdict(set)
    for person, label in given:
        labels[person].add(label)
        people[label].add(person)
    return [
        (person, label)
        for person, label in given
        if label is None
        or _simplify(person) not in names.get(label, {_simplify(label)})
        or len(labels[person]) > 1
        or len(people[label]) > 1
    ]


def _simplify(name: str) -> str:
    """Return a name in lower case, without an article."""
    return name.casefold().removeprefix("the ")
