"""Sends requests to speech servers, and receives answers of limited size within a limited time.

A server may be broken or hostile: it may never answer, never stop, compress gigabytes into
kilobytes or redirect in circles. Whatever it does, a request ends with an `Answer` or a
`NoAnswerError`.
"""

from __future__ import annotations

import ipaddress
import re
import threading
import urllib.request
import zlib
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from narrator.errors import EngineUnavailableError
from narrator.text.credentials import show_address

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_ANSWER_BYTES = 64 << 20
"""The largest answer: 23 minutes of uncompressed speech, for a text of a few minutes at most."""
_CONNECT_SECONDS = 10.0
"""The time limit for a connection."""
_ZLIB_OR_GZIP = 47
"""The window size by which zlib detects both formats."""
_ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")


class NoAnswerError(Exception):
    """Raised when a request got no complete answer; the message completes "the server …"."""

    def __init__(
        self, problem: str, *, is_lasting: bool = False, is_late: bool = False, is_met: bool = True
    ) -> None:
        super().__init__(problem)
        self.is_lasting = is_lasting
        """Whether the same request would fail in the same way."""
        self.is_late = is_late
        """Whether the time limit has passed."""
        self.is_met = is_met
        """Whether a connection was made."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a server."""

    method: str
    url: httpx.URL
    seconds: float
    """The time limit for the whole answer."""
    headers: Mapping[str, str] = field(repr=False)
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    """A user name and a password."""
    fields: Mapping[str, Any] | None = None
    """What is sent as JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of a server."""

    status: int
    media_type: str
    """The content type without parameters, in lower case."""
    body: bytes
    retry_after: str
    """The header that says when to ask again, or an empty text."""
    redirected_to: str
    """The address that answered instead of the one that was asked, as messages show it, or an
    empty text."""


class Connection:
    """The connections of one process to speech servers, which are kept open between requests."""

    def __init__(self) -> None:
        self._clients: dict[str | None, httpx.Client] = {}

    def send(self, request: Request) -> Answer:
        """Send a request and wait for its answer, no longer than the request allows.

        Raises:
            NoAnswerError: there was no complete answer.
            EngineUnavailableError: the proxy that the environment names can't be used.
        """
        proxy = find_proxy(request.url)
        task = _RequestTask(self._get_client(proxy), request)
        threading.Thread(target=task.run, daemon=True).start()
        try:
            return task.answer.result(request.seconds)
        except httpx.ConnectTimeout as error:
            raise NoAnswerError("can't be reached", is_met=False) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            # the connection can't be used again, because the thread may still be reading from it
            self._clients.pop(proxy).close()
            task.is_abandoned.set()
            problem = f"did not answer within {request.seconds:g} s"
            raise NoAnswerError(problem, is_late=True) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _explain_failure(error) from error

    def _get_client(self, proxy: str | None) -> httpx.Client:
        """Return the client that uses a proxy, or none.

        Raises:
            EngineUnavailableError: the proxy can't be used.
        """
        if proxy not in self._clients:
            try:
                # httpx itself would send requests for this machine to the proxy as well
                self._clients[proxy] = httpx.Client(
                    proxy=proxy,
                    trust_env=False,
                    verify=httpx.create_ssl_context(),
                    follow_redirects=True,
                )
            except (ImportError, OSError, ValueError, httpx.InvalidURL):  # may quote a password
                raise EngineUnavailableError(
                    f"the proxy {show_address(proxy or '')} of the environment can't be used",
                    "correct HTTPS_PROXY and HTTP_PROXY, or name the server in NO_PROXY",
                ) from None
        return self._clients[proxy]


class _RequestTask:
    """A request that a thread sends, because httpx limits only the time between two bytes."""

    def __init__(self, client: httpx.Client, request: Request) -> None:
        self.answer: Future[Answer] = Future()
        self.is_abandoned = threading.Event()
        self._client, self._request = client, request

    def run(self) -> None:
        """Receive the answer, or the exception that prevents it."""
        try:
            self.answer.set_result(self._receive())
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
            self.answer.set_exception(error)

    def _receive(self) -> Answer:
        """Send the request and read the answer.

        Raises:
            NoAnswerError: the answer is too large or compressed in an unknown way.
            httpx.HTTPError: the connection failed.
        """
        request = self._request
        connection = self._client.stream(
            request.method,
            request.url,
            # identity: a compressed answer could be of any size
            headers={"Accept-Encoding": "identity", **request.headers},
            auth=request.credentials,
            json=request.fields,
            timeout=httpx.Timeout(request.seconds, connect=min(_CONNECT_SECONDS, request.seconds)),
        )
        with connection as response:
            body = bytearray()
            for block in response.iter_raw():
                body += block
                if len(body) > _MAX_ANSWER_BYTES or self.is_abandoned.is_set():
                    raise _make_size_error()
            return Answer(
                response.status_code,
                response.headers.get("content-type", "").partition(";")[0].strip().lower(),
                _decompress(bytes(body), response.headers.get("content-encoding", "")),
                response.headers.get("retry-after", ""),
                show_address(str(response.url)) if response.history else "",
            )


def _make_size_error() -> NoAnswerError:
    return NoAnswerError(f"sent more than {_MAX_ANSWER_BYTES >> 20} MB", is_lasting=True)


def _decompress(body: bytes, encoding: str) -> bytes:
    """Return the content of an answer that a server compressed without being asked to.

    Raises:
        NoAnswerError: it is too large, incomplete, or compressed in an unknown way.
    """
    if encoding.strip().lower() in ("", "identity"):
        return body
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise NoAnswerError(f"compressed its answer by {encoding[:20]}", is_lasting=True)
    decompressor = zlib.decompressobj(_ZLIB_OR_GZIP)
    try:
        content = decompressor.decompress(body, _MAX_ANSWER_BYTES)
    except zlib.error as error:
        raise NoAnswerError("sent a damaged answer") from error
    if decompressor.unconsumed_tail:
        raise _make_size_error()
    if not decompressor.eof:
        raise NoAnswerError("sent an incomplete answer")
    return content


def _explain_failure(error: Exception) -> NoAnswerError:
    """Return why a request failed, in words that do not depend on the library."""
    if isinstance(error, httpx.TooManyRedirects):
        return NoAnswerError("redirects in a circle", is_lasting=True)
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL)):
        return NoAnswerError("redirects to an address that is not HTTP", is_lasting=True)
    reason = _ERROR_NUMBER.sub("", str(error)) or type(error).__name__
    if "CERTIFICATE" in reason:
        trusted = "has a certificate that is not trusted; SSL_CERT_FILE may name one that is"
        return NoAnswerError(trusted, is_lasting=True, is_met=False)
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError)):
        return NoAnswerError(f"can't be reached ({reason})", is_met=False)
    return NoAnswerError(f"broke off ({reason})")


def find_proxy(url: httpx.URL) -> str | None:
    """Return the proxy that the environment names for an address.

    There is none for this machine, whose servers no proxy can reach.
    """
    if _is_this_machine(url.host) or urllib.request.proxy_bypass(url.netloc.decode("ascii")):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
