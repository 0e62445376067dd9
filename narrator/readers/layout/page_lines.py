"""Describe the printed lines of a page, and find drop capitals and footnotes by their type size.

Coordinates are in points (1/72 inch); y increases upwards.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from narrator.readers.layout import drop_capitals
from narrator.readers.layout.superscripts import CONTEXT_PIECES, split_superscript

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_RAISED_SIZE_RATIO = 0.85
"""Type size below which a piece of text may be raised, relative to the rest of its line."""
_MEAN_CHARACTER_WIDTH = 0.5
"""Mean width of a character, in multiples of the type size."""
_MAX_BASELINE_SHIFT = 0.1
_MAX_WORD_GAP = 2.0
"""Greatest gap between words of one line, in multiples of the type size."""
_HEXADECIMAL_SIGN = "#"
_MAX_RISE, _MAX_RAISED_CHARACTERS = 0.7, 4
_MIN_RISE = 0.15
"""Smallest distance of raised text above the line, in multiples of the type size of the line."""
_CAPITAL_SIZE_RATIO = 1.6
"""Type size above which a letter may be a drop capital, relative to the body text."""
_MAX_CAPITAL_WIDTH = 1.5
"""Greatest width of a drop capital with an opening mark, in multiples of its type size."""
_CAPITAL_HEIGHT = 0.9
"""Height of a drop capital above its baseline, in multiples of its type size."""
_ALIGNMENT_TOLERANCE_POINTS = 2.0
"""Greatest difference between the left edges of the lines beside a drop capital."""
_NOTE_SIZE_RATIO = 0.95
"""Type size below which a line may be part of a footnote, relative to the body text."""
_NOTE_LABEL = re.compile(r"[\[(]?(\d{1,4}|[*†‡§¶]{1,3})[\])]?[.:]?(?=\s|\w)")


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A piece of text that a page draws at once, with the position of its beginning."""

    text: str
    x: float
    y: float
    font_size: float


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A raised note mark, and its offset in the text of the line, which is without it."""

    offset: int
    label: str


@dataclass(slots=True)
class PageLine:
    """A line of text on a page; x and y are the position of its first character in points."""

    text: str
    x: float
    y: float
    font_size: float
    """The type size of most of its characters."""
    page: int
    """Page number, from 1."""
    column: int = 0
    skip_reason: str = ""
    bookmark: Bookmark | None = None
    """The bookmark that has this line as its title, or None."""
    note_marks: list[NoteMark] = field(default_factory=list)
    note_label: str = ""
    """The label of the footnote that the line begins or continues, or empty."""
    begins_note: bool = False
    follows_capital: bool = False
    """Whether the line begins with a drop capital, and so begins a paragraph."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the document's outline, pointing to a page.

    `page` counts from 1, `depth` from 0.
    """

    title: str
    page: int
    depth: int


def join_rows(rows: Sequence[list[LinePiece]]) -> list[list[LinePiece]]:
    """Return rows of pieces, those joined that a page draws one after another on one baseline.

    Some programs draw each word by itself, with wide gaps where a line is justified. A gap between
    columns is wider.
    """
    joined: list[list[LinePiece]] = []
    for row in rows:
        if joined and _continues_row(joined[-1], row):
            is_raised = row[0].font_size != joined[-1][-1].font_size
            joined[-1].append(row[0] if is_raised else replace(row[0], text=f" {row[0].text}"))
            joined[-1] += row[1:]
        else:
            joined.append([*row])
    return joined


def _continues_row(row: Sequence[LinePiece], following: Sequence[LinePiece]) -> bool:
    """Return whether pieces stand on the baseline of a row, or are raised above it.

    They begin not far to the right of its end.
    """
    visible = [piece for piece in row if piece.text.strip()]
    first = next((piece for piece in following if piece.text.strip()), None)
    if not visible or first is None:
        return False
    last = visible[-1]
    size = max(last.font_size, first.font_size)
    # the width of a piece is unknown, and estimated
    end = last.x + _MEAN_CHARACTER_WIDTH * last.font_size * len(last.text.strip())
    if not last.x < first.x < end + _MAX_WORD_GAP * size:
        return False
    largest = max((*visible, first), key=lambda piece: piece.font_size)
    return all(
        abs(piece.y - largest.y) < _MAX_BASELINE_SHIFT * largest.font_size
        or (
            piece.font_size < _RAISED_SIZE_RATIO * largest.font_size
            and 0 < piece.y - largest.y < _MAX_RISE * largest.font_size
            and len(piece.text.strip()) <= _MAX_RAISED_CHARACTERS
        )
        for piece in (last, first)
    )


def build_line(pieces: Sequence[LinePiece], page: int) -> PageLine:
    """Return the line of some pieces, with single spaces; note marks are taken out of its text."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.font_size] += len("".join(piece.text.split()))
    font_size = sizes.most_common(1)[0][0]
    visible = [piece for piece in pieces if piece.text.strip()]
    first = visible[0] if visible else pieces[0]
    baseline = next((piece.y for piece in visible if piece.font_size == font_size), first.y)
    line = PageLine("", first.x, baseline, font_size, page)
    _fill_line(line, pieces)
    return line


