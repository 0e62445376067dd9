"""Read plain text, including the layout of Project Gutenberg.

`Book.text` is the decoded file, unchanged except that a byte order mark is removed. All offsets are
therefore offsets into the decoded file, with its original line ends.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError, EmptyBookError
from narrator.model import Metadata, ParagraphKind
from narrator.readers.layout import (
    chapter_titles,
    gutenberg,
    heading_detection,
    heading_syntax,
    notes,
    outline,
    page_numbers,
    plain_layout,
    section_titles,
)
from narrator.readers.layout.blocks import Block, build_book, resolve_language
from narrator.readers.layout.skip_reasons import HEADER_REASON, LICENCE_REASON
from narrator.readers.layout.web_furniture import complete_metadata, skip_web_furniture
from narrator.readers.loading import describe_source, title_from_path
from narrator.readers.text_repair import repair_encoding
from narrator.segmentation.speech_prefixes.cast_list import is_cast_list_title
from narrator.segmentation.speech_prefixes.directions import is_scene_line
from narrator.text.language_tags import primary_subtag
from narrator.text.quotes import APOSTROPHES
from narrator.text.words import count_words, ends_sentence, has_words, join_spaced_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Pairs of a mark and its encoding. UTF-32 comes before UTF-16 because the UTF-32-LE mark begins
with the UTF-16-LE mark."""
_SAMPLE_BYTES = 8192
"""Number of bytes at the start of a file from which its type and encoding are detected."""
_CONTROL_BYTES = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1a\x1b\x1c\x1d\x1e")
"""Control characters that don't occur in text. Tabs, line ends and the escape characters of old
encodings are allowed."""
_RARE_ENCODINGS = (
    "iso8859_3", "iso8859_4", "iso8859_10", "iso8859_14", "iso8859_16", "hp_roman8", "kz1048",
)  # fmt: skip
"""Encodings that are excluded from detection: they are rare, and detectors confuse similar common
encodings with them."""
_WESTERN_CHARACTERS = "‘’“”–—…•„‚‹›éèêëàâäçùûüôöîïñáíóúæœøåÉÈÀÂÄÇÜÖÑÆŒØÅß«»£§°½¼¾\xa0"
"""Non-ASCII characters that are common in Western European texts."""

