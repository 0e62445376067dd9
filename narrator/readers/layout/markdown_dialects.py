"""Write the syntax of Obsidian, Hugo, Jekyll and Pandoc as HTML, which CommonMark passes on.

What is not spoken, such as comments and shortcodes, is put into elements of its own, so that it is
reported as skipped.
"""

from __future__ import annotations

import html
import re

from narrator.readers.layout import heading_syntax
from narrator.readers.layout.chapter_titles import can_be_chapter_title
from narrator.text.quotes import CLOSING_BRACKETS, CLOSING_MARKS, character_class
from narrator.text.words import SENTENCE_ENDS

_CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_QUERY = re.compile(
    r"(?:```|~~~)[ \t]*(?:dataview(?:js)?|tasks|query|mermaid|plantuml|tikz|button|leaflet"
    r"|kanban)\b",
    re.IGNORECASE,
)
"""The beginning of a block from which a plug-in of Obsidian makes a list or a drawing."""
_REMINDER = re.compile(r"^>[ \t]*\[!todo\][^\n]*(?:\n>[^\n]*)*", re.MULTILINE | re.IGNORECASE)
"""A callout in which an author notes what is left to do."""
_LINE_BLOCK = re.compile(r"(?:^\|[ \t][^|\n]*(?:\n|\Z))+", re.MULTILINE)
"""Lines of verse that each begin with a bar, as in Pandoc."""
_RULE = re.compile(r" {0,3}-{3,}[ \t\r]*")
_SPACED_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_TAG_LINE = re.compile(r"^(?:#(?=[\w/-]*[^\W\d])[\w/-]{1,60}(?:[ \t]+|$))+$", re.MULTILINE)
"""A line of tags such as "#draft #to-do", each of which has a letter."""
_MAX_TITLE_CHARACTERS = 100
_SENTENCE_END = re.compile(
    rf"{character_class(SENTENCE_ENDS)}{character_class(CLOSING_MARKS, CLOSING_BRACKETS, '*_')}*$"
)
_MAX_CHARACTERS = 2000
_SYNTAX = re.compile(
    rf"%%(?P<comment>[^%]{{1,{_MAX_CHARACTERS}}})%%"
    rf"|(?P<shortcode>\{{\{{[^{{}}]{{1,{_MAX_CHARACTERS}}}\}}\}}|\{{%[^%]{{1,{_MAX_CHARACTERS}}}%\}}"
    rf"|<%[^%]{{1,{_MAX_CHARACTERS}}}%>)"
    r"|!\[\[(?P<embed>[^\[\]\n]{1,300})\]\]"
    r"|\[\[(?P<target>[^\[\]|\n]{1,300})(?:\|(?P<alias>[^\[\]\n]{1,300}))?\]\]"
    r"|\{\+\+(?P<added>[^{}]{1,2000}?)\+\+\}|\{--(?P<deleted>[^{}]{1,2000}?)--\}"
    r"|\{~~(?P<old>[^{}~]{1,1000})~>(?P<new>[^{}]{1,1000}?)~~\}"
    r"|\{>>(?P<remark>[^{}]{1,2000}?)<<\}|\{==(?P<marked>[^{}]{1,2000}?)==\}"
    r"|==(?P<highlight>(?=\S)[^=\n]{1,1000}(?<=\S))=="
    r"|~~(?P<struck>(?=[^\s~])[^~\n]{1,1000}(?<=\S))~~"
    r"|(?:(?<=\s)|^)\^(?P<block_id>[A-Za-z0-9-]{1,60})[ \t]*$(?=\n[ \t]*\n|\s*\Z|\n[ \t]*[-*+>] )"
    r"|(?<=\w)~(?P<lower>[^~\s]{1,30})~(?!~)"
    r"|(?<=\w)\^(?P<raised>[^^\s\[\]]{1,30})\^"
    r"|^:{3,}[ \t]*(?P<division>[^\n]*)$"
    r"|(?<=^>)[ \t]*\[!(?P<callout>[\w-]{1,40})\][+-]?"
    r"|(?:(?<=[\w\])])[ \t]?|(?<=[.?!])[ \t])"
    r"(?P<attributes>\{(?::[ \t]?)?"
    r"(?:[.#][^{}\n]{1,200}|-[ \t]*|[\w-]+=[^{}\n]{1,200})\})"
    r"|^[ \t]*(?P<block_attributes>\{:[^{}\n]{1,200}\})[ \t]*$"
    r"|^[ \t]*(?P<command>\\(?:newpage|pagebreak|clear(?:double)?page|(?:big|med|small)skip"
    r"|noindent|[vh]fill|[vh]space\*?\{[^{}\n]{1,40}\}|(?:begin|end)\{[a-z]{1,20}\*?\}|centering|par"
    r"|tableofcontents|frontmatter|mainmatter|backmatter))[ \t]*$"
    r"|\[(?P<spanned>[^\[\]\n]{1,500})\](?P<span_attributes>\{[.#][^{}\n]{1,200}\})",
    re.MULTILINE,
)
_OBSIDIAN_SYNTAX = re.compile(
    r"\[\[[^\[\]\n]+\]\]|%%[^%]+%%|^>[ \t]*\[![\w-]+\]|^[ \t]*\^[\w-]+[ \t]*$|^[\w -]{1,30}::[ \t]",
    re.MULTILINE,
)
"""Syntax that only Obsidian has; its files also have tags such as "#draft" within lines."""
_TAG = r"#(?=[\w/-]*[^\W\d_])[\w/-]{1,60}"
_FINAL_TAGS = re.compile(rf"(?<=\s){_TAG}(?:[ \t]+{_TAG})*[ \t]*$")
_INLINE_TAG = re.compile(r"(?<=\s)#(?=[\w/-]*[^\W\d_])(?=[\w/-])")
_FIELD = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?[\w -]{1,30}::[ \t]+\S.*$", re.MULTILINE)
"""A line of metadata of Dataview: "status:: draft"."""
_CUE_LINE = re.compile(
    r"(?:(?<=\n\n)|(?<=\n\r\n))(?P<cue>[A-ZÀ-Þ][A-ZÀ-Þ .'’-]{1,30}(?: ?\([^()\n]{1,30}\))?"
    r"|\*\*[A-ZÀ-Þ][^*\n]{1,30}\*\*)[ \t]*\r?\n(?=[^\s#>=-])"
)
"""The name of a speaker on a line of its own above the speech."""
_MIN_CUE_LINES = 3
_TASK = re.compile(r"^(?P<item>[ \t>]*[-*+][ \t]+)(?P<box>\[[ xX/>-]\])(?=[ \t])", re.MULTILINE)
_CALLOUT_TITLE = re.compile(r"^(?P<line>>[ \t]*\[![\w-]{1,40}\][+-]?[ \t]+\S.*)$", re.MULTILINE)
COMMENT_TAG, EMBED_TAG, SYNTAX_TAG = "md-comment", "md-embed", "md-syntax"


