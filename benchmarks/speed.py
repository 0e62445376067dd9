"""Speed and memory of builds, compared with a shell pipe of the same engine and encoder.

Most figures are ratios of medians, because the speed of a machine varies; the commands to compare
run alternately. A figure that can't be measured here is printed with the reason, and the others
follow. `NARRATOR_BENCH_RUNS` sets the number of long runs, `NARRATOR_BENCH_CHAPTERS` the chapters
of the book, such as `1-3`, and `NARRATOR_BENCH_SHARE` the share of the length of long books, to try
the benchmark itself. `NARRATOR_BENCH_ROWS` selects groups of figures by the names in `GROUPS`.
`NARRATOR_RIVAL` names the command of `audiobooker-ai`, whose speed is compared with ours if it is
installed. Modules are compiled to bytecode first, as pip does when it installs them.
"""

from __future__ import annotations

import compileall
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narrator
from benchmarks import find_material
from benchmarks._clusters import run_local_cluster
from benchmarks._long_scripts import SHARE, measure_long_scripts, write_long_novel
from benchmarks._timing import (
    NARRATOR_COMMAND,
    CommandFailedError,
    CommandTime,
    Figure,
    print_figure,
    print_table,
    take_median,
    time_alternately,
    time_command,
    time_together,
)
from benchmarks.memory import watch_command
from narrator.synthesis.rendered_chunks import CHUNK_KIND, RECORD_KIND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    ScriptJson = dict[str, Any]

RUN_COUNT = int(os.environ.get("NARRATOR_BENCH_RUNS", "2"))
"""Runs of what takes a minute; what takes seconds runs `QUICK_RUN_COUNT` times."""
QUICK_RUN_COUNT = max(5, RUN_COUNT) if RUN_COUNT > 1 else 1
CHAPTERS = os.environ.get("NARRATOR_BENCH_CHAPTERS")
ENGINE = ("--engine", "pyttsx3")
"""The engine of the pipes, which needs no model."""
PIPES = {
    "espeak-ng | lame": "espeak-ng -f {text} --stdout | lame --quiet -m m -b 64 -q 5 - {out}",
    "espeak-ng | ffmpeg": "espeak-ng -f {text} --stdout"
    " | ffmpeg -v error -y -i - -b:a 64k -f mp3 {out}",
}
"""Shell commands that only synthesise and encode a text, by name."""
PIPE_TRIAL_SHARE = 0.1
"""The share of the text with which the faster pipe is found."""
RIVAL_COMMAND = os.environ.get("NARRATOR_RIVAL", "audiobooker")
EMPTY_PROGRAM = "import typer\napp = typer.Typer()\n@app.command()\ndef hello(): ...\napp()\n"
BARE_NATURAL_PROGRAM = """
import sys
from hibari import Hibari
speaker = Hibari()
for text in open(sys.argv[1], encoding="utf-8"):
    speaker(text)
"""
NATURAL_WORDS = round(18_000 * SHARE)
"""Words that are compared with bare hibari: an hour and a half of speech."""
PART_CHAPTERS = "1-3"
"""The chapters of a build on a cluster."""
LONG_BUILDS = ((10, "natural", 500), (10, "pyttsx3", 220), (31, "pyttsx3", 250))
"""Hours, engine and most megabytes of the builds whose memory is measured."""
WORDS_PER_HOUR = 11_000
_POLL_SECONDS = 0.02
APPENDED_LINES = 40
RARE_WORD_LINES = 10


