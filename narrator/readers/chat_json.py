"""Read chats that Telegram, Discord, Slack, Messenger and others export as JSON.

Each program has names of its own for the same three things: who sends a message, its text, and its
time. The list in which most entries have the first two is the chat.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from narrator.model import Metadata
from narrator.readers.html import assemble_page
from narrator.readers.layout.markup_parsing import parse_page
from narrator.readers.loading import title_from_path
from narrator.readers.text_repair import repair_encoding
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_SENDER_KEYS = (
    "user_profile", "sender_name", "from", "sender", "author", "user", "username", "nick",
    "from_name",
)  # fmt: skip
_NAME_KEYS = ("real_name", "display_name", "nickname", "global_name", "username", "name")
_TEXT_KEYS = ("text", "content", "message", "body", "msg")
_TIME_KEYS = ("timestamp_ms", "date_unixtime", "date", "timestamp", "ts", "time", "created_at")
_TITLE_KEYS = ("name", "title", "channel", "thread")
_MIN_MESSAGES, _MIN_MESSAGE_SHARE = 2, 0.5
"""Fewest messages of a chat, and their share of the entries; others are notices."""
_MAX_DEPTH = 4
"""Depth of objects in which the list of messages is searched for."""


class ChatJsonReader:
    """The reader of chats in JSON."""

    name = "chat_json"
    suffixes: tuple[str, ...] = (".json",)

    def recognises(self, source: SourceFile) -> bool:
        """Return whether a file is JSON with a list of messages that have senders and texts."""
        return source.suffix in ("", *self.suffixes) and bool(_list_messages(_parse(source.data)))

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book, in which each sender speaks the messages.

        Raises:
            EmptyBookError: no message has any words.
        """
        data = _parse(source.data)
        speeches = "".join(
            f"<sp><speaker>{html.escape(sender)}</speaker><p>{_mark_lines(text)}</p></sp>"
            for sender, text in _list_messages(data)
        )
        tree = parse_page(f"<html><body>{speeches}</body></html>", source.path, try_xml=False)
        values = [data.get(key) for key in _TITLE_KEYS] if isinstance(data, dict) else []
        title = next((name for value in values if (name := _read_name(value))), "")
        metadata = Metadata(title or title_from_path(source.path))
        return assemble_page(tree, metadata, source, policy)


def _parse(data: bytes) -> Any:
    """Return the value of a JSON file, or None if it is not one."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _list_messages(data: Any) -> list[tuple[str, str]]:
    """Return sender and text of each message, the oldest first; [] if there is no chat."""
    best: list[tuple[str, str]] = []
    for entries in _find_lists(data, 0):
        messages = [m for entry in entries if (m := _read_message(entry)) is not None]
        is_chat = len(messages) >= max(_MIN_MESSAGES, _MIN_MESSAGE_SHARE * len(entries))
        if is_chat and len(messages) > len(best):
            best = [message[:2] for message in messages]
            times = [time for *_, time in messages if time is not None]
            if times and times[0] > times[-1]:
                best.reverse()
    return best


def _find_lists(value: Any, depth: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the lists of objects in a value."""
    if depth > _MAX_DEPTH or not isinstance(value, (dict, list)):
        return
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        yield value
    for child in value.values() if isinstance(value, dict) else value:
        yield from _find_lists(child, depth + 1)


def _read_message(entry: dict[str, Any]) -> tuple[str, str, float | None] | None:
    """Return sender, text and time of a message, or None for a notice or a picture."""
    sender = next((name for key in _SENDER_KEYS if (name := _read_name(entry.get(key)))), "")
    text = next((text for key in _TEXT_KEYS if (text := _read_text(entry.get(key)))), "")
    if not sender or not has_words(text):
        return None
    return sender, text, _read_time(entry)


def _read_name(value: Any) -> str:
    """Return a name: a text, or that of an object which describes a person."""
    if isinstance(value, dict):
        return next((name for key in _NAME_KEYS if (name := _read_name(value.get(key)))), "")
    return repair_encoding(value).strip() if isinstance(value, str) else ""


def _read_text(value: Any) -> str:
    """Return a text, which may be a list of pieces with their formats."""
    if isinstance(value, list):
        return "".join(map(_read_text, value))
    if isinstance(value, dict):
        return _read_text(value.get("text"))
    return repair_encoding(value) if isinstance(value, str) else ""


def _read_time(entry: dict[str, Any]) -> float | None:
    """Return a number that grows with the time of a message, or None."""
    value = next((entry[key] for key in _TIME_KEYS if key in entry), None)
    digits = "".join(filter(str.isdigit, value))[:17] if isinstance(value, str) else ""
    if isinstance(value, (int, float)):
        return float(value)
    return float(digits) if digits else None


def _mark_lines(text: str) -> str:
    """Return the HTML of a message, whose lines stay apart."""
    return "<br/>".join(html.escape(line) for line in text.strip().splitlines())
