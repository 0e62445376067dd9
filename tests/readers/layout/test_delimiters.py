import pytest

from narrator.readers.layout.delimiters import remove_delimited


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<!--b-->c", "a c"),
        ("<!--a--><!--b-->", "  "),
        ("a<!--b<!--c-->d-->e", "a d-->e"),
        ("a<!--b", "a<!--b"),
        ("a-->b<!--c", "a-->b<!--c"),
        ("a", "a"),
    ],
)
def test_only_closed_passages_are_removed(text: str, expected: str) -> None:
    assert remove_delimited(text, "<!--", "-->") == expected


def test_capitals_make_no_difference() -> None:
    assert remove_delimited("a<SCRIPT>b</Script>c", "<script>", "</script>") == "a c"
