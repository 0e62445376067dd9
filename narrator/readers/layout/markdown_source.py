"""Keep the words of Markdown that CommonMark would drop, and tell words from syntax.

CommonMark takes any word in angle brackets for an HTML tag, so that "<Mara> Good." would lose a
name. Here, such a word is text unless something shows that it is a tag. Notes without a mark, and
the cells of a table that are to the right of its last heading, are kept, too.
"""

from __future__ import annotations

import html
import re
from itertools import chain
from typing import TYPE_CHECKING

from markdown_it.rules_block.table import escapedSplit

from narrator.readers.layout.delimiters import remove_delimited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_BARE_TAG = re.compile(r"<(?P<name>[A-Za-z][A-Za-z0-9]*)[ \t]*>")
"""An opening tag without attributes. Names with a hyphen are those of custom elements."""
_MARK = r"[ \t]{0,8}(?:>|[*+-](?=[ \t>]))"
_DEEP_MARKS = re.compile(rf"^((?:{_MARK}){{50}})(?:{_MARK})++", re.MULTILINE)
"""Fifty marks at the start of a line, group 1, and more of them."""
_INDENT = re.compile(r"^([ \t]{100})[ \t]++", re.MULTILINE)
_HIDING_TAG = re.compile(
    r"<(?=(?P<name>script|style|textarea|title|iframe|noframes|xmp)\b)", re.IGNORECASE
)
"""The bracket of an element within which HTML knows no tags but the closing one."""
_STRAY_BRACKET = re.compile(r"<(?!/?[A-Za-z][^<>]*>|!|\?[^<>]*>)")
"""A bracket that begins no tag, comment or instruction."""
_CLOSING_TAG = re.compile(r"</(?P<name>[A-Za-z][A-Za-z0-9]*)[ \t]*>")
_ENTITY = re.compile(r"&#?\w{1,32};")
_UNSPOKEN_PASSAGES = (
    ("<!--", "-->"), ("<?", "?>"), ("<script", "</script>"), ("<style", "</style>"),
)  # fmt: skip
_UNSPOKEN_SYNTAX = re.compile(
    r"""(?P<tag></?[A-Za-z][\w:.-]*(?:[^<>"']|"[^"]{0,4000}"|'[^']{0,4000}')*+>)"""
    r"|<!(?:\[CDATA\[|[A-Za-z][^<>]*>)|<\?[^<>]*>"
    r"|\]\([^()]*(?:\([^()]*\)[^()]*)*+\)"  # the target of a link, with its title
    r"|\]\[[^\[\]]*\]|\[\^[^\]\s]{1,200}+\]:?"  # labels of links and of notes
    r"|^[ >]{0,12}\[[^\[\]]+\]:[ \t]*\n?.*(?:\n[ \t]+[\"'(].*)?$"  # the target of labelled links
    r"|^[ >\t*+-]*+(?:`{3,}|~{3,}).*$"  # the language of a block of code
    r"|^[ >\t*+-]*+\d{1,9}[.)](?=\s)",  # the number of a list item
    re.MULTILINE,
)


def keep_all_words(parser: MarkdownIt) -> MarkdownIt:
    """Make a parser keep unknown tags, notes without a mark, and surplus table cells; return it."""
    parser.core.ruler.before("inline", "surplus_cells", _restore_surplus_cells)
    parser.core.ruler.before("footnote_tail", "lost_notes", _restore_notes)
    parser.core.ruler.before("inline", "text_in_html_blocks", _convert_html_blocks)
    parser.core.ruler.after("inline", "text_in_tags", _convert_inline_tags)
    return parser


def flatten_nesting(text: str) -> str:
    """Return a text without marks of quotations and lists that are nested absurdly deep."""
    return _INDENT.sub(r"\1", _DEEP_MARKS.sub(r"\1", text))


def show_unclosed_elements(text: str) -> str:
    """Return a text in which `<script>` and the like are words if they would hide all that follows.

    They would if nothing closes them.
    """
    last_closing = {match["name"].lower(): match.start() for match in _CLOSING_TAG.finditer(text)}
    return _HIDING_TAG.sub(
        lambda tag: tag[0] if last_closing.get(tag["name"].lower(), -1) > tag.start() else r"\<",
        text,
    )


def _restore_notes(state: StateCore) -> None:
    """Put notes into elements of their own that the plug-in for footnotes would drop.

    These are notes without a mark, and further notes with the same label. Notes inside another note
    are moved behind it.
    """
    tokens: list[Token] = []
    open_notes: list[list[Token]] = []
    ended_notes: list[list[Token]] = []
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            open_notes.append([])
            ended_notes.append(open_notes[-1])
        (open_notes[-1] if open_notes else tokens).append(token)
        if token.type == "footnote_reference_close":
            open_notes.pop()
            if not open_notes:
                tokens += chain.from_iterable(ended_notes)
                ended_notes = []
    _declare_lost_notes(tokens, dict(state.env.get("footnotes", {}).get("refs", {})))
    state.tokens = tokens


