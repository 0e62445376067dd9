"""Detect chapter headings in plain text, and in books whose markup declares none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.languages.web_words import load_web_words
from narrator.model import ParagraphKind, Span
from narrator.readers.layout import heading_syntax, section_titles
from narrator.readers.layout.chapter_titles import can_be_chapter_title, opens_with_speech
from narrator.readers.layout.contents_list import (
    make_contents_key,
    mark_contents_list,
    normalise_listed_title,
)
from narrator.readers.layout.heading_syntax import Heading, HeadingRank
from narrator.readers.layout.numbered_series import (
    find_decimal_series,
    find_doubled_titles,
    find_numbered_series,
    find_prefixed_series,
)
from narrator.readers.layout.outline import SUBTITLE_LEVEL
from narrator.readers.layout.web_furniture import is_navigation
from narrator.text.quotes import (
    CLOSING_BRACKETS,
    CLOSING_MARKS,
    DOUBLE_MARKS,
    character_class,
)
from narrator.text.words import ALL_SENTENCE_ENDS, SENTENCE_END, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.languages.web_words import WebWords
    from narrator.readers.layout.blocks import Block
    from narrator.readers.layout.contents_list import ContentsKey

_PROSE_END = re.compile(
    rf"{character_class(ALL_SENTENCE_ENDS, CLOSING_MARKS, CLOSING_BRACKETS, ':;—_-')}\s*$"
)
"""Punctuation at the end of a paragraph of prose; headings and interrupted sentences lack it."""
_COMPLETE_PARAGRAPH = re.compile(rf"{SENTENCE_END}\s*$|\A[^.!?…]{{0,119}}[^.!?…:;,—-]\Z", re.DOTALL)
"""A paragraph that ends with a complete sentence, or a short one without one, such as a heading."""
_TITLE_TERMINATORS = ",;.!?" + DOUBLE_MARKS
"""Final characters of a line that is a sentence or a quotation rather than a title."""
_BODY_KINDS = (ParagraphKind.TEXT, ParagraphKind.VERSE, ParagraphKind.QUOTE)
_MAX_ISOLATED_NUMBER = 199
"""Highest value of a chapter number that is not part of a sequence. A higher number is probably a
year or an amount."""
_DIRECTION_START = re.compile(r"\s*[\[(]|[.:]\s")
"""The end of the name at the start of a line of a play."""
_LEADING_HEADING = re.compile(
    r"(?P<heading>(?P<label>[^\W\d_]{4,12}\.?\s+(?:\d{1,3}|[IVXLC]+|[^\W\d_]{3,}(?:-[^\W\d_]+)?)\b[.:]?)"
    r"(?P<title>(?:\s+(?:[AIO]|[^\W\d_a-zß-ÿа-я]{2,}[,.!?’'-]*))*\s+[^\W\d_a-zß-ÿа-я]{2,}[,.!?’'-]*)?)"
    r"\s+(?=[\"“„«'‘(]?[A-ZÀ-ÞА-Я])"
)
"""A chapter's label, perhaps with a title in capitals, before the first sentence."""
_NUMBER_RANKS = (HeadingRank.NUMBER, HeadingRank.ENTRY)
"""Ranks of headings below those of chapters and parts."""
_NO_HEADING = Heading(HeadingRank.NUMBER, 0, "", "")
_MIN_PROSE_CHARACTERS = 30
"""Fewest characters of a sentence after a heading on the same line."""
_MIN_CERTAIN_NUMBERS = 2
_MIN_BLOCKS_OF_CHAPTER = 3
"""Fewest blocks from one numbered title to the next."""
_MAX_CAPITAL_CHARACTERS = 1000
"""Maximum length of a heading in capitals, with the blanks that centre its lines."""
_BULLETS = ("- ", "* ", "• ", "+ ", "– ")
_MAX_HEADING_LINES = 9
"""Maximum number of lines in a heading: a number, and a title of eight lines."""


def split_leading_headings(blocks: list[Block]) -> None:
    """Split paragraphs that begin with a chapter's heading, as where lines were joined.

    "CHAPTER ONE The wind had dropped" is a heading and a paragraph if the numbers of several such
    paragraphs follow each other.
    """
    matches = [(block, match) for block in blocks if (match := _match_leading_heading(block))]
    numbers = [_parse_label(match).number or 0 for _, match in matches]
    for (block, match), is_counted in zip(matches, _find_consecutive_numbers(numbers), strict=True):
        if is_counted:
            index = blocks.index(block)
            blocks[index : index + 1] = split_block(block, match.end("heading"), match.end())


