"""Find the headings of a plain text that have neither a number nor a word such as "chapter".

These are the dates of a diary and the titles of poems and tales. Only wide gaps and their form tell
them from sentences, so they are searched only where the text has no chapters otherwise.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.languages import load_language
from narrator.languages.language_files import list_tags_with_section
from narrator.model import ParagraphKind
from narrator.readers.layout import front_matter, heading_syntax
from narrator.readers.layout.chapter_titles import (
    can_be_chapter_title,
    is_in_title_case,
    opens_with_speech,
)
from narrator.readers.layout.heading_syntax import Heading, HeadingRank
from narrator.readers.layout.outline import BOOK_TITLE_LEVEL
from narrator.text.quotes import DOUBLE_MARKS, character_class
from narrator.text.words import count_words, ends_sentence, has_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from narrator.readers.layout.blocks import Block

_MAX_DATE_CHARACTERS, _MAX_TITLE_CHARACTERS = 48, 60
_MIN_DATES, _MIN_TITLES, _MIN_QUOTED_TITLES = 3, 2, 3
_MIN_DISTANT_WORDS, _MIN_USUAL_WORDS = 100, 400
"""Fewest words below a title that nothing else sets off, and below most of them."""
_MIN_PROSE_CHARACTERS = 80
_MAX_OTHER_SHARE = 1.5
"""Most lines that look like titles or signs, for each one in title case."""
_MIN_GAP = 2
"""Fewest blank lines above a title, and always more than usual."""
_MIN_DATED_SHARE = 0.75
"""Share of the dates that must have prose below them; a list of dates has none."""
_QUOTED_TITLE = re.compile(
    rf"{character_class(DOUBLE_MARKS)}[^{re.escape(DOUBLE_MARKS)}]*[^{re.escape(DOUBLE_MARKS)},.!?]{character_class(DOUBLE_MARKS)}"
)
_WORD_OR_NUMBER = re.compile(r"[^\W\d_]+|\d+")
_NUMBER_ENDINGS = frozenset(["st", "nd", "rd", "th", "er", "º", "o", "e"])
_MIN_YEAR, _MAX_YEAR, _MAX_DAY = 1000, 2999, 31
_MAX_DATE_WORDS = 5
_OUTER_MATTER = frozenset(
    [
        "about the author", "about the publisher", "acknowledgements", "advertisement",
        "bibliography", "colophon", "copyright", "index", "licence", "transcriber's note",
    ]
)  # fmt: skip
"""Reasons for skipping a section above the first chapter or below the last."""


def find_dates(blocks: Sequence[Block], *, first: int) -> dict[int, Heading]:
    """Return the dates above the entries of a diary, by block index, from the block `first`."""
    dates = [
        index
        for index, block in enumerate(blocks[first:], first)
        if _is_body(block) and _is_date_heading(block)
    ]
    followed = [index for index in dates if index + 1 < len(blocks) and index + 1 not in dates]
    if len(dates) < _MIN_DATES or len(followed) < _MIN_DATED_SHARE * len(dates):
        return {}
    return {index: _name_section(blocks[index]) for index in dates}


def _is_date_heading(block: Block) -> bool:
    """Return whether a block is the date of an entry, perhaps with a line in capitals below it."""
    first, _, rest = block.spoken_text.strip().partition("\n")
    caption = " ".join(rest.split())
    is_caption = not caption or (caption.isupper() and len(caption) <= _MAX_TITLE_CHARACTERS)
    return is_caption and is_date(first.strip())


def is_date(line: str) -> bool:
    """Return whether a line is the date of an entry: "3rd January.", "Tuesday, May 3, 1887".

    A month in words is needed, and a day or a year.
    """
    if len(line) > _MAX_DATE_CHARACTERS or not any(map(str.isdigit, line)):
        return False
    tokens = [token.casefold() for token in _WORD_OR_NUMBER.findall(line)]
    numbers = [int(token) for token in tokens if token.isdecimal()]
    words = [word for word in tokens if not word.isdecimal() and word not in _NUMBER_ENDINGS]
    has_valid_numbers = 0 < len(numbers) <= 2 and all(
        0 < number <= _MAX_DAY or _MIN_YEAR <= number <= _MAX_YEAR for number in numbers
    )
    months = _list_month_names()
    is_short = len(words) <= _MAX_DATE_WORDS
    return has_valid_numbers and is_short and _opens_or_closes(words, months)


def _opens_or_closes(words: Sequence[str], months: Collection[str]) -> bool:
    """Return whether a month is among the first two words; only few words stand beside it.

    Before it stands a weekday or a word such as "the"; behind it, at most one such word.
    """
    index = next((i for i, word in enumerate(words[:3]) if word in months), None)
    return index is not None and len(words) - index <= 2


@cache
def _list_month_names() -> frozenset[str]:
    """Return the names of the months in all languages, without those that are other words."""
    names = (load_language(tag).month_names for tag in list_tags_with_section("headings"))
    return frozenset(name for names_of_tag in names for name in names_of_tag if len(name) > 2)


def find_set_off_titles(
    blocks: Sequence[Block], headings: Mapping[int, Heading], *, first: int
) -> dict[int, Heading]:
    """Return the titles that wide gaps set off, as in a collection of poems, by block index.

    `headings` are known already; `first` is the index of the first block below the title page.
    """
    gaps = [block.blank_lines_before for block in blocks[first + 1 :] if not block.skip_reason]
    if not gaps:
        return {}
    min_gap = max(_MIN_GAP, int(statistics.median(gaps)) + 1)
    titles = [
        index
        for index, block in enumerate(blocks[first:], first)
        if block.blank_lines_before >= min_gap
        and index > first
        and index not in headings
        and _may_be_title(blocks, index)
    ]
    first_lines = Counter(block.text.partition("\n")[0].strip(" .:") for block in blocks)
    # the name before the first speech of a play stands before others, too
    titles = [i for i in titles if first_lines[blocks[i].single_line_text.strip(" .:")] == 1]
    parts = _find_parts(titles, blocks)
    texts = [blocks[index].single_line_text.casefold() for index in titles]
    are_capitals = [
        blocks[index].single_line_text.isupper() for index in titles if index not in parts
    ]
    is_uniform = all(are_capitals) or not any(are_capitals)
    are_quoted = any(opens_with_speech(text) for text in texts)
    min_titles = _MIN_QUOTED_TITLES if are_quoted else _MIN_TITLES
    if len(titles) < min_titles or len(set(texts)) < len(texts) or not is_uniform:
        return {}
    # wide gaps elsewhere separate scenes, or nothing in particular
    wide = sum(block.blank_lines_before >= min_gap for block in blocks[first + 1 :])
    if wide > 2 * len(titles):
        return {}
    below = first + 1
    # the first title may stand right below that of the book
    if below not in titles and below + 1 < titles[0] and below not in headings:
        has_form = blocks[below].single_line_text.isupper() == are_capitals[0]
        is_new = first_lines[blocks[below].single_line_text.strip(" .:")] == 1
        if has_form and is_new and _may_be_title(blocks, below):
            titles.insert(0, below)
    return {
        index: replace(_name_section(blocks[index]), rank=HeadingRank.PART)
        if index in parts
        else _name_section(blocks[index])
        for index in titles
    }


def _find_parts(titles: Sequence[int], blocks: Sequence[Block]) -> set[int]:
    """Return the titles of parts: those in capitals, if another title is right below each of them.

    The others are not in capitals.
    """
    capitals = {index for index in titles if blocks[index].single_line_text.isupper()}
    others = set(titles) - capitals
    return capitals if others and all(index + 1 in others for index in capitals) else set()


def find_distant_titles(blocks: Sequence[Block], *, first: int) -> dict[int, Heading]:
    """Return the titles without numbers that stand far apart between paragraphs, by block index.

    They are in bold or italics as a whole, or all lines of this form are in title case or capitals.
    """
    lines = [
        index
        for index in range(max(first, 1), len(blocks))
        if _may_be_title(blocks, index) and _is_prose(blocks[index + 1])
    ]
    emphasised = [index for index in lines if _is_emphasised(blocks[index])]
    in_title_case = [index for index in lines if _is_in_title_form(blocks[index])]
    for titles, others in ((emphasised, []), (in_title_case, lines)):
        if _are_distant(titles, blocks) and len(others) <= _MAX_OTHER_SHARE * len(titles):
            return {index: _name_section(blocks[index]) for index in titles}
    return {}


def _is_prose(block: Block) -> bool:
    """Return whether a block is a paragraph of sentences, or a number above one."""
    if not _is_body(block):
        return False
    is_sentence = len(block.text) >= _MIN_PROSE_CHARACTERS or ends_sentence(block.text)
    return is_sentence or heading_syntax.parse_heading(block.single_line_text) is not None


def _is_emphasised(block: Block) -> bool:
    """Return whether all words of a block are in bold or italics."""
    position = 0
    for span in block.emphasis:
        if has_words(block.text[position : max(position, span.start)]):
            return False
        position = max(position, span.end)
    return position > 0 and not has_words(block.text[position:])


def _is_in_title_form(block: Block) -> bool:
    """Return whether a line has several words, and is in capitals or in title case."""
    line = block.single_line_text
    return " " in line and (line.isupper() or is_in_title_case(line))


def _are_distant(titles: Sequence[int], blocks: Sequence[Block]) -> bool:
    """Return whether titles differ, and much text stands between them."""
    texts = {blocks[index].single_line_text.casefold() for index in titles}
    if len(titles) < _MIN_TITLES or len(texts) < len(titles):
        return False
    word_counts = [
        sum(count_words(block.text) for block in blocks[start + 1 : end])
        for start, end in pairwise([*titles, len(blocks)])
    ]
    return (
        min(word_counts) >= _MIN_DISTANT_WORDS
        and statistics.median(word_counts) >= _MIN_USUAL_WORDS
    )


def _may_be_title(blocks: Sequence[Block], index: int) -> bool:
    """Return whether a block has the form of a title, and text or a number below it."""
    block = blocks[index]
    text = block.single_line_text
    if not _is_body(block) or len(text) > _MAX_TITLE_CHARACTERS or index + 1 >= len(blocks):
        return False
    following = blocks[index + 1]
    title = text[1:-1] if _QUOTED_TITLE.fullmatch(text) else text
    has_form = (
        can_be_chapter_title(title)
        and not opens_with_speech(title)
        and (text.isupper() or not ends_sentence(text))
        and not any(character in text for character in ":;=|[]")
        and "\n" not in block.text.strip()
    )
    return has_form and has_words(following.text) and not following.skip_reason


def _is_body(block: Block) -> bool:
    """Return whether a block may still become a heading."""
    is_text = block.kind in (ParagraphKind.TEXT, ParagraphKind.VERSE, ParagraphKind.QUOTE)
    return is_text and not block.skip_reason and has_words(block.text)


def _name_section(block: Block) -> Heading:
    """Return the heading of a section that only has a title."""
    label = heading_syntax.normalise_title_case(block.single_line_text)
    return Heading(HeadingRank.NAMED, None, label, "")


def are_stanza_numbers(numbers: Sequence[int], headings: Mapping[int, Heading]) -> bool:
    """Return whether each sequence of numbers begins right below a title, as in poems.

    `numbers` are the indices of the numbers in `headings`.
    """
    firsts = [index for index in numbers if headings[index].number == 1]
    return bool(firsts) and all(
        index - 1 in headings and headings[index - 1].rank is HeadingRank.NAMED for index in firsts
    )


def skip_outer_matter(blocks: Sequence[Block]) -> None:
    """Skip sections such as "Also by" and "About the Author", outside the chapters of a text."""
    headings = [
        index
        for index, block in enumerate(blocks)
        if block.kind is ParagraphKind.HEADING and block.heading_level != BOOK_TITLE_LEVEL
    ]
    first_heading, last_heading = (headings[0], headings[-1]) if headings else (0, -1)
    starts = [
        index
        for index, block in enumerate(blocks)
        if (index < first_heading or index > max(last_heading, len(blocks) // 2))
        and block.blank_lines_before >= _MIN_GAP
        and _is_body(block)
        and front_matter.classify_title(block.single_line_text) in _OUTER_MATTER
    ]
    for start, following in pairwise([*starts, len(blocks)]):
        end = min(following, first_heading) if start < first_heading else following
        if start < first_heading:
            end = _find_wide_gap(blocks, start + 1, end)
        section = blocks[start:end]
        reason = front_matter.classify_section(
            section, blocks[start].single_line_text, outside_body=True
        )
        for block in _list_spoken(section) if reason else ():
            block.skip_reason, block.unspoken_spans = reason, []


def _find_wide_gap(blocks: Sequence[Block], start: int, end: int) -> int:
    """Return the index of the first block below a wide gap within a range, or its end."""
    wide = (i for i in range(start, end) if blocks[i].blank_lines_before >= _MIN_GAP)
    return next(wide, end)


def _list_spoken(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks that are not skipped yet."""
    return (block for block in blocks if not block.skip_reason)
