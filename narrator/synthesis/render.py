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
from narrator.audio.stitching import stitch
from narrator.cache.store import digest
from narrator.errors import EngineUnavailableError
from narrator.model import Spoken, Words
from narrator.synthesis.clips import clip_name, clip_of
from narrator.synthesis.watchdog import PATIENCE_SECONDS, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.audio.levels import Loudness
    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Clip, Reel

SHAPING = ("lameenc", "imageio-ffmpeg", "soxr", "pydub", "numpy")
"""The libraries that shape the bytes of a reel."""


@cache
def craft() -> str:
    """A name for how reels are made here, so that what was made otherwise is made anew."""
    package = Path(narrator.__file__).parent
    sources = sorted([*package.glob("audio/*.py"), *package.glob("export/*.py")])
    versions = [metadata.version(library) for library in SHAPING]
    return digest(versions, [source.read_text("utf-8") for source in sources])


@dataclass(frozen=True, slots=True)
class Recipe:
    """How reels are made."""

    exporter: str
    encoding: Encoding
    loudness: Loudness
    patience: float = PATIENCE_SECONDS
    """Seconds that a line may take."""

    def name(self, reel: Reel) -> str:
        """The name of a reel: its clips, levels, pauses and encoding; not its place."""
        cues = [[clip_name(cue.spoken, cue.voice), cue.gain, cue.pause] for cue in reel.cues]
        made = [self.exporter, asdict(self.encoding), asdict(self.loudness)]
        return digest("reel", craft(), cues, reel.head, made)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reel, made."""

    name: str
    samples: int
    """How many it occupies in the audiobook."""
    spoken: tuple[Spoken, ...]
    """Its lines, in samples from its beginning."""
    checksum: str
    """Of its encoded file."""
    synthesised: int = 0
    """How many of its clips were not in the cache."""
    damaged: int = 0
    """How many of them were found damaged there."""
    seconds: float = 0.0
    """How long it took to make."""
    size: int = 0
    """Bytes of its encoded file."""


class Refusal(EngineUnavailableError):  # noqa: N818 - a worker's answer
    """Raised where other versions would make another sound than the one that is wanted."""


def agree(own: str, wanted: str) -> None:
    """Make sure that what is made here is what is wanted.

    Raises:
        Refusal: it has another name here.
    """
    if own != wanted:
        raise Refusal(
            f"{platform.node()} has other versions of narrator, an engine or an encoder",
            "install there what is installed here, and compare by narrator engines",
        )


def render(reel: Reel, recipe: Recipe, name: str, store: Store, build: str = "") -> Rendered:
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
    agree(recipe.name(reel), name)
    known, started = store.damaged, time.perf_counter()
    exporter = registry.exporter(recipe.exporter)
    encoding, fresh = recipe.encoding, 0

    def clips() -> Iterator[Clip]:
        nonlocal fresh
        for number, cue in enumerate(reel.cues):
            at(number)
            clip, new = clip_of(cue, store)
            fresh += new
            yield clip

    def slack(samples: int) -> int:
        return exporter.slack(samples, encoding)

    watch = watched(store, name, build, reel.cues, recipe.patience)
    with watch as at, store.scratch() as part:
        stitched = stitch(reel, clips(), encoding.rate, slack, recipe.loudness)
        samples = exporter.encode(stitched.blocks, encoding, part)
        size = part.stat().st_size
        checksum = store.adopt("reel", name, part)
    took = time.perf_counter() - started
    damaged, store.damaged = store.damaged - known, known
    rendered = Rendered(name, samples, stitched.spoken, checksum, fresh, damaged, took, size)
    store.save("sheet", name, _sheet(rendered))
    return rendered


def recall(name: str, reel: Reel, store: Store) -> Rendered | None:
    """The reel of that name as it was made before, or none where it must be made (again)."""
    sheet = store.load("sheet", name)
    if sheet is None or not store.holds("reel", name):
        return None
    kept = msgspec.json.decode(sheet)
    spoken = tuple(
        Spoken(cue.line, start, end, Words(words))
        for cue, (start, end, words) in zip(reel.cues, kept["spoken"], strict=True)
    )
    return Rendered(name, kept["samples"], spoken, kept["checksum"])


def _sheet(rendered: Rendered) -> bytes:
    spoken = [
        [line.start, line.end, [[word.start, word.sample] for word in line.words]]
        for line in rendered.spoken
    ]
    kept = {"samples": rendered.samples, "checksum": rendered.checksum, "spoken": spoken}
    return json.dumps(kept, separators=(",", ":")).encode()
