from dataclasses import replace

import pytest

from narrator.audio import levels
from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.cache.fingerprints import fingerprint
from narrator.cache.store import Store
from narrator.casting.cast import cast_script, use_single_voice
from narrator.casting.prosody import HEADING_PROSODY, QUOTATION_PROSODY, VoiceSelector
from narrator.model import Cast, Line, LineKind, Voice
from narrator.synthesis import voice_gain
from narrator.synthesis.clips import synthesis_parameters
from tests.conftest import inline

TELLER = Voice("teller", "tone", "low", rate=200, pitch=1)
CLARA = Voice("clara", "tone", "high", rate=150)
CAST = Cast(TELLER, {"Clara": CLARA, "I": TELLER})


def line(kind, speaker=None):
    return Line("1.1.1", 1, 1, 0, 1, kind, "Oh!", speaker=speaker)


HIGHER = replace(
    TELLER, rate=200 * QUOTATION_PROSODY.rate_factor, pitch=1 + QUOTATION_PROSODY.pitch_semitones
)
SLOWER = replace(TELLER, rate=200 * HEADING_PROSODY.rate_factor)


@pytest.mark.parametrize(
    ("kind", "speaker", "plain", "marked"),
    [
        (LineKind.NARRATION, None, TELLER, TELLER),
        (LineKind.DIALOGUE, None, TELLER, HIGHER),
        (LineKind.DIALOGUE, "Nobody Cast", TELLER, HIGHER),
        (LineKind.DIALOGUE, "I", TELLER, HIGHER),
        (LineKind.DIALOGUE, "Clara", CLARA, CLARA),
        (LineKind.HEADING, None, SLOWER, SLOWER),
    ],
)
def test_a_line_is_delivered_by_what_it_is(kind, speaker, plain, marked):
    assert VoiceSelector(CAST).voice_for(line(kind, speaker)) == plain
    assert VoiceSelector(CAST, marks_quotations=True).voice_for(line(kind, speaker)) == marked


def test_how_fast_a_voice_speaks_needs_no_level_of_its_own():
    delivery = VoiceSelector(CAST, marks_quotations=True)
    assert delivery.levelling_voice_for(line(LineKind.HEADING)) == TELLER
    assert delivery.levelling_voice_for(line(LineKind.DIALOGUE)) == replace(HIGHER, rate=200)


@pytest.mark.parametrize(
    ("voice", "delivered"),
    [
        (Voice("slow", "pyttsx3", "gmw/en-US", rate=82), {"pitch": 0.0, "rate": 82}),
        (Voice("high", "piper", "en_US-joe-medium", rate=160, pitch=18), {"rate": 160 * 1.03}),
    ],
)
def test_a_voice_at_its_engines_limit_does_what_it_can(voice, delivered):
    kind = LineKind.HEADING if voice.name == "slow" else LineKind.DIALOGUE
    assert VoiceSelector(Cast(voice, {}), marks_quotations=True).voice_for(line(kind)) == replace(
        voice, **delivered
    )


def test_one_voice_at_two_volumes_has_two_levels(tmp_path):
    soft = replace(CLARA, volume=-6.0)
    found = voice_gain.load_or_measure_gains(
        [CLARA, soft], levels.resolve_loudness("audiobook"), Store(tmp_path)
    )
    assert found[soft] == pytest.approx(found[CLARA] - 6, abs=0.1)


def test_equal_voices_name_equal_clips():
    whole, other = replace(CLARA, rate=150, pitch=0), replace(CLARA, rate=150.0, pitch=0.0)
    assert whole == other
    assert fingerprint(synthesis_parameters(whole)) == fingerprint(synthesis_parameters(other))


def test_a_narrator_alone_speaks_for_everybody(scripted, voices):
    casting = use_single_voice(cast_script(scripted([["Ann", "Bob"]]), voices))
    assert casting.cast.voices == {}
    assert {part.voice for part in casting.members} == {casting.cast.narrator}


def test_a_marked_book_of_one_voice_speaks_its_quotations_anew(story, tmp_path):
    def built(**more):
        options = Options(engine="tone", format="wav", pool=inline, jobs=1, solo=True, **more)
        return pipeline.narrate([str(story)], tmp_path / "out.wav", options).files[0].read_bytes()

    assert built(mark_dialogue=True) != built()
