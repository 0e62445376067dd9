"""Fixtures of all tests: a home, a cache and voices of their own, so that none uses the user's."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from hypothesis import settings
from platformdirs import user_data_path

# A busy machine must not fail a test by being slow, nor may a run depend on chance.
settings.register_profile("narrator", deadline=None, derandomize=True)
settings.load_profile("narrator")

HOME_VARIABLES = {
    "HOME": "",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "USERPROFILE": "",
    "APPDATA": "config",
    "LOCALAPPDATA": "cache",
}
"""The variables that lead to a user's folders, and the folders within a home."""

ENGINE_CACHES = ("durations", "espeak", "kokoro", "phonemiser")
"""Folders of the cache that all tests share."""

VOICES = {
    "bass": ("low", "male", "adult"),
    "viola": ("middle", "female", "adult"),
    "flute": ("high", "female", "young"),
    "horn": ("low", "male", "old"),
}
"""Voices of the tone engine, for speech that takes no time."""

STORY = """\
CHAPTER I.

The ferry had gone. “We shall have to wait,” said Martha Quill, and sat down upon the trunk.

“Wait?” cried Mr. Hobday. “I have waited since noon!”

“Then you know how it is done,” said Martha.

* * *

It rained until evening. Nobody came; nobody ever did, at that season & hour.

CHAPTER II.

In the morning Mr. Hobday was asleep. Martha woke him with a handful of <cold> water.

“Your boat, sir,” she said.
"""


class Inline(Executor):
    """An executor without workers: what is submitted is done at once, here."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def, override]
        future: Future[object] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it belongs to the future
            future.set_exception(error)
        return future


def inline(_workers: int) -> Executor:
    return Inline()


USER_HOME = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Give all tests, and the processes that they start, an empty home.

    This happens before any test is imported, as some libraries write to the user's folders when
    they are imported.
    """
    config.stash[USER_HOME] = home = Path(tempfile.mkdtemp(prefix="narrator-user-"))
    # Downloaded models stay where they are: some tests speak with them.
    os.environ.setdefault("NARRATOR_MODELS", str(user_data_path("narrator") / "models"))
    for variable, folder in HOME_VARIABLES.items():
        os.environ[variable] = str(home / folder) if folder else str(home)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[USER_HOME], ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def user_home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The home of all tests, in which nothing of narrator's may be found at their end.

    The tests have their caches elsewhere. So a file here is one that would have been written to the
    user's folders, by a module that asks for them by itself instead of asking `cache.places`.
    """
    home = request.config.stash[USER_HOME]
    yield home
    written = sorted(home.rglob("*narrator*"))
    assert not written, f"tests wrote to the user's folders: {written}"


@pytest.fixture(scope="session")
def engine_caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what engines prepare once per machine, which takes up to a second each."""
    folder = tmp_path_factory.mktemp("engines")
    for name in ENGINE_CACHES:
        (folder / name).mkdir()
    return folder


@pytest.fixture(autouse=True)
def own_folders(
    engine_caches: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gives each test voices that cost no time, and a cache."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "cache").mkdir()
    for name in ENGINE_CACHES:
        (folder / "cache" / name).symlink_to(engine_caches / name)
    voices = folder / "voices"
    voices.mkdir()
    for name, (pitch, gender, age) in VOICES.items():
        (voices / f"{name}.toml").write_text(
            f'engine = "tone"\nvoice = "{pitch}"\ngender = "{gender}"\nage = "{age}"\n'
            f'rate = 700\ndescription = "A {name}."\nlicence = "none needed"\n'
        )
    monkeypatch.setenv("NARRATOR_VOICES", str(voices))
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(folder / "cache"))
    # tests of the default engine remove this again; all others are the same without `natural`
    monkeypatch.setenv("NARRATOR_ENGINE", "pyttsx3")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "the-ferry.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


Served = Callable[..., str]


@pytest.fixture
def served() -> Iterator[Served]:
    """Starts a server of a folder, and gives its address."""
    servers: list[subprocess.Popen[bytes]] = []

    def serve(folder: Path, *, writable: bool = True, port: int = 0) -> str:
        if not port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
        folder.mkdir(exist_ok=True)
        at = ("-i", "127.0.0.1", "-p", str(port), "-d", str(folder), "-u", "me", "-P", "secret")
        command = [sys.executable, "-m", "pyftpdlib", *at, *(["-w"] if writable else [])]
        servers.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        while servers[-1].poll() is None:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        return f"ftp://me:secret@127.0.0.1:{port}/cache"

    yield serve
    for server in servers:
        server.kill()
        server.wait()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="take today's scripts as what tests/golden expects"
    )
