"""Shortens text to the number of bytes that a file format allows."""

from __future__ import annotations


def truncate_utf8(text: str, max_bytes: int) -> bytes:
    """Encode a text in UTF-8, cut after the last whole character within `max_bytes`."""
    return text.encode()[:max_bytes].decode(errors="ignore").encode()
