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
    found = timeline.read_timeline(path)
    assert [line.text for line in found.lines] == [line.text for line in rendered_book.script.lines]
    for line in found.lines:
        assert " ".join(word.text for word in line.words) == line.text
        assert line.start <= line.words[0].start <= line.words[-1].end == line.end
        assert line.timing == "engine"
    assert found.chapters[1].start == found.chapters[0].end
    assert found.duration == rendered_book.timeline.seconds


def test_source_offsets_lead_back_to_the_file(tmp_path):
    rendered_book = render(tmp_path)
    text = (tmp_path / "story.txt").read_text(encoding="utf-8")
    (path,) = write_companion("timeline", rendered_book, tmp_path / "book.mp3")
    for line in timeline.read_timeline(path).lines:
        assert [text[slice(*word.source)] for word in line.words] == [w.text for w in line.words]


def test_estimates_are_marked(tmp_path):
    (path,) = write_companion(
        "timeline", render(tmp_path, reports_words=False), tmp_path / "book.mp3"
    )
    found = timeline.read_timeline(path)
    assert {line.timing for line in found.lines} == {"estimate"}
    assert all(word.estimated for line in found.lines for word in line.words)


def test_speakers_voices_and_files_are_named(tmp_path):
    (path,) = write_companion("timeline", render(tmp_path, split=True), tmp_path / "book.mp3")
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert {line["speaker"] for line in raw["lines"]} == {None, "Anna", "Tom <& Co>"}
    assert {line["voice"] for line in raw["lines"]} == {"edgar"}
    assert [file["path"] for file in raw["files"]] == ["001.mp3", "002.mp3"]
    assert raw["files"][1]["start"] == raw["chapters"][1]["start"]
    assert raw["lines"][1]["start"] == pytest.approx(raw["lines"][0]["end"] + PAUSE_SAMPLES / 1000)


def test_the_schema_names_every_field():
    fields = set(timeline.schema()["$defs"]["LineTime"]["required"])
    assert fields >= {"start", "end", "source", "speaker", "voice", "words"}


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', "\x00"])
def test_what_is_no_timeline_is_refused(tmp_path, text):
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
    names = {name for each in definitions.values() for name in each["properties"]}
    assert {name for name in names if f"`{name}`" not in text} == set()
