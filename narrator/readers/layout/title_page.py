"""Read the title page of a book whose format has no metadata: its title, and who wrote it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
from narrator.languages.web_words import list_navigation_phrases
from narrator.model import ParagraphKind
from narrator.readers.layout import chapter_titles, heading_detection, heading_syntax, outline
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.skip_reasons import RUNNING_HEAD_REASON
from narrator.readers.loading import title_from_path
from narrator.segmentation.speech_prefixes.cast_list import is_cast_list_title
from narrator.segmentation.speech_prefixes.directions import is_scene_line
from narrator.text.quotes import APOSTROPHES
from narrator.text.roman_numerals import parse_roman_numeral
from narrator.text.words import count_words, ends_sentence, join_spaced_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Metadata
    from narrator.readers.interface import Policy

_IMPRINT_PATTERN = re.compile(
    r"[\W_]*(?:(?:translated|edited|illustrated|with .{1,40}) by\b.{1,60}|[Cc]opyright.{1,60}|"
    r"all rights reserved|an? (?:\w+ )?(?:novel(?:la|ette)?|tale|story|romance|fable|"
    r"(?:tragi-?)?comedy|tragedy|play|drama|farce|melodrama)"
    r"(?: in (?:\w+ )?(?:acts?|parts?|scenes?|letters|verse))?|"
    r"(?:(?:new|collected|selected|short) )?(?:poems|verses|sonnets|stories|tales|essays|sketches)|"
    r"author of .{1,80}|1[5-9]\d\d|20\d\d)[\W_]*|[(\[].{1,60}[)\]]",
    re.IGNORECASE,
)
"""A line of a title page other than title and author, such as "translated by" or a year."""
_PUBLICATION_PATTERN = re.compile(
    r"(?:(?:first )?published\b.{1,80}|[^.!?]{1,60}[,:]\s+[^!?]{0,60}\b(?:1[5-9]\d\d|20\d\d))\W*",
    re.IGNORECASE,
)
"""A line that states where and when a book or story was published."""
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_PUBLISHER_WORD = re.compile(
    r"\b(?:LIMITED|LTD|CO|COMPANY|PRESS|PUBLISHERS?|PUBLISHED|BROTHERS|& SONS?|AND SONS?|"
    r"VERLAG|ÉDITEURS?|EDITORE|EDITORIAL|EDITORES)\b"
)
_DEDICATION_PATTERN = re.compile(
    r"[\W_]*(?:(?:this (?:book|story|tale) is )?dedicated to|to|for|in (?:loving |fond )?memory of|"
    r"für|meiner|meinem|à|au|aux|para|pour|a mi|a mis|al|alla|ai)\b(?:\W+\w+){1,24}[\W_]*",
    re.IGNORECASE,
)
_NAME_WORD = (
    rf"(?:[^\W\d_a-zß-ÿ][\w.{APOSTROPHES}-]*|"
    r"and|de|da|del|della|di|du|la|le|of|the|van|der|von|zu|y|&)"
)
_AUTHOR_NAME = re.compile(rf"{_NAME_WORD}(?:[,;]?\s+{_NAME_WORD}){{0,8}}")
"""One or more authors' names: capitalised words, and particles such as "von"."""
_NICKNAME = re.compile(r"(?=\S*[@\d_])@?[\w.-]{2,30}")
"""The name of an author on a website."""
_WORD = re.compile(r"[a-z]{4,24}")
_BYLINE_START = (
    r"\W*(?:(?:an?\s+)?(?:[\w-]+\s+){0,2}(?:poems?|poetry|verses?|sonnets|stor(?:y|ies)|tales?|essays|"
    r"sketches|memoirs?|novel(?:la|ette)?|romance|fable|comedy|tragedy|play|drama|farce|screenplay|"
    r"words|text|retold)(?:\s+in\s+\w+\s+(?:acts?|parts?|scenes?|verses?))?,?\s+)?"
    r"(?:written )?by"
)
_BYLINE_ALONE = re.compile(rf"{_BYLINE_START}\W*", re.IGNORECASE)
"""A line that announces the author on the next one: "Written by"."""
_SECOND_CREDIT = re.compile(
    r"\s+(?:[·•|/–—-]|--)\s+|[;,.]?\s+(?=(?:and )?(?:illustrat|pictur|art|draw)\w* by\b)",
    re.IGNORECASE,
)
"""What stands before another person's part in a book: "Story by A. Lee · Art by B. Moe"."""
_PERSON_NAME = re.compile(
    r"[^\W\d_a-zß-ÿ][\w.'’-]*(?:\s+(?:(?:de|da|di|du|la|le|van|der|von|zu)\s+)?[^\W\d_a-zß-ÿ][\w.'’-]*){1,3}"
)
_INITIAL = re.compile(r"[^\W\d_]\.")
_BYLINE_PATTERN = re.compile(
    rf"(?:{_BYLINE_START}|\W*(?-i:von|VON|par|PAR))[\s:]+(?P<author>\S.{{1,60}})",
    re.IGNORECASE | re.DOTALL,
)
_BYLINE_BREAK = re.compile(
    rf"[\r\n]+\s*(?={_BYLINE_START}\b|\W*(?-i:von|VON|par|PAR)\s)", re.IGNORECASE
)
"""The line break before a byline ("by Jane Austen")."""
_TRAILING_YEAR = re.compile(r"\s*\(?\b1[5-9]\d\d\b\)?$")

