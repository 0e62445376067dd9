"""Remembers how long earlier builds on this machine took, so that a forecast need not guess."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from narrator.cache.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Chunk
    from narrator.synthesis.render import RenderedChunk

_STATISTICS_KIND = "measured"
"""Kind of the entries; users see it in `narrator cache`."""
MAX_REMEMBERED_CHARACTERS = 2_000_000.0
"""Characters after which older builds count less and less: machines and engines change."""
_MIN_SYNTHESISED_SHARE = 0.75
"""Share of a chunk's lines that must be synthesised for its time to count as synthesis time."""
_STANDARD_RATE = 170
"""Words per minute to which characters are normalised."""


@dataclass(frozen=True, slots=True)
class RenderStatistics:
    """Sums over all rendered chunks."""

    characters: float = 0.0
    """Characters spoken, normalised to 170 words per minute."""
    speech_seconds: float = 0.0
    """Duration of the sound without the planned pauses."""
    synthesised_characters: float = 0.0
    """Characters that were synthesised rather than loaded, normalised likewise."""
    synthesis_seconds: float = 0.0
    """Time that one worker took to synthesise them."""
    audio_seconds: float = 0.0
    """Duration of the sound."""
    encoded_bytes: float = 0.0
    """Size of the encoded sound."""

    def add(self, newer: RenderStatistics) -> RenderStatistics:
        """Return the sum of both, scaled down to `MEMORY_CHARACTERS` characters at most."""
        characters = max(self.characters + newer.characters, 1.0)
        scale = min(1.0, MAX_REMEMBERED_CHARACTERS / characters)
        names = [field.name for field in fields(self)]
        return RenderStatistics(
            *(scale * (getattr(self, name) + getattr(newer, name)) for name in names)
        )


def statistics_name(engine: str, exporter: str, encoding: Encoding) -> str:
    """Return the name under which statistics are stored: sound and time depend on these."""
    return fingerprint("render statistics", engine, exporter, asdict(encoding))


def load_render_statistics(store: Store, name: str) -> RenderStatistics | None:
    """Return the statistics stored under a name, or `None` if there are none."""
    content = store.load(_STATISTICS_KIND, name)
    return None if content is None else RenderStatistics(**json.loads(content))


def record_render_statistics(
    store: Store,
    name: str,
    rendered_chunks: Iterable[tuple[Chunk, RenderedChunk]],
    sample_rate: int,
) -> None:
    """Add rendered chunks to the stored statistics.

    A chunk most of whose lines were loaded from the cache says nothing about synthesis time, as
    most of its time was spent on other work.

    Args:
        store: Where the statistics are stored.
        name: Their name, as `statistics_name` computes it.
        rendered_chunks: The chunks of a build, all of that engine.
        sample_rate: Samples per second.
    """
    new_statistics = RenderStatistics()
    for chunk, rendered in rendered_chunks:
        audio_seconds = rendered.sample_count / sample_rate
        characters = count_normalised_characters(chunk)
        pause_seconds = sum(cue.pause_seconds for cue in chunk.cues)
        speech_seconds = audio_seconds - chunk.lead_in_seconds - pause_seconds
        synthesised_share = rendered.synthesised_count / len(chunk.cues)
        is_synthesis = synthesised_share > _MIN_SYNTHESISED_SHARE
        new_statistics = new_statistics.add(
            RenderStatistics(
                characters,
                speech_seconds,
                characters * synthesised_share if is_synthesis else 0.0,
                rendered.render_seconds if is_synthesis else 0.0,
                audio_seconds,
                float(rendered.size_bytes),
            )
        )
    if new_statistics.characters:
        stored_statistics = load_render_statistics(store, name) or RenderStatistics()
        content = json.dumps(asdict(stored_statistics.add(new_statistics)))
        store.save(_STATISTICS_KIND, name, content.encode())


def count_normalised_characters(chunk: Chunk) -> float:
    """Return how many characters would take as long as a chunk does, at 170 words per minute."""
    return sum(len(cue.spoken) * _STANDARD_RATE / cue.voice.rate for cue in chunk.cues)
