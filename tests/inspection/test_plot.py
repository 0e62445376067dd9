import struct
import sys
from dataclasses import replace

import pytest

from narrator.errors import MissingExtraError, OutputError
from narrator.inspection import ChapterReport, plot_report


def test_a_picture_is_a_png_that_is_the_same_each_time(report, tmp_path):
    for name in ("one.png", "two.png"):
        plot_report(report, tmp_path / name)
    data = (tmp_path / "one.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width > 1_000
    assert height > 400
    assert data == (tmp_path / "two.png").read_bytes()


def test_many_chapters_and_odd_titles_can_be_drawn(report, tmp_path):
    titles = ("$x^$", "", "long " * 40)
    many = tuple(
        ChapterReport(titles[n % 3], n / 50, (n + 1) / 50, True, n == 7) for n in range(300)
    )
    plot_report(replace(report, chapters=many), tmp_path / "many.png")
    assert (tmp_path / "many.png").stat().st_size > 10_000


def test_a_place_that_cannot_be_written_is_told(report, tmp_path):
    (tmp_path / "no").write_text("a file")
    with pytest.raises(OutputError, match=r"/way\.png can't be written"):
        plot_report(report, tmp_path / "no" / "way.png")


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Emma", "Emma"),
        ("Costs $5\nand $6", r"Costs \$5 and \$6"),
        ("a" * 90, "a" * 79 + "…"),
        ("第" * 90, "第" * 39 + "…"),
    ],
)
def test_a_title_is_drawn_as_it_is_on_one_row_that_fits(report, title, drawn):
    from narrator.inspection import plot_report as picture  # noqa: PLC0415 - its library is an extra

    titled = replace(report, tags={"title": title})
    assert picture._title(titled).startswith(f"{drawn}: 0:08, ")


def test_without_the_extra_its_name_is_told(report, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.delitem(sys.modules, "narrator.inspection.plot", raising=False)
    with pytest.raises(MissingExtraError, match="plot"):
        plot_report(report, tmp_path / "x.png")


def test_letters_that_no_font_has_are_drawn_without_a_warning(report, tmp_path):
    titled = replace(report, chapters=(ChapterReport("第一章 ඞ", 0.0, 1.0, True, False),))
    plot_report(titled, tmp_path / "wide.png")
    assert (tmp_path / "wide.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("seconds", "tick"), [(3, 1), (19, 2), (140, 15), (2398, 300), (1e6, 18_000)]
)
def test_the_clock_has_round_marks(seconds, tick):
    from narrator.inspection import plot_report as picture  # noqa: PLC0415 - its library is an extra

    assert picture._tick(seconds) == tick
