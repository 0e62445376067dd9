"""Flaws of clips: how many good clips are taken for bad, and how many damaged ones are found.

Every voice speaks sentences of the stories in `seeds/` and of the novels in `shared/books`. A clip
is damaged in five ways: its end is cut off, a part is spoken twice, a part falls silent, another
line or another voice is heard. The first three concern the speech of the clip, not the silence
before and after it. The limits were not made with these sentences, nor with these voices.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from benchmarks._sample_texts import list_sample_texts
from narrator import registry
from narrator.audio.levelling_texts import LEVELLING_TEXT
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.engines.verified_speech import speak_line
from narrator.takes.clip_measurement import frame_clip
from narrator.takes.judgement import judge_clip, measure_norm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from narrator.model import Clip, Voice
    from narrator.takes.flaws import VoiceNorm

    Case: TypeAlias = tuple[Clip, str, Voice, VoiceNorm | None]
    """A clip, its text, its voice, and how the voice usually speaks."""

VOICE_NAMES = (
    "edgar",
    "eleanor",
    "tim",
    "ruth",
    "heart",
    "walter",
    "tilly",
    "joe",
    "helen",
    "bella",
)
"""Men, women and children of all engines; `bella` speaks at the pace of a person."""
LINES_PER_VOICE = 80
SLOW_ENGINES = ("kokoro",)
LINES_PER_SLOW_VOICE = 12


def main() -> None:
    """Print the share of good clips with a flaw, and of damaged clips without one."""
    generator = random.Random(7)  # noqa: S311 - the same sentences each time
    lines = [line.spoken for text in list_sample_texts(8) for line in text.script.lines]
    voices = [voice for voice in load_voices().values() if voice.name in VOICE_NAMES]
    spoken = {
        voice: _speak_lines(voice, lines, generator)
        for voice in voices
        if find_voice_problem(voice) is None
    }
    norms = {voice: _measure_norm(voice) for voice in spoken}
    _print_false_alarms(spoken, norms)
    damages: dict[str, Callable[[Clip], Clip]] = {
        "cut off": lambda clip: _cut_off(clip, generator),
        "spoken twice": lambda clip: _repeat(clip, generator),
        "silent": lambda clip: _silence(clip, generator),
    }
    for name, damage in damages.items():
        _print_found(name, ((damage(clip), *case) for clip, *case in _list_cases(spoken, norms)))
    _print_found("another line", _swap_lines(spoken, norms, generator))
    _print_found("another voice", _swap_voices(spoken, norms, generator))


def _speak_lines(voice: Voice, lines: list[str], generator: random.Random) -> dict[str, Clip]:
    """Return the clips of some of the lines by their texts."""
    engine = registry.load_engine(voice.engine)
    count = LINES_PER_SLOW_VOICE if voice.engine in SLOW_ENGINES else LINES_PER_VOICE
    return {
        text: speak_line(engine, text, voice)
        for text in generator.sample(lines, min(count, len(lines)))
    }


def _measure_norm(voice: Voice) -> VoiceNorm | None:
    clip = speak_line(registry.load_engine(voice.engine), LEVELLING_TEXT, voice)
    return measure_norm(clip, LEVELLING_TEXT, voice)


def _print_false_alarms(
    spoken: dict[Voice, dict[str, Clip]], norms: dict[Voice, VoiceNorm | None]
) -> None:
    """Print how many good clips have a flaw, and how long the judgement takes."""
    flawed, count, started_at = 0, 0, time.process_time()
    for clip, text, voice, norm in _list_cases(spoken, norms):
        flaws = judge_clip(clip, text, voice, norm)
        count += 1
        flawed += bool(flaws)
        if flaws:
            print(f"  {voice.name}, {flaws[0].description}: {text[:60]}")
    milliseconds = 1000 * (time.process_time() - started_at) / count
    print(
        f"good{100 * flawed / count:>19.1f} % taken for bad, of {count}; {milliseconds:.1f} ms each"
    )


def _list_cases(
    spoken: dict[Voice, dict[str, Clip]], norms: dict[Voice, VoiceNorm | None]
) -> Iterator[Case]:
    """Yield every clip with its text, its voice, and how the voice usually speaks."""
    for voice, clips in spoken.items():
        for text, clip in clips.items():
            yield clip, text, voice, norms[voice]


def _print_found(name: str, cases: Iterable[Case]) -> None:
    """Print the share of damaged clips that have a flaw."""
    found = [bool(judge_clip(*case)) for case in cases]
    print(f"{name:<16}{100 * sum(found) / len(found):>7.1f} % found")


def _cut_off(clip: Clip, generator: random.Random) -> Clip:
    """Return a clip that lacks the end of its speech, a tenth or more."""
    start, end = _find_speech(clip)
    return _cut(clip, 0, start + generator.uniform(0.3, 0.9) * (end - start))


def _repeat(clip: Clip, generator: random.Random) -> Clip:
    """Return a clip in which a part of the speech, of a quarter or more, is heard twice."""
    start, end = _choose_part(clip, 0.25, generator)
    before, after = _cut(clip, 0, end), _cut(clip, start, 1)
    return replace(clip, pcm=before.pcm + after.pcm)


def _silence(clip: Clip, generator: random.Random) -> Clip:
    """Return a clip in which a part of the speech, of three tenths or more, is silent."""
    start, end = _choose_part(clip, 0.3, generator)
    silence = bytes(len(_cut(clip, start, end).pcm))
    return replace(clip, pcm=_cut(clip, 0, start).pcm + silence + _cut(clip, end, 1).pcm)


def _choose_part(clip: Clip, least: float, generator: random.Random) -> tuple[float, float]:
    """Return where a part of the speech begins and ends, as shares of the clip.

    Args:
        clip: The clip.
        least: The least share of the speech.
        generator: Chooses the part.
    """
    first, last = _find_speech(clip)
    length = generator.uniform(least, 1)
    start = generator.uniform(0, 1 - length)
    return first + start * (last - first), first + (start + length) * (last - first)


def _find_speech(clip: Clip) -> tuple[float, float]:
    """Return where the speech of a clip begins and ends, as shares of its length."""
    is_speech = frame_clip(clip).frames.is_speech
    frames = np.flatnonzero(is_speech)
    return frames[0] / len(is_speech), (frames[-1] + 1) / len(is_speech)


def _cut(clip: Clip, start: float, end: float) -> Clip:
    """Return the part of a clip between two shares of its length."""
    first, last = (2 * round(share * clip.samples) for share in (start, end))
    return replace(clip, pcm=clip.pcm[first:last])


def _swap_lines(
    spoken: dict[Voice, dict[str, Clip]],
    norms: dict[Voice, VoiceNorm | None],
    generator: random.Random,
) -> Iterator[Case]:
    """Yield each text with a clip that says another line in the same voice."""
    for _, text, voice, norm in _list_cases(spoken, norms):
        other_text = generator.choice([other for other in spoken[voice] if other != text])
        yield spoken[voice][other_text], text, voice, norm


def _swap_voices(
    spoken: dict[Voice, dict[str, Clip]],
    norms: dict[Voice, VoiceNorm | None],
    generator: random.Random,
) -> Iterator[Case]:
    """Yield each clip as if another voice of the same engine should have spoken it."""
    for clip, text, voice, _ in _list_cases(spoken, norms):
        others = [each for each in spoken if each.engine == voice.engine and each != voice]
        if others:
            yield clip, text, voice, norms[generator.choice(others)]


if __name__ == "__main__":
    main()