def _declare_lost_notes(tokens: Iterable[Token], ids_by_label: dict[str, int]) -> None:
    """Replace the tokens around notes that have no id, or whose id is taken, by HTML elements."""
    is_lost = False
    for token in tokens:
        if token.type == "footnote_reference_open":
            is_lost = ids_by_label.pop(":" + token.meta["label"], -1) < 0
        if is_lost and token.type.startswith("footnote_reference"):
            is_opening = token.type.endswith("open")
            token.type = "html_block"
            token.content = '<aside class="footnote">\n' if is_opening else "</aside>\n"


def _restore_surplus_cells(state: StateCore) -> None:
    """Add the cells of table rows that are longer than the row of headings."""
    lines = state.src.split("\n")
    tokens: list[Token] = []
    row: list[Token] = []  # tokens from the beginning of the current table row
    for token in state.tokens:
        if token.type == "tr_open":
            row = [token]
        elif token.type == "tr_close" and row[0].map:
            tokens += _build_surplus_cells(lines[row[0].map[0]], row)
        row.append(token)
        tokens.append(token)
    state.tokens = tokens


def _build_surplus_cells(line: str, row: list[Token]) -> list[Token]:
    """Return the tokens of the cells on a line that are missing from its row."""
    kept_cells = [token.content.strip() for token in row if token.type == "inline"]
    cells = [cell.strip() for cell in escapedSplit(line.strip())]
    count = len(kept_cells)
    # the first cell may be empty, or may begin with the mark of a quotation
    for start in (0, 1):
        found_cells = cells[start : start + count]
        if found_cells[1:] == kept_cells[1:] and found_cells[0].endswith(kept_cells[0]):
            return _copy_cells(cells[start + count :], row[-3:])
    return []


def _copy_cells(cells: Iterable[str], last_cell: Sequence[Token]) -> list[Token]:
    """Return the tokens of cells with words, each as a copy of the three tokens of another cell."""
    tokens = []
    for cell in filter(None, cells):
        opening, inline, closing = (token.copy() for token in last_cell)
        inline.content, inline.children = cell, []
        tokens += [opening, inline, closing]
    return tokens


def _convert_html_blocks(state: StateCore) -> None:
    """Turn HTML blocks that begin with an unknown tag into paragraphs, and escape other ones."""
    words = find_bracketed_words(state.src)
    tokens: list[Token] = []
    for token in state.tokens:
        is_html = token.type == "html_block"
        first_tag = _BARE_TAG.match(token.content) if is_html else None
        if first_tag and first_tag["name"] in words:
            tokens += _build_paragraph(token)
            continue
        if is_html:
            content = _STRAY_BRACKET.sub("&lt;", token.content)
            token.content = _BARE_TAG.sub(
                lambda tag: html.escape(tag[0]) if tag["name"] in words else tag[0], content
            )
        tokens.append(token)
    state.tokens = tokens


def _build_paragraph(html_block: Token) -> list[Token]:
    """Return the tokens of a paragraph with the content of an HTML block."""
    opening, inline, closing = (
        html_block.copy(type=name, tag=tag, nesting=nesting, content="")
        for name, tag, nesting in (
            ("paragraph_open", "p", 1),
            ("inline", "", 0),
            ("paragraph_close", "p", -1),
        )
    )
    inline.content, inline.children = html_block.content.strip(), []
    return [opening, inline, closing]


def _convert_inline_tags(state: StateCore) -> None:
    """Turn unknown tags within paragraphs into text."""
    words = find_bracketed_words(state.src)
    for token in state.tokens:
        for child in token.children or ():
            tag = _BARE_TAG.fullmatch(child.content) if child.type == "html_inline" else None
            if tag and tag["name"] in words:
                child.type = "text"


def find_bracketed_words(text: str) -> frozenset[str]:
    """Return the words in angle brackets that are no tags.

    A tag has attributes, is closed somewhere, or has the name of an element of HTML.
    """
    words = {match["name"] for match in _BARE_TAG.finditer(text)}
    words -= {match["name"] for match in _CLOSING_TAG.finditer(text)}
    if not words:
        return frozenset()
    from lxml.html import defs  # noqa: PLC0415 - it takes a tenth of a second, and few books need it

    return frozenset(word for word in words if word.lower() not in defs.tags)


def split_source(text: str) -> tuple[str, str]:
    """Return the source of a Markdown file without its comments, and what of it is no content.

    The second text has the tags, the targets of links and similar syntax. It is found without a
    parser, to check the parser's result.
    """
    for opening, closing in _UNSPOKEN_PASSAGES:
        text = remove_delimited(text, opening, closing)
    words = find_bracketed_words(text)
    syntax = "\n".join(_list_syntax(_UNSPOKEN_SYNTAX.finditer(text), words))
    # in code, entities are shown as they are written
    return _ENTITY.sub(" ", text), _ENTITY.sub(" ", syntax)


def _list_syntax(matches: Iterable[re.Match[str]], words: frozenset[str]) -> Iterable[str]:
    """Yield the syntax that is no content; words in angle brackets are content."""
    for match in matches:
        tag = _BARE_TAG.fullmatch(match["tag"] or "")
        if not (tag and tag["name"] in words):
            yield match[0]
