"""The profiles that the page of voices shows are profiles, with options that their engines have."""

import re
from contextlib import suppress
from pathlib import Path

import pytest

from narrator import registry
from narrator.casting.catalogue import list_catalogue_voices
from narrator.casting.profiles import list_profile_folders, load_voices, read_voice_profile
from narrator.engines.readings import find_reading
from narrator.errors import EngineUnavailableError, UnknownVoiceError
from narrator.text.language_tags import primary_subtag

PAGE = (Path(__file__).parents[2] / "docs" / "voices.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r'```toml title="(\w+)"\n(.*?)```', PAGE, re.DOTALL))


@pytest.mark.parametrize("engine", EXAMPLES)
def test_a_profile_that_is_shown_is_one(engine, tmp_path):
    (tmp_path / "shown.toml").write_text(EXAMPLES[engine], "utf-8")
    voice = read_voice_profile(tmp_path / "shown.toml")
    assert voice.engine == engine
    with suppress(EngineUnavailableError, UnknownVoiceError):  # what is not on this machine
        registry.load_engine(engine).validate(voice)


ENGLISH = load_voices(list_profile_folders()[:1])
"""The voices that have profiles; those of other languages follow from a rule."""


def test_it_tells_of_every_engine_and_how_many_voices_it_has():
    for engine in registry.list_plugins("engines"):
        if engine == "tone":  # which is for tests
            continue
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{engine}` |"))
        told = re.search(r"(\d+) voices", row)
        shipped = [v for v in ENGLISH.values() if v.engine == engine]
        assert int(told[1] if told else 0) == len(shipped)


def test_it_says_how_many_languages_and_voices_the_catalogue_has():
    espeak_voices = [voice for voice in list_catalogue_voices() if voice.engine == "pyttsx3"]
    languages = {primary_subtag(voice.language) for voice in espeak_voices}
    german = [voice.name for voice in espeak_voices if voice.language == "de"]
    assert f"espeak-ng speaks {len(languages)} languages" in PAGE
    assert f"each has {len(german)} voices" in PAGE
    rows = re.findall(r"^\| `([a-z]+)` \|", PAGE.partition("## Other languages")[2], re.MULTILINE)
    assert [f"de-{name}" for name in rows[: len(german)]] == german


def test_it_names_every_extra_for_the_writing_of_a_language():
    for tag in ("ar", "he", "ja", "zh"):
        assert f"`[{find_reading(tag).extra}]`" in PAGE
