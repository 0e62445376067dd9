import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from narrator.engines import natural
from narrator.engines.natural import Natural, locate_hibari_model
from narrator.engines.verified_speech import speak_line
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Voice
from narrator.normalisation.phonetic_text import annotate_sounds

HEART = Voice("heart", "natural", "heart", rate=165)
LINE = "The ferry had gone, and nobody knew when it would return."
NAME = annotate_sounds("shivawn", "ʃɪˈvɔːn")


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        # Words in capitals are words; the letters of initialisms have spaces between them.
        ("MY house", "mI hˈWs"),
        ("the F B I", "ði ˈɛf bˈi ˌI"),
        # An apostrophe at the beginning is part of the word.
        ("’Tis he", "tˈɪz hi"),
        ("give ’em", "ɡˈɪv əm"),
        # Other scripts are read in Latin letters.
        ("Иван", "ˈIvən"),
        # What looks like the phonemiser's own notation is text.
        ("[one](/tu/)", "(wˈʌn slˈæʃ tˈu slˈæʃ)"),
        # The lexicon gives sounds.
        (f"{NAME} came", "ʃɪvˈɔn kˈAm"),
    ],
)
def test_words_have_the_sounds_of_words(text, phonemes):
    assert natural._phonemise(text, is_british=False) == [phonemes]


def test_a_british_voice_has_british_sounds():
    assert natural._phonemise("go there", is_british=True) == ["ɡˌQ ðˈɛː"]
    assert natural._phonemise(NAME, is_british=True) == ["ʃɪvˈɔːn"]


def test_sounds_that_english_lacks_leave_the_spelling():
    assert natural._phonemise(annotate_sounds("see", "ǃ"), is_british=False) == ["sˈi"]


def test_every_letter_of_a_very_long_word_is_spoken():
    pieces = natural._phonemise("anna" * 30, is_british=False)
    assert sum(piece.count("n") for piece in pieces) > 25


def test_long_text_is_cut_before_the_model_needs_too_much_memory():
    pieces = natural._phonemise("and so it went " * 90, is_british=False)
    assert len(pieces) > 2
    assert max(map(len, pieces)) <= 400
    commas = natural._phonemise("so it went on, " * 60, is_british=False)
    assert all(piece.endswith(",") for piece in commas[:-1])


def test_words_begin_where_the_model_places_them():
    clip = Natural().speak(LINE, HEART)
    assert [LINE[word.start :].split(maxsplit=1)[0] for word in clip.words] == LINE.split()
    # the model counts in units of 25 ms
    assert all(word.sample % 600 == 0 for word in clip.words)


@pytest.mark.parametrize("speed", [0.8, 0.9, 1.04, 1.1, 1.2, 1.3])
def test_a_line_takes_its_time_divided_by_the_speed(speed):
    plain, fast = (
        Natural().speak(LINE, replace(HEART, rate=165 * factor)) for factor in (1, speed)
    )
    assert fast.samples * speed == pytest.approx(plain.samples, rel=0.03)
    starts = [word.sample for word in plain.words]
    # two units of 25 ms
    assert [word.sample * speed for word in fast.words] == pytest.approx(starts, abs=1200 * speed)


def test_words_of_several_sentences_follow_each_other():
    text = "One came. Two went. Three stayed."
    clip = Natural().speak(text, HEART)
    samples = [word.sample for word in clip.words]
    assert samples == sorted(set(samples))
    assert len(samples) == 6


def test_a_line_with_words_but_without_sounds_is_an_error(monkeypatch):
    monkeypatch.setattr(natural, "_phonemise", lambda *_, **__: [])
    with pytest.raises(SynthesisError, match="no English sounds") as caught:
        Natural().speak("word", HEART)
    assert "lexicon" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "error", "part"),
    [
        ({"language": "de"}, EngineUnavailableError, "speaks English"),
        ({"engine_voice": "hart"}, UnknownVoiceError, "hart"),
        ({"engine_voice": "emma"}, EngineUnavailableError, "emma"),
        ({"rate": 400}, CastFileError, "rate"),
        ({"pitch": -20}, CastFileError, "pitch"),
        ({"options": (("formant", 3),)}, CastFileError, "formant"),
        ({"options": (("speaker", 1),)}, CastFileError, "speaker"),
    ],
)
def test_what_cannot_be_spoken_is_an_error_before_anything_is(change, error, part, monkeypatch):
    monkeypatch.setenv("NARRATOR_MODELS", "/nowhere")
    monkeypatch.setattr(natural, "cache_dir", lambda: "/nowhere")
    with pytest.raises(error, match=part):
        Natural().validate(replace(HEART, **change))


def test_a_fetched_model_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    file = tmp_path / "natural" / "bf_emma.int8.onnx"
    file.parent.mkdir()
    file.touch()
    assert locate_hibari_model("emma") == file


def test_two_threads_speak_at_once_and_the_same():
    engine = Natural()
    with ThreadPoolExecutor(2) as threads:
        clips = list(threads.map(lambda _: speak_line(engine, LINE, HEART), range(6)))
    assert len({clip.pcm for clip in clips}) == 1


def test_the_samples_are_the_same_with_and_without_scipy():
    program = (
        "import sys; sys.modules['scipy'] = None\n"
        "from narrator.engines.natural import Natural; from narrator.model import Voice\n"
        "import hashlib; voice = Voice('heart', 'natural', 'heart', rate=165)\n"
        f"print(hashlib.sha256(Natural().speak({LINE!r}, voice).pcm).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(Natural().speak(LINE, HEART).pcm).hexdigest()


def test_the_fingerprint_names_what_shapes_the_sound():
    plain = Natural().fingerprint(HEART)
    shifted = Natural().fingerprint(replace(HEART, pitch=-3))
    assert "hibari-tts" in plain
    assert "praat" not in plain
    assert "praat" in shifted
