from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.engines.tone import SAMPLE_RATE, Tone
from narrator.engines.verified_speech import speak_line, split_text, verify_clip
from narrator.errors import SynthesisError
from narrator.model import Clip, Voice, WordTiming
from narrator.normalisation.phonetic_text import annotate_sounds

WHISTLE = Voice("whistle", "tone", "middle")
LOUD = b"\x01\x20"


@pytest.mark.parametrize(
    ("text", "longest", "pieces"),
    [
        ("Short.", 10, ["Short."]),
        ("One two. Three four five.", 16, ["One two. ", "Three four five."]),
        ("One two, three; four five", 18, ["One two, three; ", "four five"]),
        ("One, two three four five", 12, ["One, two ", "three four ", "five"]),
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),
        ("A bcdefghijkl", 12, ["A ", "bcdefghijkl"]),
        ("“Oh?” said he, and went away", 20, ["“Oh?” said he, ", "and went away"]),
    ],
)
def test_a_long_line_is_cut_where_a_reader_would_breathe(text, longest, pieces):
    assert [text[start:end] for start, end in split_text(text, longest)] == pieces


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.integers(1, 50))
def test_pieces_join_to_the_line(text, longest):
    pieces = [text[start:end] for start, end in split_text(text, longest)]
    assert "".join(pieces) == text
    assert all(len(piece) <= longest for piece in pieces)


def test_the_words_of_a_long_line_keep_their_places():
    engine = Tone()
    engine.longest = 20
    text = "Whistle a tune, then whistle it once more; and again."
    clip = speak_line(engine, text, WHISTLE)
    assert [text[w.start :].split(maxsplit=1)[0].strip(",;.") for w in clip.words] == [
        "Whistle", "a", "tune", "then", "whistle", "it", "once", "more", "and", "again",
    ]  # fmt: skip
    assert all(any(clip.pcm[2 * w.sample : 2 * w.sample + 200]) for w in clip.words)


