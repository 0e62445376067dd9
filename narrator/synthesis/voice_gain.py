"""The gain of each voice: measured once, and kept, as a tenth of a second adds up."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio import levels
from narrator.cache.store import Store, digest
from narrator.model import Cue
from narrator.synthesis.clips import clip_name, clip_of
from narrator.synthesis.render import agree, craft
from narrator.synthesis.watchdog import PATIENCE_SECONDS, watched
from narrator.synthesis.workers import Job, carry_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.audio.levels import Loudness
    from narrator.model import Voice
    from narrator.synthesis.workers import Crew

SHIPPED = Path(__file__).with_name("gains.toml")
"""What was measured beforehand; `benchmarks/_gains.py` writes it."""
MEASURING = 1
"""Counts the changes in how gains are measured, so that older ones are measured anew."""


def gains(  # noqa: PLR0913 - the last two are for who waits, and who only looks
    voices: Iterable[Voice],
    loudness: Loudness,
    store: Store,
    crew: Crew | None = None,
    patience: float = PATIENCE_SECONDS,
    *,
    trials: bool = True,
) -> dict[Voice, float]:
    """Decibels by voice that bring all of them to one level; each is tried out first.

    Args:
        voices: in any order, and repeated.
        loudness: the level.
        store: where clips and gains are kept.
        crew: who measures; none for this very process, at once.
        patience: seconds that a voice may take.
        trials: whether a voice whose gain is unknown is tried out; else it stays as it is.

    Raises:
        UnknownVoiceError: an engine does not have a voice.
        EngineUnavailableError: an engine does not work here.
        SynthesisError: a voice could not be tried out, or ended its worker every time.
    """
    distinct = dict.fromkeys(voices)
    for voice in distinct:
        registry.engine(voice.engine).validate(voice)
    found = {voice: _kept(voice, loudness, store) for voice in distinct}
    new = [voice for voice, gain in found.items() if gain is None]
    measured = {voice: voice.volume for voice in new}
    if trials:
        measured = _measured([trial(voice) for voice in new], loudness, store, crew, patience)
    return {voice: measured[voice] if gain is None else gain for voice, gain in found.items()}


def unknown(voices: Iterable[Voice], loudness: Loudness, store: Store) -> tuple[Voice, ...]:
    """The voices that are yet to be tried out."""
    return tuple(v for v in dict.fromkeys(voices) if _kept(v, loudness, store) is None)


def _kept(voice: Voice, loudness: Loudness, store: Store) -> float | None:
    if loudness.lufs is None:
        return round(voice.volume, 2)  # nothing is to be measured
    if (shipped := _shipped().get(known_as(voice, loudness))) is not None:
        return shipped
    kept = store.load("gain", _name(voice, loudness))
    return None if kept is None else float(json.loads(kept))


@cache
def _shipped() -> dict[str, float]:
    """The gains that were measured beforehand, of the voices that come with the project."""
    tables = tomllib.loads(SHIPPED.read_text("utf-8")).values()
    return {name: float(gain) for table in tables for name, gain in table.items()}


def known_as(voice: Voice, loudness: Loudness) -> str:
    """The short name under which a gain that was measured beforehand is found.

    It tells the engine's version and all else that a gain follows from, so that one that was
    measured otherwise is not found, and measured anew.
    """
    return _name(voice, loudness)[:12]


def _name(voice: Voice, loudness: Loudness) -> str:
    clip = clip_name(levels.REFERENCE, voice)
    return digest("gain", MEASURING, clip, asdict(loudness), voice.volume)


def trial(voice: Voice) -> Cue:
    """What a voice says to be measured."""
    return Cue(f"0 (on which {voice.name} is tried out)", levels.REFERENCE, voice, 0.0, 0.0)


def _measured(
    trials: Sequence[Cue], loudness: Loudness, store: Store, crew: Crew | None, patience: float
) -> dict[Voice, float]:
    """Each voice tried out, by workers where there are any."""
    names = {cue.voice: _name(cue.voice, loudness) for cue in trials}
    wanted = {name: digest(craft(), name) for name in names.values()}
    if crew is None:
        return {
            cue.voice: measure(cue, loudness, wanted[names[cue.voice]], store) for cue in trials
        }
    jobs = {}
    for cue in trials:
        name = names[cue.voice]
        task = (cue, loudness, wanted[name], store, crew.build, patience)
        jobs[name] = Job(measure, task, (cue,))
    found = dict(carry_out(jobs, store, crew))
    return {voice: found[name] for voice, name in names.items()}


def measure(  # noqa: PLR0913, PLR0917 - what a worker is sent
    cue: Cue,
    loudness: Loudness,
    wanted: str,
    store: Store,
    build: str = "",
    patience: float = PATIENCE_SECONDS,
) -> float:
    """The gain of a cue's voice, which is kept.

    Args:
        cue: the reference text.
        loudness: the level.
        wanted: a name for that gain and for how it is made, as whoever wants it has it.
        store: where it is kept.
        build: which build it is for, among those that share the store at this moment.
        patience: seconds that it may take.

    Raises:
        Refusal: the versions that are installed here make it another gain.
        SynthesisError: the cue could not be spoken.
        OutputError: the store can't be written to.
    """
    name = _name(cue.voice, loudness)
    agree(digest(craft(), name), wanted)
    with watched(store, name, build, (cue,), patience) as at:
        at(0)
        found = levels.gain(clip_of(cue, store)[0], loudness, cue.voice.volume)
    store.save("gain", name, json.dumps(found).encode())
    return found
