"""The settings of a speech server, as a voice profile gives them below `[options]`."""

from __future__ import annotations

import json
import os
import re
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import CastFileError, EngineUnavailableError
from narrator.text.credentials import show_address

if TYPE_CHECKING:
    from narrator.model import Voice

_DEFAULT_OPTIONS: dict[str, Any] = {
    "url": "http://localhost:8880/v1",
    "model": "tts-1",
    "key": "OPENAI_API_KEY",
    "per_minute": 0,
    "price": 0.0,
    "seconds": 120.0,
    "extra": "{}",
}
_RANGES = (("per_minute", (0, 1e6)), ("price", (0, 1e6)), ("seconds", (1, 3600)))
_SPEECH_PATH = "/audio/speech"
_LONGEST_SHOWN_ADDRESS = 100
_AROUND_KEY = f"{string.whitespace}\ufeff\u200b\"'“”‘’"
"""What comes along when a key is copied, or read from a file that another system wrote."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where a speech server is, and what a request to it contains."""

    url: httpx.URL
    """The base address, without user information and without a slash at its end."""
    shown_url: str
    """The base address as messages show it."""
    credentials: tuple[str, str] | None = field(repr=False)
    """The user name and password that the profile's address contains."""
    model: str
    key_variable: str
    per_minute: float
    """Requests per minute and worker; 0 for no limit."""
    seconds: float
    """The time limit for an answer, from the request to its last byte."""
    extra: dict[str, Any]
    """Further fields of a request."""

    @property
    def speech_url(self) -> httpx.URL:
        """Return the address to which texts are sent."""
        return self._append_path(_SPEECH_PATH)

    @property
    def voices_url(self) -> httpx.URL:
        """Return the address at which some servers list their voices."""
        return self._append_path("/audio/voices")

    def _append_path(self, path: str) -> httpx.URL:
        return self.url.copy_with(path=f"{self.url.path.rstrip('/')}{path}")


def read_option(voice: Voice, key: str) -> Any:
    """Return an option of a voice, or its default."""
    return dict(voice.options).get(key, _DEFAULT_OPTIONS[key])


def load_server_settings(voice: Voice) -> ServerSettings:
    """Return the settings in a voice profile.

    Raises:
        CastFileError: a setting is unknown or not valid; the message names the voice.
    """
    check_options(voice, _DEFAULT_OPTIONS)
    for key, limits in _RANGES:
        check_range(voice, key, read_option(voice, key), limits)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", str(read_option(voice, "key"))):
        raise CastFileError(
            f"voice {voice.name}: key must name an environment variable, not be the key itself",
            'write  key = "OPENAI_API_KEY"  and export that',
        )
    url = _parse_url(voice)
    return ServerSettings(
        url.copy_with(userinfo=b"", fragment=None, path=_find_base_path(url)),
        _shorten_address(str(read_option(voice, "url"))),
        (url.username, url.password) if url.userinfo else None,
        str(read_option(voice, "model")),
        str(read_option(voice, "key")),
        float(read_option(voice, "per_minute")),
        float(read_option(voice, "seconds")),
        _parse_extra(voice),
    )


def _parse_url(voice: Voice) -> httpx.URL:
    """Return the address in a profile.

    Raises:
        CastFileError: it is not an HTTP address.
    """
    address = str(read_option(voice, "url"))
    try:
        url = httpx.URL(address.strip())
        is_usable = url.scheme in ("http", "https") and _is_valid_host(url)
    except (httpx.InvalidURL, ValueError):  # the message would quote a password
        is_usable = False
    if not is_usable:
        raise CastFileError(
            f"voice {voice.name}: url '{_shorten_address(address)}' is not an address",
            "write it as http://HOST:PORT/v1",
        )
    return url


def _is_valid_host(url: httpx.URL) -> bool:
    """Return whether host and port can exist; httpx escapes characters that no host has."""
    has_escapes = "%" in url.host and ":" not in url.host  # IPv6 may have a zone after "%"
    return bool(url.host) and not has_escapes and 0 < (url.port or 80) < 65_536


def _shorten_address(address: str) -> str:
    shown = show_address(address.strip())
    return shown if len(shown) <= _LONGEST_SHOWN_ADDRESS else f"{shown[:_LONGEST_SHOWN_ADDRESS]}…"


def _find_base_path(url: httpx.URL) -> str:
    """Return the path of the base address, even if the profile names where texts are sent."""
    return url.path.rstrip("/").removesuffix(_SPEECH_PATH) or "/"


def _parse_extra(voice: Voice) -> dict[str, Any]:
    """Return the further fields of a request; the profile's table is kept as JSON.

    Raises:
        CastFileError: it is not a table, or would replace the text.
    """
    text = read_option(voice, "extra")
    try:
        extra = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        extra = None
    if not isinstance(extra, dict) or "input" in extra:
        raise CastFileError(
            f"voice {voice.name}: extra must be a table of fields other than input",
            'write  extra = { instructions = "Speak calmly." }',
        )
    return extra


def read_api_key(settings: ServerSettings) -> str:
    """Return the API key in the environment, or an empty text.

    Raises:
        EngineUnavailableError: it contains characters that no key can have.
    """
    key = os.environ.get(settings.key_variable, "").strip(_AROUND_KEY)
    # an HTTP header would end at a line feed, and can't contain other characters
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise EngineUnavailableError(
            f"the key in {settings.key_variable} contains characters that no key can have",
            f"copy it again, and export {settings.key_variable}=...",
        )
    return key