def convert_dialects(text: str) -> str:
    """Return Markdown with the syntax of its dialects written as HTML; code stays as it is."""
    text = _REMINDER.sub(lambda match: _hide(COMMENT_TAG, match[0]), text)
    parts = _CODE.split(text)
    # code is at the odd indices
    parts[1::2] = [_hide_query(part) for part in parts[1::2]]
    has_headings = _SPACED_HEADING.search(text) is not None
    is_obsidian = _OBSIDIAN_SYNTAX.search(text) is not None
    parts[::2] = [
        _convert_part(_hide_obsidian(part) if is_obsidian else part, has_headings=has_headings)
        for part in parts[::2]
    ]
    return "".join(parts)


def _hide_query(code: str) -> str:
    """Return a block of code; one that makes a list or a drawing is not spoken."""
    return f"\n{_hide(SYNTAX_TAG, code)}\n" if _QUERY.match(code) else code


def _hide_obsidian(text: str) -> str:
    """Return a text with tags at the ends of lines and fields of Dataview hidden.

    A tag within a sentence is one of its words.
    """
    lines = _FIELD.sub(lambda match: _hide(SYNTAX_TAG, match[0]), text).split("\n")
    for index, line in enumerate(lines):
        if "#" in line and _SPACED_HEADING.match(line):
            lines[index] = _FINAL_TAGS.sub(lambda match: _hide(SYNTAX_TAG, match[0]), line)
        elif "#" in line and not line.startswith(("#", "<")):
            line = _FINAL_TAGS.sub(lambda match: _hide(SYNTAX_TAG, match[0]), line)  # noqa: PLW2901
            # what is hidden begins with a bracket
            visible, tag, hidden = line.partition(f"<{SYNTAX_TAG}>")
            lines[index] = _INLINE_TAG.sub(_hide(SYNTAX_TAG, "#"), visible) + tag + hidden
    return "\n".join(lines)


