"""Plain text, as people type it and as Project Gutenberg sets it.

Offsets are those of the decoded file, and not a character of it is changed: line ends stay as they
are, and a byte order mark is no part of the text.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError, EmptyBookError
from narrator.model import Metadata, ParagraphKind
from narrator.readers.layout import (
    gutenberg,
    heading_detection,
    heading_syntax,
    notes,
    outline,
    page_numbers,
    plain_layout,
)
from narrator.readers.layout.blocks import Block, build_book
from narrator.readers.loading import describe_source, title_from_path
from narrator.text.words import count_words, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 8192
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1a\x1b\x1c\x1d\x1e")
_IMPRINT = re.compile(
    r"\W*(?:(?:translated|edited|illustrated|with .{1,40}) by\b.{1,60}|[Cc]opyright.{1,60}|"
    r"all rights reserved|an? (?:\w+ )?(?:novel(?:la|ette)?|tale|story|romance|comedy|fable)|"
    r"1[5-9]\d\d|20\d\d)\W*",
    re.IGNORECASE,
)
"""What else stands on a title page."""
_PUBLISHED = re.compile(
    r"(?:(?:first )?published\b.{1,80}|[^.!?]{1,60}[,:]\s+[^!?]{0,60}\b(?:1[5-9]\d\d|20\d\d))\W*",
    re.IGNORECASE,
)
_DEDICATION = re.compile(
    r"\W*(?:(?:this (?:book|story|tale) is )?dedicated to|to|for|in (?:loving |fond )?memory of|"
    r"für|meiner|meinem|à|au|aux|para|pour|a mi|a mis|al|alla|ai)\b(?:\W+\w+){1,24}\W*",
    re.IGNORECASE,
)
_NAMED = r"(?:[^\W\d_a-zß-ÿ][\w.'’-]*|and|de|da|del|della|di|du|la|le|of|the|van|der|von|zu|y|&)"
_NAME = re.compile(rf"{_NAMED}(?:[,;]?\s+{_NAMED}){{0,8}}")
"""Names of authors: capitals, and what stands small within names."""

_RARE = ("iso8859_3", "iso8859_4", "iso8859_10", "iso8859_14", "iso8859_16", "hp_roman8", "kz1048")
"""Encodings that no text one meets is in, and that detectors take for their common neighbours."""
_BYLINE = re.compile(r"\W*(?:written )?by[\s:]+(?P<author>\S.{1,60})", re.IGNORECASE | re.DOTALL)


class PlainReader:
    """Reads plain text in any common encoding."""

    name = "plain"
    suffixes: tuple[str, ...] = (".txt", ".text", ".asc")

    def recognises(self, source: SourceFile) -> bool:
        """Whether the first bytes look like text."""
        sample = source.data[:_SAMPLE]
        if any(sample.startswith(bom) for bom, _ in _BOMS):
            return True
        if _wide(sample):
            return True
        control = sum(byte in _CONTROL for byte in sample)
        return control * 100 <= len(sample)

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book; its text is the decoded file.

        Raises:
            BrokenInputError: it is no text.
            EmptyBookError: it holds no words.
        """
        if not self.recognises(source):
            raise BrokenInputError(
                f"{source.path} is no text, whatever its name says", "name a text or a book"
            )
        text, encoding = decode_text(source.data, source.path)
        if not has_words(text):
            raise EmptyBookError(f"{source.path} holds no words to read", "name another file")
        blocks = plain_layout.split_into_blocks(text)
        told = gutenberg.mark_gutenberg_matter(blocks)
        if policy.notes == "skip" or any(block.text.startswith("[") for block in blocks):
            notes.find_labelled_notes(blocks)
        notes.find_symbol_notes(blocks)
        notes.find_inline_notes(blocks, policy.notes)
        notes.apply_note_policy(blocks, policy.notes)
        page_numbers.mark_page_numbers(blocks)
        heading_detection.mark_headings(blocks)
        blocks = page_numbers.join_broken_paragraphs(blocks, text)
        title, author = _title_page(blocks, told, source.path, policy)
        metadata = Metadata(title, author, told.get("language", "en"))
        if policy.matter == "keep":
            _keep_matter(blocks)
        chapters = outline.choose_chapters(outline.build_outline(blocks), blocks, title)
        return build_book(blocks, chapters, metadata, describe_source(source, encoding), text)


