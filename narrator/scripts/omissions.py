"""Find chapters of which an unusual amount is not spoken, so that the user can check why."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.readers.layout.skip_reasons import (
    MATTER_REASONS,
    METADATA_REASON,
    PAGE_NUMBER_REASON,
    PICTURE_REASON,
    READING_AID_REASON,
    RUNNING_HEAD_REASON,
    SCENE_BREAK_REASON,
)
from narrator.scripts.text_syntax import SCRIPT_MARK_REASON
from narrator.segmentation.speech_prefixes import MESSAGE_TIME_REASON, SPEAKER_NAME_REASON
from narrator.text.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book, SkippedPassage

_USUAL_REASONS = MATTER_REASONS | {
    MESSAGE_TIME_REASON,
    METADATA_REASON,
    PAGE_NUMBER_REASON,
    PICTURE_REASON,
    READING_AID_REASON,
    RUNNING_HEAD_REASON,
    SCENE_BREAK_REASON,
    SCRIPT_MARK_REASON,
    SPEAKER_NAME_REASON,
}
"""Reasons for skipping text that no listener misses."""
_MIN_SHARE = 0.05
"""Share of a chapter's words above which a reason is reported."""
_MIN_WORDS = 8
"""Number of words below which skipped text is never reported."""


@dataclass(frozen=True, slots=True)
class Omission:
    """Text of one chapter that is not spoken for one reason."""

    chapter: str
    """The title of the chapter."""
    reason: str
    share: float
    """Share of the chapter's words, from 0 to 1."""
    passages: tuple[SkippedPassage, ...]


def list_large_omissions(book: Book) -> Iterator[Omission]:
    """Yield what is skipped of each chapter if it is more than a few per cent.

    Front and back matter is not counted.
    """
    starts = [chapter.start for chapter in book.chapters]
    groups: dict[tuple[int, str], list[SkippedPassage]] = {}
    for passage in book.skipped:
        index = bisect_right(starts, passage.start) - 1
        if index >= 0 and passage.reason not in _USUAL_REASONS:
            groups.setdefault((index, passage.reason), []).append(passage)
    for (index, reason), passages in groups.items():
        skipped_count = sum(count_words(passage.text) for passage in passages)
        if skipped_count < _MIN_WORDS:
            continue
        end = starts[index + 1] if index + 1 < len(starts) else len(book.text)
        share = skipped_count / max(1, count_words(book.text[starts[index] : end]))
        if share > _MIN_SHARE:
            yield Omission(book.chapters[index].title, reason, share, tuple(passages))
