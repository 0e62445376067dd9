"""Speed of builds, compared with a shell pipe of the same engine and encoder.

Figures are ratios of medians, because the speed of a machine varies; the commands to compare run
alternately. `NARRATOR_BENCH_RUNS` sets the number of runs, and `NARRATOR_BENCH_CHAPTERS` the
chapters of the book, such as `1-3` (the whole book takes half an hour). `NARRATOR_RIVAL` names the
command of `audiobooker-ai`, whose speed is compared with ours if it is installed. Modules are
compiled to bytecode first, as pip does when it installs them.
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
from benchmarks import find_material

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    ScriptJson = dict[str, Any]

RUN_COUNT = int(os.environ.get("NARRATOR_BENCH_RUNS", "5"))
CHAPTERS = os.environ.get("NARRATOR_BENCH_CHAPTERS")
NARRATOR_COMMAND = (sys.executable, "-m", "narrator.cli.main")
ENGINE = ("--engine", "pyttsx3")
"""The engine of the pipes, which needs no model."""
PIPES = {
    "espeak-ng | lame": "espeak-ng -f {text} --stdout | lame --quiet -m m -b 64 -q 5 - {out}",
    "espeak-ng | ffmpeg": "espeak-ng -f {text} --stdout"
    " | ffmpeg -v error -y -i - -b:a 64k -f mp3 {out}",
}
"""Shell commands that only synthesise and encode a text, by name."""
SLOW_PIPE_RATIO = 1.25
"""Ratio to the time of the fastest pipe, above which a pipe is not run again."""
RIVAL_COMMAND = os.environ.get("NARRATOR_RIVAL", "audiobooker")
EMPTY_PROGRAM = "import typer\napp = typer.Typer()\n@app.command()\ndef hello(): ...\napp()\n"
_POLL_SECONDS = 0.02
APPENDED_LINES = 40
RARE_WORD_LINES = 10


@dataclass(frozen=True)
class CommandTime:
    """The time of one command, including all processes that it started."""

    wall_seconds: float
    cpu_seconds: float
    """Processor time, summed over all processors."""


def time_command(command: Sequence[str | Path], *, cwd: Path) -> CommandTime:
    """Run a command, and return its time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True)
    wall_seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return CommandTime(wall_seconds, cpu_seconds)


def take_median(runs: Sequence[CommandTime]) -> CommandTime:
    """Return the median of the wall times and of the processor times."""
    return CommandTime(
        median(run.wall_seconds for run in runs), median(run.cpu_seconds for run in runs)
    )


def print_figure(name: str, figure: str, limit: str) -> None:
    """Print a figure beside its limit."""
    print(f"  {name:60} {figure:>26}   bar {limit}", flush=True)


