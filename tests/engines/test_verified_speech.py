import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.engines.tone import RATE, Tone
from narrator.engines.verified_speech import speak_line, split_text, verify_clip
from narrator.errors import SynthesisError
from narrator.model import Clip, Voice

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
        ("“Oh?” said he, and went away", 20, ["“Oh?” said he, ", "and went away"]),
    ],
)
def test_a_long_line_is_cut_where_a_reader_would_breathe(text, longest, pieces):
    assert [text[start:end] for start, end in split_text(text, longest)] == pieces


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
        ("Hello", Clip(b"", RATE), "silence"),
        ("Hello", Clip(bytes(RATE), RATE), "silence"),
        ("Hello, this takes longer", Clip(LOUD * (RATE // 5), RATE), "only 0.20 seconds"),
        ("Hello", Clip(LOUD * (RATE * 60), RATE), "60 seconds"),
        ("Hello", Clip(LOUD * RATE + b"\0", RATE), "half a sample"),
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
        ("…", Clip(b"", RATE)),
        ("—", Clip(bytes(RATE), RATE)),
        ("No.", Clip(LOUD * (RATE // 4), RATE)),
        ("1,234,567,890", Clip(LOUD * (RATE * 9), RATE)),
        ("A" * 400, Clip(LOUD * RATE, RATE)),
    ],
)
def test_a_clip_that_can_be_its_text_is_believed(text, clip):
    assert verify_clip(clip, text, WHISTLE) is clip


def test_an_engine_that_fails_says_what_it_could_not_speak():
    stubborn = Voice("whistle", "tone", "middle", options=(("fail", "Macbeth"),))
    with pytest.raises(SynthesisError, match="Macbeth"):
        speak_line(Tone(), "Do not say Macbeth.", stubborn)