@dataclass(frozen=True)
class Workbench:
    """A book to build, its script, and a folder for caches and audiobooks."""

    book: Path
    folder: Path
    script: ScriptJson
    """Reduced to the lines of the chosen chapters."""

    def build(self, books: Path | Sequence[Path], cache: str, *options: str | Path) -> CommandTime:
        """Build a book and return the time.

        Args:
            books: one or more source files.
            cache: name of the cache folder and of the audiobook.
            options: more options of the command.
        """
        chapters = ("--chapters", CHAPTERS) if CHAPTERS and "--chapters" not in options else ()
        out = ("-o", self.folder / f"{cache}.mp3", "--cache-dir", self.folder / cache)
        inputs = [books] if isinstance(books, Path) else books
        command = (*NARRATOR_COMMAND, "build", *inputs, *ENGINE, *out, *chapters, *options)
        return time_command(command, cwd=self.folder)

    def time_first_chapter(self, book: Path) -> float:
        """Build one file per chapter from scratch; return the share of the time before the first.

        The first file counts once it has been moved into place.
        """
        folder, cache = self.folder / "chapters", self.folder / "chapter cache"
        for path in (folder, cache):
            shutil.rmtree(path, ignore_errors=True)
        chapters = ("--chapters", CHAPTERS) if CHAPTERS else ()
        options = ("--split", "chapters", "-o", folder, "--cache-dir", cache, *chapters)
        command = (*NARRATOR_COMMAND, "build", book, *ENGINE, *options)
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
            raise CommandFailedError(
                f"exit code {process.returncode} of a build with --split chapters"
            )
        return first_seconds / (time.perf_counter() - start)

    def build_from_scratch(self, cache: str, *options: str) -> CommandTime:
        """Build the book with an empty cache, and return the time."""
        shutil.rmtree(self.folder / cache, ignore_errors=True)
        return self.build(self.book, cache, *options)

    def build_text(self, text: Path, engine: str, *options: str) -> CommandTime:
        """Build a text from scratch with another engine, and return the time."""
        cache = self.folder / "text cache"
        shutil.rmtree(cache, ignore_errors=True)
        command: tuple[str | Path, ...] = (*NARRATOR_COMMAND, "build", text, "--engine", engine)
        command += ("-o", self.folder / "text.mp3", "--cache-dir", cache, *options)
        return time_command(command, cwd=self.folder)

    def rebuild(
        self, books: Path | Sequence[Path], *options: str | Path
    ) -> tuple[CommandTime, int]:
        """Rebuild with the cache of the finished book; return the time and number of new clips."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / "finished", copy)
        shutil.copy(self.folder / "finished.mp3", self.folder / "copy.mp3")
        clips_before = _count_clips(copy)
        # no record of the copy's target has been kept
        return self.build(books, "copy", "--force", *options), _count_clips(copy) - clips_before

    def run_pipe(self, name: str, text: Path) -> CommandTime:
        """Synthesise and encode a text with one of `PIPES`, and return the time."""
        command = PIPES[name].format(text=text, out=self.folder / "pipe.mp3")
        return time_command(("sh", "-c", command), cwd=self.folder)


def _count_clips(cache: Path) -> int:
    return sum(1 for path in (cache / "clip").rglob("*") if path.is_file())


def load_script(book: Path, folder: Path) -> ScriptJson:
    """Return the script of a book, reduced to the lines of the chosen chapters."""
    command = (*NARRATOR_COMMAND, "script", book, "--json", "--cache-dir", folder / "script")
    output = subprocess.run(
        [str(part) for part in command], cwd=folder, check=True, capture_output=True
    ).stdout
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


def measure_cold_build(bench: Workbench) -> Iterator[Figure]:
    """Compare builds from scratch with the pipes, and one worker with two."""
    _require_programs("espeak-ng", "lame", "ffmpeg")
    text = bench.folder / "book.txt"
    texts = [line["text"] for line in bench.script["lines"]]
    text.write_text("\n".join(texts), encoding="utf-8")
    pipe_name = _find_fastest_pipe(bench, texts[: math.ceil(len(texts) * PIPE_TRIAL_SHARE)])
    builds, single_builds = list[CommandTime](), list[CommandTime]()
    pipes = list[CommandTime]()
    for run in range(RUN_COUNT):
        builds.append(bench.build_from_scratch("cold", "--jobs", "2"))
        if run == 0:
            single_builds.append(bench.build_from_scratch("one", "--jobs", "1"))
        pipes.append(bench.run_pipe(pipe_name, text))
    build, pipe = take_median(builds), take_median(pipes)
    wall_ratio = build.wall_seconds / pipe.wall_seconds
    cpu_ratio = build.cpu_seconds / pipe.cpu_seconds
    yield Figure(
        f"cold build ÷ {pipe_name} ({pipe.wall_seconds:.1f} s), wall time",
        f"{build.wall_seconds:.1f} s = {wall_ratio:.2f}",
        "≤ 0.50",
    )
    yield Figure(
        f"the same, processor time ({pipe.cpu_seconds:.1f} s)",
        f"{build.cpu_seconds:.1f} s = {cpu_ratio:.2f}",
        "≤ 0.80",
    )
    ratio = take_median(single_builds).wall_seconds / build.wall_seconds
    yield Figure("one worker ÷ two workers, whole book", f"{ratio:.2f}", "≥ 1.85")


def _require_programs(*names: str) -> None:
    """Check that programs are installed.

    Raises:
        CommandFailedError: some are not.
    """
    if missing := [name for name in names if not shutil.which(name)]:
        raise CommandFailedError(f"not installed: {', '.join(missing)}")


def _find_fastest_pipe(bench: Workbench, texts: Sequence[str]) -> str:
    """Return the name of the pipe that takes the least time for a text."""
    text = bench.folder / "trial.txt"
    text.write_text("\n".join(texts), encoding="utf-8")
    return min(PIPES, key=lambda name: bench.run_pipe(name, text).wall_seconds)


def measure_rebuilds(bench: Workbench) -> Iterator[Figure]:
    """Yield the times of rebuilds after small changes, as shares of a build from scratch."""
    cold_seconds = bench.build_from_scratch("finished").wall_seconds
    unchanged = [bench.build(bench.book, "finished") for _ in range(QUICK_RUN_COUNT)]
    seconds = take_median(unchanged).wall_seconds
    yield Figure("nothing changed", f"{seconds:.2f} s = {seconds / cold_seconds:.1%}", "≤ 0.6 s")
    for change in _list_changes(bench):
        runs, clips = zip(
            *(bench.rebuild(change.books, *change.options) for _ in range(change.run_count)),
            strict=True,
        )
        run = take_median(list(runs))
        share = run.wall_seconds / cold_seconds
        figure = f"{run.wall_seconds:.2f} s = {share:.1%}, {clips[0]} clips"
        yield Figure(f"{change.name} (CPU {run.cpu_seconds:.2f} s)", figure, change.limit)


@dataclass(frozen=True)
class Change:
    """A change after which a book is built again."""

    name: str
    limit: str
    books: Path | Sequence[Path]
    options: tuple[str | Path, ...] = ()
    run_count: int = 1


def _list_changes(bench: Workbench) -> Iterator[Change]:
    """Yield the changes of the book, and of how it is spoken."""
    lines = bench.script["lines"]
    for kind, limit in (("narration", "≤ 2.0 s, one clip"), ("dialogue", "≤ 2.5 s, one clip")):
        texts = [line["text"] for line in lines if line["kind"] == kind]
        edited = edit_book(bench.book, texts, bench.folder / bench.book.name)
        name = f"one sentence of {kind} changed"
        yield Change(name, limit, edited, run_count=QUICK_RUN_COUNT)
    appended = bench.folder / "one chapter more.txt"
    texts = sorted({line["text"] for line in lines})[:APPENDED_LINES]
    new_texts = "\n\n".join(f"Once more, {text}" for text in texts)
    appended.write_text(f"ONE CHAPTER MORE\n\n{new_texts}\n", "utf-8")
    name = f"a chapter of {APPENDED_LINES} lines appended"
    yield Change(name, "41 clips", [bench.book, appended], ("--one-book",))
    character, line_count = _find_minor_character(bench.script)
    name = f"a minor character's voice changed ({line_count} lines)"
    yield Change(name, f"{line_count} clips", bench.book, ("--set", f"{character}=agatha"))
    word, line_count = _find_rare_word(bench.script)
    lexicon = bench.folder / "lexicon.toml"
    lexicon.write_text(f'[words]\n"{word}" = "{word}ay"\n')
    name = f"a lexicon word changed ({line_count} lines)"
    yield Change(name, f"{line_count} clips", bench.book, ("--lexicon", lexicon))
    yield Change("pauses changed", "no clip", bench.book, ("--pauses", "slow"))


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


def measure_preview(bench: Workbench) -> Iterator[Figure]:
    """Yield the times of previews from the middle of a book that has not been built."""
    line_kinds: dict[tuple[int, int], set[str]] = {}
    for line in bench.script["lines"]:
        if line["paragraph"]:
            paragraph = (line["chapter"], line["paragraph"])
            line_kinds.setdefault(paragraph, set()).add(line["kind"])
    paragraphs = list(line_kinds)[len(line_kinds) // 2 :]
    narration = next(place for place in paragraphs if line_kinds[place] == {"narration"})
    dialogue = next(place for place in paragraphs if "dialogue" in line_kinds[place])
    for engine, limit in (("pyttsx3", "≤ 0.8 s"), ("natural", "≤ 1.2 s")):
        for paragraph, kind in ((narration, "narration"), (dialogue, "dialogue")):
            yield _time_preview(bench, paragraph, f"first sound of {kind}, {engine}", engine, limit)


def _time_preview(
    bench: Workbench, paragraph: tuple[int, int], name: str, engine: str, limit: str
) -> Figure:
    runs = []
    for _ in range(QUICK_RUN_COUNT):
        shutil.rmtree(bench.folder / "preview", ignore_errors=True)
        paths = ("--cache-dir", bench.folder / "preview", "-o", bench.folder / "preview.wav")
        place = ("--chapter", str(paragraph[0]), "--paragraph", str(paragraph[1]))
        options = ("--engine", engine, *place, *paths)
        command = (*NARRATOR_COMMAND, "preview", bench.book, *options)
        runs.append(time_command(command, cwd=bench.folder))
    run = take_median(runs)
    return Figure(f"{name} (CPU {run.cpu_seconds:.2f} s)", f"{run.wall_seconds:.2f} s", limit)


def measure_rival(bench: Workbench) -> Iterator[Figure]:
    """Compare the time of `narrator script` with that of audiobooker-ai on the same book."""
    rival = shutil.which(RIVAL_COMMAND)
    if rival is None:
        raise CommandFailedError("audiobooker-ai is not installed (NARRATOR_RIVAL)")
    folder = bench.folder / "rival"

    def compile_book() -> CommandTime:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        book = shutil.copy(bench.book, folder)
        time_command((rival, "new", book), cwd=folder)
        project = next(folder.glob("*.audiobooker"))
        return time_command((rival, "compile", "-p", project), cwd=folder)

    ours, theirs = time_alternately(lambda: _time_script(bench), compile_book, RUN_COUNT)
    yield Figure(
        f"script ÷ audiobooker-ai's compile ({theirs.wall_seconds:.1f} s)",
        f"{ours.wall_seconds:.1f} s = {ours.wall_seconds / theirs.wall_seconds:.2f}",
        "≤ 3",
    )


def measure_start(bench: Workbench) -> Iterator[Figure]:
    """Compare the start-up time of the command with that of an empty typer program."""
    empty_program = bench.folder / "empty_program.py"
    empty_program.write_text(EMPTY_PROGRAM)
    ours, empty = time_alternately(
        lambda: time_command((*NARRATOR_COMMAND, "--help"), cwd=bench.folder),
        lambda: time_command((sys.executable, empty_program, "--help"), cwd=bench.folder),
        3 * QUICK_RUN_COUNT,
    )
    for name, seconds, empty_seconds in (
        ("--help ÷ a bare typer program", ours.wall_seconds, empty.wall_seconds),
        ("the same, processor time", ours.cpu_seconds, empty.cpu_seconds),
    ):
        yield Figure(name, f"{seconds:.2f} s = {seconds / empty_seconds:.2f}", "≤ 1.2")


def measure_first_chapter(bench: Workbench) -> Iterator[Figure]:
    """Yield after which share of a build with one file per chapter the first is complete.

    The chapters of the first book are a twelfth of it, and those of the second a sixtieth.
    """
    for book in (bench.book, find_material("books", "pride-and-prejudice.epub")):
        if book is not None:
            name = f"first chapter of {book.stem} ÷ whole build (--split chapters)"
            yield Figure(name, f"{bench.time_first_chapter(book):.2f}", "≤ 0.10")


def measure_script(bench: Workbench) -> Iterator[Figure]:
    """Yield the time of a script from nothing."""
    run = take_median([_time_script(bench) for _ in range(QUICK_RUN_COUNT)])
    name = f"script of the whole book, cold (CPU {run.cpu_seconds:.2f} s)"
    yield Figure(name, f"{run.wall_seconds:.2f} s", "≤ 2.5 s")


def _time_script(bench: Workbench) -> CommandTime:
    shutil.rmtree(bench.folder / "script cache", ignore_errors=True)
    options = ("--json", "--cache-dir", bench.folder / "script cache")
    return time_command((*NARRATOR_COMMAND, "script", bench.book, *options), cwd=bench.folder)


def measure_natural(bench: Workbench) -> Iterator[Figure]:
    """Compare a build with `natural` with hibari alone, in two processes of one thread."""
    book, shares = bench.folder / "natural.txt", [bench.folder / f"share{i}.txt" for i in (1, 2)]
    lines, words = list[str](), 0
    for line in bench.script["lines"]:
        if words < NATURAL_WORDS:
            lines.append(line["text"])
            words += len(line["text"].split())
    book.write_text("\n\n".join(lines), "utf-8")
    spoken = sorted(lines, key=len)
    for number, path in enumerate(shares):
        path.write_text("\n".join(spoken[number::2]), "utf-8")
    program = bench.folder / "bare_natural.py"
    program.write_text(BARE_NATURAL_PROGRAM)
    ours, bare = time_alternately(
        lambda: bench.build_text(book, "natural", "--solo", "--jobs", "2"),
        lambda: time_together(
            [(sys.executable, program, path) for path in shares], cwd=bench.folder
        ),
        RUN_COUNT,
    )
    for name, seconds, bare_seconds in (
        (f"natural, {words:,} words ÷ bare hibari", ours.wall_seconds, bare.wall_seconds),
        ("the same, processor time", ours.cpu_seconds, bare.cpu_seconds),
    ):
        figure = f"{seconds:.1f} s = {seconds / bare_seconds:.2f}"
        yield Figure(f"{name} ({bare_seconds:.1f} s)", figure, "≤ 1.15")


def measure_memory(bench: Workbench) -> Iterator[Figure]:
    """Yield the memory of all processes of long builds, with pages that they share counted once."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise CommandFailedError("only Linux tells of memory that processes share")
    texts = [line["text"] for line in bench.script["lines"]]
    for hours, engine, limit_mb in LONG_BUILDS:
        book = bench.folder / f"{hours} hours.txt"
        words = round(hours * WORDS_PER_HOUR * SHARE)
        book.write_text("".join(write_long_novel(texts, words)), "utf-8")
        target, cache = bench.folder / f"{hours}-{engine}.mp3", bench.folder / "memory cache"
        shutil.rmtree(cache, ignore_errors=True)
        options = ("--engine", engine, "--jobs", "2", "-o", target, "--cache-dir", cache)
        use = watch_command((*NARRATOR_COMMAND, "build", book, "--solo", *options), bench.folder)
        shutil.rmtree(cache, ignore_errors=True)
        target.unlink()
        name = f"memory of all processes, {hours} h, {engine} ({use.seconds:.0f} s)"
        yield Figure(name, f"{use.memory_mb:.0f} MB", f"≤ {limit_mb} MB")


