"""How long builds take, beside the fastest way to do less with the same engine and encoder.

All figures are ratios of medians, as machines differ and so do their hours; what is compared runs
by turns. `NARRATOR_BENCH_RUNS` says how many runs, and `NARRATOR_BENCH_CHAPTERS` which chapters of
the book, such as `1-3`: all of them take half an hour. `NARRATOR_RIVAL` names the command of
`audiobooker-ai`, whose script is timed beside ours, if it is installed. Modules are compiled
beforehand, as they are wherever pip installs them.
"""

from __future__ import annotations

import compileall
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import narrator
from benchmarks import shared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Script = dict[str, Any]

RUNS = int(os.environ.get("NARRATOR_BENCH_RUNS", "5"))
CHAPTERS = os.environ.get("NARRATOR_BENCH_CHAPTERS")
NARRATOR = (sys.executable, "-m", "narrator.cli.main")
PIPES = {
    "espeak-ng | lame": "espeak-ng -f {text} --stdout | lame --quiet -m m -b 64 -q 5 - {out}",
    "espeak-ng | ffmpeg": "espeak-ng -f {text} --stdout"
    " | ffmpeg -v error -y -i - -b:a 64k -f mp3 {out}",
}
RIVAL = os.environ.get("NARRATOR_RIVAL", "audiobooker")
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
    print(f"  {what:60} {figure:>26}   bar {bar}", flush=True)


@dataclass(frozen=True)
class Bench:
    """A book, and an empty folder to build it in."""

    book: Path
    folder: Path

    def build(self, books: Path | Sequence[Path], cache: str, *more: str | Path) -> Run:
        chosen = ("--chapters", CHAPTERS) if CHAPTERS else ()
        out = ("-o", self.folder / f"{cache}.mp3", "--cache-dir", self.folder / cache)
        named = [books] if isinstance(books, Path) else books
        return timed((*NARRATOR, "build", *named, *out, *chosen, *more), cwd=self.folder)

    def afresh(self, cache: str, *more: str) -> Run:
        shutil.rmtree(self.folder / cache, ignore_errors=True)
        return self.build(self.book, cache, *more)

    def after(self, books: Path | Sequence[Path], *more: str | Path) -> tuple[Run, int]:
        """A build where the book has been built before, and how many clips it made."""
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.folder / "again", kept)
        shutil.copy(self.folder / "again.mp3", self.folder / "kept.mp3")
        before = _clips(kept)
        return self.build(books, "kept", *more), _clips(kept) - before

    def pipe(self, name: str, text: Path) -> Run:
        command = PIPES[name].format(text=text, out=self.folder / "pipe.mp3")
        return timed(("sh", "-c", command), cwd=self.folder)


def _clips(cache: Path) -> int:
    return sum(1 for path in (cache / "clip").rglob("*") if path.is_file())


def script_of(bench: Bench) -> Script:
    """The book's script, with the lines of the chapters chosen."""
    command = (*NARRATOR, "script", str(bench.book), "--json")
    written = subprocess.run(command, cwd=bench.folder, check=True, capture_output=True).stdout
    script: Script = json.loads(written)
    first, _, last = (CHAPTERS or "1-9999").partition("-")
    chosen = range(int(first), int(last or first) + 1)
    script["lines"] = [line for line in script["lines"] if line["chapter"] in chosen]
    return script


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
        for name in _fast(pipes):
            pipes[name].append(bench.pipe(name, text))
    build = middle(ours)
    (name,) = _fast(pipes)[:1]
    pipe = middle(pipes[name])
    wall, cpu = build.wall / pipe.wall, build.cpu / pipe.cpu
    figures = f"{build.wall:.1f} s = {wall:.2f}"
    told(f"cold build, wall ÷ {name} ({pipe.wall:.1f} s)", figures, "≤ 0.60")
    told(f"the same, CPU ({pipe.cpu:.1f} s)", f"{build.cpu:.1f} s = {cpu:.2f}", "≤ 1.20")
    return build


def _fast(pipes: Mapping[str, Sequence[Run]]) -> list[str]:
    """The fastest first; without those that were far behind already, which need not run again."""
    walls = {name: middle(runs).wall if runs else 0.0 for name, runs in pipes.items()}
    least = min(walls.values())
    return sorted(
        (n for n in pipes if walls[n] <= 1.25 * least or not least), key=walls.__getitem__
    )


