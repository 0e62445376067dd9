"""What a reader is given, and what it must do; all others import it from `narrator.readers`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from narrator.model import Book


@dataclass(frozen=True, slots=True)
class Policy:
    """What of a book is read, where a listener may choose."""

    matter: str = "skip"
    """Front and back matter: `skip` or `keep`."""
    notes: str = "skip"
    """Footnotes and endnotes: `skip`, `inline` or `chapter-end`.

    `inline` reads a note after the sentence that holds its mark; in a plain text, and where the
    mark stands in a quotation that goes on, later.
    """
    images: str = "skip"
    """The alternative text of pictures: `skip` or `keep`."""


DEFAULT_POLICY = Policy()
"""What is read unless the listener says otherwise: the story, and nothing else."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of a file, and what is known of it before it is read."""

    path: str
    """As the user gave it; `-` for standard input."""
    data: bytes
    suffix: str
    """In lower case with its dot, such as `.epub`; empty for standard input."""


class Reader(Protocol):
    """Reads one format."""

    name: str
    suffixes: tuple[str, ...]
    """Of the files it reads, in lower case with the dot."""

    def recognises(self, source: SourceFile) -> bool:
        """Whether the bytes themselves, not the suffix, look like this format. Never raises."""
        ...

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book.

        Raises:
            ReadingError: one of its children says what is wrong with the input.
        """
        ...
