"""Titles as long as a format holds them."""

from __future__ import annotations


def shortened(text: str, most: int) -> bytes:
    """A text in UTF-8, of at most so many bytes, cut where a character ends."""
    return text.encode()[:most].decode(errors="ignore").encode()
