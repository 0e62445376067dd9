from dataclasses import replace
from itertools import combinations

import pytest
from hibari.voices import VOICES

from narrator.casting import voice_quality
from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import VoiceAcoustics, look_up_acoustics
from narrator.casting.automatic import limit_tempo, select_castable_voices
from narrator.casting.cast import cast_script
from narrator.casting.voice_quality import (
    is_within_bounds,
    load_qualities,
    look_up_quality,
    make_quality_key,
)
from narrator.model import Voice

WOMAN = Voice("anna", "tone", "high", gender="female", age="adult")
MAN = Voice("ben", "tone", "low", gender="male", age="adult")


@pytest.mark.parametrize(
    ("voice", "pitch_hz", "is_within"),
    [
        (WOMAN, 200, True),
        (WOMAN, 130, False),
        (MAN, 110, True),
        (MAN, 200, False),
        (replace(MAN, age="child"), 220, True),
        (replace(MAN, age="child"), 120, False),
        (replace(MAN, gender=None), 200, True),
        # A woman made from a man's voice needs a shorter vocal tract.
        (Voice("ada", "piper", "en_US-joe-medium", gender="female"), 200, False),
        (
            Voice(
                "ada", "piper", "en_US-joe-medium", gender="female", options=(("formant", 1.15),)
            ),
            200,
            True,
        ),
        (Voice("sam", "natural", "heart", gender="male", options=(("formant", 1.0),)), 110, False),
    ],
)
def test_pitch_and_formants_fit_the_gender(voice, pitch_hz, is_within):
    assert is_within_bounds(voice, VoiceAcoustics(pitch_hz, 800, 200)) is is_within


def test_no_measured_voice_of_the_project_is_outside_its_bounds(voices):
    outside = [
        name
        for name, voice in voices.items()
        if (acoustics := look_up_acoustics(voice)) and voice.engine != "tone"
        if not is_within_bounds(voice, acoustics)
    ]
    assert outside == []


@pytest.mark.parametrize(
    ("engine", "narrator"), [("pyttsx3", "edgar"), ("natural", "heart"), ("pyttsx3", "de-bruno")]
)
def test_the_projects_voices_speak_about_as_fast_as_their_narrator(voices, engine, narrator):
    tempo = look_up_acoustics(voices[narrator]).words_per_minute
    language = voices[narrator].language
    own = [v for v in voices.values() if (v.engine, v.language) == (engine, language)]
    for voice in own:
        if acoustics := look_up_acoustics(voice):
            assert 0.88 <= acoustics.words_per_minute / tempo <= 1.12, voice.name


def test_natural_voices_that_are_fetched_fit_by_the_styles_that_they_were_distilled_from(voices):
    styles = {
        voice.engine_voice: (voice, acoustics)
        for voice in voices.values()
        if voice.engine == "kokoro" and (acoustics := look_up_acoustics(voice))
    }
    tempo = look_up_acoustics(voices["heart"]).words_per_minute
    fetched = [v for v in voices.values() if v.engine == "natural" and v.engine_voice != "heart"]
    assert len(fetched) >= 15
    for voice in fetched:
        file = VOICES[voice.engine_voice]["file"]
        style, acoustics = next(styles[name] for name in styles if file.startswith(name))
        pitch_hz = acoustics.pitch_hz * 2 ** ((voice.pitch - style.pitch) / 12)
        words_per_minute = acoustics.words_per_minute * voice.rate / style.rate
        expected = VoiceAcoustics(pitch_hz, acoustics.centroid_hz, words_per_minute)
        assert is_within_bounds(voice, expected), (voice.name, pitch_hz)
        assert 0.88 <= words_per_minute / tempo <= 1.12, (voice.name, words_per_minute)


@pytest.mark.parametrize("gender", ["female", "male"])
def test_voices_made_from_one_speaker_are_spread_over_pitch_and_tempo(voices, gender):
    sounds = [
        look_up_acoustics(voice)
        for voice in voices.values()
        if (voice.engine_voice, voice.gender) == ("heart", gender) and voice.age != "child"
    ]
    assert len(sounds) >= 6
    assert min(compute_acoustic_distance(*pair) for pair in combinations(sounds, 2)) > 0.5