def _convert_part(text: str, *, has_headings: bool) -> str:
    """Convert a text without code; `has_headings` is whether the file has headings like "# One"."""
    text = _TASK.sub(lambda match: match["item"] + _hide(SYNTAX_TAG, match["box"]), text)
    text = _CALLOUT_TITLE.sub(lambda match: f"{match['line']}\n>", text)
    text = _TAG_LINE.sub(lambda match: _hide_tags(match[0], has_headings=has_headings), text)
    text = _LINE_BLOCK.sub(_break_lines, _separate_rules(text))
    if sum(1 for _ in _CUE_LINE.finditer(text)) >= _MIN_CUE_LINES:
        text = _CUE_LINE.sub(lambda match: f"{match['cue']}\\\n", text)
    return _SYNTAX.sub(_convert, text)


def _hide_tags(line: str, *, has_headings: bool) -> str:
    """Return a line of tags in an element that is not spoken.

    A single one with a capital may be a heading that lacks its space, unless others have theirs.
    """
    names = [name.strip() for name in line.split("#")[1:]]
    is_heading = len(names) == 1 and (
        heading_syntax.parse_heading(names[0]) is not None
        or (names[0][0].isupper() and not has_headings)
    )
    return line if is_heading else _hide(SYNTAX_TAG, line)


def _separate_rules(text: str) -> str:
    """Return a text with an empty line before each rule that stands directly below prose.

    CommonMark takes the paragraph for a heading that is underlined.
    """
    lines = text.split("\n")
    separated: list[str] = []
    paragraph_start = 0
    for line in lines:
        is_rule = _RULE.fullmatch(line) is not None
        if is_rule and _is_prose(" ".join(separated[paragraph_start:]).strip()):
            separated.append("")
        separated.append(line)
        if is_rule or not line.strip():
            paragraph_start = len(separated)
    return "\n".join(separated)


def _is_prose(text: str) -> bool:
    """Return whether a paragraph is no title: it is long, or ends like a sentence."""
    if len(text) > _MAX_TITLE_CHARACTERS:
        return True
    is_title = can_be_chapter_title(text) or heading_syntax.parse_heading(text) is not None
    return bool(_SENTENCE_END.search(text)) and not is_title


def _break_lines(block: re.Match[str]) -> str:
    """Return the lines of a line block, with a line break after each."""
    lines = [line[1:].strip() for line in block[0].rstrip("\n").split("\n")]
    return "\\\n".join(lines) + "\n"


def _convert(match: re.Match[str]) -> str:
    """Return the HTML for a piece of syntax."""
    name = match.lastgroup or ""
    if name in _ELEMENTS:
        return f"<{_ELEMENTS[name]}>{match[name]}</{_ELEMENTS[name]}>"
    if name == "new":
        return f"<del>{match['old']}</del>{match['new']}"
    if name == "added":
        return match["added"]
    if name == "alias":
        return _hide(SYNTAX_TAG, match["target"]) + match["alias"]
    if name == "span_attributes":
        return match["spanned"] + _hide(SYNTAX_TAG, match["span_attributes"])
    tag = {"comment": COMMENT_TAG, "remark": COMMENT_TAG, "embed": EMBED_TAG}.get(name, SYNTAX_TAG)
    return match["target"] if name == "target" else _hide(tag, match[name])


_ELEMENTS = {
    "highlight": "mark",
    "marked": "mark",
    "deleted": "del",
    "struck": "del",
    "lower": "sub",
    "raised": "sup",
}
"""The elements for pieces of syntax that only change how their text looks."""


def _hide(tag: str, text: str) -> str:
    """Return text in an element that is not spoken."""
    text = " ".join(text.split())
    return f"<{tag}>{html.escape(text, quote=False)}</{tag}>" if text else ""
