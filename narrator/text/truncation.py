"""Shortens titles to the length that a file format allows."""

from __future__ import annotations


def truncate_utf8(text: str, max_bytes: int) -> bytes:
    """Return a text in UTF-8, cut after the last character that fits into so many bytes."""
    return text.encode()[:max_bytes].decode(errors="ignore").encode()