@pytest.mark.parametrize(
    ("text", "clip", "problem"),
    [
        ("Hello", Clip(b"", SAMPLE_RATE), "silence"),
        ("Hello", Clip(bytes(SAMPLE_RATE), SAMPLE_RATE), "silence"),
        (
            "Hello, this takes longer",
            Clip(LOUD * (SAMPLE_RATE // 5), SAMPLE_RATE),
            "only 0.20 seconds",
        ),
        ("Hello", Clip(LOUD * (SAMPLE_RATE * 60), SAMPLE_RATE), "60 seconds"),
        ("Hello", Clip(LOUD * SAMPLE_RATE + b"\0", SAMPLE_RATE), "half a sample"),
    ],
)
def test_a_clip_that_can_not_be_its_text_is_an_error_that_names_it(text, clip, problem):
    with pytest.raises(SynthesisError) as caught:
        verify_clip(clip, text, WHISTLE)
    assert problem in caught.value.message
    assert text in caught.value.message


@pytest.mark.parametrize(
    ("text", "clip"),
    [
        ("…", Clip(b"", SAMPLE_RATE)),
        ("—", Clip(bytes(SAMPLE_RATE), SAMPLE_RATE)),
        ("No.", Clip(LOUD * (SAMPLE_RATE // 4), SAMPLE_RATE)),
        ("1,234,567,890", Clip(LOUD * (SAMPLE_RATE * 9), SAMPLE_RATE)),
        ("A" * 400, Clip(LOUD * SAMPLE_RATE, SAMPLE_RATE)),
    ],
)
def test_a_clip_that_can_be_its_text_is_believed(text, clip):
    assert verify_clip(clip, text, WHISTLE) is clip


def test_an_engine_that_fails_says_what_it_could_not_speak():
    stubborn = Voice("whistle", "tone", "middle", options=(("fail", "Macbeth"),))
    with pytest.raises(SynthesisError, match="Macbeth"):
        speak_line(Tone(), "Do not say Macbeth.", stubborn)


class Recording(Tone):
    """Keeps the texts that it is asked to speak."""

    longest = 40

    def __init__(self, *, phonetic=False):
        self.texts = []
        self.phonetic = phonetic

    def speak(self, text, voice):
        self.texts.append(text)
        return super().speak(text, voice)


NAME = annotate_sounds("kwoil", "kɔɪl")


@pytest.mark.parametrize(
    ("phonetic", "text"), [(True, f"Then {NAME} came."), (False, "Then kwoil came.")]
)
def test_only_an_engine_that_knows_sounds_is_given_them(phonetic, text):
    engine = Recording(phonetic=phonetic)
    speak_line(engine, f"Then {NAME} came.", WHISTLE)
    assert engine.texts == [text]


def test_words_that_were_respelt_keep_their_places_in_the_annotated_text():
    text = f"Then {NAME} and {NAME} came."
    clip = speak_line(Recording(), text, WHISTLE)
    assert [text[word.start :][:4] for word in clip.words] == [
        "Then",
        "kwoi",
        "and ",
        "kwoi",
        "came",
    ]


@pytest.mark.parametrize("before", range(20, 42))
def test_a_word_with_sounds_is_never_cut_in_two(before):
    engine = Recording(phonetic=True)
    speak_line(engine, f"{'x' * before} {NAME} {'y' * 30}", WHISTLE)
    assert sum(NAME in text for text in engine.texts) == 1
    assert max(map(len, engine.texts)) <= engine.longest


@settings(max_examples=60, deadline=None)
@given(st.text("ab .,;", min_size=41, max_size=150))
def test_a_long_line_has_the_words_of_its_pieces_one_after_the_other(text):
    clip = speak_line(Recording(), text, WHISTLE)
    starts = [word.start for word in clip.words]
    samples = [word.sample for word in clip.words]
    assert starts == sorted(set(starts))
    assert samples == sorted(set(samples))
    assert all(text[start].isalpha() for start in starts)
    assert all(sample < clip.samples for sample in samples)


@pytest.mark.parametrize("length", [39, 40, 41, 80, 81])
def test_a_line_is_cut_only_if_it_is_longer_than_the_engine_takes(length):
    engine = Recording()
    speak_line(engine, "a" * length, WHISTLE)
    assert list(map(len, engine.texts)) == [40] * (length // 40) + [length % 40] * (length % 40 > 0)


class Resampling(Recording):
    """Changes its sample rate with every text."""

    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, rate=clip.rate + 1000 * len(self.texts))


def test_pieces_of_different_sample_rates_are_an_error_that_names_the_engine():
    with pytest.raises(SynthesisError, match="tone changed its sample rate within 'A long line"):
        speak_line(Resampling(), "A long line, which is cut; and so it is spoken twice.", WHISTLE)


def test_a_long_line_is_quoted_by_its_beginning():
    text = "The ferry had gone, and there was no other boat until noon. " * 3
    with pytest.raises(SynthesisError) as caught:
        verify_clip(Clip(b"", SAMPLE_RATE), text, WHISTLE)
    assert f"'{text[:77]}...'" in caught.value.message
    assert text not in caught.value.message


def test_a_clip_that_cannot_be_its_text_proposes_another_voice():
    with pytest.raises(SynthesisError) as caught:
        verify_clip(Clip(b"", SAMPLE_RATE), "Hello.", WHISTLE)
    assert caught.value.message == "tone delivered silence for 'Hello.' in the voice whistle"
    assert "another voice" in caught.value.hint


@pytest.mark.parametrize(("rate", "is_enough"), [(170, False), (340, False), (680, True)])
def test_a_fast_voice_may_need_less_time(rate, is_enough):
    clip = Clip(LOUD * (SAMPLE_RATE // 5), SAMPLE_RATE)
    text, voice = "Hello, this takes so much longer", replace(WHISTLE, rate=rate)
    if is_enough:
        assert verify_clip(clip, text, voice) is clip
    else:
        with pytest.raises(SynthesisError, match="delivered only"):
            verify_clip(clip, text, voice)


def test_words_of_the_first_piece_stay_where_they_are_and_later_ones_move_on():
    engine = Recording()
    text = "One two three four five six seven, eight nine."
    clip = speak_line(engine, text, WHISTLE)
    first = Tone().speak(engine.texts[0], WHISTLE)
    second = Tone().speak(engine.texts[1], WHISTLE)
    assert clip.pcm == first.pcm + second.pcm
    assert clip.words[: len(first.words)] == first.words
    assert clip.words[len(first.words) :] == tuple(
        WordTiming(word.start + len(engine.texts[0]), word.sample + first.samples)
        for word in second.words
    )
