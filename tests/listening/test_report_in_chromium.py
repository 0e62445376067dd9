"""The report of a check in a real browser: `make test-browser`."""

import pytest

from narrator.listening.report_page import format_report_page
from tests.browser import find_chromium, launch_chromium, open_saved_page
from tests.listening.checked_audiobooks import make_checked_audiobook
from tests.studio.browsing import AXE_PATH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed"),
]
PLAYING = "[...document.querySelectorAll('audio')].map(a => !a.paused)"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    path = folder / "report.html"
    path.write_text(format_report_page(make_checked_audiobook(folder)), "utf-8")
    return path


@pytest.fixture(scope="module")
def browser():
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def tab(browser, page):
    with open_saved_page(browser, page) as tab:
        yield tab


def test_one_line_plays_at_a_time_by_the_keyboard(tab):
    tab.press("Tab", "Enter")
    tab.wait_for(f"{PLAYING}[0]")
    assert tab.run("document.activeElement.textContent") == "Stop"
    assert tab.run("document.activeElement.getAttribute('aria-label')").startswith("Stop 1.2.1")
    tab.press("Tab", "Enter")
    tab.wait_for(f"{PLAYING}[1]")
    assert tab.run(PLAYING) == [False, True]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_report_is_accessible(tab, scheme, width):
    if not AXE_PATH.is_file():
        pytest.skip("axe-core is not here: make test-browser fetches it")
    tab.page.emulate_media(color_scheme=scheme)
    tab.page.set_viewport_size({"width": width, "height": 800})
    tab.page.evaluate(AXE_PATH.read_text("utf-8"))
    found = tab.page.evaluate("axe.run().then(result => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.run("document.documentElement.dataset.theme") == scheme


def test_all_columns_of_the_tables_fit_on_a_phone(tab):
    tab.page.set_viewport_size({"width": 360, "height": 800})
    widths = "[...document.querySelectorAll('.table')].map(e => [e.scrollWidth, e.clientWidth])"
    assert all(content <= box for content, box in tab.run(widths))
