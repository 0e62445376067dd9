"""Repair text whose UTF-8 was decoded as Windows-1252, and record it for the user.

`ftfy` recognises such text and reverses the error, also if it happened twice. It is used for
nothing else: quotation marks and other characters that are right stay as they are.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUSPICIOUS = re.compile(
    "[\u00c2-\u00c5\u00ce\u00cf\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""A first byte of UTF-8 and a byte after it, as Windows-1252 shows them."""
_LOST_BYTE = re.compile(
    "(\u00e2\u20ac|\u00c3\u00a2\u00e2\u201a\u00ac\u00c2)(?:\ufffd|(?=[\\s,.;:!?)\\]<]|$))"
)
"""A closing quotation mark without its last byte 9D, which Windows-1252 lacks: programs drop
it, or put the sign for an unknown character."""


_OTHER_ENCODINGS = ("mac_roman", "cp437", "cp850")
"""Encodings of the Macintosh and of DOS, which `ftfy` reverses in part only."""
_MIN_CHANGED_LINES = 2


@dataclass(slots=True)
class Repairs:
    """What was repaired while a book was read."""

    line_count: int = 0

    def describe(self) -> tuple[str, ...]:
        """Return a remark for the user, or nothing if no line was repaired."""
        if not self.line_count:
            return ()
        lines = "1 line was" if self.line_count == 1 else f"{self.line_count:,} lines were"
        return (f"{lines} decoded wrongly when the file was made, and repaired: â€œ became “.",)


_current_repairs: ContextVar[Repairs | None] = ContextVar("repairs", default=None)


@contextmanager
def collect_repairs() -> Iterator[Repairs]:
    """Collect what is repaired within a `with` statement."""
    repairs = Repairs()
    token = _current_repairs.set(repairs)
    try:
        yield repairs
    finally:
        _current_repairs.reset(token)


def repair_encoding(text: str) -> str:
    """Return the text with each wrongly decoded line repaired."""
    if text.isascii():
        return text
    lines = text.split("\n")
    if encoding := _find_other_encoding(lines):
        repaired_lines = [line.encode(encoding).decode() for line in lines]
        _count_repairs(lines, repaired_lines)
        return "\n".join(repaired_lines)
    if not _SUSPICIOUS.search(text):
        return text
    repaired_lines = [_repair_line(line) if _SUSPICIOUS.search(line) else line for line in lines]
    _count_repairs(lines, repaired_lines)
    return "\n".join(repaired_lines)


def _count_repairs(lines: list[str], repaired_lines: list[str]) -> None:
    """Count the lines that were changed."""
    repairs = _current_repairs.get()
    if repairs is not None:
        repairs.line_count += sum(
            old != new for old, new in zip(lines, repaired_lines, strict=True)
        )


def _find_other_encoding(lines: list[str]) -> str:
    """Return the encoding of an old computer in which the UTF-8 of a text was decoded, or "".

    Each line with other than ASCII characters must be valid UTF-8 again, and several must be.
    """
    changed = [line for line in lines if not line.isascii()]
    if len(changed) < _MIN_CHANGED_LINES:
        return ""
    for encoding in _OTHER_ENCODINGS:
        try:
            for line in changed:
                line.encode(encoding).decode()
        except UnicodeError:
            continue
        return encoding
    return ""


def _repair_line(line: str) -> str:
    """Return a line repaired, or unchanged if it is right."""
    from ftfy import fix_encoding  # noqa: PLC0415 - few books need it
    from ftfy.badness import is_bad  # noqa: PLC0415 - see above

    if not is_bad(line):
        return line
    return str(fix_encoding(_LOST_BYTE.sub("\\1\u009d", line)))
