"""A real Chromium without a window, controlled by the Chrome DevTools Protocol."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import websocket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIMEOUT_SECONDS = 20


def find_chromium() -> str | None:
    """Return the path of Chromium, or `None` if it is not installed."""
    return next((path for name in EXECUTABLES if (path := shutil.which(name))), None)


class Tab:
    """A page in the browser, with its requests and its errors."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(
            address, timeout=TIMEOUT_SECONDS, suppress_origin=True
        )
        self._ids = count(1)
        self.requests: list[str] = []
        self.errors: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def send(self, method: str, **params: Any) -> Any:
        """Send a command to the browser, and return its answer."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._record(message)

    def _record(self, message: dict[str, Any]) -> None:
        """Record an event if it is a request or an error."""
        method, params = message["method"], message["params"]
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method in ("Runtime.exceptionThrown", "Log.entryAdded") or (
            method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning")
        ):
            self.errors.append(json.dumps(params))

    def run(self, script: str) -> Any:
        """Return the value of an expression, as JSON; promises are awaited."""
        answer = self.send(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, script: str) -> Any:
        """Return the value of an expression as soon as it is true."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            if value := self.run(script):
                return value
            time.sleep(0.03)
        raise AssertionError(f"never true: {script}")

    def open(self, path: Path) -> None:
        """Open a file, and wait until it is loaded."""
        self.send("Page.navigate", url=path.as_uri())
        self.wait_for("document.readyState === 'complete'")

    def click(self, script: str) -> None:
        """Click with the mouse on the element that is the value of an expression."""
        x, y = self.run(
            f"(() => {{ const e = {script}; e.scrollIntoView({{block: 'center'}});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, code: str = "") -> None:
        """Press a key."""
        text = key if len(key) == 1 else ""
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, code=code, text=text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=code)

    def resize(self, width: int, height: int) -> None:
        """Set the size of the window in pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def set_preferences(self, **features: str) -> None:
        """Set media features, such as `prefers_color_scheme="dark"`."""
        named = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self.send("Emulation.setEmulatedMedia", features=named)

    def save_screenshot(self, path: Path) -> None:
        """Save a screenshot as a PNG."""
        data = self.send("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))


@contextmanager
def open_browser(profile: Path) -> Iterator[Tab]:
    """Yield an empty page in a new browser."""
    command = [
        find_chromium() or "",
        "--headless=new",
        "--no-sandbox",
        "--mute-audio",
        "--disable-gpu",
        "--no-first-run",
        "--autoplay-policy=no-user-gesture-required",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "about:blank",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tab = None
    try:
        tab = Tab(_wait_for_address(profile / "DevToolsActivePort"))
        yield tab
    finally:
        if tab:
            tab.close()
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def _wait_for_address(file: Path) -> str:
    """Return the address of the page, once the browser has written its port to a file."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while not (file.is_file() and file.read_text(encoding="utf-8")):
        assert time.monotonic() < end, "Chromium does not start"
        time.sleep(0.05)
    port = file.read_text(encoding="utf-8").split()[0]
    with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        pages = json.load(answer)
    return next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
