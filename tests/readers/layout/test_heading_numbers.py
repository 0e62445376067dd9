import pytest

from narrator.readers.layout.heading_numbers import parse_heading_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("12345", None),
        ("XIV", 14),
        ("xiv", 14),
        ("i", None),
        ("Xiv", None),
        ("XXXX", 40),
        ("IIX", None),
        ("one", 1),
        ("Twenty-Two", 22),
        ("twenty second", 22),
        ("Thirtieth", 30),
        ("a hundred and five", 105),
        ("one hundred ninety-nine", 199),
        ("two hundred", None),
        ("last", 999),
        ("", None),
        ("mill", None),
    ],
)
def test_a_number_of_a_heading_has_a_value(text: str, expected: int | None) -> None:
    assert parse_heading_number(text) == expected
