"""Read damaged books: each must give a complete book, or an error of one line.

`python -m tests.readers.fuzzing 20000` makes that many tries and stops at the first one that ends
in a traceback, takes over 10 seconds or needs over 1 GB. Each try has a number, and the same number
always gives the same try.
"""

from __future__ import annotations

import faulthandler
import io
import random
import resource
import sys
import time
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import ReadingError
from narrator.readers import Policy, SourceFile
from narrator.readers.loading import find_reader
from narrator.scripts.completeness import verify_completeness
from narrator.segmentation.lines import segment_book
from tests.readers.sample_books import archive, epub
from tests.readers.test_docx import NOTE, NOTED, docx, p
from tests.readers.test_fb2 import fb2, section
from tests.readers.test_odt import NOTED as ODT_NOTED
from tests.readers.test_odt import odt
from tests.readers.test_pdf import book_pages, pdf
from tests.readers.test_plain import GUTENBERG

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10
MEMORY = 2**30
"""Bytes that a try may need in addition to the interpreter and its libraries."""

PAGE = (
    '<h2 id="h">Chapter {0}</h2><p>He <em>said</em>: “No<a epub:type="noteref" href="#n">1</a>.”</p>'
    "<hr/><ul><li><p>One</p></li></ul><table><tr><td>a</td><td>b</td></tr></table><p>x &eacute;</p>"
    '<p><ruby>字<rt>じ</rt></ruby> <math><mi>x</mi></math><img alt="A mill" src="x"/></p>'
    '<aside epub:type="footnote" id="n"><p>A note.</p></aside>'
)
FB2_PARTS = "<poem><stanza><v>a</v></stanza></poem><code>b</code>bare <emphasis>c</emphasis>"
LOG = "\n\n[09:41] HUB: Anyone there?\n\nHe left.[1] It rained [2].\n\n[1] A note.\n\n[A: No.\n"
TOKENS = [
    b"<", b">", b"&", b'"', b"/>", b"</p>", b"<p>", b"<div>" * 300, b"<!--", b"]]>", b"<![CDATA[", b"&#0;",
    b"&#x110000;", b"&lol;", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80",
    b"-1", b"99999999999", b"0", b"1 0 R", b"endobj", b"stream", b"[1]", b"[^1]", b"* * *", b"CHAPTER I\n",
    b"CONTENTS\n", b"\r\n\r\n\r\n", b"\t", b" " * 500, b"_", b"../../", b"%00", b"#", b"http://x", b"IIII", b"---\n",
    b"&#xD800;", b"&#xD83D;&#xDE00;", b"&#146;", b"%23", b"?", b"\x1b[2J", b"\xc2\x9b", b"\x01", b"\xef\xbf\xbf",
    b'<meta charset="punycode">', b'<?xml version="1.0" encoding="idna"?>', b'<meta charset="utf-7">+2AA-',
    b'<?xml version="1.0" encoding="utf-16"?>', b"<!-- ", b"<? ", b"-->", b"<Mara>", b"<xmp>", b"</body>", b"<body>",
    b"[12:30] ", b"[A: ", b"[Footnote 2: ", b"[3:16] ", b"a[1] ", b"." * 3000, b"- " * 1000, b"Aa-" * 1000,
    b"[" * 1000, b"> " * 200, b"<b>" * 300, b"<section>" * 300, b"<w:sdt>", b"<text:p>", b"\xe2\x80\xa8",
]  # fmt: skip


@cache
def seeds() -> dict[str, bytes]:
    """Return a whole book of each format, by its suffix."""
    pages = {f"{n}.xhtml": PAGE.format(n) for n in (1, 2)}
    markdown = (
        "# T\n\nOne[^1] *two* <Mara>.\n\n---\n\n- a\n- b\n\n> c\n\n[^1]: Note.\n\n"
        "| a | b |\n|---|---|\n| c | d | e |\n"
    )
    control = f"<w:sdt><w:sdtContent><w:tc>{p('Inner')}</w:tc></w:sdtContent></w:sdt>"
    table = f"<w:tbl><w:tr><w:tc>{p('Left')}</w:tc>{control}</w:tr></w:tbl>"
    box = "<text:p>One<draw:custom-shape><text:p>Box.</text:p></draw:custom-shape></text:p>"
    return {
        ".epub": epub(pages, ["1.xhtml#h|I", "2.xhtml|II"]),
        ".docx": docx(p("Head", "berschrift1"), NOTED, table, p("Two."), notes=NOTE),
        ".odt": odt(ODT_NOTED + box),
        ".fb2": fb2(section("First", f"<p>One.</p>{FB2_PARTS}")).encode(),
        ".pdf": pdf(*book_pages()),
        ".html": f"<html><title>T</title><body>{PAGE.format(1)}</body></html>".encode(),
        ".md": markdown.encode(),
        ".txt": (GUTENBERG + LOG).encode(),
    }


def attempt(number: int) -> str:
    """Make one try and return its outcome in a word; other errors are what the fuzzing is for."""
    chance = random.Random(number)  # noqa: S311 - no secret, and must be the same each time
    suffix = chance.choice(sorted(seeds()))
    data = damaged(seeds()[suffix], chance)
    source = SourceFile(f"try-{number}{suffix}", data, suffix)
    policy = Policy(
        chance.choice(["skip", "keep"]),
        chance.choice(["skip", "inline", "chapter-end"]),
        chance.choice(["skip", "keep"]),
    )
    try:
        book = find_reader(source).read(source, policy)
    except ReadingError as error:
        if "\n" in str(error):
            raise AssertionError(f"more than one line: {error}") from error
        return f"{suffix} {type(error).__name__}"
    verify_completeness(book, segment_book(book))
    return f"{suffix} read"


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few mutations, in archives mostly in one of the entries."""
    if data.startswith(b"PK") and chance.random() < 0.75:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            entries = {name: file.read(name) for name in file.namelist()}
        name = chance.choice(sorted(entries))
        if chance.random() < 0.05:
            del entries[name]
        else:
            entries[name] = mutated(entries[name], chance)
        return archive(entries)
    return mutated(data, chance)


def mutated(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 1, 1, 2, 4, 16])):
        data = chance.choice(MUTATIONS)(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _drop(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.choice([1, 2, 8, 64]) :]


def _double(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    piece = data[at : at + chance.choice([1, 8, 64, 512])]
    return data[:at] + piece * chance.choice([2, 2, 3, 50]) + data[at:]


def _put(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(TOKENS) + data[at:]


def _swap(data: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[b:] + data[a:b] + data[:a]


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    _flip,
    _cut,
    _drop,
    _double,
    _put,
    _swap,
]


def main(tries: int, first: int = 0) -> None:
    seeds()
    attempt(0)  # what the libraries need themselves is loaded before memory is bounded
    used_pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    used = used_pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    outcomes, slowest = Counter[str](), (0.0, 0)
    for number in range(first, first + tries):
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        began = time.monotonic()
        try:
            outcomes[attempt(number)] += 1
        except BaseException:
            print(f"try {number} failed", file=sys.stderr)
            raise
        slowest = max(slowest, (time.monotonic() - began, number))
    faulthandler.cancel_dump_traceback_later()
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:7} {outcome}")
    print(f"{tries} tries, no trace-back; the slowest, {slowest[1]}, took {slowest[0]:.1f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:] or ["20000"]))
