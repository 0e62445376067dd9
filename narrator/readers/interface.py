"""Define what a reader is given and what it must provide; import it from `narrator.readers`."""

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
}
"""The values that each field of `Policy` may have; the first is the default."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which parts of a book are read, where a listener may choose.

    Raises:
        OptionError: a field has a value that is not among `POLICY_CHOICES`.
    """

    matter: str = "skip"
    """Front and back matter: `skip` or `keep`."""
    notes: str = "skip"
    """Footnotes and endnotes: `skip`, `inline` or `chapter-end`.

    `inline` reads a note after the sentence that has its mark. In plain text, and if the mark is in
    a quotation that continues, the note is read later.
    """
    images: str = "skip"
    """The alternative texts of pictures: `skip` or `keep`."""

    def __post_init__(self) -> None:
        """Refuse values that no reader knows, which would otherwise count as the default."""
        for name, choices in POLICY_CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise OptionError(
                    f"the policy {name}='{value}' is not known", f"choose {', '.join(choices)}"
                )


DEFAULT_POLICY = Policy()
"""What is read unless the listener chooses otherwise: the story and nothing else."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of a file, and what is known about it before it is read."""

    path: str
    """As the user gave it; `-` for standard input."""
    data: bytes
    suffix: str
    """In lower case with its dot, such as `.epub`; empty for standard input."""


class Reader(Protocol):
    """A reader of one format."""

    name: str
    suffixes: tuple[str, ...]
    """The suffixes of the files that it reads, in lower case with the dot."""

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the bytes, not the suffix, look like this format. Never raises."""
        ...

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book.

        Raises:
            ReadingError: the input can't be read; each child class is one kind of reason.
        """
        ...
