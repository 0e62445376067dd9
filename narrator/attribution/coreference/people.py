"""Define the people of a book and their mentions, which the modules of coreference share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.name_clustering import Person


@dataclass(frozen=True, slots=True)
class Mention:
    """A range of tokens that names or describes a person."""

    start: int
    end: int
    person_index: int
    """Index of the person in `People.persons`."""
    is_quoted: bool
    """Whether it stands in a quotation."""
    is_addressed: bool
    """Whether it addresses the person, in a quotation."""
    is_subject: bool
    """Whether a verb follows it, or it begins a sentence."""
    is_description: bool
    """Whether it describes the person instead of naming them."""
    is_possessive: bool


@dataclass(slots=True)
class People:
    """All persons of a book, with all their mentions."""

    persons: list[Person]
    mentions: list[Mention]
    """In the order of the text."""
    mention_by_start: dict[int, int] = field(default_factory=dict)
    """First token of each mention to the mention's index."""
    narrator_index: int = -1
    """Index of the first-person narrator; -1 if there is none."""
