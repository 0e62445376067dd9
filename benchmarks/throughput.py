"""How much of an engine's own speed is left in a build, beside as many processes of it alone.

Piper speaks the same lines by its own library, in processes of one thread that do nothing else.
Both are timed from their start to their end, by turns; the level of the voice, which is found out
once for all books, is known before. `NARRATOR_BENCH_MINUTES` says how much speech, and
`NARRATOR_BENCH_RUNS` how many runs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import shared
from narrator import registry
from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.casting.profiles import load_voices
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "24"))
RUNS = int(os.environ.get("NARRATOR_BENCH_RUNS", "3"))
VOICE = "joe"
CHARACTERS_A_MINUTE = 950
BAR = 0.95
STORY = Path(__file__).parents[1] / "seeds" / "the-designer-of-almaty.txt"
NARRATOR = (sys.executable, "-m", "narrator.cli.main")
PACE = 210.0
"""Words a minute that Piper speaks by itself."""

BARE = """
import json, sys
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
model, scale, lines = sys.argv[1], float(sys.argv[2]), json.load(open(sys.argv[3]))
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
voice = PiperVoice(session=session, config=PiperConfig.from_dict(json.load(open(model + ".json"))))
wanted = SynthesisConfig(length_scale=voice.config.length_scale * scale)
samples = 0
for line in lines:
    samples += sum(len(chunk.audio_int16_bytes) // 2 for chunk in voice.synthesize(line, wanted))
print(samples / voice.config.sample_rate)
"""


@dataclass(frozen=True)
class Run:
    """What commands took, with all the processes that they started."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all processors."""


def main() -> None:
    voice = load_voices()[VOICE]
    try:
        registry.load_engine(voice.engine).validate(voice)
    except NarratorError as error:
        print(f"  skipped: {error.message}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = _book(folder)
        options = Options(voice=VOICE, solo=True, engine=voice.engine, cache_dir=folder / "script")
        lines = [line.spoken for line in pipeline.write_script([str(book)], options).lines]
        count = os.cpu_count() or 1
        builds, bares = list[Run](), list[Run]()
        for run in range(RUNS):
            builds.append(_built(book, folder / str(run)))
            bares.append(_bare(lines, count, voice.rate, folder))
        both = list(zip(bares, builds, strict=True))
        characters = sum(map(len, lines))
        print(
            f"  {characters:,} characters in {len(lines):,} lines, {count} processes, {RUNS} runs"
        )
        _told("narrator build", builds, characters)
        _told(f"{voice.engine} alone", bares, characters)
        wall = median(bare.wall / build.wall for bare, build in both)
        cpu = median(bare.cpu / build.cpu for bare, build in both)
        print(f"  {'throughput of the build ÷ of the engine alone':46} {wall:>8.2f}   bar ≥ {BAR}")
        print(f"  {'the same by processor time':46} {cpu:>8.2f}")


def _told(what: str, runs: Sequence[Run], characters: int) -> None:
    wall, cpu = median(run.wall for run in runs), median(run.cpu for run in runs)
    speed = characters / CHARACTERS_A_MINUTE * 60 / wall
    print(f"  {what:46} {wall:>8.1f} s, CPU {cpu:.1f} s: about {speed:.0f} times as fast as speech")


def _book(folder: Path) -> Path:
    """A text of about so many minutes."""
    novel = shared("books", "the-adventures-of-sherlock-holmes.epub")
    path = folder / "book.txt"
    if novel is None:
        text = STORY.read_text("utf-8")
    else:
        script = pipeline.write_script([str(novel)], Options(cache_dir=folder / "script"))
        chapter = script.book.chapters[1]
        text = script.book.readable_text[chapter.start : chapter.end]
    wanted = round(MINUTES * CHARACTERS_A_MINUTE)
    path.write_text(text[:wanted].rpartition(" ")[0] + ".", encoding="utf-8")
    return path


def _built(book: Path, folder: Path) -> Run:
    out = ("-o", folder / "book.mp3", "--cache-dir", folder / "cache")
    chosen = ("--engine", "piper", "--voice", VOICE, "--solo")
    folder.mkdir()
    known = folder / "known.txt"
    known.write_text("The level of the voice is found out here.", encoding="utf-8")
    _run(*NARRATOR, "build", known, *out, *chosen)
    return _run(*NARRATOR, "build", book, *out, *chosen)


def _run(*command: str | Path) -> Run:
    return _together([[str(part) for part in command]])


def _together(commands: Sequence[Sequence[str]]) -> Run:
    """What commands take that run at the same time."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    quiet = subprocess.DEVNULL
    processes = [subprocess.Popen(command, stdout=quiet, stderr=quiet) for command in commands]
    codes = [process.wait() for process in processes]
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if any(codes):
        raise subprocess.CalledProcessError(max(codes), commands[0])
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(wall, cpu)


def _bare(lines: Sequence[str], count: int, rate: float, folder: Path) -> Run:
    """The same lines, dealt out so that all processes have about as much to say."""
    from narrator.engines.model_files import locate_piper_model  # noqa: PLC0415 - of an extra

    model = locate_piper_model(load_voices()[VOICE].engine_voice)
    hands: list[list[str]] = [[] for _ in range(count)]
    for line in sorted(lines, key=len, reverse=True):
        min(hands, key=lambda hand: sum(map(len, hand))).append(line)
    commands = []
    for number, hand in enumerate(hands):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(hand))
        commands.append([sys.executable, "-c", BARE, str(model), str(PACE / rate), str(file)])
    return _together(commands)


if __name__ == "__main__":
    main()
