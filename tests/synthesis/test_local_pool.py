"""Pools that are closed, and workers that lose their parent."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from narrator.synthesis.local_pool import CAN_FORK, LocalPool
from narrator.synthesis.worker_pool import WorkerPool


def _is_alone() -> bool:
    """Return whether no thread that manages a pool is left, nor a process of one."""
    threads = [thread for thread in threading.enumerate() if "Executor" in type(thread).__name__]
    return not threads and not multiprocessing.active_children() and not _list_templates()


def _list_templates() -> list[int]:
    """Return the processes from which workers of this process are forked."""
    commands = {
        int(child): Path(f"/proc/{child}/cmdline").read_text("utf-8")
        for children in Path("/proc/self/task").glob("*/children")
        for child in children.read_text("utf-8").split()
    }
    return [child for child, command in commands.items() if "forkserver" in command]


def _ignore_termination() -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return os.getpid()


def _is_running(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


def test_a_closed_pool_leaves_no_thread_that_the_interpreter_would_wake_at_its_end() -> None:
    with WorkerPool(2) as worker_pool:
        assert list(worker_pool.get_executor().map(abs, range(-4, 0))) == [4, 3, 2, 1]
        assert not _is_alone()
    assert _is_alone()


@pytest.mark.parametrize("first_job", [os.getpid, _ignore_termination])
def test_closing_a_pool_takes_a_moment_whatever_its_workers_do(
    first_job: Callable[[], int],
) -> None:
    with WorkerPool(1) as worker_pool:
        worker = worker_pool.get_executor().submit(first_job).result()
        worker_pool.get_executor().submit(time.sleep, 600)
        time.sleep(0.1)
        closed_at = time.monotonic()
    assert time.monotonic() - closed_at < 2  # as long as that only on a busy machine
    assert not _is_running(worker)
    assert _is_alone()


def test_a_pool_whose_workers_never_started_can_be_closed() -> None:
    with WorkerPool(1):
        pass
    LocalPool(1).shutdown(wait=False)
    assert _is_alone()


def test_a_pool_is_broken_if_a_worker_ends_while_another_is_started() -> None:
    pool = LocalPool(1)
    pool._call_queue._reader.close()  # as Python does then
    with pytest.raises(BrokenExecutor, match="cannot be started"):
        pool.submit(os.getpid)
    pool.shutdown(wait=False)
    assert _is_alone()


ORPHANS = """
import os, time
from narrator.synthesis.local_pool import LocalPool
if __name__ == "__main__":
    pool = LocalPool(2)
    print(*{pool.submit(os.getpid).result() for _ in range(20)}, flush=True)
    pool.submit(time.sleep, 600)
    time.sleep(600)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "orphans.py"
    program.write_text(ORPHANS)
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    process_ids = [int(number) for number in parent.stdout.readline().split()]
    assert process_ids
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(_is_running, process_ids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_is_running, process_ids))


@pytest.mark.skipif(os.name != "posix", reason="Windows has no signal masks")
def test_a_worker_takes_no_notice_of_an_interrupt_while_it_starts() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with LocalPool(1) as pool:
        future = pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, [])
        assert signal.SIGINT in future.result()
        [process_id] = list(pool._processes)
        os.kill(process_id, signal.SIGINT)
        assert pool.submit(os.getpid).result() == process_id
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


def _read_environment(name: str) -> str | None:
    return os.environ.get(name)


def test_workers_have_the_environment_in_which_their_pool_was_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with LocalPool(1) as first:
        assert first.submit(_read_environment, "NARRATOR_TESTED").result() is None
        monkeypatch.setenv("NARRATOR_TESTED", "yes")
        with LocalPool(1) as second:
            assert second.submit(_read_environment, "NARRATOR_TESTED").result() == "yes"
        assert first.submit(_read_environment, "PYTHONSAFEPATH").result() is None


def _list_loaded(names: Sequence[str]) -> list[str]:
    return [name for name in names if name in sys.modules]


@pytest.mark.skipif(not CAN_FORK, reason="workers are spawned")
def test_workers_are_forked_from_a_process_that_has_loaded_what_they_need() -> None:
    with WorkerPool(1) as worker_pool:
        worker_pool.expect_engine("natural")
        worker_pool.warm_up()
        job = worker_pool.get_executor().submit(_list_loaded, ["numpy", "onnxruntime"])
        assert job.result() == ["numpy", "onnxruntime"]
        assert len(_list_templates()) == 1
    assert _is_alone()


@pytest.mark.skipif(not CAN_FORK, reason="workers are spawned")
def test_a_module_beside_the_book_is_not_taken_for_one_of_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    with WorkerPool(1) as worker_pool:
        assert worker_pool.get_executor().submit(_list_loaded, ["numpy"]).result() == ["numpy"]


@pytest.mark.skipif(not CAN_FORK, reason="there is no template")
def test_closing_a_pool_does_not_wait_until_the_template_has_loaded(tmp_path: Path) -> None:
    (tmp_path / "slow_template.py").write_text("import time\ntime.sleep(60)\n", "utf-8")
    program = (
        "import sys, time\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "from narrator.synthesis.local_pool import LocalPool, choose_template\n"
        "if __name__ == '__main__':\n"
        "    choose_template('slow_template')\n"
        "    pool = LocalPool(1)\n"
        "    time.sleep(1)\n"
        "    pool.shutdown(wait=False)\n"
    )
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", program], check=True, timeout=50)
    assert time.monotonic() - started < 40
