import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.audio import levels
from narrator.audio.levels import LoudnessTarget
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


def reel(*pauses, gain=0.0, head=0.0):
    cues = (Cue(f"1.1.{n}", "word", VOICE, gain, pause) for n, pause in enumerate(pauses, 1))
    return Chunk(1, tuple(cues), head)


def no_slack(_samples):
    return 0


def sound_of(stitched):
    return levels.pcm_to_samples(b"".join(stitched.blocks))


def gaps(sound, rate=RATE):
    """Lengths in seconds of the silences, in order: head, between, tail."""
    heard = np.abs(sound) > 0.001
    blocks = np.flatnonzero(heard)
    inner = np.diff(blocks)
    return [
        blocks[0] / rate,
        *(inner[inner > 0.005 * rate] / rate),
        (len(sound) - blocks[-1]) / rate,
    ]


def test_pauses_are_heard_as_planned_whatever_silence_the_engine_added(clip):
    clips = [clip(lead=0.01, tail=0.3), clip(lead=0.2, tail=0.6), clip(lead=0, tail=0.05)]
    heard = gaps(
        sound_of(stitch_chunk(reel(0.5, 0.7, 3.0, head=0.6), clips, RATE, no_slack, PLAIN))
    )
    assert heard == pytest.approx([0.6, 0.5, 0.7, 3.0], abs=0.012)


def test_a_line_is_where_the_timeline_says(clip):
    stitched = stitch_chunk(reel(0.5, 0.7), [clip(1.0), clip(0.5)], RATE, no_slack, PLAIN)
    first, second = stitched.line_timings
    sound = sound_of(stitched)
    assert (first.line_id, first.start, second.line_id) == ("1.1.1", 0, "1.1.2")
    for line, seconds in ((first, 1.0), (second, 0.5)):
        start, end = find_speech(levels.samples_to_pcm(sound[line.start : line.end]), RATE)
        assert start == pytest.approx(LEAD_SECONDS * RATE, abs=6 * MILLISECOND)
        assert end - start == pytest.approx(seconds * RATE, abs=8 * MILLISECOND)


def test_words_keep_their_place_in_the_sound(clip):
    words = (WordTiming(0, round(0.05 * RATE)), WordTiming(5, round(0.55 * RATE)))
    stitched = stitch_chunk(reel(0.5), [clip(1.0, words=words)], RATE, no_slack, PLAIN)
    placed = [word.sample / RATE for word in stitched.line_timings[0].word_timings]
    assert placed == pytest.approx([LEAD_SECONDS, LEAD_SECONDS + 0.5], abs=0.002)


def test_a_clip_of_another_rate_is_resampled_and_its_words_with_it(clip):
    words = (WordTiming(0, round(0.05 * 16_000)), WordTiming(5, round(0.55 * 16_000)))
    stitched = stitch_chunk(reel(0.5), [clip(1.0, 16_000, words=words)], RATE, no_slack, PLAIN)
    (spoken,) = stitched.line_timings
    assert [word.sample / RATE for word in spoken.word_timings] == pytest.approx(
        [LEAD_SECONDS, 0.52], abs=0.002
    )
    assert (spoken.end - spoken.start) / RATE == pytest.approx(
        LEAD_SECONDS + 1.0 + TAIL_SECONDS, abs=0.025
    )


def test_resampling_adds_no_image_of_a_tone():
    rate = 16_000
    tone = 0.5 * np.sin(2 * np.pi * 5_000 * np.arange(rate) / rate).astype(np.float32)
    stitched = stitch_chunk(
        reel(0), [Clip(levels.samples_to_pcm(tone), rate)], 44_100, no_slack, PLAIN
    )
    spectrum = np.abs(np.fft.rfft(sound_of(stitched)[:44_000] * np.hanning(44_000)))
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
    sound = sound_of(stitch_chunk(reel(0, 0.2, 0.01, 0.5), loud, RATE, no_slack, PLAIN))
    own = np.abs(np.diff(levels.pcm_to_samples(loud[0].pcm))).max()
    assert np.abs(np.diff(sound)).max() <= own * 1.01


def test_gain_makes_louder_and_the_limiter_keeps_the_peak(clip):
    wanted = LoudnessTarget(None, -3.0)
    quiet = sound_of(stitch_chunk(reel(0), [clip(level=0.1)], RATE, no_slack, wanted))
    louder = sound_of(stitch_chunk(reel(0, gain=6.0), [clip(level=0.1)], RATE, no_slack, wanted))
    most = sound_of(stitch_chunk(reel(0, gain=30.0), [clip(level=0.1)], RATE, no_slack, wanted))
    assert louder.max() / quiet.max() == pytest.approx(10 ** (6 / 20), rel=0.01)
    assert 0.6 < most.max() <= 10 ** (-3 / 20)


def test_a_line_that_is_not_heard_adds_no_second_pause(clip):
    silent = Clip(bytes(2 * RATE), RATE)
    stitched = stitch_chunk(reel(0.9, 0.9, 0.9), [clip(), silent, clip()], RATE, no_slack, PLAIN)
    assert gaps(sound_of(stitched))[1] == pytest.approx(0.9, abs=0.012)
    assert stitched.line_timings[1].start == stitched.line_timings[1].end


def test_the_exporter_takes_its_slack_from_the_last_silence(clip):
    plain = stitch_chunk(reel(0.5, 2.0), [clip(), clip()], RATE, no_slack, PLAIN)
    asked = []

    def slack(samples):
        asked.append(samples)
        return 1_234

    slim = stitch_chunk(reel(0.5, 2.0), [clip(), clip()], RATE, slack, PLAIN)
    assert asked == [plain.sample_count]
    assert slim.sample_count == plain.sample_count - 1_234
    assert slim.line_timings == plain.line_timings


def test_a_room_is_never_silent_and_always_the_same(clip):
    room = LoudnessTarget(None, -3.0, -72.0)
    first, again = (
        b"".join(stitch_chunk(reel(2.0, head=0.7), [clip()], RATE, no_slack, room).pcm_blocks)
        for _ in "ab"
    )
    assert first == again
    tail = levels.pcm_to_samples(first)[-RATE:]
    assert 20 * np.log10(np.sqrt(np.mean(tail**2))) == pytest.approx(-72, abs=1)


def test_a_missing_clip_names_its_line(clip):
    with pytest.raises(SynthesisError, match=r"1\.1\.2"):
        stitch_chunk(reel(0.5, 0.5), [clip()], RATE, no_slack, PLAIN)


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100]),
    lengths=st.lists(st.integers(0, 3_000), min_size=1, max_size=5),
    pause=st.floats(0, 0.3),
)
def test_the_timeline_is_exact_in_samples_for_every_length(rate, lengths, pause):
    clips = [Clip(levels.samples_to_pcm(np.full(n, 0.25, np.float32)), rate) for n in lengths]
    stitched = stitch_chunk(reel(*[pause] * len(clips)), clips, RATE, no_slack, PLAIN)
    at = 0
    for line in stitched.line_timings:
        assert at <= line.start <= line.end
        at = line.end
    assert at <= stitched.sample_count
    assert stitched.sample_count == len(sound_of(stitched))


@pytest.mark.parametrize(("room", "silent"), [(None, True), (-72.0, False)])
def test_a_rest_sounds_as_the_silence_between_lines_does(room, silent):
    pcm = make_silence(0.5, RATE, LoudnessTarget(None, -3.0, room))
    assert len(pcm) == 2 * round(0.5 * RATE)
    assert (pcm == bytes(len(pcm))) == silent
