"""Seconds of one core for reading and segmenting a book of 120,000 words; the limit is 3.

The book is made here, of the story in `seeds/`, as an EPUB of sixty chapters. As machines differ,
the time for a fixed piece of plain work stands beside it.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

from narrator.readers import Policy, SourceFile
from narrator.readers.epub import EpubReader
from narrator.segmentation import segment_book
from tests.readers.making import epub

WORDS = 120_000
LIMIT = 3.0
STORY = Path(__file__).parents[1] / "seeds" / "the-designer-of-almaty.txt"


def main() -> None:
    source = SourceFile("book.epub", made(), ".epub")
    reader = EpubReader()
    began = time.process_time()
    known = all(reader.recognises(source) for _ in range(100))
    recognised = (time.process_time() - began) / 100
    began = time.process_time()
    book = reader.read(source, Policy())
    read = time.process_time() - began
    lines = segment_book(book)
    whole = time.process_time() - began
    print(f"recognised {known} in {recognised * 1e6:.0f} µs")
    print(f"{len(lines)} lines: read in {read:.2f} s, read and segmented in {whole:.2f} s")
    print(f"beside it, 256 MiB hashed by SHA-256 took {yardstick():.2f} s")
    if whole > LIMIT:
        sys.exit(1)


def made() -> bytes:
    """An EPUB of `WORDS` words."""
    paragraphs = [p for p in STORY.read_text("utf-8").split("\n\n") if p.strip()]
    size = sum(len(p.split()) for p in paragraphs)
    body = "".join(f"<p>{p}</p>" for p in paragraphs) * (WORDS // 60 // size + 1)
    pages = {f"{n}.xhtml": f"<h2>Chapter {n}</h2>{body}" for n in range(1, 61)}
    return epub(pages, [f"{n}.xhtml|Chapter {n}" for n in range(1, 61)])


def yardstick() -> float:
    block = bytes(2**20)
    began = time.process_time()
    digest = hashlib.sha256()
    for _ in range(256):
        digest.update(block)
    return time.process_time() - began
