"""What a worker does: a reel is spoken, stitched, encoded and kept.

Runs in any process, on any machine that reaches the store.
"""

from __future__ import annotations

import json
import platform
import time
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import narrator
from narrator import registry
from narrator.audio.stitching import stitch_chunk
from narrator.cache.fingerprints import fingerprint
from narrator.errors import EngineUnavailableError
from narrator.model import LineTiming, WordTimings
from narrator.synthesis.clips import clip_name, load_or_synthesise
from narrator.synthesis.watchdog import PATIENCE_SECONDS, watch_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.audio.levels import LoudnessTarget
    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Chunk, Clip

SHAPING = ("lameenc", "imageio-ffmpeg", "soxr", "pydub", "numpy")
"""The libraries that shape the bytes of a reel."""


@cache
def encoder_fingerprint() -> str:
    """A name for how reels are made here, so that what was made otherwise is made anew."""
    package = Path(narrator.__file__).parent
    sources = sorted([*package.glob("audio/*.py"), *package.glob("export/*.py")])
    versions = [metadata.version(library) for library in SHAPING]
    return fingerprint(versions, [source.read_text("utf-8") for source in sources])


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """How reels are made."""

    exporter: str
    encoding: Encoding
    loudness: LoudnessTarget
    timeout_seconds: float = PATIENCE_SECONDS
    """Seconds that a line may take."""

    def chunk_name(self, reel: Chunk) -> str:
        """The name of a reel: its clips, levels, pauses and encoding; not its place."""
        cues = [
            [clip_name(cue.spoken, cue.voice), cue.gain_db, cue.pause_seconds] for cue in reel.cues
        ]
        made = [self.exporter, asdict(self.encoding), asdict(self.loudness)]
        return fingerprint("reel", encoder_fingerprint(), cues, reel.lead_in_seconds, made)


@dataclass(frozen=True, slots=True)
class RenderedChunk:
    """A reel, made."""

    name: str
    sample_count: int
    """How many it occupies in the audiobook."""
    line_timings: tuple[LineTiming, ...]
    """Its lines, in samples from its beginning."""
    checksum: str
    """Of its encoded file."""
    synthesised_count: int = 0
    """How many of its clips were not in the cache."""
    damaged_count: int = 0
    """How many of them were found damaged there."""
    render_seconds: float = 0.0
    """How long it took to make."""
    size_bytes: int = 0
    """Bytes of its encoded file."""


class VersionMismatchError(EngineUnavailableError):
    """Raised where other versions would make another sound than the one that is wanted."""


def require_same_version(own: str, wanted: str) -> None:
    """Make sure that what is made here is what is wanted.

    Raises:
        Refusal: it has another name here.
    """
    if own != wanted:
        raise VersionMismatchError(
            f"{platform.node()} has other versions of narrator, an engine or an encoder",
            "install there what is installed here, and compare by narrator engines",
        )


def render_chunk(
    reel: Chunk, recipe: RenderSettings, name: str, store: Store, build: str = ""
) -> RenderedChunk:
    """Make a reel and keep it in the store.

    Args:
        reel: the lines.
        recipe: how.
        name: of the reel, as whoever wants it calls it.
        store: where it is kept.
        build: which build it is for, among those that share the store at this moment.

    Raises:
        Refusal: the versions that are installed here make it another reel.
        SynthesisError: a line could not be spoken.
        ExportError: the sound could not be encoded.
        OutputError: the store can't be written to.
    """
    require_same_version(recipe.chunk_name(reel), name)
    known, started = store.damaged_count, time.perf_counter()
    exporter = registry.load_exporter(recipe.exporter)
    encoding, fresh = recipe.encoding, 0

    def clips() -> Iterator[Clip]:
        nonlocal fresh
        for number, cue in enumerate(reel.cues):
            at(number)
            clip, new = load_or_synthesise(cue, store)
            fresh += new
            yield clip

    def slack(samples: int) -> int:
        return exporter.compute_padding(samples, encoding)

    watch = watch_lines(store, name, build, reel.cues, recipe.timeout_seconds)
    with watch as at, store.temporary_file() as part:
        stitched = stitch_chunk(reel, clips(), encoding.sample_rate, slack, recipe.loudness)
        samples = exporter.encode_chunk(stitched.pcm_blocks, encoding, part)
        size = part.stat().st_size
        checksum = store.adopt_file("reel", name, part)
    took = time.perf_counter() - started
    damaged, store.damaged_count = store.damaged_count - known, known
    rendered = RenderedChunk(
        name, samples, stitched.line_timings, checksum, fresh, damaged, took, size
    )
    store.save("sheet", name, _sheet(rendered))
    return rendered


def find_rendered_chunk(name: str, reel: Chunk, store: Store) -> RenderedChunk | None:
    """The reel of that name as it was made before, or none where it must be made (again)."""
    sheet = store.load("sheet", name)
    if sheet is None or not store.has_entry("reel", name):
        return None
    kept = msgspec.json.decode(sheet)
    spoken = tuple(
        LineTiming(cue.line_id, start, end, WordTimings(words))
        for cue, (start, end, words) in zip(reel.cues, kept["spoken"], strict=True)
    )
    return RenderedChunk(name, kept["samples"], spoken, kept["checksum"])


def _sheet(rendered: RenderedChunk) -> bytes:
    spoken = [
        [line.start, line.end, [[word.start, word.sample] for word in line.word_timings]]
        for line in rendered.line_timings
    ]
    kept = {"samples": rendered.sample_count, "checksum": rendered.checksum, "spoken": spoken}
    return json.dumps(kept, separators=(",", ":")).encode()
