import re

import pytest

from narrator.readalong import subtitles, write_companion
from tests.readalong.rendering import STORY, render


def write_texts(path, kind, text=STORY, **options):
    rendered_book = render(path, text, **options)
    return [
        file.read_text(encoding="utf-8")
        for file in write_companion(kind, rendered_book, path / "book.mp3")
    ]


def test_subrip_is_numbered_and_timed_in_order(tmp_path):
    (srt,) = write_texts(tmp_path, "srt")
    cues = re.findall(
        r"^(\d+)\n(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})\n(.+?)\n\n",
        srt,
        re.MULTILINE | re.DOTALL,
    )
    assert [int(cue[0]) for cue in cues] == list(range(1, len(cues) + 1))
    times = [time for cue in cues for time in cue[1:3]]
    assert times == sorted(times)
    assert srt == "".join("{}\n{} --> {}\n{}\n\n".format(*cue) for cue in cues)


def test_webvtt_names_the_speakers_and_escapes_the_text(tmp_path):
    vtt, chapters = write_texts(tmp_path, "vtt")
    assert vtt.startswith("WEBVTT\n\n")
    assert '<v Anna>"Good morning,"</v>' in vtt
    assert "<v Tom &lt;&amp; Co&gt;>" in vtt
    assert "&amp; Co. &lt;loudly&gt;." in vtt
    assert vtt.count("-->") == len(re.findall(r"^\d\d:\d\d:\d\d\.\d{3} --> ", vtt, re.MULTILINE))
    titles = re.findall(r"^\d+\n(\S+) --> \S+\n(.+)$", chapters, re.MULTILINE)
    assert titles[0][0] == "00:00:00.000"
    assert "The Café" in titles[0][1]


def test_lrc_has_tags_and_one_time_per_line(tmp_path):
    (lrc,) = write_texts(tmp_path, "lrc")
    assert lrc.startswith("[ti:")
    assert re.search(r"^\[00:0\d\.\d\d\]\"Good morning,\"", lrc, re.MULTILINE)
    assert all(re.match(r"\[[^\]]+\]", line) for line in lrc.splitlines())


MARKUP_LIKE = ["<b>", "{\\an8}", "-->", "</i>", "[00:00.00]", "<00:01.00>", "<v X>"]


@pytest.mark.parametrize(
    ("kind", "markup"),
    [
        ("srt", r"</?[a-zA-Z]|\{\\|(?<!\d )-->"),
        ("vtt", r"<(?!/?v[ >])|<v X>|(?<!\d )-->"),
        ("lrc", r"(?<!^)\[\d|<\d"),
    ],
)
def test_text_that_looks_like_markup_stays_text(tmp_path, kind, markup):
    first = write_texts(tmp_path, kind, f"Once {' and '.join(MARKUP_LIKE)} were words.\n")[0]
    assert "were words" in first
    assert not re.findall(markup, first, re.MULTILINE)


def test_subtitles_of_a_split_book_are_timed_from_the_beginning_of_each_file(tmp_path):
    first, second, chapters = write_texts(tmp_path, "vtt", split=True)
    assert (tmp_path / "001.vtt").is_file()
    assert "Good morning" in first
    assert "Good morning" not in second
    assert "\n00:00:00.000 --> " in second
    assert chapters.count("-->") == 2


def test_times_are_written_in_the_units_of_each_format():
    assert subtitles._format_clock(3725.0409, ",") == "01:02:05,041"
    assert subtitles._format_minutes(6005.996) == "100:06.00"
