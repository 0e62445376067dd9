"""Divides a script into chunks: one worker synthesises, stitches and encodes a chunk at a time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from narrator.model import Chunk, Cue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from narrator.casting.prosody import VoiceSelector
    from narrator.model import Line, Voice

CHUNK_CHARACTERS = 2_700
"""Maximum length of a chunk, unless it is one paragraph: three minutes at 170 words per minute.

Chunks are short enough to keep all workers busy to the end, and to make an edit cheap. They are
long enough for the start of an encoder to take negligible time."""


def make_cues(
    lines: Sequence[Line],
    voice_selector: VoiceSelector,
    gains_db: Mapping[Voice, float],
    pause_seconds: Sequence[float],
    take_count: int = 1,
) -> Iterator[tuple[Line, Cue]]:
    """Yield each line with its cue.

    Args:
        lines: The lines, with their spoken texts.
        voice_selector: Chooses the voice of each line, and the voice whose gain it gets.
        gains_db: Gain of each voice that `VoiceSelector.select_levelling_voice` returns.
        pause_seconds: The silence after each line.
        take_count: How many takes of each line are compared at least.
    """
    for line, seconds in zip(lines, pause_seconds, strict=True):
        voice = voice_selector.select_voice(line)
        prosody = voice_selector.select_prosody(line)
        gain_db = gains_db[voice_selector.select_levelling_voice(line)] + prosody.gain_db
        effects = voice_selector.select_effects(line)
        take = line.directions.take
        yield line, Cue(line.id, line.spoken, voice, gain_db, seconds, effects, take, take_count)


def cut_chunks(
    cues: Iterable[tuple[Line, Cue]], lead_seconds: float = 0.0, *, every_chapter: bool = False
) -> tuple[Chunk, ...]:
    """Return chunks of whole paragraphs, each within one chapter.

    A chunk has at most `CHUNK_CHARACTERS` characters, unless it is a single longer paragraph.

    Args:
        cues: Lines and their cues, in reading order.
        lead_seconds: The silence before the first line.
        every_chapter: Whether every chapter begins with that silence, because it is a separate
            file.
    """
    chunks: list[Chunk] = []
    for chapter, chapter_cues in groupby(cues, key=lambda pair: pair[0].chapter):
        has_lead = every_chapter or not chunks
        for chunk_cues in _group_paragraphs(chapter_cues):
            chunks.append(Chunk(chapter, chunk_cues, lead_seconds if has_lead else 0.0))
            has_lead = False
    return tuple(chunks)


def _group_paragraphs(chapter_cues: Iterable[tuple[Line, Cue]]) -> Iterator[tuple[Cue, ...]]:
    """Yield the cues of each chunk: of as many paragraphs as fit into it, but at least one."""
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
    """Return the number of characters in the spoken texts of a chunk."""
    return sum(len(cue.spoken) for cue in chunk.cues)
