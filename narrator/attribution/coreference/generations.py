"""Tell two people of one name apart: "old Tam Rennie" and "young Tam Rennie", "Mr. Oakes junior".

An adjective of age is usually no part of a name: "old Tam" is Tam. Only if the book contrasts two
ages of one name in a sentence do they mean two people. "Junior" and "senior" always do.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_detection import NameForm, NameOccurrence
from narrator.languages.people_words import GENERATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.tokens import TokenTable


def distinguish_generations(
    tokens: TokenTable, names: Sequence[NameOccurrence]
) -> list[NameOccurrence]:
    """Return the names, in which the old and the young bearer of one name have different titles.

    Args:
        tokens: the tokens of the book.
        names: all occurrences of names, in order.
    """
    marked = [_mark_generation(tokens, name) for name in names]
    contrasted = _find_contrasted_forms(tokens, names, marked)
    return [
        other if other is not None and (is_suffix or name.form in contrasted) else name
        for name, (other, is_suffix) in zip(names, marked, strict=True)
    ]


def _mark_generation(
    tokens: TokenTable, name: NameOccurrence
) -> tuple[NameOccurrence | None, bool]:
    """Return a name with the generation beside it as title, and whether a suffix tells it.

    The name is None if no word beside it tells the generation.
    """
    suffixes = tokens.language.generation_suffixes
    adjectives = tokens.language.generation_adjectives
    words, end = tokens.lowercase_words, name.end
    if name.form.words and not tokens.is_possessive[end - 1]:
        end += words[end : end + 1] == [","]
        generation = suffixes.get(words[end]) if end < len(words) else None
        if generation:
            form = NameForm(generation, name.form.words)
            return name._replace(end=end + 1, form=form), True
    for start in (name.start, name.start - 1):
        generation = adjectives.get(words[start]) if start >= 0 else None
        if generation and name.form.words and words[start] not in name.form.words:
            return name._replace(start=start, form=NameForm(generation, name.form.words)), False
    return None, False


def _find_contrasted_forms(
    tokens: TokenTable,
    names: Sequence[NameOccurrence],
    marked: Sequence[tuple[NameOccurrence | None, bool]],
) -> set[NameForm]:
    """Return the forms of which one sentence names an old and a young bearer."""
    generations = defaultdict[tuple[int, NameForm], set[str]](set)
    sentence = position = 0
    for name, (other, _) in zip(names, marked, strict=True):
        while position <= name.start:
            sentence = position if tokens.is_sentence_start[position] else sentence
            position += 1
        if other is not None:
            generations[sentence, name.form].add(other.form.title)
    return {form for (_, form), titles in generations.items() if titles >= set(GENERATIONS)}
