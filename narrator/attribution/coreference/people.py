"""Define the persons of a book and their mentions, as shared by the modules of coreference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.tokens import TokenTable


class MentionSpan(NamedTuple):
    """A mention before its context is examined; sorts by position in the text."""

    start: int
    """First token."""
    end: int
    """Token after the mention."""
    person_index: int
    """Index of the person in `People.persons`."""
    is_description: bool
    """Whether the mention is a description ("the old man"), not a name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A range of tokens that names or describes a person."""

    start: int
    """First token."""
    end: int
    """Token after the mention."""
    person_index: int
    """Index of the person in `People.persons`."""
    is_quoted: bool
    """Whether the mention is part of a quotation."""
    is_addressed: bool
    """Whether a quotation addresses the person by this mention."""
    is_subject: bool
    """Whether the mention precedes a verb or begins a sentence, and is not possessive."""
    is_description: bool
    """Whether the mention is a description ("the old man"), not a name."""
    is_possessive: bool
    """Whether the mention ends with "'s"."""


@dataclass(slots=True)
class People:
    """All persons of a book, with all their mentions."""

    persons: list[Person]
    mentions: list[Mention]
    """All mentions, in the order of the text."""
    mention_by_start: dict[int, int] = field(default_factory=dict)
    """Index of the mention that begins at each token, by token index."""
    possessors: dict[int, int] = field(default_factory=dict)
    """The named possessor in a description such as "Ada's maid", by its first token."""
    owner_by_start: dict[int, int] = field(default_factory=dict)
    """Whose relative a description such as "her mother" means, by its first token; or -1."""
    narrator_index: int = -1
    """Index of the first-person narrator; -1 if there is none, or several."""
    narrator_by_chapter: dict[int, int] = field(default_factory=dict)
    """Index of each chapter's narrator, by chapter number, if several persons narrate."""

    narrator_by_paragraph: dict[int, int] = field(default_factory=dict)
    """Index of the writer of each paragraph of a letter, where a chapter has several letters."""

    def list_narrators(self, tokens: TokenTable) -> list[int]:
        """Return the index of the first-person narrator around each quotation; -1 for none."""
        return [
            self.narrator_by_paragraph.get(
                quotation.first_paragraph,
                self.narrator_by_chapter.get(
                    tokens.paragraph_chapters[quotation.first_paragraph], self.narrator_index
                ),
            )
            for quotation in tokens.quotations
        ]