_IMPRINT_PATTERN = re.compile(
    r"[\W_]*(?:(?:translated|edited|illustrated|with .{1,40}) by\b.{1,60}|[Cc]opyright.{1,60}|"
    r"all rights reserved|an? (?:\w+ )?(?:novel(?:la|ette)?|tale|story|romance|fable|"
    r"(?:tragi-?)?comedy|tragedy|play|drama|farce|melodrama)(?: in \w+ (?:acts?|parts?|scenes?))?|"
    r"author of .{1,80}|1[5-9]\d\d|20\d\d)[\W_]*|[(\[].{1,60}[)\]]",
    re.IGNORECASE,
)
"""A line of a title page other than title and author, such as "translated by" or a year."""
_PUBLICATION_PATTERN = re.compile(
    r"(?:(?:first )?published\b.{1,80}|[^.!?]{1,60}[,:]\s+[^!?]{0,60}\b(?:1[5-9]\d\d|20\d\d))\W*",
    re.IGNORECASE,
)
"""A line that states where and when a book or story was published."""
_DEDICATION_PATTERN = re.compile(
    r"\W*(?:(?:this (?:book|story|tale) is )?dedicated to|to|for|in (?:loving |fond )?memory of|"
    r"für|meiner|meinem|à|au|aux|para|pour|a mi|a mis|al|alla|ai)\b(?:\W+\w+){1,24}\W*",
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
_BYLINE_START = (
    r"\W*(?:(?:an?\s+)?(?:[\w-]+\s+){0,2}(?:poems?|poetry|verses?|sonnets|stor(?:y|ies)|tales?|essays|"
    r"sketches|memoirs?|novel(?:la|ette)?|romance|fable|comedy|tragedy|play|drama|farce)\s+)?"
    r"(?:written )?by"
)
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
_MIN_FIELD_LINES = 3
_MAX_LEADING_BLOCKS, _MAX_LEADING_CHARACTERS = 8, 200
"""Limits of a title page: the number of blocks, and the length of each in characters."""
_MAX_TITLE_CHARACTERS, _MAX_TITLE_WORDS = 60, 10
"""Limits of a title that has no byline."""


class PlainReader:
    """The reader of plain text in any common encoding."""

    name = "plain"
    suffixes: tuple[str, ...] = (".txt", ".text", ".asc")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the first bytes look like text.

        They do if they begin with a byte order mark, look like UTF-16, or contain at most 1 %
        control characters.
        """
        sample = source.data[:_SAMPLE_BYTES]
        if any(sample.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS):
            return True
        if _detect_utf16(sample):
            return True
        control_count = sum(byte in _CONTROL_BYTES for byte in sample)
        return control_count * 100 <= len(sample)

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; its text is the decoded file.

        Raises:
            BrokenInputError: the file is not a text.
            EmptyBookError: the text has no words.
        """
        if not self.recognises(source):
            raise BrokenInputError(
                f"{source.path} is not a text, although its name says so", "name a text or a book"
            )
        text, encoding = decode_text(source.data, source.path)
        text = repair_encoding(text)
        if not has_words(text):
            raise EmptyBookError(f"{source.path} has no words to read", "name another file")
        layout = plain_layout.lay_out_text(text)
        blocks = layout.blocks
        header_fields = gutenberg.mark_gutenberg_text(blocks)
        if policy.notes == "skip" or any(block.text.startswith("[") for block in blocks):
            notes.find_labelled_notes(blocks)
        notes.find_symbol_notes(blocks)
        notes.find_orphan_marks(blocks)
        notes.find_inline_notes(blocks, policy.notes)
        notes.apply_note_policy(blocks, policy.notes)
        notes.skip_titles_of_notes(blocks)
        page_numbers.mark_page_numbers(blocks)
        heading_detection.split_leading_headings(blocks)
        heading_detection.mark_headings(blocks)
        blocks = page_numbers.join_broken_paragraphs(blocks, text)
        title, author = _find_title_and_author(blocks, header_fields, source.path, policy)
        metadata = Metadata(title, author, header_fields.get("language", ""))
        metadata = resolve_language(metadata, blocks, policy.language)
        if policy.matter == "keep":
            _restore_front_and_back_matter(blocks)
        else:
            section_titles.skip_outer_matter(blocks)
            information = skip_web_furniture(blocks, (), primary_subtag(metadata.language))
            metadata = complete_metadata(metadata, information, source.path)
        chapters = outline.choose_chapters(
            outline.build_outline(blocks), blocks, metadata.title, metadata.language
        )
        book = build_book(blocks, chapters, metadata, describe_source(source, encoding), text)
        return replace(book, notes=layout.notes)


# ---------------------------------------------------------------------------- decoding


def decode_text(data: bytes, path: str) -> tuple[str, str]:
    """Decode the bytes of a text file; return the text and the name of its encoding.

    Byte order marks, UTF-8 and UTF-16 are recognised first; a few invalid bytes in UTF-8 are
    allowed. Windows-1252 is recognised by its usual characters. `charset-normalizer` guesses all
    other encodings. `path` is only for error messages.

    Raises:
        BrokenInputError: no encoding fits.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise BrokenInputError(
                    f"{path} begins as {encoding} and is broken at byte {error.start}",
                    "save it again as UTF-8",
                ) from error
    # In ISO-2022-JP, an escape sequence switches to Japanese.
    if b"\x1b$" in data[:_SAMPLE_BYTES]:
        try:
            return data.decode("iso2022_jp"), "iso2022_jp"
        except UnicodeDecodeError:
            pass
    utf16 = _detect_utf16(data[:_SAMPLE_BYTES])
    for encoding in (utf16, "utf-8") if utf16 else ("utf-8",):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return _decode_unknown(data, path)


def _detect_utf16(sample: bytes) -> str:
    """Detect UTF-16 without a byte order mark; return its name, or "" for other encodings.

    In UTF-16, every second byte of Latin text is zero: the bytes at odd indices in little-endian
    order, those at even indices in big-endian order.
    """
    half_length = len(sample) // 2
    if half_length < 2 or sample.count(0) < half_length // 2:
        return ""
    even_zeros, odd_zeros = sample[0::2].count(0), sample[1::2].count(0)
    if odd_zeros > half_length * 0.5 and even_zeros < half_length * 0.1:
        return "utf-16-le"
    is_big_endian = even_zeros > half_length * 0.5 and odd_zeros < half_length * 0.1
    return "utf-16-be" if is_big_endian else ""


def _decode_unknown(data: bytes, path: str) -> tuple[str, str]:
    """Decode bytes that are neither UTF-16 nor valid UTF-8; return text and encoding.

    Raises:
        BrokenInputError: no encoding fits.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few files need it

    mixed_text = _decode_mixed(data)
    if mixed_text is not None:
        return mixed_text, "utf-8"
    western_text = _decode_western(data)
    if western_text is not None:
        return western_text, "cp1252"
    best_match = from_bytes(data, cp_exclusion=list(_RARE_ENCODINGS)).best()
    if best_match is None:
        raise BrokenInputError(f"{path} is in no known encoding", "save it again as UTF-8")
    return data.decode(best_match.encoding), best_match.encoding


def _decode_mixed(data: bytes) -> str | None:
    """Decode UTF-8 that contains a few bytes of Windows-1252, or return None.

    There must be at least four valid non-ASCII characters for each invalid byte.
    """
    valid_text = data.decode("utf-8", "ignore")
    text = data.decode("utf-8", _WESTERN_FALLBACK)
    valid_count = sum(char > "\x7f" for char in valid_text)
    return text if valid_count >= 4 * (len(text) - len(valid_text)) else None


def _decode_invalid_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode invalid bytes as Windows-1252.

    Return their text and the index at which decoding continues, as an error handler of `codecs`
    must.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_WESTERN_FALLBACK = "narrator.mixed"
"""The name under which `_decode_invalid_bytes` is registered as an error handler."""
codecs.register_error(_WESTERN_FALLBACK, _decode_invalid_bytes)


def _decode_western(data: bytes) -> str | None:
    """Decode Windows-1252, or return None if the result does not look like Western European text.

    Less than half of the characters may be non-ASCII, and nine tenths of those must be in
    `_WESTERN_CHARACTERS`. Statistical detectors, by contrast, mistake a text with few curly quotes
    and accents for a Cyrillic or Baltic encoding.
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    non_ascii_characters = re.findall(r"[^\x00-\x7f]", text)
    western_count = sum(char in _WESTERN_CHARACTERS for char in non_ascii_characters)
    is_western = len(non_ascii_characters) * 2 < len(text) and western_count >= 0.9 * len(
        non_ascii_characters
    )
    return text if is_western else None


# ---------------------------------------------------------------------------- title page


def _find_title_and_author(
    blocks: list[Block], header_fields: dict[str, str], path: str, policy: Policy
) -> tuple[str, str | None]:
    """Return title and author from Gutenberg's header, the title page or the file's name.

    The blocks of the title page are marked as skipped. A byline ("by Jane Austen") in the same
    block as the title is split off into a block of its own.
    """
    title, author = header_fields.get("title"), header_fields.get("author")
    leading_blocks = list(_list_leading_blocks(blocks))
    byline_index = next(
        (index for index in range(len(leading_blocks)) if _read_byline(leading_blocks, index)), None
    )
    if byline_index is None:
        return title or _mark_title_without_byline(leading_blocks, blocks) or title_from_path(
            path
        ), author
    author = author or heading_syntax.normalise_title_case(
        _read_byline(leading_blocks, byline_index)
    )
    if not byline_index and (byline_block := _split_off_byline(leading_blocks[0])):
        blocks.insert(blocks.index(leading_blocks[0]) + 1, byline_block)
        leading_blocks.insert(1, byline_block)
        byline_index = 1
    title_lines = [
        join_spaced_letters(line.strip())
        for block in leading_blocks[:byline_index]
        if not _IMPRINT_PATTERN.fullmatch(block.single_line_text)
        for line in block.spoken_text.splitlines()
    ]
    page_title = _TRAILING_YEAR.sub("", " ".join(" ".join(title_lines).split()))
    _mark_title_page(leading_blocks, byline_index, blocks, policy)
    page_title = heading_syntax.normalise_title_case(page_title)
    return title or page_title or title_from_path(path), author


def _mark_title_page(
    leading_blocks: Sequence[Block], byline_index: int, blocks: Sequence[Block], policy: Policy
) -> None:
    """Mark the blocks of the title page as skipped, unless the policy keeps them.

    In a text without headings, the title becomes the heading.
    """
    has_headings = any(block.kind is ParagraphKind.HEADING for block in blocks)
    # If "by" is a block of its own, the author's name is the next block.
    end = byline_index + 1 + (leading_blocks[byline_index].single_line_text.lower() == "by")
    reasons_by_index = dict.fromkeys(range(end), "title page")
    while end < len(leading_blocks) and (
        reason := _choose_skip_reason(
            leading_blocks[end].single_line_text, has_headings=has_headings
        )
    ):
        reasons_by_index[end] = reason
        end += 1
    for index, reason in reasons_by_index.items() if policy.matter == "skip" else ():
        leading_blocks[index].skip_reason = reason
    if byline_index and not has_headings:
        leading_blocks[0].skip_reason = ""
        _make_book_title(leading_blocks[0])


def _make_book_title(block: Block) -> None:
    """Turn a block into the heading of the whole book."""
    block.kind, block.heading_level = ParagraphKind.HEADING, outline.BOOK_TITLE_LEVEL


def _choose_skip_reason(line: str, *, has_headings: bool) -> str:
    """Return the skip reason of a line below the byline, or "" if the line is spoken.

    Fewer kinds of lines are skipped in a text without headings, where the story may begin there.
    The list of the persons of a play explains its names.
    """
    if is_cast_list_title(line.split("\n", 1)[0]):
        return ""
    if _IMPRINT_PATTERN.fullmatch(line) or (
        has_headings and (_PUBLICATION_PATTERN.fullmatch(line) or _is_publisher_line(line))
    ):
        return "title page"
    return "dedication" if has_headings and _DEDICATION_PATTERN.fullmatch(line) else ""


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
    if len(_FIELD_LINE.findall(leading_blocks[0].text)) >= _MIN_FIELD_LINES:
        return ""
    has_headings = any(block.kind is ParagraphKind.HEADING for block in blocks)
    if not has_headings and not _precedes_prose(leading_blocks[0], blocks):
        return ""
    _make_book_title(leading_blocks[0])
    first_line = leading_blocks[0].spoken_text.strip().splitlines()[0]
    return heading_syntax.normalise_title_case(join_spaced_letters(first_line))


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


def _read_byline(leading_blocks: Sequence[Block], index: int) -> str:
    """Return the author's name after "by" in a block, or "".

    If "by" is the whole block, the name is the next block.
    """
    lines = leading_blocks[index].text.splitlines()
    is_by_alone = leading_blocks[index].single_line_text.lower() == "by"
    if index + 1 < len(leading_blocks) and is_by_alone:
        return leading_blocks[index + 1].single_line_text.strip("_* ")
    for line_index in range(len(lines)):
        match = _BYLINE_PATTERN.fullmatch(" ".join(lines[line_index:]).strip("_* ."))
        author = match["author"].strip("_* ") if match else ""
        if match and (_AUTHOR_NAME.fullmatch(author) or _NICKNAME.fullmatch(author)):
            return " ".join(match["author"].split()).strip("_* ")
    return ""


def _restore_front_and_back_matter(blocks: Sequence[Block]) -> None:
    """Clear the skip reason of front and back matter, because the policy keeps it."""
    for block in blocks:
        if block.skip_reason in (
            HEADER_REASON,
            LICENCE_REASON,
            "credits",
            "contents",
        ):
            block.skip_reason = ""
