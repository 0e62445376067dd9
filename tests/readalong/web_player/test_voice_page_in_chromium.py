"""The page of an audition in a real browser: `make test-browser`."""

import io

import numpy as np
import pytest
import soundfile

from narrator.model import Voice
from narrator.readalong.web_player.voice_page import VoiceSample, format_voice_page
from tests.browser import find_chromium, launch_chromium, open_saved_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed"),
]
PLAYING = "[...document.querySelectorAll('audio')].map(a => !a.paused)"
SHOWN = "[...document.querySelectorAll('#voices li')].map(li => li.offsetParent !== null)"


def make_sound(seconds: float) -> bytes:
    sound = io.BytesIO()
    tone = 0.1 * np.sin(np.arange(round(seconds * 22_050)) / 20)
    soundfile.write(sound, tone, 22_050, format="MP3")
    return sound.getvalue()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    samples = [
        VoiceSample(Voice("ada", "tone", "high", gender="female"), 4.0, make_sound(30)),
        VoiceSample(Voice("bob", "tone", "low", gender="male"), None, make_sound(0.4)),
        VoiceSample(Voice("cleo", "tone", "high", gender="female"), None, make_sound(0.4)),
    ]
    path = tmp_path_factory.mktemp("page") / "voices.html"
    path.write_text(format_voice_page("Voices", "en", ["It rained."], samples), "utf-8")
    return path


@pytest.fixture(scope="module")
def browser():
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def tab(browser, page):
    with open_saved_page(browser, page) as tab:
        yield tab


def test_one_voice_plays_at_a_time_and_stops_where_it_is_clicked_again(tab):
    buttons = "document.querySelectorAll('#voices button')"
    tab.run(f"{buttons}[0].click()")
    tab.wait_for(f"{PLAYING}[0]")
    assert tab.run(f"{buttons}[0].textContent") == "Stop"
    tab.run(f"{buttons}[1].click()")
    tab.wait_for(f"{PLAYING}[1] || {buttons}[1].textContent === 'Play'")
    assert not tab.run(f"{PLAYING}[0]")
    tab.run(f"{buttons}[0].click()")
    tab.wait_for(f"{PLAYING}[0]")
    tab.run(f"{buttons}[0].click()")
    tab.wait_for(f"!{PLAYING}.includes(true)")
    assert tab.run(f"{buttons}[0].textContent") == "Play"


def test_filters_hide_voices_and_all_that_are_left_play_in_turn(tab):
    tab.run("document.getElementById('gender').value = 'male'")
    tab.run("document.getElementById('gender').dispatchEvent(new Event('change'))")
    assert tab.run(SHOWN) == [False, True, False]
    assert tab.run("document.getElementById('count').textContent") == "1 voice"
    tab.run("document.getElementById('all').click()")
    tab.wait_for("document.querySelectorAll('audio')[1].currentTime > 0")
    tab.wait_for("document.getElementById('all').textContent === 'Play all'")


def test_the_page_fits_a_narrow_window(tab):
    tab.page.set_viewport_size({"width": 360, "height": 640})
    assert tab.run("document.documentElement.scrollWidth") <= 360
