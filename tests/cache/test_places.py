"""Every cache lies where the user wants it, and nothing of the tests lies in the user's folders."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import narrator
from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.cache import places
from tests.conftest import HOME_VARIABLES

PACKAGE = Path(narrator.__file__).parent


@pytest.mark.parametrize(
    ("variable", "location", "local_root"),
    [
        ("/mnt/cache", "/mnt/cache", "/mnt/cache"),
        ("cache", "cache", "cache"),
        ("s3://bucket/cache", "s3://bucket/cache", "USER/narrator"),
        ("", "USER/narrator", "USER/narrator"),
        (None, "USER/narrator", "USER/narrator"),
    ],
)
def test_the_variable_names_a_folder_or_a_url_and_else_the_platform_does(
    variable: str | None,
    location: str,
    local_root: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name, **_: str(tmp_path / name))
    monkeypatch.delenv("NARRATOR_CACHE_DIR")
    if variable is not None:
        monkeypatch.setenv("NARRATOR_CACHE_DIR", variable)
    assert places.default_cache_location() == location.replace("USER", str(tmp_path))
    assert str(places.local_cache_root()) == local_root.replace("USER", str(tmp_path))


def test_an_option_counts_before_the_variable_and_ends_with_its_context(tmp_path: Path) -> None:
    before = places.local_cache_root()
    with places.use_cache_dir(tmp_path):
        assert places.local_cache_root() == tmp_path
        assert places.engine_cache_folder("espeak") == tmp_path / "espeak"
        assert places.voice_measurements_path() == tmp_path / "sounds.json"
        assert os.environ["NARRATOR_CACHE_DIR"] == str(tmp_path)
    assert places.local_cache_root() == before


def test_the_folders_of_engines_stay_where_they_are_if_the_working_directory_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with places.use_cache_dir("cache"):
        folder = places.engine_cache_folder("espeak")
    assert folder == tmp_path / "cache" / "espeak"


def test_a_variable_that_was_not_set_is_not_set_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NARRATOR_CACHE_DIR")
    with pytest.raises(ZeroDivisionError), places.use_cache_dir(tmp_path):
        raise ZeroDivisionError
    assert "NARRATOR_CACHE_DIR" not in os.environ


@pytest.mark.parametrize("location", [None, "s3://bucket/cache", "file:///mnt/cache"])
def test_a_url_leaves_this_machines_own_caches_where_they_are(location: str | None) -> None:
    before = places.local_cache_root()
    with places.use_cache_dir(location):
        assert places.local_cache_root() == before


def _asks_for_cache(module: Path) -> bool:
    """Return whether a module uses functions that know the platform's folder for caches."""
    names = {"user_cache_dir", "user_cache_path", "site_cache_dir", "PlatformDirs"}
    used = (
        getattr(node, "attr", getattr(node, "id", getattr(node, "name", None)))
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
    )
    return any(name in names for name in used)


def test_one_module_alone_asks_for_the_users_folder() -> None:
    asking = [module for module in PACKAGE.rglob("*.py") if _asks_for_cache(module)]
    assert asking == [PACKAGE / "cache" / "places.py"]


def test_the_home_of_the_tests_is_not_the_users(user_home: Path) -> None:
    assert Path.home() == user_home
    for variable in HOME_VARIABLES:
        assert Path(os.environ[variable]).is_relative_to(user_home)
    assert not places.local_cache_root().is_relative_to(user_home)


def test_a_process_that_a_test_starts_has_that_home_too(user_home: Path) -> None:
    program = "import platformdirs; print(platformdirs.user_cache_dir('narrator', False))"
    output = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert Path(output.strip()).is_relative_to(user_home)


def test_a_build_with_an_option_writes_nothing_to_the_default_cache(
    story: Path, tmp_path: Path
) -> None:
    default_root = places.local_cache_root()
    before = sorted(default_root.iterdir())
    options = Options(engine="tone", jobs=1, cache_dir=tmp_path / "cache")
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert (tmp_path / "cache" / "clip").exists()
    assert sorted(default_root.iterdir()) == before


def test_voices_that_are_measured_for_a_cast_are_remembered_in_the_chosen_cache(
    story: Path, tmp_path: Path
) -> None:
    options = Options(engine="tone", cache_dir=tmp_path / "cache")
    script = pipeline.write_script([str(story)], options)
    pipeline.cast_book(script, [str(story)], options)
    assert (tmp_path / "cache" / "sounds.json").exists()


def test_the_command_line_option_reaches_the_caches_of_engines(
    story: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    command = [sys.executable, "-m", "narrator", "preview", str(story), "--paragraph", "1"]
    command += ["--engine", "pyttsx3", "-o", str(tmp_path / "out.wav")]
    folder = tmp_path_factory.mktemp("c")  # espeak-ng allows only short paths
    environment = {**os.environ, "NARRATOR_VOICES": "", "TMPDIR": str(tmp_path)}
    subprocess.run([*command, "--cache-dir", str(folder)], check=True, env=environment)
    assert (folder / "espeak").is_dir()
