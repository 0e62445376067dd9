"""Only text that was decoded wrongly is changed."""

from pathlib import Path

import pytest

from narrator.readers import read as read_files
from narrator.readers.text_repair import collect_repairs, repair_encoding

RIGHT = "“Wait,” she said. It’s late – too late — and café doors close… «Où ça ?» 5 € ‘Ja’ „Größe“"


def spoil(text: str) -> str:
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("times", [1, 2])
def test_text_that_was_decoded_wrongly_is_repaired(times: int) -> None:
    text = RIGHT
    for _ in range(times):
        text = spoil(text)
    assert repair_encoding(text) == RIGHT


def test_a_closing_mark_that_lost_its_last_byte_is_repaired() -> None:
    assert repair_encoding("â€œWaitâ€, she said. â€œI know,â€ said Tom.") == (
        "“Wait”, she said. “I know,” said Tom."
    )


@pytest.mark.parametrize(
    "text", [RIGHT, "AÇÃO! São João", "Â", "plain 'text' \"here\"", "ПРИВЕТ", "İstanbul’da Âşık"]
)
def test_right_text_stays_as_it_is(text: str) -> None:
    assert repair_encoding(text) == text


def test_repairs_are_counted_for_the_user() -> None:
    with collect_repairs() as repairs:
        repair_encoding(f"One.\n{spoil(RIGHT)}\n")
    [note] = repairs.describe()
    assert note.startswith("1 line was")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_each_format_is_repaired_with_a_remark(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(spoil("“Wait,” she said."), "utf-8")
    book = read_files([str(path)])
    assert "“Wait,” she said." in book.text
    assert len(book.notes) == 1
