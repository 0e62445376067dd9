"""Records how long builds on this machine took, as a basis for forecasts."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from narrator.cache.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Chunk
    from narrator.synthesis.rendered_chunks import RenderedChunk

_STATISTICS_KIND = "measured"
"""Kind of the cache entries of statistics; `narrator cache` shows it to users."""
MAX_REMEMBERED_CHARACTERS = 2_000_000.0
"""Largest number of characters in the sums: beyond it, all sums are scaled down, which gives newer
builds more weight, because machines and engines change."""
_MIN_SYNTHESISED_SHARE = 0.75
"""Share of a chunk's lines, from 0 to 1, that must be exceeded by the synthesised lines for its
render time to count as synthesis time."""
_STANDARD_RATE = 170
"""Words per minute to which numbers of characters are normalised."""
_EXTRA_WEIGHTS = (
    (re.compile("[\u3400-\u9fff\uf900-\ufaff]+"), 2.3),  # Han
    (re.compile("[\u3040-\u30ff]+"), 0.6),  # kana
    (re.compile("[\uac00-\ud7a3]+"), 1.4),  # Hangul
    (re.compile("[\u0600-\u06ff]+"), 0.5),  # Arabic
    (re.compile("[\u0590-\u05ff]+"), 0.3),  # Hebrew
)
"""By how much a character takes longer to say than a Latin letter, which takes 0.07 s at 170 words
per minute: measured with espeak-ng on texts in 30 languages. All others have 0.8 to 1.2 times that,
Ukrainian 1.5."""


@dataclass(frozen=True, slots=True)
class RenderStatistics:
    """Sums over the rendered chunks of all recorded builds."""

    characters: float = 0.0
    """Number of characters spoken, normalised to 170 words per minute."""
    speech_seconds: float = 0.0
    """Duration of the sound without the planned pauses."""
    synthesised_characters: float = 0.0
    """Number of characters that were synthesised instead of loaded, normalised in the same way."""
    synthesis_seconds: float = 0.0
    """Time that one worker would take to synthesise these characters."""
    audio_seconds: float = 0.0
    """Duration of the sound, including pauses."""
    encoded_bytes: float = 0.0
    """Size of the encoded sound in bytes."""

    def add(self, newer: RenderStatistics) -> RenderStatistics:
        """Return the sums of both, scaled down to at most `MAX_REMEMBERED_CHARACTERS`."""
        characters = max(self.characters + newer.characters, 1.0)
        scale = min(1.0, MAX_REMEMBERED_CHARACTERS / characters)
        names = [field.name for field in fields(self)]
        return RenderStatistics(
            *(scale * (getattr(self, name) + getattr(newer, name)) for name in names)
        )


def statistics_name(engine: str, exporter: str, encoding: Encoding) -> str:
    """Return the cache name of the statistics of builds with an engine, exporter and encoding."""
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

    The render time counts as synthesis time only for chunks in which most lines were synthesised:
    if the lines are loaded from the cache, the time goes into other work.

    Args:
        store: The store of the statistics.
        name: The name of the statistics, as `statistics_name` returns it.
        rendered_chunks: The chunks of a build, each with its result.
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
    """Return the number of characters of a chunk, normalised to 170 words per minute.

    A text spoken at 340 words per minute takes half as long, so its characters count half.
    """
    return sum(weigh_characters(cue.spoken) * _STANDARD_RATE / cue.voice.rate for cue in chunk.cues)


def weigh_characters(text: str) -> float:
    """Return how many Latin letters take as long to say as a text.

    A character of Chinese takes as long as three letters, and one of Arabic, which is written
    without vowels, as one and a half.
    """
    return len(text) + sum(
        weight * sum(map(len, runs.findall(text)))
        for runs, weight in _EXTRA_WEIGHTS
        if runs.search(text)
    )
