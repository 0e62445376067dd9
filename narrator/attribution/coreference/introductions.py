"""Find where people say their own name: "My name is Ada", "I am Dr. Moss"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable


def find_introductions(tokens: TokenTable, people: People) -> Iterator[Mention]:
    """Yield the mentions by which a speaker or narrator gives the own name, in order.

    The name must end its clause: "I am Ada Vane's son" names somebody else.
    """
    for mention in people.mentions:
        if (
            not mention.is_description
            and not mention.is_possessive
            and _ends_clause(tokens, mention)
            and _follows_introduction(tokens, mention)
        ):
            yield mention


def _follows_introduction(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether words such as "my name is" directly precede a name in its quotation."""
    start, words = mention.start, tokens.lowercase_words
    for phrase in tokens.language.introductions:
        first = start - len(phrase)
        if (
            first >= 0
            and tuple(words[first:start]) == phrase
            and tokens.quotation_indices[first] == tokens.quotation_indices[start]
        ):
            return True
    return False


def _ends_clause(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether punctuation or the end of a quotation follows a name."""
    end = mention.end
    return (
        end >= len(tokens.words)
        or not tokens.words[end][0].isalnum()
        or tokens.quotation_indices[end] != tokens.quotation_indices[mention.start]
    )
