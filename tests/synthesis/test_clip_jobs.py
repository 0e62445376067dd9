"""Single lines are spoken by workers, once each."""

from dataclasses import replace
from pathlib import Path

import pytest

from narrator.cache.store import Store
from narrator.model import Cue, Effects, Voice
from narrator.synthesis.clip_jobs import speak_cue, speak_cues
from narrator.synthesis.clip_names import cue_clip_name
from narrator.synthesis.render import VersionMismatchError
from narrator.synthesis.worker_pool import WorkerPool
from tests.conftest import inline

VOICE = Voice("viola", "tone", "middle", rate=700)
CUES = [
    Cue("1", "One.", VOICE, 0.0, 0.0),
    Cue("2", "Two.", VOICE, 0.0, 0.0),
    Cue("3", "One.", VOICE, 3.0, 1.0),
    Cue("4", "One.", VOICE, 0.0, 0.0, Effects(is_whispered=True)),
]


def test_each_clip_is_spoken_once_and_the_progress_counts_all_lines(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with WorkerPool(1, inline) as worker_pool:
        # the third line has the clip of the first
        assert list(speak_cues(CUES, store, worker_pool)) == [1, 2, 3, 4]
        assert list(speak_cues(CUES, store, worker_pool)) == [4]
    assert all(store.has_entry("clip", cue_clip_name(cue)) for cue in CUES)


def test_a_worker_with_other_versions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VersionMismatchError):
        speak_cue(replace(CUES[0], spoken="Three."), cue_clip_name(CUES[0]), Store(tmp_path))
