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
        ("She ~~ran~~ walked home.", ["She walked home."], ["deleted text"]),
        ("It cost ~5 and ~~ 6.", ["It cost ~5 and ~~ 6."], []),
        ("She came home. ^a1b2c3\n\nShe left.", ["She came home.", "She left."], ["markup"]),
        ("#draft #to-do/now\n\nShe came.", ["She came."], ["markup"]),
        ("# One\n\n#Draft\n\nShe came.", ["# One", "She came."], ["markup"]),
        ("#Prologue\n\nShe came.", ["#Prologue", "She came."], []),
        ("We are #1\n\n#2\n\nShe came.", ["We are #1", "#2", "She came."], []),
        ("> [!note] The tide\n> Water rises.", ["The tide", "Water rises."], ["markup"]),
        ("She came %%so%% #often before.", ["She came often before."], ["comment", "markup"]),
        ("[[Ann]] came. #draft #to-do", ["Ann came."], ["markup"]),
        ("She was so #blessed.", ["She was so #blessed."], []),
        ("status:: draft\n\n[[Ann]] came.", ["Ann came."], ["markup"]),
        ("- [ ] come\n- [x] go", ["come", "go"], ["markup", "markup"]),
        ("> [!warning]-\n> Water rises.", ["Water rises."], ["markup"]),
        ("| The tide is high,\n| the lamp is low.", ["The tide is high, the lamp is low."], []),
        ("| The tide\x0bis high,", ["The tide is high,"], []),
        ("She came.\n\n\\newpage\n\nHe left.", ["She came.", "He left."], ["markup"]),
        ("She came.\n{: .dialogue}\n\nHe left.", ["She came.", "He left."], ["markup"]),
        ("# One {-}\n\nShe came.", ["# One", "She came."], ["markup"]),
        ("She came home.\n---\nHe left.", ["She came home.", "* He left."], ["scene break"]),
        ("“Go,” she said.”\n---\nHe left.", ["“Go,” she said.”", "* He left."], ["scene break"]),
        ("The Tide\n---\nHe left.", ["# The Tide", "He left."], []),
        ("Chapter 1.\n---\nHe left.", ["# Chapter 1.", "He left."], []),
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
