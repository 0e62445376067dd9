"""Scripts of very long books: time and memory."""

from __future__ import annotations

import os
import re
import shutil
from itertools import count
from typing import TYPE_CHECKING

from benchmarks._timing import NARRATOR_COMMAND, Figure
from benchmarks.memory import SUBSTITUTIONS, watch_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SHARE = float(os.environ.get("NARRATOR_BENCH_SHARE", "1"))
"""Share of the full length, to try the benchmark."""
WORD_COUNT, PARAGRAPH_COUNT = round(2_000_000 * SHARE), round(1_000_000 * SHARE)
_WORDS_PER_CHAPTER = 10_000
_TINY_PARAGRAPHS = ("Yes.", "“No.”", "She left.", "“Who?” he said.", "It rained.", "“I do.”")


def measure_long_scripts(texts: Sequence[str], folder: Path) -> Iterator[Figure]:
    """Yield the memory and time of the scripts of two million words and of tiny paragraphs.

    Args:
        texts: the paragraphs of a novel, which is repeated with other words.
        folder: folder for the books and their caches.
    """
    novel, tiny = folder / "long.txt", folder / "tiny.txt"
    with novel.open("w", encoding="utf-8") as file:
        file.writelines(write_long_novel(texts, WORD_COUNT))
    yield from _measure_script(f"script of {WORD_COUNT:,} words", novel, folder, 400, "")
    with tiny.open("w", encoding="utf-8") as file:
        file.writelines(_write_tiny_paragraphs(PARAGRAPH_COUNT))
    name = f"script of {PARAGRAPH_COUNT:,} tiny paragraphs"
    yield from _measure_script(name, tiny, folder, 600, ", 50 s")


def _measure_script(
    name: str, book: Path, folder: Path, limit_mb: int, more_limits: str
) -> Iterator[Figure]:
    cache = folder / "long cache"
    shutil.rmtree(cache, ignore_errors=True)
    # the script of the whole book is written, of which little is printed
    options = ("--chapter", "1", "--cache-dir", cache)
    use = watch_command((*NARRATOR_COMMAND, "script", book, *options), folder)
    book.unlink()
    shutil.rmtree(cache, ignore_errors=True)
    figure = f"{use.memory_mb:.0f} MB, {use.seconds:.0f} s"
    yield Figure(name, figure, f"≤ {limit_mb} MB{more_limits}")


def write_long_novel(texts: Sequence[str], word_count: int) -> Iterator[str]:
    """Yield the paragraphs of a novel again and again, up to a length.

    Each of the first 32 copies has other common words replaced, so that few lines are known.
    """
    written, chapter, chapter_words = 0, 0, _WORDS_PER_CHAPTER
    for copy in count():
        for text in texts:
            if written >= word_count:
                return
            if chapter_words >= _WORDS_PER_CHAPTER:
                chapter, chapter_words = chapter + 1, 0
                yield f"CHAPTER {chapter}\n\n"
            yield f"{_vary(text, copy)}\n\n"
            length = len(text.split())
            written, chapter_words = written + length, chapter_words + length


def _vary(text: str, copy: int) -> str:
    """Return a text in which those words are replaced that belong to a copy; copy 0 has none."""
    for bit, (word, replacement) in enumerate(SUBSTITUTIONS):
        if copy >> bit & 1:
            text = re.sub(rf"\b{word}\b", replacement, text)
    return text


def _write_tiny_paragraphs(count: int) -> Iterator[str]:
    yield "CHAPTER 1\n\n"
    for number in range(count):
        yield f"{_TINY_PARAGRAPHS[number % len(_TINY_PARAGRAPHS)]}\n\n"
