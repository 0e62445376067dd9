"""Whatever a server does, a request ends in time with an answer or an error."""

import gzip
import re
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from narrator.engines.server_connection import Connection, NoAnswerError, Request, find_proxy
from narrator.errors import EngineUnavailableError

OK = b"HTTP/1.1 200 OK\r\n"
CONNECTION = Connection()
"""Open until the process ends, as that of an engine is."""


def receive_request(peer):
    """Read a whole request; a socket that is closed before would reset the connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += peer.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]):
        body += peer.recv(65_536)


@contextmanager
def raw_server(answer, *, family=socket.AF_INET, context=None):
    """A server that reads a request and lets `answer` write to the socket."""
    listener = socket.create_server(
        ("127.0.0.1" if family == socket.AF_INET else "::1", 0), family=family
    )

    def serve():
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            try:
                if context:
                    peer = context.wrap_socket(peer, server_side=True)
                receive_request(peer)
                answer(peer)
            except OSError:
                pass  # the client has had enough
            peer.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


def send(port, seconds=3.0, host="127.0.0.1", scheme="http"):
    url = httpx.URL(f"{scheme}://{host}:{port}/v1/audio/speech")
    return CONNECTION.send(Request("POST", url, seconds, {}, None, {"input": "x"}))


def flood(chunk, first=b""):
    def answer(peer):
        peer.sendall(first)
        while True:
            peer.sendall(chunk)

    return answer


def trickle(peer):
    peer.sendall(OK + b"\r\n")
    while True:
        peer.sendall(b"x")
        time.sleep(0.05)


BOMB = gzip.compress(bytes(80 << 20), mtime=0)
ANSWERS = {
    "HTTP/0.9": (lambda peer: peer.sendall(b"hello"), "broke off"),
    "nothing": (lambda peer: peer.sendall(b""), "broke off"),
    "chunks that are garbage": (
        lambda peer: peer.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
        "broke off",
    ),
    "a chunk that is cut off": (
        lambda peer: peer.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc"),
        "broke off",
    ),
    "fewer bytes than it says": (
        lambda peer: peer.sendall(OK + b"Content-Length: 100\r\n\r\nabc"),
        "broke off",
    ),
    "a length that is no number": (
        lambda peer: peer.sendall(OK + b"Content-Length: lots\r\n\r\nabc"),
        "broke off",
    ),
    "endless headers": (flood(b"X-A: " + b"a" * 1000 + b"\r\n", OK), "broke off"),
    "one endless header": (flood(b"a" * 65_536, OK + b"X-A: "), "broke off"),
    "endless interim answers": (flood(b"HTTP/1.1 100 Continue\r\n\r\n"), "did not answer within"),
    "an endless answer": (
        flood(bytes(1 << 20), OK + b"\r\n"),
        "sent more than 64 MB|did not answer",
    ),
    "an answer that trickles": (trickle, "did not answer within"),
    "a gzip bomb": (
        lambda peer: peer.sendall(
            OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB
        ),
        "sent more than 64 MB",
    ),
    "damaged gzip": (
        lambda peer: peer.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
        "sent a damaged answer",
    ),
    "gzip that is cut off": (
        lambda peer: peer.sendall(
            OK
            + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
            + gzip.compress(bytes(99), mtime=0)[:20]
        ),
        "sent an incomplete answer",
    ),
    "another compression": (
        lambda peer: peer.sendall(OK + b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"),
        "compressed its answer by br",
    ),
    "a redirection in a circle": (
        lambda peer: peer.sendall(
            b"HTTP/1.1 307 X\r\nLocation: /v1/audio/speech\r\n"
            b"Connection: close\r\nContent-Length: 0\r\n\r\n"
        ),
        "redirects in a circle",
    ),
    "a redirection to a file": (
        lambda peer: peer.sendall(
            b"HTTP/1.1 307 X\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"
        ),
        "not HTTP",
    ),
    "a redirection to nowhere": (
        lambda peer: peer.sendall(
            b"HTTP/1.1 307 X\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"
        ),
        "broke off|not HTTP",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_broken_answer_is_an_error_in_time(name):
    answer, problem = ANSWERS[name]
    start = time.monotonic()
    with raw_server(answer) as port, pytest.raises(NoAnswerError, match=problem):
        send(port)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (b"Content-Length: 3\r\n", b"abc", b"abc"),
        (b"", b"abc", b"abc"),
        (b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"Content-Encoding: gzip\r\n", gzip.compress(b"abc", mtime=0), b"abc"),
    ],
)
def test_a_whole_answer_is_received_however_it_is_sent(headers, body, expected):
    answer = OK + b"Content-Type: Audio/WAV; rate=8000\r\n" + headers + b"\r\n" + body
    with raw_server(lambda peer: peer.sendall(answer)) as port:
        received = send(port)
    assert (received.status, received.media_type, received.body) == (200, "audio/wav", expected)


def test_a_server_with_an_ipv6_address_is_reached():
    with raw_server(lambda peer: peer.sendall(OK + b"\r\nabc"), family=socket.AF_INET6) as port:
        assert send(port, host="[::1]").body == b"abc"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += [
        "-keyout",
        folder / "key.pem",
        "-out",
        folder / "cert.pem",
        "-subj",
        "/CN=localhost",
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return folder


def test_a_certificate_that_nobody_vouches_for_is_named(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with (
        raw_server(lambda peer: peer.sendall(OK + b"\r\nabc"), context=context) as port,
        pytest.raises(NoAnswerError, match="a certificate that is not trusted") as caught,
    ):
        send(port, scheme="https")
    assert caught.value.is_lasting


PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture
def environment(monkeypatch):
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch.setenv


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({}, "http://example.org/v1", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://example.org/v1", "http://proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "https://example.org/v1", None),
        ({"HTTPS_PROXY": "proxy:3128"}, "https://example.org/v1", "http://proxy:3128"),
        ({"ALL_PROXY": "http://proxy:1"}, "http://example.org/v1", "http://proxy:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "example.org"}, "http://example.org/v1", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://localhost:8880/v1", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://127.0.0.1:8880/v1", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://[::1]:8880/v1", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://10.0.0.1/v1", "http://proxy:3128"),
    ],
)
def test_a_proxy_is_used_unless_the_server_is_on_this_machine(environment, variables, url, proxy):
    for name, value in variables.items():
        environment(name.lower(), value)
    assert find_proxy(httpx.URL(url)) == proxy


@pytest.mark.parametrize(
    "proxy", ["nonsense://ann:s3cret@proxy:1", "http://ann:s3cret@[::1", "http://ann:s3cret@:x"]
)
def test_a_proxy_that_can_not_be_used_is_named_without_its_password(environment, proxy):
    environment("http_proxy", proxy)
    request = Request("GET", httpx.URL("http://speech.invalid/v1"), 3.0, {})
    with pytest.raises((EngineUnavailableError, NoAnswerError)) as caught:
        CONNECTION.send(request)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_was_late_does_not_disturb_the_next_request():
    requests = []

    def answer(peer):
        requests.append(peer)
        if len(requests) == 1:
            time.sleep(1)
        peer.sendall(OK + b"\r\n" + str(len(requests)).encode())

    with raw_server(answer) as port:
        url = httpx.URL(f"http://127.0.0.1:{port}/")
        with pytest.raises(NoAnswerError, match="did not answer within"):
            CONNECTION.send(Request("GET", url, 0.3, {}))
        assert CONNECTION.send(Request("GET", url, 5.0, {})).body == b"2"