def _fill_line(line: PageLine, pieces: Sequence[LinePiece]) -> None:
    """Set the text and the note marks of a line from its pieces."""
    texts: list[str] = []
    length = 0
    for index, piece in enumerate(pieces):
        text = piece.text
        if _is_raised(piece, line):
            before = "".join(texts[-CONTEXT_PIECES:])
            after = "".join(later.text for later in pieces[index + 1 : index + CONTEXT_PIECES])
            spoken, mark = split_superscript(text, before, after)
            if mark and mark != _HEXADECIMAL_SIGN:
                line.note_marks.append(NoteMark(length - before.endswith(" "), mark))
                continue
            text = spoken or text
        text = " ".join(f"|{text}|".split())[1:-1]
        if not texts or texts[-1].endswith(" "):
            text = text.lstrip()
        if text:
            texts.append(text)
            length += len(text)
    line.text = "".join(texts).rstrip()


def _is_raised(piece: LinePiece, line: PageLine) -> bool:
    """Return whether a piece is smaller than the rest of its line, and above its baseline."""
    return (
        piece.font_size < _RAISED_SIZE_RATIO * line.font_size
        and piece.y - line.y > _MIN_RISE * line.font_size
        and bool(piece.text.strip())
    )


def find_body_font_size(lines: Iterable[PageLine]) -> float:
    """Return the type size, in tenths of a point, that most characters have; 1 without lines."""
    characters_by_size: Counter[float] = Counter()
    for line in lines:
        characters_by_size[round(line.font_size, 1)] += len(line.text)
    return (characters_by_size.most_common(1) or [(1.0, 0)])[0][0] or 1.0


# ---------------------------------------------------------------------------- drop capitals


def join_drop_capitals(
    lines: Sequence[PageLine], body_font_size: float, word_counts: Mapping[str, int]
) -> list[PageLine]:
    """Return the lines of a page with each drop capital joined to the line beside its top.

    `word_counts` has the words of the document in lower case. The lines beside a capital are moved
    to its left edge, so that they appear to have no indent.
    """
    remaining = list(lines)
    for capital in lines:
        is_large = capital.font_size > _CAPITAL_SIZE_RATIO * body_font_size
        if not is_large or not drop_capitals.is_drop_capital(capital.text):
            continue
        beside = [line for line in remaining if _is_beside(line, capital, body_font_size)]
        if not beside:
            continue
        first = max(beside, key=lambda line: (line.y, -line.x))
        text = drop_capitals.join_to_text(capital.text, first.text, word_counts)
        shift = len(text) - len(first.text)
        first.note_marks = [replace(m, offset=m.offset + shift) for m in first.note_marks]
        first.text, first.follows_capital = text, True
        _align_with_capital(remaining, first, capital, body_font_size)
        remaining.remove(capital)
    return remaining


def _align_with_capital(
    lines: Iterable[PageLine], first: PageLine, capital: PageLine, body_font_size: float
) -> None:
    """Move the lines beside a capital, and so below the first one, to its left edge."""
    edge = first.x
    # the margin around the capital may reach below its baseline
    bottom = capital.y - 1.5 * body_font_size
    for line in lines:
        if bottom < line.y <= first.y and abs(line.x - edge) < _ALIGNMENT_TOLERANCE_POINTS:
            line.x = capital.x


def _is_beside(line: PageLine, capital: PageLine, body_font_size: float) -> bool:
    """Return whether a line of body text is to the right of a drop capital."""
    height = _CAPITAL_HEIGHT * capital.font_size
    return (
        line is not capital
        and line.font_size < _CAPITAL_SIZE_RATIO * body_font_size
        and -0.5 * body_font_size < line.y - capital.y < height
        and 0 < line.x - capital.x < _MAX_CAPITAL_WIDTH * capital.font_size
    )


# ---------------------------------------------------------------------------- footnotes


def mark_footnotes(pages: Sequence[Sequence[PageLine]], body_font_size: float) -> None:
    """Give the lines of footnotes their labels.

    Footnotes are in small type below the text of a page or column. The first one has a label that
    is a mark in the text above it. A note may continue at the foot of the next page.
    """
    open_label = ""
    for page in pages:
        marks = {mark.label.strip("[]() ") for line in page for mark in line.note_marks}
        last_label = ""
        for column in sorted({line.column for line in page}):
            foot = _list_foot_lines(
                [line for line in page if line.column == column], body_font_size
            )
            last_label = _label_notes(foot, marks, open_label) or last_label
            open_label = ""
        open_label = last_label


def _list_foot_lines(column: Sequence[PageLine], body_font_size: float) -> list[PageLine]:
    """Return the lines in small type at the end of a column, from the top."""
    foot: list[PageLine] = []
    for line in sorted(column, key=lambda line: line.y):
        if line.skip_reason:
            continue
        if line.font_size >= _NOTE_SIZE_RATIO * body_font_size:
            return foot[::-1]
        foot.append(line)
    return []  # the whole column is in small type


def _label_notes(foot: Sequence[PageLine], marks: set[str], open_label: str) -> str:
    """Label the lines of notes; return the label of a last note that ends in mid-sentence, or "".

    `open_label` is that of a note on the page before that ends so.
    """
    label = open_label
    for line in foot:
        match = _NOTE_LABEL.match(line.text)
        if match and match[1] in marks:
            label, line.begins_note = f"{line.page}-{match[1]}", True
        line.note_label = label
    is_open = label and not re.search(r"[.!?…]\W*$", foot[-1].text if foot else ".")
    return label if is_open else ""
