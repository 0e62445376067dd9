"""Companions and read-along formats from whole builds."""

import json
import zipfile
from dataclasses import replace

import pytest

from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.errors import OptionError, OutputError
from narrator.readalong import timeline
from tests.conftest import inline

TONE = Options(engine="tone", pool=inline, jobs=1)


def test_companions_lie_beside_the_audiobook(story, tmp_path):
    options = replace(TONE, companions=("srt", "vtt", "timeline"))
    audiobook = pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    names = ["out.srt", "out.vtt", "out.chapters.vtt", "out.timeline.json"]
    assert [path.name for path in audiobook.companions] == names
    timeline_file = timeline.read_timeline(tmp_path / "out.timeline.json")
    assert [line.id for line in timeline_file.lines] == [
        line_timing.line_id for line_timing in audiobook.timeline.line_timings
    ]
    again = pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert (again.files, again.companions) == (audiobook.files, audiobook.companions)


def test_each_file_of_a_split_book_has_its_own_subtitles(story, tmp_path):
    options = replace(TONE, companions=("lrc", "timeline"), split=True)
    audiobook = pipeline.narrate([str(story)], tmp_path / "out", options)
    assert [path.with_suffix("") for path in audiobook.files] == [
        path.with_suffix("") for path in audiobook.companions[:2]
    ]
    timeline_file = timeline.read_timeline(tmp_path / "out/out.timeline.json")
    assert [file.path for file in timeline_file.files] == [path.name for path in audiobook.files]


def test_an_epub_and_a_web_player_hold_all_the_audio(story, tmp_path):
    audiobook = pipeline.narrate([str(story)], tmp_path / "out.epub", replace(TONE, format="epub"))
    with zipfile.ZipFile(audiobook.files[0]) as archive:
        assert sum(name.endswith(".mp3") for name in archive.namelist()) == len(
            audiobook.timeline.marks
        )
    page = pipeline.narrate([str(story)], tmp_path / "out.page", replace(TONE, format="page"))
    assert page.files[0] == tmp_path / "out.page/index.html"
    text = (tmp_path / "out.page/book.js").read_text(encoding="utf-8")
    book = json.loads(text.removeprefix("readalong.book(").removesuffix(");\n"))
    lengths = sum(chapter["seconds"] for chapter in book["chapters"])
    assert lengths == pytest.approx(page.timeline.seconds, abs=0.01)


@pytest.mark.parametrize("format_", ["epub", "page"])
def test_the_same_book_gives_the_same_bytes(story, tmp_path, format_):
    contents = []
    for place in ("one", "two"):
        target = tmp_path / place / f"out.{format_}"
        options = replace(TONE, format=format_, cache_dir=tmp_path / f"cache-{place}")
        files = pipeline.narrate([str(story)], target, options).files
        contents.append({path.name: path.read_bytes() for path in files})
    assert contents[0] == contents[1]


def test_the_source_is_never_replaced_by_the_audiobook(story):
    with pytest.raises(OutputError, match="the book itself"):
        pipeline.narrate([str(story)], story, TONE)
    assert story.read_text(encoding="utf-8")


def test_subtitles_of_an_unknown_kind_are_refused():
    from narrator.build import option_parsing as options  # noqa: PLC0415

    assert options.parse_companions("vtt, .SRT", timeline=True) == ("srt", "vtt", "timeline")
    assert options.parse_companions(None, timeline=False) == ()
    with pytest.raises(OptionError, match="ass"):
        options.parse_companions("vtt,ass", timeline=False)


@pytest.mark.parametrize("format_", ["page", "podcast"])
def test_a_users_own_folder_stops_the_build_before_synthesis(story, tmp_path, format_):
    target = tmp_path / "mine"
    target.mkdir()
    (target / "letter.txt").touch()
    options = replace(TONE, format=format_, cache_dir=tmp_path / "cache")
    with pytest.raises(OutputError, match="no record of writing"):
        pipeline.narrate([str(story)], target, options)
    assert (target / "letter.txt").exists()
    assert not list((tmp_path / "cache").glob("reel/**/*"))
