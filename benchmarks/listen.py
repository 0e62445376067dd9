"""How natural the speech sounds: a neural estimate of the mean opinion score, distillMOS.

`make bench-listen` installs distillmos and torch into an environment of its own, and prints
the score and the word error rate of the stories in `seeds/`, in six windows of eight seconds each.
`ONLY=voices` scores the voices that are ready here and not yet in the table of casting,
`quality.toml`, and adds them to it; `ONLY="voices natural"` only those of one engine.

Scores are from 1 to 5. Differences below 0.3 between two voices mean little, and high voices are
rated lower than they sound.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr

from benchmarks.transcript import (
    REQUIRED_PACKAGES,
    align_words,
    load_recogniser,
    split_words,
)
from narrator import registry
from narrator.build.pipeline import Options, narrate
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.casting.voice_quality import QUALITY_PATH, load_qualities, make_quality_key
from narrator.engines.verified_speech import speak_line
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from narrator.model import Voice

    Scorer = Callable[[NDArray[np.float32], int], float]

SAMPLE_RATE = 16_000
"""Samples per second that distillMOS expects."""
LEVEL = 0.06
"""Root mean square to which sound is set, because the score must not depend on the level."""
WINDOW_COUNT, WINDOW_SECONDS = 6, 8
SENTENCES = (
    "A lamp burned in the upper window; she knocked twice, waited for a while, and then pushed the "
    "heavy door open with both hands.",
    "“Where have you been?” he asked. “I have waited for you since noon, and the boat is going to "
    "leave.”",
)


def main(arguments: Sequence[str]) -> None:
    """Score the stories, or the voices."""
    if find_spec("distillmos") is None:
        print("skipped: distillmos missing; make bench-listen installs it")
        return
    score = load_scorer()
    if arguments[:1] == ["voices"]:
        score_voices(score, arguments[1:])
    else:
        score_stories(score)


def load_scorer() -> Scorer:
    """Return a function that scores samples, given their rate."""
    import distillmos  # noqa: PLC0415 - needs torch
    import torch  # noqa: PLC0415 - 1 GB

    torch.set_num_threads(1)
    model = distillmos.ConvTransformerSQAModel()
    model.eval()

    def score(samples: NDArray[np.float32], rate: int) -> float:
        sound = soxr.resample(samples, rate, SAMPLE_RATE)
        sound *= LEVEL / max(float(np.sqrt((sound**2).mean())), 1e-6)
        with torch.no_grad():
            return float(model(torch.tensor(sound[None].astype("f4")))[0])

    return score


def score_stories(score: Scorer) -> None:
    """Print the score and the word error rate of every story in `seeds/`."""

    for story in sorted(Path("seeds").glob("*.txt")):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "story.flac"
            narrate([str(story)], target, Options(format="flac"))
            samples, rate = soundfile.read(target, dtype="float32")
        size = WINDOW_SECONDS * rate
        starts = np.linspace(0, max(len(samples) - size, 0), WINDOW_COUNT).astype(int)
        scores = [score(samples[start : start + size], rate) for start in starts]
        print(f"{story.stem:<32}MOS {np.mean(scores):.2f}{describe_errors(story, samples, rate)}")


def describe_errors(story: Path, samples: NDArray[np.float32], rate: int) -> str:
    """Return the word error rate of a story, or nothing where the recogniser is missing."""

    if any(find_spec(name) is None for name in REQUIRED_PACKAGES):
        return ""

    segments, _ = load_recogniser().transcribe(soxr.resample(samples, rate, SAMPLE_RATE))
    heard = split_words(" ".join(segment.text for segment in segments))
    words = split_words(story.read_text("utf-8"))
    return f", words misheard {align_words(words, heard)[1] / len(words):.1%}"


def score_voices(score: Scorer, engines: Sequence[str]) -> None:
    """Score the voices without a score that are ready here, and add them to the table."""
    scores = dict(load_qualities())
    profiles = load_voices().values()
    for voice in profiles:
        key = make_quality_key(voice)
        is_english = primary_subtag(voice.language) == "en"  # as the sentences are
        is_wanted = key not in scores and (not engines or voice.engine in engines)
        if is_english and is_wanted and find_voice_problem(voice) is None:
            scores[key] = round(score_voice(voice, score), 2)
            print(f"{voice.name:<12}{voice.engine:<10}{scores[key]:.2f}", flush=True)
    names = {make_quality_key(voice): voice.name for voice in profiles}
    lines = ["# Estimated mean opinion scores, 1 to 5; written by `make bench-listen ONLY=voices`."]
    lines += [
        f"{json.dumps(key)} = {scores[key]} # {names[key]}"
        for key in sorted(scores)
        if key in names
    ]
    QUALITY_PATH.write_text("\n".join(lines) + "\n", "utf-8")


def score_voice(voice: Voice, score: Scorer) -> float:
    """Return the mean score of a voice over the sentences."""
    clips = [speak_line(registry.load_engine(voice.engine), text, voice) for text in SENTENCES]
    sounds = [(np.frombuffer(clip.pcm, "<i2").astype("f4") / 32768, clip.rate) for clip in clips]
    return float(np.mean([score(samples, rate) for samples, rate in sounds]))


if __name__ == "__main__":
    main(sys.argv[1:])
