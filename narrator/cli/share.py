"""`narrator share`: send an audiobook to a phone over the local network."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from narrator.sharing import ShareServer

_TEXT_SUFFIXES = frozenset({".txt", ".md", ".docx", ".odt", ".fb2", ".pdf"})
"""Suffixes of books that hold no sound; an EPUB or a page may."""
_POLL_SECONDS = 0.5
_GRACE_SECONDS = 2.0
"""Time that the phone gets to close its connection after a download."""


def run_share(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="An audiobook, the folder of one that is split, or the book that it was made of.",
            show_default=False,
        ),
    ],
    keep: Annotated[
        bool, typer.Option("--keep", help="Continue after the download, until you press ^C.")
    ] = False,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="ADDRESS",
            help="The address of this computer.",
            show_default="found automatically",
        ),
    ] = None,
    port: opt.Port = 0,
) -> None:
    """Send an audiobook to a phone on the same network. A code on the screen leads there.

    It ends after the download.
    """
    from narrator.cli import display
    from narrator.sharing import Share, ShareServer, find_local_address, list_shared_files

    files = [path for file in files for path in _find_audiobook_files(file)]
    shared_files = list_shared_files(files)
    title = files[0].stem if len(files) == 1 else f"{len(shared_files)} files"
    server = ShareServer(Share(shared_files, title), address or find_local_address(), port)
    with server, _serve_in_background(server):
        try:
            print_address(server.url, files, keep=keep)
            _wait_for_downloads(server, keep=keep)
        except KeyboardInterrupt:
            display.print_note("Stopped", "nothing is shared any more")


def _find_audiobook_files(file: Path) -> tuple[Path, ...]:
    """Return the newest audiobook that was made of a book, or the file itself.

    Raises:
        ReadingError: it is a book, and no audiobook of it was found.
    """
    from narrator.build.earlier_audiobooks import find_earlier_audiobooks
    from narrator.errors import ReadingError
    from narrator.files.existence import is_file
    from narrator.installation import format_command

    if not is_file(file):
        return (file,)
    if audiobooks := find_earlier_audiobooks([str(file)]):
        return audiobooks[0].files
    if file.suffix.lower() in _TEXT_SUFFIXES:
        raise ReadingError(
            f"{file} is a book, and no audiobook of it was found",
            f"`{format_command('build', str(file))}` makes one",
        )
    return (file,)


@contextmanager
def _serve_in_background(server: "ShareServer") -> Iterator[None]:
    """Answer requests in another thread while the context runs."""
    import threading

    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()


def print_address(url: str, files: list[Path], *, keep: bool) -> None:
    """Print the address, as a code and as text, and what to do with it."""
    from narrator.cli import display

    display.print_note("Shares", ", ".join(str(file) for file in files))
    display.print_qr_code(url)
    display.print_line(
        "Point the phone's camera at the code, or type the address. The phone must be on the"
        " same network."
    )
    display.print_line("Press ^C to stop." if keep else "Ends after the download, or with ^C.")
    display.print_note("Open", url)
    sys.stdout.flush()  # a program that reads the address through a pipe waits for it


def _wait_for_downloads(server: "ShareServer", *, keep: bool) -> None:
    """Wait until every file has been downloaded; for ever if `keep` is true."""
    from narrator.cli import display

    # a wait without a limit would not notice ^C on Windows
    while not server.record.is_complete.wait(_POLL_SECONDS):
        pass
    time.sleep(_GRACE_SECONDS)
    display.print_note("Done", "the download is complete")
    while keep:
        time.sleep(_POLL_SECONDS)
