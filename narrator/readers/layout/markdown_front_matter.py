"""Find the metadata at the head of a Markdown file.

It may be written in YAML (Jekyll, Obsidian), TOML or JSON (Hugo), or as a title block of Pandoc.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_YAML_HEAD = re.compile(
    r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
_YAML_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_YAML_LIST = re.compile(
    r"^([A-Za-z][\w-]*):[ \t]*\r?\n((?:(?:[ \t]*-[ \t]|[ \t]+\S).*(?:\r?\n|$))+)", re.MULTILINE
)
"""A field whose value is a list, or a list of objects as for EPUBs of Pandoc."""
_YAML_ITEM = re.compile(
    r"^[ \t]*(?:-[ \t]+)?(?:text|name):[ \t]*(\S.*?)[ \t]*$|^[ \t]*-[ \t]+(?!\w+:\s)(\S.*?)[ \t]*$",
    re.MULTILINE,
)
_YAML_NAME = re.compile(r"[A-Za-z][\w-]*:(?=\s)")
_TOML_HEAD = re.compile(r"\ufeff?\+\+\+[ \t]*\r?\n(.*?)(?<=\n)\+\+\+[ \t]*(?:\r?\n|$)", re.DOTALL)
_JSON_START = re.compile(r"\ufeff?\s{0,100}(?=\{)")
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|$)")
_TITLE_BLOCK = re.compile(
    r"\ufeff?(?:%(?:[ \t].*|[ \t]*)(?:\r?\n|$)(?:[ \t]+\S.*(?:\r?\n|$))*){1,3}"
)
"""Up to three lines after per cent signs, each of which may go on in indented lines."""
_PLAIN_FIELDS = re.compile(
    r"\ufeff?(?:title|author):[ \t]+\S.*\r?\n"
    r"(?:[A-Za-z][A-Za-z ]{1,24}:[ \t]*.*\r?\n)+(?=[ \t]*\r?\n)",
    re.IGNORECASE,
)
_PLAIN_FIELD = re.compile(r"^([A-Za-z][A-Za-z ]{1,24}):[ \t]*(.*)$", re.MULTILINE)
_TITLE_BLOCK_FIELDS = ("title", "author", "date")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The head of a file: its source text, empty if there is none, and its fields."""

    text: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    """Values by name in lower case; a list is joined by commas."""


def find_front_matter(text: str) -> FrontMatter:
    """Return the metadata at the head of a Markdown text."""
    for find in (_find_yaml, _find_toml, _find_json, _find_title_block, _find_plain_fields):
        head = find(text)
        if head.text:
            return head
    return FrontMatter()


def _find_yaml(text: str) -> FrontMatter:
    """Return a head in YAML, of which single lines and lists of texts are read."""
    match = _YAML_HEAD.match(text)
    if not match or not _YAML_NAME.match(match[1]):
        return FrontMatter()
    fields = {name.lower(): _join_items(value) for name, value in _YAML_FIELD.findall(match[1])}
    for name, items in _YAML_LIST.findall(match[1]):
        texts = [(value or item).strip("\"' ") for value, item in _YAML_ITEM.findall(items)]
        if texts:
            # the subtitle of a book follows its title
            fields.setdefault(name.lower(), texts[0] if name == "title" else ", ".join(texts))
    if "creator" in fields:
        fields.setdefault("author", fields["creator"])
    return FrontMatter(match[0], fields)


def _join_items(value: str) -> str:
    """Return a value without its quotation marks; the items of a list are joined by commas."""
    items = value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else [value]
    return ", ".join(item.strip().strip("\"'") for item in items if item.strip())


def _find_toml(text: str) -> FrontMatter:
    """Return a head in TOML."""
    match = _TOML_HEAD.match(text)
    if not match:
        return FrontMatter()
    try:
        values = tomllib.loads(match[1].replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return FrontMatter()
    return FrontMatter(match[0], _format_fields(values))


def _find_json(text: str) -> FrontMatter:
    """Return a head in JSON: an object that ends at the end of a line."""
    start = _JSON_START.match(text)
    if not start:
        return FrontMatter()
    try:
        values, end = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return FrontMatter()
    line_end = _LINE_END.match(text, end)
    if not values or not line_end:
        return FrontMatter()
    return FrontMatter(text[: line_end.end()], _format_fields(values))


def _find_title_block(text: str) -> FrontMatter:
    """Return a title block of Pandoc: the title, the authors and the date."""
    match = _TITLE_BLOCK.match(text)
    if not match:
        return FrontMatter()
    parts = re.split(r"^%", match[0].lstrip("\ufeff"), flags=re.MULTILINE)[1:]
    values = [[line.strip() for line in part.splitlines() if line.strip()] for part in parts]
    fields = {
        name: "; ".join(lines) if name == "author" else " ".join(lines)
        for name, lines in zip(_TITLE_BLOCK_FIELDS, values, strict=False)
    }
    if "author" in fields:
        fields["author"] = re.sub(r"\s*;\s*", ", ", fields["author"])
    return FrontMatter(match[0], fields)


def _find_plain_fields(text: str) -> FrontMatter:
    """Return the fields at the head of a file in MultiMarkdown, which no marks enclose.

    The first field is the title or the author, and an empty line ends them.
    """
    match = _PLAIN_FIELDS.match(text)
    if not match:
        return FrontMatter()
    fields = {name.lower(): value.strip() for name, value in _PLAIN_FIELD.findall(match[0])}
    return FrontMatter(match[0], fields)


def _format_fields(values: dict[str, Any]) -> dict[str, str]:
    """Return the fields that have a text, a number, a date, or a list of them."""
    fields = {}
    for name, value in values.items():
        parts = value if isinstance(value, list) else [value]
        # true and false are numbers too
        if parts and all(
            isinstance(part, str | int | float | date) and not isinstance(part, bool)
            for part in parts
        ):
            fields[name.lower()] = ", ".join(map(str, parts))
    return fields
