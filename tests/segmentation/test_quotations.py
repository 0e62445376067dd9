"""Quotations are found within paragraphs, and over several of them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.languages import load_language
from narrator.model import Paragraph, ParagraphKind
from narrator.segmentation.quotation_style import infer_quotation_style
from narrator.segmentation.quotations import QuotedParagraph, find_quotations
from narrator.segmentation.text_view import TextView

PARAGRAPH = re.compile(r"[^\n]+")


def quote_paragraphs(
    text: str, tag: str = "en", *, heading: int | None = None, scene_break: int | None = None
) -> list[QuotedParagraph]:
    """Return the paragraphs of a text, one per line, with their quotations."""
    paragraphs = [
        Paragraph(
            match.start(),
            match.end(),
            index,
            ParagraphKind.HEADING if index == heading else ParagraphKind.TEXT,
            follows_scene_break=index == scene_break,
        )
        for index, match in enumerate(PARAGRAPH.finditer(text))
    ]
    language = load_language(tag)
    spans = [(paragraph.start, paragraph.end) for paragraph in paragraphs]
    view = TextView(text, language, infer_quotation_style(text, spans, language))
    return find_quotations(view, paragraphs)


def list_quotations(text: str, **options: int | str) -> list[str]:
    return [
        text[quotation.start : quotation.end]
        for paragraph in quote_paragraphs(text, **options)
        for quotation in paragraph.quotations
    ]


@pytest.mark.parametrize(
    "inner",
    [
        "‘Go!’ I cried.",
        "He rose. ‘Go,’ said he.",
        "“ ‘Go!’ I said.",
        "I shut the drawer, and I said nothing.",
    ],
)
def test_who_says_words_within_a_tale_is_part_of_the_tale(inner: str) -> None:
    text = f"“I was there.\n“{inner.removeprefix('“')}\n“And he went.”\n“Ah,” said Ida."
    assert list_quotations(text) == [*text.splitlines()[:3], "“Ah,”"]


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ("“Go,” he said, “now.”", ["“Go,”", "“now.”"]),
        ("He said nothing.", []),
        ("“Go, he said.\n“No.”", ["“Go,", "“No.”"]),
        ("It rained. We go now,” he said.\n“No.”", ["It rained. We go now,”", "“No.”"]),
        ("It rained. We go now.” He rose.\n“No.”", ["We go now.”", "“No.”"]),
    ],
)
def test_a_quotation_ends_where_its_mark_is_or_was_forgotten(
    text: str, quotations: list[str]
) -> None:
    assert list_quotations(text) == quotations


def test_a_quotation_goes_on_where_the_next_paragraph_opens_with_the_same_mark() -> None:
    first, second, third = quote_paragraphs("“One day I went.\n“Then I came back.”\n“Did you?”")
    assert first.continues
    assert not first.quotations[0].is_closed
    assert not second.continues
    assert second.quotations[0].is_closed
    assert not third.continues


def test_a_quotation_runs_over_paragraphs_without_marks_up_to_a_lone_closing_mark() -> None:
    text = "“One day I went.\nIt was far.\nThen I came back.” He sighed.\n“So.”"
    assert list_quotations(text) == [
        "“One day I went.",
        "It was far.",
        "Then I came back.”",
        "“So.”",
    ]


TALE = [
    "Da begann er: »Ich ging zur Mühle.",
    "»Wer da?« rief der Müller. Ich trat ein.",
    "Mir war kalt.",
    "»Setz dich«, sagte er. So blieb ich.«",
    "Er schwieg.",
]


@pytest.mark.parametrize("scene_break", [None, 2])
def test_a_tale_may_hold_quotations_in_its_own_marks(scene_break: int | None) -> None:
    text = "\n".join(TALE)
    found = list_quotations(text, tag="de", scene_break=scene_break)
    assert found == ["»Ich ging zur Mühle.", *TALE[1:4]]


def test_a_tale_may_have_headings() -> None:
    text = "„Ich ging zur Mühle.\nDie Mühle\nMir war kalt.\nSo blieb ich.“\nEr schwieg."
    heading, *tale, narration = quote_paragraphs(text, tag="de", heading=1)[1:]
    assert not heading.quotations
    assert all(paragraph.quotations for paragraph in tale)
    assert not narration.quotations


def test_without_a_teller_lone_marks_are_mistakes() -> None:
    text = "»Halt!\n»Wer da?« rief der Müller.\nEr trat ein.\nKomm herein!« rief er."
    found = list_quotations(text, tag="de")
    assert found == ["»Halt!", "»Wer da?«", "Komm herein!«"]


def test_two_reporters_mean_that_a_closing_mark_was_forgotten() -> None:
    text = "“I think so, said Tom.\n“I doubt it,” said Ann."
    first, _ = quote_paragraphs(text)
    assert not first.continues


@pytest.mark.parametrize("boundary", ["heading", "scene_break"])
def test_a_quotation_never_runs_over_a_heading_or_a_scene_break(boundary: str) -> None:
    text = "“One day I went.\nIt was far.\nThen I came back.” He sighed."
    first, *_ = quote_paragraphs(text, **{boundary: 1})
    assert not first.continues


def test_a_heading_has_no_quotations() -> None:
    heading, *_ = quote_paragraphs("The “Swan”\n“Here.”", heading=0)
    assert heading.quotations == ()


def test_a_dash_opens_speech_in_a_book_that_sets_it_so() -> None:
    paragraphs = quote_paragraphs("—Pasa —dijo Elena—. Siéntate.\n—Gracias.", tag="es")
    assert all(q.is_dash_dialogue for paragraph in paragraphs for q in paragraph.quotations)
    assert [len(paragraph.quotations) for paragraph in paragraphs] == [2, 1]


@given(st.text(alphabet="ab .,“”‘’'\"«»„\n—", max_size=80))
def test_quotations_are_in_order_and_within_their_paragraph(text: str) -> None:
    for paragraph in quote_paragraphs(text):
        for quotation in paragraph.quotations:
            assert paragraph.paragraph.start <= quotation.start <= quotation.end
            assert quotation.end <= paragraph.paragraph.end
        for left, right in pairwise(paragraph.quotations):
            assert left.start <= right.start