def measure_cluster(bench: Workbench) -> Iterator[Figure]:
    """Compare a build on two Dask workers of this machine with one on two local workers."""
    with run_local_cluster(2, bench.folder) as address:
        part = ("--chapters", CHAPTERS or PART_CHAPTERS)

        def build_on_cluster() -> CommandTime:
            # what an engine has prepared there is in use
            for kind in ("clip", CHUNK_KIND, RECORD_KIND):
                for cache in bench.folder.glob(f"machine*/{kind}"):
                    shutil.rmtree(cache, ignore_errors=True)
            return bench.build_from_scratch("dask", "--cluster", address, *part)

        dask, local = time_alternately(
            build_on_cluster,
            lambda: bench.build_from_scratch("local", "--jobs", "2", *part),
            RUN_COUNT,
        )
    ratio = dask.wall_seconds / local.wall_seconds
    name = f"two Dask workers ÷ two local workers ({local.wall_seconds:.1f} s)"
    yield Figure(name, f"{dask.wall_seconds:.1f} s = {ratio:.2f}", "≤ 1.15")


def measure_long(bench: Workbench) -> Iterator[Figure]:
    """Yield the memory and time of the scripts of very long books."""
    yield from measure_long_scripts([line["text"] for line in bench.script["lines"]], bench.folder)


