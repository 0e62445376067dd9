"""Workers that crash or hang."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from narrator.audio.levelling_texts import LEVELLING_TEXT
from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.engines.tone import Tone
from narrator.errors import SynthesisError
from narrator.export import Encoding
from narrator.model import Chunk, Cue, Voice
from narrator.synthesis import voice_gain, watchdog
from narrator.synthesis.clip_names import clip_name
from narrator.synthesis.local_pool import LocalPool
from narrator.synthesis.rendered_chunks import RenderSettings
from narrator.synthesis.worker_pool import WorkerPool
from narrator.synthesis.workers import render_chunks

VOICE = Voice("viola", "tone", "middle", rate=700)
TEXTS = (("One.", "Two."), ("Three.", "Trouble.", "Four."), ("Five.", "Six."))
CHUNKS = tuple(
    Chunk(
        1, tuple(Cue(f"1.{n}.{index}", text, VOICE, 0.0, 0.1) for index, text in enumerate(texts))
    )
    for n, texts in enumerate(TEXTS)
)


def _make_settings(timeout_seconds: float = 60.0) -> RenderSettings:
    return RenderSettings("wav", Encoding(), LOUDNESS_PROFILES["off"], timeout_seconds)


def _render_all(
    root: Path, executor_factory: Callable[[int], Executor], timeout_seconds: float = 60.0
) -> list[str]:
    """Render all chunks, and return their names in the order in which they are finished."""
    settings = _make_settings(timeout_seconds)
    chunks = {settings.chunk_name(chunk): chunk for chunk in CHUNKS}
    with WorkerPool(2, executor_factory) as worker_pool:
        rendered_chunks = render_chunks(chunks, settings, Store(root), worker_pool)
        return [rendered.name for rendered in rendered_chunks]


def _make_failing_pool(failure: Callable[[], None], worker_count: int) -> Executor:
    """Create a pool whose engine fails at one text."""
    pool = LocalPool(worker_count)
    pool._initializer, pool._initargs = _patch_engine, (failure,)  # type: ignore[attr-defined]
    return pool


def _patch_engine(failure: Callable[[], None]) -> None:
    speak = Tone.speak

    def speak_or_fail(self: Tone, text: str, voice: Voice):  # type: ignore[no-untyped-def]
        if text in {"Trouble.", LEVELLING_TEXT}:
            failure()
        return speak(self, text, voice)

    Tone.speak = speak_or_fail  # type: ignore[method-assign]


def _hang() -> None:
    time.sleep(600)


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _crash_once(flag: Path) -> None:
    if not flag.exists():
        flag.touch()
        _crash()


@pytest.mark.parametrize("failure", [_crash, _hang])
def test_a_line_that_ends_its_worker_is_named_and_everything_else_is_kept(
    tmp_path: Path, failure: Callable[[], None]
) -> None:
    with pytest.raises(SynthesisError, match=r"line 1\.1\.1 .*Trouble.*another voice than viola"):
        _render_all(tmp_path, partial(_make_failing_pool, failure), timeout_seconds=1.0)
    store, settings = Store(tmp_path), _make_settings()
    assert store.has_entry("clip", clip_name("Three.", VOICE))
    assert not store.has_entry("reel", settings.chunk_name(CHUNKS[1]))
    assert all(path.is_dir() for path in (tmp_path / watchdog.POSITION_KIND).rglob("*"))


@pytest.mark.parametrize("failure", [_crash, _hang])
def test_a_voice_that_ends_its_worker_when_it_is_measured_is_named(
    tmp_path: Path, failure: Callable[[], None]
) -> None:
    second_voice = replace(VOICE, name="bell", engine_voice="high")
    raises_error = pytest.raises(
        SynthesisError, match=r"voice (viola|bell)\) .*made tone fail 2 times"
    )
    with raises_error, WorkerPool(2, partial(_make_failing_pool, failure)) as worker_pool:
        voice_gain.load_or_measure_gains(
            [VOICE, second_voice],
            LOUDNESS_PROFILES["podcast"],
            Store(tmp_path),
            worker_pool,
            timeout_seconds=1.0,
        )


def test_voices_that_sound_the_same_are_measured_once(tmp_path: Path) -> None:
    twin = replace(VOICE, name="violin")
    with WorkerPool(2) as worker_pool:
        gains_db = voice_gain.load_or_measure_gains(
            [VOICE, twin], LOUDNESS_PROFILES["podcast"], Store(tmp_path), worker_pool
        )
    assert gains_db[VOICE] == gains_db[twin]
    assert Store(tmp_path).measure_usage()[0].entry_count == 1


def test_a_line_that_ended_two_workers_of_another_machine_is_not_tried_again(
    tmp_path: Path,
) -> None:
    store, cues = Store(tmp_path), CHUNKS[1].cues

    def attempt(crashes: bool) -> None:
        with watchdog.watch_lines(store, "job", "build", cues) as start_line:
            start_line(0)
            start_line(1)
            if crashes:
                record = watchdog.position_path(store, "job", "build").read_bytes()
        if crashes:
            watchdog.position_path(store, "job", "build").write_bytes(record)

    attempt(crashes=True)
    attempt(crashes=False)
    attempt(crashes=True)
    attempt(crashes=True)
    with pytest.raises(SynthesisError, match=r"line 1\.1\.1 .*Trouble"):
        attempt(crashes=True)


def test_a_worker_that_crashes_once_is_replaced(tmp_path: Path) -> None:
    crash_once = partial(_crash_once, tmp_path / "crashed")
    names = _render_all(tmp_path / "cache", partial(_make_failing_pool, crash_once))
    assert len(names) == len(set(names)) == len(CHUNKS)


def _make_dead_pool(worker_count: int) -> Executor:
    """Create a pool whose workers end at once."""
    pool = LocalPool(worker_count)
    pool._initializer, pool._initargs = os._exit, (7,)  # type: ignore[attr-defined]
    return pool


def test_workers_that_end_without_a_job_are_given_up(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError, match="keep ending"):
        _render_all(tmp_path, _make_dead_pool)


def _is_running(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False
