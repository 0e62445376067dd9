"""The syntax of Markdown's dialects is understood, and what is left out is reported."""

import pytest

from tests.readers.sample_books import read, skipped, spoken


@pytest.mark.parametrize(
    ("text", "expected", "reasons"),
    [
        ("[[Ann Miller|Ann]] came.", ["Ann came."], ["markup"]),
        ("[[Ann]] came.", ["Ann came."], []),
        ("She came. %% check this %%", ["She came."], ["comment"]),
        ("She ==never== came.", ["She never came."], []),
        ("She came. ![[map.png]]", ["She came."], ["embedded file"]),
        ('{{< figure src="x.png" >}}\n\nShe came.', ["She came."], ["markup"]),
        ("{% include note.html %}\n\nShe came.", ["She came."], ["markup"]),
        ("::: warning\nWater rises.\n:::", ["Water rises."], ["markup"]),
        ("H~2~O and x^2^", ["H2O and x²"], []),
        ("[Ann]{.smallcaps} came.", ["Ann came."], ["markup"]),
        ("Use `==this==` now.", ["Use ==this== now."], []),
        ("She sat a == b and c == d.", ["She sat a == b and c == d."], []),
        ("<Ann> Good.", ["<Ann> Good."], []),
    ],
)  # fmt: skip
def test_a_dialect_is_read_as_its_program_shows_it(
    text: str, expected: list[str], reasons: list[str]
) -> None:
    book = read(text, "a.md")
    assert spoken(book) == expected
    assert [reason for reason, _ in skipped(book)] == reasons
