"""Find footnotes and endnotes, and skip or move them according to the policy.

The note marks in the text are never spoken.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages.heading_words import list_heading_words
from narrator.model import ParagraphKind
from narrator.readers.layout import inline_notes
from narrator.readers.layout.blocks import UnspokenSpan, skip_spaces_before
from narrator.readers.layout.heading_syntax import parse_heading
from narrator.text.quotes import (
    CLOSING_BRACKETS,
    CLOSING_MARKS,
    EMPHASIS_MARKS,
    OPENING_MARKS,
    character_class,
)
from narrator.text.words import (
    ALL_SENTENCE_ENDS,
    CLAUSE_ENDS,
    LETTER_OR_DIGIT,
    PLAIN_WORD_PATTERN,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from narrator.readers.layout.blocks import Block

FOOTNOTE_REASON = "footnote"
NOTE_MARK_REASON = "footnote mark"
_LABELLED_NOTE = re.compile(
    r"\[(?:(?P<word>(?:foot)?note)\s+)?(?P<label>\d{1,4}|[*†‡§]|[A-Z])(?:(?P<closed>\])|:(?=\s))"
    r"\s*(?=\S)",
    re.IGNORECASE,
)
"""What may be the start of a note, such as "[1] ...", "[A: ..." or "[Footnote 1: ..."."""
_NUMBERED_NOTE = re.compile(r"(?P<label>\d{1,4})[.):]?\s+(?=\S)")
"""The start of a note below the heading "Notes", such as "1. ..."."""
_LEADING_LABEL = re.compile(
    r"\s*(?:[\[(]?(?:\d{1,4}|[*†‡§])[\])]?[.:]?\s+|\[[a-z]{1,2}\]\s*"
    r"|(?=.*(?:\[(?:\d{1,4}|[a-z]{1,2})\]|↩)\s*$))",
    re.DOTALL,
)
"""The label at the start of a linked note; empty if the note ends with a link back to the text."""
_BRACKETED_MARK = re.compile(r"\[(?P<label>\d{1,4}|[*†‡§]|[A-Z])\](?!\w)")
_ORPHAN_MARK = re.compile(r"\[\d{1,3}\](?!\w|[ \t]*[-+=:/\[])")
_CONTEXT_CHARACTERS = 60
_WORDS_BEFORE_NUMBERS = frozenset(
    [
        "a", "an", "at", "by", "chapter", "figure", "from", "in", "level", "line", "no", "number",
        "of", "or", "page", "paragraph", "reference", "room", "section", "see", "the", "to", "turn",
        "verse", "was", "is", "with", "and", "seite", "nummer", "zu", "auf", "page", "numéro", "à",
        "página", "número", "страница", "номер",
    ]
)  # fmt: skip
"""Words after which a number in brackets is part of the sentence: "turn to [24]"."""
_BEFORE_MARK = frozenset(
    ALL_SENTENCE_ENDS + CLAUSE_ENDS + CLOSING_MARKS + CLOSING_BRACKETS + EMPHASIS_MARKS + "\"'"
)
"""Characters, besides letters and digits, that the mark of a note directly follows."""
_MAX_NOTE_BLOCKS = 12
"""Number of paragraphs in which the bracket around a note must close."""
_MAX_HEADING_CHARACTERS = 80
_SYMBOLS = r"(?P<symbol>\*{1,3}|[†‡§¶]{1,2}|[¹²³⁰⁴-⁹]{1,3}|\(\d{1,3}\)|\^\d{1,3})"
WIKI_REASON = "link of the wiki"
_EDIT_LINK = re.compile(r"\[edit(?: source)?\](?=\s|$)")
_BACK_LINK = re.compile(r"\s*(?:\d{1,3}\.?\s*)?[↑^]\s+\S")
"""A note that begins with a link back to the text."""
_PARENTHESISED_LABEL = re.compile(r"\((?P<number>\d{1,3})\)\s+(?=\S)")
_PARENTHESISED_MARK = re.compile(r"(?<=[\w,.!?”\"'’])[ ]?(?P<mark>\((?P<number>\d{1,3})\))")
_MAX_BLOCKS_BELOW_NOTES = 4
"""Most paragraphs, such as a line of the site, below the notes at the end of a chapter."""
_SYMBOL_CHARACTER = re.compile(r"[*†‡§¶¹²³⁰⁴-⁹(^]")
"""The first character of a symbol that may refer to a note."""
_BEFORE_SYMBOL = character_class(ALL_SENTENCE_ENDS, ",;:)", CLOSING_MARKS)
_STARRED_PASSAGE = re.compile(r"(?<![\w*])\*{1,3}(?=[^\s*])[^*]{1,2000}(?<=[^\s*])\*{1,3}(?![\w*])")
"""A passage that stars emphasise, as in Markdown."""
_SYMBOL_AFTER_WORD = re.compile(rf"(?<=\w|{_BEFORE_SYMBOL}){_SYMBOLS}(?![\w*^])")
_LEADING_SYMBOL = re.compile(
    rf"{_SYMBOLS}\s*(?={LETTER_OR_DIGIT}|{character_class(OPENING_MARKS, '(')})"
)
_STARRED_WORD = re.compile(r"(?<![\w*])\*{1,3}(?=\w)")
"""A star directly before a word, which marks emphasis rather than a note."""
_INLINE_NOTE = re.compile(
    r"\[(?:foot)?note(?:\s+(?:\d{1,4}|[*†‡§]|[A-Z]))?:\s*(?P<note>[^\]\[]+)\]", re.IGNORECASE
)


def find_inline_notes(blocks: Sequence[Block], policy: str) -> None:
    """Mark notes in brackets within a sentence, such as "[Note: ...]".

    The policy `skip` skips the whole note; otherwise only the brackets and label are skipped.
    """
    for block in blocks:
        is_searched = not block.skip_reason and not block.note_anchor
        for match in _INLINE_NOTE.finditer(block.text) if is_searched else ():
            if policy == "skip":
                block.unspoken_spans.append(UnspokenSpan(*match.span(), FOOTNOTE_REASON))
                continue
            block.unspoken_spans += [
                UnspokenSpan(match.start(), match.start("note"), NOTE_MARK_REASON),
                UnspokenSpan(match.end("note"), match.end(), NOTE_MARK_REASON),
            ]
        block.unspoken_spans.sort(key=lambda span: span.start)


@dataclass(frozen=True, slots=True)
class _NoteStart:
    """A block that begins like a note."""

    index: int
    """Index of the block."""
    label: str
    label_end: int
    """Offset of the text behind the label."""
    is_declared: bool
    """Whether the word "note" or "footnote" says so."""
    block_count: int
    """How many blocks the bracket spans; 0 if it should close at the end, and does not."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark such as "[1]" within a block."""

    index: int
    """Index of the block."""
    start: int
    end: int
    """Offsets into the text of the block."""
    is_attached: bool
    """Whether it directly follows a word or the end of a sentence."""


