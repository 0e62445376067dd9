"""The web player in a real browser: `make test-browser`."""

import json
import time

import pytest

from narrator.readalong import write_companion
from tests.browser import find_chromium, launch_chromium, open_saved_page
from tests.readalong.rendering import STORY, render, write_audio

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed"),
]
RATE = 22_050
MARKUP_LIKE = "\n\n\"</script><img src='http://example.com/x.png' onerror='alert(1)'>,\" he said.\n"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page")
    rendered_book = write_audio(render(path, STORY + MARKUP_LIKE, split=True, rate=RATE))
    index, *_ = write_companion("page", rendered_book, path / "book")
    return rendered_book, index


@pytest.fixture(scope="module")
def browser():
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def tab(browser, page):
    with open_saved_page(browser, page[1], color_scheme="light", has_touch=True) as tab:
        tab.wait_for("audio.readyState >= 2 && document.querySelectorAll('.word').length > 5")
        tab.requests.clear()
        tab.errors.clear()
        yield tab


def list_words(rendered_book, number=0):
    track = rendered_book.tracks[number]
    return [
        (word.start_sample / RATE, word.end_sample / RATE, word.text)
        for chapter in rendered_book.time_track_chapters(track)
        for timed_line in chapter.timed_lines
        for word in timed_line.words
    ]


HIGHLIGHTED = "document.querySelector('.word.now')?.textContent ?? null"


def words_at(rendered_book, seconds, number=0):
    """Return the words that may be highlighted at a time, within two frames of the screen."""
    return {
        text
        for start, end, text in list_words(rendered_book, number)
        if start - 0.1 <= seconds <= end + 0.1
    }


def seek(tab, seconds):
    tab.run(f"new Promise(done => {{ audio.onseeked = done; audio.currentTime = {seconds}; }})")
    tab.wait_for("!audio.seeking")


def test_markup_that_got_into_the_page_can_neither_run_nor_load_anything(tab):
    tab.run(
        "document.body.insertAdjacentHTML('beforeend', `<img src=x onerror='window.ran = 1'>"
        "<img src='http://127.0.0.1:9/x.png'><style>body { color: red }</style>"
        "<p style='color: red' onclick='window.ran = 2'>x</p>`);"
        "const script = document.createElement('script'); script.textContent = 'window.ran = 3';"
        "document.body.append(script); document.body.lastElementChild.previousElementSibling.click()"
    )
    time.sleep(0.3)
    assert tab.run("window.ran ?? null") is None
    assert tab.run("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    assert any("http://127.0.0.1:9/x.png" in error for error in tab.errors)
    assert all("Content Security Policy" in error for error in tab.errors)
    tab.errors.clear()
    tab.requests.clear()  # requests are listed even if the policy blocks them


def test_seeking_highlights_the_word_at_that_time(tab, page):
    for start, end, text in list_words(page[0])[::4]:
        seek(tab, (start + end) / 2)
        assert tab.wait_for(HIGHLIGHTED) == text


def test_words_are_highlighted_in_time_during_playback(tab, page):
    tab.page.click("#play")
    tab.wait_for("!audio.paused && audio.currentTime > 0.2")
    seen = []
    while len(seen) < 25:
        seen.append(tab.run(f"[audio.currentTime, {HIGHLIGHTED}]"))
        time.sleep(0.05)
    assert seen[-1][0] > seen[0][0] + 0.8
    for seconds, text in seen:
        assert text is None or text in words_at(page[0], seconds)
    assert len({text for _, text in seen}) > 2


def test_a_click_on_a_word_plays_from_there(tab, page):
    index = 12
    tab.page.locator(".word").nth(index).click()
    tab.wait_for("!audio.paused")
    start = list_words(page[0])[index][0]
    assert start <= tab.run("audio.currentTime") + 0.01 < start + 2


def test_keys_move_by_sentences_and_chapters(tab, page):
    lines = json.loads(tab.run("JSON.stringify([...document.querySelectorAll('.line')].length)"))
    assert lines > 3
    tab.press("ArrowRight", "ArrowRight")
    assert tab.wait_for("document.querySelector('.line.spoken')?.dataset.line") == "2"
    tab.press("ArrowLeft")
    tab.wait_for("document.querySelector('.line.spoken').dataset.line === '1'")
    tab.press("Space")
    tab.wait_for("!audio.paused")
    tab.press("Space")
    tab.wait_for("audio.paused")
    tab.press("]")
    tab.wait_for("audio.src.endsWith('002.mp3') && audio.readyState >= 2")
    assert tab.run("document.getElementById('chapters').value") == "1"
    seek(tab, list_words(page[0], 1)[3][0] + 0.01)
    assert tab.wait_for(HIGHLIGHTED) == list_words(page[0], 1)[3][2]


def test_a_chapter_is_loaded_when_it_is_opened(tab):
    assert not any(url.endswith("002.js") for url in tab.requests)
    tab.run("chapters.value = '1', chapters.dispatchEvent(new Event('change'))")
    tab.wait_for("audio.src.endsWith('002.mp3')")
    assert any(url.endswith("text/002.js") for url in tab.requests)


def test_text_that_looks_like_markup_stays_text(tab):
    tab.press("]")
    tab.wait_for("document.getElementById('text').textContent.includes('onerror')")
    assert tab.run("document.images.length") == 0


def test_the_position_is_remembered(tab):
    tab.press("]")
    tab.wait_for("audio.src.endsWith('002.mp3') && audio.readyState >= 2")
    seek(tab, 3)
    tab.page.reload()
    tab.wait_for("audio.src.endsWith('002.mp3') && Math.abs(audio.currentTime - 3) < 0.1")


def test_light_and_dark_follow_the_system_and_the_reader(tab):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.run(ground)
    tab.page.emulate_media(color_scheme="dark")
    dark = tab.wait_for(f"{ground} !== '{light}' && {ground}")
    tab.press("d")
    assert tab.run(ground) == light != dark


@pytest.mark.parametrize("width", [320, 768, 1600])
def test_the_page_fits_windows_of_any_width(tab, width):
    tab.page.set_viewport_size({"width": width, "height": 700})
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


def test_every_control_has_an_accessible_name(tab):
    client = tab.page.context.new_cdp_session(tab.page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    control_roles = {"button", "combobox", "slider", "link", "checkbox"}
    controls = [node for node in nodes if node.get("role", {}).get("value") in control_roles]
    assert controls
    assert [node for node in controls if not node.get("name", {}).get("value")] == []
