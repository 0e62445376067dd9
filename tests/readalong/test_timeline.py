import json
from pathlib import Path

import pytest

from narrator.errors import BrokenInputError, OptionError
from narrator.readalong import timeline, write_companion
from tests.readalong.rendering import PAUSE_SAMPLES, render


def test_every_word_of_every_line_is_in_the_file_with_its_times(tmp_path):
    rendered_book = render(tmp_path)
    (path,) = write_companion("timeline", rendered_book, tmp_path / "book.mp3")
    assert path.name == "book.timeline.json"
    timeline_file = timeline.read_timeline(path)
    assert [line.text for line in timeline_file.lines] == [
        line.text for line in rendered_book.script.lines
    ]
    for line in timeline_file.lines:
        assert " ".join(word.text for word in line.words) == line.text
        assert line.start <= line.words[0].start <= line.words[-1].end == line.end
        assert line.timing == "engine"
    assert timeline_file.chapters[1].start == timeline_file.chapters[0].end
    assert timeline_file.duration == rendered_book.timeline.seconds


def test_source_offsets_point_into_the_source_file(tmp_path):
    rendered_book = render(tmp_path)
    text = (tmp_path / "story.txt").read_text(encoding="utf-8")
    (path,) = write_companion("timeline", rendered_book, tmp_path / "book.mp3")
    for line in timeline.read_timeline(path).lines:
        assert [text[slice(*word.source)] for word in line.words] == [w.text for w in line.words]


def test_estimates_are_marked(tmp_path):
    (path,) = write_companion(
        "timeline", render(tmp_path, reports_words=False), tmp_path / "book.mp3"
    )
    timeline_file = timeline.read_timeline(path)
    assert {line.timing for line in timeline_file.lines} == {"estimate"}
    assert all(word.estimated for line in timeline_file.lines for word in line.words)


def test_speakers_voices_and_files_are_named(tmp_path):
    (path,) = write_companion("timeline", render(tmp_path, split=True), tmp_path / "book.mp3")
    data = json.loads(path.read_text(encoding="utf-8"))
    assert {line["speaker"] for line in data["lines"]} == {None, "Anna", "Tom <& Co>"}
    assert {line["voice"] for line in data["lines"]} == {"edgar"}
    assert [file["path"] for file in data["files"]] == ["001.mp3", "002.mp3"]
    assert data["files"][1]["start"] == data["chapters"][1]["start"]
    assert data["lines"][1]["start"] == pytest.approx(
        data["lines"][0]["end"] + PAUSE_SAMPLES / 1000
    )


def test_the_schema_names_every_field():
    fields = set(timeline.schema()["$defs"]["LineTime"]["required"])
    assert fields >= {"start", "end", "source", "speaker", "voice", "words"}


def test_a_timeline_of_another_version_is_refused(tmp_path):
    (path,) = write_companion("timeline", render(tmp_path), tmp_path / "book.mp3")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('{"version":1,', '{"version":2,', 1), encoding="utf-8")
    with pytest.raises(BrokenInputError, match="version 2"):
        timeline.read_timeline(path)


def test_each_line_of_the_book_is_a_line_of_the_file(tmp_path):
    rendered_book = render(tmp_path)
    (path,) = write_companion("timeline", rendered_book, tmp_path / "book.mp3")
    _, *lines, _ = path.read_text(encoding="utf-8").splitlines()
    ids = [json.loads(line.rstrip(","))["id"] for line in lines]
    assert ids == [line.id for line in rendered_book.script.lines]


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', "\x00"])
def test_a_file_that_is_not_a_timeline_is_refused(tmp_path, text):
    path = tmp_path / "book.timeline.json"
    path.write_text(text)
    with pytest.raises(BrokenInputError):
        timeline.read_timeline(path)


def test_an_unknown_companion_is_refused(tmp_path):
    with pytest.raises(OptionError, match="sub"):
        write_companion("sub", render(tmp_path), tmp_path / "book.mp3")


def test_the_documentation_names_every_field():
    text = (Path(__file__).parents[2] / "docs/read-along.md").read_text(encoding="utf-8")
    definitions = timeline.schema()["$defs"]
    names = {name for definition in definitions.values() for name in definition["properties"]}
    assert {name for name in names if f"`{name}`" not in text} == set()
