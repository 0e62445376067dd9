"""Memory and disk space of long builds, and memory of `narrator check`.

A book of about ten hours is built, and then one of thirty. They consist of copies of one novel,
with a common word replaced in each copy, so that few clips are reused. `NARRATOR_BENCH_HOURS` sets
the lengths in hours, such as `30`, and `NARRATOR_BENCH_FORMATS` the formats, such as `mp3,wav`. The
figures are sums over all processes of a build. Memory is Linux's "proportional set size", which
counts shared pages once; the resident memory, which counts them for each process, is printed in
brackets.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import find_material
from benchmarks._timing import NARRATOR_COMMAND, describe_failure
from narrator.build import pipeline
from narrator.build.pipeline import Options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Script

BOOK_HOURS = [float(hours) for hours in os.environ.get("NARRATOR_BENCH_HOURS", "10,31").split(",")]
FORMATS = os.environ.get("NARRATOR_BENCH_FORMATS", "mp3").split(",")
MAX_MEGABYTES, MAX_GROWTH = 400, 1.2
"""Limit for the memory of a build of ten hours, and for its ratio to a build of thirty hours."""
WORDS_PER_HOUR = 11_000
"""Pace of the default voice, including pauses."""
SUBSTITUTIONS = (("and", "or"), ("the", "that"), ("a", "one"), ("of", "from"), ("to", "for"))
"""For each copy of the novel but the first, a word and its replacement."""
WATCH_INTERVAL_SECONDS = 0.2
SAMPLE_RATE, SAMPLE_BYTES = 22_050, 2


def main() -> None:
    """Print the figures of all builds, for each format."""
    novel = find_material("books", "the-adventures-of-sherlock-holmes.epub")
    if novel is None:
        print("  the book to measure on is not here (NARRATOR_SHARED)")
        return
    if not Path("/proc/self/smaps_rollup").exists():
        print("  only Linux tells of several processes' memory, pages that they share counted once")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = pipeline.write_script([str(novel)], Options(cache_dir=folder / "script"))
        for format_ in FORMATS:
            builds = [_measure_build(script, hours, format_, folder) for hours in BOOK_HOURS]
            if len(builds) > 1:
                growth = builds[-1].memory_mb / builds[0].memory_mb
                limit = f"≤ {MAX_GROWTH}"
                print_figure(f"{format_}: the longest ÷ the shortest", f"{growth:.2f}", limit)


def print_figure(name: str, figure: str, limit: str) -> None:
    """Print a figure beside its limit."""
    print(f"  {name:44} {figure:>40}   bar {limit}", flush=True)


def _measure_build(script: Script, hours: float, format_: str, folder: Path) -> ResourceUse:
    """Build a book of some hours, print the resources of the build and of a check, and return them.

    Only the resources of the build are returned.
    """
    book = folder / f"{hours:g} hours.html"
    book.write_text("".join(_write_long_book(script, hours)), encoding="utf-8")
    target, cache = folder / f"{hours:g}.{format_}", folder / f"cache-{hours:g}"
    build = watch_command(
        (*NARRATOR_COMMAND, "build", book, "-o", target, "--cache-dir", cache), folder
    )
    target_mb = target.stat().st_size / 1e6
    pcm_mb = hours * 3600 * SAMPLE_RATE * SAMPLE_BYTES / 1e6
    name = f"{format_}, {hours:g} h ({target_mb:,.0f} MB, {build.seconds:.0f} s)"
    memory = f"{build.memory_mb:.0f} MB in {build.processes} processes ({build.resident_mb:.0f} MB)"
    print_figure(name, memory, f"≤ {MAX_MEGABYTES} MB at 10 h")
    disk = f"{build.temporary_mb:.0f} MB on disk"
    print_figure("  besides cache and audiobook", disk, f"no {pcm_mb:,.0f} MB")
    check = watch_command((*NARRATOR_COMMAND, "check", target, "--json"), folder)
    name = f"  narrator check ({check.seconds:.0f} s)"
    print_figure(name, f"{check.memory_mb:.0f} MB", f"≤ {MAX_MEGABYTES} MB")
    target.unlink()
    return build


def _write_long_book(script: Script, hours: float) -> Iterator[str]:
    """Yield a book of some hours as HTML, chapter by chapter."""
    yield f"<html lang='en'><head><title>{hours:g} hours</title></head><body>\n"
    words_left, copy, book = hours * WORDS_PER_HOUR, 0, script.book
    while words_left > 0:
        for chapter in book.chapters:
            texts = [book.readable_text[p.start : p.end] for p in chapter.paragraphs]
            if words_left > 0:
                yield f"<h1>{html.escape(chapter.title)}, {copy + 1}</h1>\n"
                yield from (f"<p>{html.escape(_vary(text, copy))}</p>\n" for text in texts)
            words_left -= sum(len(text.split()) for text in texts)
        copy += 1
    yield "</body></html>\n"


def _vary(text: str, copy: int) -> str:
    """Return a text with the word replaced that belongs to a copy; copy 0 is unchanged."""
    if copy == 0:
        return text
    word, replacement = SUBSTITUTIONS[(copy - 1) % len(SUBSTITUTIONS)]
    return re.sub(rf"\b{word}\b", replacement, text)


# Watching a command


@dataclass
class ResourceUse:
    """The peak resources of a command and of all processes that it started, in megabytes."""

    memory_mb: float = 0.0
    """Proportional set size."""
    resident_mb: float = 0.0
    """Resident memory, with shared pages counted for each process."""
    processes: int = 0
    """Number of processes when the memory was highest."""
    temporary_mb: float = 0.0
    """Size of temporary files."""
    seconds: float = 0.0


def watch_command(command: Sequence[str | Path], folder: Path) -> ResourceUse:
    """Run a command, and measure its resources five times a second.

    Args:
        command: program and arguments.
        folder: folder for temporary files, which also contains the caches.

    Raises:
        CommandFailedError: the command ended with an error.
    """
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    start, use, finished = time.monotonic(), ResourceUse(), threading.Event()
    log = folder / "errors.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )

    def watch() -> None:
        while not finished.wait(WATCH_INTERVAL_SECONDS):
            sizes = [size for pid in _list_processes(process.pid) if (size := _read_memory(pid))]
            memory_mb, resident_mb = map(sum, zip(*sizes, strict=True)) if sizes else (0, 0)
            use.resident_mb = max(use.resident_mb, resident_mb)
            if memory_mb > use.memory_mb:
                use.memory_mb, use.processes = memory_mb, len(sizes)
            use.temporary_mb = max(use.temporary_mb, _measure_temporary_files(folder, temporary))

    watcher = threading.Thread(target=watch)
    watcher.start()
    exit_code = process.wait()
    finished.set()
    watcher.join()
    if exit_code:
        raise describe_failure(command, exit_code, log)
    use.seconds = time.monotonic() - start
    return use


def _list_processes(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _list_processes(int(child))


def _read_memory(pid: int) -> tuple[float, float] | None:
    """Return the proportional and the resident memory in MB; None for a process that has ended."""
    with suppress(OSError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
        sizes = dict(re.findall(r"^(Pss|Rss):\s+(\d+)", rollup, re.MULTILINE))
        if sizes:
            return int(sizes["Pss"]) / 1000, int(sizes["Rss"]) / 1000
    return None


def _measure_temporary_files(folder: Path, temporary: Path) -> float:
    """Return the size in MB of all temporary files, including those in the caches."""
    paths = [*temporary.rglob("*"), *folder.glob("cache-*/.*"), *folder.glob("cache-*/tmp*/*")]
    total = 0
    for path in paths:
        with suppress(OSError):
            total += path.stat().st_size
    return total / 1e6


if __name__ == "__main__":
    main()
