"""The page in a real browser: `make test-browser`."""

import json
import time

import pytest

from narrator.readalong import write_companion
from tests.readalong.rendering import STORY, render, write_audio
from tests.readalong.web_player import chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium.executable() is None, reason="Chromium is not installed"),
]
RATE = 22_050
HOSTILE = "\n\n\"</script><img src='http://example.com/x.png' onerror='alert(1)'>,\" he said.\n"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page")
    rendered_book = write_audio(render(path, STORY + HOSTILE, split=True, rate=RATE))
    index, *_ = write_companion("page", rendered_book, path / "book")
    return rendered_book, index


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    with chromium.browser(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def tab(opened, page):
    opened.window(1200, 800)
    opened.prefers(prefers_color_scheme="light")
    opened.open(page[1])
    opened.run("localStorage.clear()")
    opened.run("window.addEventListener('pagehide', () => window.kept || localStorage.clear())")
    opened.open(page[1])
    opened.until("audio.readyState >= 2 && document.querySelectorAll('.word').length > 5")
    opened.requests.clear()
    opened.complaints.clear()
    yield opened
    opened.run("audio.pause()")
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []


def words(rendered_book, number=0):
    track = rendered_book.tracks[number]
    heard = [line for scene in rendered_book.within(track) for line in scene.uttered]
    return [(w.start / RATE, w.end / RATE, w.text) for line in heard for w in line.words]


NOW = "document.querySelector('.word.now')?.textContent ?? null"


def at(rendered_book, seconds, number=0):
    """The words that may be lit at a time, within a frame or two of the screen."""
    return {
        text
        for start, end, text in words(rendered_book, number)
        if start - 0.1 <= seconds <= end + 0.1
    }


def seek(tab, seconds):
    tab.run(f"new Promise(done => {{ audio.onseeked = done; audio.currentTime = {seconds}; }})")
    tab.until("!audio.seeking")


def test_the_word_spoken_is_lit_wherever_one_seeks(tab, page):
    for start, end, text in words(page[0])[::4]:
        seek(tab, (start + end) / 2)
        assert tab.until(NOW) == text


def test_words_are_lit_in_time_while_it_plays(tab, page):
    tab.click("document.getElementById('play')")
    tab.until("!audio.paused && audio.currentTime > 0.2")
    seen = []
    while len(seen) < 25:
        seen.append(tab.run(f"[audio.currentTime, {NOW}]"))
        time.sleep(0.05)
    assert seen[-1][0] > seen[0][0] + 0.8
    for seconds, text in seen:
        assert text is None or text in at(page[0], seconds)
    assert len({text for _, text in seen}) > 2


def test_a_click_on_a_word_plays_from_there(tab, page):
    index = 12
    tab.click(f"document.querySelectorAll('.word')[{index}]")
    tab.until("!audio.paused")
    start = words(page[0])[index][0]
    assert start <= tab.run("audio.currentTime") + 0.01 < start + 2


def test_keys_move_by_sentences_and_chapters(tab, page):
    lines = json.loads(tab.run("JSON.stringify([...document.querySelectorAll('.line')].length)"))
    assert lines > 3
    tab.press("ArrowRight")
    tab.press("ArrowRight")
    assert tab.until("document.querySelector('.line.spoken')?.dataset.line") == "2"
    tab.press("ArrowLeft")
    tab.until("document.querySelector('.line.spoken').dataset.line === '1'")
    tab.press(" ", "Space")
    tab.until("!audio.paused")
    tab.press(" ", "Space")
    tab.until("audio.paused")
    tab.press("]")
    tab.until("audio.src.endsWith('002.mp3') && audio.readyState >= 2")
    assert tab.run("document.getElementById('chapters').value") == "1"
    seek(tab, words(page[0], 1)[3][0] + 0.01)
    assert tab.until(NOW) == words(page[0], 1)[3][2]


def test_a_chapter_is_loaded_when_it_is_opened(tab):
    assert not any(url.endswith("002.js") for url in tab.requests)
    tab.run("chapters.value = '1', chapters.dispatchEvent(new Event('change'))")
    tab.until("audio.src.endsWith('002.mp3')")
    assert any(url.endswith("text/002.js") for url in tab.requests)


def test_what_looks_like_markup_stays_text(tab):
    tab.press("]")
    tab.until("document.getElementById('text').textContent.includes('onerror')")
    assert tab.run("document.images.length") == 0


def test_the_place_is_remembered(tab):
    tab.press("]")
    tab.until("audio.src.endsWith('002.mp3') && audio.readyState >= 2")
    seek(tab, 3)
    tab.run("window.kept = true")
    tab.send("Page.reload")
    tab.until("!window.kept && document.readyState === 'complete'")
    tab.until("audio.src.endsWith('002.mp3') && Math.abs(audio.currentTime - 3) < 0.1")


def test_light_and_dark_follow_the_system_and_the_reader(tab):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.run(ground)
    tab.prefers(prefers_color_scheme="dark")
    dark = tab.until(f"{ground} !== '{light}' && {ground}")
    tab.press("d")
    assert tab.run(ground) == light != dark


@pytest.mark.parametrize("width", [320, 768, 1600])
def test_no_window_is_too_narrow(tab, width):
    tab.window(width, 700)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    inside = "[...document.querySelectorAll('#player *')].map(e => e.getBoundingClientRect().right)"
    assert tab.run(f"Math.max(...{inside}) <= innerWidth")
    small = "[...document.querySelectorAll('button, select')].filter(e => e.offsetParent)"
    assert tab.run(f"{small}.every(e => e.getBoundingClientRect().height >= 24)")


def test_speed_names_and_speakers(tab):
    tab.press("+")
    assert tab.run("audio.playbackRate") == 1.1
    tab.press("n")
    assert tab.run("getComputedStyle(document.querySelector('.name')).display") == "inline"
    legend = tab.run("[...document.querySelectorAll('#legend li')].map(e => e.textContent)")
    assert legend == ["Narrator", "Anna", "Tom <& Co>"]


def test_everything_that_is_worked_has_a_name(tab):
    nodes = tab.send("Accessibility.getFullAXTree")["nodes"]
    worked = {"button", "combobox", "slider", "link", "checkbox"}
    unnamed = [
        node
        for node in nodes
        if node.get("role", {}).get("value") in worked and not node.get("name", {}).get("value")
    ]
    assert unnamed == []
