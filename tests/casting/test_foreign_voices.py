from dataclasses import replace

import pytest

from narrator.casting.cast import cast_script
from narrator.casting.foreign_voices import add_foreign_voices
from narrator.model import Cast


@pytest.fixture
def play(scripted):
    script = scripted(
        [["Ann", "Bob", "Ann", "Bob"]], Ann={"gender": "female"}, Bob={"gender": "male"}
    )
    lines = [replace(line, language="fr") for line in script.lines]
    return replace(script, lines=tuple(lines))


def test_a_passage_has_a_voice_of_its_language_and_of_the_speakers_gender(play, voices):
    cast = cast_script(play, voices).cast
    added, notes = add_foreign_voices(cast, play, voices)
    for name in ("Ann", "Bob"):
        voice = added.voice_of(name, "fr")
        assert voice.language == "fr"
        assert voice.gender == cast.voice_of(name).gender
        assert added.voice_of(name) == cast.voice_of(name)
        assert voice.name in notes[0]
    assert "--foreign same" in notes[0]


def test_a_voice_that_speaks_the_language_keeps_its_passages(play, voices):
    cast = Cast(voices["fr-bruno"], {"Ann": voices["fr-marta"], "Bob": voices["fr-viktor"]})
    assert add_foreign_voices(cast, play, voices) == (cast, ())


def test_a_language_without_voices_is_spoken_by_the_own_voice_and_reported(play, voices):
    lines = tuple(replace(line, language="gl") for line in play.lines)
    cast = cast_script(play, voices).cast
    added, notes = add_foreign_voices(cast, replace(play, lines=lines), voices)
    assert added.voice_of("Ann", "gl") == cast.voice_of("Ann")
    assert notes == (
        "no voice speaks Galician, so passages in it have the voice of the text around them",
    )


def test_the_closest_accent_speaks(play, voices):
    lines = tuple(replace(line, language="pt-BR") for line in play.lines)
    cast = cast_script(play, voices).cast
    added, _ = add_foreign_voices(cast, replace(play, lines=lines), voices)
    assert added.voice_of("Bob", "pt-BR").language == "pt-BR"
