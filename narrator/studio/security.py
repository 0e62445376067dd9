"""Keeps everybody out but the person who started the studio.

A web page elsewhere can make a browser send requests to this machine. So a request is answered only
if it carries the secret token, is addressed to this server by a name that no other site can point
at it (DNS rebinding), and comes from the studio's own page. The page can load nothing from other
sites.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAFE_METHODS = ("GET", "HEAD")
_OWN_SITES = ("same-origin", "none")
"""Values of `Sec-Fetch-Site`: from the page itself, or typed by the user."""


def make_token() -> str:
    """Return a new secret token of 256 bits."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use the server."""

    token: str = field(repr=False)
    port: int
    is_open: bool = False
    """Whether other machines of the network may use it, with the token."""

    @property
    def cookie_name(self) -> str:
        """Return the name of the cookie with the token; all ports of a host share cookies."""
        return f"narrator_studio_{self.port}"

    def allow_host(self, host: str) -> bool:
        """Return whether a `Host` header names this server.

        Another site can't be reached by the number of an address, so its pages can't make a browser
        believe that this server belongs to them.
        """
        name, separator, port = host.rpartition(":")
        if not separator or port != str(self.port):
            return False
        if name.casefold() == "localhost":
            return True
        if self.is_open and name.casefold() == socket.gethostname().casefold():
            return True
        try:
            address = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return self.is_open or address.is_loopback

    def allow_token(self, token: str) -> bool:
        """Return whether a token is the secret one; the time does not tell how much is right."""
        return hmac.compare_digest(token.encode(errors="replace"), self.token.encode())


class AccessMiddleware:
    """Refuses every request that `Access` does not allow, and adds protecting headers."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # nothing else is offered
        protected_send = _add_headers(send)
        refusal = self._find_refusal(scope)
        if refusal:
            response = PlainTextResponse(refusal, status_code=403)
            await response(scope, receive, protected_send)
        elif token := self._find_token_in_address(scope):
            await self._sign_in(token)(scope, receive, protected_send)
        elif not self._access.allow_token(self._find_cookie(scope)):
            message = "Open the address that narrator printed: it has the secret token in it."
            await PlainTextResponse(message, 403)(scope, receive, protected_send)
        else:
            await self._app(scope, receive, protected_send)

    def _find_refusal(self, scope: Scope) -> str:
        """Return why a request is refused whatever its token, or an empty text."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._access.allow_host(host):
            return "This is not an address of the studio."
        if origin is not None and origin != f"http://{host}":
            return "This request comes from another page."
        if scope["method"] not in _SAFE_METHODS and origin is None:
            return "This request does not say where it comes from."
        # a link on another page may open the studio, but no page may read from it
        is_visit = headers.get("sec-fetch-mode") == "navigate" and scope["path"] == "/"
        if headers.get("sec-fetch-site", "none") not in _OWN_SITES and not is_visit:
            return "This request comes from another page."
        return ""

    def _find_token_in_address(self, scope: Scope) -> str:
        """Return the right token in the address of the page, or an empty text."""
        if scope["path"] != "/" or scope["method"] != "GET":
            return ""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        token = query.get("token", [""])[0]
        return token if token and self._access.allow_token(token) else ""

    def _sign_in(self, token: str) -> RedirectResponse:
        """Return the answer that keeps the token in a cookie, and takes it out of the address."""
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(
            self._access.cookie_name, token, httponly=True, samesite="strict", path="/"
        )
        return response

    def _find_cookie(self, scope: Scope) -> str:
        """Return the token in the cookie, or an empty text."""
        try:
            cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            return ""
        morsel = cookies.get(self._access.cookie_name)
        return morsel.value if morsel else ""


def _add_headers(send: Send) -> Send:
    """Return a function that adds the protecting headers to the beginning of a response."""

    async def send_protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_protected
