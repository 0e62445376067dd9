from dataclasses import replace

import pytest

from narrator.audio.loudness_profiles import resolve_loudness
from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.cache.fingerprints import fingerprint
from narrator.cache.store import Store
from narrator.casting.cast import cast_script, use_single_voice
from narrator.casting.line_delivery import LineDelivery
from narrator.casting.prosody import (
    HEADING_PROSODY,
    MANNER_PROSODIES,
    QUOTATION_PROSODY,
    VoiceSelector,
)
from narrator.engines.tone import Tone
from narrator.languages.manners import Manner
from narrator.model import Cast, Line, LineKind, Voice
from narrator.synthesis import voice_gain
from narrator.synthesis.clip_names import synthesis_parameters
from tests.conftest import inline

NARRATOR = Voice("narrator", "tone", "low", rate=200, pitch=1)
CLARA = Voice("clara", "tone", "high", rate=150)
CAST = Cast(NARRATOR, {"Clara": CLARA, "I": NARRATOR})


def line(kind, speaker=None):
    return Line("1.1.1", 1, 1, 0, 1, kind, "Oh!", speaker=speaker)


HIGHER = replace(
    NARRATOR, rate=200 * QUOTATION_PROSODY.rate_factor, pitch=1 + QUOTATION_PROSODY.pitch_semitones
)
SLOWER = replace(NARRATOR, rate=200 * HEADING_PROSODY.rate_factor)


@pytest.mark.parametrize(
    ("kind", "speaker", "plain", "marked"),
    [
        (LineKind.NARRATION, None, NARRATOR, NARRATOR),
        (LineKind.DIALOGUE, None, NARRATOR, HIGHER),
        (LineKind.DIALOGUE, "Nobody Cast", NARRATOR, HIGHER),
        (LineKind.DIALOGUE, "I", NARRATOR, HIGHER),
        (LineKind.DIALOGUE, "Clara", CLARA, CLARA),
        (LineKind.HEADING, None, SLOWER, SLOWER),
    ],
)
def test_the_voice_of_a_line_depends_on_its_kind_and_speaker(kind, speaker, plain, marked):
    assert VoiceSelector(CAST).select_voice(line(kind, speaker)) == plain
    assert VoiceSelector(CAST, marks_quotations=True).select_voice(line(kind, speaker)) == marked


@pytest.mark.parametrize("manner", Manner)
def test_a_manner_changes_the_voice_but_not_the_voice_by_which_the_level_is_measured(manner):
    spoken, plain = line(LineKind.DIALOGUE, "Clara"), VoiceSelector(CAST)
    selector = VoiceSelector(CAST, delivery=LineDelivery({spoken.id: manner}))
    prosody = MANNER_PROSODIES[manner]
    assert selector.select_prosody(spoken) == prosody
    assert selector.select_voice(spoken) == replace(
        CLARA, rate=150 * prosody.rate_factor, pitch=prosody.pitch_semitones
    )
    levelling_voice = plain.select_levelling_voice(spoken)
    assert selector.select_levelling_voice(spoken) == levelling_voice


def test_shouts_are_louder_and_higher_within_limits_and_whispers_have_no_voice():
    shout, whisper = MANNER_PROSODIES[Manner.SHOUT], MANNER_PROSODIES[Manner.WHISPER]
    assert 2 <= shout.gain_db <= 6
    assert 1 <= shout.pitch_semitones <= 4
    assert whisper.is_whispered
    assert whisper.gain_db < 0


def test_the_rate_does_not_matter_for_the_level():
    selector = VoiceSelector(CAST, marks_quotations=True)
    assert selector.select_levelling_voice(line(LineKind.HEADING)) == NARRATOR
    assert selector.select_levelling_voice(line(LineKind.DIALOGUE)) == replace(HIGHER, rate=200)


@pytest.mark.parametrize(
    ("voice", "expected"),
    [
        (Voice("slow", "pyttsx3", "gmw/en-US", rate=82), {"pitch": 0.0, "rate": 82}),
        (Voice("high", "piper", "en_US-joe-medium", rate=160, pitch=18), {"rate": 160 * 1.03}),
    ],
)
def test_a_voice_at_its_engines_limit_gets_as_much_prosody_as_it_supports(voice, expected):
    kind = LineKind.HEADING if voice.name == "slow" else LineKind.DIALOGUE
    assert VoiceSelector(Cast(voice, {}), marks_quotations=True).select_voice(
        line(kind)
    ) == replace(voice, **expected)


def test_a_voice_at_two_volumes_has_two_levels(tmp_path):
    soft = replace(CLARA, volume=-6.0)
    gains = voice_gain.load_or_measure_gains(
        [CLARA, soft], resolve_loudness("audiobook"), Store(tmp_path)
    )
    assert gains[soft] == pytest.approx(gains[CLARA] - 6, abs=0.1)


def test_equal_voices_have_equal_fingerprints():
    integers, floats = replace(CLARA, rate=150, pitch=0), replace(CLARA, rate=150.0, pitch=0.0)
    assert integers == floats
    assert fingerprint(synthesis_parameters(integers)) == fingerprint(synthesis_parameters(floats))


def test_with_a_single_voice_the_narrator_speaks_for_everybody(scripted, voices):
    casting = use_single_voice(cast_script(scripted([["Ann", "Bob"]]), voices))
    assert casting.cast.voices == {}
    assert {member.voice for member in casting.members} == {casting.cast.narrator}


def test_marking_quotations_changes_a_book_with_a_single_voice(story, tmp_path):
    def build(**more):
        options = Options(engine="tone", format="wav", pool=inline, jobs=1, solo=True, **more)
        return pipeline.narrate([str(story)], tmp_path / "out.wav", options).files[0].read_bytes()

    assert build(mark_dialogue=True) != build()


@pytest.mark.parametrize("ends_questions_flat", [True, False])
def test_a_question_rises_if_its_engine_would_end_it_flat(
    ends_questions_flat: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tone, "ends_questions_flat", ends_questions_flat, raising=False)
    question = line(LineKind.DIALOGUE, "Clara")
    cast = Cast(Voice("viola", "tone", "middle"), {})
    selector = VoiceSelector(cast, delivery=LineDelivery(rising_lines=frozenset({question.id})))
    assert selector.select_effects(question).is_rising is ends_questions_flat
    assert not VoiceSelector(cast).select_effects(question).is_rising
