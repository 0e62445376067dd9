"""What earlier builds on this machine measured, so that a forecast need not guess."""

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

KIND = "measured"
MEMORY_CHARACTERS = 2_000_000.0
"""Beyond so many characters older builds count less and less: machines and engines change."""
_MOST = 0.75
"""Of a reel's lines."""


@dataclass(frozen=True, slots=True)
class RenderStatistics:
    """Sums over all that was made from nothing."""

    characters: float = 0.0
    """As they would be at 170 words a minute."""
    speech: float = 0.0
    """Seconds of sound, without the pauses that were planned."""
    worked: float = 0.0
    """Characters that were spoken anew, likewise."""
    work: float = 0.0
    """Seconds that one worker took to speak them."""
    sound: float = 0.0
    """Seconds of sound."""
    size: float = 0.0
    """Bytes of that sound, encoded."""

    def and_(self, other: RenderStatistics) -> RenderStatistics:
        """Both together, the older one forgotten little by little."""
        keep = min(1.0, MEMORY_CHARACTERS / max(self.characters + other.characters, 1.0))
        names = [field.name for field in fields(self)]
        return RenderStatistics(*(keep * (getattr(self, n) + getattr(other, n)) for n in names))


def statistics_name(engine: str, exporter: str, encoding: Encoding) -> str:
    """Under which name an engine's measurements are kept: sound and work depend on these."""
    return fingerprint("measured", engine, exporter, asdict(encoding))


def load_render_statistics(store: Store, of: str) -> RenderStatistics | None:
    """What was measured, or none where nothing was."""
    kept = store.load(KIND, of)
    return None if kept is None else RenderStatistics(**json.loads(kept))


def learn(store: Store, of: str, made: Iterable[tuple[Chunk, RenderedChunk]], rate: int) -> None:
    """Add reels to what was measured; what was kept of one counts for nothing in the work.

    A reel of which most was kept tells nothing of the work: it took its time for other things.

    Args:
        store: where it is kept.
        of: as `name` gives it.
        made: the reels of a build, of that engine alone.
        rate: samples a second.
    """
    found = RenderStatistics()
    for reel, rendered in made:
        sound, characters = rendered.sample_count / rate, weight(reel)
        speech = sound - reel.lead_in_seconds - sum(cue.pause_seconds for cue in reel.cues)
        new = rendered.synthesised_count / len(reel.cues)
        worked, work = (characters * new, rendered.render_seconds) if new > _MOST else (0.0, 0.0)
        size = float(rendered.size_bytes)
        found = found.and_(RenderStatistics(characters, speech, worked, work, sound, size))
    if found.characters:
        store.save(
            KIND,
            of,
            json.dumps(
                asdict((load_render_statistics(store, of) or RenderStatistics()).and_(found))
            ).encode(),
        )


def weight(reel: Chunk) -> float:
    """Characters of a reel, as many as would take as long at 170 words a minute."""
    return sum(len(cue.spoken) * 170 / cue.voice.rate for cue in reel.cues)
