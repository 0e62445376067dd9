"""One story and one cast file, spoken by every engine, and understood by a recogniser.

A server that serves Piper, and flite as the program of the command engine, are real ones. Where
flite is not installed, Piper's own program takes its place.
"""

import shutil
import sys
from pathlib import Path

import pytest

from benchmarks.transcript import (
    align_words,
    decode_audio,
    load_recogniser,
    split_words,
    transcribe,
)
from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.casting.profiles import load_voices
from narrator.engines.model_files import locate_piper_model
from narrator.engines.piper import Piper
from tests.speech_server import serving

STORY = Path(__file__).parents[2] / "seeds" / "the-lamp-in-the-window.txt"
CAST = """\
narrator = "edgar"

[cast]
"Margaret" = "clara"
"Mr. Harper" = { voice = "gordon", rate = 160, volume = 1 }
"Thomas" = "james"
"""
WRITTEN = {"mr": "mister"}
"""What a recogniser writes in its own way, though it heard the word."""
OWN = {"Margaret": "clara", "Mr. Harper": "gordon", "Thomas": "james"}
SERVED = {"joe": ("male", "adult"), "helen": ("female", "adult"), "abel": ("male", "old")}
FLITE = {"slt": ("female", "adult"), "rms": ("male", "adult"), "awb": ("male", "old")}


@pytest.fixture(scope="module")
def listener():
    return load_recogniser()


@pytest.fixture
def cast_file(tmp_path):
    path = tmp_path / "story.cast.toml"
    path.write_text(CAST)
    return path


@pytest.fixture
def own_voices(tmp_path, monkeypatch):
    """A user's profiles, by their names: engine, voice, gender, age and options."""
    folder = tmp_path / "voices"
    folder.mkdir()
    monkeypatch.setenv("NARRATOR_VOICES", str(folder))

    def write(engine, voices, **options):
        for voice, (gender, age) in voices.items():
            told = "\n".join(f'{key} = "{value}"' for key, value in options.items())
            (folder / f"{engine}_{voice}.toml").write_text(
                f'description = "A voice of a {engine}."\nengine = "{engine}"\nvoice = "{voice}"\n'
                f'gender = "{gender}"\nage = "{age}"\n[options]\n{told}\n'
            )

    return write


def narrated(engine, cast_file, tmp_path):
    """The audiobook, whose voices have one engine, and what the casting says."""
    paths = [str(STORY)]
    options = Options(
        engine=engine,
        cast_file=cast_file,
        format="wav",
        loudness="off",
        jobs=2,
        cache_dir=tmp_path / "cache",
    )
    script = pipeline.write_script(paths, options)
    casting = pipeline.cast_book(script, paths, options)
    assert {part.voice.engine for part in casting.members} == {engine}
    made = pipeline.narrate(paths, tmp_path / "story.wav", options)
    return script, casting, made.files[0]


def misheard(script, sound, listener):
    """Word error rate of what the recogniser writes down."""
    said = split_words(" ".join(line.spoken for line in script.lines))
    heard = [WRITTEN.get(word, word) for word in transcribe(listener, decode_audio(sound))]
    share = align_words(said, heard)[1] / len(said)
    print(f"{share:.1%} of {len(said)} words misheard")  # noqa: T201 - told by pytest -rP
    return share


def assert_each_has_a_stand_in_who_is_told(casting, engine):
    """And nobody shares one with another."""
    given = {member.character.name: member.voice.name for member in casting.members}
    names = [casting.cast.narrator.name, *given.values()]
    assert len(set(names)) == min(len(names), len(own(engine)))
    for who, voice in {"narrator": "edgar", **OWN}.items():
        stand_in = given.get(who, casting.cast.narrator.name)
        assert f"{who}: {voice} speaks with pyttsx3, so {stand_in} is used instead" in casting.notes


def own(engine):
    return [voice for voice in load_voices().values() if voice.engine == engine]


@pytest.mark.voices
def test_pyttsx3_speaks_the_cast_as_it_is_written(listener, cast_file, tmp_path):
    script, casting, sound = narrated("pyttsx3", cast_file, tmp_path)
    assert {part.character.name: part.voice.name for part in casting.members} == OWN
    assert not casting.notes
    assert misheard(script, sound, listener) <= 0.25


@pytest.mark.voices
@pytest.mark.parametrize("engine", ["piper", "kokoro"])
def test_a_neural_engine_speaks_the_same_cast(engine, listener, cast_file, tmp_path):
    script, casting, sound = narrated(engine, cast_file, tmp_path)
    assert_each_has_a_stand_in_who_is_told(casting, engine)
    assert misheard(script, sound, listener) <= 0.06


@pytest.mark.voices
def test_a_server_speaks_the_same_cast(listener, cast_file, tmp_path, own_voices):
    profiles = load_voices()
    with serving(Piper(), list(SERVED)) as server:
        server.speakers = {name: profiles[name] for name in SERVED}
        own_voices("server", SERVED, url=server.url)
        script, casting, sound = narrated("server", cast_file, tmp_path)
        assert_each_has_a_stand_in_who_is_told(casting, "server")
        assert {asked["voice"] for *_, asked in server.seen if asked} == set(SERVED)
    assert misheard(script, sound, listener) <= 0.06


@pytest.mark.voices
def test_a_program_speaks_the_same_cast(listener, cast_file, tmp_path, own_voices):
    if shutil.which("flite"):
        stretched = "flite -voice {voice} --setf duration_stretch={stretch}"
        own_voices("command", FLITE, command=f"{stretched} -f {{input}} -o {{output}}")
    else:
        model = locate_piper_model("en_US-joe-medium")
        piper = f"'{sys.executable}' -m piper -m '{model}' --length-scale {{stretch}}"
        own_voices("command", FLITE, command=f"{piper} -i {{input}} -f {{output}}")
    script, casting, sound = narrated("command", cast_file, tmp_path)
    assert_each_has_a_stand_in_who_is_told(casting, "command")
    assert misheard(script, sound, listener) <= 0.12
