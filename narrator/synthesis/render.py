"""Renders a chunk: synthesises its lines, stitches them together, encodes and stores the sound.

This can run in any process, on any machine that can reach the store.
"""

from __future__ import annotations

import platform
import time
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio.stitching import stitch_chunk
from narrator.errors import EngineUnavailableError
from narrator.synthesis.clips import load_or_synthesise
from narrator.synthesis.rendered_chunks import (
    CHUNK_KIND,
    RECORD_KIND,
    LineTake,
    RenderedChunk,
    encode_record,
)
from narrator.synthesis.watchdog import watch_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.cache.store import Store
    from narrator.model import Chunk, Clip
    from narrator.synthesis.rendered_chunks import RenderSettings


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
            f"{platform.node()} has different versions of narrator, an engine or an encoder",
            "install the same versions there; `narrator engines` shows what works",
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
    line_takes: list[LineTake] = []

    def iterate_clips() -> Iterator[Clip]:
        nonlocal synthesised_count
        for line_index, cue in enumerate(chunk.cues):
            start_line(line_index)
            spoken = load_or_synthesise(cue, store, settings.norms.get(cue.voice))
            synthesised_count += spoken.is_new
            if spoken.take or spoken.flaws:
                line_takes.append(LineTake(cue.line_id, spoken.take, spoken.flaws))
            yield spoken.clip

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
        tuple(line_takes),
    )
    store.save(RECORD_KIND, name, encode_record(rendered))
    return rendered
