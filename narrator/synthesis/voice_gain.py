"""The gain of each voice: measured once, and kept, as a tenth of a second adds up."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio import levels
from narrator.cache.fingerprints import fingerprint
from narrator.model import Cue
from narrator.synthesis.clips import clip_name, load_or_synthesise
from narrator.synthesis.render import encoder_fingerprint, require_same_version
from narrator.synthesis.watchdog import PATIENCE_SECONDS, watch_lines
from narrator.synthesis.workers import Job, carry_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.audio.levels import LoudnessTarget
    from narrator.cache.store import Store
    from narrator.model import Voice
    from narrator.synthesis.workers import WorkerPool

SHIPPED_GAINS_PATH = Path(__file__).with_name("gains.toml")
"""What was measured beforehand; `benchmarks/_gains.py` writes it."""
MEASURING = 1
"""Counts the changes in how gains are measured, so that older ones are measured anew."""


def load_or_measure_gains(  # noqa: PLR0913 - the last two are for who waits, and who only looks
    voices: Iterable[Voice],
    loudness: LoudnessTarget,
    store: Store,
    worker_pool: WorkerPool | None = None,
    timeout_seconds: float = PATIENCE_SECONDS,
    *,
    measure_missing: bool = True,
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
        registry.load_engine(voice.engine).validate(voice)
    found = {voice: _kept(voice, loudness, store) for voice in distinct}
    new = [voice for voice, gain in found.items() if gain is None]
    measured = {voice: voice.volume for voice in new}
    if measure_missing:
        measured = _measured(
            [make_reference_cue(voice) for voice in new],
            loudness,
            store,
            worker_pool,
            timeout_seconds,
        )
    return {voice: measured[voice] if gain is None else gain for voice, gain in found.items()}


def find_unmeasured_voices(
    voices: Iterable[Voice], loudness: LoudnessTarget, store: Store
) -> tuple[Voice, ...]:
    """The voices that are yet to be tried out."""
    return tuple(v for v in dict.fromkeys(voices) if _kept(v, loudness, store) is None)


def _kept(voice: Voice, loudness: LoudnessTarget, store: Store) -> float | None:
    if loudness.lufs is None:
        return round(voice.volume, 2)  # nothing is to be measured
    if (shipped := _shipped().get(shipped_gain_key(voice, loudness))) is not None:
        return shipped
    kept = store.load("gain", _name(voice, loudness))
    return None if kept is None else float(json.loads(kept))


@cache
def _shipped() -> dict[str, float]:
    """The gains that were measured beforehand, of the voices that come with the project."""
    tables = tomllib.loads(SHIPPED_GAINS_PATH.read_text("utf-8")).values()
    return {name: float(gain) for table in tables for name, gain in table.items()}


def shipped_gain_key(voice: Voice, loudness: LoudnessTarget) -> str:
    """The short name under which a gain that was measured beforehand is found.

    It tells the engine's version and all else that a gain follows from, so that one that was
    measured otherwise is not found, and measured anew.
    """
    return _name(voice, loudness)[:12]


def _name(voice: Voice, loudness: LoudnessTarget) -> str:
    clip = clip_name(levels.LEVELLING_TEXT, voice)
    # The keys are those under which the shipped gains were measured.
    target = {"lufs": loudness.lufs, "peak": loudness.peak_db, "room": loudness.room_noise_db}
    return fingerprint("gain", MEASURING, clip, target, voice.volume)


def make_reference_cue(voice: Voice) -> Cue:
    """What a voice says to be measured."""
    return Cue(f"0 (on which {voice.name} is tried out)", levels.LEVELLING_TEXT, voice, 0.0, 0.0)


def _measured(
    trials: Sequence[Cue],
    loudness: LoudnessTarget,
    store: Store,
    crew: WorkerPool | None,
    patience: float,
) -> dict[Voice, float]:
    """Each voice tried out, by workers where there are any."""
    names = {cue.voice: _name(cue.voice, loudness) for cue in trials}
    wanted = {name: fingerprint(encoder_fingerprint(), name) for name in names.values()}
    if crew is None:
        return {
            cue.voice: measure_gain(cue, loudness, wanted[names[cue.voice]], store)
            for cue in trials
        }
    jobs = {}
    for cue in trials:
        name = names[cue.voice]
        task = (cue, loudness, wanted[name], store, crew.build_id, patience)
        jobs[name] = Job(measure_gain, task, (cue,))
    found = dict(carry_out(jobs, store, crew))
    return {voice: found[name] for voice, name in names.items()}


def measure_gain(  # noqa: PLR0913, PLR0917 - what a worker is sent
    cue: Cue,
    loudness: LoudnessTarget,
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
    require_same_version(fingerprint(encoder_fingerprint(), name), wanted)
    with watch_lines(store, name, build, (cue,), patience) as at:
        at(0)
        found = levels.compute_gain(load_or_synthesise(cue, store)[0], loudness, cue.voice.volume)
    store.save("gain", name, json.dumps(found).encode())
    return found