_FIELD_LINE = re.compile(r"^[^\W\d_][^:\n]{0,30}:\s*\S", re.MULTILINE)
"""A line of a list that describes a story: "Rating: T"."""
_FIELD = re.compile(r"(?<=[\s,])[^\W\d_]{2,12}:\s(?=\S)")
_MIN_FIELDS = 3
_MAX_LEADING_BLOCKS, _MAX_LEADING_CHARACTERS = 8, 200
"""Limits of a title page: the number of blocks, and the length of each in characters."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_MAX_TOOL_CHARACTERS = 80
"""Most characters of the buttons and credits between the byline and the text of a web page."""
_MAX_BARE_LINES = 4
"""Most lines of a title page without "by"."""
_MAX_TITLE_CHARACTERS, _MAX_TITLE_WORDS = 60, 10
"""Limits of a title that has no byline."""


def find_title_and_author(
    blocks: list[Block], header_fields: dict[str, str], path: str, policy: Policy
) -> tuple[str, str | None]:
    """Return title and author from Gutenberg's header, the title page or the file's name.

    The blocks of the title page are marked as skipped. A byline ("by Jane Austen") in the same
    block as the title is split off into a block of its own.
    """
    title, author = header_fields.get("title"), header_fields.get("author")
    _split_at_blank_lines(blocks)
    leading_blocks = _skip_page_menus(list(_list_leading_blocks(blocks)), policy)
    byline_index = next(
        (index for index in range(len(leading_blocks)) if read_byline(leading_blocks, index)), None
    )
    name_index = 0
    if byline_index is None:
        if leading_blocks and (name_block := _split_off_name(leading_blocks[0])):
            blocks.insert(blocks.index(leading_blocks[0]) + 1, name_block)
            leading_blocks.insert(1, name_block)
        name_index = _find_name_alone(leading_blocks, blocks, author or "")
        name_index = name_index or _find_name_of_heads(leading_blocks, blocks)
        if not name_index and _names_author_first(leading_blocks, blocks):
            leading_blocks[:2] = reversed(leading_blocks[:2])
            name_index = 1
    if name_index:
        author = author or heading_syntax.normalise_title_case(
            leading_blocks[name_index].single_line_text
        )
        page_title = _read_title(leading_blocks[:name_index])
        _mark_title_page(leading_blocks, name_index, blocks, policy)
        return title or page_title or title_from_path(path), author
    if byline_index is None:
        is_known = bool(title) and not (
            leading_blocks and _fold_equally(leading_blocks[0].single_line_text, title or "")
        )
        page_title = "" if is_known else _mark_title_without_byline(leading_blocks, blocks)
        return title or page_title or title_from_path(path), author
    author = author or heading_syntax.normalise_title_case(
        read_byline(leading_blocks, byline_index)
    )
    if not byline_index and (byline_block := _split_off_byline(leading_blocks[0])):
        blocks.insert(blocks.index(leading_blocks[0]) + 1, byline_block)
        leading_blocks.insert(1, byline_block)
        byline_index = 1
    page_title = _read_title(leading_blocks[:byline_index], author)
    _mark_title_page(leading_blocks, byline_index, blocks, policy)
    return title or page_title or title_from_path(path), author


def _split_at_blank_lines(blocks: list[Block]) -> None:
    """Split the first blocks at blank lines, so that no verse is part of the title page."""
    for block in list(_list_leading_blocks(blocks)):
        rest = block
        while gap := _BLANK_LINE.search(rest.text.rstrip()):
            parts = heading_detection.split_block(rest, *gap.span())
            if parts[1].spoken_text.lstrip()[:1].islower():
                break  # a sentence that goes on below the end of a page
            index = blocks.index(rest)
            blocks[index : index + 1] = parts
            rest = parts[1]


def _skip_page_menus(leading_blocks: list[Block], policy: Policy) -> list[Block]:
    """Return the blocks below the menus at the head of a copied web page, which are skipped."""
    phrases = list_navigation_phrases()
    menu_count = 0
    for count, block in enumerate(leading_blocks, 1):
        lines = [line.strip().casefold() for line in block.text.splitlines() if line.strip()]
        known = sum(line in phrases for line in lines)
        if known > 1 and known * 2 > len(lines):
            menu_count = count
    below = leading_blocks[menu_count:]
    byline = next((i for i in range(len(below)) if read_byline(below, i)), len(below))
    tools = below[byline + 1 :] if menu_count else []  # buttons and credits above the text
    for block in [*leading_blocks[:menu_count], *tools] if policy.matter == "skip" else ():
        if block in tools and len(block.text) > _MAX_TOOL_CHARACTERS:
            break
        block.skip_reason, block.unspoken_spans = "navigation", []
    return [block for block in below if not block.skip_reason]


def take_title_page(blocks: list[Block], metadata: Metadata, path: str, policy: Policy) -> Metadata:
    """Return the metadata with the author whom a title page in the text names, and skip the page.

    It begins with the title that the metadata have, unless that comes from the name of the file.
    """
    leading_blocks = list(_list_leading_blocks(blocks))
    byline_index = next(
        (index for index in range(len(leading_blocks)) if read_byline(leading_blocks, index)), None
    )
    is_missing = metadata.title == title_from_path(path)
    if byline_index is None and is_missing and _is_bare_title_page(leading_blocks, blocks):
        title, author = find_title_and_author(blocks, {}, path, policy)
        return replace(metadata, title=title, author=metadata.author or author)
    if byline_index is None:
        return metadata
    first_lines = leading_blocks[0].text.strip().splitlines()
    byline_author = read_byline(leading_blocks, byline_index)
    title = _read_title(leading_blocks[:byline_index], byline_author) or first_lines[0]
    if not is_missing and heading_syntax.fold_title(title) != heading_syntax.fold_title(
        metadata.title
    ):
        return metadata
    has_own_line = byline_index > 0 or len(first_lines) > 1
    if not has_own_line or any(ends_sentence(b.text) for b in leading_blocks[:byline_index]):
        return metadata
    fields = {} if is_missing else {"title": metadata.title}
    title, author = find_title_and_author(blocks, fields, path, policy)
    return replace(metadata, title=title, author=metadata.author or author)


def _is_bare_title_page(leading_blocks: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """Return whether a title and a name, without "by", are all that stands above a heading."""
    if not 1 < len(leading_blocks) <= _MAX_BARE_LINES or any(
        ends_sentence(block.text) for block in leading_blocks
    ):
        return False
    end = blocks.index(leading_blocks[-1]) + 1
    following = next((block for block in blocks[end:] if block.spoken_text.strip()), None)
    return following is not None and following.kind is ParagraphKind.HEADING


def _names_writer(title_blocks: Sequence[Block], author: str) -> bool:
    """Return whether the first page of a manuscript begins with the name of its writer."""
    folded_author = heading_syntax.fold_title(author)
    return any(folded_author in heading_syntax.fold_title(b.text) for b in title_blocks[:-1])


def _read_title(title_blocks: Sequence[Block], author: str = "") -> str:
    """Return the title in the blocks above the author's name."""
    if len(title_blocks) > 1 and author and _names_writer(title_blocks, author):
        title_blocks = title_blocks[-1:]  # below the address of the writer
    named = [b for b in title_blocks if not _IMPRINT_PATTERN.fullmatch(b.single_line_text)]
    all_lines = [
        join_spaced_letters(line.strip())
        for block in named or title_blocks
        for line in block.spoken_text.splitlines()
    ]
    lines = [line for line in all_lines if not _IMPRINT_PATTERN.fullmatch(line)] or all_lines
    title = _TRAILING_YEAR.sub("", " ".join(" ".join(lines).split()))
    return heading_syntax.normalise_title_case(title)