def test_natural_voices_are_above_the_floor_of_quality(voices):
    scored = [v for v in voices.values() if v.engine == "natural" and look_up_quality(v)]
    assert len(scored) >= 8
    for voice in scored:
        assert look_up_quality(voice) >= (3.9 if voice.age == "child" else 4.2), voice.name


def test_a_voice_that_speaks_too_fast_is_slowed_down():
    narrator = VoiceAcoustics(200, 800, 200)
    slowed = limit_tempo(MAN, VoiceAcoustics(110, 800, 280), narrator)
    assert slowed.rate == pytest.approx(MAN.rate * 224 / 280, abs=0.1)
    assert limit_tempo(MAN, VoiceAcoustics(110, 800, 220), narrator) == MAN


def test_voices_outside_their_bounds_are_cast_only_if_there_is_no_other():
    acoustics = {"anna": VoiceAcoustics(120, 800, 200), "ben": VoiceAcoustics(110, 800, 200)}
    both = {"anna": WOMAN, "ben": MAN}
    # a woman with a low voice is better than a man in her place
    assert select_castable_voices(both, acoustics) == both
    voices = {**both, "clara": replace(WOMAN, name="clara")}
    with_clara = {**acoustics, "clara": replace(acoustics["anna"], pitch_hz=210.0)}
    assert set(select_castable_voices(voices, with_clara)) == {"ben", "clara"}


def test_the_quality_of_a_voice_does_not_depend_on_its_rate(voices):
    assert look_up_quality(replace(voices["clara"], rate=99)) == look_up_quality(voices["clara"])
    assert look_up_quality(WOMAN) is None


def test_a_character_of_unknown_gender_gets_a_voice_of_middle_pitch_and_a_note(scripted, voices):
    casting = cast_script(scripted([["Robin", "Robin", "Ann"]], Ann={"gender": "female"}), voices)
    pitch_hz = look_up_acoustics(casting.cast.voices["Robin"]).pitch_hz
    assert 120 < pitch_hz < 200
    (note,) = [note for note in casting.notes if "gender unknown" in note]
    assert "Robin" in note
    assert "Ann" not in note


@pytest.mark.parametrize(
    ("style", "score"), [("af_heart", 4.6), ("bf_emma", 4.4), ("am_puck", 4.3), ("am_adam", 3.7)]
)
def test_a_style_of_kokoro_has_the_quality_of_its_published_grade(monkeypatch, style, score):
    monkeypatch.setattr(voice_quality, "load_qualities", dict)  # nothing was measured
    voice = Voice("x", "kokoro", style)
    assert look_up_quality(voice) == score
    assert look_up_quality(replace(voice, pitch=2)) == score
    assert look_up_quality(replace(voice, pitch=2.5)) is None
    assert look_up_quality(replace(voice, engine="server")) is None


def test_a_measured_style_of_kokoro_ranks_by_its_measurement(voices):
    margot, gideon = voices["margot"], voices["gideon"]  # their grades are A- and C+
    assert load_qualities()[make_quality_key(margot)] == look_up_quality(margot)
    assert look_up_quality(margot) < look_up_quality(gideon)


def test_every_english_style_of_kokoro_has_a_voice_that_fits_its_name(voices):
    styles = {
        voice.engine_voice: voice
        for voice in voices.values()
        if voice.engine == "kokoro" and voice.engine_voice[:1] in "ab" and not voice.options
    }
    assert len(styles) == 28
    for style, voice in styles.items():
        assert look_up_quality(voice), style
        acoustics = look_up_acoustics(voice)
        assert acoustics is not None, style
        assert is_within_bounds(voice, acoustics), style
        assert voice.gender == {"f": "female", "m": "male"}[style[1]], style
        assert voice.accent == {"a": "American", "b": "British"}[style[0]], style
        assert voice.language == {"a": "en", "b": "en-GB"}[style[0]], style
