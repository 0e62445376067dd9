"""Reads what speech servers answer besides sound: errors, waiting times and lists of voices.

Servers agree on the sound, but not on these. Everything here accepts any content.
"""

from __future__ import annotations

import email.utils
import json
import re
import time
from html import unescape
from typing import TYPE_CHECKING, Any

from narrator.text.control_characters import show_on_one_line
from narrator.text.credentials import hide_credentials, hide_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_MESSAGE = 200
"""The number of characters of a server's message that is shown."""
_LONGEST_READ_MESSAGE = 100_000
"""The number of bytes of an answer in which a message is looked for."""
_LARGEST_JSON = 4 << 20
"""The number of bytes beyond which an answer is not parsed."""
_MESSAGE_KEYS = ("message", "detail", "error", "msg", "error_description", "reason", "title")
"""Where servers put their message: OpenAI, FastAPI, OAuth and RFC 9457, from the most precise."""
_MESSAGE_DEPTH = 4
_LIST_KEYS = ("voices", "data", "items", "results")
_LASTING_CODES = re.compile(r"quota|billing|payment|balance|credit", re.IGNORECASE)
"""Codes of errors that last until somebody pays, such as OpenAI's `insufficient_quota`."""
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)


def parse_json(body: bytes) -> Any:
    """Return the value of JSON, or None for anything else and for very large JSON."""
    try:
        return json.loads(body) if len(body) <= _LARGEST_JSON else None
    except (ValueError, RecursionError):
        return None


def find_message(body: bytes, media_type: str, secrets: Iterable[str] = ()) -> str:
    """Return a server's own words about an error, on one short line; empty if there are none.

    Args:
        body: the answer.
        media_type: its type, which tells a web page from text.
        secrets: texts that must not be shown, which a server may repeat.
    """
    text = body[:_LONGEST_READ_MESSAGE].decode(errors="replace")
    is_page = "html" in media_type or text.lstrip()[:14].lower().startswith(("<!doctype", "<html"))
    if is_page:
        title = re.search(r"<title[^>]{0,200}>([^<]*)", text, re.IGNORECASE)
        message = f"a web page: {unescape(title[1])}" if title else "a web page"
    elif text.lstrip()[:1] in ("{", "["):
        message = _find_message_text(parse_json(body), _MESSAGE_DEPTH)
    else:
        is_text = media_type.startswith("text/") or "\0" not in text
        message = text if is_text and "\ufffd" not in text else ""
    line = show_on_one_line(hide_credentials(hide_words(message, secrets)))
    shortened = line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE]}…"
    return f"“{shortened}”" if shortened and not is_page else shortened


def _find_message_text(value: Any, depth: int) -> str:
    """Return the first text below one of `_MESSAGE_KEYS`, at most `depth` levels down."""
    if isinstance(value, str) or not depth:
        return value if isinstance(value, str) else ""
    if isinstance(value, list):
        return next(filter(None, (_find_message_text(item, depth - 1) for item in value)), "")
    if not isinstance(value, dict):
        return ""
    place = value.get("loc")
    # FastAPI names the field that is wrong
    prefix = f"{'.'.join(map(str, place))}: " if isinstance(place, list) else ""
    texts = (_find_message_text(value.get(key), depth - 1) for key in _MESSAGE_KEYS)
    return next((f"{prefix}{text}" for text in texts if text), "")


def is_out_of_credit(body: bytes) -> bool:
    """Return whether the code of an error says that waiting does not help."""
    content = parse_json(body)
    error = content.get("error", content) if isinstance(content, dict) else None
    if not isinstance(error, dict):
        return False
    codes = (error.get(key) for key in ("code", "type", "status"))
    return any(isinstance(code, str) and _LASTING_CODES.search(code) for code in codes)


def parse_retry_after(text: str) -> float:
    """Return the seconds that the header `Retry-After` asks to wait; 0 if it can't be understood.

    The header has seconds or a date (RFC 9110, 10.2.3); some servers send fractions.
    """
    if _NUMBER.fullmatch(text.strip()):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
    return max(moment - time.time(), 0.0)


def collect_voice_names(content: Any) -> frozenset[str]:
    """Return all names and identifiers in a list of voices of any shape.

    Empty if the content is not a list of voices, or only a part of one.
    """
    entries = content
    if isinstance(content, dict):
        if content.get("has_more"):
            return frozenset()
        entries = next((content[key] for key in _LIST_KEYS if key in content), None)
    if not isinstance(entries, list):
        return frozenset()
    names = {entry for entry in entries if isinstance(entry, str)}
    for entry in entries:
        if isinstance(entry, dict):
            names |= {
                value
                for key, value in entry.items()
                if isinstance(value, str) and re.search(r"id$|name$|^voice$", key, re.IGNORECASE)
            }
    return frozenset(names)


def is_listed(voice: str, names: frozenset[str]) -> bool:
    """Return whether a server has a voice, as far as its list tells.

    A blend, such as `af_heart(2)+af_sky`, is the server's to judge.
    """
    if not names or voice in names:
        return True
    parts = re.split(r"[+(),:|*]", voice)
    return len(parts) > 1 and any(part.strip() in names for part in parts)