def find_labelled_notes(blocks: Sequence[Block]) -> None:
    """Find notes such as "[1] ..." or "[Footnote 1: ...]", and the marks "[1]" in the text.

    A paragraph in a log, a judgement or a play may begin in the same way. It is a note only if
    "footnote" says so, or if its mark is in the text above.
    """
    starts_by_label: dict[str, list[_NoteStart]] = {}
    for start in _list_note_starts(blocks):
        starts_by_label.setdefault(start.label, []).append(start)
    if not starts_by_label:
        return
    marks_by_label = _collect_marks(blocks, starts_by_label)
    are_below = _are_below_marks(starts_by_label, marks_by_label)
    allows_spaces = _has_numbered_marks(starts_by_label, marks_by_label, are_below=are_below)
    for label, starts in starts_by_label.items():
        notes = _match_marks(starts, marks_by_label.get(label, ()), allows_spaces=allows_spaces)
        for number, (start, marks) in enumerate(notes):
            anchor = f"#{label}-{number}" if number else f"#{label}"
            _declare_note(blocks, start, anchor)
            for mark in marks:
                _declare_mark(blocks[mark.index], mark, anchor)
    _sort_unspoken_spans(blocks)


def _list_note_starts(blocks: Sequence[Block]) -> Iterator[_NoteStart]:
    """Yield the blocks that begin like notes."""
    is_in_notes = False
    for index, block in enumerate(blocks):
        numbered = _NUMBERED_NOTE.match(block.text) if is_in_notes else None
        if numbered and not block.skip_reason:
            yield _NoteStart(index, numbered["label"], numbered.end(), False, 1)
            continue
        is_in_notes = _is_title_of_notes(block)
        match = _LABELLED_NOTE.match(block.text) if block.text.startswith("[") else None
        if not match or block.skip_reason or block.kind is ParagraphKind.HEADING:
            continue
        # in "[T]he", an editor changed a letter
        if match["closed"] and match["label"].isalpha() and match.end("closed") == match.end():
            continue
        block_count = 1 if match["closed"] else _count_bracketed_blocks(blocks, index)
        is_declared = match["word"] is not None
        if block_count or is_declared:
            yield _NoteStart(index, match["label"], match.end(), is_declared, block_count)


