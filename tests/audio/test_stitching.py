import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.audio import levels
from narrator.audio.loudness_profiles import LoudnessTarget
from narrator.audio.stitching import (
    LEAD_SECONDS,
    TAIL_SECONDS,
    find_speech,
    make_silence,
    stitch_chunk,
)
from narrator.errors import SynthesisError
from narrator.model import Chunk, Clip, Cue, Voice, WordTiming

RATE = 22_050
VOICE = Voice("edgar", "tone", "low")
PLAIN = LoudnessTarget(None, 0.0)
MILLISECOND = RATE / 1000


def make_chunk(*pauses, gain_db=0.0, lead_in=0.0):
    cues = (Cue(f"1.1.{n}", "word", VOICE, gain_db, pause) for n, pause in enumerate(pauses, 1))
    return Chunk(1, tuple(cues), lead_in)


def no_padding(_samples):
    return 0


def join_samples(stitched):
    return levels.pcm_to_samples(b"".join(stitched.pcm_blocks))


def measure_gaps(sound, rate=RATE):
    """Return the lengths of the silences in seconds: before, between and after the lines."""
    loud_indices = np.flatnonzero(np.abs(sound) > 0.001)
    distances = np.diff(loud_indices)
    return [
        loud_indices[0] / rate,
        *(distances[distances > 0.005 * rate] / rate),
        (len(sound) - loud_indices[-1]) / rate,
    ]


def test_pauses_are_heard_as_planned_whatever_silence_the_engine_added(clip):
    clips = [clip(lead=0.01, tail=0.3), clip(lead=0.2, tail=0.6), clip(lead=0, tail=0.05)]
    gaps = measure_gaps(
        join_samples(
            stitch_chunk(make_chunk(0.5, 0.7, 3.0, lead_in=0.6), clips, RATE, no_padding, PLAIN)
        )
    )
    assert gaps == pytest.approx([0.6, 0.5, 0.7, 3.0], abs=0.012)


def test_a_line_is_heard_when_its_timing_says(clip):
    stitched = stitch_chunk(make_chunk(0.5, 0.7), [clip(1.0), clip(0.5)], RATE, no_padding, PLAIN)
    first, second = stitched.line_timings
    sound = join_samples(stitched)
    assert (first.line_id, first.start, second.line_id) == ("1.1.1", 0, "1.1.2")
    for line, seconds in ((first, 1.0), (second, 0.5)):
        start, end = find_speech(levels.samples_to_pcm(sound[line.start : line.end]), RATE)
        assert start == pytest.approx(LEAD_SECONDS * RATE, abs=6 * MILLISECOND)
        assert end - start == pytest.approx(seconds * RATE, abs=8 * MILLISECOND)


def test_words_keep_their_time_when_a_clip_is_trimmed(clip):
    words = (WordTiming(0, round(0.05 * RATE)), WordTiming(5, round(0.55 * RATE)))
    stitched = stitch_chunk(make_chunk(0.5), [clip(1.0, words=words)], RATE, no_padding, PLAIN)
    word_seconds = [word.sample / RATE for word in stitched.line_timings[0].word_timings]
    assert word_seconds == pytest.approx([LEAD_SECONDS, LEAD_SECONDS + 0.5], abs=0.002)


def test_a_clip_of_another_rate_is_resampled_and_its_words_with_it(clip):
    words = (WordTiming(0, round(0.05 * 16_000)), WordTiming(5, round(0.55 * 16_000)))
    stitched = stitch_chunk(
        make_chunk(0.5), [clip(1.0, 16_000, words=words)], RATE, no_padding, PLAIN
    )
    (timing,) = stitched.line_timings
    assert [word.sample / RATE for word in timing.word_timings] == pytest.approx(
        [LEAD_SECONDS, 0.52], abs=0.002
    )
    assert (timing.end - timing.start) / RATE == pytest.approx(
        LEAD_SECONDS + 1.0 + TAIL_SECONDS, abs=0.025
    )


def test_resampling_adds_no_image_of_a_tone():
    rate = 16_000
    tone = 0.5 * np.sin(2 * np.pi * 5_000 * np.arange(rate) / rate).astype(np.float32)
    stitched = stitch_chunk(
        make_chunk(0), [Clip(levels.samples_to_pcm(tone), rate)], 44_100, no_padding, PLAIN
    )
    spectrum = np.abs(np.fft.rfft(join_samples(stitched)[:44_000] * np.hanning(44_000)))
    image = spectrum[10_000:12_000].max() / spectrum.max()
    assert 20 * np.log10(image) < -60


