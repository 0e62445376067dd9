"""Renders a chunk: its lines are spoken, stitched together, encoded and stored.

This runs in any process, on any machine that reaches the store.
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
from narrator.synthesis.clips import clip_name, load_or_synthesise
from narrator.synthesis.watchdog import LINE_TIMEOUT_SECONDS, watch_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Chunk, Clip

CHUNK_KIND, RECORD_KIND = "reel", "sheet"
"""Kinds of entries in the cache: encoded chunks, and a record of the lines in each. Users see these
names in `narrator cache`."""


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """The settings by which chunks are rendered."""

    exporter_name: str
    encoding: Encoding
    loudness: LoudnessTarget
    timeout_seconds: float = LINE_TIMEOUT_SECONDS
    """Longest time that a line may take."""

    def chunk_name(self, chunk: Chunk) -> str:
        """Return a chunk's name: a fingerprint of its clips, levels, pauses and encoding.

        It does not depend on the chunk's place in the book.
        """
        cues = [
            [clip_name(cue.spoken, cue.voice), cue.gain_db, cue.pause_seconds] for cue in chunk.cues
        ]
        settings = [self.exporter_name, asdict(self.encoding), asdict(self.loudness)]
        return fingerprint(CHUNK_KIND, encoder_fingerprint(), cues, chunk.lead_in_seconds, settings)


@dataclass(frozen=True, slots=True)
class RenderedChunk:
    """A chunk that was rendered, now or earlier."""

    name: str
    sample_count: int
    """Samples that it occupies in the audiobook."""
    line_timings: tuple[LineTiming, ...]
    """Its lines, in samples from its beginning."""
    checksum: str
    """Checksum of its encoded file."""
    synthesised_count: int = 0
    """Clips that were not in the cache."""
    damaged_count: int = 0
    """Clips that were damaged in the cache."""
    render_seconds: float = 0.0
    """How long rendering took."""
    size_bytes: int = 0
    """Size of its encoded file."""


class VersionMismatchError(EngineUnavailableError):
    """Raised if the versions on this machine would make another sound than the one requested."""


def require_same_version(actual_name: str, expected_name: str) -> None:
    """Check that a result computed here is the one that was requested.

    Both names are fingerprints, which cover the versions of everything that shapes the result.

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
        chunk: The lines.
        settings: How they are rendered.
        name: The chunk's name, as the process that requests it has computed it.
        store: Where it is stored.
        build_id: Which of the builds that share the store requests it.

    Raises:
        VersionMismatchError: The versions installed here would make another chunk of it.
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
    # The count travels with the result: the store of a worker process is a copy.
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
    """Return a chunk that was rendered earlier, or `None` if it has to be rendered."""
    content = store.load(RECORD_KIND, name)
    if content is None or not store.has_entry(CHUNK_KIND, name):
        return None
    record = msgspec.json.decode(content)
    # A record has no ids of lines: chunks that sound alike share it, wherever they are.
    line_timings = tuple(
        LineTiming(cue.line_id, start, end, WordTimings(words))
        for cue, (start, end, words) in zip(chunk.cues, record["spoken"], strict=True)
    )
    return RenderedChunk(name, record["samples"], line_timings, record["checksum"])


def _encode_record(rendered: RenderedChunk) -> bytes:
    """Return what `find_rendered_chunk` reads, as JSON."""
    lines = [
        [line.start, line.end, [[word.start, word.sample] for word in line.word_timings]]
        for line in rendered.line_timings
    ]
    record = {"samples": rendered.sample_count, "checksum": rendered.checksum, "spoken": lines}
    return json.dumps(record, separators=(",", ":")).encode()
