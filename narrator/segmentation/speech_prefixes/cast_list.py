"""Reads the list of the persons of a play: their names, and what it says about each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Paragraph

_MAX_PARAGRAPHS = 120
"""Maximum number of paragraphs in a list of persons."""
_MAX_ENTRY_CHARACTERS = 240
_ENTRY_NAME = r"[^\W_](?:(?!--)[^,;:(\[\n—–=]){0,58}?"
_ENTRY_END = (
    r"(?:(?:[,;:(\[—–=]+|\.?--)\s*(?P<description>[^\n]*)|\.\s+(?P<sentence>[^\n]+)|\s{3,}(?P<column>\S[^\n]*)"
    r"|\.{2,}\s*(?P<player>[^\n]*)|\.?\s*$)"
)
_ENTRY = re.compile(rf"[\s*_•·-]*(?P<name>{_ENTRY_NAME})\s*{_ENTRY_END}")
"""A line of the list: "MARTHA TULLY, a widow"."""
_TITLED_ENTRY = re.compile(rf"[\s*_•·-]*(?P<name>[^\W\d_]{{1,6}}\.\s{_ENTRY_NAME})\s*{_ENTRY_END}")
"""A line that begins with a title or an initial: "MR. TULLY, a widower"."""
_NUMBERED_LINE = re.compile(r"\s*\d{1,4}[.)]?\s+[^\W\d]")
SCENE_START = re.compile(
    r"(?:\w+\s)?(?:act|scene|akt|aufzug|auftritt|acte|acto|atto|ato|cena|действие|картина|акт|szene|scène|escena|scena|явление)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CastEntry:
    """A person in the list."""

    name: str
    """As written."""
    description: str


@dataclass(frozen=True, slots=True)
class CastList:
    """The list of the persons, and the paragraphs that hold it."""

    entries: tuple[CastEntry, ...] = ()
    paragraph_indices: frozenset[int] = frozenset()


def read_cast_list(text: str, paragraphs: Sequence[Paragraph]) -> CastList:
    """Return the persons in all lists of persons of a book."""
    entries: list[CastEntry] = []
    indices: set[int] = set()
    for index, paragraph in enumerate(paragraphs):
        if paragraph.end - paragraph.start > _MAX_ENTRY_CHARACTERS * 20 or index in indices:
            continue
        first_line, _, following_lines = text[paragraph.start : paragraph.end].partition("\n")
        if not is_cast_list_title(first_line):
            continue
        indices.add(index)
        entries += _read_entries(following_lines)
        for later_index in _list_paragraphs_of_list(text, paragraphs, index + 1):
            later = paragraphs[later_index]
            if _NUMBERED_LINE.match(text, later.start) and not _begins_with_number(entries):
                break  # the first of the numbered lines of a play for the radio
            later_entries = list(_read_entries(text[later.start : later.end]))
            known_names = {entry.name.casefold() for entry in entries}
            if any(entry.name.casefold() in known_names for entry in later_entries):
                break  # the first speech, or a list of the costumes
            indices.add(later_index)
            entries += later_entries
    return CastList(tuple(entries), frozenset(indices))


def _begins_with_number(entries: Sequence[CastEntry]) -> bool:
    """Return whether the persons of a list are numbered."""
    return any(entry.name[0].isdigit() for entry in entries)


def is_cast_list_title(line: str) -> bool:
    """Return whether a line is the heading of a list of persons."""
    if len(line) > 60:  # most paragraphs are longer than any such heading
        return False
    title = " ".join(line.split()).strip(" .:*_[]()—–-=").casefold()
    return title in load_vocabulary().cast_list_titles


def _list_paragraphs_of_list(
    text: str, paragraphs: Sequence[Paragraph], first: int
) -> Iterator[int]:
    """Yield the indices of the paragraphs below the heading of a list of persons."""
    for index in range(first, min(len(paragraphs), first + _MAX_PARAGRAPHS)):
        paragraph = paragraphs[index]
        line = text[paragraph.start : paragraph.end].strip()
        if paragraph.kind is ParagraphKind.HEADING or SCENE_START.match(line.lstrip("*_[(")):
            return
        yield index


def _match_entry(line: str) -> re.Match[str] | None:
    """Return the match of a line of the list, in which a name may begin with "Mr."."""
    first = re.match(r"[\s*_•·-]*(?P<word>[^\W\d_]{1,6})\.\s", line)
    is_title = first is not None and (
        first["word"].casefold() in load_vocabulary().title_abbreviations or len(first["word"]) == 1
    )
    return (_TITLED_ENTRY if is_title else _ENTRY).match(line)


def _read_entries(text: str) -> Iterator[CastEntry]:
    """Yield the persons in lines of the list."""
    for line in text.splitlines():
        match = _match_entry(line) if len(line) <= _MAX_ENTRY_CHARACTERS else None
        if match is None:
            continue
        name = match["name"].strip(" .*_")
        description = (
            match["description"] or match["sentence"] or match["column"] or match["player"] or ""
        )
        if name and not name[0].islower() and len(name.split()) <= 7:
            yield CastEntry(name, description.strip(" .)]*_"))