def decode_text(data: bytes, path: str) -> tuple[str, str]:
    """The text that bytes stand for, and the encoding that it was found to be in.

    UTF-8 and UTF-16 are known by their form, also where a few bytes are broken; among the rest
    `charset-normalizer` judges, which Windows-1252 and its kin need.

    Raises:
        BrokenInputError: no encoding fits.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise BrokenInputError(
                    f"{path} begins as {encoding} and is broken at byte {error.start}",
                    "save it again as UTF-8",
                ) from error
    if b"\x1b$" in data[:_SAMPLE]:
        try:
            return data.decode("iso2022_jp"), "iso2022_jp"
        except UnicodeDecodeError:
            pass
    wide = _wide(data[:_SAMPLE])
    for encoding in (wide, "utf-8") if wide else ("utf-8",):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return _guessed(data, path)


def _wide(sample: bytes) -> str:
    """Which UTF-16 a text without a mark is in, told from where its zero bytes stand."""
    half = len(sample) // 2
    if half < 2 or sample.count(0) < half // 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.5 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.5 and odd < half * 0.1 else ""


def _guessed(data: bytes, path: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only the rare file needs it

    mixed = _mixed(data)
    if mixed is not None:
        return mixed, "utf-8"
    western = _western(data)
    if western is not None:
        return western, "cp1252"
    best = from_bytes(data, cp_exclusion=list(_RARE)).best()
    if best is None:
        raise BrokenInputError(f"{path} is in no known encoding", "save it again as UTF-8")
    return data.decode(best.encoding), best.encoding


def _mixed(data: bytes) -> str | None:
    """The text as UTF-8 into which a few bytes of Windows-1252 were pasted, if it is that."""
    kept = data.decode("utf-8", "ignore")
    text = data.decode("utf-8", _MIXED)
    good = sum(char > "\x7f" for char in kept)
    return text if good >= 4 * (len(text) - len(kept)) else None


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """What stands where UTF-8 ends, read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_MIXED = "narrator.mixed"
codecs.register_error(_MIXED, _as_western)


def _western(data: bytes) -> str | None:
    """The text as Windows-1252 if that gives what Western text has, few and fitting characters.

    Statistical detectors take a few curly quotes and accents for Cyrillic or Baltic pages.
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high = re.findall(r"[^\x00-\x7f]", text)
    usual = sum(
        char in "‘’“”–—…•„‚‹›éèêëàâäçùûüôöîïñáíóúæœøåÉÈÀÂÄÇÜÖÑÆŒØÅß«»£§°½¼¾\xa0" for char in high
    )
    return text if len(high) * 2 < len(text) and usual >= 0.9 * len(high) else None


def _title_page(
    blocks: list[Block], told: dict[str, str], path: str, policy: Policy
) -> tuple[str, str | None]:
    """Title and author: from Project Gutenberg's header, the first lines, or the file's name."""
    title, author = told.get("title"), told.get("author")
    lead = list(_lead(blocks))
    by = next((i for i, block in enumerate(lead) if _byline(lead, i)), None)
    if by is None:
        return title or _first_line(lead, blocks) or title_from_path(path), author
    author = author or heading_syntax.normalise_title_case(_byline(lead, by))
    if not by and (below := _below_title(lead[0])):
        blocks.insert(blocks.index(lead[0]) + 1, below)
        lead.insert(1, below)
        by = 1
    named = [
        block.single_line_text
        for block in lead[:by]
        if not _IMPRINT.fullmatch(block.single_line_text)
    ]
    name = re.sub(r"\s*\(?\b1[5-9]\d\d\b\)?$", "", " ".join(named))
    _mark_title_page(lead, by, blocks, policy)
    return title or heading_syntax.normalise_title_case(name) or title_from_path(path), author


def _mark_title_page(
    lead: Sequence[Block], by: int, blocks: Sequence[Block], policy: Policy
) -> None:
    """Leave out the title page; a title with no other heading below it is the story's heading."""
    headed = any(block.kind is ParagraphKind.HEADING for block in blocks)
    end = by + 1 + (lead[by].single_line_text.lower() == "by")
    reasons = dict.fromkeys(range(end), "title page")
    while end < len(lead) and (reason := _front(lead[end].single_line_text, headed=headed)):
        reasons[end] = reason
        end += 1
    for at, reason in reasons.items() if policy.matter == "skip" else ():
        lead[at].skip_reason = reason
    if by and not headed:
        lead[0].skip_reason, lead[0].kind, lead[0].heading_level = (
            "",
            ParagraphKind.HEADING,
            outline.SUBTITLE_LEVEL + 1,
        )


