"""Each language reaches the level that its file claims, and none that it doesn't."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from narrator import Options, write_script
from narrator.build.pipeline import cast_book
from narrator.engines.espeak_languages import list_espeak_languages
from narrator.engines.espeak_phonemes import phonemise_clauses
from narrator.languages.about import load_about
from narrator.languages.language_files import find_language_files
from narrator.model import LineKind, Script
from narrator.takes.judgement import find_phoneme_language
from narrator.text.language_tags import primary_subtag

ESPEAK_TAGS = {"zh": "cmn"}
"""Languages that espeak-ng calls by another tag."""
STORIES = tomllib.loads((Path(__file__).parent / "levels.toml").read_text("utf-8"))


def find_proven_level(tag: str, folder: Path) -> int:
    """Return the highest level of a language whose test, and all tests below, succeed."""
    if tag not in {primary_subtag(known.tag) for known in list_espeak_languages()} | {"en"}:
        return 0
    if tag not in STORIES or not is_segmented_right(script := read_story(tag, folder), tag):
        return 1
    return (
        3 if STORIES[tag].get("speakers") == list_lines(script, LineKind.DIALOGUE, "speaker") else 2
    )


def read_story(tag: str, folder: Path) -> Script:
    story = STORIES[tag]
    path = folder / f"{tag}.txt"
    path.write_text(f"{story['heading']}\n\n{story['text']}\n", "utf-8")
    return write_script([str(path)], Options(about={"language": tag}))


def is_segmented_right(script: Script, tag: str) -> bool:
    story = STORIES[tag]
    return (
        len(list_lines(script, LineKind.HEADING)) == 1
        and list_lines(script, LineKind.NARRATION) == story["narration"]
        and list_lines(script, LineKind.DIALOGUE) == story["dialogue"]
    )


def list_lines(script: Script, kind: LineKind, attribute: str = "text") -> list[Any]:
    return [getattr(line, attribute) for line in script.lines if line.kind is kind]


@pytest.mark.parametrize("tag", sorted(STORIES.keys() - {"en", "gl"}))
def test_each_language_is_spoken_with_its_own_sounds(
    tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script = read_story(tag, tmp_path)
    cast = cast_book(script, [], Options(engine="pyttsx3"), measure_missing=False).cast
    for line in script.lines:
        voice = cast.voice_of(line.speaker)
        own_sounds = phonemise_clauses(line.spoken, ESPEAK_TAGS.get(tag, tag))
        assert own_sounds
        assert phonemise_clauses(line.spoken, find_phoneme_language(voice)) == own_sounds


@pytest.mark.parametrize("tag", find_language_files())
def test_a_language_claims_the_level_that_is_proven(tag: str, tmp_path: Path) -> None:
    assert load_about(tag).level == find_proven_level(tag, tmp_path)
