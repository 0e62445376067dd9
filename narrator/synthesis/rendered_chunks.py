"""Names chunks, and finds those that were rendered before.

The name of a chunk is a fingerprint of its clips, gains, pauses and encoding. So only what an edit
touches is rendered again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from narrator.cache.fingerprints import encoder_fingerprint, fingerprint
from narrator.model import LineTiming, WordTimings
from narrator.synthesis.clip_names import cue_clip_name
from narrator.synthesis.watchdog import LINE_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Chunk, Voice
    from narrator.takes.flaws import VoiceNorm

CHUNK_KIND, RECORD_KIND = "reel", "sheet"
"""Kinds of cache entries: encoded chunks, and a record of the lines in each. `narrator cache` shows
these names to users."""


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """The settings that all chunks of an audiobook are rendered with."""

    exporter_name: str
    encoding: Encoding
    loudness: LoudnessTarget
    timeout_seconds: float = LINE_TIMEOUT_SECONDS
    """Longest time that a line may take to synthesise."""
    norms: Mapping[Voice, VoiceNorm] = field(default_factory=dict, repr=False)
    """How the voices usually speak; the clips of others are not judged."""

    def chunk_name(self, chunk: Chunk) -> str:
        """Return the cache name of a chunk: a fingerprint of its clips, gains, pauses and encoding.

        It does not depend on the chunk's place in the book.
        """
        cues = [[cue_clip_name(cue), cue.gain_db, cue.pause_seconds] for cue in chunk.cues]
        settings = [self.exporter_name, asdict(self.encoding), asdict(self.loudness)]
        return fingerprint(CHUNK_KIND, encoder_fingerprint(), cues, chunk.lead_in_seconds, settings)


@dataclass(frozen=True, slots=True)
class LineTake:
    """A line that took more than one take, or whose best take has a flaw."""

    line_id: str
    take: int
    """The number of the take that was kept, from 0."""
    flaws: tuple[str, ...]
    """What is wrong with it, in words; empty if it is good."""


@dataclass(frozen=True, slots=True)
class RenderedChunk:
    """A chunk that has been rendered, in this build or an earlier one."""

    name: str
    sample_count: int
    """Number of samples that it occupies in the audiobook."""
    line_timings: tuple[LineTiming, ...]
    """Timings of its lines, in samples from its beginning."""
    checksum: str
    """Checksum of its encoded file."""
    synthesised_count: int = 0
    """Number of clips that were not in the cache and were synthesised."""
    damaged_count: int = 0
    """Number of damaged cache entries found while rendering."""
    render_seconds: float = 0.0
    """Time that rendering took; 0 if it was rendered in an earlier build."""
    size_bytes: int = 0
    """Size of its encoded file; 0 if it was rendered in an earlier build."""
    line_takes: tuple[LineTake, ...] = ()
    """The lines that did not succeed at once."""


def find_rendered_chunk(name: str, chunk: Chunk, store: Store) -> RenderedChunk | None:
    """Return a chunk that was rendered earlier, or `None` if it must be rendered."""
    content = store.load(RECORD_KIND, name)
    if content is None or not store.has_entry(CHUNK_KIND, name):
        return None
    record = msgspec.json.decode(content)
    # A record has no line ids, because all chunks that sound the same share it.
    line_timings = tuple(
        LineTiming(cue.line_id, start, end, WordTimings(words))
        for cue, (start, end, words) in zip(chunk.cues, record["spoken"], strict=True)
    )
    line_takes = tuple(
        LineTake(chunk.cues[index].line_id, take, tuple(flaws))
        for index, take, flaws in record.get("takes", ())
    )
    return RenderedChunk(
        name, record["samples"], line_timings, record["checksum"], line_takes=line_takes
    )


def encode_record(rendered: RenderedChunk) -> bytes:
    """Return the record of a chunk as JSON, for `find_rendered_chunk`."""
    lines = [
        [line.start, line.end, [[word.start, word.sample] for word in line.word_timings]]
        for line in rendered.line_timings
    ]
    record: dict[str, Any] = {
        "samples": rendered.sample_count,
        "checksum": rendered.checksum,
        "spoken": lines,
    }
    if rendered.line_takes:
        indices = {line.line_id: index for index, line in enumerate(rendered.line_timings)}
        record["takes"] = [
            [indices[take.line_id], take.take, take.flaws] for take in rendered.line_takes
        ]
    return json.dumps(record, separators=(",", ":")).encode()
