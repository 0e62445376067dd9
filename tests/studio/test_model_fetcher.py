"""A voice is fetched from where its publisher has it, and all pages see how far it has come."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from narrator.casting.profiles import load_voices
from narrator.engines import model_download
from narrator.engines.model_download import RemoteFile
from narrator.errors import OptionError, UnknownVoiceError
from narrator.studio import messages, model_fetcher
from narrator.studio.broadcaster import Broadcaster
from narrator.studio.model_fetcher import ModelFetcher

MODEL = bytes(range(256)) * 4096
CUT_AT = 3 << 18


class Publisher:
    """A server with one model, which cuts the line or waits when it is told to."""

    def __init__(self) -> None:
        self.cuts_line = False
        self.ranges: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.may_answer.wait(10)
                asked = self.headers.get("Range", "")
                publisher.ranges.append(asked)
                start = int(asked.removeprefix("bytes=").rstrip("-") or 0)
                end = CUT_AT if publisher.cuts_line else len(MODEL)
                self.send_response(206 if asked else 200)
                self.send_header("Content-Length", str(len(MODEL) - start))
                self.end_headers()
                self.wfile.write(MODEL[start:end])

            def log_message(self, *_: object) -> None:
                """Write nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/emma.onnx"


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    publisher = Publisher()
    checksum = f"sha256:{hashlib.sha256(MODEL).hexdigest()}"
    file = RemoteFile(publisher.address, tmp_path / "models/emma.onnx", checksum, len(MODEL))
    monkeypatch.setattr(model_download, "_list_hibari_files", lambda: {"emma": file})
    voice = replace(next(iter(load_voices().values())), engine="natural", engine_voice="emma")
    monkeypatch.setattr(model_fetcher, "load_voices", lambda: {"emma": replace(voice, name="emma")})
    monkeypatch.setattr(model_fetcher, "_REPORT_SECONDS", 0.0)
    yield publisher
    publisher.server.shutdown()
    publisher.server.server_close()


class Pages:
    """What the pages are told."""

    def __init__(self) -> None:
        self.events: list[messages.Event] = []
        self.has_ended = threading.Event()
        broadcaster = Broadcaster()
        broadcaster.subscribe(self._receive)
        self.fetched: list[str] = []
        self.fetcher = ModelFetcher(broadcaster, self.fetched.append)

    def _receive(self, event: messages.Event) -> None:
        self.events.append(event)
        if isinstance(event, messages.FetchProgressed) and event.share is None:
            self.has_ended.set()

    def fetch(self) -> None:
        self.has_ended.clear()
        self.fetcher.start("emma")
        assert self.has_ended.wait(20)
        while self.fetcher.is_running:
            self.has_ended.wait(0.01)


@pytest.mark.usefixtures("publisher")
def test_a_model_is_fetched_with_its_progress(tmp_path: Path) -> None:
    pages = Pages()
    pages.fetch()
    shares = [each.share for each in pages.events if isinstance(each, messages.FetchProgressed)]
    assert shares[-2:] == [1.0, None]
    assert [each for each in shares if each is not None] == sorted(filter(None, shares))
    assert pages.fetched == ["emma"]
    assert (tmp_path / "models/emma.onnx").read_bytes() == MODEL


def test_a_download_that_was_cut_is_reported_and_resumes(
    publisher: Publisher, tmp_path: Path
) -> None:
    pages = Pages()
    publisher.cuts_line = True
    pages.fetch()
    [problem] = [each for each in pages.events if isinstance(each, messages.Announced)]
    assert problem.is_problem
    assert "can't be downloaded" in problem.message
    assert pages.fetched == []
    publisher.cuts_line = False
    pages.fetch()
    assert pages.fetched == ["emma"]
    assert publisher.ranges == ["", f"bytes={CUT_AT}-"]
    assert (tmp_path / "models/emma.onnx").read_bytes() == MODEL


def test_a_model_is_not_fetched_twice_at_once(publisher: Publisher) -> None:
    pages = Pages()
    publisher.may_answer.clear()
    pages.fetcher.start("emma")
    with pytest.raises(OptionError, match="already being downloaded"):
        pages.fetcher.start("emma")
    publisher.may_answer.set()
    assert pages.has_ended.wait(20)


@pytest.mark.usefixtures("publisher")
def test_a_voice_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownVoiceError, match="no voice is called 'nobody'"):
        Pages().fetcher.start("nobody")
