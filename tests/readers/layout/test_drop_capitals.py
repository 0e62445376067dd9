import pytest
from lxml import etree

from narrator.readers.layout.drop_capitals import (
    has_drop_capital_class,
    is_drop_capital,
    may_be_word,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("T", True), ("“T", True), ("Ä", True), ("t", False), ("Th", False), ("7", False), ("", False)],
)  # fmt: skip
def test_a_drop_capital_is_one_capital_perhaps_after_a_mark(text: str, expected: bool) -> None:
    assert is_drop_capital(text) is expected


@pytest.mark.parametrize(
    ("class_names", "expected"),
    [("dropcap", True), ("drop-cap", True), ("x lettrine", True), ("initial", True), ("backdrop", False), ("", False)],
)  # fmt: skip
def test_the_usual_class_names_are_known(class_names: str, expected: bool) -> None:
    element = etree.Element("span")
    element.set("class", class_names)
    assert has_drop_capital_class(element) is expected


def test_some_capitals_are_words() -> None:
    assert may_be_word("A")
    assert not may_be_word("“T")
