"""A real scheduler and two real workers on this machine, as on two others."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client

from narrator import pipeline
from narrator.errors import EngineUnavailableError, OptionError
from narrator.options import crew_of
from narrator.pipeline import Options
from narrator.synthesis.cluster import cluster
from tests.conftest import STORY, inline


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    command = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        str(file),
    ]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    while not (file.exists() and file.stat().st_size):
        assert process.poll() is None
    with Client(scheduler_file=str(file)) as client:
        address = client.scheduler.address
    yield address
    process.terminate()
    process.wait()


WORKER = "from distributed.cli.dask_worker import main; main()"
OUTDATED = f"from narrator.synthesis import rendering; rendering.SHAPING = ('pip',); {WORKER}"

Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def start(scheduler: str, tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def worker(program: str) -> subprocess.Popen[bytes]:
        cache = tmp_path / f"machine{len(started)}"
        command = [
            sys.executable,
            "-c",
            program,
            scheduler,
            "--no-nanny",
            "--nthreads",
            "1",
            "--no-dashboard",
        ]
        environment = {**os.environ, "NARRATOR_CACHE_DIR": str(cache)}
        started.append(
            subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
        )
        with Client(scheduler) as client:
            client.wait_for_workers(len(started))
        return started[-1]

    yield worker
    for process in started:
        process.terminate()
        process.wait()
    with Client(scheduler) as client:
        while client.scheduler_info(-1)["workers"]:
            time.sleep(0.05)


def _options(tmp_path: Path, scheduler: str) -> Options:
    return Options(engine="tone", pool=cluster(scheduler), jobs=4, cache_dir=tmp_path / "home")


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"{STORY} It was day {n}." for n in range(25)), "utf-8")
    return path


def test_a_cluster_that_loses_a_worker_makes_the_bytes_of_a_local_build(
    long: Path, tmp_path: Path, scheduler: str, start: Start
) -> None:
    workers, options = [start(WORKER), start(WORKER)], _options(tmp_path, scheduler)
    target, other = tmp_path / "away.mp3", tmp_path / "here.mp3"
    script = pipeline.write_script([str(long)], options)
    cast = pipeline.cast_book(script, [str(long)], options).cast
    with crew_of(options) as crew:
        plan = pipeline.plan_build(script, cast, target, options, crew)
        for step, _ in enumerate(plan.production.make()):
            if step == 2:
                workers[0].kill()
        pipeline.release(plan)
    pipeline.narrate([str(long)], other, replace(options, pool=inline, cache_dir=tmp_path / "own"))
    assert target.read_bytes() == other.read_bytes()
    home, own = tmp_path / "home" / "clip", tmp_path / "own" / "clip"
    assert {path.name for path in home.rglob("*")} >= {path.name for path in own.rglob("*")}


def test_a_worker_with_other_versions_refuses_and_others_do_its_work(
    story: Path, tmp_path: Path, scheduler: str, start: Start
) -> None:
    options = _options(tmp_path, scheduler)
    start(OUTDATED)
    with pytest.raises(EngineUnavailableError, match="other versions"):
        pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    start(WORKER)
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert (tmp_path / "out.mp3").exists()


def test_a_scheduler_that_is_not_there_is_named(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("narrator.synthesis.cluster.PATIENCE_SECONDS", 0.5)
    with pytest.raises(OptionError, match=r"tcp://127\.0\.0\.1:9.*dask scheduler"):
        pipeline.narrate(
            [str(story)], tmp_path / "out.mp3", _options(tmp_path, "tcp://127.0.0.1:9")
        )
