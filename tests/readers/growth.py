"""Inputs that repeat one pattern, and the time that reading them takes.

Reading, segmentation and normalisation take time in proportion to the length of the input, whatever
it contains. Regular expressions are the usual reason if they don't.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from narrator.errors import NarratorError
from narrator.model import Script
from narrator.normalisation.script_normalisation import normalise_script
from narrator.readers import Policy, SourceFile
from narrator.readers.loading import find_reader
from narrator.segmentation.lines import segment_book
from tests.readers.sample_books import epub, page
from tests.readers.test_docx import docx, p
from tests.readers.test_fb2 import fb2
from tests.readers.test_odt import odt

Pattern = tuple[str, Callable[[int], str | bytes]]
"""A suffix, and what makes the input from a number of repetitions."""

OPENING = "The old man went to the river and said nothing.\n\n"
TEXT_UNITS = [
    ".", " .", "-", "- ", "—", "_", "*", "'", '"', "“", "( ", "[", "[1", "[A: ", "<a", "&", "…", ",",
    "|", "0", "1.", "1,", "1-", "1:", "$1 ", "a", "A. ", "Aa-", "aa'", "IV ", "Mr.", '"a', "‘a", "said ",
    "http://a.", "a@b.", "字", "「字", "\t", " \n", "a- \n", "a\n", "I\n\n", "12\n\n", "* * *\n\n",
    "CHAPTER I\n\n", "[Footnote 1: a\n\n", "[1] a\n\n", "a[1]\n\n", "* a\n\n", "a*\n\n",
    "[Illustration", "[Transcriber's note: a\n\n", "\u0301", "½", "10:00 a.m. ", "10,000 ", "1st-2nd-",
    "A.M.", "— a — ", "_a_ ", "T HE ", "by a\n\n", "\r\n",
]  # fmt: skip
"""What is repeated in plain text."""
MARKDOWN_UNITS = [
    "> ", "- ", "**", "`", "[a](", "[a]: ", "<b>", "<Mara> ", "<!-- ", "<![CDATA[", "[^1]: a\n\n",
    "a[^1] ", "| a ", "\\", "***a",
]  # fmt: skip
HTML_UNITS = [
    "<p>a", "<b>", "<div>", "<sup><a href='#n'>1</a></sup> ", "<td>a</td>", "<br/>a", "<!-- ",
    "<![CDATA[", "<?", "<", "&", "&#xD800;", "<ruby>a<rt>b</rt></ruby>", "<rt>a", "<img alt='a b'>a ",
    "<p class='", "<p></p>",
]  # fmt: skip
FB2_UNITS = ["<p>a</p>", "a", "<!-- ", "<? ", "<v>a</v>", "<p>a<a type='note' href='#n'>1</a></p>"]
ODT_UNITS = ["<text:p>a</text:p>", "<text:span>a</text:span>", "<text:s/>"]
DOCX_UNITS = ["<w:r><w:t>a</w:t></w:r>", "<w:footnoteReference w:id='2'/>", p("a")]


def list_patterns() -> dict[str, tuple[Pattern, int]]:
    """Return each pattern by its name, with a number of repetitions that takes some milliseconds."""
    patterns: dict[str, tuple[Pattern, int]] = {}
    for suffix, units, build in (
        (".txt", TEXT_UNITS, lambda body: OPENING + body),
        (".md", MARKDOWN_UNITS, lambda body: OPENING + body),
        (".html", HTML_UNITS, lambda body: f"<html><body><p>It rained.</p>{body}</body></html>"),
        (".fb2", FB2_UNITS, lambda body: fb2(f"<section><p>It rained.</p>{body}</section>")),
        (
            ".odt",
            ODT_UNITS,
            lambda body: odt(f"<text:p>It rained.</text:p><text:p>{body}</text:p>"),
        ),
        (".docx", DOCX_UNITS, lambda body: docx(p("It rained.") + f"<w:p>{body}</w:p>")),
    ):
        for unit in units:
            make = lambda count, unit=unit, build=build: build(unit * count)  # noqa: E731
            patterns[f"{unit!r} in {suffix}"] = ((suffix, make), CHARACTERS // len(unit) + 1)
    for name, (make_book, count) in EPUBS.items():
        patterns[f"{name} in .epub"] = ((".epub", make_book), count)
    return patterns


CHARACTERS = 4000
"""Length of the smallest input in characters, except that of EPUBs."""
PAGE = {"a.xhtml": page("<p>It rained.</p>")}
EPUBS: dict[str, tuple[Callable[[int], bytes], int]] = {
    "creators": (
        lambda count: epub(
            PAGE,
            metadata="".join(
                f'<dc:creator id="c{n}">A{n}</dc:creator>'
                f'<meta refines="#c{n}" property="role">aut</meta>'
                for n in range(count)
            ),
        ),
        100,
    ),
    "entries of the archive": (
        lambda count: epub(PAGE, extra={f"x{n}": b"" for n in range(count)}),
        200,
    ),
    "landmarks": (
        lambda count: epub(
            {f"{n}.xhtml": "<p>It rained.</p>" for n in range(count)},
            guide="<guide>"
            + "".join(f'<reference type="text" href="{n}.xhtml"/>' for n in range(count))
            + "</guide>",
        ),
        40,
    ),
    "notes": (
        lambda count: epub(
            {
                "a.xhtml": page(
                    "".join(
                        f'<p>A<a epub:type="noteref" href="#n{n}">{n}</a></p>' for n in range(count)
                    )
                    + "".join(
                        f'<aside epub:type="footnote" id="n{n}">B</aside>' for n in range(count)
                    )
                )
            }
        ),
        60,
    ),
}


def measure_reading(pattern: Pattern, count: int) -> float:
    """Return the processor time in seconds for an input with so many repetitions."""
    suffix, make = pattern
    data = make(count)
    source = SourceFile(f"a{suffix}", data.encode() if isinstance(data, str) else data, suffix)
    # a collection would search the objects that all earlier tests have left
    gc.disable()
    start = time.process_time()
    try:
        book = find_reader(source).read(source, Policy())
        normalise_script(Script(book, (), tuple(segment_book(book))))
    except NarratorError:
        pass  # an input that is refused must be refused in time
    finally:
        seconds = time.process_time() - start
        gc.enable()
    return seconds
