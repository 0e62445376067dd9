"""Completeness of scripts: words lost or doubled between the source file and the script.

None are allowed. This check is independent of `narrator.scripts.completeness`: it extracts the
words of the source file with separate code, and compares them in order with the words of the
script's lines and of its skipped passages. The skipped words are counted by reason.
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

from benchmarks import find_material
from narrator.readers import read
from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.model import Book

WORD = re.compile(r"[^\W_]+")


def main() -> None:
    """Print a row for each book, and exit with an error if any word is lost or doubled."""
    novels = find_material("quotes")
    if novels is None:
        print("nothing to measure on: NARRATOR_SHARED names no folder with quotes/ and books/")
        return
    total = Counter[str]()
    for path in sorted(novels.glob("*/text.txt")):
        total += check_book(path.parent.name, path, WORD.findall(path.read_text("utf-8")))
    for path in sorted((find_material("books") or novels).glob("*.epub")):
        total += check_book(path.stem, path, list_epub_words(path))
    print(f"{total['words']} words, {total['lost']} lost, {total['doubled']} doubled")
    if total["lost"] or total["doubled"]:
        sys.exit(1)


def check_book(name: str, path: Path, source_words: Sequence[str]) -> Counter[str]:
    """Print and return the number of words of a book, and how many are lost and doubled."""
    book = read([str(path)])
    lost, doubled = compare_words(source_words, list_script_words(book))
    skipped = Counter[str]()
    for passage in book.skipped:
        skipped[passage.reason] += len(WORD.findall(passage.text))
    reasons = ", ".join(f"{count} {reason}" for reason, count in skipped.most_common() if count)
    print(f"{name:36} {len(source_words):8} words {lost:4} lost {doubled:4} doubled  {reasons}")
    return Counter(words=len(source_words), lost=lost, doubled=doubled)


def list_script_words(book: Book) -> list[str]:
    """Return the words of the lines and of the skipped passages, in the order of the source.

    Passages skipped within a line, such as footnote marks, are inserted at their position.
    """
    words: list[str] = []
    passages = list(book.skipped)
    for line in segment_book(book):
        while passages and passages[0].start < line.start:
            words += WORD.findall(passages.pop(0).text)
        start, line_words = line.start, WORD.findall(line.text)
        while passages and passages[0].start < line.end:
            passage = passages.pop(0)
            before = len(WORD.findall(book.readable_text[start : passage.start]))
            words += line_words[:before] + WORD.findall(passage.text)
            start, line_words = passage.end, line_words[before:]
        words += line_words
    return words + [word for passage in passages for word in WORD.findall(passage.text)]


def compare_words(source: Sequence[str], script: Sequence[str]) -> tuple[int, int]:
    """Return the number of source words missing in the script, and of added words."""
    # Remove equal words at both ends first, which leaves little for the slow comparison.
    start = _count_equal(source, script)
    source, script = source[start:], script[start:]
    end = _count_equal(source[::-1], script[::-1])
    source, script = source[: len(source) - end], script[: len(script) - end]
    if not source and not script:
        return 0, 0
    matcher = difflib.SequenceMatcher(None, source, script, autojunk=False)
    equal = sum(block.size for block in matcher.get_matching_blocks())
    return len(source) - equal, len(script) - equal


def _count_equal(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the number of equal words at the start of two sequences."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def list_epub_words(path: Path) -> list[str]:
    """Return the words of an EPUB's pages in reading order, including descriptions of pictures."""
    with zipfile.ZipFile(path) as archive:
        package_path = next(name for name in archive.namelist() if name.endswith(".opf"))
        package = etree.fromstring(archive.read(package_path))
        items = {e.get("id"): e.get("href") for e in package.iter("{*}item")}
        words: list[str] = []
        for reference in package.iter("{*}itemref"):
            href = str(items[reference.get("idref")])
            page = archive.read(posixpath.join(posixpath.dirname(package_path), href))
            body = etree.fromstring(page).find("{*}body")
            if body is not None:
                words += WORD.findall("".join(_iterate_texts(body)))
        return words


def _iterate_texts(element: etree._Element) -> Iterator[str]:
    """Yield all text within an element, in order."""
    yield element.text or ""
    yield f" {element.get('alt')} " if element.get("alt") else ""
    for child in element:
        yield from _iterate_texts(child)
        yield child.tail or ""
