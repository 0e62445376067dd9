"""Titles as long as a format holds them."""

from __future__ import annotations


def truncate_utf8(text: str, max_bytes: int) -> bytes:
    """A text in UTF-8, of at most so many bytes, cut where a character ends."""
    return text.encode()[:max_bytes].decode(errors="ignore").encode()
