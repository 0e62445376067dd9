"""Serves files on the local network, so that a phone can download or play them.

The address contains a random token, without which nothing is served. Only the given files are
served, never a folder. Range requests work, as players need them for seeking and downloads for
being resumed. The server ends when every file has been downloaded completely.
"""

from __future__ import annotations

import html
import mimetypes
import re
import secrets
import socket
import threading
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from narrator.errors import NarratorError, OptionError, ReadingError
from narrator.files.existence import is_file, is_folder, suggest_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TOKEN_BYTES = 12
"""96 random bits: guessing one address of a second's tries would take longer than the universe."""
_BLOCK_BYTES = 1 << 16
_IDLE_SECONDS = 60
"""Time after which a connection without traffic is closed, so that it keeps no thread."""
_PROBE_ADDRESS = ("192.0.2.1", 9)
"""An address of the range for documentation. No packet is sent to it: connecting a datagram socket
only asks the system which of its own addresses it would use."""
_MEDIA_TYPES = {
    ".m4b": "audio/mp4",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".epub": "application/epub+zip",
    ".m3u8": "audio/x-mpegurl",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_DOWNLOAD_QUERY = "download"

_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto;
       padding: 0 1rem; color: #1d1d1f; background: #fff }}
audio {{ width: 100% }}
a.download {{ display: inline-block; margin: .5rem 0 1rem; padding: .7rem 1.2rem;
              border-radius: .6rem; background: #0b57d0; color: #fff; text-decoration: none }}
@media (prefers-color-scheme: dark) {{ body {{ color: #eee; background: #111 }} }}
</style></head><body><h1>{title}</h1>
{items}
</body></html>
"""
_ITEM = """<section><h2>{name}</h2>{player}
<p><a class="download" href="{link}?download=1" download>Download ({size})</a></p></section>"""


@dataclass(frozen=True, slots=True)
class Share:
    """Files that are served, under an address that only its reader can guess."""

    files: tuple[Path, ...]
    title: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_TOKEN_BYTES))


class DownloadRecord:
    """Which parts of each file have been downloaded; several threads may use it."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes
        self._ranges: dict[str, list[tuple[int, int]]] = {name: [] for name in sizes}
        self._lock = threading.Lock()
        self.is_complete = threading.Event()
        """Set when every file has been downloaded completely."""

    def add(self, name: str, start: int, end: int) -> bool:
        """Record that bytes were sent, `end` exclusive; return whether the file is complete."""
        with self._lock:
            self._ranges[name] = _merge_ranges([*self._ranges[name], (start, end)])
            if all(map(self._is_downloaded, self._sizes)):
                self.is_complete.set()
            return self._is_downloaded(name)

    def _is_downloaded(self, name: str) -> bool:
        """Return whether the ranges of a file cover it."""
        return self._sizes[name] == 0 or self._ranges[name] == [(0, self._sizes[name])]


def _merge_ranges(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same numbers in as few ranges as possible, sorted."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


class ShareServer(ThreadingHTTPServer):
    """The web server of a share.

    Args:
        share: What is served.
        host: The address of this machine to serve on.
        port: The port; 0 for any that is free.

    Raises:
        NarratorError: the address or port can't be used.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, share: Share, host: str, port: int = 0) -> None:
        self.share = share
        self.files = {file.name: file for file in share.files}
        self.record = DownloadRecord(
            {name: file.stat().st_size for name, file in self.files.items()}
        )
        try:
            super().__init__((host, port), _ShareHandler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise NarratorError(
                f"nothing can be served at {host}, port {port}: {reason}",
                "choose another with --address and --port",
            ) from error

    @property
    def url(self) -> str:
        """Return the address of the page with all files."""
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{name}:{port}/{self.share.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore that a phone closed a connection, which players do with every seek."""


class _ShareHandler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server: ShareServer

    def do_GET(self) -> None:
        """Send the page, or a file or a part of it."""
        self._answer(has_body=True)

    def do_HEAD(self) -> None:
        """Send the headers that GET would send."""
        self._answer(has_body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the base class
        """Print nothing: the addresses contain the token."""

    def _answer(self, *, has_body: bool) -> None:
        """Answer a request, or say that there is nothing."""
        parts = urlsplit(self.path)
        _, _, path = parts.path.partition("/")
        token, _, name = path.partition("/")
        if not secrets.compare_digest(token.encode(), self.server.share.token.encode()):
            self._send_empty(HTTPStatus.NOT_FOUND)
        elif not name:
            self._send_page(has_body=has_body)
        elif file := self.server.files.get(unquote(name)):
            is_download = _DOWNLOAD_QUERY in parse_qs(parts.query)
            self._send_file(file, is_download=is_download, has_body=has_body)
        else:
            self._send_empty(HTTPStatus.NOT_FOUND)

    def _send_empty(self, status: HTTPStatus, **headers: str) -> None:
        """Send a status without a body."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_page(self, *, has_body: bool) -> None:
        """Send the page with a player and a link for each file."""
        data = format_download_page(self.server.share).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'",
        )
        self.end_headers()
        if has_body:
            self.wfile.write(data)

    def _send_file(self, file: Path, *, is_download: bool, has_body: bool) -> None:
        """Send a file, or the part that the request names."""
        with file.open("rb") as stream:
            status = file.stat()
            tag = f'"{status.st_size:x}-{status.st_mtime_ns:x}"'
            requested = self.headers.get("Range")
            if requested and self.headers.get("If-Range", tag) != tag:
                requested = None  # the file has changed since the first part was downloaded
            if requested and not _RANGE.fullmatch(requested.replace(" ", "")):
                requested = None  # a header that is not understood is ignored (RFC 9110, 14.2)
            part = parse_range(requested, status.st_size)
            if part is None:
                unsatisfied = f"bytes */{status.st_size}"
                self._send_empty(
                    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, Content_Range=unsatisfied
                )
                return
            start, end = part
            is_partial = part != (0, status.st_size) or bool(requested)
            self.send_response(HTTPStatus.PARTIAL_CONTENT if is_partial else HTTPStatus.OK)
            if is_partial:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{status.st_size}")
            self.send_header("Content-Length", str(end - start))
            self.send_header("Content-Type", find_media_type(file.name))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("ETag", tag)
            self.send_header("Last-Modified", formatdate(status.st_mtime, usegmt=True))
            kind = "attachment" if is_download else "inline"
            self.send_header("Content-Disposition", f"{kind}; filename*=UTF-8''{quote(file.name)}")
            self.end_headers()
            if has_body:
                # a player that seeks reads parts too, but has not downloaded the file
                counts = is_download or not requested
                self._send_bytes(stream, file.name, start, end, counts=counts)

    def _send_bytes(self, stream: Any, name: str, start: int, end: int, *, counts: bool) -> None:
        """Send bytes of a file, and record them as downloaded if they count."""
        stream.seek(start)
        position = start
        try:
            while position < end and (block := stream.read(min(_BLOCK_BYTES, end - position))):
                self.wfile.write(block)
                position += len(block)
            self.wfile.flush()
        finally:
            if counts:
                self.server.record.add(name, start, position)


def parse_range(text: str | None, size: int) -> tuple[int, int] | None:
    """Return the start and the exclusive end of the bytes that a `Range` header asks for.

    Without a header, or with several ranges, that is the whole file. None if the file has no such
    bytes.
    """
    match = _RANGE.fullmatch(text.replace(" ", "")) if text else None
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:  # the last bytes
        count = int(match[2])
        return (max(0, size - count), size) if count and size else None
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end else None


def find_media_type(name: str) -> str:
    """Return the media type of a file by its suffix."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def format_download_page(share: Share) -> str:
    """Return the page that a phone shows: a player and a link for each file."""
    items = []
    for file in share.files:
        link = quote(file.name)
        is_sound = find_media_type(file.name).startswith("audio/") and file.suffix != ".m3u8"
        player = f'<audio controls preload="none" src="{link}"></audio>' if is_sound else ""
        size = f"{file.stat().st_size / 1e6:,.1f} MB"
        items.append(_ITEM.format(name=html.escape(file.name), player=player, link=link, size=size))
    return _PAGE.format(title=html.escape(share.title), items="\n".join(items))


def find_local_address() -> str:
    """Return the address of this machine on the local network.

    Raises:
        NarratorError: the machine is not on a network.
    """
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect(_PROBE_ADDRESS if family == socket.AF_INET else ("2001:db8::1", 9))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    raise NarratorError(
        "this machine is not on a network",
        "connect it to the same network as the phone, or name its address with --address",
    )


def list_shared_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files to serve: those that are named, and those in folders that are named.

    Raises:
        ReadingError: a file does not exist, or a folder is empty.
        OptionError: two files have the same name.
    """
    files: list[Path] = []
    for path in paths:
        if is_folder(path):
            inside = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
            if not inside:
                raise ReadingError(f"{path} has no files in it", "name an audiobook")
            files += inside
        elif is_file(path):
            files.append(path)
        else:
            raise ReadingError(f"{path} does not exist", suggest_path(path))
    if len({file.name for file in files}) < len(files):
        raise OptionError("two of the files have the same name", "share one folder at a time")
    return tuple(files)
