"""Define the interface of readers: `Reader`, and its arguments `SourceFile` and `Policy`.

Import these names from `narrator.readers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from narrator.errors import OptionError

if TYPE_CHECKING:
    from narrator.model import Book

POLICY_CHOICES = {
    "matter": ("skip", "keep"),
    "notes": ("skip", "inline", "chapter-end"),
    "images": ("skip", "keep"),
    "cues": ("skip", "speak"),
}
"""The values that each field of `Policy` may have; the first is the default."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which optional parts of a book are read aloud.

    Raises:
        OptionError: a field has a value that `POLICY_CHOICES` does not list.
    """

    matter: str = "skip"
    """Front and back matter: `skip` or `keep`."""
    notes: str = "skip"
    """Footnotes and endnotes: `skip`, `inline` or `chapter-end`.

    `inline` reads a note after the sentence that contains its mark. The note comes later if that
    sentence is inside a quotation that continues, and always in plain text.
    """
    images: str = "skip"
    """Descriptions of pictures (`alt` texts): `skip` or `keep`."""
    cues: str = "skip"
    """Names before speeches, as in plays: `skip` or `speak`, by the narrator."""
    language: str = ""
    """The BCP 47 tag of the language that the user names, which overrules that of the book."""

    def __post_init__(self) -> None:
        """Reject unknown values, because readers would treat them like the default."""
        for name, choices in POLICY_CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise OptionError(
                    f"the policy {name}='{value}' is not known", f"choose {', '.join(choices)}"
                )


DEFAULT_POLICY = Policy()
"""The default: only the story is read, without front and back matter, notes and pictures."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of an input file, with its path and suffix."""

    path: str
    """The path as the user gave it; `-` for standard input."""
    data: bytes
    suffix: str
    """The suffix in lower case with its dot, such as `.epub`; empty for standard input."""


class Reader(Protocol):
    """A reader of one file format."""

    name: str
    suffixes: tuple[str, ...]
    """The file suffixes of the format, in lower case with the dot."""

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the bytes look like this format, whatever the suffix. Never raises."""
        ...

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Parse the file and return its book.

        Raises:
            ReadingError: the file can't be read; each subclass is one kind of reason.
        """
        ...
