"""Builds that are killed at any moment, and go on to the bytes of one that was let alone.

`make soak` kills fifty; `NARRATOR_SOAK=10-19` does some of them, and `NARRATOR_SOAK_SEED=2` draws
other moments.
"""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from narrator.files.manifest import MANIFEST_NAME
from tests.conftest import STORY

PROGRAM = """
import sys
from pathlib import Path
from narrator.build import pipeline
if __name__ == "__main__":
    target = Path(sys.argv[3])
    options = pipeline.Options(
        engine="pyttsx3", jobs=2, cache_dir=Path(sys.argv[2]), split=not target.suffix
    )
    pipeline.narrate([sys.argv[1]], target, options)
"""
DAYS = 12


@dataclass(frozen=True)
class Build:
    """A story, and what becomes of it when nobody disturbs."""

    folder: Path
    audiobook: bytes
    seconds: float

    def begin(self, place: Path, name: str = "out.mp3") -> subprocess.Popen[bytes]:
        """Build with a cache of that place's own, in a session of its own.

        A name without a suffix is a folder with one file per chapter.
        """
        program, story = self.folder / "build.py", self.folder / "long.txt"
        command = [sys.executable, program, story, place / "cache", place / name]
        return subprocess.Popen(command, start_new_session=True)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("undisturbed")
    # no two chapters sound the same, so that each is spoken
    days = "\n\n".join(
        STORY.replace("\n\nIn ", f"\n\nDay {n}. In ").replace("\n\nThe ", f"\n\nDay {n}. The ")
        for n in range(DAYS)
    )
    (folder / "long.txt").write_text(days, "utf-8")
    (folder / "build.py").write_text(PROGRAM)
    started = time.monotonic()
    assert Build(folder, b"", 0.0).begin(folder).wait() == 0
    took = time.monotonic() - started
    return Build(folder, (folder / "out.mp3").read_bytes(), took)


def _moments(count: int) -> list[float]:
    """Shares of the time that a build takes: its end too, and a little beyond, as times vary."""
    draw = random.Random(os.environ.get("NARRATOR_SOAK_SEED", "1"))  # noqa: S311 - no secret
    first, _, last = os.environ.get("NARRATOR_SOAK", f"0-{count - 1}").partition("-")
    return [draw.uniform(0.0, 1.05) for _ in range(count)][int(first) : int(last) + 1]


SOAK = [pytest.param(moment, marks=pytest.mark.soak) for moment in _moments(50)]


@pytest.mark.parametrize("moment", [0.3, 0.6, 0.9, *SOAK])
def test_a_killed_build_leaves_nothing_half_and_goes_on_to_the_same_bytes(
    build: Build, tmp_path: Path, moment: float
) -> None:
    killed = build.begin(tmp_path)
    time.sleep(moment * build.seconds)
    killed.kill()
    killed.wait()
    target = tmp_path / "out.mp3"
    assert not target.exists() or target.read_bytes() == build.audiobook
    assert build.begin(tmp_path).wait() == 0
    assert target.read_bytes() == build.audiobook
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "out.mp3", MANIFEST_NAME}


def test_chapters_of_a_killed_build_are_whole_and_the_next_build_adds_the_others(
    build: Build, tmp_path: Path
) -> None:
    assert build.begin(build.folder, "chapters").wait() == 0
    complete = read_chapters(build.folder / "chapters")
    killed, target = build.begin(tmp_path, "chapters"), tmp_path / "chapters"
    while not list(target.glob("*.mp3")):
        assert killed.poll() is None
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    kept = read_chapters(target)
    assert kept.items() <= complete.items()
    assert 0 < len(kept) < len(complete)
    assert build.begin(tmp_path, "chapters").wait() == 0
    assert read_chapters(target) == complete
    assert {path.name for path in target.iterdir()} == {*complete, MANIFEST_NAME}


def read_chapters(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: path.read_bytes() for path in files}


def test_a_build_killed_again_and_again_goes_on_from_where_it_stood(
    build: Build, tmp_path: Path
) -> None:
    kept = []
    for moment in (0.4, 0.5, 0.6):
        killed = build.begin(tmp_path)
        time.sleep(moment * build.seconds)
        os.killpg(killed.pid, signal.SIGKILL)  # the workers too, as when a machine is switched off
        killed.wait()
        kept.append(sum(1 for path in (tmp_path / "cache" / "clip").rglob("*") if path.is_file()))
    assert kept == sorted(kept)
    assert build.begin(tmp_path).wait() == 0
    assert (tmp_path / "out.mp3").read_bytes() == build.audiobook
