"""A real scheduler and real workers on this machine, with a cache each, as on several machines."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from distributed import Client

from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.build.resources import create_worker_pool
from narrator.cache.open import open_store
from narrator.errors import EngineUnavailableError, OptionError, SynthesisError
from narrator.synthesis.cluster import cluster_pool_factory
from narrator.synthesis.rendered_chunks import RenderSettings
from tests.conftest import STORY, Served, inline


def _start_scheduler(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    file = folder / "scheduler.json"
    options = (
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        str(file),
    )
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", *options]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    while not (file.exists() and file.stat().st_size):
        assert process.poll() is None
        time.sleep(0.02)
    with Client(scheduler_file=str(file)) as client:
        return process, client.scheduler.address


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, address = _start_scheduler(tmp_path_factory.mktemp("cluster"))
    yield address
    process.terminate()
    process.wait()


WORKER = "from distributed.cli.dask_worker import main; main()"
OUTDATED = (
    f"from narrator.cache import fingerprints; fingerprints.ENCODING_LIBRARIES = ('pip',); {WORKER}"
)

RECORDING = f"""
from narrator.engines.tone import Tone
speak = Tone.speak
def speak_and_record(self, text, voice):
    with open("spoken", "a", encoding="utf-8") as file:
        file.write(text + "\\n")
    return speak(self, text, voice)
Tone.speak = speak_and_record
{WORKER}
"""
"""A worker that records what it speaks."""

HANGING = """
import time
from narrator.engines.tone import Tone
def speak_or_hang(self, text, voice, speak=Tone.speak):
    if "noon" in text:
        time.sleep(600)
    return speak(self, text, voice)
Tone.speak = speak_or_hang
"""
"""Code that makes a worker hang at a word."""

RECURSING = f"""
from narrator.engines.tone import Tone
def speak_forever(self, text, voice):
    return self.speak(text, voice)
