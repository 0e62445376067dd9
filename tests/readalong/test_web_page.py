import json
import re
from importlib.resources import files

import pytest

from narrator.errors import OutputError
from narrator.readalong import web_page, write_companion
from tests.readalong.making import STORY, perform, record


def script(path, call):
    text = path.read_text(encoding="utf-8")
    return json.loads(text.removeprefix(f"readalong.{call}").removesuffix(");\n"))


@pytest.fixture
def folder(tmp_path):
    text = STORY + "\n<b>Bold</b> </script> words & \u2028.\n"
    performance = record(perform(tmp_path, text, split=True, rate=22_050))
    write_companion("page", performance, tmp_path / "book")
    return performance, tmp_path / "book"


def test_the_text_on_the_page_is_the_books(folder):
    performance, path = folder
    chapter = script(path / "text/001.js", "chapter(0, ")
    said = ["".join(line["words"]) for p in chapter["paragraphs"] for line in p["lines"]]
    lines = [line.text for line in performance.script.lines if line.chapter == 1]
    assert [text.strip() for text in said] == lines
    assert [p["form"] for p in chapter["paragraphs"]][:2] == ["heading", "text"]
    assert any(p.get("scene") for p in chapter["paragraphs"])


def test_words_have_times_on_their_own_chapters_clock(folder):
    _, path = folder
    book = script(path / "book.js", "book(")
    for number, chapter in enumerate(book["chapters"]):
        assert (path / chapter["audio"]).stat().st_size > 1000
        said = script(path / chapter["text"], f"chapter({number}, ")
        times = [t for p in said["paragraphs"] for line in p["lines"] for t in line["times"]]
        assert times == sorted(times)
        assert 0 <= times[0] < times[-1] < chapter["seconds"]


def test_nothing_of_a_book_ends_a_script(folder):
    _, path = folder
    for file in [*path.glob("text/*.js"), path / "book.js"]:
        text = file.read_text(encoding="utf-8")
        assert "<" not in text
        assert "\u2028" not in text


def test_the_page_names_the_book_and_asks_nothing_of_a_network(folder):
    _, path = folder
    index = (path / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en" dir="ltr">' in index
    assert "<title>" in index
    for file in ("index.html", "page.css", "page.js"):
        assert not re.search(r"https?://|@import|url\(", (path / file).read_text(encoding="utf-8"))


def test_an_older_page_is_replaced_and_a_strangers_folder_is_not(folder, tmp_path):
    performance, path = folder
    (path / "audio/left-over.mp3").touch()
    write_companion("page", performance, path)
    assert not (path / "audio/left-over.mp3").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").touch()
    with pytest.raises(OutputError, match="something else"):
        write_companion("page", performance, mine)
    assert (mine / "letter.txt").exists()
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "ltr"), ("he", "rtl"), ("ar-EG", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr")],
)
def test_the_direction_of_a_language(language, expected):
    assert web_page.text_direction(language) == expected


# ---------------------------------------------------------------------------------- colours


def themes():
    css = (files("narrator.readalong") / "web_player/page.css").read_text(encoding="utf-8")
    for name, block in re.findall(r"^:root(\S*) \{(.*?)\n\}", css, re.MULTILINE | re.DOTALL):
        yield name or "light", dict(re.findall(r"--([\w-]+): (#\w{6});", block))


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("name", "colours"), list(themes()))
def test_all_text_stands_out_from_its_ground(name, colours):
    speakers = [f"speaker-{number}" for number in range(1, web_page.SPEAKER_COLOURS + 1)]
    pairs = [
        (text, ground)
        for text in ["text", *speakers]
        for ground in ("ground", "spoken-ground", "bar")
    ]
    pairs += [("quiet", "ground"), ("quiet", "bar"), ("accent", "bar"), ("bar", "accent")]
    pairs += [("word-text", "word")]
    weak = {pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5}
    assert weak == set(), name
    assert contrast(colours["edge"], colours["bar"]) >= 3  # WCAG 2.2, 1.4.11