def _match_leading_heading(block: Block) -> re.Match[str] | None:
    """Return the match of a chapter's heading before the text of a paragraph, or None."""
    is_prose = block.kind is ParagraphKind.TEXT and not block.skip_reason
    if not is_prose or block.note_references or not ends_sentence(block.text):
        return None
    match = _LEADING_HEADING.match(block.text)
    if match is None or _parse_label(match) is _NO_HEADING:
        return None
    # after a full stop, a long title such as "In which Tom goes out." may follow
    may_be_title = not match["title"] and match["label"][-1] in ".:"
    is_long = len(block.text) > 2 * heading_syntax.MAX_HEADING_CHARACTERS
    has_prose = len(block.text) - match.end() >= _MIN_PROSE_CHARACTERS
    return match if is_long or (has_prose and not may_be_title) else None


def _parse_label(match: re.Match[str]) -> Heading:
    """Return the heading that the label at the start of a paragraph is, or `_NO_HEADING`."""
    heading = heading_syntax.parse_heading(match["label"])
    is_chapter = heading is not None and heading.rank is HeadingRank.CHAPTER
    return heading if heading and is_chapter else _NO_HEADING


def split_block(block: Block, end: int, start: int) -> list[Block]:
    """Return the parts of a block up to an offset and from another; only spaces are between."""
    first = replace(
        block,
        text=block.text[:end],
        emphasis=[span for span in block.emphasis if span.end <= end],
        unspoken_spans=[span for span in block.unspoken_spans if span.end <= end],
    )
    second = replace(
        block,
        text=block.text[start:],
        start=block.start + start,
        blank_lines_before=0,
        follows_scene_gap=False,
        anchors=[],
        emphasis=[
            Span(span.start - start, span.end - start)
            for span in block.emphasis
            if span.start >= start
        ],
        unspoken_spans=[
            replace(span, start=span.start - start, end=span.end - start)
            for span in block.unspoken_spans
            if span.start >= start
        ],
    )
    return [first, second]


def mark_headings(blocks: Sequence[Block], language: str) -> None:
    """Mark headings with their levels, and the table of contents as skipped.

    `language` is the primary subtag of the book's language, for the links of websites.
    """
    contents_keys = mark_contents_list(blocks)
    web_words = load_web_words(language)
    headings = {
        index: heading
        for index, block in enumerate(blocks)
        if (heading := _parse_block(block, web_words))
    }
    if not any(heading.rank is HeadingRank.CHAPTER for heading in headings.values()):
        headings |= (
            find_numbered_series(blocks)
            or find_decimal_series(blocks)
            or find_prefixed_series(blocks)
            or find_doubled_titles(blocks)
        )
    _drop_volume_of_series(headings, blocks)
    _drop_unlikely_entries(headings)
    headings = dict(sorted((headings | _find_missing_numbers(headings, blocks)).items()))
    _drop_unlikely_numbers(headings, blocks, contents_keys)
    listed = _find_listed_titles(contents_keys, blocks, headings)
    subtitles = {index for index in listed if _is_bare_chapter(headings.get(index - 1))}
    headings |= {index: heading for index, heading in listed.items() if index not in subtitles}
    has_chapters = any(heading.rank is HeadingRank.CHAPTER for heading in headings.values())
    if not has_chapters:
        headings |= _find_unlisted_titles(blocks, headings)
    numbers = [index for index, heading in headings.items() if heading.rank in _NUMBER_RANKS]
    has_chapters |= section_titles.are_stanza_numbers(numbers, headings)
    has_parts = any(heading.rank is HeadingRank.PART for heading in headings.values())
    titles = _find_titles(blocks, headings, web_words)
    for index, heading in sorted(headings.items()):
        # The block may already be the title of the heading above it.
        if blocks[index].kind is not ParagraphKind.HEADING:
            level = _choose_level(heading, has_parts=has_parts, has_chapters=has_chapters)
            _make_heading(blocks[index], level)
            if index in titles:
                _make_heading(titles[index], SUBTITLE_LEVEL)
            elif index + 1 in subtitles:
                _make_heading(blocks[index + 1], SUBTITLE_LEVEL)


def _is_bare_chapter(heading: Heading | None) -> bool:
    """Return whether a heading is the number of a chapter without a title."""
    is_chapter = heading is not None and heading.rank in (HeadingRank.CHAPTER, HeadingRank.NUMBER)
    return is_chapter and heading is not None and not heading.title


