import struct
import sys
from dataclasses import replace

import numpy as np
import pytest

from narrator.errors import MissingExtraError, OutputError
from narrator.inspection import ChapterReport, plot_report


def test_a_plot_is_a_png_that_is_the_same_each_time(report, tmp_path):
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
    chapters = tuple(
        ChapterReport(titles[n % 3], n / 50, (n + 1) / 50, True, n == 7) for n in range(300)
    )
    plot_report(replace(report, chapters=chapters), tmp_path / "many.png")
    assert (tmp_path / "many.png").stat().st_size > 10_000


def test_a_target_that_cannot_be_written_raises_an_output_error(report, tmp_path):
    (tmp_path / "no").write_text("a file")
    with pytest.raises(OutputError, match=r"/way\.png can't be written"):
        plot_report(report, tmp_path / "no" / "way.png")


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Emma", "Emma"),
        ("Costs $5\nand $6", r"Costs \$5 and \$6"),
        ("a" * 80, "a" * 80),
        ("a" * 90, "a" * 79 + "…"),
        ("第" * 90, "第" * 39 + "…"),
        ("", "book.mp3"),
    ],
)
def test_a_title_is_drawn_literally_on_one_row_that_fits(report, title, drawn):
    from narrator.inspection import plot  # noqa: PLC0415 - its library is an extra

    titled = replace(report, tags={"title": title}, path="book.mp3")
    assert plot._format_heading(titled).startswith(f"{drawn}: 0:08, ")


def test_without_the_extra_the_error_names_it(report, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.delitem(sys.modules, "narrator.inspection.plot", raising=False)
    with pytest.raises(MissingExtraError, match="plot"):
        plot_report(report, tmp_path / "x.png")


def test_characters_that_no_font_has_are_drawn_without_a_warning(report, tmp_path):
    titled = replace(report, chapters=(ChapterReport("第一章 ඞ", 0.0, 1.0, True, False),))
    plot_report(titled, tmp_path / "wide.png")
    assert (tmp_path / "wide.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("seconds", "tick"), [(3, 1), (19, 2), (140, 15), (2398, 300), (1e6, 18_000)]
)
def test_the_time_axis_has_round_ticks(seconds, tick):
    from narrator.inspection import plot  # noqa: PLC0415 - its library is an extra

    assert plot._choose_tick_seconds(seconds) == tick


@pytest.mark.parametrize(
    ("blocks", "min_blocks", "points", "first_seconds"),
    [(0, 1, 0, None), (10, 1, 10, 0.05), (10, 30, 1, 0.5), (2_400, 1, 1_200, 0.1), (2_401, 1, 800, 0.15)],
)  # fmt: skip
def test_blocks_are_combined_to_as_many_points_as_fit(blocks, min_blocks, points, first_seconds):
    from narrator.inspection import plot  # noqa: PLC0415 - its library is an extra

    values, seconds = plot._reduce_blocks(np.arange(float(blocks)), np.max, min_blocks)
    assert len(values) == len(seconds) == points
    if points:
        assert seconds[0] == pytest.approx(first_seconds)
        assert values[0] == blocks // points - 1
