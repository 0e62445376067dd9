"""Cuts a script into reels: what one worker speaks, stitches and encodes in one go."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from narrator.model import Chunk, Cue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from narrator.casting.prosody import VoiceSelector
    from narrator.model import Line, Voice

CHARACTERS = 2_700
"""Of a reel: three minutes at 170 words a minute. Short enough that no worker is left alone with a
long rest and that an edit costs little, long enough that starting an encoder costs nothing."""


def make_cues(
    lines: Sequence[Line],
    delivery: VoiceSelector,
    gains_db: Mapping[Voice, float],
    pause_seconds: Sequence[float],
) -> Iterator[tuple[Line, Cue]]:
    """Every line with its cue.

    Args:
        lines: with their spoken form filled in.
        delivery: who speaks each of them, and in which manner.
        gains: decibels by voice, as `Delivery.leveled` has them.
        pauses: seconds of silence after each line.
    """
    for line, pause in zip(lines, pause_seconds, strict=True):
        voice, gain = delivery.voice_for(line), gains_db[delivery.levelling_voice_for(line)]
        yield line, Cue(line.id, line.spoken, voice, gain, pause)


def cut_chunks(
    cues: Iterable[tuple[Line, Cue]], lead_seconds: float = 0.0, *, every_chapter: bool = False
) -> tuple[Chunk, ...]:
    """Reels of whole paragraphs, about `CHARACTERS` long, none across a chapter.

    Args:
        cues: in reading order.
        head: seconds of silence before the first line of all.
        every_chapter: whether each chapter begins with that silence, being a file of its own.
    """
    reels: list[Chunk] = []
    for chapter, of_chapter in groupby(cues, key=lambda pair: pair[0].chapter):
        first = every_chapter or not reels
        for run in _runs(of_chapter):
            reels.append(Chunk(chapter, run, lead_seconds if first else 0.0))
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


def count_characters(reel: Chunk) -> int:
    """Characters spoken in a reel."""
    return sum(len(cue.spoken) for cue in reel.cues)
