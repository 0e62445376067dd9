"""Give names in other cases their nominative: "Ивана" and "Ивану" are Иван.

The endings are those of the language's file, and the book shows which forms belong together: the
nominative occurs in it, or is a listed first name. A form that is a woman's own name ("Лапина"
beside "Лапин") acts, or follows a woman's first name or title.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_detection import NameForm, NameOccurrence
from narrator.attribution.coreference.name_statistics import is_likely_verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

_MIN_STEM_LETTERS = 2
"""Fewest letters of a name before its ending: "Ян"."""
_WOMENS_ENDINGS = ("а", "я", "a", "á")
"""Endings of women's names in the nominative, which may be a man's in another case."""
_MIN_ACTING_USES, _MIN_ACTING_SHARE = 2, 0.2
"""Minimum uses beside a woman's verb, and share of all uses, of a woman's own name.

Rules of thumb: an object may stand before a verb ("Ивана ждала жена"), but seldom does.
"""


@dataclass(frozen=True, slots=True)
class _WordUses:
    """How a book uses the words of its names; keys are in lower case."""

    total: Counter[str]
    female: Counter[str]
    """Uses beside a verb with a woman's ending, or after her first name or title."""


def restore_nominatives(
    tokens: TokenTable, names: Sequence[NameOccurrence]
) -> list[NameOccurrence]:
    """Return the names, with the nominatives of their words in the forms.

    Args:
        tokens: the tokens of the book.
        names: all occurrences of names, in order.
    """
    if not tokens.language.name_cases:
        return list(names)
    uses = _count_uses(tokens, names)
    nominatives = {
        word: nominative
        for word in uses.total
        if (nominative := _find_nominative(word, uses, tokens.language))
    }
    return [
        part._replace(
            form=NameForm(
                part.form.title, tuple(nominatives.get(word, word) for word in part.form.words)
            )
        )
        for name in names
        for part in _split_cases(name, nominatives)
    ]


def _split_cases(name: NameOccurrence, nominatives: Mapping[str, str]) -> list[NameOccurrence]:
    """Return a name as two if its words have different cases: "сказал Иван Анне".

    Titles are listed in the nominative: "сказала графиня Ларину".
    """
    words = name.form.words
    first = next((index for index, word in enumerate(words) if word in nominatives), -1)
    split = name.end - (len(words) - first)
    has_title = name.form.title != "" and first == 0 and not words[0].endswith(_WOMENS_ENDINGS)
    if (first <= 0 and not has_title) or split <= name.start:
        return [name]
    return [
        name._replace(end=split, form=NameForm(name.form.title, words[:first])),
        NameOccurrence(split, name.end, NameForm("", words[first:]), has_article=False),
    ]


def _count_uses(tokens: TokenTable, names: Sequence[NameOccurrence]) -> _WordUses:
    """Count the uses of each word of the names."""
    language = tokens.language
    genders = {**language.titles, **language.kin_nouns, **language.given_names}
    total, female = Counter[str](), Counter[str]()
    for name in names:
        total.update(name.form.words)
        if name.form.words:
            earlier = (name.form.title, *name.form.words)[-2]
            is_woman = genders.get(earlier) == "female" or _has_female_verb(tokens, name)
            female[name.form.words[-1]] += is_woman
    return _WordUses(total, female)


def _has_female_verb(tokens: TokenTable, name: NameOccurrence) -> bool:
    """Return whether a verb with a woman's ending directly follows a name in its clause."""
    endings = tokens.language.gendered_verb_endings.get("female", ())
    return (
        name.end < len(tokens.words)
        and tokens.paragraph_indices[name.end] == tokens.paragraph_indices[name.start]
        and tokens.quotation_indices[name.end] == tokens.quotation_indices[name.start]
        and is_likely_verb(tokens, name.end)
        and bool(endings)
        and tokens.lowercase_words[name.end].endswith(endings)
    )


def _find_nominative(word: str, uses: _WordUses, language: AttributionLanguage) -> str | None:
    """Return the nominative of a word, or None if the word is one itself."""
    female = uses.female[word]
    if female >= _MIN_ACTING_USES and female >= _MIN_ACTING_SHARE * uses.total[word]:
        return None
    is_listed = word in language.given_names
    candidates = [
        candidate
        for candidate in _iterate_nominatives(word, language)
        if candidate != word
        and (uses.total[candidate] or (candidate in language.given_names and not is_listed))
        and not (is_listed and (female or uses.total[candidate] < uses.total[word]))
    ]
    return max(
        candidates,
        key=lambda candidate: (
            uses.total[candidate],
            candidate in language.given_names,
            candidate,
        ),
        default=None,
    )


def _iterate_nominatives(word: str, language: AttributionLanguage) -> Iterator[str]:
    """Yield what the nominative of a word may be, by the endings of the language's file."""
    for ending, oblique_endings in language.name_cases.items():
        for oblique in oblique_endings:
            stem = word.removesuffix(oblique)
            if stem != word and len(stem) >= _MIN_STEM_LETTERS:
                yield stem + ending
