from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from narrator.model import Book, Line, LineKind, Metadata, Source
from narrator.readalong.epub.alignment import remove_spaces, wrap_lines

XHTML = "http://www.w3.org/1999/xhtml"


def parse(body):
    return etree.fromstring(f'<html xmlns="{XHTML}"><body>{body}</body></html>')


def make_book(*texts, notes=()):
    """Return a book whose lines have these texts, and the lines; `notes` come last but stand first.

    A note stands at the beginning of the book, as one does that is read at the end of its chapter.
    """
    text = "".join(f"{t} " for t in (*notes, *texts))
    offset, lines = 0, []
    for number, line_text in enumerate((*notes, *texts), 1):
        end = offset + len(line_text)
        line = Line(f"1.{number}.1", 1, number, offset, end, LineKind.NARRATION, line_text)
        lines.append(line)
        offset = end + 1
    lines = lines[len(notes) :] + lines[: len(notes)]
    return Book(Metadata("T"), text, (), (), Source("t", "0")), lines


def wrap(bodies, *texts, notes=()):
    book, lines = make_book(*texts, notes=notes)
    pages = [parse(body) for body in bodies]
    return pages, wrap_lines(pages, book, lines)


def fragment_texts(pages, aligned_pages):
    """Return the texts of the fragments of each line that was found."""
    elements = {e.get("id"): e for page in pages for e in page.iter(f"{{{XHTML}}}span")}
    return [
        ["".join(elements[f.element_id].itertext()) for f in fragments]
        for _, fragments in groupby(aligned_pages.fragments, key=lambda f: f.line_index)
    ]


@pytest.mark.parametrize(
    ("body", "lines", "expected"),
    [
        ("<p>One day. It rained.</p>", ["One day.", "It rained."], [["One day."], ["It rained."]]),
        ("<p>One\n <i>day</i>.</p>", ["One day."], [["One\n day."]]),
        ("<p>One d\u00aday.</p>", ["One day."], [["One d\u00aday."]]),
        ("<p>A <i>b. C</i> d.</p>", ["A b.", "C d."], [["A", "b."], ["C", "d."]]),
        ("<h1>One</h1><p>day.</p>", ["One day."], [["One", "day."]]),
        ("<p><b>One <i>day.</i></b></p>", ["One day."], [["One day."]]),
        ("<p>Unread.</p><p>One day.</p>", ["One day."], [["One day."]]),
        ("<script>One day.</script><p>One day.</p>", ["One day."], [["One day."]]),
        ("<div>One day.<!-- note --> And night.</div>", ["One day. And night."],
         [["One day. And night."]]),
    ],
)  # fmt: skip
def test_each_line_is_wrapped_in_the_fewest_elements(body, lines, expected):
    pages, aligned_pages = wrap([body], *lines)
    assert aligned_pages.missing_lines == []
    assert fragment_texts(pages, aligned_pages) == expected


def test_the_mark_of_a_note_within_a_line_is_wrapped_with_it():
    line = "There was a house at the end of the lane, and nobody lived there."
    body = "<p>There was a house at the end of the lane,<sup>12</sup> and nobody lived there.</p>"
    pages, aligned_pages = wrap([body], line)
    assert fragment_texts(pages, aligned_pages) == [[line.replace("lane,", "lane,12")]]


def test_lines_are_found_on_the_page_they_are_on():
    pages, aligned_pages = wrap(
        ["<p>One.</p>", "<p>Two.</p><p>Three.</p>"], "One.", "Two.", "Three."
    )
    assert [f.page_index for f in aligned_pages.fragments] == [0, 1, 1]
    assert [f.element_id for f in aligned_pages.fragments] == [
        "narrator-1-1-1",
        "narrator-1-2-1",
        "narrator-1-3-1",
    ]
    assert len(pages) == 2


def test_short_lines_that_are_alike_are_found_in_order():
    long_line = "They waited for a very long time, until it was dark outside."
    body = f"<p>No.</p><p>{long_line}</p><p>No.</p>"
    pages, aligned_pages = wrap([body], "No.", long_line, "No.")
    assert fragment_texts(pages, aligned_pages) == [["No."], [long_line], ["No."]]
    first, _, last = (f.element_id for f in aligned_pages.fragments)
    spans = [span.get("id") for span in pages[0].iter(f"{{{XHTML}}}span")]
    assert spans.index(first) < spans.index(last)


def test_a_line_that_is_on_no_page_is_reported_and_does_not_disturb_the_others():
    pages, aligned_pages = wrap(
        ["<p>One day.</p><p>It rained.</p>"], "One day.", "Zzz qqq xxx.", "It rained."
    )
    assert aligned_pages.missing_lines == [1]
    assert fragment_texts(pages, aligned_pages) == [["One day."], ["It rained."]]


def test_a_note_that_is_read_at_the_end_is_found_before_the_lines():
    note = "This is a note that stands at the top of the page."
    body = f"<p>{note}</p><p>One day it rained in the mountains.</p>"
    pages, aligned_pages = wrap([body], "One day it rained in the mountains.", notes=[note])
    assert fragment_texts(pages, aligned_pages) == [
        ["One day it rained in the mountains."],
        [note],
    ]


def test_later_fragments_of_a_line_say_how_much_of_it_comes_before():
    _, aligned_pages = wrap(["<p>A <i>b. C</i> d.</p>"], "A b.", "C d.")
    assert [(f.line_index, f.line_offset, f.element_id) for f in aligned_pages.fragments] == [
        (0, 0, "narrator-1-1-1"),
        (0, 1, "narrator-1-1-1-at-1"),
        (1, 0, "narrator-1-2-1"),
        (1, 1, "narrator-1-2-1-at-1"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b\n\tc", "abc"),
        ("soft\u00adhyphen", "softhyphen"),
        ("no\u00a0break", "nobreak"),
        ("", ""),
    ],
)
def test_spaces_and_invisible_characters_are_removed(text, expected):
    assert remove_spaces(text) == expected


WORDS = st.sampled_from(["one", "two,", "three.", "“four”", "five—six", "猫"])
PARTS = st.lists(
    st.tuples(st.sampled_from(["p", "i", "b", "div", "span"]), st.lists(WORDS, min_size=1)),
    min_size=1,
    max_size=6,
)


@given(PARTS, st.integers(1, 5))
def test_wrapping_never_changes_the_text_of_a_page(parts, words_per_line):
    body = " ".join(f"<{tag}>{' '.join(words)}</{tag}>" for tag, words in parts)
    words = [word for _, part in parts for word in part]
    lines = [
        " ".join(words[start : start + words_per_line])
        for start in range(0, len(words), words_per_line)
    ]
    original_text = "".join(parse(body).itertext())
    pages, aligned_pages = wrap([body], *lines)
    assert "".join(pages[0].itertext()) == original_text
    assert aligned_pages.missing_lines == []
    ids = [element.get("id") for element in pages[0].iter() if element.get("id")]
    assert sorted(ids) == sorted({f.element_id for f in aligned_pages.fragments})
