"""A running studio, and pages of it in Chromium that Playwright controls."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser import TIMEOUT_SECONDS, BrowserPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

AXE_PATH = Path(
    os.environ.get("NARRATOR_AXE", Path(sys.prefix) / "axe/node_modules/axe-core/axe.min.js")
)
"""Where `make test-browser` puts axe-core."""


class RunningStudio:
    """The program `narrator studio`, with the address that it printed."""

    def __init__(
        self, *arguments: str, folder: Path, environment: dict[str, str] | None = None
    ) -> None:
        command = [sys.executable, "-m", "narrator", "studio", *arguments]
        self.process = subprocess.Popen(
            [*command, "--no-browser", "--json"],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        answer = ""
        while not answer.rstrip().endswith("}"):
            line = self.process.stdout.readline()
            if not line:
                self.end()
                raise AssertionError("the studio has not started")
            answer += line
        self.address: str = json.loads(answer)["address"]

    def end(self, number: int = signal.SIGINT) -> float:
        """Send a signal, and return the seconds until the program has ended."""
        started_at = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(TIMEOUT_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return time.monotonic() - started_at


class StudioPage(BrowserPage):
    """A page of a studio."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page)
        self.address = address

    def open(self) -> StudioPage:
        """Open the page, and wait until the text is there."""
        self.page.goto(self.address)
        self.page.wait_for_selector("body[data-state=ready] #text .line")
        return self

    def line(self, words: str) -> str:
        """Return the selector of the line that has these words."""
        identity = self.page.evaluate(
            "words => [...document.querySelectorAll('.line')]"
            ".find(line => line.textContent.includes(words))?.id",
            words,
        )
        assert identity, words
        return f'[id="{identity}"]'

    def wait_for_sound(self) -> None:
        """Wait until a sound plays and has gone on."""
        self.wait_for("window.studioTest.sound() > 0.05")


@contextmanager
def open_pages(browser: Browser, address: str, count: int = 1) -> Iterator[list[StudioPage]]:
    """Yield pages of one studio in a browser of their own, and check that nothing went wrong."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.add_init_script(
        "const play = HTMLMediaElement.prototype.play; const played = []; const sources = [];"
        "HTMLMediaElement.prototype.play = function () {"
        " played.push(this); sources.push(this.src); return play.call(this); };"
        "window.studioTest = { sound: () => Math.max(0, ...played.map(each => each.currentTime)),"
        " sources: () => sources };"
    )
    pages = [StudioPage(context.new_page(), address).open() for _ in range(count)]
    try:
        yield pages
    finally:
        context.close()


def require_clean(page: StudioPage) -> None:
    """Check that a page had no error, and asked nobody but its own server for anything."""
    page.require_only(page.address.split("/?")[0], "data:")
