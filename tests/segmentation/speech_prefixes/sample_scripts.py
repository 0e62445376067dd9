"""Texts that name their speakers, read as users read them."""

from __future__ import annotations

from narrator.readers import Policy
from narrator.readers.interface import SourceFile
from narrator.readers.loading import read_sources
from narrator.scripts.completeness import verify_completeness
from narrator.segmentation.lines import segment_book


def read_book(text: str, suffix: str = "txt", **policy: str):
    """Return the book in a text."""
    source = SourceFile(f"story.{suffix}", text.encode(), f".{suffix}")
    return read_sources([source], [source.path], Policy(**policy))


def hear(text: str, suffix: str = "txt", **policy: str) -> list[str]:
    """Return the lines of a text, in the form "Speaker: line" or "line"."""
    book = read_book(text, suffix, **policy)
    lines = segment_book(book)
    verify_completeness(book, lines)
    return [f"{line.speaker}: {line.text}" if line.speaker else line.text for line in lines]
