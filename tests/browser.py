"""Pages in Chromium that Playwright controls, with everything that went wrong in them."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIMEOUT_SECONDS = 60
_ARGUMENTS = ("--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required")


def find_chromium() -> str | None:
    """Return the path of Chromium, or `None` if it is not installed."""
    return next((path for name in EXECUTABLES if (path := shutil.which(name))), None)


@contextmanager
def launch_chromium() -> Iterator[Browser]:
    """Yield a running browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - few tests need it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(_ARGUMENTS))
        yield browser
        browser.close()


class BrowserPage:
    """A page, with its requests and its errors."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.set_default_timeout(TIMEOUT_SECONDS * 1000)
        page.on("console", self._record)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def _record(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.text} {message.location}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def run(self, script: str, argument: object = None) -> Any:
        """Return the value of an expression; promises are awaited."""
        return self.page.evaluate(script, argument)

    def wait_for(self, script: str, argument: object = None) -> Any:
        """Return the value of an expression as soon as it is true.

        Playwright's own way to wait is forbidden by the pages' content security policies.
        """
        end = time.monotonic() + TIMEOUT_SECONDS
        while not (value := self.page.evaluate(script, argument)):
            assert time.monotonic() < end, f"never true: {script} {argument}"
            time.sleep(0.02)
        return value

    def wait_for_text(self, selector: str, text: str) -> None:
        """Wait until an element has a text in it."""
        self.wait_for(
            "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)",
            [selector, text],
        )

    def require_only(self, *beginnings: str) -> None:
        """Check that nothing went wrong, and that all requests begin in one of these ways."""
        assert self.errors == []
        assert [url for url in self.requests if not url.startswith(beginnings)] == []


@contextmanager
def open_saved_page(browser: Browser, path: Path, **settings: Any) -> Iterator[BrowserPage]:
    """Yield a page that lies in a file, with local storage of its own.

    Afterwards, the page must have requested nothing but files.

    Args:
        browser: The browser.
        path: The file.
        settings: Settings of the browser's context.
    """
    context = browser.new_context(viewport={"width": 1200, "height": 800}, **settings)
    tab = BrowserPage(context.new_page())
    tab.page.goto(path.as_uri())
    yield tab
    tab.require_only("file:", "data:")
    context.close()
