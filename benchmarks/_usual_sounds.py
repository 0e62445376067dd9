"""Fits how voices usually make the classes of sounds, and writes it to a module that takes use.

Some voices speak sentences of novels. Their sounds are aligned with the text, first by
the means that are in the module now, and the classes are described by what is aligned with them.
Run `python -m benchmarks._usual_sounds` after a change of the classes or of the features, then
`python -m benchmarks._norms`.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import find_material
from narrator import registry
from narrator.audio.levelling_texts import LEVELLING_TEXT
from narrator.build.options import Options
from narrator.build.pipeline import write_script
from narrator.casting.profiles import load_voices
from narrator.engines.verified_speech import speak_line
from narrator.takes import sound_alignment, usual_sounds
from narrator.takes.clip_measurement import frame_clip
from narrator.takes.expected_speech import SOUND_CLASSES, list_sounds
from narrator.takes.judgement import find_phoneme_language

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy.typing as npt

    from narrator.model import Voice
    from narrator.takes.sound_frames import Floats

    Classes: TypeAlias = npt.NDArray[np.intp]
    """Indices of classes of sounds: of the sounds of a text, or of the steps of a clip."""

VOICE_NAMES = (
    *("conrad", "clara", "marian", "henry", "stella", "bruno", "george", "irene"),
    *("billy", "daisy", "simon", "jasper", "imogen"),
)
"""Voices of espeak-ng, and natural ones. `benchmarks.clip_flaws` judges others."""
NOVELS = ("HowardsEnd", "DaisyMiller", "ARoomWithAView", "NorthangerAbbey")
LINES_PER_NOVEL = 1500
LINES_PER_VOICE = 40
_ROUNDS = 3
HEADER = '''\
"""How voices usually make the classes of sounds: written by `benchmarks/_usual_sounds.py`.

The columns are those of `sound_alignment.ClassMeans`. The means are relative to the mean of all
speech of the voice; the deviations are the standard deviations of single steps.
"""

'''


def main() -> None:
    """Fit the means and deviations, and write the module."""
    lines = list_fitting_lines()
    generator = random.Random(3)  # noqa: S311 - the same sentences each time
    voices = [voice for voice in load_voices().values() if voice.name in VOICE_NAMES]
    spoken = []
    for voice in voices:
        texts = generator.sample(lines, LINES_PER_VOICE)
        spoken.append([_describe(text, voice) for text in [LEVELLING_TEXT, *texts]])
    means, deviations = fit_classes(spoken)
    tables = {"USUAL_MEANS": means, "USUAL_DEVIATIONS": deviations}
    text = "\n".join(f"{name} = {_format_table(table)}" for name, table in tables.items())
    Path(usual_sounds.__file__).write_text(HEADER + text, encoding="utf-8")


def list_fitting_lines() -> list[str]:
    """Return spoken lines of the novels to which the limits are fitted."""
    lines = []
    for name in NOVELS:
        if path := find_material("quotes", name, "text.txt"):
            script = write_script([str(path)], Options())
            lines += [line.spoken for line in script.lines[:LINES_PER_NOVEL]]
    return lines


def _describe(text: str, voice: Voice) -> tuple[Floats, Classes]:
    """Return the steps of a spoken text, and the classes of its sounds."""
    sound = frame_clip(speak_line(registry.load_engine(voice.engine), text, voice))
    sounds = list_sounds(text, find_phoneme_language(voice))
    steps = sound_alignment._describe_steps(sound.frames, sound.rate)
    return steps, np.array(sounds, np.intp)


def fit_classes(spoken: list[list[tuple[Floats, Classes]]]) -> tuple[Floats, Floats]:
    """Return means and standard deviations of the features of each class: (classes, features).

    Args:
        spoken: Steps and sounds of the texts of each voice; the first is the levelling text.
    """
    for _ in range(_ROUNDS):
        aligned = [_align_voice(texts) for texts in spoken]
        steps = np.concatenate([steps for steps, _ in aligned])
        classes = np.concatenate([classes for _, classes in aligned])
        groups = [steps[classes == number] for number in range(len(SOUND_CLASSES))]
        means = np.stack([group.mean(axis=0) for group in groups])
        deviations = np.stack([group.std(axis=0) for group in groups])
        sound_alignment._MEANS = means
        sound_alignment._DEVIATIONS = deviations
        spread = np.log(deviations / deviations.mean(axis=0)).sum(axis=1)
        sound_alignment._SPREAD_COSTS = spread
    return means, deviations


def _align_voice(texts: list[tuple[Floats, Classes]]) -> tuple[Floats, Classes]:
    """Return all steps of a voice, relative to their mean, and the class of each."""
    mean = texts[0][0].mean(axis=0)
    all_steps, all_classes = [], []
    for steps, sounds in texts:
        if len(sounds) and 2 * len(steps) >= len(sounds):
            costs = sound_alignment._cost_classes(steps - mean, sound_alignment._MEANS)
            path = sound_alignment._trace_alignment(costs, sounds)
            all_steps.append(steps - mean)
            all_classes.append(sounds[path])
    return np.concatenate(all_steps), np.concatenate(all_classes)


def _format_table(table: Floats) -> str:
    """Return a table as Python source."""
    rows = [", ".join(f"{value:.2f}" for value in row) for row in table]
    names = list(SOUND_CLASSES)
    lines = [f"    ({row}),  # {name}" for row, name in zip(rows, names, strict=True)]
    return "\n".join(["(", *lines, ")"]) + "\n"


if __name__ == "__main__":
    main()