GROUPS: dict[str, Callable[[Workbench], Iterator[Figure]]] = {
    "start": measure_start,
    "script": measure_script,
    "preview": measure_preview,
    "cold": measure_cold_build,
    "rebuilds": measure_rebuilds,
    "split": measure_first_chapter,
    "natural": measure_natural,
    "cluster": measure_cluster,
    "long": measure_long,
    "memory": measure_memory,
    "rival": measure_rival,
}
"""What measures each group of figures, in the order in which they are printed."""


def main() -> None:
    """Print all figures of speed as they come, and then as a table."""
    book = find_material("books", "the-adventures-of-sherlock-holmes.epub")
    if book is None:
        print("  the book to measure on is not here (NARRATOR_SHARED)")
        return
    compileall.compile_dir(str(Path(narrator.__file__).parent), quiet=1)
    load = os.getloadavg()[0]
    chapters = f"chapters {CHAPTERS}" if CHAPTERS else "the whole book"
    print(f"  {book.name}, {chapters}; {RUN_COUNT} runs, {QUICK_RUN_COUNT} of what is quick;")
    print(f"  {os.cpu_count()} processors, {load:.1f} of them busy with something else\n")
    names = os.environ.get("NARRATOR_BENCH_ROWS", " ".join(GROUPS)).split()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, start = Path(name), time.monotonic()
        bench = Workbench(book, folder, load_script(book, folder))
        figures = [figure for name in names for figure in _measure_group(name, bench)]
    print_table(figures)
    print(f"\n  measured in {(time.monotonic() - start) / 60:.0f} minutes")


def _measure_group(name: str, bench: Workbench) -> Iterator[Figure]:
    """Yield and print the figures of a group; if it fails, its last figure says why."""
    try:
        for figure in GROUPS[name](bench):
            print_figure(figure)
            yield figure
    except (CommandFailedError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        figure = Figure(name, "not measured", str(error))
        print_figure(figure)
        yield figure


if __name__ == "__main__":
    main()
