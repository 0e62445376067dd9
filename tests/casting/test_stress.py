from pathlib import Path

import pytest

from narrator.build import pipeline
from narrator.build.options import Options
from narrator.casting.stress import find_stressed_words, find_thoughts
from narrator.model import Script

PLAIN = "\n\nThe rain went on. Nobody came to the door. They waited until supper."


def _write_script(tmp_path: Path, text: str) -> Script:
    path = tmp_path / "book.md"
    path.write_text(f"# One\n\nIt began on a Monday.\n\n{text}{PLAIN}\n")
    return pipeline.write_script([str(path)], Options(cache_dir=tmp_path / "cache"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“I said *never* do that,” said Ada.", ["never"]),
        ("“I said NEVER do that,” said Ada.", ["never"]),
        ("“*You* took it,” said Ada.", ["you"]),
        ("“YOU took it,” said Ada.", ["you"]),
        ("“No, no, *no*, no,” said Ada.", ["no"]),
        ("She *really did* mean it.", ["really", "did"]),
        ("They sailed on the *Galatea* at noon.", []),
        ("The BBC and the USA were far away.", []),
        ("She knew that *nothing would ever be the same* again.", []),
        ("“GET OUT OF HERE!” said Ada.", []),
        ("“We DON’T know,” said Ada.", ["don't"]),
        ("“It was très froid là-bas, été comme hiver,” said Ada.", []),
        ("WHEN the bell rang, they rose.", []),
        ("The ZORBO came. The ZORBO went.", []),
        ("They had *25* of them.", []),
        ("It was *un*kind.", []),
    ],
)
def test_stressed_words_are_those_in_italics_and_capitals(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    script = _write_script(tmp_path, text)
    stressed = find_stressed_words(script)
    spoken = {line.id: line.spoken for line in script.lines}
    found = [
        spoken[line_id][offset:].split()[0].strip(".,!?”").casefold()
        for line_id, offsets in stressed.items()
        for offset in offsets
    ]
    assert found == expected


def test_a_sentence_in_italics_is_a_thought(tmp_path: Path) -> None:
    script = _write_script(tmp_path, "She looked up.\n\n*He must never know.*")
    thoughts = [line.text for line in script.lines if line.id in find_thoughts(script)]
    assert thoughts == ["He must never know."]
    assert find_stressed_words(script) == {}


def test_a_book_in_italics_has_no_thoughts(tmp_path: Path) -> None:
    script = _write_script(tmp_path, "\n\n".join(["*The wind turned again.*"] * 20))
    assert find_thoughts(script) == frozenset()
