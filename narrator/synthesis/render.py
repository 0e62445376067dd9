"""Renders a chunk: synthesises its lines, stitches them together, encodes and stores the sound.

This can run in any process, on any machine that can reach the store.
"""

from __future__ import annotations

import json
import platform
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import msgspec

from narrator import registry
from narrator.audio.stitching import stitch_chunk
from narrator.cache.fingerprints import encoder_fingerprint, fingerprint
from narrator.errors import EngineUnavailableError
from narrator.model import LineTiming, WordTimings
from narrator.synthesis.clips import cue_clip_name, load_or_synthesise
from narrator.synthesis.watchdog import LINE_TIMEOUT_SECONDS, watch_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Chunk, Clip

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

    def chunk_name(self, chunk: Chunk) -> str:
        """Return the cache name of a chunk: a fingerprint of its clips, gains, pauses and encoding.

        It does not depend on the chunk's place in the book.
        """
        cues = [[cue_clip_name(cue), cue.gain_db, cue.pause_seconds] for cue in chunk.cues]
        settings = [self.exporter_name, asdict(self.encoding), asdict(self.loudness)]
        return fingerprint(CHUNK_KIND, encoder_fingerprint(), cues, chunk.lead_in_seconds, settings)


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


class VersionMismatchError(EngineUnavailableError):
    """Raised if the software versions on this machine would produce a different result."""


def require_same_version(actual_name: str, expected_name: str) -> None:
    """Check that this machine would compute the same result as the one that requested it.

    Both names are fingerprints of the result, including all versions that affect it.

    Raises:
        VersionMismatchError: The names differ.
    """
    if actual_name != expected_name:
        raise VersionMismatchError(
            f"{platform.node()} has other versions of narrator, an engine or an encoder",
            "install there what is installed here, and compare by narrator engines",
        )


def render_chunk(
    chunk: Chunk, settings: RenderSettings, name: str, store: Store, build_id: str = ""
) -> RenderedChunk:
    """Render a chunk and store it.

    Args:
        chunk: The cues of its lines.
        settings: The settings to render it with.
        name: The chunk's name, computed by the process that requests it.
        store: The store for clips and chunks.
        build_id: The id of the build that requests it; several builds may share the store.

    Raises:
        VersionMismatchError: The versions installed here would produce a different chunk.
        SynthesisError: A line could not be spoken.
        ExportError: The sound could not be encoded.
        OutputError: The store can't be written to.
    """
    require_same_version(settings.chunk_name(chunk), name)
    damaged_before, started_at = store.damaged_count, time.perf_counter()
    exporter = registry.load_exporter(settings.exporter_name)
    encoding, synthesised_count = settings.encoding, 0

    def iterate_clips() -> Iterator[Clip]:
        nonlocal synthesised_count
        for line_index, cue in enumerate(chunk.cues):
            start_line(line_index)
            clip, is_new = load_or_synthesise(cue, store)
            synthesised_count += is_new
            yield clip

    def compute_padding(sample_count: int) -> int:
        return exporter.compute_padding(sample_count, encoding)

    watch = watch_lines(store, name, build_id, chunk.cues, settings.timeout_seconds)
    with watch as start_line, store.temporary_file() as chunk_file:
        stitched = stitch_chunk(
            chunk, iterate_clips(), encoding.sample_rate, compute_padding, settings.loudness
        )
        sample_count = exporter.encode_chunk(stitched.pcm_blocks, encoding, chunk_file)
        size_bytes = chunk_file.stat().st_size
        checksum = store.adopt_file(CHUNK_KIND, name, chunk_file)
    render_seconds = time.perf_counter() - started_at
    # A worker process has a copy of the store, so the result must report the count.
    damaged_count = store.damaged_count - damaged_before
    store.damaged_count = damaged_before
    rendered = RenderedChunk(
        name,
        sample_count,
        stitched.line_timings,
        checksum,
        synthesised_count,
        damaged_count,
        render_seconds,
        size_bytes,
    )
    store.save(RECORD_KIND, name, _encode_record(rendered))
    return rendered


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
    return RenderedChunk(name, record["samples"], line_timings, record["checksum"])


def _encode_record(rendered: RenderedChunk) -> bytes:
    """Return the record of a chunk as JSON, for `find_rendered_chunk`."""
    lines = [
        [line.start, line.end, [[word.start, word.sample] for word in line.word_timings]]
        for line in rendered.line_timings
    ]
    record = {"samples": rendered.sample_count, "checksum": rendered.checksum, "spoken": lines}
    return json.dumps(record, separators=(",", ":")).encode()