def again(bench: Bench, script: Script, build: Run) -> None:
    """Builds that find most of their work done."""
    bench.afresh("again")
    wall = middle([bench.build(bench.book, "again") for _ in range(RUNS)]).wall
    told("unchanged", f"{wall:.2f} s = {wall / build.wall:.1%}", "≤ 1 s, ≤ 2 %")
    texts = [line["text"] for line in script["lines"]]
    changed = edited(bench.book, texts, bench.folder / bench.book.name)
    _after(bench, "one sentence changed", "≤ 5 %, one clip", build, changed)
    more = bench.folder / "one chapter more.txt"
    new = [f"Once more, {text}" for text in sorted(set(texts))[:40]]
    more.write_text("ONE CHAPTER MORE\n\n" + "\n\n".join(new) + "\n", "utf-8")
    _after(bench, "a chapter of 40 lines appended", "41 clips", build, [bench.book, more])
    minor, lines = _minor(script)
    voice = f"a minor character's voice changed ({lines} lines)"
    _after(bench, voice, f"{lines} clips", build, bench.book, "--set", f"{minor}=agatha")
    word, lines = _rare(script)
    lexicon = bench.folder / "lexicon.toml"
    lexicon.write_text(f'[words]\n"{word}" = "{word}ay"\n')
    changed_word = f"a lexicon word changed ({lines} lines)"
    _after(bench, changed_word, f"{lines} clips", build, bench.book, "--lexicon", lexicon)
    _after(bench, "pauses changed", "no clip", build, bench.book, "--pauses", "slow")


def _after(
    bench: Bench,
    what: str,
    bar: str,
    build: Run,
    books: Path | Sequence[Path],
    *more: str | Path,
) -> None:
    runs, clips = zip(*(bench.after(books, *more) for _ in range(RUNS)), strict=True)
    wall = middle(runs).wall
    told(what, f"{wall:.2f} s = {wall / build.wall:.1%}, {clips[0]} clips", bar)


def _minor(script: Script) -> tuple[str, int]:
    """Who speaks least, but more than once, and in how many lines that differ."""
    spoken: dict[str, set[str]] = {}
    for line in script["lines"]:
        if line["speaker"]:
            spoken.setdefault(line["speaker"], set()).add(line["spoken"])
    name = min((len(said), who) for who, said in spoken.items() if len(said) > 3)[1]
    return name, len(spoken[name])


def _rare(script: Script) -> tuple[str, int]:
    """A name in about ten lines, and how many they are."""
    found = Counter(
        word
        for line in script["lines"]
        for word in {word.strip(".,;:!?“”‘’") for word in line["text"].split()}
        if word.istitle() and word.isalpha() and word.isascii() and len(word) > 6
    )
    word = min(found, key=lambda word: (abs(found[word] - 10), word))
    return word, found[word]


def preview(bench: Bench, script: Script) -> None:
    """The first sound of a book never seen before, from its middle."""
    kinds: dict[tuple[int, int], set[str]] = {}
    for line in script["lines"]:
        if line["paragraph"]:
            kinds.setdefault((line["chapter"], line["paragraph"]), set()).add(line["kind"])
    places = list(kinds)[len(kinds) // 2 :]
    narrated = next(place for place in places if kinds[place] == {"narration"})
    _previewed(bench, narrated, "preview of what is told", "≤ 1 s")
    spoken = next(place for place in places if "dialogue" in kinds[place])
    _previewed(bench, spoken, "preview of what somebody says", "≤ 1 s")


def _previewed(bench: Bench, place: tuple[int, int], what: str, bar: str) -> None:
    runs = []
    for _ in range(RUNS):
        shutil.rmtree(bench.folder / "preview", ignore_errors=True)
        where = ("--cache-dir", bench.folder / "preview", "-o", bench.folder / "preview.wav")
        options = ("--chapter", str(place[0]), "--paragraph", str(place[1]), *where)
        runs.append(timed((*NARRATOR, "preview", bench.book, *options), cwd=bench.folder))
    run = middle(runs)
    told(f"{what}, cold (CPU {run.cpu:.2f} s)", f"{run.wall:.2f} s", bar)


def rival(bench: Bench) -> None:
    """A script of ours beside the nearest rival's, of the same book."""
    command = shutil.which(RIVAL)
    if command is None:
        print("  narrator script is not compared: audiobooker-ai is not here (NARRATOR_RIVAL)")
        return
    folder = bench.folder / "rival"
    ours, theirs = [], []
    for _ in range(RUNS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(bench.book, folder)
        book = folder / bench.book.name
        timed((command, "new", book), cwd=folder)
        project = next(folder.glob("*.audiobooker"))
        theirs.append(timed((command, "compile", "-p", project), cwd=folder))
        options = ("--json", "--cache-dir", folder / "cache")
        ours.append(timed((*NARRATOR, "script", book, *options), cwd=folder))
    mine, other = middle(ours), middle(theirs)
    told(
        f"script ÷ audiobooker-ai's compile ({other.wall:.1f} s)",
        f"{mine.wall:.1f} s = {mine.wall / other.wall:.2f}",
        "≤ 3",
    )


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
    compileall.compile_dir(str(Path(narrator.__file__).parent), quiet=1)
    load = os.getloadavg()[0]
    print(
        f"  {book.name}, {f'chapters {CHAPTERS}' if CHAPTERS else 'the whole book'}; {RUNS} runs;"
    )
    print(f"  {os.cpu_count()} processors, {load:.1f} of them busy with something else\n")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(book, Path(folder))
        script = script_of(bench)
        start(bench)
        preview(bench, script)
        rival(bench)
        build = cold(bench, [line["text"] for line in script["lines"]])
        again(bench, script, build)
        workers(bench)


if __name__ == "__main__":
    main()
