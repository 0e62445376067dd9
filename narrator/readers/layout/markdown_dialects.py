"""Write the syntax of Obsidian, Hugo, Jekyll and Pandoc as HTML, which CommonMark passes on.

What is not spoken, such as comments and shortcodes, is put into elements of its own, so that it is
reported as skipped.
"""

from __future__ import annotations

import html
import re

_CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_LINE_BLOCK = re.compile(r"(?:^\|[ \t][^|\n]*(?:\n|\Z))+", re.MULTILINE)
"""Lines of verse that each begin with a bar, as in Pandoc."""
_MAX_CHARACTERS = 2000
_SYNTAX = re.compile(
    rf"%%(?P<comment>[^%]{{1,{_MAX_CHARACTERS}}})%%"
    rf"|(?P<shortcode>\{{\{{[^{{}}]{{1,{_MAX_CHARACTERS}}}\}}\}}|\{{%[^%]{{1,{_MAX_CHARACTERS}}}%\}})"
    r"|!\[\[(?P<embed>[^\[\]\n]{1,300})\]\]"
    r"|\[\[(?P<target>[^\[\]|\n]{1,300})(?:\|(?P<alias>[^\[\]\n]{1,300}))?\]\]"
    r"|==(?P<highlight>(?=\S)[^=\n]{1,1000}(?<=\S))=="
    r"|(?<=\w)~(?P<lower>[^~\s]{1,30})~(?!~)"
    r"|(?<=\w)\^(?P<raised>[^^\s\[\]]{1,30})\^"
    r"|^:{3,}[ \t]*(?P<division>[^\n]*)$"
    r"|(?<=^>)[ \t]*\[!(?P<callout>[\w-]{1,40})\][+-]?"
    r"|(?<=[\w\])])(?P<attributes>[ \t]?\{(?::[ \t]?)?[.#][^{}\n]{1,200}\})"
    r"|\[(?P<spanned>[^\[\]\n]{1,500})\](?P<span_attributes>\{[.#][^{}\n]{1,200}\})",
    re.MULTILINE,
)
COMMENT_TAG, EMBED_TAG, SYNTAX_TAG = "md-comment", "md-embed", "md-syntax"


def convert_dialects(text: str) -> str:
    """Return Markdown with the syntax of its dialects written as HTML; code stays as it is."""
    parts = _CODE.split(text)
    # code is at the odd indices
    parts[::2] = [_SYNTAX.sub(_convert, _LINE_BLOCK.sub(_break_lines, part)) for part in parts[::2]]
    return "".join(parts)


def _break_lines(block: re.Match[str]) -> str:
    """Return the lines of a line block, with a line break after each."""
    lines = [line[1:].strip() for line in block[0].splitlines()]
    return "\\\n".join(lines) + "\n"


def _convert(match: re.Match[str]) -> str:
    """Return the HTML for a piece of syntax."""
    name = match.lastgroup or ""
    if name in _ELEMENTS:
        return f"<{_ELEMENTS[name]}>{match[name]}</{_ELEMENTS[name]}>"
    if name == "alias":
        return _hide(SYNTAX_TAG, match["target"]) + match["alias"]
    if name == "span_attributes":
        return match["spanned"] + _hide(SYNTAX_TAG, match["span_attributes"])
    tag = {"comment": COMMENT_TAG, "embed": EMBED_TAG}.get(name, SYNTAX_TAG)
    return match["target"] if name == "target" else _hide(tag, match[name])


_ELEMENTS = {"highlight": "mark", "lower": "sub", "raised": "sup"}
"""The elements for pieces of syntax that only change how their text looks."""


def _hide(tag: str, text: str) -> str:
    """Return text in an element that is not spoken."""
    text = " ".join(text.split())
    return f"<{tag}>{html.escape(text, quote=False)}</{tag}>" if text else ""
