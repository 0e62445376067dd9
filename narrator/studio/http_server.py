"""Runs the server of the studio until the user ends it."""

from __future__ import annotations

import asyncio
import signal
import socket
import webbrowser
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from narrator.errors import OptionError
from narrator.readers.source_files import load_files
from narrator.sharing import find_local_address
from narrator.studio.app import create_app
from narrator.studio.memory import return_large_blocks
from narrator.studio.security import Access, make_token
from narrator.studio.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from narrator.build.options import Options

LOOPBACK = "127.0.0.1"
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - only where the user asks for it with --listen


def serve_studio(  # noqa: PLR0913 - each option of a user is a keyword
    paths: Sequence[str],
    options: Options,
    *,
    announce: Callable[[str], None],
    port: int = 0,
    is_open: bool = False,
    opens_browser: bool = True,
) -> None:
    """Serve the studio until ^C or SIGTERM.

    Requests that are being answered are abandoned, and what they wait for may still run in
    threads: the caller should end the process at once.

    Args:
        paths: Files or folders that hold the book; empty to let the user choose one.
        options: As for a build.
        announce: Called with the address of the page, which has the secret token in it.
        port: 0 for a free one.
        is_open: Whether other machines of the network may open the page, with the token.
        opens_browser: Whether the page is opened in the user's browser.

    Raises:
        ReadingError: there is no such book.
        OptionError: the port can't be used.
    """
    # a wrong name is reported here, before a page opens for it
    if paths:
        load_files(paths)
    return_large_blocks()
    listener = _open_socket(_ANY_ADDRESS if is_open else LOOPBACK, port)
    access = Access(make_token(), listener.getsockname()[1], is_open)
    studio = Studio(options, paths)
    app = create_app(studio, access)
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    address = f"http://{find_local_address() if is_open else LOOPBACK}:{access.port}"
    announce(f"{address}/?token={access.token}")
    if opens_browser:
        webbrowser.open(f"http://{LOOPBACK}:{access.port}/?token={access.token}")
    # `asyncio.run` would wait at the end for whatever runs in threads
    asyncio.new_event_loop().run_until_complete(_Server(config).serve([listener]))
    studio.close()
    listener.close()


class _Server(uvicorn.Server):
    """A server that ends at once on ^C or SIGTERM."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let signals end the server, instead of raising an exception wherever they arrive."""
        handlers = {
            number: signal.signal(number, self._end)
            for number in _STOP_SIGNALS
            if signal.getsignal(number) is not signal.SIG_IGN  # as for a shell's `&`
        }
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections; open ones, such as streams of events, end with the process.

        Pages try again until the studio is back, and every change is in a file.
        """
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()


def _open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port.

    Raises:
        OptionError: another program uses the port.
    """
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise OptionError(
            f"port {port} can't be used: {error.strerror}", "omit --port to use any free one"
        ) from error
