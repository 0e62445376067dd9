"""Find what mail programs add to a text: marks of quoted lines, addresses and signatures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.readers.layout.blocks import UnspokenSpan
from narrator.readers.layout.skip_reasons import (
    ADDRESS_REASON,
    SCENE_BREAK_REASON,
    SIGNATURE_REASON,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block
    from narrator.readers.layout.text_rows import Row

_QUOTE_MARKS = re.compile(r"(?:>[ ]?)+(?=[^\s>])")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS_BEHIND_NAME = re.compile(rf"(?<=[\w\"'.)])\s*[<(\[]{_ADDRESS.pattern}[>)\]]")
"""The address of a sender, behind the name: "Ann Lee <ann@example.org>"."""
_MAX_SIGNATURE_LINES = 6
_SIGNATURE_MARK = "--"


def find_quote_marks(rows: Sequence[Row]) -> dict[int, int]:
    """Return the offset behind the marks of each quoted line of a mail, by that of its row."""
    found = ((row, _QUOTE_MARKS.match(row.text)) for row in rows if row.text[0] == ">")
    return {row.start: row.start + match.end() for row, match in found if match}


def mark_addresses(blocks: Sequence[Block]) -> None:
    """Make mail addresses behind the names of their owners silent."""
    for block in blocks:
        if "@" not in block.text or block.skip_reason:
            continue
        spans = [
            UnspokenSpan(*match.span(), ADDRESS_REASON)
            for match in _ADDRESS_BEHIND_NAME.finditer(block.text)
        ]
        block.unspoken_spans = sorted([*block.unspoken_spans, *spans], key=lambda span: span.start)


def skip_signature(blocks: Sequence[Block]) -> None:
    """Skip the signature below "--" at the end of a text, if it has the address of the sender."""
    if len(blocks) < 3:
        return
    mark, signature = blocks[-2], blocks[-1]
    if (
        mark.skip_reason == SCENE_BREAK_REASON
        and mark.text.strip() == _SIGNATURE_MARK
        and len(signature.text.splitlines()) <= _MAX_SIGNATURE_LINES
        and _ADDRESS.search(signature.text)
    ):
        signature.skip_reason, signature.unspoken_spans = SIGNATURE_REASON, []
