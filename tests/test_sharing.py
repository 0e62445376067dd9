"""Sharing: what a phone gets, what a stranger does not, and when the server ends."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from narrator.errors import NarratorError
from narrator.sharing import (
    DownloadRecord,
    Share,
    ShareServer,
    find_media_type,
    list_shared_files,
    parse_range,
)

CONTENT = bytes(range(256)) * 1000
NAME = "Émma & <Co>.m4b"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ShareServer]:
    """A server that shares one file, beside which there is another."""
    book = tmp_path / NAME
    book.write_bytes(CONTENT)
    (tmp_path / "private.txt").write_text("secret", "utf-8")
    with ShareServer(Share((book,), "Emma"), "127.0.0.1") as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()


def request(
    server: ShareServer, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=10)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def link(server: ShareServer, query: str = "") -> str:
    return f"{urlsplit(server.url).path}{quote(NAME)}{query}"


def test_the_page_names_the_file_and_links_to_it(server: ShareServer) -> None:
    response, body = request(server, urlsplit(server.url).path)
    assert response.status == 200
    page = body.decode()
    assert "Émma &amp; &lt;Co&gt;.m4b" in page
    assert f'src="{quote(NAME)}"' in page
    assert f'href="{quote(NAME)}?download=1"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/private.txt",
        "/wrong-token/",
        f"/wrong-token/{quote(NAME)}",
        "{token}private.txt",
        "{token}../private.txt",
        "{token}%2e%2e/private.txt",
        "{token}/etc/passwd",
        "{token}%00",
    ],
)
def test_nothing_else_is_served(server: ShareServer, path: str) -> None:
    response, body = request(server, path.replace("{token}", urlsplit(server.url).path))
    assert (response.status, body) == (404, b"")


def test_a_download_is_complete_and_ends_the_server(server: ShareServer) -> None:
    response, body = request(server, link(server, "?download=1"))
    assert (response.status, body) == (200, CONTENT)
    assert response.headers["Content-Type"] == "audio/mp4"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%C3%89")
    assert server.record.is_complete.wait(5)


def test_a_download_can_be_resumed(server: ShareServer) -> None:
    first, start = request(server, link(server, "?download=1"), Range="bytes=0-999")
    assert first.status == 206
    assert first.headers["Content-Range"] == f"bytes 0-999/{len(CONTENT)}"
    assert not server.record.is_complete.is_set()
    tag = first.headers["ETag"]
    rest, end = request(server, link(server, "?download=1"), Range="bytes=1000-", If_Range=tag)
    assert start + end == CONTENT
    assert rest.status == 206
    assert server.record.is_complete.wait(5)


@pytest.mark.parametrize("text", ["bytes=abc", "lines=1-2", "bytes=0-1,5-6"])
def test_a_range_that_is_not_understood_is_ignored(server: ShareServer, text: str) -> None:
    response, body = request(server, link(server), Range=text)
    assert (response.status, body) == (200, CONTENT)


def test_a_file_that_changed_is_sent_from_the_start(server: ShareServer) -> None:
    response, body = request(server, link(server), Range="bytes=5-", If_Range='"old"')
    assert (response.status, body) == (200, CONTENT)


def test_a_player_that_seeks_does_not_end_the_server(server: ShareServer) -> None:
    for text in ("bytes=0-", "bytes=100-200"):
        response, _ = request(server, link(server), Range=text)
        assert response.status == 206
    assert not server.record.is_complete.is_set()


def test_head_sends_no_body(server: ShareServer) -> None:
    response, body = request(server, link(server), "HEAD")
    assert (response.status, body) == (200, b"")
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Accept-Ranges"] == "bytes"
    assert not server.record.is_complete.is_set()


def test_a_range_beyond_the_end_is_refused(server: ShareServer) -> None:
    response, _ = request(server, link(server), Range=f"bytes={len(CONTENT)}-")
    assert response.status == 416
    assert response.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


RANGES = [
    (None, (0, 100)),
    ("bytes=0-9", (0, 10)),
    ("bytes=90-", (90, 100)),
    ("bytes=90-500", (90, 100)),
    ("bytes=-5", (95, 100)),
    ("bytes=-500", (0, 100)),
    ("bytes=0-1,5-6", (0, 100)),
    ("bytes=-", (0, 100)),
    ("lines=1-2", (0, 100)),
    ("bytes=100-", None),
    ("bytes=9-3", None),
    ("bytes=-0", None),
]


@pytest.mark.parametrize(("text", "expected"), RANGES)
def test_ranges(text: str | None, expected: tuple[int, int] | None) -> None:
    assert parse_range(text, 100) == expected


def test_every_file_must_be_downloaded() -> None:
    record = DownloadRecord({"a": 10, "b": 4})
    assert not record.add("a", 5, 10)
    assert not record.add("b", 0, 3)
    assert record.add("a", 0, 5)
    assert not record.is_complete.is_set()
    assert record.add("b", 2, 4)
    assert record.is_complete.is_set()


def test_a_folder_shares_its_files(tmp_path: Path) -> None:
    for name in ("2.mp3", "1.mp3", ".narrator.json"):
        (tmp_path / name).write_text("x", "utf-8")
    assert [file.name for file in list_shared_files([tmp_path])] == ["1.mp3", "2.mp3"]
    with pytest.raises(NarratorError, match="does not exist"):
        list_shared_files([tmp_path / "none.mp3"])


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    book = tmp_path / "a.mp3"
    book.write_text("x", "utf-8")
    with pytest.raises(NarratorError, match=r"nothing can be served at 203\.0\.113\.1"):
        ShareServer(Share((book,), "A"), "203.0.113.1")


def test_the_media_types_are_those_that_players_know() -> None:
    assert find_media_type("A.M4B") == "audio/mp4"
    assert find_media_type("a.opus") == "audio/ogg"
    assert find_media_type("a.jpg") == "image/jpeg"
    assert find_media_type("a") == "application/octet-stream"
