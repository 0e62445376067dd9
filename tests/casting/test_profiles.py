from pathlib import Path

import pytest

from narrator.casting.profiles import (
    find_voice,
    list_profile_folders,
    load_voices,
    read_voice_profile,
)
from narrator.errors import CastFileError, UnknownVoiceError
from narrator.model import Voice

WHOLE = 'description = "Dee."\nengine = "tone"\nvoice = "low"\n'


def test_a_profile_becomes_a_voice(tmp_path):
    (tmp_path / "dee.toml").write_text(
        WHOLE
        + 'rate = 150\npitch = -2\ngender = "female"\n[options]\nb = 1\n[options.a]\nc = 0.5\n'
    )
    assert load_voices([tmp_path])["dee"] == Voice(
        name="dee",
        engine="tone",
        engine_voice="low",
        rate=150,
        pitch=-2,
        gender="female",
        language="",
        description="Dee.",
        options=(("a.c", 0.5), ("b", 1)),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('engine = "tone"\nvoice = "low"', "does not say its description"),
        (WHOLE + "rate = true", "rate must be a number"),
        (WHOLE + 'rate = "fast"', "rate must be a number"),
        (WHOLE + 'gender = "woman"', "use female, male"),
        (WHOLE + "pich = 3", "did you mean pitch?"),
        (WHOLE + "options = 3", "options must be a table"),
        (WHOLE + "[options]\na = [1]", "a can't be [1]"),
        ("description =", "not valid TOML"),
        ("\udcff", "not text in UTF-8"),
    ],
)
def test_a_mistake_in_a_profile_is_an_error_that_says_where_it_is(tmp_path, content, message):
    file = tmp_path / "dee.toml"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CastFileError) as caught:
        read_voice_profile(file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_users_profile_replaces_the_projects(tmp_path, monkeypatch):
    monkeypatch.setenv("NARRATOR_VOICES", str(tmp_path))
    (tmp_path / "edgar.toml").write_text(WHOLE)
    (tmp_path / "own.toml").write_text(WHOLE)
    loaded = load_voices()
    assert list_profile_folders()[-1] == tmp_path
    assert (loaded["edgar"].engine, loaded["own"].engine) == ("tone", "tone")
    assert list(loaded) == sorted(loaded)


def test_a_voice_is_loaded_in_any_case(voices):
    assert find_voice(" Clara ", voices) is voices["clara"]


def test_an_unknown_voice_is_an_error_that_suggests_a_similar_name(voices):
    with pytest.raises(UnknownVoiceError, match="did you mean clara"):
        find_voice("klara", voices)


def test_the_path_of_a_model_is_relative_to_its_profile(tmp_path: Path) -> None:
    profile = tmp_path / "glados.toml"
    for path in ("models/glados.onnx", str(tmp_path / "models" / "glados.onnx")):
        profile.write_text(f'description = "x"\nengine = "piper"\nvoice = "{path}"\n', "utf-8")
        voice = read_voice_profile(profile)
        assert voice.engine_voice == str(tmp_path / "models" / "glados.onnx")


def test_a_table_to_be_passed_on_keeps_its_shape(tmp_path: Path) -> None:
    profile = tmp_path / "x.toml"
    extra = 'extra = { b = [1, { c = "d" }], a = 1.5 }'
    profile.write_text(
        f'description = "x"\nengine = "server"\nvoice = "y"\n[options]\n{extra}\n', "utf-8"
    )
    assert dict(read_voice_profile(profile).options) == {
        "extra": '{"a": 1.5, "b": [1, {"c": "d"}]}'
    }


@pytest.mark.parametrize("value", ["1979-05-27", "nan", "[inf]"])
def test_what_has_no_form_in_json_can_not_be_passed_on(tmp_path: Path, value: str) -> None:
    profile = tmp_path / "x.toml"
    profile.write_text(
        f'description = "x"\nengine = "server"\nvoice = "y"\n[options]\nextra = {{ a = {value} }}\n',
        "utf-8",
    )
    with pytest.raises(CastFileError, match="extra can't hold"):
        read_voice_profile(profile)


def test_a_profile_that_was_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    text = 'description = "d"\nengine = "tone"\nvoice = "1"\nrate = {rate}\n'
    file.write_text(text.format(rate=150), "utf-8")
    assert load_voices([tmp_path])["mine"].rate == 150
    file.write_text(text.format(rate=160), "utf-8")
    assert load_voices([tmp_path])["mine"].rate == 160
    file.write_text("rate = 170\n", "utf-8")
    with pytest.raises(CastFileError, match=r"mine\.toml does not say its description"):
        load_voices([tmp_path])
