"""How long builds take, beside the fastest way to do less with the same engine and encoder.

All figures are ratios of medians, as machines differ and so do their hours; what is compared runs
by turns. `NARRATOR_BENCH_RUNS` says how many runs, and `NARRATOR_BENCH_CHAPTERS` which chapters of
the book, such as `1-3`: all of them take a quarter of an hour.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import shared

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS = int(os.environ.get("NARRATOR_BENCH_RUNS", "5"))
CHAPTERS = os.environ.get("NARRATOR_BENCH_CHAPTERS")
NARRATOR = (sys.executable, "-m", "narrator.cli.main")
PIPES = {
    "espeak-ng | lame": "espeak-ng -f {text} --stdout | lame --quiet -m m -b 64 -q 5 - {out}",
    "espeak-ng | ffmpeg": "espeak-ng -f {text} --stdout"
    " | ffmpeg -v error -y -i - -b:a 64k -f mp3 {out}",
}
BARE = "import typer\napp = typer.Typer()\n@app.command()\ndef hello(): ...\napp()\n"


@dataclass(frozen=True)
class Run:
    """What one command took, with all the processes that it started."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all processors."""


def timed(command: Sequence[str | Path], *, cwd: Path) -> Run:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(wall, cpu)


def middle(runs: Sequence[Run]) -> Run:
    return Run(median(run.wall for run in runs), median(run.cpu for run in runs))


def told(what: str, figure: str, bar: str) -> None:
    print(f"  {what:58} {figure:>22}   bar {bar}", flush=True)


@dataclass(frozen=True)
class Bench:
    """A book, and an empty folder to build it in."""

    book: Path
    folder: Path

    def build(self, book: Path, cache: str, *more: str) -> Run:
        chosen = ("--chapters", CHAPTERS) if CHAPTERS else ()
        out = ("-o", self.folder / f"{cache}.mp3", "--cache-dir", self.folder / cache)
        return timed((*NARRATOR, "build", book, *out, *chosen, *more), cwd=self.folder)

    def afresh(self, cache: str, *more: str) -> Run:
        shutil.rmtree(self.folder / cache, ignore_errors=True)
        return self.build(self.book, cache, *more)

    def pipe(self, name: str, text: Path) -> Run:
        command = PIPES[name].format(text=text, out=self.folder / "pipe.mp3")
        return timed(("sh", "-c", command), cwd=self.folder)


def lines_of(bench: Bench) -> list[str]:
    """What the book says, in the chapters chosen, and is not a heading."""
    command = (*NARRATOR, "script", str(bench.book), "--json")
    script = subprocess.run(command, cwd=bench.folder, check=True, capture_output=True).stdout
    first, _, last = (CHAPTERS or "1-9999").partition("-")
    chosen = range(int(first), int(last or first) + 1)
    return [line["text"] for line in json.loads(script)["lines"] if line["chapter"] in chosen]


