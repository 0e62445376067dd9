"""Words lost and words doubled, from the page to the script: none is allowed.

Independent of the ledger: the words of the source file, as this module itself finds them, are
compared in order with the words of all lines. What the script tells as skipped is taken out of the
source first, and counted by its reason.
"""

from __future__ import annotations

import difflib
import posixpath
import re
import sys
import zipfile
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from lxml import etree

from benchmarks import shared
from narrator.readers import read
from narrator.segmentation import segment_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.model import Book

WORD = re.compile(r"[^\W_]+")


def main() -> None:
    novels = shared("quotes")
    if novels is None:
        print("nothing to measure on: NARRATOR_SHARED names no folder with quotes/ and books/")
        return
    total = Counter[str]()
    for path in sorted(novels.glob("*/text.txt")):
        total += report(path.parent.name, path, WORD.findall(path.read_text("utf-8")))
    for path in sorted((shared("books") or novels).glob("*.epub")):
        total += report(path.stem, path, page_words(path))
    print(f"{total['words']} words, {total['lost']} lost, {total['doubled']} doubled")
    if total["lost"] or total["doubled"]:
        sys.exit(1)


def report(name: str, path: Path, source: Sequence[str]) -> Counter[str]:
    book = read([str(path)])
    said = in_order(book)
    lost, doubled = compare(source, said)
    skipped = Counter[str]()
    for stretch in book.skipped:
        skipped[stretch.reason] += len(WORD.findall(stretch.text))
    told = ", ".join(f"{n} {reason}" for reason, n in skipped.most_common() if n)
    print(f"{name:36} {len(source):8} words {lost:4} lost {doubled:4} doubled  {told}")
    return Counter(words=len(source), lost=lost, doubled=doubled)


def in_order(book: Book) -> list[str]:
    """The words of the lines and of what is skipped, in the order of the source.

    What is skipped inside a line, such as a footnote's mark, is put where it stands.
    """
    lines = [(line.start, line.end, line.text) for line in segment_book(book)]
    words: list[str] = []
    stretches = list(book.skipped)
    for start, end, text in lines:
        while stretches and stretches[0].start < start:
            words += WORD.findall(stretches.pop(0).text)
        said = WORD.findall(text)
        while stretches and stretches[0].start < end:
            before = len(WORD.findall(book.readable_text[start : stretches[0].start]))
            words += said[:before] + WORD.findall(stretches[0].text)
            start, said = stretches.pop(0).end, said[before:]  # noqa: PLW2901 - the line goes on
        words += said
    return words + [word for s in stretches for word in WORD.findall(s.text)]


def compare(source: Sequence[str], said: Sequence[str]) -> tuple[int, int]:
    """How many words of the source are not said, and how many are said that do not stand there."""
    same = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(source, said, strict=False))
    )
    a, b = source[same:], said[same:]
    same = sum(1 for _ in takewhile(lambda p: p[0] == p[1], zip(a[::-1], b[::-1], strict=False)))
    a, b = a[: len(a) - same], b[: len(b) - same]
    if not a and not b:
        return 0, 0
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return len(a) - kept, len(b) - kept


def page_words(path: Path) -> list[str]:
    """The words of an EPUB's pages and of its pictures' descriptions, in the spine's order."""
    with zipfile.ZipFile(path) as archive:
        opf = next(name for name in archive.namelist() if name.endswith(".opf"))
        package = etree.fromstring(archive.read(opf))
        items = {e.get("id"): e.get("href") for e in package.iter("{*}item")}
        words: list[str] = []
        for reference in package.iter("{*}itemref"):
            name = posixpath.join(posixpath.dirname(opf), str(items[reference.get("idref")]))
            body = etree.fromstring(archive.read(name)).find("{*}body")
            if body is not None:
                words += WORD.findall("".join(_texts(body)))
        return words


def _texts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    yield f" {element.get('alt')} " if element.get("alt") else ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