def _front(line: str, *, headed: bool) -> str:
    """Why a line below the author's name is not read; a story without headings may begin there."""
    if _IMPRINT.fullmatch(line) or (headed and _PUBLISHED.fullmatch(line)):
        return "title page"
    return "dedication" if headed and _DEDICATION.fullmatch(line) else ""


def _lead(blocks: Sequence[Block]) -> Iterator[Block]:
    """The short blocks at the head of the text, before its first heading or prose."""
    first = next((i for i, block in enumerate(blocks) if not block.skip_reason), len(blocks))
    for block in blocks[first : first + 8]:
        if block.skip_reason or block.kind is ParagraphKind.HEADING or len(block.text) > 200:
            return
        yield block


def _first_line(lead: Sequence[Block], blocks: Sequence[Block]) -> str:
    """A title alone at the head of the text, which is then spoken as a heading."""
    if not lead or not plain_layout.can_be_title(lead[0].single_line_text):
        return ""
    headed = any(block.kind is ParagraphKind.HEADING for block in blocks)
    if not headed and not _opens_story(lead[0], blocks):
        return ""
    lead[0].kind, lead[0].heading_level = ParagraphKind.HEADING, outline.SUBTITLE_LEVEL + 1
    return heading_syntax.normalise_title_case(lead[0].text.splitlines()[0])


def _opens_story(title: Block, blocks: Sequence[Block]) -> bool:
    """Whether a line is short enough for a title, and prose begins below it."""
    below = [block for block in blocks[blocks.index(title) + 1 :] if not block.skip_reason]
    if not below or "\n" in title.text or len(title.text) > 60 or count_words(title.text) > 10:
        return False
    prose = below[0].text
    named = title.text[-1].isalnum() and not prose[0].islower()
    return named and bool(re.search(r"[.!?…][\"”’'»)\]_*]*$", prose))


def _below_title(block: Block) -> Block | None:
    """Cut the author's line, and what follows it, off a block that begins with the title."""
    for match in re.finditer(r"[\r\n]+\s*(?=\W*(?:written )?by\b)", block.text, re.IGNORECASE):
        below = Block(block.text[match.end() :], block.start + match.end(), block.kind)
        block.text, block.emphasis = block.text[: match.start()].rstrip(), []
        return below
    return None


def _byline(lead: Sequence[Block], at: int) -> str:
    """The author that a block names as such, "by" on a line of its own or before the name."""
    lines = lead[at].text.splitlines()
    if at + 1 < len(lead) and lead[at].single_line_text.lower() == "by":
        return lead[at + 1].single_line_text.strip("_* ")
    for index, line in enumerate(lines):
        match = _BYLINE.fullmatch(" ".join([line, *lines[index + 1 :]]).strip("_* ."))
        if match and _NAME.fullmatch(match["author"].strip("_* ")):
            return " ".join(match["author"].split()).strip("_* ")
    return ""


def _keep_matter(blocks: Sequence[Block]) -> None:
    for block in blocks:
        if block.skip_reason in (
            gutenberg.HEADER_REASON,
            gutenberg.LICENCE_REASON,
            "credits",
            "contents",
        ):
            block.skip_reason = ""
