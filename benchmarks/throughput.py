"""Throughput of a build, compared with the throughput of the engine alone.

Piper's library synthesises the same lines in as many processes, with one thread each, and does
nothing else. Builds and engine runs alternate, and are timed from start to end. The level of the
voice, which needs to be measured only once, is measured beforehand. `NARRATOR_BENCH_MINUTES` sets
the amount of speech in minutes, and `NARRATOR_BENCH_RUNS` the number of runs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import find_material
from benchmarks._timing import NARRATOR_COMMAND, CommandTime
from narrator import registry
from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.casting.profiles import load_voices
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "24"))
RUN_COUNT = int(os.environ.get("NARRATOR_BENCH_RUNS", "3"))
VOICE = "joe"
CHARACTERS_PER_MINUTE = 950
MIN_RATIO = 0.95
"""Minimum throughput of a build, as a share of the engine's throughput."""
STORY_PATH = Path(__file__).parents[1] / "seeds" / "the-designer-of-almaty.txt"
PIPER_WORDS_PER_MINUTE = 210.0
"""Pace of Piper at its default length scale."""

BARE_ENGINE_PROGRAM = """
import json, sys
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
model, scale, lines = sys.argv[1], float(sys.argv[2]), json.load(open(sys.argv[3]))
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
voice = PiperVoice(session=session, config=PiperConfig.from_dict(json.load(open(model + ".json"))))
config = SynthesisConfig(length_scale=voice.config.length_scale * scale)
samples = 0
for line in lines:
    samples += sum(len(chunk.audio_int16_bytes) // 2 for chunk in voice.synthesize(line, config))
print(samples / voice.config.sample_rate)
"""


def main() -> None:
    """Print the throughput of the build and of the bare engine."""
    voice = load_voices()[VOICE]
    try:
        registry.load_engine(voice.engine).validate(voice)
    except NarratorError as error:
        print(f"  skipped: {error.message}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = _write_book(folder)
        options = Options(voice=VOICE, solo=True, engine=voice.engine, cache_dir=folder / "script")
        lines = [line.spoken for line in pipeline.write_script([str(book)], options).lines]
        processes = os.cpu_count() or 1
        builds, bare_runs = list[CommandTime](), list[CommandTime]()
        for run in range(RUN_COUNT):
            builds.append(_time_build(book, folder / str(run)))
            bare_runs.append(_time_bare_engine(lines, processes, voice.rate, folder))
        characters = sum(map(len, lines))
        print(
            f"  {characters:,} characters in {len(lines):,} lines, {processes} processes, "
            f"{RUN_COUNT} runs"
        )
        _print_speed("narrator build", builds, characters)
        _print_speed(f"{voice.engine} alone", bare_runs, characters)
        _print_ratios(bare_runs, builds)


def _print_speed(name: str, runs: Sequence[CommandTime], characters: int) -> None:
    wall = median(run.wall_seconds for run in runs)
    cpu = median(run.cpu_seconds for run in runs)
    speed = characters / CHARACTERS_PER_MINUTE * 60 / wall
    print(f"  {name:46} {wall:>8.1f} s, CPU {cpu:.1f} s: about {speed:.0f} times as fast as speech")


def _print_ratios(bare_runs: Sequence[CommandTime], builds: Sequence[CommandTime]) -> None:
    pairs = list(zip(bare_runs, builds, strict=True))
    wall = median(bare.wall_seconds / build.wall_seconds for bare, build in pairs)
    cpu = median(bare.cpu_seconds / build.cpu_seconds for bare, build in pairs)
    name = "throughput of the build ÷ of the engine alone"
    print(f"  {name:46} {wall:>8.2f}   bar ≥ {MIN_RATIO}")
    print(f"  {'the same by processor time':46} {cpu:>8.2f}")


def _write_book(folder: Path) -> Path:
    """Write a text file of about `MINUTES` minutes of speech, and return its path."""
    novel = find_material("books", "the-adventures-of-sherlock-holmes.epub")
    path = folder / "book.txt"
    if novel is None:
        text = STORY_PATH.read_text("utf-8")
    else:
        script = pipeline.write_script([str(novel)], Options(cache_dir=folder / "script"))
        chapter = script.book.chapters[1]
        text = script.book.readable_text[chapter.start : chapter.end]
    length = round(MINUTES * CHARACTERS_PER_MINUTE)
    path.write_text(text[:length].rpartition(" ")[0] + ".", encoding="utf-8")
    return path


def _time_build(book: Path, folder: Path) -> CommandTime:
    """Time a build in a new folder, after a short build that measures the level of the voice."""
    out = ("-o", folder / "book.mp3", "--cache-dir", folder / "cache")
    options = ("--engine", "piper", "--voice", VOICE, "--solo")
    folder.mkdir()
    short_text = folder / "short.txt"
    short_text.write_text("The level of the voice is measured here.", encoding="utf-8")
    _time_command(*NARRATOR_COMMAND, "build", short_text, *out, *options)
    return _time_command(*NARRATOR_COMMAND, "build", book, *out, *options)


def _time_command(*command: str | Path) -> CommandTime:
    return _time_together([[str(part) for part in command]])


def _time_together(commands: Sequence[Sequence[str]]) -> CommandTime:
    """Run commands at the same time, and return their total time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    quiet = subprocess.DEVNULL
    processes = [subprocess.Popen(command, stdout=quiet, stderr=quiet) for command in commands]
    exit_codes = [process.wait() for process in processes]
    wall_seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if any(exit_codes):
        raise subprocess.CalledProcessError(max(exit_codes), commands[0])
    cpu_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return CommandTime(wall_seconds, cpu_seconds)


def _time_bare_engine(
    lines: Sequence[str], process_count: int, words_per_minute: float, folder: Path
) -> CommandTime:
    """Time the engine alone, with the text divided evenly among processes."""
    from narrator.engines.model_files import locate_piper_model  # noqa: PLC0415 - of an extra

    model = locate_piper_model(load_voices()[VOICE].engine_voice)
    scale = PIPER_WORDS_PER_MINUTE / words_per_minute
    shares: list[list[str]] = [[] for _ in range(process_count)]
    # Assign the longest lines first, each to the process with the least text so far.
    for line in sorted(lines, key=len, reverse=True):
        min(shares, key=lambda share: sum(map(len, share))).append(line)
    commands = []
    for number, share in enumerate(shares):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(share))
        arguments = [str(model), str(scale), str(file)]
        commands.append([sys.executable, "-c", BARE_ENGINE_PROGRAM, *arguments])
    return _time_together(commands)


if __name__ == "__main__":
    main()
