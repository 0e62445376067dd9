"""How much memory and disk a long build takes, all of its processes together, and a check of it.

A book of about ten hours is built, then one of thirty: the same novel three times and a bit, with
other small words each time, so that hardly a clip is met twice. `NARRATOR_BENCH_HOURS` says which
lengths, such as `30`, and `NARRATOR_BENCH_FORMATS` which formats, such as `mp3,wav`. Memory is what
Linux calls proportional: pages that processes share are counted once. In brackets stands the sum of
what is resident, where they are counted for each.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import shared
from narrator.build import pipeline
from narrator.build.pipeline import Options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Script

HOURS = [float(hours) for hours in os.environ.get("NARRATOR_BENCH_HOURS", "10,31").split(",")]
FORMATS = os.environ.get("NARRATOR_BENCH_FORMATS", "mp3").split(",")
MOST, GROWTH = 400, 1.2
"""Megabytes at ten hours, and how much more thirty may take."""
WORDS_AN_HOUR = 11_000
"""Of the default voice, with its pauses."""
OTHERWISE = (("and", "or"), ("the", "that"), ("a", "one"), ("of", "from"), ("to", "for"))
"""What makes another book of each copy."""
EVERY = 0.2
"""Seconds between two looks."""
NARRATOR = (sys.executable, "-m", "narrator.cli.main")


def main() -> None:
    novel = shared("books", "the-adventures-of-sherlock-holmes.epub")
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
            measured = [_long_build(script, hours, format_, folder) for hours in HOURS]
            if len(measured) > 1:
                growth = measured[-1].memory / measured[0].memory
                told(f"{format_}: the longest ÷ the shortest", f"{growth:.2f}", f"≤ {GROWTH}")


def told(what: str, figure: str, bar: str) -> None:
    print(f"  {what:44} {figure:>40}   bar {bar}", flush=True)


def _long_build(script: Script, hours: float, format_: str, folder: Path) -> Watched:
    book = folder / f"{hours:g} hours.html"
    book.write_text("".join(_long(script, hours)), encoding="utf-8")
    target, cache = folder / f"{hours:g}.{format_}", folder / f"cache-{hours:g}"
    built = watch((*NARRATOR, "build", book, "-o", target, "--cache-dir", cache), folder)
    size, pcm = target.stat().st_size / 1e6, hours * 3600 * 22_050 * 2 / 1e6
    what = f"{format_}, {hours:g} h ({size:,.0f} MB, {built.seconds:.0f} s)"
    figure = f"{built.memory:.0f} MB in {built.processes} processes ({built.resident:.0f} MB)"
    told(what, figure, f"≤ {MOST} MB at 10 h")
    told("  besides cache and audiobook", f"{built.passing:.0f} MB on disk", f"no {pcm:,.0f} MB")
    checked = watch((*NARRATOR, "check", target, "--json"), folder)
    told(f"  narrator check ({checked.seconds:.0f} s)", f"{checked.memory:.0f} MB", f"≤ {MOST} MB")
    target.unlink()
    return built


def _long(script: Script, hours: float) -> Iterator[str]:
    """A book of so many hours, in HTML, chapter by chapter."""
    yield f"<html lang='en'><head><title>{hours:g} hours</title></head><body>\n"
    words, copy, book = hours * WORDS_AN_HOUR, 0, script.book
    while words > 0:
        for chapter in book.chapters:
            text = [book.readable_text[p.start : p.end] for p in chapter.paragraphs]
            if words > 0:
                yield f"<h1>{html.escape(chapter.title)}, {copy + 1}</h1>\n"
                yield from (f"<p>{html.escape(_changed(each, copy))}</p>\n" for each in text)
            words -= sum(len(each.split()) for each in text)
        copy += 1
    yield "</body></html>\n"


def _changed(text: str, copy: int) -> str:
    if copy == 0:
        return text
    old, new = OTHERWISE[(copy - 1) % len(OTHERWISE)]
    return re.sub(rf"\b{old}\b", new, text)


# ---------------------------------------------------------------------------------- watching


@dataclass
class Watched:
    """What a command took at most, with all the processes that it started."""

    memory: float = 0.0
    """Megabytes, pages that processes share counted once."""
    resident: float = 0.0
    """Megabytes, such pages counted for each process."""
    processes: int = 0
    """How many there were at that moment."""
    passing: float = 0.0
    """Megabytes of files that were gone in the end."""
    seconds: float = 0.0


def watch(command: Sequence[str | Path], folder: Path) -> Watched:
    """Run a command whose temporary files go into a folder, and look at it five times a second."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    started, found, over = time.monotonic(), Watched(), threading.Event()
    process = subprocess.Popen(
        [str(part) for part in command], env=environment, stdout=subprocess.DEVNULL
    )

    def look() -> None:
        while not over.wait(EVERY):
            sizes = [size for each in _family(process.pid) if (size := _memory(each))]
            memory, resident = (sum(each) for each in zip(*sizes, strict=True)) if sizes else (0, 0)
            found.resident = max(found.resident, resident)
            if memory > found.memory:
                found.memory, found.processes = memory, len(sizes)
            found.passing = max(found.passing, _passing(folder, temporary))

    watcher = threading.Thread(target=look)
    watcher.start()
    code = process.wait()
    over.set()
    watcher.join()
    if code:
        raise subprocess.CalledProcessError(code, [str(part) for part in command])
    found.seconds = time.monotonic() - started
    return found


def _family(process: int) -> Iterator[int]:
    """A process, and all that it and its children started."""
    yield process
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _memory(process: int) -> tuple[float, float] | None:
    """Megabytes, proportional and resident; none for a process that is gone."""
    with suppress(OSError):
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
        found = dict(re.findall(r"^(Pss|Rss):\s+(\d+)", told, re.MULTILINE))
        if found:
            return int(found["Pss"]) / 1000, int(found["Rss"]) / 1000
    return None


def _passing(folder: Path, temporary: Path) -> float:
    """Megabytes of temporary files, and of scratch files in the caches."""
    places = [*temporary.rglob("*"), *folder.glob("cache-*/.*"), *folder.glob("cache-*/tmp*/*")]
    total = 0
    for path in places:
        with suppress(OSError):
            total += path.stat().st_size
    return total / 1e6


if __name__ == "__main__":
    main()
