import pytest

from narrator.casting.castfile import CastFile, Role, read_cast
from narrator.casting.parts import cast_script, validate_cast, write_cast
from narrator.errors import (
    CastingError,
    EngineUnavailableError,
    UnknownCharacterError,
    UnknownVoiceError,
)
from narrator.model import Voice

WOMAN = {"gender": "female", "aliases": ("Lizzy", "Miss Bennet")}


@pytest.fixture(scope="module")
def script(scripted):
    return scripted(
        [["Elizabeth", "Darcy", "Elizabeth"]], Elizabeth=WOMAN, Darcy={"gender": "male"}
    )


def test_an_option_goes_before_the_cast_file_and_that_before_chance(script, voices):
    file = CastFile(roles={"lizzy": Role("ivy"), "Darcy": Role("conrad", rate=120)})
    casting = cast_script(script, voices, castfile=file, overrides={"miss bennet": "Nora"})
    assert [(p.character.name, p.voice.name, p.origin) for p in casting.parts] == [
        ("Elizabeth", "nora", "option"),
        ("Darcy", "conrad", "cast file"),
    ]
    assert casting.cast.voice_of("Darcy").rate == 120


def test_the_narrator_can_be_chosen(script, voices):
    file = CastFile(narrator=Role("clara", rate=150))
    assert cast_script(script, voices, castfile=file).cast.narrator.rate == 150
    casting = cast_script(script, voices, castfile=file, overrides={"narrator": "marian"})
    assert casting.cast.narrator.name == "marian"


@pytest.mark.parametrize(
    ("overrides", "error", "hint"),
    [
        ({"Elisabeth": "clara"}, UnknownCharacterError, "did you mean Elizabeth?"),
        ({"Elizabeth": "klara"}, UnknownVoiceError, "did you mean clara"),
        ({"narator": "clara"}, UnknownCharacterError, "did you mean narrator?"),
    ],
)
def test_a_name_that_nobody_has_is_an_error(script, voices, overrides, error, hint):
    with pytest.raises(error) as caught:
        cast_script(script, voices, overrides=overrides)
    assert hint in caught.value.hint


def test_who_is_in_the_cast_file_of_a_series_but_not_in_this_book_is_noted(script, voices):
    file = CastFile(roles={"Wickham": Role("felix")})
    notes = cast_script(script, voices, castfile=file).notes
    assert len(notes) == 1
    assert "Wickham, who does not speak here" in notes[0]


def test_another_engine_replaces_a_voice_by_its_nearest_and_says_so(script, voices):
    tones = {
        "deep": Voice("deep", "tone", "low", gender="male"),
        "shrill": Voice("shrill", "tone", "high", gender="female"),
    }
    file = CastFile(roles={"Elizabeth": Role("clara")}, narrator=Role("edgar"))
    casting = cast_script(script, {**voices, **tones}, engine="tone", castfile=file)
    assert casting.cast.narrator.name == "deep"
    assert casting.cast.voices["Elizabeth"].name == "shrill"
    assert "Elizabeth: clara speaks with pyttsx3, so shrill steps in" in casting.notes


@pytest.mark.parametrize(
    ("engine", "error"), [("tone", CastingError), ("no", EngineUnavailableError)]
)
def test_an_engine_without_voices_is_an_error(script, voices, engine, error):
    with pytest.raises(error):
        cast_script(script, voices, engine=engine)


def test_a_cast_of_the_projects_voices_is_valid(script, voices):
    validate_cast(cast_script(script, voices).cast)


def test_what_is_written_is_what_was_cast(script, voices, tmp_path):
    path = tmp_path / "p.cast.toml"
    casting = cast_script(script, voices)
    write_cast(path, casting, script)
    again = cast_script(script, voices, castfile=read_cast(path))
    assert again.cast == casting.cast
    assert "# 2 lines, female" in path.read_text()