def _find_name_alone(leading_blocks: Sequence[Block], blocks: Sequence[Block], author: str) -> int:
    """Return the index of the block with the author's name below the title, or 0.

    Without "by", the `author` must be known from elsewhere, a line such as "A novel" must stand
    above the name, or it has an initial or a common first name. A heading follows the title page.
    """
    if not any(block.kind is ParagraphKind.HEADING for block in blocks):
        return 0
    for index, block in enumerate(leading_blocks[1:4], 1):
        line = block.single_line_text.strip("_* ")
        if _IMPRINT_PATTERN.fullmatch(line):
            continue
        is_evident = _IMPRINT_PATTERN.fullmatch(leading_blocks[index - 1].single_line_text) or (
            heading_syntax.fold_title(line) == heading_syntax.fold_title(author)
            or _begins_with_given_name(line)
        )
        if not (is_evident and _PERSON_NAME.fullmatch(line)):
            return 0
        later_blocks = leading_blocks[index + 1 :]
        return index if all(_choose_skip_reason(b, has_headings=True) for b in later_blocks) else 0
    return 0


def _names_author_first(leading_blocks: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """Return whether the first line is the author's name, and the second the title.

    A title that is a name is that of a person in the book, whom the text mentions.
    """
    if len(leading_blocks) < 2 or not any(b.kind is ParagraphKind.HEADING for b in blocks[2:]):
        return False
    name, title = (block.single_line_text for block in leading_blocks[:2])
    is_name = _PERSON_NAME.fullmatch(name) and _begins_with_given_name(name)
    if not is_name or ends_sentence(title) or count_words(title) > _MAX_TITLE_WORDS:
        return False
    if _IMPRINT_PATTERN.fullmatch(title) or any(
        not _choose_skip_reason(block, has_headings=True) for block in leading_blocks[2:]
    ):
        return False
    surname = name.split()[-1]
    return not any(surname in block.text for block in blocks if block is not leading_blocks[0])


def _find_name_of_heads(leading_blocks: Sequence[Block], blocks: Sequence[Block]) -> int:
    """Return the index of the line below the title that the running heads repeat, or 0.

    Running heads have the title on one page, and the author on the other.
    """
    heads = {
        heading_syntax.fold_title(text) for block in blocks for text in _list_running_heads(block)
    }
    for index, block in enumerate(leading_blocks[1:3], 1):
        line = block.single_line_text
        if _PERSON_NAME.fullmatch(line) and heading_syntax.fold_title(line) in heads:
            return index
    return 0


def _list_running_heads(block: Block) -> list[str]:
    """Return the running heads that a block is, or has within it."""
    if block.skip_reason == RUNNING_HEAD_REASON:
        return [block.text]
    return [
        block.text[span.start : span.end]
        for span in block.unspoken_spans
        if span.reason == RUNNING_HEAD_REASON
    ]


def _begins_with_given_name(line: str) -> bool:
    """Return whether a line begins with an initial or a common first name."""
    first_word = line.split(maxsplit=1)[0] if line else ""
    given_names = load_attribution_language("en").given_names
    return bool(_INITIAL.match(first_word)) or first_word.casefold() in given_names


def _split_off_name(block: Block) -> Block | None:
    """Remove the author's name, the second of two lines, from a block that begins with the title.

    Return the removed line as a new block, or None if it is not certainly a name.
    """
    lines = [line for line in block.text.splitlines() if line.strip()]
    name = lines[-1].strip() if lines else ""
    if not (
        len(lines) == 2
        and not _begins_with_given_name(lines[0])
        and not ends_sentence(lines[0])
        and _begins_with_given_name(name)
        and _PERSON_NAME.fullmatch(name)
    ):
        return None
    start = block.text.rindex(name)
    name_block = Block(name, block.start + start, block.kind)
    block.text, block.emphasis = block.text[:start].rstrip(), []
    return name_block


def _mark_title_page(
    leading_blocks: Sequence[Block], byline_index: int, blocks: Sequence[Block], policy: Policy
) -> None:
    """Mark the blocks of the title page as skipped, unless the policy keeps them.

    In a text without headings, the title becomes the heading.
    """
    has_headings = any(block.kind is ParagraphKind.HEADING for block in blocks)
    # If "by" is a block of its own, the author's name is the next block.
    is_by_alone = _BYLINE_ALONE.fullmatch(leading_blocks[byline_index].single_line_text)
    end = byline_index + 1 + bool(is_by_alone)
    reasons_by_index = dict.fromkeys(range(end), "title page")
    for index in range(end, len(leading_blocks)):
        reason = _choose_skip_reason(leading_blocks[index], has_headings=has_headings)
        if reason:
            reasons_by_index[index] = reason
        elif not has_headings:
            break  # the story may begin there
    for index, reason in reasons_by_index.items() if policy.matter == "skip" else ():
        leading_blocks[index].skip_reason = reason
    if byline_index and not has_headings:
        leading_blocks[0].skip_reason = ""
        _make_book_title(leading_blocks[0])


def _make_book_title(block: Block) -> None:
    """Turn a block into the heading of the whole book."""
    block.kind, block.heading_level = ParagraphKind.HEADING, outline.BOOK_TITLE_LEVEL


def _choose_skip_reason(block: Block, *, has_headings: bool) -> str:
    """Return the skip reason of a block below the byline, or "" if it is spoken.

    Fewer kinds of lines are skipped in a text without headings, where the story may begin there.
    The list of the persons of a play explains its names.
    """
    line = block.single_line_text
    if is_cast_list_title(block.text.strip().split("\n", 1)[0]):
        return ""
    if _IMPRINT_PATTERN.fullmatch(line) or (
        has_headings
        and (
            _PUBLICATION_PATTERN.fullmatch(line)
            or _is_publisher_line(line)
            or _is_imprint(block.text)
        )
    ):
        return "title page"
    return "dedication" if has_headings and _DEDICATION_PATTERN.fullmatch(line) else ""


def _is_imprint(text: str) -> bool:
    """Return whether short lines in capitals name the place, the publisher and the year."""
    lines = [line.strip(" _*.") for line in text.splitlines() if line.strip()]
    is_year = bool(lines) and (
        _YEAR.fullmatch(lines[-1]) is not None
        or (len(lines[-1]) > 3 and parse_roman_numeral(lines[-1].replace(".", "")) is not None)
    )
    is_house = any(_PUBLISHER_WORD.search(line) for line in lines)
    return (
        len(text) <= _MAX_LEADING_CHARACTERS
        and (len(lines) > 1 or is_house)
        and (is_year or is_house)
        and all(line.isupper() or line.isdecimal() for line in lines)
    )


def take_lines_below_title(blocks: Sequence[Block], metadata: Metadata) -> Metadata:
    """Skip the lines of a title page between the title of the book and the next heading.

    They are the kind of book, its author and its publisher; anything longer begins the story.
    Return the metadata with the author.
    """
    lines = _list_lines_below_title(blocks, metadata.title, metadata.author or "")
    author = metadata.author
    for index, block in enumerate(lines):
        byline = read_byline(lines, index)
        author = author or heading_syntax.normalise_title_case(byline) or None
        name = heading_syntax.fold_title(block.single_line_text).removeprefix("by")
        is_author = bool(author) and name == heading_syntax.fold_title(author or "")
        is_byline = bool(byline) and _fold_equally(byline, author or "")
        is_title_line = _BYLINE_ALONE.fullmatch(block.single_line_text) is not None or (
            _choose_skip_reason(block, has_headings=True) == "title page"
        )
        if is_author or is_byline or is_title_line:
            block.skip_reason, block.unspoken_spans = "title page", []
    return replace(metadata, author=author)


def skip_repeated_title(blocks: Sequence[Block], title: str) -> None:
    """Skip the title of the book where it stands again, below its title page, above a chapter."""
    is_below_title_page = False
    for block, following in pairwise(blocks):
        is_below_title_page |= block.skip_reason == "title page"
        if block.kind is ParagraphKind.HEADING:
            return
        is_title = not block.skip_reason and _fold_equally(block.single_line_text, title)
        if is_below_title_page and is_title and following.kind is ParagraphKind.HEADING:
            block.skip_reason = "title page"


def _fold_equally(first: str, second: str) -> bool:
    """Return whether two names differ at most in case and punctuation."""
    return heading_syntax.fold_title(first) == heading_syntax.fold_title(second)


def _begins_section(spoken: Sequence[Block], index: int, author: str) -> bool:
    """Return whether a heading below the title begins a section, rather than naming the author."""
    block = spoken[index]
    if block.kind is not ParagraphKind.HEADING or block.heading_level >= outline.SUBTITLE_LEVEL:
        return False
    line = block.single_line_text
    is_line = _BYLINE_ALONE.fullmatch(line) or _IMPRINT_PATTERN.fullmatch(line)
    is_author = bool(author) and _fold_equally(line, author)
    return not (is_line or is_author or read_byline(spoken[: index + 1], index))


def _list_lines_below_title(blocks: Sequence[Block], book_title: str, author: str) -> list[Block]:
    """Return the short blocks between the title, if the book begins with it, and a heading."""
    spoken = [
        block
        for block in blocks[: 4 * _MAX_LEADING_BLOCKS]
        if block.spoken_text.strip() and block.source_path == blocks[0].source_path
    ]
    if not spoken or spoken[0].kind is not ParagraphKind.HEADING:
        return []
    if not _fold_equally(spoken[0].single_line_text, book_title):
        return []
    end = next(
        (i for i, block in enumerate(spoken[1:], 1) if _begins_section(spoken, i, author)), 0
    )
    lines = spoken[1 : end or 1]
    is_page = len(lines) <= _MAX_LEADING_BLOCKS and all(
        len(block.text) <= _MAX_LEADING_CHARACTERS for block in lines
    )
    return lines if is_page else []


def _is_publisher_line(line: str) -> bool:
    """Return whether a line is in capitals and no sentence, like the name of a city or a volume."""
    return line.isupper() and not ends_sentence(line) and count_words(line) <= _MAX_TITLE_WORDS


def _list_leading_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the short blocks at the start of the text, before the first heading or long block."""
    first = next((i for i, block in enumerate(blocks) if not block.skip_reason), len(blocks))
    for block in blocks[first : first + _MAX_LEADING_BLOCKS]:
        is_short = len(block.text) <= _MAX_LEADING_CHARACTERS
        if block.skip_reason or block.kind is ParagraphKind.HEADING or not is_short:
            return
        yield block


def _mark_title_without_byline(leading_blocks: Sequence[Block], blocks: Sequence[Block]) -> str:
    """Mark a title without a byline as the heading of the text.

    Return the title, or "" if the text does not begin with one.
    """
    if not leading_blocks or not chapter_titles.can_be_chapter_title(
        leading_blocks[0].single_line_text
    ):
        return ""
    if heading_detection.is_speaker_name(leading_blocks[0].single_line_text, blocks):
        return ""
    if is_scene_line(leading_blocks[0].text) or is_cast_list_title(leading_blocks[0].text):
        return ""
    if max(len(p.findall(leading_blocks[0].text)) for p in (_FIELD_LINE, _FIELD)) >= _MIN_FIELDS:
        return ""
    has_headings = any(block.kind is ParagraphKind.HEADING for block in blocks)
    opens_page = _opens_title_page(leading_blocks)
    if not has_headings and not (opens_page or _precedes_prose(leading_blocks[0], blocks)):
        return ""
    _make_book_title(leading_blocks[0])
    lines = leading_blocks[0].spoken_text.strip().splitlines()
    length = 1
    while length < len(lines) and _goes_on(lines[length - 1]):
        length += 1
    first_line = " ".join(line.strip() for line in lines[:length])
    return heading_syntax.normalise_title_case(join_spaced_letters(first_line))


def _goes_on(line: str) -> bool:
    """Return whether a line of a title ends within a phrase: "THE HISTORY OF"."""
    last = line.rsplit(maxsplit=1)[-1].casefold()
    return last.endswith(",") or last in heading_syntax.MINOR_WORDS


def _opens_title_page(leading_blocks: Sequence[Block]) -> bool:
    """Return whether a line that names the kind of book, or a list of persons, is below the first.

    The first line is short and in capitals.
    """
    title = leading_blocks[0].text
    is_title = title.isupper() and len(title) <= _MAX_TITLE_CHARACTERS and "\n" not in title
    return is_title and any(
        _IMPRINT_PATTERN.fullmatch(block.single_line_text)
        or is_cast_list_title(block.text.partition("\n")[0])
        for block in leading_blocks[1:4]
    )


def _precedes_prose(title_block: Block, blocks: Sequence[Block]) -> bool:
    """Return whether a block has the form of a title and the next block has that of prose."""
    following = [
        block for block in blocks[blocks.index(title_block) + 1 :] if not block.skip_reason
    ]
    text = title_block.text
    if not following or "\n" in text or len(text) > _MAX_TITLE_CHARACTERS:
        return False
    if count_words(text) > _MAX_TITLE_WORDS:
        return False
    prose = following[0].text
    return text[-1].isalnum() and not prose[0].islower() and ends_sentence(prose)


def _split_off_byline(block: Block) -> Block | None:
    """Remove the byline, and all text below it, from a block that begins with the title.

    Return the removed text as a new block, or None if the block has no byline.
    """
    match = _BYLINE_BREAK.search(block.text)
    if match is None:
        return None
    byline_block = Block(block.text[match.end() :], block.start + match.end(), block.kind)
    block.text, block.emphasis = block.text[: match.start()].rstrip(), []
    return byline_block


def read_byline(leading_blocks: Sequence[Block], index: int) -> str:
    """Return the author's name after "by" in a block, or "".

    If "by" is the whole block, the name is the next block.
    """
    lines = leading_blocks[index].text.splitlines()
    is_by_alone = _BYLINE_ALONE.fullmatch(leading_blocks[index].single_line_text)
    if index + 1 < len(leading_blocks) and is_by_alone:
        return leading_blocks[index + 1].single_line_text.strip("_* ")
    for line_index, line in enumerate(lines):
        for text in (" ".join(lines[line_index:]), line, _SECOND_CREDIT.split(line)[0]):
            match = _BYLINE_PATTERN.fullmatch(text.strip("_* ."))
            author = " ".join(match["author"].split()).strip("_* ") if match else ""
            # below the title, a nickname may be any word: "by moonpennies"
            is_below_title = (not index and line_index == len(lines) - 1 == 1) or (
                index == len(lines) == len(leading_blocks[0].text.splitlines()) == 1
            )
            is_nickname = _NICKNAME.fullmatch(author) or (
                is_below_title and _WORD.fullmatch(author)
            )
            if _AUTHOR_NAME.fullmatch(author) or is_nickname:
                return author
    return ""
