import json
import zipfile

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app
from narrator.errors import BrokenInputError
from narrator.readalong import FORMAT_MODULES, companion_check, write_companion
from narrator.readalong.companion_check import check_companion, detect_companion_kind
from tests.readalong.rendering import render, write_audio

RATE = 22_050


@pytest.fixture
def write(tmp_path):
    rendered_book = write_audio(render(tmp_path, split=True, rate=RATE))

    def write_one(companion):
        name = f"book.{companion}" if companion in FORMAT_MODULES else "book.mp3"
        return write_companion(companion, rendered_book, tmp_path / name)

    return write_one


@pytest.mark.parametrize(
    ("companion", "counts"),
    [
        ("timeline", {"lines", "words", "chapters", "seconds"}),
        ("srt", {"cues", "seconds"}),
        ("vtt", {"cues", "seconds"}),
        ("lrc", {"cues", "seconds"}),
        ("epub", {"pages", "clips", "seconds"}),
        ("lpf", {"chapters", "seconds"}),
        ("page", {"chapters", "words", "seconds"}),
        ("podcast", {"episodes", "seconds"}),
    ],
)
def test_every_companion_passes_its_check(write, companion, counts):
    files = write(companion)
    is_folder = companion in ("page", "podcast")
    for path in [files[0].parent] if is_folder else files:
        report = check_companion(path)
        assert report.problems == ()
        assert set(report.counts) == counts
        assert all(report.counts.values())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("book.timeline.json", "timeline"),
        ("BOOK.SRT", "srt"),
        ("book.chapters.vtt", "vtt"),
        ("book.epub", "epub"),
        ("book.json", None),
        ("book.mp3", None),
        ("book", None),
    ],
)
def test_the_kind_of_a_file_follows_from_its_name(tmp_path, name, kind):
    assert detect_companion_kind(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("marker", "kind"), [("feed.xml", "podcast"), ("page.js", "page"), ("index.html", None)]
)
def test_the_kind_of_a_folder_follows_from_its_files(tmp_path, marker, kind):
    (tmp_path / marker).touch()
    assert detect_companion_kind(tmp_path) == kind


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit_archive(path, name_end, old, new):
    """Replace a string in the entry whose name ends so; without `new`, remove that entry."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in entries if name.endswith(name_end))
    if new is None:
        del entries[name]
    else:
        assert old in entries[name]
        entries[name] = entries[name].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as archive:
        for entry_name, data in entries.items():
            archive.writestr(entry_name, data)


def damage_srt(files):
    edit(files[0], "00:00:0", "00:09:0")
    return files[0]


def damage_vtt(files):
    edit(files[0], "<v Anna>", "<v Anna>" + "wide " * 20)
    return files[0]


def remove_vtt_header(files):
    edit(files[0], "WEBVTT", "NOTVTT")
    return files[0]


def overlap_cues(files):
    edit(files[0], "\n2\n00:00:0", "\n2\n00:00:00.100 --> 00:09:00.000\n")
    return files[0]


def damage_lrc(files):
    edit(files[0], "\n[00:0", "\n[09:0")
    return files[0]


def remove_lrc_time(files):
    edit(files[0], '"Good', '\n"Good')
    return files[0]


def delay_a_word(files):
    data = json.loads(files[0].read_text(encoding="utf-8"))
    data["lines"][1]["words"][0]["start"] += 90
    files[0].write_text(json.dumps(data), encoding="utf-8")
    return files[0]


def delay_a_line(files):
    data = json.loads(files[0].read_text(encoding="utf-8"))
    data["lines"][0]["end"] += 90
    files[0].write_text(json.dumps(data), encoding="utf-8")
    return files[0]


def rename_an_audio_file(files):
    edit(files[0], '"001.mp3"', '"009.mp3"')
    return files[0]


def remove_page_audio(files):
    (files[0].parent / "audio/002.mp3").unlink()
    return files[0].parent


def remove_page_style(files):
    (files[0].parent / "page.css").write_bytes(b"")
    return files[0].parent


def shorten_an_episode(files):
    next(files[0].parent.glob("*.mp3")).write_bytes(b"short")
    return files[0].parent


def remove_an_episode(files):
    next(files[0].parent.glob("*.mp3")).unlink()
    return files[0].parent


def rename_an_element(files):
    edit_archive(files[0], "chapter-001.xhtml", b'id="line-', b'id="gone-')
    return files[0]


def reverse_a_clip(files):
    edit_archive(files[0], "chapter-001.smil", b'clipBegin="0:00:00', b'clipBegin="9:00:00')
    return files[0]


def remove_epub_audio(files):
    edit_archive(files[0], "001.mp3", b"", None)
    return files[0]


def change_epub_duration(files):
    edit_archive(files[0], ".opf", b'media:duration">0:00:', b'media:duration">0:33:')
    return files[0]


def remove_lpf_name(files):
    edit_archive(files[0], "publication.json", b'"name"', b'"nome"')
    return files[0]


def remove_lpf_subtitles(files):
    edit_archive(files[0], "001.vtt", b"", None)
    return files[0]


@pytest.mark.parametrize(
    ("companion", "damage", "problem"),
    [
        ("srt", damage_srt, "ends before it begins"),
        ("vtt", damage_vtt, "larger than two lines"),
        ("vtt", remove_vtt_header, "does not begin with WEBVTT"),
        ("vtt", overlap_cues, "begins before the one before it ends"),
        ("lrc", damage_lrc, "not in order"),
        ("lrc", remove_lrc_time, "has no time"),
        ("timeline", delay_a_word, "not in order"),
        ("timeline", delay_a_line, "begins before line"),
        ("timeline", rename_an_audio_file, "009.mp3 is missing"),
        ("page", remove_page_audio, "audio/002.mp3 is missing"),
        ("page", remove_page_style, "page.css is missing"),
        ("podcast", shorten_an_episode, "the feed says"),
        ("podcast", remove_an_episode, "is missing"),
        ("epub", rename_an_element, "has no line-"),
        ("epub", reverse_a_clip, "ends before it begins"),
        ("epub", remove_epub_audio, "001.mp3 is missing"),
        ("epub", change_epub_duration, "seconds of sound"),
        ("lpf", remove_lpf_name, "has no name"),
        ("lpf", remove_lpf_subtitles, "001.vtt is missing"),
    ],
)
def test_a_damaged_companion_fails_its_check(write, companion, damage, problem):
    path = damage(write(companion))
    assert any(problem in text for text in check_companion(path).problems)
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 8


@pytest.mark.parametrize(
    "name", ["book.timeline.json", "book.epub", "book.lpf", "book.srt", "book.mp3"]
)
def test_a_file_of_another_format_raises_an_error(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xfe nothing of the kind")
    with pytest.raises(BrokenInputError):
        check_companion(tmp_path / name)


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, "[]", '{"readingOrder": [[]]}', '{"readingOrder": 5, "name": "x"}', "5"],
)
@pytest.mark.parametrize("companion", ["timeline", "lpf", "page"])
def test_json_of_any_shape_and_depth_raises_an_error(tmp_path, companion, content):
    path = tmp_path / f"book.{companion}"
    if companion == "timeline":
        path = tmp_path / "book.timeline.json"
        path.write_text(content)
    elif companion == "lpf":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("publication.json", content)
    else:
        path.mkdir()
        (path / "page.js").touch()
        (path / "book.js").write_text(f"readalong({{{content}}})")
    with pytest.raises(BrokenInputError):
        check_companion(path)


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("1:02:03.456", 3723.456), ("02:03,456", 123.456), ("3.5", 3.5), ("100:00:00.000", 360_000)],
)
def test_clocks_of_every_format_are_parsed(clock, seconds):
    assert companion_check._parse_clock(clock) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("cue_line", "columns"),
    [("plain", 5), ("<v Anna>“No,”</v>", 5), ("a &lt;b&gt; &amp;lt;", 10), ("a\u2060b", 2), ("猫", 2)],
)  # fmt: skip
def test_the_width_of_a_cue_does_not_include_tags_and_escapes(cue_line, columns):
    assert companion_check._measure_shown_columns(cue_line) == columns


def test_the_command_prints_the_report_as_json(write):
    result = CliRunner().invoke(app, ["check", str(write("epub")[0]), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["kind"] == "epub"