@dataclass(frozen=True)
class Workbench:
    """A book to build, and a folder for caches and audiobooks."""

    book: Path
    folder: Path

    def build(self, books: Path | Sequence[Path], cache: str, *options: str | Path) -> CommandTime:
        """Build a book and return the time.

        Args:
            books: one or more source files.
            cache: name of the cache folder and of the audiobook.
            options: more options of the command.
        """
        chapters = ("--chapters", CHAPTERS) if CHAPTERS else ()
        out = ("-o", self.folder / f"{cache}.mp3", "--cache-dir", self.folder / cache)
        inputs = [books] if isinstance(books, Path) else books
        command = (*NARRATOR_COMMAND, "build", *inputs, *ENGINE, *out, *chapters, *options)
        return time_command(command, cwd=self.folder)

    def time_first_chapter(self) -> float:
        """Build one file per chapter from scratch; return the share of the time before the first.

        The first file counts once it has been moved into place.
        """
        folder, cache = self.folder / "chapters", self.folder / "chapter cache"
        for path in (folder, cache):
            shutil.rmtree(path, ignore_errors=True)
        chapters = ("--chapters", CHAPTERS) if CHAPTERS else ()
        options = ("--split", "chapters", "-o", folder, "--cache-dir", cache, *chapters)
        command = (*NARRATOR_COMMAND, "build", self.book, *ENGINE, *options)
        start, first_seconds = time.perf_counter(), 0.0
        with subprocess.Popen(
            [str(part) for part in command],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            while process.poll() is None:
                if not first_seconds and any(folder.glob("*.mp3")):
                    first_seconds = time.perf_counter() - start
                time.sleep(_POLL_SECONDS)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        return first_seconds / (time.perf_counter() - start)

    def build_from_scratch(self, cache: str, *options: str) -> CommandTime:
        """Build the book with an empty cache, and return the time."""
        shutil.rmtree(self.folder / cache, ignore_errors=True)
        return self.build(self.book, cache, *options)

    def rebuild(
        self, books: Path | Sequence[Path], *options: str | Path
    ) -> tuple[CommandTime, int]:
        """Rebuild with the cache of the finished book; return the time and number of new clips."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / "finished", copy)
        shutil.copy(self.folder / "finished.mp3", self.folder / "copy.mp3")
        clips_before = _count_clips(copy)
        return self.build(books, "copy", *options), _count_clips(copy) - clips_before

    def run_pipe(self, name: str, text: Path) -> CommandTime:
        """Synthesise and encode a text with one of `PIPES`, and return the time."""
        command = PIPES[name].format(text=text, out=self.folder / "pipe.mp3")
        return time_command(("sh", "-c", command), cwd=self.folder)


def _count_clips(cache: Path) -> int:
    return sum(1 for path in (cache / "clip").rglob("*") if path.is_file())


def load_script(bench: Workbench) -> ScriptJson:
    """Return the book's script, reduced to the lines of the chosen chapters."""
    command = (*NARRATOR_COMMAND, "script", str(bench.book), "--json")
    output = subprocess.run(command, cwd=bench.folder, check=True, capture_output=True).stdout
    script: ScriptJson = json.loads(output)
    first, _, last = (CHAPTERS or "1-9999").partition("-")
    chapters = range(int(first), int(last or first) + 1)
    script["lines"] = [line for line in script["lines"] if line["chapter"] in chapters]
    return script


def edit_book(book: Path, texts: Sequence[str], target: Path) -> Path:
    """Copy an EPUB with one word added to a sentence in its middle, and return the copy's path.

    Args:
        book: the EPUB.
        texts: the text of each line of its script.
        target: path of the copy.
    """
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        contents = {name: old.read(name) for name in old.namelist()}
        # A sentence without mark-up that occurs only once can be replaced safely.
        plain = [text for text in texts[len(texts) // 2 :] if len(text) > 60]
        for text in plain:
            pages = [name for name, data in contents.items() if data.count(text.encode()) == 1]
            if len(pages) == 1:
                edited = (text[:-1] + " indeed" + text[-1]).encode()
                contents[pages[0]] = contents[pages[0]].replace(text.encode(), edited)
                break
        for name, data in contents.items():
            new.writestr(name, data)
    return target


def measure_cold_build(bench: Workbench, texts: Sequence[str]) -> CommandTime:
    """Compare builds from scratch with the pipes, and return the median time of a build."""
    text = bench.folder / "book.txt"
    text.write_text("\n".join(texts), encoding="utf-8")
    builds: list[CommandTime] = []
    pipes: dict[str, list[CommandTime]] = {name: [] for name in PIPES}
    for _ in range(RUN_COUNT):
        builds.append(bench.build_from_scratch("cold"))
        for name in _list_fast_pipes(pipes):
            pipes[name].append(bench.run_pipe(name, text))
    build = take_median(builds)
    (name,) = _list_fast_pipes(pipes)[:1]
    pipe = take_median(pipes[name])
    wall_ratio = build.wall_seconds / pipe.wall_seconds
    cpu_ratio = build.cpu_seconds / pipe.cpu_seconds
    wall_figure = f"{build.wall_seconds:.1f} s = {wall_ratio:.2f}"
    print_figure(f"cold build, wall ÷ {name} ({pipe.wall_seconds:.1f} s)", wall_figure, "≤ 0.50")
    cpu_figure = f"{build.cpu_seconds:.1f} s = {cpu_ratio:.2f}"
    print_figure(f"the same, CPU ({pipe.cpu_seconds:.1f} s)", cpu_figure, "≤ 0.80")
    return build


def _list_fast_pipes(pipes: Mapping[str, Sequence[CommandTime]]) -> list[str]:
    """Return the names of the pipes, fastest first, without those that were too slow before."""
    walls = {name: take_median(runs).wall_seconds if runs else 0.0 for name, runs in pipes.items()}
    least = min(walls.values())
    return sorted(
        (name for name in pipes if walls[name] <= SLOW_PIPE_RATIO * least or not least),
        key=walls.__getitem__,
    )


def measure_rebuilds(bench: Workbench, script: ScriptJson, build: CommandTime) -> None:
    """Print the times of rebuilds after small changes.

    Args:
        bench: the book and its folder.
        script: the book's script.
        build: time of a build from scratch.
    """
    bench.build_from_scratch("finished")
    unchanged = take_median([bench.build(bench.book, "finished") for _ in range(RUN_COUNT)])
    share = unchanged.wall_seconds / build.wall_seconds
    print_figure("unchanged", f"{unchanged.wall_seconds:.2f} s = {share:.1%}", "≤ 0.6 s")
    for kind, limit in (("narration", "≤ 2.0 s, one clip"), ("dialogue", "≤ 2.5 s, one clip")):
        texts = [line["text"] for line in script["lines"] if line["kind"] == kind]
        edited = edit_book(bench.book, texts, bench.folder / bench.book.name)
        _measure_rebuild(bench, f"one sentence of {kind} changed", limit, build, edited)
    texts = [line["text"] for line in script["lines"]]
    appended = bench.folder / "one chapter more.txt"
    new_texts = [f"Once more, {text}" for text in sorted(set(texts))[:APPENDED_LINES]]
    appended.write_text("ONE CHAPTER MORE\n\n" + "\n\n".join(new_texts) + "\n", "utf-8")
    name = f"a chapter of {APPENDED_LINES} lines appended"
    _measure_rebuild(bench, name, "41 clips", build, [bench.book, appended])
    character, line_count = _find_minor_character(script)
    name = f"a minor character's voice changed ({line_count} lines)"
    recast = ("--set", f"{character}=agatha")
    _measure_rebuild(bench, name, f"{line_count} clips", build, bench.book, *recast)
    word, line_count = _find_rare_word(script)
    lexicon = bench.folder / "lexicon.toml"
    lexicon.write_text(f'[words]\n"{word}" = "{word}ay"\n')
    name = f"a lexicon word changed ({line_count} lines)"
    _measure_rebuild(bench, name, f"{line_count} clips", build, bench.book, "--lexicon", lexicon)
    _measure_rebuild(bench, "pauses changed", "no clip", build, bench.book, "--pauses", "slow")


def _measure_rebuild(
    bench: Workbench,
    name: str,
    limit: str,
    build: CommandTime,
    books: Path | Sequence[Path],
    *options: str | Path,
) -> None:
    runs, clips = zip(*(bench.rebuild(books, *options) for _ in range(RUN_COUNT)), strict=True)
    wall_seconds = take_median(runs).wall_seconds
    share = wall_seconds / build.wall_seconds
    print_figure(name, f"{wall_seconds:.2f} s = {share:.1%}, {clips[0]} clips", limit)


def _find_minor_character(script: ScriptJson) -> tuple[str, int]:
    """Return the character with the fewest different lines above three, and their number."""
    texts: dict[str, set[str]] = {}
    for line in script["lines"]:
        if line["speaker"]:
            texts.setdefault(line["speaker"], set()).add(line["spoken"])
    counts = ((len(lines), name) for name, lines in texts.items() if len(lines) > 3)
    name = min(counts)[1]
    return name, len(texts[name])


def _find_rare_word(script: ScriptJson) -> tuple[str, int]:
    """Return a capitalised word that occurs in about ten lines, and the number of lines."""
    line_counts = Counter(
        word
        for line in script["lines"]
        for word in {word.strip(".,;:!?“”‘’") for word in line["text"].split()}
        if word.istitle() and word.isalpha() and word.isascii() and len(word) > 6
    )
    word = min(line_counts, key=lambda word: (abs(line_counts[word] - RARE_WORD_LINES), word))
    return word, line_counts[word]


def measure_preview(bench: Workbench, script: ScriptJson) -> None:
    """Print the times of previews from the middle of a book that has not been built."""
    line_kinds: dict[tuple[int, int], set[str]] = {}
    for line in script["lines"]:
        if line["paragraph"]:
            paragraph = (line["chapter"], line["paragraph"])
            line_kinds.setdefault(paragraph, set()).add(line["kind"])
    paragraphs = list(line_kinds)[len(line_kinds) // 2 :]
    narration = next(place for place in paragraphs if line_kinds[place] == {"narration"})
    _time_preview(bench, narration, "preview of what is told", "≤ 0.8 s")
    dialogue = next(place for place in paragraphs if "dialogue" in line_kinds[place])
    _time_preview(bench, dialogue, "preview of what somebody says", "≤ 0.8 s")


def _time_preview(bench: Workbench, paragraph: tuple[int, int], name: str, limit: str) -> None:
    runs = []
    for _ in range(RUN_COUNT):
        shutil.rmtree(bench.folder / "preview", ignore_errors=True)
        paths = ("--cache-dir", bench.folder / "preview", "-o", bench.folder / "preview.wav")
        place = ("--chapter", str(paragraph[0]), "--paragraph", str(paragraph[1]))
        command = (*NARRATOR_COMMAND, "preview", bench.book, *ENGINE, *place, *paths)
        runs.append(time_command(command, cwd=bench.folder))
    run = take_median(runs)
    name = f"{name}, cold (CPU {run.cpu_seconds:.2f} s)"
    print_figure(name, f"{run.wall_seconds:.2f} s", limit)


def measure_rival(bench: Workbench) -> None:
    """Compare the time of `narrator script` with that of audiobooker-ai on the same book."""
    command = shutil.which(RIVAL_COMMAND)
    if command is None:
        print("  narrator script is not compared: audiobooker-ai is not here (NARRATOR_RIVAL)")
        return
    folder = bench.folder / "rival"
    our_runs, rival_runs = [], []
    for _ in range(RUN_COUNT):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(bench.book, folder)
        book = folder / bench.book.name
        time_command((command, "new", book), cwd=folder)
        project = next(folder.glob("*.audiobooker"))
        rival_runs.append(time_command((command, "compile", "-p", project), cwd=folder))
        options = ("--json", "--cache-dir", folder / "cache")
        our_runs.append(time_command((*NARRATOR_COMMAND, "script", book, *options), cwd=folder))
    our_seconds = take_median(our_runs).wall_seconds
    rival_seconds = take_median(rival_runs).wall_seconds
    print_figure(
        f"script ÷ audiobooker-ai's compile ({rival_seconds:.1f} s)",
        f"{our_seconds:.1f} s = {our_seconds / rival_seconds:.2f}",
        "≤ 3",
    )


def measure_start(bench: Workbench) -> None:
    """Compare the start-up time of the command with that of an empty typer program."""
    empty_program = bench.folder / "empty_program.py"
    empty_program.write_text(EMPTY_PROGRAM)
    our_runs, empty_runs = [], []
    for _ in range(2 * RUN_COUNT):
        our_runs.append(time_command((*NARRATOR_COMMAND, "--help"), cwd=bench.folder))
        empty_runs.append(time_command((sys.executable, empty_program, "--help"), cwd=bench.folder))
    our_seconds = take_median(our_runs).wall_seconds
    ratio = our_seconds / take_median(empty_runs).wall_seconds
    print_figure("--help ÷ a bare typer program", f"{our_seconds:.2f} s = {ratio:.2f}", "≤ 1.2")


def measure_workers(bench: Workbench) -> None:
    """Compare builds with one and two workers; needs two idle processors."""
    one, two = [], []
    for _ in range(min(RUN_COUNT, 3)):
        one.append(bench.build_from_scratch("one", "--jobs", "1"))
        two.append(bench.build_from_scratch("two", "--jobs", "2"))
    ratio = take_median(one).wall_seconds / take_median(two).wall_seconds
    print_figure("one worker ÷ two workers", f"{ratio:.2f}", "≥ 1.85 on two idle cores")


def measure_first_chapter(bench: Workbench) -> None:
    """Print after which share of a build with one file per chapter the first file is complete."""
    share = median(bench.time_first_chapter() for _ in range(min(RUN_COUNT, 3)))
    print_figure("first chapter ÷ whole build (--split chapters)", f"{share:.2f}", "≤ 0.10")


def measure_script(bench: Workbench) -> None:
    """Print the time of a script from nothing."""
    runs = []
    for _ in range(RUN_COUNT):
        shutil.rmtree(bench.folder / "script cache", ignore_errors=True)
        options = ("--json", "--cache-dir", bench.folder / "script cache")
        command = (*NARRATOR_COMMAND, "script", bench.book, *options)
        runs.append(time_command(command, cwd=bench.folder))
    run = take_median(runs)
    figure = f"{run.wall_seconds:.2f} s"
    print_figure(f"script, cold (CPU {run.cpu_seconds:.2f} s)", figure, "≤ 2.5 s")


def main() -> None:
    """Print all figures of speed."""
    book = find_material("books", "the-adventures-of-sherlock-holmes.epub")
    if book is None:
        print("  the book to measure on is not here (NARRATOR_SHARED)")
        return
    missing = [name for name in ("espeak-ng", "lame", "ffmpeg") if not shutil.which(name)]
    if missing:
        print(f"  not here to compare with: {', '.join(missing)}")
        return
    compileall.compile_dir(str(Path(narrator.__file__).parent), quiet=1)
    load = os.getloadavg()[0]
    chapters = f"chapters {CHAPTERS}" if CHAPTERS else "the whole book"
    print(f"  {book.name}, {chapters}; {RUN_COUNT} runs;")
    print(f"  {os.cpu_count()} processors, {load:.1f} of them busy with something else\n")
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench(book, Path(folder))
        script = load_script(bench)
        measure_start(bench)
        measure_script(bench)
        measure_preview(bench, script)
        measure_rival(bench)
        build = measure_cold_build(bench, [line["text"] for line in script["lines"]])
        measure_rebuilds(bench, script, build)
        measure_first_chapter(bench)
        measure_workers(bench)


if __name__ == "__main__":
    main()
