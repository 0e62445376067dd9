"""Cuts a script into reels: what one worker speaks, stitches and encodes in one go."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from narrator.model import Cue, Reel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from narrator.casting.prosody import Delivery
    from narrator.model import Line, Voice

CHARACTERS = 2_700
"""Of a reel: three minutes at 170 words a minute. Short enough that no worker is left alone with a
long rest and that an edit costs little, long enough that starting an encoder costs nothing."""


def cue(
    lines: Sequence[Line],
    delivery: Delivery,
    gains: Mapping[Voice, float],
    pauses: Sequence[float],
) -> Iterator[tuple[Line, Cue]]:
    """Every line with its cue.

    Args:
        lines: with their spoken form filled in.
        delivery: who speaks each of them, and in which manner.
        gains: decibels by voice, as `Delivery.leveled` has them.
        pauses: seconds of silence after each line.
    """
    for line, pause in zip(lines, pauses, strict=True):
        voice, gain = delivery.voice(line), gains[delivery.leveled(line)]
        yield line, Cue(line.id, line.spoken, voice, gain, pause)


def cut(
    cues: Iterable[tuple[Line, Cue]], head: float = 0.0, *, every_chapter: bool = False
) -> tuple[Reel, ...]:
    """Reels of whole paragraphs, about `CHARACTERS` long, none across a chapter.

    Args:
        cues: in reading order.
        head: seconds of silence before the first line of all.
        every_chapter: whether each chapter begins with that silence, being a file of its own.
    """
    reels: list[Reel] = []
    for chapter, of_chapter in groupby(cues, key=lambda pair: pair[0].chapter):
        first = every_chapter or not reels
        for run in _runs(of_chapter):
            reels.append(Reel(chapter, run, head if first else 0.0))
            first = False
    return tuple(reels)


def _runs(of_chapter: Iterable[tuple[Line, Cue]]) -> Iterator[tuple[Cue, ...]]:
    run: list[Cue] = []
    size = 0
    for _, of_paragraph in groupby(of_chapter, key=lambda pair: pair[0].paragraph):
        paragraph = [cue for _, cue in of_paragraph]
        grown = size + sum(len(cue.spoken) for cue in paragraph)
        if run and grown > CHARACTERS:
            yield tuple(run)
            run, grown = [], grown - size
        run += paragraph
        size = grown
    if run:
        yield tuple(run)


def length(reel: Reel) -> int:
    """Characters spoken in a reel."""
    return sum(len(cue.spoken) for cue in reel.cues)
