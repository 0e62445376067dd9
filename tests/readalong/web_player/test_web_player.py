import json
import re
from importlib.resources import files

import pytest

from narrator.readalong import web_player, write_companion
from narrator.readalong.web_player import player_data
from tests.readalong.rendering import STORY, render, write_audio


def load_argument(path, call):
    text = path.read_text(encoding="utf-8")
    return json.loads(text.removeprefix(f"readalong.{call}").removesuffix(");\n"))


@pytest.fixture
def written(tmp_path):
    text = STORY + "\n<b>Bold</b> </script> words & \u2028.\n"
    rendered_book = write_audio(render(tmp_path, text, split=True, rate=22_050))
    write_companion("page", rendered_book, tmp_path / "book")
    return rendered_book, tmp_path / "book"


def test_the_text_on_the_page_is_that_of_the_book(written):
    rendered_book, folder = written
    chapter = load_argument(folder / "text/001.js", "chapter(0, ")
    texts = ["".join(line["words"]) for p in chapter["paragraphs"] for line in p["lines"]]
    lines = [line.text for line in rendered_book.script.lines if line.chapter == 1]
    assert [text.strip() for text in texts] == lines
    assert [p["form"] for p in chapter["paragraphs"]][:2] == ["heading", "text"]
    assert any(p.get("scene") for p in chapter["paragraphs"])


def test_words_are_timed_from_the_beginning_of_their_chapter(written):
    _, folder = written
    book = load_argument(folder / "book.js", "book(")
    for number, chapter in enumerate(book["chapters"]):
        assert (folder / chapter["audio"]).stat().st_size > 1000
        data = load_argument(folder / chapter["text"], f"chapter({number}, ")
        times = [t for p in data["paragraphs"] for line in p["lines"] for t in line["times"]]
        assert times == sorted(times)
        assert 0 <= times[0] < times[-1] < chapter["seconds"]


def test_no_text_of_a_book_can_end_a_script(written):
    _, folder = written
    for file in [*folder.glob("text/*.js"), folder / "book.js"]:
        text = file.read_text(encoding="utf-8")
        assert "<" not in text
        assert "\u2028" not in text


def test_the_page_names_the_book_and_needs_no_network(written):
    _, folder = written
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en" dir="ltr">' in index
    assert "<title>" in index
    for name in ("index.html", "page.css", "page.js"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|url\(", text)


def test_program_and_style_are_those_of_the_package(written):
    _, folder = written
    for name in ("page.css", "page.js"):
        assert (folder / name).read_bytes() == (files(web_player) / name).read_bytes()


# ---------------------------------------------------------------------------------- colours


def read_themes():
    css = (files(web_player) / "page.css").read_text(encoding="utf-8")
    for name, block in re.findall(r"^:root(\S*) \{(.*?)\n\}", css, re.MULTILINE | re.DOTALL):
        yield name or "light", dict(re.findall(r"--([\w-]+): (#\w{6});", block))


def relative_luminance(colour):
    """As defined by WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    darker, lighter = sorted((relative_luminance(first), relative_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("name", "colours"), list(read_themes()))
def test_all_text_has_enough_contrast_with_its_background(name, colours):
    speakers = [f"speaker-{number}" for number in range(1, player_data.SPEAKER_COLOUR_COUNT + 1)]
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


def test_the_page_allows_only_its_own_scripts_and_nothing_from_elsewhere(written):
    _, folder = written
    index = (folder / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'"Content-Security-Policy" content="([^"]*)"', index)[1]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    nonce = re.fullmatch(r"'nonce-([0-9a-f]{32})'", directives["script-src"])[1]
    assert directives["default-src"] == "'none'"
    assert directives["style-src"] == directives["script-src"]
    assert not re.search(r"https?:|\*|unsafe", policy)
    tags = re.findall(r"<(?:script|link rel=.stylesheet.)[^>]*>", index)
    assert len(tags) == 3
    assert all(f'nonce="{nonce}"' in tag for tag in tags)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", index)


def test_the_same_book_gives_the_same_nonce_and_another_book_another():
    nonces = [web_player._make_nonce(text) for text in ("one", "one", "two", "\ud800")]
    assert nonces[0] == nonces[1]
    assert len(set(nonces)) == 3
