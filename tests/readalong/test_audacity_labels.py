from itertools import pairwise
from pathlib import Path

import pytest

from narrator import readalong
from narrator.readalong.audacity_labels import format_line_labels, format_speaker_labels
from narrator.readalong.companion_check import check_companion
from tests.readalong.rendering import render


def parse_labels(rows: list[str]) -> list[tuple[float, float, str]]:
    fields = [row.removesuffix("\n").split("\t") for row in rows]
    return [(float(start), float(end), text) for start, end, text in fields]


def test_each_line_has_a_label_with_its_number_speaker_and_text(tmp_path: Path) -> None:
    book = render(tmp_path)
    labels = parse_labels(list(format_line_labels(book, book.tracks[0])))
    assert len(labels) == len(book.timeline.line_timings)
    assert labels[1][2] == '1.1.1 Anna: "Good morning,"'
    assert labels[2][2] == "1.1.2 Narrator: said Anna."
    for (start, end, _), timing in zip(labels, book.timeline.line_timings, strict=True):
        assert start == pytest.approx(timing.start / book.timeline.rate, abs=1e-6)
        assert end == pytest.approx(timing.end / book.timeline.rate, abs=1e-6)


def test_lines_that_one_speaker_says_in_a_row_share_a_label(tmp_path: Path) -> None:
    book = render(tmp_path)
    labels = parse_labels(list(format_speaker_labels(book, book.tracks[0])))
    names = [name for _, _, name in labels]
    assert names[:4] == ["Narrator", "Anna", "Narrator", "Anna"]
    assert "Tom <& Co>" in names
    assert all(name != following for name, following in pairwise(names))


def test_labels_of_a_split_audiobook_are_timed_from_each_file(tmp_path: Path) -> None:
    book = render(tmp_path, split=True)
    files = readalong.write_companion("labels", book, tmp_path / "book.mp3")
    assert len(files) == 2 * len(book.tracks)
    for file in files:
        report = check_companion(file)
        assert not report.problems
        first_start = float(file.read_text("utf-8").split("\t")[0])
        assert first_start < 1
    assert readalong.is_companion_file(files[0], "mp3")


def test_damaged_labels_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "book.lines.labels.txt"
    file.write_text("2.0\t1.0\tbackwards\n", "utf-8")
    assert check_companion(file).problems
