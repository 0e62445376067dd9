"""Find where the book says that two names are one person: "Theodora Finch, known as Dot"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.attribution.coreference.name_detection import NameForm, NameOccurrence
    from narrator.attribution.tokens import TokenTable

_MAX_STATEMENT_TOKENS = 12
"""Maximum distance in tokens between the two names."""


def find_alias_statements(
    tokens: TokenTable, names: Sequence[NameOccurrence]
) -> Iterator[tuple[NameForm, NameForm]]:
    """Yield the pairs of forms that the book states to be one person, in order.

    A phrase such as "known as" or "called him" directly precedes the second name. The first is the
    nearest before the phrase, unless its verb follows: "Theodora was five. Miles called her Dot."

    Args:
        tokens: the tokens of the book.
        names: all occurrences of names, in order.
    """
    for index, name in enumerate(names):
        start = _find_phrase_start(tokens, name.start)
        if start is None:
            continue
        for earlier in reversed(names[max(0, index - 2) : index]):
            if (
                start - earlier.end <= _MAX_STATEMENT_TOKENS
                and tokens.paragraph_indices[earlier.start] == tokens.paragraph_indices[name.start]
                and tokens.quotation_indices[earlier.start] == tokens.quotation_indices[name.start]
                and not _names_caller(tokens, earlier, start)
            ):
                yield earlier.form, name.form
                break


def _find_phrase_start(tokens: TokenTable, end: int) -> int | None:
    """Return the first token of an alias phrase that ends before a token, or None."""
    for phrase in tokens.language.alias_phrases:
        start = end - len(phrase)
        if start > 0 and tuple(tokens.lowercase_words[start:end]) == phrase:
            return start
    return None


def _names_caller(tokens: TokenTable, name: NameOccurrence, phrase_start: int) -> bool:
    """Return whether a name is the subject of "called her": the person who calls."""
    calls = tokens.lowercase_words[phrase_start + 1] in tokens.language.object_pronouns
    return calls and all(
        word.endswith(tokens.language.adverb_endings) or not word[0].isalpha() or word == "always"
        for word in tokens.lowercase_words[name.end : phrase_start]
    )
