"""Measures how a voice usually speaks, on the text by which it is levelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from narrator import registry
from narrator.synthesis.clip_names import cue_clip_name
from narrator.synthesis.clips import load_or_synthesise
from narrator.synthesis.voice_gain import make_reference_cue
from narrator.synthesis.voice_norms import shipped_norm_key
from narrator.synthesis.watchdog import LINE_TIMEOUT_SECONDS, watch_lines
from narrator.synthesis.workers import Job, run_jobs
from narrator.takes.judgement import measure_norm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.cache.store import Store
    from narrator.model import Cue, Voice
    from narrator.synthesis.worker_pool import WorkerPool
    from narrator.takes.flaws import VoiceNorm


def measure_norms(
    voices: Iterable[Voice], store: Store, worker_pool: WorkerPool | None
) -> dict[Voice, VoiceNorm | None]:
    """Return the norms of voices that were never measured, and store them.

    Args:
        voices: The voices.
        store: The store for clips and norms.
        worker_pool: The workers that measure voices whose clip is not in the store; None to leave
            such voices out.

    Raises:
        SynthesisError: a voice could not be synthesised.
    """
    cues = {shipped_norm_key(voice): make_reference_cue(voice) for voice in voices}
    spoken_cues = {
        key: cue for key, cue in cues.items() if store.has_entry("clip", cue_clip_name(cue))
    }
    norms = {key: measure_voice_norm(cue, store) for key, cue in spoken_cues.items()}
    # voices are levelled before, so only a build without levels comes here with any left
    unspoken_cues = {key: cue for key, cue in cues.items() if key not in norms}
    if worker_pool is not None and unspoken_cues:
        jobs = {
            key: Job(measure_voice_norm, (cue, store, worker_pool.build_id), (cue,))
            for key, cue in unspoken_cues.items()
            if not getattr(registry.load_engine(cue.voice.engine), "is_metered", False)
        }
        norms |= dict(run_jobs(jobs, store, worker_pool))
    for key, norm in norms.items():
        store.save("norm", key, msgspec.json.encode(norm))
    return {cues[key].voice: norm for key, norm in norms.items()}


def measure_voice_norm(cue: Cue, store: Store, build_id: str = "") -> VoiceNorm | None:
    """Return the norm of the voice of a reference cue; None if it can't be known.

    Args:
        cue: The reference cue of the voice.
        store: The store for clips.
        build_id: The id of the build that requests it; several builds may share the store.

    Raises:
        SynthesisError: the cue could not be spoken.
    """
    name = shipped_norm_key(cue.voice)
    with watch_lines(store, name, build_id, (cue,), LINE_TIMEOUT_SECONDS) as start_line:
        start_line(0)
        clip = load_or_synthesise(cue, store).clip
    return measure_norm(clip, cue.spoken, cue.voice)
