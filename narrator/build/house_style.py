"""The user's defaults that yield to a book's own files: voices, engine, lexicon and pauses.

All other defaults simply take the place of a missing option. These four would then override the
cast file of a book, which is more specific, so they are kept apart from the options.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class HouseLexicon:
    """An unparsed lexicon, with the file that it was read from."""

    table: Mapping[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How a user likes books to be spoken, unless a book's own files say otherwise."""

    voice: str | None = None
    """The name of the narrator's voice."""
    engine: str | None = None
    """The engine of voices that are chosen automatically."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """Names of voices by characters. Characters who are not in a book are ignored."""
    lexicons: tuple[HouseLexicon, ...] = ()
    """Lexicons, the most specific first. They apply to words that the book's own does not list."""
    pauses: Mapping[str, Any] = field(default_factory=dict)
    """The lengths of pauses in seconds, and possibly `preset`; see `narrator.audio.pauses`."""
    pauses_source: str = ""
    """The file that the pauses come from, for messages."""
    files: tuple[Path, ...] = ()
    """The files that all this was read from, the most specific first."""