Tone.speak = speak_forever
{WORKER}
"""
"""A worker whose engine never stops calling itself."""

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(scheduler: str, tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start_worker(program: str, *options: str, to: str = scheduler) -> subprocess.Popen[bytes]:
        cache = tmp_path / f"machine{len(started)}"
        options = ("--nthreads", "1", "--no-dashboard", *(options or ("--no-nanny",)))
        command = [sys.executable, "-c", program, to, *options]
        environment = {**os.environ, "NARRATOR_CACHE_DIR": str(cache)}
        started.append(
            subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
        )
        with Client(to) as client:
            client.wait_for_workers(len(started))
        return started[-1]

    yield start_worker
    for process in started:
        process.terminate()
        process.wait()
    with Client(scheduler) as client:
        while client.scheduler_info(-1)["workers"]:
            time.sleep(0.05)


def _make_options(tmp_path: Path, scheduler: str) -> Options:
    return Options(
        engine="tone", pool=cluster_pool_factory(scheduler), jobs=4, cache_dir=tmp_path / "home"
    )


@pytest.fixture
def long_book(tmp_path: Path) -> Path:
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"{STORY} It was day {n}." for n in range(25)), "utf-8")
    return path


def test_a_cluster_that_loses_a_worker_writes_the_bytes_of_a_local_build(
    long_book: Path, tmp_path: Path, scheduler: str, start: Start
) -> None:
    workers, options = [start(WORKER), start(WORKER)], _make_options(tmp_path, scheduler)
    target, local_target = tmp_path / "cluster.mp3", tmp_path / "local.mp3"
    script = pipeline.write_script([str(long_book)], options)
    cast = pipeline.cast_book(script, [str(long_book)], options).cast
    with create_worker_pool(options) as worker_pool:
        plan = pipeline.plan_build(
            pipeline.outline_build(script, cast, target, options), worker_pool
        )
        for step, _ in enumerate(plan.rendering_job.render_missing()):
            if step == 2:
                workers[0].kill()
        pipeline.publish_audiobook(plan)
    local_options = replace(options, pool=inline, cache_dir=tmp_path / "local")
    pipeline.narrate([str(long_book)], local_target, local_options)
    assert target.read_bytes() == local_target.read_bytes()
    home, local = tmp_path / "home" / "clip", tmp_path / "local" / "clip"
    assert {path.name for path in home.rglob("*")} >= {path.name for path in local.rglob("*")}


def test_a_worker_with_other_versions_refuses_and_the_rest_do_its_work(
    story: Path, tmp_path: Path, scheduler: str, start: Start
) -> None:
    options = _make_options(tmp_path, scheduler)
    start(OUTDATED)
    with pytest.raises(EngineUnavailableError, match="different versions"):
        pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    start(WORKER)
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert (tmp_path / "out.mp3").exists()


def test_clips_that_are_stored_at_home_are_not_spoken_by_workers(
    story: Path, tmp_path: Path, scheduler: str, start: Start
) -> None:
    start(RECORDING)
    options, target = _make_options(tmp_path, scheduler), tmp_path / "out.mp3"
    pipeline.narrate([str(story)], target, replace(options, pool=inline))
    pipeline.narrate([str(story)], target, replace(options, pauses="slow", loudness="podcast"))
    assert not (tmp_path / "spoken").exists()
    story.write_text(STORY.replace("It rained until evening.", "It rained."), "utf-8")
    pipeline.narrate([str(story)], target, options)
    assert (tmp_path / "spoken").read_text("utf-8") == "It rained.\n"
    local_options = replace(options, pool=inline, cache_dir=tmp_path / "local")
    pipeline.narrate([str(story)], tmp_path / "local.mp3", local_options)
    assert target.read_bytes() == (tmp_path / "local.mp3").read_bytes()


def test_workers_share_a_cache_at_a_url(
    story: Path,
    tmp_path: Path,
    scheduler: str,
    start: Start,
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = served(tmp_path / "server")
    start(RECORDING)
    options = replace(_make_options(tmp_path, scheduler), cache_dir=url)
    targets = [tmp_path / "one.mp3", tmp_path / "two.mp3", tmp_path / "three.mp3"]
    pipeline.narrate([str(story)], targets[0], replace(options, pool=inline))
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "elsewhere"))
    open_store.cache_clear()
    pipeline.narrate([str(story)], targets[1], replace(options, pauses="slow"))
    assert not (tmp_path / "spoken").exists()
    local = replace(options, pauses="slow", pool=inline, cache_dir=tmp_path / "local")
    pipeline.narrate([str(story)], targets[2], local)
    assert targets[1].read_bytes() == targets[2].read_bytes()
    assert not (tmp_path / "machine0" / "clip").exists()


def test_a_line_that_hangs_on_every_worker_is_named(
    story: Path, tmp_path: Path, scheduler: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hanging.py").write_text(HANGING)
    start(WORKER, "--nanny", "--preload", str(tmp_path / "hanging.py"))
    monkeypatch.setattr(
        "narrator.build.plan.RenderSettings", partial(RenderSettings, timeout_seconds=1.0)
    )
    with pytest.raises(SynthesisError, match=r"line 1\..* made tone fail 2 times: .*noon"):
        pipeline.narrate([str(story)], tmp_path / "out.mp3", _make_options(tmp_path, scheduler))


def test_an_exception_on_a_worker_is_raised_at_home(
    story: Path, tmp_path: Path, scheduler: str, start: Start
) -> None:
    start(RECURSING)
    with pytest.raises(RuntimeError, match="RecursionError"):
        pipeline.narrate([str(story)], tmp_path / "out.mp3", _make_options(tmp_path, scheduler))


def test_a_scheduler_that_ends_is_reported_and_what_was_rendered_is_kept(
    long_book: Path, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, address = _start_scheduler(tmp_path)
    start(WORKER, to=address)
    monkeypatch.setattr("narrator.synthesis.cluster.SCHEDULER_TIMEOUT_SECONDS", 1.0)
    options = _make_options(tmp_path, address)
    script = pipeline.write_script([str(long_book)], options)
    cast = pipeline.cast_book(script, [str(long_book)], options).cast
    with create_worker_pool(options) as worker_pool:
        outline = pipeline.outline_build(script, cast, tmp_path / "out.mp3", options)
        plan = pipeline.plan_build(outline, worker_pool)
        steps = plan.rendering_job.render_missing()
        next(steps)
        next(steps)
        process.kill()
        process.wait()
        with pytest.raises(OptionError, match="no Dask scheduler answers"):
            list(steps)
    assert any((tmp_path / "home" / "reel").rglob("*"))


def test_a_scheduler_without_workers_is_reported(
    story: Path, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("narrator.synthesis.cluster.FIRST_WORKER_SECONDS", 0.2)
    with pytest.raises(OptionError, match=r"has no workers.*dask worker tcp://"):
        pipeline.narrate([str(story)], tmp_path / "out.mp3", _make_options(tmp_path, scheduler))


def test_a_scheduler_that_does_not_answer_is_named(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("narrator.synthesis.cluster.SCHEDULER_TIMEOUT_SECONDS", 0.5)
    with pytest.raises(OptionError, match=r"tcp://127\.0\.0\.1:9.*dask scheduler"):
        pipeline.narrate(
            [str(story)], tmp_path / "out.mp3", _make_options(tmp_path, "tcp://127.0.0.1:9")
        )
