"""Makes the pictures and sound samples of the documentation: `make docs-media`.

Everything is made from the story in `docs/tutorial.md`, by the commands that the page shows. The
picture of the studio needs Chromium, and is left as it is without it.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

DOCS = Path(__file__).parents[1] / "docs"
MEDIA = DOCS / "media"
_STORY = re.compile(r"```text\n(.*?)```", re.DOTALL)
_COLUMNS, _ROWS = 92, 60
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_SHARE_ADDRESS = "http://192.168.1.20:38211/q3w8ZkT1mB0xYp9d/"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PICTURE_COLOURS = 128
_STUDIO_SIZE = (1100, 640)


def read_story() -> str:
    """Return the story of the tutorial."""
    match = _STORY.search((DOCS / "tutorial.md").read_text("utf-8"))
    if match is None:
        raise ValueError("the tutorial shows no story")
    return match[1]


def prepare_environment(folder: Path) -> dict[str, str]:
    """Return the environment of the commands: a home and a cache of their own."""
    program_folder = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": os.pathsep.join([program_folder, os.environ.get("PATH", os.defpath)]),
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "NARRATOR_CACHE_DIR": str(folder / "cache"),
        "TERM": "xterm-256color",
        "COLUMNS": str(_COLUMNS),
        "LINES": str(_ROWS),
    }


def run(arguments: list[str], folder: Path) -> None:
    """Run a command of narrator, and print nothing but errors."""
    command = [sys.executable, "-m", "narrator", *arguments]
    subprocess.run(
        command, cwd=folder, env=prepare_environment(folder), check=True, stdout=subprocess.DEVNULL
    )


def run_in_terminal(command: list[str], folder: Path) -> str:
    """Run a command in a terminal of `_COLUMNS` columns, and return what it prints."""
    import pty  # noqa: PLC0415 - Windows lacks it

    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        command, cwd=folder, env=prepare_environment(folder), stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    printed = b""
    while True:
        try:
            block = os.read(controller, 1 << 16)
        except OSError:  # Linux reports the end in this way
            break
        if not block:
            break
        printed += block
    os.close(controller)
    if process.wait():
        raise RuntimeError(printed.decode(errors="replace"))
    return printed.decode().replace("\r\n", "\n")


def draw_terminal(name: str, title: str, printed: str) -> None:
    """Write what a terminal shows as a picture in SVG."""
    from rich.console import Console  # noqa: PLC0415 - as all drawing
    from rich.text import Text  # noqa: PLC0415

    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {title}", style="bold"))
    console.print(Text.from_ansi(printed.rstrip("\n")))
    svg = console.export_svg(title="", unique_id=name)
    # the font would be loaded from another server; without it, the system's is used
    (MEDIA / f"{name}.svg").write_text(_FONT_FACE.sub("", svg), "utf-8")


def draw_commands(folder: Path) -> None:
    """Draw what the commands of the tutorial print."""
    program = [sys.executable, "-m", "narrator"]
    commands = {
        "cast": ["cast", "lamp.txt"],
        "correction": ["script", "lamp.txt", "--correct", "1.5.1=Thomas"],
    }
    for name, arguments in commands.items():
        printed = run_in_terminal([*program, *arguments], folder)
        shown = " ".join(f'"{word}"' if "=" in word else word for word in arguments)
        draw_terminal(name, f"narrator {shown}", printed)
    (folder / "lamp.corrections.toml").unlink()
    # a picture needs an address that is always the same
    announce = (
        "from pathlib import Path; from narrator.cli.share import print_address;"
        f"print_address({_SHARE_ADDRESS!r}, [Path('lamp.m4b')], keep=False)"
    )
    printed = run_in_terminal([sys.executable, "-c", announce], folder)
    draw_terminal("share", "narrator share lamp.m4b", printed)


def record_samples(folder: Path) -> None:
    """Write the sound samples."""
    run(["preview", "lamp.txt", "--paragraph", "3", "-o", "paragraph.mp3"], folder)
    run(["build", "lamp.txt", "-o", "lamp.mp3", "--bit-rate", "32", "--quiet"], folder)
    for name in ("paragraph.mp3", "lamp.mp3"):
        shutil.copy(folder / name, MEDIA / name)


def picture_studio(folder: Path) -> None:
    """Take a picture of the studio with the story."""
    browser_path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser_path is None:
        sys.stderr.write("Chromium is not installed, so the picture of the studio stays as it is\n")
        return
    command = [sys.executable, "-m", "narrator", "studio", "lamp.txt", "--no-browser"]
    with subprocess.Popen(
        command, cwd=folder, env=prepare_environment(folder), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            _take_picture(_read_address(server.stdout), browser_path)
        finally:
            server.terminate()


def _read_address(stream: IO[str] | None) -> str:
    """Return the address that the studio prints."""
    for line in stream or ():
        if match := re.search(r"http://\S+", line):
            return match[0]
    raise RuntimeError("the studio prints no address")


def _take_picture(address: str, browser_path: str) -> None:
    """Open a page, and write a picture of it with few colours, which makes it small."""
    from PIL import Image  # noqa: PLC0415 - as above
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only development has it

    width, height = _STUDIO_SIZE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page: Any = browser.new_page(viewport={"width": width, "height": height})
        page.goto(address)
        page.get_by_text("The bridge is down").first.wait_for()
        page.wait_for_timeout(2_000)  # speakers and voices come after the text
        page.get_by_role("tab", name="Cast").click()
        page.wait_for_timeout(500)
        picture = Image.open(io.BytesIO(page.screenshot()))
        browser.close()
    small = picture.convert("RGB").quantize(_PICTURE_COLOURS)
    small.save(MEDIA / "studio.png", optimize=True)


def main() -> None:
    """Make all pictures and samples."""
    MEDIA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="narrator-media-") as name:
        folder = Path(name)
        (folder / "lamp.txt").write_text(read_story(), "utf-8")
        record_samples(folder)
        draw_commands(folder)
        picture_studio(folder)
    for file in sorted(MEDIA.iterdir()):
        print(f"{file.stat().st_size / 1000:7.1f} kB  {file}")


if __name__ == "__main__":
    main()
