from importlib import import_module
from pathlib import Path

import pytest

from narrator.readalong import (
    COMPANION_MODULES,
    FORMAT_MODULES,
    is_companion_file,
    list_companion_names,
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


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), []),
        (("srt",), ["01.srt", "02.srt"]),
        (("vtt", "timeline"), ["01.vtt", "02.vtt", "book.chapters.vtt", "book.timeline.json"]),
    ],
)
def test_the_names_of_companions_are_known_before_they_are_written(kinds, expected):
    assert list_companion_names(kinds, "book.mp3", ["01.mp3", "02.mp3"]) == expected