def _choose_level(heading: Heading, *, has_parts: bool, has_chapters: bool) -> int:
    """Return the level of a heading, from 1; it depends on which other ranks the book has."""
    if heading.rank is HeadingRank.PART:
        return 1
    return 1 + has_parts + (has_chapters and heading.rank in _NUMBER_RANKS)


def _make_heading(block: Block, level: int) -> None:
    """Turn a block into a heading."""
    block.kind, block.heading_level = ParagraphKind.HEADING, level
    block.follows_scene_gap = False


def _parse_block(block: Block, web_words: WebWords) -> Heading | None:
    """Parse a block as a heading; return None if it can't be one."""
    if (
        block.skip_reason
        or block.kind not in _BODY_KINDS
        or (
            len(block.text) > 2 * heading_syntax.MAX_HEADING_CHARACTERS and not block.text.isupper()
        )
        or len(block.text) > _MAX_CAPITAL_CHARACTERS
        or is_navigation(block.text, web_words)
    ):
        return None
    lines = [line for line in block.spoken_text.strip().splitlines() if line.strip()]
    if not lines or len(lines) > _MAX_HEADING_LINES:
        return None
    heading = heading_syntax.parse_heading(lines[0])
    if heading is None:
        return None
    # A number or a name is weak evidence: the line must also be short and not a sentence.
    if heading.rank in (*_NUMBER_RANKS, HeadingRank.NAMED) and (
        len(lines[0].strip()) > 80 or (heading.title and heading.title[-1] in _TITLE_TERMINATORS)
    ):
        return None
    title_lines = lines[1:]
    title = " ".join(line.strip() for line in title_lines)
    if title_lines and not can_be_chapter_title(title, len(title_lines), is_attached=True):
        return None
    return heading


def _find_missing_numbers(
    headings: dict[int, Heading], blocks: Sequence[Block]
) -> dict[int, Heading]:
    """Return the numbered titles that end like sentences or are long, by block index.

    They complete the numbers of the other chapters: "11. Who Stole the Tarts?".
    """
    certain = {i for i, h in headings.items() if h.rank is HeadingRank.NUMBER and h.title}
    if len(certain) < _MIN_CERTAIN_NUMBERS:
        return {}
    numbered = {
        index: heading
        for index, block in enumerate(blocks)
        if (heading := headings[index] if index in certain else _parse_loose_number(block))
    }
    missing_headings: dict[int, Heading] = {}
    sequence: list[int] = []
    chapters = [i for i in numbered if i - 1 not in numbered and i + 1 not in numbered]
    are_counted = _find_consecutive_numbers([numbered[i].number or 0 for i in chapters])
    for index, is_counted in zip(chapters, are_counted, strict=True):
        if not is_counted:
            continue
        if sequence and index - sequence[-1] < _MIN_BLOCKS_OF_CHAPTER:
            return {}
        sequence.append(index)
        if index not in certain:
            missing_headings[index] = numbered[index]
    certain_count = len(sequence) - len(missing_headings)
    return (
        missing_headings
        if certain_count >= max(len(missing_headings), _MIN_CERTAIN_NUMBERS)
        else {}
    )


def _parse_loose_number(block: Block) -> Heading | None:
    """Return the numbered title in a block that may also be a numbered sentence."""
    text = block.single_line_text
    if block.skip_reason or len(text) > 2 * heading_syntax.MAX_HEADING_CHARACTERS:
        return None
    heading = heading_syntax.parse_heading(text) if text[:1].isalnum() else None
    is_title = heading is not None and heading.title and heading.title[-1] not in ".,;:"
    return heading if is_title and heading and heading.rank is HeadingRank.NUMBER else None


def _drop_unlikely_entries(headings: dict[int, Heading]) -> None:
    """Remove headings such as "Day 3" unless their numbers rise, or begin again at 1."""
    indices = [index for index, heading in headings.items() if heading.rank is HeadingRank.ENTRY]
    numbers = [headings[index].number or 0 for index in indices]
    titles = [headings[index].title for index in indices[1:]]
    rising = [
        after > before or after == 1 or (after == before and bool(title))  # "Sol 7 (2)"
        for (before, after), title in zip(pairwise(numbers), titles, strict=True)
    ]
    if not rising or not all(rising):
        for index in indices:
            del headings[index]