def _count_bracketed_blocks(blocks: Sequence[Block], first: int) -> int:
    """Return how many blocks the bracket at the start of a block spans.

    It is 0 if the bracket does not close at the end of a block before the next heading or note.
    """
    for index in range(first, min(first + _MAX_NOTE_BLOCKS, len(blocks))):
        text = blocks[index].text
        if index > first and (_LABELLED_NOTE.match(text) or _is_heading(blocks[index])):
            return 0
        if text.rstrip().endswith("]"):
            return index - first + 1
    return 0


def _is_heading(block: Block) -> bool:
    """Return whether a block is a heading, or looks like one."""
    if block.kind is ParagraphKind.HEADING:
        return True
    text = block.text.strip()
    return len(text) <= _MAX_HEADING_CHARACTERS and (
        text.isupper() or parse_heading(text) is not None
    )


def _collect_marks(
    blocks: Sequence[Block], starts_by_label: Mapping[str, Sequence[_NoteStart]]
) -> dict[str, list[_Mark]]:
    """Return the marks with one of these labels, in order, except at the start of a block.

    In what may itself be a note, a mark after a space belongs to the sentence: the passages of a
    game book send the reader from one to another, as in "turn to [2]".
    """
    marks: dict[str, list[_Mark]] = {}
    start_indices = {start.index for starts in starts_by_label.values() for start in starts}
    for index, block in enumerate(blocks):
        is_searched = "[" in block.text and not block.skip_reason
        for match in _BRACKETED_MARK.finditer(block.text, 1) if is_searched else ():
            previous = block.text[match.start() - 1]
            is_attached = previous.isalnum() or previous in _BEFORE_MARK
            if match["label"] in starts_by_label and (is_attached or index not in start_indices):
                mark = _Mark(index, match.start(), match.end(), is_attached)
                marks.setdefault(match["label"], []).append(mark)
    return marks


def _has_numbered_marks(
    starts_by_label: Mapping[str, Sequence[_NoteStart]],
    marks_by_label: Mapping[str, Sequence[_Mark]],
    *,
    are_below: bool,
) -> bool:
    """Return whether most of the numbers at the start of blocks have a mark, beginning with 1.

    Few have one if the paragraphs themselves are numbered, and refer to each other. The notes of an
    excerpt may begin with any number if they are all below the text.
    """
    numbers = [label for label in starts_by_label if label.isdecimal()]
    marked_count = sum(label in marks_by_label for label in numbers)
    begins_anywhere = are_below and marked_count > 1
    return ("1" in numbers or begins_anywhere) and marked_count * 2 > len(numbers)


