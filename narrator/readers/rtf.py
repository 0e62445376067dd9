"""Read RTF, as TextEdit, WordPad, Word and Scrivener write it, by converting it to HTML.

striprtf 0.0.35 gives the bare text: it loses italics, headings and the places of footnotes.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from narrator.model import Metadata
from narrator.readers.html import assemble_page
from narrator.readers.layout.markup_parsing import parse_page
from narrator.readers.loading import title_from_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

SIGNATURE = b"{\\rtf"
_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<value>-?\d{1,10})? ?"
    r"|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<symbol>[^A-Za-z])|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
"""The tokens of RTF 1.9.1; line ends between them mean nothing."""
_HIDDEN_GROUPS = frozenset(
    [
        "fonttbl", "colortbl", "pict", "object", "header", "headerl", "headerr", "headerf",
        "footer", "footerl", "footerr", "footerf", "fldinst", "listtext", "pntext", "xe", "tc",
        "tcn", "rxe", "txe", "bkmkstart", "bkmkend", "nonshppict", "atnid", "atnauthor",
        "annotation", "themedata", "datastore", "latentstyles", "filetbl", "revtbl", "template",
    ]
)  # fmt: skip
"""Groups whose text does not stand on the page."""
_VISIBLE_STARRED_GROUPS = frozenset(["shpinst", "shptxt", "footnote", "aftnnote", "upr", "ud"])
"""Groups that stand on the page although they are marked as ones that a reader may skip."""
_INFO_FIELDS = frozenset(["title", "author"])
_CHARACTERS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "tab": " ",
    "cell": "\n", "nestcell": "\n",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "\u2011", "-": "", "\\": "\\", "{": "{", "}": "}", "\t": " "}
_PARAGRAPH_ENDS = frozenset(["par", "sect", "page", "row", "nestrow", "cell", "nestcell"])
_ENCODINGS_BY_CHARSET = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
"""The encoding for each character set of a font, as in the specification of RTF 1.9.1."""
_ENCODINGS_BY_WORD = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_HEADING_STYLE = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"title$", re.IGNORECASE)
_ELEMENTS = {"b": "b", "i": "i", "super": "sup", "sub": "sub", "strike": "del", "deleted": "del"}
"""The element for each property of characters."""


class RtfReader:
    """The reader of RTF files."""

    name = "rtf"
    suffixes: tuple[str, ...] = (".rtf",)

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the file begins as RTF must."""
        return source.data.lstrip().startswith(SIGNATURE)

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; paragraphs with a style for headings begin chapters.

        Raises:
            EmptyBookError: the document has no words.
            LedgerError: words of the document are missing from its blocks.
        """
        converter = _Converter()
        converter.convert(source.data.decode("latin-1"))
        tree = parse_page(converter.render_page(), source.path, try_xml=False)
        title = converter.info.get("title", "").strip() or converter.title
        author = converter.info.get("author", "").strip() or None
        metadata = Metadata(title or title_from_path(source.path), author)
        return assemble_page(tree, metadata, source, policy)


@dataclass(frozen=True, slots=True)
class _State:
    """The properties of characters and of the group at one place; a group restores them."""

    elements: frozenset[str] = frozenset()
    """The HTML elements around the text."""
    target: str = "body"
    """Where text goes: `body`, `note`, `stylesheet`, an entry of the document's information, or
    `hidden`."""
    encoding: str = "cp1252"
    skip_bytes: int = 1
    """Number of characters after a `\\u` that stand for it in programs without Unicode."""
    is_hidden: bool = False


@dataclass(slots=True)
class _Converter:
    """Converts RTF to HTML; the fields hold what has been read."""

    info: dict[str, str] = field(default_factory=dict)
    title: str = ""
    _state: _State = field(default_factory=_State)
    _groups: list[_State] = field(default_factory=list)
    _pages: dict[str, list[str]] = field(default_factory=lambda: {"body": [], "note": []})
    """The paragraphs of the body and of the notes."""
    _lines: dict[str, list[str]] = field(default_factory=lambda: {"body": [], "note": []})
    """The pieces of the current paragraph of each."""
    _bytes: bytearray = field(default_factory=bytearray)
    _surrogate: str = ""
    _to_skip: int = 0
    _is_starred: bool = False
    _style: int = 0
    _styles: dict[int, str] = field(default_factory=dict)
    _fonts: dict[int, str] = field(default_factory=dict)
    _font: int = 0
    _outline_level: int = -1
    _is_centred: bool = False
    _notes: int = 0

    def convert(self, text: str) -> None:
        """Read the tokens of a document, whose bytes are the characters of the text."""
        for token in _TOKEN.finditer(text):
            if token["byte"] is None:
                self._flush_bytes()
            if token["brace"] == "{":
                self._groups.append(self._state)
            elif token["brace"] == "}":
                self._end_group()
            elif token["word"]:
                value = int(token["value"]) if token["value"] else None
                self._read_word(token["word"], value)
            elif token["byte"]:
                self._read_byte(int(token["byte"], 16))
            elif token["symbol"]:
                self._read_symbol(token["symbol"])
            else:
                self._read_text(token["text"])
        self._flush_bytes()
        for target in self._pages:
            self._end_paragraph(target)

    def render_page(self) -> str:
        """Return the HTML of the whole document, with the notes at its end."""
        body, notes = ("\n".join(self._pages[target]) for target in ("body", "note"))
        return f"<html><body>{body}\n{notes}</body></html>"

    # -- groups

    def _end_group(self) -> None:
        """Restore the properties before a group."""
        target = self._state.target
        self._state = self._groups.pop() if self._groups else self._state
        self._is_starred = False
        if target == "note" and self._state.target != "note":
            self._end_paragraph("note")
            self._pages["note"].append("</aside>")

    def _enter(self, target: str) -> None:
        """Send the text of the current group elsewhere, unless it is not shown anyway."""
        if self._state.target != "hidden":
            self._state = replace(self._state, target=target)

    def _begin_note(self) -> None:
        """Begin a footnote, and put its mark into the text."""
        self._notes += 1
        number = self._notes
        self._append(f'<a epub:type="noteref" href="#note{number}"><sup>{number}</sup></a>', "body")
        self._enter("note")
        self._pages["note"].append(f'<aside epub:type="footnote" id="note{number}">')

    # -- tokens

    def _read_word(self, word: str, value: int | None) -> None:
        """Obey a control word; those without a meaning for the text are passed over."""
        is_starred, self._is_starred = self._is_starred, False
        if word in _HIDDEN_GROUPS or (is_starred and word not in _VISIBLE_STARRED_GROUPS):
            self._enter("hidden")
        elif word in ("info", "stylesheet"):
            self._enter(word)
        elif self._state.target == "info":
            self._enter(word if word in _INFO_FIELDS else "hidden")
        elif word == "footnote" and self._state.target == "body":
            self._begin_note()
        elif word in _PROPERTIES:
            _PROPERTIES[word](self, word, value)
        elif self._state.target != "hidden":
            self._read_content_word(word, value)

    def _read_content_word(self, word: str, value: int | None) -> None:
        """Add what a control word stands for, such as a dash or the end of a paragraph."""
        if word in _CHARACTERS:
            self._append_text(_CHARACTERS[word])
        if word in _PARAGRAPH_ENDS:
            self._end_paragraph(self._state.target)
        elif word == "line":
            self._append("<br/>", self._state.target)
        elif word == "u" and value is not None:
            self._read_code_unit(value)

    def _read_symbol(self, symbol: str) -> None:
        """Obey a control symbol."""
        if symbol == "*":
            self._is_starred = True
        elif symbol in "\r\n":
            self._end_paragraph(self._state.target)
        elif symbol in _SYMBOLS:
            self._append_text(_SYMBOLS[symbol])

    def _read_byte(self, byte: int) -> None:
        """Collect a byte, because several may be one character."""
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(byte)

    def _flush_bytes(self) -> None:
        """Add the characters of the collected bytes to the text."""
        if self._bytes:
            text = self._bytes.decode(self._state.encoding, "replace")
            self._bytes.clear()
            self._append_text(text)

    def _read_code_unit(self, value: int) -> None:
        """Add a UTF-16 code unit, which may be one half of a character."""
        character = chr(value & 0xFFFF)
        pair = self._surrogate + character
        self._surrogate = character if "\ud800" <= character < "\udc00" else ""
        if not self._surrogate:
            text = pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            self._append_text(text)
        self._to_skip = self._state.skip_bytes

    def _read_text(self, text: str) -> None:
        """Add plain characters, without those that stand for a code unit."""
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        if text[skipped:]:
            # bytes above 7F are rare without an escape, but programs write them
            raw = text[skipped:].encode("latin-1")
            self._append_text(raw.decode(self._state.encoding, "replace"))

    # -- properties

    def _set_element(self, word: str, value: int | None) -> None:
        """Begin or end a property of characters."""
        element = {_ELEMENTS[word]}
        elements = self._state.elements
        self._state = replace(
            self._state, elements=elements - element if value == 0 else elements | element
        )

    def _reset(self, word: str, value: int | None) -> None:  # noqa: ARG002 - as `_PROPERTIES`
        """Reset the properties of characters or of paragraphs, or leave superscript."""
        if word == "plain":
            self._state = replace(self._state, elements=frozenset(), is_hidden=False)
        elif word == "nosupersub":
            elements = self._state.elements - {"sup", "sub"}
            self._state = replace(self._state, elements=elements)
        else:
            self._style, self._outline_level, self._is_centred = 0, -1, False

    def _set_paragraph(self, word: str, value: int | None) -> None:
        """Set the style, the outline level or the alignment of the paragraph."""
        if word == "s":
            self._style = value or 0
        elif word == "outlinelevel":
            self._outline_level = -1 if value is None else value
        else:
            self._is_centred = word == "qc"

    def _set_encoding(self, word: str, value: int | None) -> None:
        """Set the encoding of bytes: that of the document, or of the font."""
        encoding = self._state.encoding
        if word == "ansicpg":
            encoding = "utf-8" if value == 65001 else f"cp{value}"
        elif word in _ENCODINGS_BY_WORD:
            encoding = _ENCODINGS_BY_WORD[word]
        elif word == "f" and self._state.target != "hidden":
            encoding = self._fonts.get(value or 0, encoding)
        elif word == "f":
            self._font = value or 0
        elif value in _ENCODINGS_BY_CHARSET and value:
            self._fonts[self._font] = _ENCODINGS_BY_CHARSET[value]
        self._state = replace(self._state, encoding=_check_encoding(encoding))

    def _set_skip(self, word: str, value: int | None) -> None:  # noqa: ARG002 - as `_PROPERTIES`
        """Set how many characters follow a code unit."""
        self._state = replace(self._state, skip_bytes=1 if value is None else max(0, value))

    def _set_hidden(self, word: str, value: int | None) -> None:  # noqa: ARG002 - as `_PROPERTIES`
        """Begin or end hidden text."""
        self._state = replace(self._state, is_hidden=value != 0)

    # -- text

    def _append_text(self, text: str) -> None:
        """Add characters where those of the current group belong."""
        target = self._state.target
        if target in _INFO_FIELDS:
            self.info[target] = self.info.get(target, "") + text
        elif target == "stylesheet":
            self._styles[self._style] = self._styles.get(self._style, "") + text
        elif target in self._pages:
            self._append(self._mark_up(text), target)

    def _mark_up(self, text: str) -> str:
        """Return the HTML of characters with the current properties."""
        markup = html.escape(text)
        for element in sorted(self._state.elements):
            markup = f"<{element}>{markup}</{element}>"
        return f'<span style="display:none">{markup}</span>' if self._state.is_hidden else markup

    def _append(self, markup: str, target: str) -> None:
        """Add HTML to the current paragraph of the body or of the notes."""
        if target in self._lines:
            self._lines[target].append(markup)

    def _end_paragraph(self, target: str) -> None:
        """End the current paragraph."""
        if target not in self._lines:
            return
        content = "".join(self._lines[target]).strip()
        self._lines[target].clear()
        style = self._styles.get(self._style, "").strip(" ;")
        level = self._find_heading_level(style)
        if level and content:
            self._pages[target].append(f"<h{level}>{content}</h{level}>")
        else:
            alignment = ' style="text-align:center"' if self._is_centred else ""
            self._pages[target].append(f"<p{alignment}>{content}</p>")
        if content and not self.title and _TITLE_STYLE.match(style):
            self.title = html.unescape(re.sub(r"<[^>]*>", "", content))

    def _find_heading_level(self, style: str) -> int:
        """Return the level of a heading from 1, or 0 for a paragraph of text."""
        if match := _HEADING_STYLE.match(style):
            return min(6, int(match[1])) or 1
        if _TITLE_STYLE.match(style):
            return 1
        return self._outline_level + 1 if 0 <= self._outline_level < 6 else 0


def _check_encoding(name: str) -> str:
    """Return the name of an encoding, or that of Windows for one that Python lacks."""
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name


_PROPERTIES: dict[str, Callable[[_Converter, str, int | None], None]] = {
    **dict.fromkeys(_ELEMENTS, _Converter._set_element),
    **dict.fromkeys(("plain", "pard", "nosupersub"), _Converter._reset),
    **dict.fromkeys(("s", "outlinelevel", "qc", "ql", "qr", "qj"), _Converter._set_paragraph),
    **dict.fromkeys(("ansicpg", "mac", "pc", "pca", "f", "fcharset"), _Converter._set_encoding),
    "uc": _Converter._set_skip,
    "v": _Converter._set_hidden,
}
"""What each control word for characters and paragraphs does."""
