"""Lets workers speak single lines into the cache, for callers that need the sound of each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.synthesis.clip_names import cue_clip_name
from narrator.synthesis.clips import load_or_synthesise
from narrator.synthesis.render import require_same_version
from narrator.synthesis.watchdog import LINE_TIMEOUT_SECONDS, watch_lines
from narrator.synthesis.workers import Job, run_jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from narrator.cache.store import Store
    from narrator.model import Cue
    from narrator.synthesis.worker_pool import WorkerPool


def speak_cues(cues: Iterable[Cue], store: Store, worker_pool: WorkerPool) -> Iterator[int]:
    """Speak the cues whose clips are missing, and yield how many are done, at first and after each.

    Args:
        cues: The lines. Their gains and pauses do not matter.
        store: The store for clips.
        worker_pool: The workers, which start only if a clip is missing.

    Raises:
        SynthesisError: A line could not be spoken, or repeatedly ended its worker.
    """
    cues = list(cues)
    missing_cues = {
        name: cue for cue in cues if not store.has_entry("clip", name := cue_clip_name(cue))
    }
    done_count = len(cues) - len(missing_cues)
    yield done_count
    jobs = {
        name: Job(speak_cue, (cue, name, store, worker_pool.build_id), (cue,))
        for name, cue in missing_cues.items()
    }
    for _ in run_jobs(jobs, store, worker_pool):
        done_count += 1
        yield done_count


def speak_cue(cue: Cue, expected_name: str, store: Store, build_id: str = "") -> None:
    """Speak a line into the store.

    Args:
        cue: The line.
        expected_name: The name of its clip, computed by the process that requests it.
        store: The store for clips.
        build_id: The id of the build that requests it; several builds may share the store.

    Raises:
        VersionMismatchError: The versions installed here would produce a different clip.
        SynthesisError: The line could not be spoken.
        OutputError: The store can't be written to.
    """
    require_same_version(cue_clip_name(cue), expected_name)
    watch = watch_lines(store, expected_name, build_id, (cue,), LINE_TIMEOUT_SECONDS)
    with watch as start_line:
        start_line(0)
        load_or_synthesise(cue, store)