def edited(book: Path, texts: Sequence[str], target: Path) -> Path:
    """The EPUB with one word more in a sentence of its middle."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        contents = {name: old.read(name) for name in old.namelist()}
        plain = [text for text in texts[len(texts) // 2 :] if text.isascii() and len(text) > 60]
        for text in plain:
            found = [name for name, data in contents.items() if data.count(text.encode()) == 1]
            if len(found) == 1:
                changed = (text[:-1] + " indeed" + text[-1]).encode()
                contents[found[0]] = contents[found[0]].replace(text.encode(), changed)
                break
        for name, data in contents.items():
            new.writestr(name, data)
    return target


def cold(bench: Bench, texts: Sequence[str]) -> Run:
    """A build from nothing beside the bare pipes."""
    text = bench.folder / "book.txt"
    text.write_text("\n".join(texts), encoding="utf-8")
    ours: list[Run] = []
    pipes: dict[str, list[Run]] = {name: [] for name in PIPES}
    for _ in range(RUNS):
        ours.append(bench.afresh("cold"))
        for name, runs in pipes.items():
            runs.append(bench.pipe(name, text))
    build = middle(ours)
    medians = {name: middle(runs) for name, runs in pipes.items()}
    name = min(medians, key=lambda each: medians[each].wall)
    pipe = medians[name]
    wall, cpu = build.wall / pipe.wall, build.cpu / pipe.cpu
    figures = f"{build.wall:.1f} s = {wall:.2f}"
    told(f"cold build, wall ÷ {name} ({pipe.wall:.1f} s)", figures, "≤ 0.60")
    told(f"the same, CPU ({pipe.cpu:.1f} s)", f"{build.cpu:.1f} s = {cpu:.2f}", "≤ 1.20")
    return build


def again(bench: Bench, texts: Sequence[str], build: Run) -> None:
    """Builds that find most of their work done."""
    bench.afresh("again")
    runs = [bench.build(bench.book, "again") for _ in range(RUNS)]
    wall = middle(runs).wall
    told("unchanged", f"{wall:.2f} s = {wall / build.wall:.1%}", "≤ 1 s, ≤ 2 %")
    changed = edited(bench.book, texts, bench.folder / bench.book.name)
    runs = []
    for _ in range(RUNS):
        kept = bench.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(bench.folder / "again", kept)
        shutil.copy(bench.folder / "again.mp3", bench.folder / "kept.mp3")
        runs.append(bench.build(changed, "kept"))
    wall = middle(runs).wall
    told("one sentence changed", f"{wall:.2f} s = {wall / build.wall:.1%}", "≤ 5 %")
    runs = [bench.build(bench.book, "again", "--pauses", pauses) for pauses in ("slow", "brisk")]
    wall = middle(runs).wall
    told("pauses changed", f"{wall:.2f} s = {wall / build.wall:.0%}", "no clip")


def preview(bench: Bench) -> None:
    """The first sound of a book never seen before."""
    runs = []
    for _ in range(RUNS):
        shutil.rmtree(bench.folder / "preview", ignore_errors=True)
        where = ("--cache-dir", bench.folder / "preview", "-o", bench.folder / "preview.wav")
        options = ("--chapter", "1", "--paragraph", "1", *where)
        runs.append(timed((*NARRATOR, "preview", bench.book, *options), cwd=bench.folder))
    run = middle(runs)
    told(f"preview, cold (CPU {run.cpu:.2f} s)", f"{run.wall:.2f} s", "≤ 1 s")


def start(bench: Bench) -> None:
    """Saying what the command can do, beside a program that can do nothing."""
    bare = bench.folder / "bare.py"
    bare.write_text(BARE)
    ours, theirs = [], []
    for _ in range(2 * RUNS):
        ours.append(timed((*NARRATOR, "--help"), cwd=bench.folder))
        theirs.append(timed((sys.executable, bare, "--help"), cwd=bench.folder))
    ratio = middle(ours).wall / middle(theirs).wall
    told("--help ÷ a bare typer program", f"{middle(ours).wall:.2f} s = {ratio:.2f}", "≤ 1.3")


def workers(bench: Bench) -> None:
    """Two workers beside one, where two processors are idle."""
    one = [bench.afresh("one", "--jobs", "1") for _ in range(min(RUNS, 3))]
    two = [bench.afresh("two", "--jobs", "2") for _ in range(min(RUNS, 3))]
    ratio = middle(one).wall / middle(two).wall
    told("one worker ÷ two workers", f"{ratio:.2f}", "≥ 1.8 on two idle cores")


def main() -> None:
    book = shared("books", "the-adventures-of-sherlock-holmes.epub")
    if book is None:
        print("  the book to measure on is not here (NARRATOR_SHARED)")
        return
    missing = [name for name in ("espeak-ng", "lame", "ffmpeg") if not shutil.which(name)]
    if missing:
        print(f"  not here to compare with: {', '.join(missing)}")
        return
    load = os.getloadavg()[0]
    print(
        f"  {book.name}, {f'chapters {CHAPTERS}' if CHAPTERS else 'the whole book'}; {RUNS} runs;"
    )
    print(f"  {os.cpu_count()} processors, {load:.1f} of them busy with something else\n")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(book, Path(folder))
        texts = lines_of(bench)
        start(bench)
        preview(bench)
        build = cold(bench, texts)
        again(bench, texts, build)
        workers(bench)


if __name__ == "__main__":
    main()
