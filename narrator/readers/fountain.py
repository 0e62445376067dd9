"""Read Fountain, the plain-text format of screenplays, by converting it to HTML.

screenplain 0.12.0, the field's parser, drops notes and cut passages; here they are reported as
skipped. The rules are those of https://fountain.io/syntax.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from narrator.model import Metadata
from narrator.readers.html import assemble_page
from narrator.readers.layout.markdown_dialects import COMMENT_TAG, SYNTAX_TAG
from narrator.readers.layout.markup_parsing import parse_page
from narrator.readers.loading import title_from_path
from narrator.readers.plain import decode_text
from narrator.readers.text_repair import repair_encoding
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_TEXT_SUFFIXES = ("", ".txt", ".text")
_SCENE = re.compile(r"\.(?=\w)|(?:INT|EXT|EST|I/E)(?:\.?/(?:INT|EXT))?[. ]", re.IGNORECASE)
_SCENE_LINES = re.compile(rb"(?:\A|\n\r?\n)(?:INT|EXT|I/E)[./ ]")
_OWN_SYNTAX = re.compile(
    rb"^(?:@[^\W\d]|!\w|> ?[^>\n]*[^>\s]|~\w|\[\[|/\*|={3,}\s*$|= \w|[A-Z][A-Z .'-]+\^\r?$|#+ )"
    rb"|\A(?:\xef\xbb\xbf)?(?:Title|Credit|Author|Source):",
    re.MULTILINE,
)
"""Syntax that other screenplays in plain text lack."""
_MIN_SCENES = 2
_TITLE_PAGE = re.compile(
    r"\s*(?:[A-Za-z][A-Za-z ]{1,30}:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+(?=\s*\n|\Z)"
)
_TITLE_FIELD = re.compile(
    r"^(?P<key>[A-Za-z][A-Za-z ]*):(?P<value>[^\n]*(?:\n[ \t]+[^\n]*)*)", re.MULTILINE
)
_REMARK = re.compile(r"/\*.*?\*/|\[\[.*?\]\]", re.DOTALL)
_REMARK_PLACE = "\x00{}\x00"
_FOUND_REMARK = re.compile(r"\x00(\d+)\x00")
_SCENE_NUMBER = re.compile(r"[ \t]*#[\w.)-]+#[ \t]*$")
_SECTION = re.compile(r"(#{1,6})[ \t]*(\S.*)")
_CUE = re.compile(
    r"(?:@(?P<forced>[^\n(]+?)|(?P<name>(?=[^a-z\n]*[A-ZÀ-Þ])[^a-z\n(]+?))"
    r"[ \t]*(?P<extension>\([^()\n]*\))?[ \t]*(?P<dual>\^)?[ \t]*"
)
_MIXED_CUE = re.compile(r"(?:Mc|Mac|[Dd]e|[Ll]e|[Oo]['’])[A-ZÀ-Þ][^a-z\n(]*[ \t]*(?:\([^()\n]*\))?")
"""A name in capitals with the small letters of its prefix, as in "McAVOY (V.O.)"."""
_CONTINUED = re.compile(r"\((?:cont|more|continu)[^()]*\)", re.IGNORECASE)
_TRANSITION = re.compile(r"[^a-z\n]+TO:")
_EMPHASIS = (
    (re.compile(r"(?<!\\)\*\*(?=\S)([^*\n]+(?:\*[^*\n]+\*[^*\n]*)*?)(?<=\S)\*\*"), r"<b>\1</b>"),
    (re.compile(r"(?<![\\*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\*)"), r"<i>\1</i>"),
    (re.compile(r"(?<![\\\w])_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"<u>\1</u>"),
)
_ESCAPE = re.compile(r"\\([*_])")


class FountainReader:
    """The reader of screenplays in Fountain."""

    name = "fountain"
    suffixes: tuple[str, ...] = (".fountain", ".spmd")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether a text has scenes of a screenplay, and syntax that only Fountain has."""
        return (
            source.suffix in _TEXT_SUFFIXES
            and sum(1 for _ in _SCENE_LINES.finditer(source.data)) >= _MIN_SCENES
            and _OWN_SYNTAX.search(source.data) is not None
        )

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; sections begin chapters.

        Raises:
            BrokenInputError: the file is not a text.
            EmptyBookError: the screenplay has no words.
            LedgerError: words of the screenplay are missing from its blocks.
        """
        text, encoding = decode_text(source.data, source.path)
        text = repair_encoding(text).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        title_page = _TITLE_PAGE.match(text)
        head = title_page[0] if title_page else ""
        body = "\n".join(_convert_body(text[len(head) :]))
        page = f"<html><body><{SYNTAX_TAG}>{html.escape(head)}</{SYNTAX_TAG}>{body}</body></html>"
        tree = parse_page(page, source.path, try_xml=False)
        metadata = _read_metadata(head, source.path)
        return assemble_page(tree, metadata, source, policy, encoding)


def _read_metadata(head: str, path: str) -> Metadata:
    """Return the title and the author on a title page."""
    fields = {
        match["key"].strip().lower(): " ".join(re.sub(r"[*_]", "", match["value"]).split())
        for match in _TITLE_FIELD.finditer(head)
    }
    author = fields.get("author") or fields.get("authors") or None
    return Metadata(fields.get("title") or title_from_path(path), author)


def _convert_body(text: str) -> Iterator[str]:
    """Yield the HTML of each element of a screenplay."""
    remarks: list[str] = []

    def hold_remark(match: re.Match[str]) -> str:
        remarks.append(match[0])
        return _REMARK_PLACE.format(len(remarks) - 1)

    def hide_remark(match: re.Match[str]) -> str:
        return f"<{COMMENT_TAG}>{html.escape(remarks[int(match[1])])}</{COMMENT_TAG}>"

    # a line with two spaces is empty, but does not end a speech
    for group in re.split(r"\n(?:[ \t]?\n)+", _REMARK.sub(hold_remark, text)):
        lines = [line.strip() for line in group.split("\n")]
        for element in _convert_group(lines):
            yield _FOUND_REMARK.sub(hide_remark, element)


def _convert_group(lines: list[str]) -> Iterator[str]:
    """Yield the HTML of lines without an empty one between them."""
    while lines and not _is_cue(lines):
        yield _convert_line(lines.pop(0))
    if not lines:
        return
    cue, speech = lines[0].lstrip("@").rstrip("^ \t"), lines[1:]
    while speech and _CONTINUED.fullmatch(speech[0]):
        cue = f"{cue} {speech.pop(0)}"
    content = " ".join(_convert_speech_line(line) for line in speech if line)
    yield f"<sp><speaker>{_mark_emphasis(cue)}</speaker><p>{content}</p></sp>"


def _is_cue(lines: list[str]) -> bool:
    """Return whether the first of these lines is the name of somebody who speaks the others."""
    line = lines[0]
    has_speech = len(lines) > 1 and any(has_words(line) for line in lines[1:])
    if not has_speech or (_SCENE.match(line) and not line.startswith("@")) or line[:1] in "!.>#=~":
        return False
    return bool(_CUE.fullmatch(line) or _MIXED_CUE.fullmatch(line)) and not _TRANSITION.fullmatch(
        line
    )


def _convert_speech_line(line: str) -> str:
    """Return the HTML of a line of a speech, of which a bracket is a stage direction."""
    is_direction = line.startswith("(") and line.endswith(")")
    content = _mark_emphasis(line.removeprefix("~"))
    return f"<stage>{content}</stage>" if is_direction else content


def _convert_line(line: str) -> str:
    """Return the HTML of a line that nobody speaks."""
    if not line:
        return ""
    if section := _SECTION.fullmatch(line):
        level = len(section[1])
        return f"<h{level}>{_mark_emphasis(section[2])}</h{level}>"
    if re.fullmatch(r"={3,}", line):
        return "<hr/>"
    if line.startswith("="):
        return f"<p><{COMMENT_TAG}>{html.escape(line)}</{COMMENT_TAG}></p>"
    if _SCENE.match(line):
        return (
            f"<p class='stage'>{_mark_emphasis(_SCENE_NUMBER.sub('', line).removeprefix('.'))}</p>"
        )
    if line.startswith(">"):
        line = line[1:].removesuffix("<").strip()
    return f"<p class='stage'>{_mark_emphasis(line.removeprefix('!').removeprefix('~'))}</p>"


def _mark_emphasis(text: str) -> str:
    """Return text as HTML, with its emphasis."""
    text = html.escape(text, quote=False)
    for pattern, markup in _EMPHASIS:
        text = pattern.sub(markup, text)
    return _ESCAPE.sub(r"\1", text)
