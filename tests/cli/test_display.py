"""How results look: numbers for people, and lines for programs."""

import json
import sys

import pytest

from narrator.cli import display


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (59.6, "1:00"),
        (62, "1:02"),
        (3599.4, "59:59"),
        (3600, "1:00:00"),
        (34_500, "9:35:00"),
    ],
)
def test_a_duration_is_shown_in_hours_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert display.format_duration(seconds) == shown


@pytest.mark.parametrize(
    ("byte_count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_234_567, "1.2 MB"),
        (8e9, "8.0 GB"),
        (5e12, "5000.0 GB"),
    ],
)
def test_a_size_is_shown_in_decimal_units(byte_count: float, shown: str) -> None:
    assert display.format_size(byte_count) == shown


@pytest.mark.parametrize(
    ("number", "noun", "shown"),
    [
        (0, "line", "0 lines"),
        (1, "line", "1 line"),
        (6573, "line", "6,573 lines"),
        (2, "stretch", "2 stretches"),
        (1, "stretch", "1 stretch"),
        (3, "voice", "3 voices"),
    ],
)
def test_a_count_has_its_noun_in_the_plural(number: int, noun: str, shown: str) -> None:
    assert display.format_count(number, noun) == shown


def test_a_note_is_one_line_where_the_output_is_not_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    display.print_note("Read", "word " * 100)
    display.print_note("Note", "[bold]plain[/bold]", stderr=True)
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1
    assert captured.out.startswith("Read       word word")
    assert captured.err == "Note       [bold]plain[/bold]\n"


def test_brackets_in_a_table_are_not_markup(capsys: pytest.CaptureFixture[str]) -> None:
    display.print_table(("Line", "Lines"), [("[red]x[/red]", "1"), ("y", "10")], right_aligned=(1,))
    lines = capsys.readouterr().out.splitlines()
    assert "[red]x[/red]" in lines[1]
    assert lines[1].rstrip().endswith("    1")
    assert lines[2].rstrip().endswith("   10")


def test_each_row_of_a_table_is_one_line_where_the_output_is_not_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, text = "/home/" + "a" * 60, "word " * 100
    rows = [("cache", path, text), ("two\nlines", "日本", "short")]
    display.print_table(("Part", "Place", "Details"), rows)
    assert capsys.readouterr().out.splitlines() == [
        f"{'Part':<9}  {'Place':<40}  Details",
        f"{'cache':<9}  {path}  {text.strip()}",
        f"two lines  日本{' ' * 36}  short",
    ]


def test_a_terminal_that_only_prints_lines_gets_what_a_pipe_gets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "40")
    display.print_table(("Line", "Text"), [("1.1.1", "word " * 30)])
    display.print_note("Read", "word " * 30)
    display.print_markdown("# A page\n\nIts text.")
    display.print_qr_code("http://192.168.1.20/")
    out = capsys.readouterr().out
    assert out.splitlines()[1:] == [
        f"1.1.1  {('word ' * 30).strip()}",
        f"Read       {'word ' * 30}",
        "# A page",
        "",
        "Its text.",
    ]
    assert "\x1b" not in out


def test_json_keeps_letters_of_all_languages(capsys: pytest.CaptureFixture[str]) -> None:
    display.print_json({"title": "Käthe", "chapters": [1, 2]})
    out = capsys.readouterr().out
    assert "Käthe" in out
    assert out.endswith("\n")
    assert json.loads(out) == {"title": "Käthe", "chapters": [1, 2]}


def test_nothing_moves_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with display.show_spinner(shown=True), display.show_progress_bar("Speaking", 1.0) as advance:
        advance(0.5)
        advance(1.0)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
