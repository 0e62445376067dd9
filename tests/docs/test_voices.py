"""The profiles that the page of voices shows are profiles, with options that their engines have."""

import re
from contextlib import suppress
from pathlib import Path

import pytest

from narrator import registry
from narrator.casting.profiles import load_voices, read_voice_profile
from narrator.errors import EngineUnavailableError, UnknownVoiceError

PAGE = (Path(__file__).parents[2] / "docs" / "voices.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"```toml (\w+)\n(.*?)```", PAGE, re.DOTALL))


@pytest.mark.parametrize("engine", EXAMPLES)
def test_a_profile_that_is_shown_is_one(engine, tmp_path):
    (tmp_path / "shown.toml").write_text(EXAMPLES[engine], "utf-8")
    voice = read_voice_profile(tmp_path / "shown.toml")
    assert voice.engine == engine
    with suppress(EngineUnavailableError, UnknownVoiceError):  # what is not on this machine
        registry.load_engine(engine).validate(voice)


def test_it_tells_of_every_engine_and_how_many_voices_it_has():
    for engine in registry.list_plugins("engines"):
        if engine == "tone":  # which is for tests
            continue
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{engine}` |"))
        told = re.search(r"(\d+) voices", row)
        shipped = [v for v in load_voices().values() if v.engine == engine]
        assert int(told[1] if told else 0) == len(shipped)
