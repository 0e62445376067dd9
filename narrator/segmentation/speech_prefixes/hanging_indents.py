"""Measures how far plays indent the lines of a speech below the one with the speaker's name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Paragraph
    from narrator.segmentation.speech_prefixes.label_parsing import Label

_MIN_LINES = 4
"""Fewest lines below those with a name from which their indent is known."""
_MIN_SHARE = 0.8
"""Share of these lines that must have the same indent."""


def find_hanging_indent(
    text: str, paragraphs: Sequence[Paragraph], labels: Sequence[Label]
) -> int | None:
    """Return the indent, in columns, of the further lines of a speech; None if it tells nothing.

    It tells something if it is deeper than the indent of the lines with a name.
    """
    hanging = Counter(_measure_next_lines(text, paragraphs, labels))
    named = Counter(measure_indent(text, label.start) for label in labels)
    if not named or hanging.total() < _MIN_LINES:
        return None
    indent, count = hanging.most_common(1)[0]
    is_usual = count >= _MIN_SHARE * hanging.total()
    return indent if is_usual and indent > named.most_common(1)[0][0] else None


def measure_indent(text: str, start: int) -> int:
    """Return how many columns a text is away from the start of its line."""
    return len(text[text.rfind("\n", 0, start) + 1 : start].expandtabs(4))


def _measure_next_lines(
    text: str, paragraphs: Sequence[Paragraph], labels: Sequence[Label]
) -> Iterator[int]:
    """Yield the indent of the line below each name, if it is in the same paragraph."""
    starts = {label.start for label in labels}
    for label in labels:
        line_end = text.find("\n", label.start, paragraphs[label.paragraph_index].end)
        if line_end < 0:
            continue
        line = text[line_end + 1 :].split("\n", 1)[0]
        start = line_end + 1 + len(line) - len(line.lstrip())
        if line.strip() and start not in starts:
            yield measure_indent(text, start)
