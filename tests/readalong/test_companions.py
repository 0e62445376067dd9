from importlib import import_module
from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.readalong import (
    COMPANION_MODULES,
    FOLDER_MARKER_FILES,
    FORMAT_MODULES,
    is_companion_file,
    require_writable_folder,
)


@pytest.mark.parametrize("name", sorted({*COMPANION_MODULES, *FORMAT_MODULES}))
def test_every_companion_has_a_module_that_writes_it(name):
    modules = COMPANION_MODULES | FORMAT_MODULES
    module = import_module(f"narrator.readalong.{modules[name]}")
    assert callable(module.write)


@pytest.mark.parametrize(
    ("name", "format_name", "expected"),
    [
        ("book.srt", "mp3", True),
        ("book.vtt", "m4b", True),
        ("book.chapters.vtt", "mp3", True),
        ("book.timeline.json", "opus", True),
        ("book.lrc", "epub", True),
        ("book.mp3", "mp3", False),
        ("book.epub", "epub", False),
        ("chapters.json", "mp3", False),
        ("01_One.vtt", "podcast", False),
        ("book.srt", "page", False),
    ],
)
def test_companions_are_distinguished_from_audio_files_by_name(name, format_name, expected):
    assert is_companion_file(Path(name), format_name) is expected


@pytest.mark.parametrize("format_name", sorted(FOLDER_MARKER_FILES))
def test_a_folder_format_can_be_written_to_a_free_path_or_over_an_older_folder(
    tmp_path, format_name
):
    target = tmp_path / "new" / "book"
    require_writable_folder(format_name, target)
    target.mkdir(parents=True)
    (target / FOLDER_MARKER_FILES[format_name]).touch()
    require_writable_folder(format_name, target)
    assert [path.name for path in target.parent.iterdir()] == ["book"]


def test_a_folder_format_is_not_written_over_a_users_file(tmp_path):
    (tmp_path / "book").write_text("mine")
    with pytest.raises(OutputError, match="something else"):
        require_writable_folder("page", tmp_path / "book")


def test_a_folder_format_needs_a_folder_that_can_be_written_to(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="can't be written"):
        require_writable_folder("page", tmp_path / "file" / "book")
