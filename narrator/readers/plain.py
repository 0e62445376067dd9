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
from narrator.model import Metadata
from narrator.readers.layout import (
    caption_times,
    front_matter,
    gutenberg,
    heading_detection,
    mail,
    notes,
    outline,
    page_numbers,
    plain_layout,
    section_titles,
    title_page,
)
from narrator.readers.layout.blocks import Block, build_book, resolve_language
from narrator.readers.layout.skip_reasons import HEADER_REASON, LICENCE_REASON
from narrator.readers.layout.web_furniture import complete_metadata, skip_web_furniture
from narrator.readers.loading import describe_source
from narrator.readers.text_repair import repair_encoding
from narrator.text.language_tags import primary_subtag
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        notes.skip_wiki_marks(blocks)
        notes.find_symbol_notes(blocks)
        notes.find_notes_below_chapters(blocks)
        notes.find_orphan_marks(blocks)
        notes.find_inline_notes(blocks, policy.notes)
        mail.mark_addresses(blocks)
        caption_times.mark_caption_tags(blocks)
        notes.apply_note_policy(blocks, policy.notes)
        notes.skip_titles_of_notes(blocks)
        page_numbers.mark_page_numbers(blocks)
        heading_detection.split_leading_headings(blocks)
        metadata = Metadata("", None, header_fields.get("language", ""))
        metadata = resolve_language(metadata, blocks, policy.language)
        heading_detection.mark_headings(blocks, primary_subtag(metadata.language))
        blocks = page_numbers.join_broken_paragraphs(blocks, text)
        title, author = title_page.find_title_and_author(blocks, header_fields, source.path, policy)
        metadata = replace(metadata, title=title, author=author)
        if policy.matter == "keep":
            _restore_front_and_back_matter(blocks)
        else:
            title_page.skip_repeated_title(blocks, metadata.title)
            section_titles.skip_outer_matter(blocks)
            information = skip_web_furniture(blocks, (), primary_subtag(metadata.language))
            metadata = complete_metadata(metadata, information, source.path)
            front_matter.skip_last_notices(blocks, metadata.author)
            mail.skip_signature(blocks)
            notes.skip_titles_of_notes(blocks)  # notices may have stood below the notes
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
