import numpy as np
import pytest

from narrator.audio.stressing import find_word_samples, move_words, stress_words
from narrator.model import Clip, WordTiming

RATE = 16_000
WORDS = (WordTiming(0, 0), WordTiming(2, 8000), WordTiming(8, 14_000))


def _make_buzz(words: tuple[WordTiming, ...] = WORDS) -> Clip:
    """Return 1.5 seconds of a buzz with the overtones of a voice."""
    phases = 2 * np.pi * 120 * np.arange(24_000) / RATE
    samples = sum(np.sin(number * phases) / number for number in range(1, 12)) * 6000
    return Clip(np.asarray(samples).astype("<i2").tobytes(), RATE, words)


def _read(clip: Clip) -> np.ndarray:
    return np.frombuffer(clip.pcm, "<i2").astype("f8") / 32768


def test_a_stressed_word_is_higher_longer_and_louder_and_the_rest_stays() -> None:
    parselmouth = pytest.importorskip("parselmouth")
    clip = _make_buzz()
    stressed = stress_words(clip, (2,))
    added = stressed.samples - clip.samples
    assert added == pytest.approx(0.15 * 6000, abs=40)
    assert stressed.words == (*WORDS[:2], WordTiming(8, 14_000 + added))
    before, after = _read(clip), _read(stressed)
    assert np.allclose(before[:7000], after[:7000], atol=1e-4)
    assert np.allclose(before[-9000:], after[-9000:], atol=1e-4)
    word_before, word_after = before[9000:13_000], after[9000:13_000]
    pitch = parselmouth.Sound(word_after, RATE).to_pitch().selected_array["frequency"]
    assert 12 * np.log2(np.median(pitch[pitch > 0]) / 120) == pytest.approx(2, abs=0.3)
    gain_db = 10 * np.log10(np.mean(word_after**2) / np.mean(word_before**2))
    assert gain_db == pytest.approx(1.5, abs=0.5)
    assert stress_words(clip, (2,)) == stressed


@pytest.mark.parametrize("start", [0, 2, 8])
def test_words_at_either_end_are_stressed(start: int) -> None:
    pytest.importorskip("parselmouth")
    clip = _make_buzz()
    assert stress_words(clip, (start,)).samples > clip.samples


def test_several_words_are_stressed() -> None:
    pytest.importorskip("parselmouth")
    clip = _make_buzz()
    both = stress_words(clip, (0, 8))
    assert both.samples > stress_words(clip, (8,)).samples
    assert [word.start for word in both.words] == [0, 2, 8]


@pytest.mark.parametrize(
    ("words", "start", "expected"),
    [
        (WORDS, 2, (8000, 14_000)),
        (WORDS, 8, (14_000, 24_000)),
        (WORDS, 3, None),
        ((), 0, None),
        ((WordTiming(0, 0), WordTiming(4, 10)), 0, None),
        ((WordTiming(0, 30_000),), 0, None),
        ((WordTiming(0, 0),), 0, (0, 24_000)),
    ],
)
def test_a_word_is_found_where_the_clip_tells_its_times(
    words: tuple[WordTiming, ...], start: int, expected: tuple[int, int] | None
) -> None:
    assert find_word_samples(_make_buzz(words), start) == expected


def test_a_clip_that_tells_no_times_stays() -> None:
    clip = _make_buzz(())
    assert stress_words(clip, (2,)) is clip


def test_times_within_a_longer_interval_move_in_proportion() -> None:
    words = tuple(WordTiming(start, start * 100) for start in range(4))
    moved = move_words(words, (100, 300), 50)
    assert [word.sample for word in moved] == [0, 100, 225, 350]


def test_silence_can_be_stressed() -> None:
    pytest.importorskip("parselmouth")
    clip = Clip(bytes(48_000), RATE, WORDS)
    assert not np.any(_read(stress_words(clip, (2,))))


@pytest.mark.parametrize("sample_count", [1, 700, 1279, 1280, 1500, 3000])
def test_a_clip_of_one_short_word_never_fails(sample_count: int) -> None:
    pytest.importorskip("parselmouth")
    clip = Clip(_make_buzz().pcm[: 2 * sample_count], RATE, (WordTiming(0, 0),))
    assert stress_words(clip, (0,)).samples >= sample_count
