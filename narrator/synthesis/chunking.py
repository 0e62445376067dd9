"""Divides a script into chunks: what one worker speaks, stitches and encodes at a time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from narrator.model import Chunk, Cue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from narrator.casting.prosody import VoiceSelector
    from narrator.model import Line, Voice

CHUNK_CHARACTERS = 2_700
"""Length of a chunk: three minutes at 170 words per minute. It is short enough that no worker is
still busy long after the others have finished, and that an edit costs little; and long enough that
starting an encoder costs nothing in comparison."""


def make_cues(
    lines: Sequence[Line],
    voice_selector: VoiceSelector,
    gains_db: Mapping[Voice, float],
    pause_seconds: Sequence[float],
) -> Iterator[tuple[Line, Cue]]:
    """Yield every line with its cue.

    Args:
        lines: The lines, normalised.
        voice_selector: Says which voice speaks each line, and which voice is levelled for it.
        gains_db: Gains by voice, for the voices of `VoiceSelector.select_levelling_voice`.
        pause_seconds: The silence after each line.
    """
    for line, seconds in zip(lines, pause_seconds, strict=True):
        voice = voice_selector.select_voice(line)
        gain_db = gains_db[voice_selector.select_levelling_voice(line)]
        yield line, Cue(line.id, line.spoken, voice, gain_db, seconds)


def cut_chunks(
    cues: Iterable[tuple[Line, Cue]], lead_seconds: float = 0.0, *, every_chapter: bool = False
) -> tuple[Chunk, ...]:
    """Return chunks of whole paragraphs, about `CHUNK_CHARACTERS` long, each within one chapter.

    Args:
        cues: Lines and their cues, in reading order.
        lead_seconds: The silence before the first line.
        every_chapter: Whether every chapter begins with that silence, being a file of its own.
    """
    chunks: list[Chunk] = []
    for chapter, chapter_cues in groupby(cues, key=lambda pair: pair[0].chapter):
        has_lead = every_chapter or not chunks
        for chunk_cues in _group_paragraphs(chapter_cues):
            chunks.append(Chunk(chapter, chunk_cues, lead_seconds if has_lead else 0.0))
            has_lead = False
    return tuple(chunks)


def _group_paragraphs(chapter_cues: Iterable[tuple[Line, Cue]]) -> Iterator[tuple[Cue, ...]]:
    """Yield the cues of as many paragraphs as fit into a chunk, and at least of one."""
    chunk_cues: list[Cue] = []
    chunk_length = 0
    for _, pairs in groupby(chapter_cues, key=lambda pair: pair[0].paragraph):
        paragraph_cues = [cue for _, cue in pairs]
        paragraph_length = sum(len(cue.spoken) for cue in paragraph_cues)
        if chunk_cues and chunk_length + paragraph_length > CHUNK_CHARACTERS:
            yield tuple(chunk_cues)
            chunk_cues, chunk_length = [], 0
        chunk_cues += paragraph_cues
        chunk_length += paragraph_length
    if chunk_cues:
        yield tuple(chunk_cues)


def count_characters(chunk: Chunk) -> int:
    """Return the number of characters that are spoken in a chunk."""
    return sum(len(cue.spoken) for cue in chunk.cues)