def _find_unlisted_titles(
    blocks: Sequence[Block], headings: dict[int, Heading]
) -> dict[int, Heading]:
    """Return the titles and dates above the sections of a text that has no chapters."""
    numbered = [i for i, heading in headings.items() if heading.rank is not HeadingRank.NAMED]
    first = next((i for i, block in enumerate(blocks) if not block.skip_reason), len(blocks))
    dates = section_titles.find_dates(blocks, first=first) if not numbered else {}
    if dates:
        return dates
    titles = section_titles.find_set_off_titles(blocks, headings, first=first)
    titles = titles or section_titles.find_distant_titles(blocks, first=first)
    stanzas = [index for index in numbered if headings[index].rank is HeadingRank.NUMBER]
    are_stanzas = section_titles.are_stanza_numbers(stanzas, headings | titles)
    return titles if len(stanzas) == len(numbered) and (are_stanzas or not numbered) else {}


def _find_listed_titles(
    contents_keys: set[ContentsKey], blocks: Sequence[Block], headings: dict[int, Heading]
) -> dict[int, Heading]:
    """Find the first block that repeats each title in the table of contents.

    Return the headings by block index; blocks in `headings` are ignored.
    """
    missing_titles = {key for key in contents_keys if isinstance(key, str)}
    listed_headings: dict[int, Heading] = {}
    for index, block in enumerate(blocks):
        if not missing_titles:
            break
        if block.skip_reason or block.kind not in _BODY_KINDS or index in headings:
            continue
        title = normalise_listed_title(block.single_line_text)
        if title in missing_titles:
            missing_titles.remove(title)
            label = heading_syntax.normalise_title_case(block.single_line_text)
            listed_headings[index] = Heading(HeadingRank.NAMED, None, label, "")
    return listed_headings


def _drop_volume_of_series(headings: dict[int, Heading], blocks: Sequence[Block]) -> None:
    """Remove the only volume number of a book if it stands on the title page.

    It is the number within a series or of this file, and not the heading of a part. On the title
    page, neither a chapter nor prose follows it.
    """
    volumes = [
        index
        for index, heading in headings.items()
        if heading.label.partition(" ")[0].lower() in heading_syntax.list_volume_words()
    ]
    if len(volumes) != 1 or volumes[0] != min(headings):
        return
    following = blocks[volumes[0] + 1 : volumes[0] + 2]
    if following and volumes[0] + 1 not in headings and not _PROSE_END.search(following[0].text):
        del headings[volumes[0]]


def _drop_unlikely_numbers(
    headings: dict[int, Heading], blocks: Sequence[Block], contents_keys: set[ContentsKey]
) -> None:
    """Remove numbers that are unlikely to be headings, and mark page numbers as skipped.

    A number stays if it is in a consecutive sequence, in the table of contents, or isolated.
    """
    has_chapters = any(heading.rank is HeadingRank.CHAPTER for heading in headings.values())
    indices = [index for index, heading in headings.items() if heading.rank is HeadingRank.NUMBER]
    continues_count = _find_consecutive_numbers([headings[index].number or 0 for index in indices])
    plain_indices = [index for index in indices if not headings[index].title]
    are_page_numbers = _are_page_numbers(plain_indices, blocks)
    position = _NumberPosition(
        next((i for i, block in enumerate(blocks) if len(block.text) > 60), len(blocks)),
        min((block.blank_lines_before for block in blocks[1:]), default=0),
        is_only_heading=not has_chapters and len(indices) == 1,
    )
    for index, is_counted in zip(indices, continues_count, strict=True):
        if are_page_numbers and not headings[index].title:
            blocks[index].skip_reason = "page number"
        is_confirmed = is_counted or make_contents_key(headings[index]) in contents_keys
        if are_page_numbers or not (
            is_confirmed or _is_isolated_number(index, headings[index], blocks, position)
        ):
            del headings[index]


@dataclass(frozen=True, slots=True)
class _NumberPosition:
    """What the other blocks say about numbers that may be headings."""

    first_long_block: int
    """Index of the first block with more than 60 characters."""
    usual_blank_lines: int
    """Smallest number of blank lines before a block."""
    is_only_heading: bool
    """Whether the text has a single number and no chapters."""


def _is_isolated_number(
    index: int, heading: Heading, blocks: Sequence[Block], position: _NumberPosition
) -> bool:
    """Return whether a number is between complete paragraphs and clearly separate from them.

    It is if more blank lines than usual precede it, or if it is the only heading of the text.
    """
    if heading.title or index + 1 == len(blocks) or (heading.number or 0) > _MAX_ISOLATED_NUMBER:
        return False
    previous = blocks[index - 1] if index else None
    block, following = blocks[index], blocks[index + 1]
    if following.text[:1].islower() or (previous and not _COMPLETE_PARAGRAPH.search(previous.text)):
        return False
    # A single letter may be the word "I", unless it is chapter I at the start of the text.
    opens_text = heading.number == 1 and index <= position.first_long_block
    is_numeral = block.text.isupper() or not block.text[0].isalpha()
    is_sole_number = position.is_only_heading and is_numeral and (len(block.text) > 1 or opens_text)
    return is_sole_number or block.blank_lines_before > max(1, position.usual_blank_lines)


