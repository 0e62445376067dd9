"""Measures the gain of voices on workers, and stores it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from narrator.audio.levels import compute_gain
from narrator.cache.fingerprints import encoder_fingerprint, fingerprint
from narrator.synthesis.clips import load_or_synthesise
from narrator.synthesis.render import require_same_version
from narrator.synthesis.voice_gain import make_gain_name
from narrator.synthesis.watchdog import LINE_TIMEOUT_SECONDS, watch_lines
from narrator.synthesis.workers import Job, run_jobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.cache.store import Store
    from narrator.model import Cue, Voice
    from narrator.synthesis.worker_pool import WorkerPool


def measure_gains(
    cues: Sequence[Cue],
    loudness: LoudnessTarget,
    store: Store,
    worker_pool: WorkerPool | None,
    timeout_seconds: float,
) -> dict[Voice, float]:
    """Return the gains of the voices of reference cues, measured by workers if there is a pool."""
    names = {cue.voice: make_gain_name(cue.voice, loudness) for cue in cues}
    expected_names = {name: _make_measurement_name(name) for name in names.values()}
    if worker_pool is None:
        return {
            cue.voice: measure_gain(cue, loudness, expected_names[names[cue.voice]], store)
            for cue in cues
        }
    # Jobs are keyed by gain name, because voices that differ only in name have the same gain.
    jobs = {}
    for cue in cues:
        name = names[cue.voice]
        arguments = (
            cue,
            loudness,
            expected_names[name],
            store,
            worker_pool.build_id,
            timeout_seconds,
        )
        jobs[name] = Job(measure_gain, arguments, (cue,))
    gains_by_name = dict(run_jobs(jobs, store, worker_pool))
    return {voice: gains_by_name[name] for voice, name in names.items()}


def _make_measurement_name(gain_name: str) -> str:
    """Return a fingerprint of a gain's inputs and of the code that measures it."""
    return fingerprint(encoder_fingerprint(), gain_name)


def measure_gain(  # noqa: PLR0913, PLR0917 - what is sent to a worker
    cue: Cue,
    loudness: LoudnessTarget,
    expected_name: str,
    store: Store,
    build_id: str = "",
    timeout_seconds: float = LINE_TIMEOUT_SECONDS,
) -> float:
    """Measure and store the gain of a cue's voice, and return it in decibels.

    Args:
        cue: The reference cue of the voice.
        loudness: The target loudness.
        expected_name: A fingerprint of the gain's inputs and of the code that measures it,
            computed by the process that requests the gain.
        store: The store for clips and gains.
        build_id: The id of the build that requests it; several builds may share the store.
        timeout_seconds: Longest time that the synthesis may take.

    Raises:
        VersionMismatchError: The versions installed here might measure a different gain.
        SynthesisError: The cue could not be spoken.
        OutputError: The store can't be written to.
    """
    name = make_gain_name(cue.voice, loudness)
    require_same_version(_make_measurement_name(name), expected_name)
    with watch_lines(store, name, build_id, (cue,), timeout_seconds) as start_line:
        start_line(0)
        clip = load_or_synthesise(cue, store).clip
        gain_db = compute_gain(clip, loudness, cue.voice.volume)
    store.save("gain", name, json.dumps(gain_db).encode())
    return gain_db
