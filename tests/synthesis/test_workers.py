"""Workers that crash, hang, or lose their parent."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from narrator.audio import levels
from narrator.audio.levels import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.engines.tone import Tone
from narrator.errors import SynthesisError
from narrator.export import Encoding
from narrator.model import Chunk, Cue, Voice
from narrator.synthesis import voice_gain, watchdog
from narrator.synthesis.clips import clip_name
from narrator.synthesis.render import RenderSettings
from narrator.synthesis.workers import LocalPool, WorkerPool, render_chunks

VOICE = Voice("viola", "tone", "middle", rate=700)
TEXTS = (("One.", "Two."), ("Three.", "Trouble.", "Four."), ("Five.", "Six."))
REELS = tuple(
    Chunk(1, tuple(Cue(f"1.{n}.{at}", text, VOICE, 0.0, 0.1) for at, text in enumerate(texts)))
    for n, texts in enumerate(TEXTS)
)


def _recipe(patience: float = 60.0) -> RenderSettings:
    return RenderSettings("wav", Encoding(), LOUDNESS_PROFILES["off"], patience)


def _made(root: Path, pool: Callable[[int], Executor], patience: float = 60.0) -> list[str]:
    recipe = _recipe(patience)
    reels = {recipe.chunk_name(reel): reel for reel in REELS}
    with WorkerPool(2, pool) as crew:
        return [made.name for made in render_chunks(reels, recipe, Store(root), crew)]


def _troubled(trouble: Callable[[], None], workers: int) -> Executor:
    pool = LocalPool(workers)
    pool._initializer, pool._initargs = _spoil, (trouble,)  # type: ignore[attr-defined]
    return pool


def _spoil(trouble: Callable[[], None]) -> None:
    speak = Tone.speak

    def speaking(self: Tone, text: str, voice: Voice):  # type: ignore[no-untyped-def]
        if text in {"Trouble.", levels.LEVELLING_TEXT}:
            trouble()
        return speak(self, text, voice)

    Tone.speak = speaking  # type: ignore[method-assign]


def _hang() -> None:
    time.sleep(600)


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _crash_once(mark: Path) -> None:
    if not mark.exists():
        mark.touch()
        _crash()


@pytest.mark.parametrize("trouble", [_crash, _hang])
def test_a_line_that_ends_its_worker_is_named_and_all_else_is_kept(
    tmp_path: Path, trouble: Callable[[], None]
) -> None:
    with pytest.raises(SynthesisError, match=r"line 1\.1\.1 .*Trouble.*another voice than viola"):
        _made(tmp_path, partial(_troubled, trouble), patience=1.0)
    store, recipe = Store(tmp_path), _recipe()
    assert store.has_entry("clip", clip_name("Three.", VOICE))
    assert not store.has_entry("reel", recipe.chunk_name(REELS[1]))
    assert all(path.is_dir() for path in (tmp_path / watchdog.POSITION_KIND).rglob("*"))


@pytest.mark.parametrize("trouble", [_crash, _hang])
def test_a_voice_that_ends_its_worker_when_it_is_tried_out_is_named(
    tmp_path: Path, trouble: Callable[[], None]
) -> None:
    other = replace(VOICE, name="bell", engine_voice="high")
    named = pytest.raises(SynthesisError, match=r"on which (viola|bell) .*ended tone 2 times")
    with named, WorkerPool(2, partial(_troubled, trouble)) as crew:
        voice_gain.load_or_measure_gains(
            [VOICE, other], LOUDNESS_PROFILES["podcast"], Store(tmp_path), crew, timeout_seconds=1.0
        )


def test_voices_that_sound_alike_are_tried_out_once(tmp_path: Path) -> None:
    twin = replace(VOICE, name="violin")
    with WorkerPool(2) as crew:
        found = voice_gain.load_or_measure_gains(
            [VOICE, twin], LOUDNESS_PROFILES["podcast"], Store(tmp_path), crew
        )
    assert found[VOICE] == found[twin]
    assert Store(tmp_path).measure_usage()[0].entry_count == 1


def test_a_line_that_ended_two_workers_of_another_machine_is_not_tried_again(
    tmp_path: Path,
) -> None:
    store, cues = Store(tmp_path), REELS[1].cues

    def attempt(ends: bool) -> None:
        with watchdog.watch_lines(store, "reel", "build", cues) as at:
            at(0)
            at(1)
            if ends:
                mark = watchdog.position_path(store, "reel", "build").read_bytes()
        if ends:
            watchdog.position_path(store, "reel", "build").write_bytes(mark)

    attempt(ends=True)
    attempt(ends=False)
    attempt(ends=True)
    attempt(ends=True)
    with pytest.raises(SynthesisError, match=r"line 1\.1\.1 .*Trouble"):
        attempt(ends=True)


def test_a_worker_that_crashes_once_is_replaced(tmp_path: Path) -> None:
    crash_once = partial(_crash_once, tmp_path / "crashed")
    made = _made(tmp_path / "cache", partial(_troubled, crash_once))
    assert len(made) == len(set(made)) == len(REELS)


def _dies_at_once(workers: int) -> Executor:
    pool = LocalPool(workers)
    pool._initializer, pool._initargs = os._exit, (7,)  # type: ignore[attr-defined]
    return pool


def test_workers_that_never_work_are_given_up(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError, match="can't be kept running"):
        _made(tmp_path, _dies_at_once)


def _stay() -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return os.getpid()


def _alone() -> bool:
    """Whether no thread is left that looks after a pool, nor a process of one."""
    keepers = [each for each in threading.enumerate() if "Executor" in type(each).__name__]
    return not keepers and not multiprocessing.active_children()


def test_leaving_a_crew_leaves_no_thread_that_the_interpreter_wakes_at_its_end() -> None:
    with WorkerPool(2) as crew:
        assert list(crew.get_executor().map(abs, range(-4, 0))) == [4, 3, 2, 1]
        assert not _alone()
    assert _alone()


@pytest.mark.parametrize("before", [os.getpid, _stay])
def test_leaving_a_crew_takes_a_moment_whatever_its_workers_are_at(
    before: Callable[[], int],
) -> None:
    with WorkerPool(1) as crew:
        worker = crew.get_executor().submit(before).result()
        crew.get_executor().submit(time.sleep, 600)
        time.sleep(0.1)
        left = time.monotonic()
    assert time.monotonic() - left < 2  # as long as that only on a busy machine
    assert not _running(worker)
    assert _alone()


def test_a_crew_that_was_never_called_is_left_as_well() -> None:
    with WorkerPool(1):
        pass
    LocalPool(1).shutdown(wait=False)
    assert _alone()


ORPHANS = """
import os, time
from narrator.synthesis.workers import LocalPool
if __name__ == "__main__":
    pool = LocalPool(2)
    print(*{pool.submit(os.getpid).result() for _ in range(20)}, flush=True)
    pool.submit(time.sleep, 600)
    time.sleep(600)
"""


def _running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "orphans.py"
    program.write_text(ORPHANS)
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(number) for number in parent.stdout.readline().split()]
    assert workers
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_running, workers))