def _find_consecutive_numbers(numbers: Sequence[int]) -> list[bool]:
    """Return for each number whether it is part of a sequence 1, 2, 3, ...

    A sequence has at least two members. Each 1 starts a new sequence, and numbers that don't
    continue it are ignored. One number may be missing if the next ones follow.
    """
    is_counted = [False] * len(numbers)
    run: list[int] = []  # indices into `numbers`
    for index, number in enumerate(numbers):
        expected = numbers[run[-1]] + 1 if run else 1
        if number == expected + 1 and len(run) > 1:
            later_numbers = numbers[index + 1 :]
            expected += expected not in later_numbers and number + 1 in later_numbers
        if number == 1 or not run or number != expected:
            if run and number != 1:
                continue
            run = [index] if number == 1 else []
            continue
        run.append(index)
        for member in run:
            is_counted[member] = True
    return is_counted


def _are_page_numbers(indices: Sequence[int], blocks: Sequence[Block]) -> bool:
    """Return whether numbers are page numbers: at least a quarter of them interrupt a sentence."""
    interruptions = sum(
        0 < index < len(blocks) - 1
        and not _PROSE_END.search(blocks[index - 1].text)
        and blocks[index + 1].text[:1].islower()
        for index in indices
    )
    return len(indices) >= 2 and interruptions * 4 >= len(indices)


def is_speaker_name(title: str, blocks: Sequence[Block]) -> bool:
    """Return whether a line is the name before a speech: other blocks begin with it, too.

    A stage direction in brackets may follow the name.
    """
    name = _DIRECTION_START.split(title, maxsplit=1)[0].rstrip(" .:")
    return sum(_begins_with_name(block.text, name) for block in blocks) > 1


def _begins_with_name(text: str, name: str) -> bool:
    """Return whether a text begins with a name, and a mark or a line end after it."""
    return text.startswith(name) and text[len(name) : len(name) + 1] in ("", ".", ":", "\n", "\r")


def _find_titles(
    blocks: Sequence[Block], headings: dict[int, Heading], web_words: WebWords
) -> dict[int, Block]:
    """Find the short blocks below chapter numbers that are their titles; return them by index.

    A text in quotation marks, or one in capitals that ends like a sentence, may be the first line
    of the story. It is a title only if most other numbers have one.
    """
    titles = {
        index: title
        for index, heading in headings.items()
        if (heading.number is not None or index + 1 not in headings)
        and (title := _find_title_below(blocks, index, heading, web_words))
    }
    certain_titles = {
        index: title for index, title in titles.items() if not _may_be_text(title, blocks[index])
    }
    is_usual = len(certain_titles) > 1 and len(certain_titles) * 2 >= len(headings)
    return titles if is_usual else certain_titles


def _may_be_text(title: Block, number: Block) -> bool:
    """Return whether a block below a chapter's number may be the first line of the story."""
    text = title.single_line_text
    has_usual_stop = text[-1] == number.single_line_text[-1] == "."
    return opens_with_speech(text) or (
        text.isupper() and ends_sentence(text) and not has_usual_stop
    )


def _find_title_below(
    blocks: Sequence[Block], index: int, heading: Heading, web_words: WebWords
) -> Block | None:
    """Return the block below a chapter's number if it is short and prose follows, or None."""
    if (
        heading.title
        or heading.rank is HeadingRank.NAMED
        or len(blocks[index].text.splitlines()) > 1
    ):
        return None
    following = [block for block in blocks[index + 1 : index + 3] if not block.skip_reason]
    if len(following) < 2 or following[0] is not blocks[index + 1]:
        return None
    title_block, prose = following
    lines = title_block.spoken_text.strip().splitlines()
    title = " ".join(line.strip() for line in lines)
    if any(line.lstrip().startswith(_BULLETS) for line in lines[1:]):
        return None  # a list
    is_title = can_be_chapter_title(title, len(lines), is_attached=True) and not (
        heading_syntax.parse_heading(title)
        or is_speaker_name(title, blocks)
        or is_navigation(title_block.text, web_words)
    )
    return title_block if is_title and _PROSE_END.search(prose.text) else None