def test_no_consonant_is_cut():
    """A breath 40 dB under the vowel, as an `f` may be, is kept at both ends."""
    rng = np.random.default_rng(1)
    breath = (0.005 * rng.standard_normal(round(0.08 * RATE))).astype(np.float32)
    vowel = 0.5 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE).astype(np.float32)
    quiet = np.zeros(round(0.2 * RATE), np.float32)
    sound = np.concatenate([quiet, breath, vowel, breath, quiet])
    start, end = find_speech(levels.samples_to_pcm(sound), RATE)
    assert start <= len(quiet) + 2 * MILLISECOND
    assert end >= len(quiet) + 2 * len(breath) + RATE - 2 * MILLISECOND


def test_no_join_clicks(clip):
    loud = [clip(0.5, lead=0, tail=0, level=0.9) for _ in range(4)]
    sound = join_samples(stitch_chunk(make_chunk(0, 0.2, 0.01, 0.5), loud, RATE, no_padding, PLAIN))
    steepest = np.abs(np.diff(levels.pcm_to_samples(loud[0].pcm))).max()
    assert np.abs(np.diff(sound)).max() <= steepest * 1.01


def test_a_gain_makes_louder_and_the_limiter_keeps_peaks_below_the_target(clip):
    target = LoudnessTarget(None, -3.0)
    quiet = join_samples(stitch_chunk(make_chunk(0), [clip(level=0.1)], RATE, no_padding, target))
    louder = join_samples(
        stitch_chunk(make_chunk(0, gain_db=6.0), [clip(level=0.1)], RATE, no_padding, target)
    )
    limited = join_samples(
        stitch_chunk(make_chunk(0, gain_db=30.0), [clip(level=0.1)], RATE, no_padding, target)
    )
    assert louder.max() / quiet.max() == pytest.approx(10 ** (6 / 20), rel=0.01)
    assert 0.6 < limited.max() <= 10 ** (-3 / 20)


def test_a_line_without_sound_adds_no_second_pause(clip):
    silent = Clip(bytes(2 * RATE), RATE)
    stitched = stitch_chunk(
        make_chunk(0.9, 0.9, 0.9), [clip(), silent, clip()], RATE, no_padding, PLAIN
    )
    assert measure_gaps(join_samples(stitched))[1] == pytest.approx(0.9, abs=0.012)
    assert stitched.line_timings[1].start == stitched.line_timings[1].end


def test_the_padding_of_the_exporter_is_taken_from_the_last_silence(clip):
    plain = stitch_chunk(make_chunk(0.5, 2.0), [clip(), clip()], RATE, no_padding, PLAIN)
    lengths = []

    def padding(sample_count):
        lengths.append(sample_count)
        return 1_234

    padded = stitch_chunk(make_chunk(0.5, 2.0), [clip(), clip()], RATE, padding, PLAIN)
    assert lengths == [plain.sample_count]
    assert padded.sample_count == plain.sample_count - 1_234
    assert padded.line_timings == plain.line_timings


def test_a_room_is_never_silent_and_always_the_same(clip):
    room = LoudnessTarget(None, -3.0, -72.0)
    first, again = (
        b"".join(
            stitch_chunk(make_chunk(2.0, lead_in=0.7), [clip()], RATE, no_padding, room).pcm_blocks
        )
        for _ in "ab"
    )
    assert first == again
    tail = levels.pcm_to_samples(first)[-RATE:]
    assert 20 * np.log10(np.sqrt(np.mean(tail**2))) == pytest.approx(-72, abs=1)


def test_a_missing_clip_names_its_line(clip):
    with pytest.raises(SynthesisError, match=r"1\.1\.2"):
        stitch_chunk(make_chunk(0.5, 0.5), [clip()], RATE, no_padding, PLAIN)


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100]),
    lengths=st.lists(st.integers(0, 3_000), min_size=1, max_size=5),
    pause=st.floats(0, 0.3),
)
def test_the_timeline_is_exact_in_samples_for_every_length(rate, lengths, pause):
    clips = [Clip(levels.samples_to_pcm(np.full(n, 0.25, np.float32)), rate) for n in lengths]
    stitched = stitch_chunk(make_chunk(*[pause] * len(clips)), clips, RATE, no_padding, PLAIN)
    previous_end = 0
    for line in stitched.line_timings:
        assert previous_end <= line.start <= line.end
        previous_end = line.end
    assert previous_end <= stitched.sample_count
    assert stitched.sample_count == len(join_samples(stitched))


@pytest.mark.parametrize(("room_noise_db", "is_silent"), [(None, True), (-72.0, False)])
def test_silence_by_itself_sounds_like_the_pauses_between_lines(room_noise_db, is_silent):
    pcm = make_silence(0.5, RATE, LoudnessTarget(None, -3.0, room_noise_db))
    assert len(pcm) == 2 * round(0.5 * RATE)
    assert (pcm == bytes(len(pcm))) == is_silent
