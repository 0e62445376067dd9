"""The vocoder makes the samples of hibari's, and takes less memory."""

import tracemalloc

import numpy as np
import pytest
from hibari import dsp

from narrator.engines.hibari_vocoder import Spectra, VocoderFrames


def make_frames(frame_count):
    """Frames with voiced and unvoiced parts, at magnitudes that a model predicts."""
    generator = np.random.default_rng(frame_count)
    spectra = [
        (generator.standard_normal((601, frame_count)) * width + centre).astype(np.float32)
        for width, centre in ((2, -2), (1, 0), (2, -4), (2, -4), (3, 0))
    ]
    is_voiced = generator.random(frame_count) > 0.3
    pitch_hz = np.where(is_voiced, 120 + generator.standard_normal(frame_count) * 5, 0)
    return VocoderFrames(
        lambda block: Spectra(*(spectrum[:, block] for spectrum in spectra)),
        pitch_hz.astype(np.float32),
        (),
    )


def synthesise_at_once(frames):
    spectra = frames.predict_spectra(slice(None))
    return dsp.synth(*spectra, frames.pitch_hz, np.random.default_rng(0))


@pytest.mark.parametrize("frame_count", [3, 4, 7, 8, 9, 63, 64, 65, 130, 333])
def test_blocks_give_the_samples_of_all_frames_at_once(frame_count):
    frames = make_frames(frame_count)
    samples = frames.synthesise(np.random.default_rng(0))
    assert np.array_equal(samples, synthesise_at_once(frames))
    assert len(samples) == 300 * frame_count


def test_blocks_take_less_than_half_the_memory():
    frames, peaks = make_frames(1500), []
    for synthesise in (
        lambda: frames.synthesise(np.random.default_rng(0)),
        lambda: synthesise_at_once(frames),
    ):
        tracemalloc.start()
        synthesise()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] < peaks[1] / 2