def _are_below_marks(
    starts_by_label: Mapping[str, Sequence[_NoteStart]],
    marks_by_label: Mapping[str, Sequence[_Mark]],
) -> bool:
    """Return whether all possible notes stand below all their marks."""
    last_mark = max((marks[-1].index for marks in marks_by_label.values()), default=-1)
    first_start = min(starts[0].index for starts in starts_by_label.values())
    return 0 <= last_mark < first_start


def _match_marks(
    starts: Sequence[_NoteStart], marks: Sequence[_Mark], *, allows_spaces: bool
) -> Iterator[tuple[_NoteStart, list[_Mark]]]:
    """Yield the notes with one label, each with its marks above it.

    A label may be used again in each chapter. Notes at the end of the book take one mark each.
    """
    label = starts[0].label
    marks = [
        mark
        for mark in marks
        if mark.is_attached or not label.isalnum() or (allows_spaces and label.isdecimal())
    ]
    used_count = 0
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        above_count = bisect_left(marks, start.index, key=lambda mark: mark.index)
        is_shared = following is not None and (
            above_count == bisect_left(marks, following.index, key=lambda mark: mark.index)
        )
        own_marks = marks[used_count : used_count + 1 if is_shared else above_count]
        used_count += len(own_marks)
        if own_marks or start.is_declared:
            yield start, own_marks


def _declare_note(blocks: Sequence[Block], start: _NoteStart, anchor: str) -> None:
    """Make the blocks of a note part of it; its label is not spoken."""
    first = blocks[start.index]
    first.unspoken_spans.insert(0, UnspokenSpan(0, start.label_end, NOTE_MARK_REASON))
    for block in blocks[start.index : start.index + max(1, start.block_count)]:
        block.note_anchor = anchor


def _declare_mark(block: Block, mark: _Mark, anchor: str) -> None:
    """Make a mark in the text a reference to its note; it is not spoken."""
    if block.note_anchor:
        return
    block.unspoken_spans.append(UnspokenSpan(mark.start, mark.end, NOTE_MARK_REASON))
    block.note_references.append(anchor)
    block.reference_offsets.append(skip_spaces_before(block.text, mark.start))


def find_symbol_notes(blocks: Sequence[Block]) -> None:
    """Find notes that begin with a symbol, such as "* ...", and the marks in earlier blocks.

    A symbol may be reused for later notes. List items that begin with a symbol are not mistaken for
    notes, because no earlier block contains the symbol as a mark.
    """
    # For each symbol: the marks in the text, in order, whose notes have not been found yet.
    open_references: dict[str, deque[tuple[Block, re.Match[str]]]] = {}
    end_symbols = _find_symbols_of_end_notes(blocks)
    for block in blocks:
        if block.skip_reason or block.note_anchor:
            continue
        if open_references and _is_heading(block):
            # notes at the end of a book have numbers; a star after a heading is something else
            open_references = {
                symbol: references
                for symbol, references in open_references.items()
                if any(map(str.isnumeric, symbol)) or symbol in end_symbols
            }
        if block.kind is ParagraphKind.HEADING:
            continue
        label = _LEADING_SYMBOL.match(block.text)
        is_note = label is not None and _STARRED_PASSAGE.match(block.text) is None
        if label and is_note and label["symbol"] in open_references:
            symbol = label["symbol"]
            referring_block, reference = open_references[symbol].popleft()
            if not open_references[symbol]:
                del open_references[symbol]
            block.note_anchor = f"#{symbol}{block.start}"
            block.unspoken_spans.insert(0, UnspokenSpan(0, label.end(), NOTE_MARK_REASON))
            referring_block.note_references.append(block.note_anchor)
            mark = UnspokenSpan(*reference.span(), NOTE_MARK_REASON)
            referring_block.unspoken_spans.append(mark)
            continue
        for reference in _find_symbol_marks(block.text):
            open_references.setdefault(reference["symbol"], deque()).append((block, reference))
    _sort_unspoken_spans(blocks)


