import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout import front_matter
from narrator.readers.layout.blocks import Block


def blocks(*texts: str) -> list[Block]:
    return [Block(text) for text in texts]


@pytest.mark.parametrize(
    ("types", "reason"),
    [
        ({"dedication"}, "dedication"),
        ({"chapter", "copyright-page"}, "copyright"),
        ({"preface"}, ""),
        ({"epigraph", "foreword"}, ""),
        (set(), ""),
    ],
)
def test_only_types_that_no_story_has_are_a_reason_to_skip(types: set[str], reason: str) -> None:
    assert front_matter.classify_semantic_types(frozenset(types)) == reason


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("CONTENTS.", "contents"),
        ("  Table of\nContents ", "contents"),
        ("Inhalt", "contents"),
        ("Transcriber’s Note", "transcriber's note"),
        ("Also by Ann Miller", "advertisement"),
        ("More from the mill than anybody had ever thought of asking for", ""),
        ("The Index of Ann Miller", ""),
        ("Chapter I", ""),
        ("", ""),
    ],
)
def test_a_title_is_a_reason_to_skip_only_as_a_whole(title: str, reason: str) -> None:
    assert front_matter.classify_title(title) == reason


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["Copyright 1999 by Ann Miller.", "All rights reserved."], "copyright"),
        (["He spoke of the copyright."], ""),
        (["First published in York.", "Published by Orr."], ""),
        (["Transcriber's Notes: spelling is kept."], "transcriber's note"),
        (["Copyright. All rights reserved. " + "word " * 1300], ""),
        (["* * *"], ""),
    ],
)
def test_a_short_text_is_recognised_by_its_wording(texts: list[str], reason: str) -> None:
    assert front_matter.classify_content(blocks(*texts)) == reason


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["THE MILL", "A Novel", "by Ann Miller"], True),
        (["The Mill", "by Ann Miller", "York and London, 1899, Orr and Sons, Printers"], False),
        (["The Mill was old, and it had not turned for years when we came there."], False),
        (["The", "Sea"], False),
        (["* * *"], False),
        (["The Mill"] * 13, False),
    ],
)
def test_a_title_page_has_the_title_and_little_else(texts: list[str], expected: bool) -> None:
    assert front_matter.is_title_page(blocks(*texts), "The Mill", "Ann Miller") is expected


def test_a_titled_section_is_matter_only_outside_the_story_and_if_it_is_short() -> None:
    dedication = blocks("To my aunt.")
    story = blocks("To my aunt. " + "word " * 400)
    classify = front_matter.classify_section
    assert classify(dedication, "Dedication", outside_body=True) == "dedication"
    assert classify(dedication, "Dedication", outside_body=False) == ""
    assert classify(story, "Dedication", outside_body=True) == ""


def test_a_sections_own_heading_counts_as_its_title() -> None:
    section = [Block("Bibliography", kind=ParagraphKind.HEADING), *blocks("A book.", "Another.")]
    assert front_matter.classify_section(section, "", outside_body=True) == "bibliography"
    prose = [section[0], *blocks("word " * 40)]
    assert front_matter.classify_section(prose, "", outside_body=True) == ""


@pytest.mark.parametrize(
    ("reason", "text", "expected"),
    [
        ("copyright", "© 1999", True),
        ("copyright", "It rained.", False),
        ("dedication", "To my aunt.", True),
        ("dedication", "word " * 301, False),
        ("contents", "I. The Mill", True),
        ("contents", "word " * 31, False),
        ("colophon", "word " * 19_000, True),
        ("colophon", "word " * 21_000, False),
    ],
)
def test_a_landmark_is_believed_if_the_text_fits_it(reason: str, text: str, expected: bool) -> None:
    assert front_matter.is_plausible_reason(reason, blocks(text)) is expected
