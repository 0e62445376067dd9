"""Shows control characters as symbols, so that no text of a file or server acts on a terminal.

A terminal obeys control characters: they clear the screen, set its title, fill the clipboard or
type at the prompt. Bidirectional controls change the order in which text is read, so that a file
name seems to end in another suffix. Such characters have no place on a terminal or in a file name.
"""

from __future__ import annotations

import re

_LINE_ENDS = "\r\n|[\n\v\f\x85\u2028\u2029]"
_ACTING_CHARACTER = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f"  # C0 except tab and newline, and DEL
    "\x80-\x9f"  # C1, which terminals obey as they obey ESC and a letter
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls (UAX #9)
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # unpaired surrogates, which can't be encoded
    "]"
)
_CONTROL_PICTURES = 0x2400
"""The first of Unicode's symbols for C0 control characters, in their order."""
_SYMBOLS = {0x7F: "␡", 0x85: "␤"}
"""The symbols of control characters that have one in another place."""


def show_controls(text: str) -> str:
    r"""Return a text in which symbols stand for all control characters but tab and newline.

    Unpaired surrogates become U+FFFD. Characters without a symbol are shown by their number.

    >>> show_controls("red: \x1b[31m, \x9b31m, \u202etxt.exe")
    'red: ␛[31m, ⟨U+009B⟩31m, ⟨U+202E⟩txt.exe'
    """
    return _ACTING_CHARACTER.sub(lambda match: _find_symbol(ord(match[0])), text)


def _find_symbol(code: int) -> str:
    """Return what is shown for the control character with a code."""
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return _SYMBOLS.get(code, f"⟨U+{code:04X}⟩")


def show_on_one_line(text: str) -> str:
    r"""Return a text as `show_controls` does, on one line: spaces stand for line ends and tabs.

    >>> show_on_one_line("two\r\nlines\tand\x07")
    'two lines and␇'
    """
    return " ".join(show_controls(re.sub(_LINE_ENDS, " ", text)).split())


def show_in_file_name(text: str) -> str:
    r"""Return a text as `show_controls` does, with symbols for tabs and newlines too.

    >>> show_in_file_name("a\tb\n")
    'a␉b␊'
    """
    return show_controls(text).replace("\t", "␉").replace("\n", "␊")


def escape_controls(json_text: str) -> str:
    r"""Return JSON in which the control characters of strings are escaped, as `\u009b`.

    `json.dumps` escapes only C0 and, with `ensure_ascii`, everything else that is not ASCII.
    """
    return _ACTING_CHARACTER.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)