def _find_symbols_of_end_notes(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the symbols of the notes at the end of a text, each of which marks one word above."""
    spoken = [block for block in blocks if block.text.strip() and not block.skip_reason]
    symbols: list[str] = []
    while spoken and (label := _LEADING_SYMBOL.match(spoken[-1].text)):
        symbols.append(label["symbol"])
        spoken.pop()
    marks = [mark["symbol"] for block in spoken for mark in _find_symbol_marks(block.text)]
    is_certain = len(symbols) > 1 and sorted(symbols) == sorted(marks)
    return frozenset(symbols) if is_certain and len(set(symbols)) == len(symbols) else frozenset()


def find_notes_below_chapters(blocks: Sequence[Block]) -> None:
    """Find notes such as "(1) ..." in the last paragraphs of a chapter, and their marks above.

    A space may stand before such a mark, as in translated serials. Numbered paragraphs have no
    marks, and their numbers don't stand at the end of a chapter only.
    """
    first = 0
    for index in range(len(blocks) + 1):
        if index == len(blocks) or _is_heading(blocks[index]):
            _declare_notes_of_chapter(blocks[first:index])
            first = index


def _declare_notes_of_chapter(blocks: Sequence[Block]) -> None:
    """Make the last numbered paragraphs of a chapter notes if each has a mark above it."""
    starts = {
        index: match
        for index, block in enumerate(blocks)
        if not (block.skip_reason or block.note_anchor)
        and block.text.startswith("(")
        and (match := _PARENTHESISED_LABEL.match(block.text))
    }
    first = min(starts, default=0)
    numbers = [int(match["number"]) for match in starts.values()]
    closes_chapter = len(blocks) - first - len(starts) <= _MAX_BLOCKS_BELOW_NOTES
    if not starts or not closes_chapter or numbers != list(range(1, len(numbers) + 1)):
        return
    marks: dict[int, tuple[Block, re.Match[str]]] = {}
    for block in blocks[:first]:
        for mark in _PARENTHESISED_MARK.finditer(block.text):
            marks.setdefault(int(mark["number"]), (block, mark))
    if set(marks) != set(numbers):
        return
    for index, match in starts.items():
        note, (block, mark) = blocks[index], marks[int(match["number"])]
        note.note_anchor = f"#({match['number']}){note.start}"
        note.unspoken_spans.insert(0, UnspokenSpan(0, match.end(), NOTE_MARK_REASON))
        span = UnspokenSpan(mark.start("mark"), mark.end("mark"), NOTE_MARK_REASON)
        block.unspoken_spans.append(span)
        block.note_references.append(note.note_anchor)
        block.reference_offsets.append(skip_spaces_before(block.text, mark.start("mark")))
    _sort_unspoken_spans(blocks)


def skip_wiki_marks(blocks: Sequence[Block]) -> None:
    """Make the links silent that a wiki adds to headings and notes: "Notes[edit]", "1. ↑ ...".

    A section of such notes is skipped.
    """
    for block in blocks:
        if not block.skip_reason and "[edit" in block.text:
            spans = [UnspokenSpan(*m.span(), WIKI_REASON) for m in _EDIT_LINK.finditer(block.text)]
            block.unspoken_spans = sorted(
                [*block.unspoken_spans, *spans], key=lambda span: span.start
            )
        elif _BACK_LINK.match(block.text) and not block.skip_reason:
            block.note_anchor = block.note_anchor or f"#wiki{block.start}"


def _find_symbol_marks(text: str) -> Iterator[re.Match[str]]:
    """Yield the symbols after words that may refer to notes."""
    # most paragraphs have none of the characters, and looking for these first is quicker
    if _SYMBOL_CHARACTER.search(text) and not _STARRED_WORD.search(text):
        emphasised = [match.span() for match in _STARRED_PASSAGE.finditer(text)]
        for match in _SYMBOL_AFTER_WORD.finditer(text):
            if not any(start < match.start() < end for start, end in emphasised):
                yield match


def _sort_unspoken_spans(blocks: Iterable[Block]) -> None:
    """Put the unspoken spans of each block in order."""
    for block in blocks:
        block.unspoken_spans.sort(key=lambda span: span.start)


def find_orphan_marks(blocks: Sequence[Block]) -> None:
    """Make marks such as "[24]" silent whose notes the book lacks, as an excerpt from one does.

    A number that opens a paragraph, or that a word such as "page" announces, is read.
    """
    for block in blocks:
        is_searched = "[" in block.text and not block.skip_reason and not block.note_anchor
        matches = _ORPHAN_MARK.finditer(block.text, 1) if is_searched else ()
        marks = [
            UnspokenSpan(*match.span(), NOTE_MARK_REASON)
            for match in matches
            if _is_orphan_mark(block.text, match)
        ]
        free = [mark for mark in marks if not _touches_any(mark, block.unspoken_spans)]
        if free:
            block.unspoken_spans = sorted(
                [*block.unspoken_spans, *free], key=lambda span: span.start
            )


def _is_orphan_mark(text: str, match: re.Match[str]) -> bool:
    """Return whether a number in brackets interrupts a sentence, rather than being part of it."""
    before = text[max(0, match.start() - _CONTEXT_CHARACTERS) : match.start()]
    if not before.strip() or before.rstrip(" ").endswith(("\n", "[", "(")):
        return False
    if before[-1] in _BEFORE_MARK:
        return True
    last_character, following = before.rstrip()[-1], text[match.end() :].lstrip()[:1]
    if last_character in _BEFORE_MARK:
        # "It rained. [3] is the answer." begins a sentence with the number
        return not (last_character in ALL_SENTENCE_ENDS and following.islower())
    words = PLAIN_WORD_PATTERN.findall(before)
    return bool(words) and words[-1].casefold() not in _WORDS_BEFORE_NUMBERS


def _touches_any(mark: UnspokenSpan, spans: Iterable[UnspokenSpan]) -> bool:
    """Return whether a span overlaps any of several."""
    return any(mark.start < span.end and span.start < mark.end for span in spans)


def apply_note_policy(blocks: Sequence[Block], policy: str) -> None:
    """Mark the blocks of notes as skipped, or give them the kind `NOTE`, as the policy says."""
    for block in blocks:
        if block.note_anchor and not block.skip_reason:
            if policy == "skip":
                block.skip_reason = FOOTNOTE_REASON
                block.unspoken_spans = []
            elif block.kind is not ParagraphKind.HEADING:
                block.kind = ParagraphKind.NOTE


def skip_titles_of_notes(blocks: Sequence[Block]) -> None:
    """Skip the heading of a section in which only notes stand, such as "NOTES"."""
    for index, block in enumerate(blocks[:-1]):
        is_short = len(block.text) <= _MAX_HEADING_CHARACTERS and not block.skip_reason
        if not is_short or blocks[index + 1].skip_reason != FOOTNOTE_REASON:
            continue
        end = next(
            (i for i in range(index + 1, len(blocks)) if not blocks[i].skip_reason), len(blocks)
        )
        closes_section = end == len(blocks) or _is_heading(blocks[end])
        if closes_section and _is_title_of_notes(block):
            block.skip_reason, block.unspoken_spans = FOOTNOTE_REASON, []


def _is_title_of_notes(block: Block) -> bool:
    """Return whether a block is the heading of a section with notes."""
    is_short = len(block.text) <= _MAX_HEADING_CHARACTERS
    return is_short and _normalise_title(block.text) in _list_note_titles()


@cache
def _list_note_titles() -> frozenset[str]:
    """Return the headings of sections with notes, in all languages."""
    titles = frozenset[str]().union(*(words.note_titles for words in list_heading_words()))
    return frozenset(map(_normalise_title, titles))


def _normalise_title(text: str) -> str:
    """Return a title in lower case, without the marks around it."""
    text = _EDIT_LINK.sub("", text)
    return " ".join(PLAIN_WORD_PATTERN.findall(text)).casefold()


def arrange_notes(
    blocks: Sequence[Block], policy: str, chapter_indices: Iterable[int], language: str
) -> list[Block]:
    """Return the blocks with notes moved as the policy says.

    With `inline`, a note follows the sentence that refers to it; with `chapter-end`, it is at the
    end of its chapter; with `skip`, no note is moved. Notes without a reference are never moved.
    `chapter_indices` are the indices of the blocks where chapters begin, and `language` is the
    BCP 47 tag of the book.
    """
    if policy == "skip":
        return list(blocks)
    notes_by_anchor: dict[str, list[Block]] = {}
    for block in blocks:
        if block.note_anchor:
            notes_by_anchor.setdefault(block.note_anchor, []).append(block)
    moved_notes = _find_moved_notes(blocks, notes_by_anchor)
    arranged: list[Block] = []
    chapter_notes: list[Block] = []  # notes to be read at the end of the current chapter
    first_indices = set(chapter_indices)
    for index, block in enumerate(blocks):
        if index in first_indices:
            arranged += chapter_notes
            chapter_notes = []
        if id(block) in moved_notes:
            continue
        arranged.append(block)
        if not block.note_anchor:
            block_notes = _pop_notes(block, notes_by_anchor)
            if policy == "inline" and block_notes:
                arranged[-1:] = inline_notes.insert_notes(block, block_notes, language)
            else:
                chapter_notes += [note for notes in block_notes.values() for note in notes]
    return arranged + chapter_notes


def _find_moved_notes(blocks: Sequence[Block], notes_by_anchor: dict[str, list[Block]]) -> set[int]:
    """Return the `id()` of each note that text outside notes refers to."""
    return {
        id(note)
        for block in blocks
        if not block.note_anchor
        for anchor in block.note_references
        for note in notes_by_anchor.get(anchor, ())
    }


def _pop_notes(block: Block, notes_by_anchor: dict[str, list[Block]]) -> dict[str, list[Block]]:
    """Remove from `notes_by_anchor`, and return, the notes that a block refers to."""
    return {
        anchor: notes_by_anchor.pop(anchor)
        for anchor in dict.fromkeys(block.note_references)
        if anchor in notes_by_anchor
    }


def detect_notes(blocks: Sequence[Block]) -> None:
    """Detect notes that the markup does not declare, by the links that point to them.

    The target of a note mark is a note if it begins with a label and is not a heading. A book
    without such links is searched for notes with labels in brackets.
    """
    targets = {anchor for block in blocks for anchor in block.note_references}
    if not any(block.note_anchor for block in blocks) and not targets:
        find_labelled_notes(blocks)
        find_orphan_marks(blocks)
        return
    seen_references: set[str] = set()
    for block in blocks:
        seen_references.update(block.note_references)
        if block.note_anchor or block.skip_reason or block.kind is ParagraphKind.HEADING:
            continue
        for anchor in block.anchors:
            label = _LEADING_LABEL.match(block.text) if anchor in targets else None
            # the text links to the note and the note back to the text; the note is below it
            if label and (label.end() or anchor in seen_references):
                block.note_anchor = anchor
                if label.end():
                    block.unspoken_spans.insert(0, UnspokenSpan(0, label.end(), NOTE_MARK_REASON))
                break
    find_orphan_marks(blocks)
