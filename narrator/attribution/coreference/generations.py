"""Tell two people of one name apart: "old Tam Rennie" and "young Tam Rennie", "Mr. Oakes junior".

An adjective of age is usually no part of a name: "old Tam" is Tam. Only if the book contrasts two
ages of one name in a sentence do they mean two people. "Junior" and "senior" always do, and so does
"the elder" after a name.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_detection import NameForm, NameOccurrence
from narrator.attribution.coreference.name_statistics import is_likely_verb
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
    chosen: list[NameOccurrence] = []
    for name, (other, is_suffix) in zip(names, marked, strict=True):
        is_other = other is not None and (is_suffix or _is_contrasted(name.form, contrasted))
        # "The Elder" after a name is a part of it.
        if not chosen or name.start >= chosen[-1].end:
            chosen.append(other if is_other and other is not None else name)
    return chosen


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
        apposition_end = _find_apposition_end(tokens, end)
        end += words[end : end + 1] == [","]
        generation = suffixes.get(words[end]) if end < len(words) else None
        if generation is None and apposition_end:
            end, generation = apposition_end - 1, adjectives[words[apposition_end - 1]]
        if generation:
            form = NameForm(generation, name.form.words)
            return name._replace(end=end + 1, form=form), True
    for start in (name.start, name.start - 1):
        generation = adjectives.get(words[start]) if start >= 0 else None
        if generation and name.form.words and words[start] not in name.form.words:
            return name._replace(start=start, form=NameForm(generation, name.form.words)), False
    return None, False


def _find_apposition_end(tokens: TokenTable, index: int) -> int:
    """Return the token after an article and an adjective of age, without a noun; 0 if none begins.

    "The elder" in "Mr. Sands the elder said" is one, but not in "Mr. Sands, the elder brother".
    """
    language, end = tokens.language, index + 2
    if (
        end > len(tokens.words)
        or tokens.lowercase_words[index] not in language.definite_articles
        or tokens.lowercase_words[index + 1] not in language.generation_adjectives
        or tokens.quotation_indices[index + 1] != tokens.quotation_indices[index - 1]
    ):
        return 0
    is_last = (
        end == len(tokens.words)
        or not tokens.words[end][0].isalnum()
        or tokens.quotation_indices[end] != tokens.quotation_indices[index]
        or is_likely_verb(tokens, end)
    )
    return end if is_last else 0


def _is_contrasted(form: NameForm, contrasted: set[NameForm]) -> bool:
    """Return whether a form, or a longer one that begins with it, has an old and a young bearer."""
    length = len(form.words)
    return form in contrasted or any(
        not form.title and length and other.words[:length] == form.words for other in contrasted
    )


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
