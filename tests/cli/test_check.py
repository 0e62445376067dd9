"""Options of `narrator check`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app


@pytest.mark.parametrize(
    "options",
    [
        ("--against", "b.txt", "--plot", "x.png"),
        ("--against", "b.txt", "--profile", "acx"),
        ("--model", "small"),
        ("--chapters", "1-2"),
    ],
)
def test_options_that_would_have_no_effect_are_refused(options: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["check", "a.mp3", *options])
    assert result.exit_code == 2


@pytest.mark.parametrize("page", ["book.html", "link.html"])
def test_a_report_never_replaces_the_book(tmp_path: Path, page: str) -> None:
    audiobook, book = tmp_path / "a.mp3", tmp_path / "book.html"
    audiobook.write_bytes(b"\0")
    book.write_text("<p>It rained.</p>", "utf-8")
    (tmp_path / "link.html").symlink_to(book)
    options = ["--against", str(book), "--report", str(tmp_path / page), "--force"]
    result = CliRunner().invoke(app, ["check", str(audiobook), *options])
    assert (result.exit_code, "is the book itself" in result.stderr) == (7, True)


def test_a_name_that_is_too_long_for_the_system_can_not_be_written(tmp_path: Path) -> None:
    book = tmp_path / "book.txt"
    book.write_text("It rained.", "utf-8")
    result = CliRunner().invoke(app, ["build", str(book), "-o", str(tmp_path / f"{'n' * 300}.mp3")])
    assert (result.exit_code, "can't be written (File name too long)" in result.stderr) == (7, True)
