"""Pictures, raised letters and links are read as the page shows them."""

import pytest

from narrator.readers import Policy
from tests.readers.sample_books import read, skipped, spoken

REST = "<p>They slept. He said once that it would be the end of it.</p>"


def html(body: str, policy: Policy | None = None) -> list[str]:
    return spoken(read(f"<html><body>{body}</body></html>", "a.html", policy))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p><img alt="T"/>he rain fell.</p>', "The rain fell."),
        ('<p><span class="figleft"><img alt="O"/></span>nce it rained.</p>', "Once it rained."),
        ('<div class="figleft"><img alt="W"/></div><p>hen it rained.</p>', "When it rained."),
        ('<div><img alt="W"/></div>\n<p>\n hen it rained.</p>', "When it rained."),
        ('<p><img alt="T"/>HE RAIN fell.</p>', "THE RAIN fell."),
        ('<p><span class="dropcap">T</span>he rain.</p>', "The rain."),
        ('<p><span class="dropcap">T</span> he rain.</p>', "The rain."),
        ('<p class="lettrine">T</p><p>he rain.</p>', "The rain."),
        ('<p><span class="drop-cap">“T</span>he rain,” he said.</p>', "“The rain,” he said."),
        ('<p><img alt="A"/> ferry came. No ferry was late.</p>', "A ferry came. No ferry was late."),
        ('<p><img alt="A"/>t last it rained.</p>', "At last it rained."),
        ('<p>It fell. <img class="dropcap" alt="T"/>he end.</p>', "It fell. The end."),
    ],
)  # fmt: skip
def test_a_drop_capital_is_joined_to_its_word(body: str, expected: str) -> None:
    assert html(body + REST)[0] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<h1><img alt="Chapter Two: Flood"/></h1>', "# Chapter Two: Flood"),
        ('<h2><img alt="The Mill"/></h2>', "# The Mill"),
        ('<div class="h"><img alt="Chapter One"/></div>', "# Chapter One"),
        ('<p><a href="#x"><img alt="PROLOGUE"/></a></p>', "# PROLOGUE"),
    ],
)
@pytest.mark.parametrize("images", ["skip", "keep"])
def test_a_picture_that_stands_as_a_heading_is_one(body: str, expected: str, images: str) -> None:
    assert html(body + REST, Policy(images=images))[0] == expected


@pytest.mark.parametrize(
    "body",
    [
        '<div><img alt="A boat on the lake"/></div>',
        '<h2>Rain<img alt="ornament"/></h2>',
        '<h2>Rain<img alt="Chapter Nine"/></h2>',
        '<p>See <img alt="Chapter One"/> of the book.</p>',
    ],
)
def test_other_pictures_stay_pictures(body: str) -> None:
    book = read(f"<html><body>{body}{REST}</body></html>", "a.html")
    assert [reason for reason, _ in skipped(book)] == ["picture"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("He <del>ran</del><ins>walked</ins> off.", "He walked off."),
        ("It fell.<sup>23</sup> The bell rang.<sup>[24]</sup>", "It fell. The bell rang."),
        ("10<sup>6</sup> stars, 5 m<sup>2</sup>, the 20<sup>th</sup>", "10⁶ stars, 5 m², the 20th"),
        (
            'If <math alttext="x squared"><msup><mi>x</mi><mn>2</mn></msup></math>.',
            "If x squared .",
        ),
        ('If <math alttext="x^{2}"><mi>x</mi></math>.', "If x ."),
    ],
)
def test_raised_deleted_and_formula_text(body: str, expected: str) -> None:
    assert html(f"<p>{body}</p>")[0] == expected


def test_a_class_that_the_style_sheet_hides_is_not_read() -> None:
    page = "<html><head><style>.aB1, .c {display: none}</style></head><body><p>One.</p><p class='aB1'>Two.</p></body></html>"
    book = read(page, "a.html")
    assert (spoken(book), skipped(book)) == (["One."], [("hidden", "Two.")])


@pytest.mark.parametrize(
    ("line", "is_navigation"),
    [
        ("<a>Previous Chapter</a> <a>Index</a> <a>Next Chapter</a>", True),
        ('<a href="x">« Prev</a> | <a href="y">Next »</a>', True),
        ('<a href="y">Weiter</a>', True),
        ('He said: <a href="y">next</a>, and went on to the mill.', False),
        ('<a href="y">The mill</a>', False),
    ],
)
def test_links_between_chapters_are_navigation(line: str, is_navigation: bool) -> None:
    book = read(f"<html><body><div>{line}</div>{REST}</body></html>", "a.html")
    assert ("navigation" in [reason for reason, _ in skipped(book)]) is is_navigation


def test_preformatted_text_is_laid_out_like_plain_text() -> None:
    body = "<pre>CHAPTER I\n\nIt had rained all night, and the road to the mill was under\nwater.\n\n“Wait,” he said.\n</pre>"
    assert html(body)[1:] == [
        "It had rained all night, and the road to the mill was under water.",
        "“Wait,” he said.",
    ]


def test_senders_and_times_of_messages_are_declared_by_their_classes() -> None:
    message = '<div><span class="{}">{}</span><span class="time">09:1{}</span><p>{}</p></div>'
    rows = [
        ("user-name", "Rosa", 1, "Who?"),
        ("user-name", "Ben", 2, "Not me."),
        ("x", "", 3, "Nor I."),
    ]
    text = "".join(message.format(*row) for row in rows)
    book = read(f"<html><body>{text}</body></html>", "a.html")
    assert spoken(book) == ["Rosa", "Who?", "Ben", "Not me.", "Nor I."]
    assert [passage.text for passage in book.skipped] == ["09:11", "09:12", "09:13"]


def test_a_time_without_a_sender_is_read() -> None:
    rows = '<p class="date">10:15</p><p>It rained.</p><p class="date">10:20</p><p>It snowed.</p>'
    assert html(rows) == ["10:15", "It rained.", "10:20", "It snowed."]
