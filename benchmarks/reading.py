"""Processor time for reading and segmenting a book of 120,000 words; the limit is 3 seconds.

The book is an EPUB of sixty chapters, made from the story in `seeds/`. To compare machines, the
time for hashing a fixed amount of data is printed as well.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

from narrator.readers import Policy, SourceFile
from narrator.readers.epub import EpubReader
from narrator.segmentation.lines import segment_book
from tests.readers.sample_books import epub

WORD_COUNT, CHAPTER_COUNT = 120_000, 60
MAX_SECONDS = 3.0
HASHED_MEBIBYTES = 256
STORY_PATH = Path(__file__).parents[1] / "seeds" / "the-designer-of-almaty.txt"


def main() -> None:
    """Print the times, and exit with an error if reading takes too long."""
    source = SourceFile("book.epub", build_book(), ".epub")
    reader = EpubReader()
    start = time.process_time()
    is_recognised = all(reader.recognises(source) for _ in range(100))
    recognition_seconds = (time.process_time() - start) / 100
    start = time.process_time()
    book = reader.read(source, Policy())
    reading_seconds = time.process_time() - start
    lines = segment_book(book)
    total_seconds = time.process_time() - start
    print(f"recognised {is_recognised} in {recognition_seconds * 1e6:.0f} µs")
    print(
        f"{len(lines)} lines: read in {reading_seconds:.2f} s, "
        f"read and segmented in {total_seconds:.2f} s"
    )
    hashing_seconds = measure_hashing()
    print(f"beside it, {HASHED_MEBIBYTES} MiB hashed by SHA-256 took {hashing_seconds:.2f} s")
    if total_seconds > MAX_SECONDS:
        sys.exit(1)


def build_book() -> bytes:
    """Return an EPUB of about `WORD_COUNT` words."""
    paragraphs = [p for p in STORY_PATH.read_text("utf-8").split("\n\n") if p.strip()]
    story_words = sum(len(paragraph.split()) for paragraph in paragraphs)
    repeats = WORD_COUNT // CHAPTER_COUNT // story_words + 1
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs) * repeats
    numbers = range(1, CHAPTER_COUNT + 1)
    pages = {f"{n}.xhtml": f"<h2>Chapter {n}</h2>{body}" for n in numbers}
    return epub(pages, [f"{n}.xhtml|Chapter {n}" for n in numbers])


def measure_hashing() -> float:
    """Return the processor seconds for hashing `HASHED_MEBIBYTES`, to compare machines."""
    mebibyte = bytes(2**20)
    start = time.process_time()
    digest = hashlib.sha256()
    for _ in range(HASHED_MEBIBYTES):
        digest.update(mebibyte)
    return time.process_time() - start
