"""Collect evidence from conversations whether two names mean one person or two.

Two names are two persons if their tags stand in neighbouring paragraphs of a conversation, or if
one sentence of the narration contains both. They are one person if their tags are two paragraphs
apart, with a third speaker between: people alternate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.attribution.coreference.name_detection import NameForm, NameOccurrence
    from narrator.attribution.tokens import TokenTable

_MAX_NAMES_PER_SENTENCE = 6
"""Longer lists of names are left out, as their pairs would outweigh everything else."""
_CONVERSATION_WEIGHT = 2
"""Weight of a pair of speakers; a pair of names in one sentence has the weight 1."""


@dataclass(frozen=True, slots=True)
class NameContrast:
    """How often two forms of names appear as one person, and how often as two."""

    apart: Counter[frozenset[NameForm]] = field(default_factory=Counter)
    """Places that show two persons, by pair of forms."""
    alike: Counter[frozenset[NameForm]] = field(default_factory=Counter)
    """Places that show one person, by pair of forms."""

    def weigh(self, forms: Iterable[NameForm], other: NameForm) -> int:
        """Return the places that show two persons, less those that show one."""
        pairs = [frozenset((form, other)) for form in forms if form != other]
        return sum(self.apart[pair] - self.alike[pair] for pair in pairs)


def contrast_names(tokens: TokenTable, names: Sequence[NameOccurrence]) -> NameContrast:
    """Return the evidence of a book for each pair of forms.

    Args:
        tokens: the tokens of the book.
        names: all occurrences of names, in the order of the text.
    """
    contrast = NameContrast()
    _compare_speakers(_find_tagged_forms(tokens, names), contrast)
    _compare_sentences(tokens, names, contrast)
    return contrast


def _share_word(form: NameForm, other: NameForm) -> bool:
    """Return whether two different forms have a word in common, and so may be one person."""
    return form != other and not set(form.words).isdisjoint(other.words)


def _find_tagged_forms(
    tokens: TokenTable, names: Sequence[NameOccurrence]
) -> dict[int, NameForm | None]:
    """Return the form beside a verb of speech in each paragraph with a quotation, or None."""
    speech_verbs = tokens.language.speech_verbs
    tagged: dict[int, NameForm | None] = {}
    for quotation in tokens.quotations:
        for paragraph in range(quotation.first_paragraph, quotation.last_paragraph + 1):
            tagged.setdefault(paragraph, None)
    for name in names:
        paragraph = tokens.paragraph_indices[name.start]
        if (
            tagged.get(paragraph, name.form) is not None
            or tokens.quotation_indices[name.start] >= 0
        ):
            continue
        before = name.start - 1 - name.has_article
        neighbours = {
            tokens.lowercase_words[max(0, before)],
            *tokens.lowercase_words[name.end : name.end + 1],
        }
        if not speech_verbs.isdisjoint(neighbours) and not tokens.is_possessive[name.end - 1]:
            tagged[paragraph] = name.form
    return tagged


def _compare_speakers(tagged: dict[int, NameForm | None], contrast: NameContrast) -> None:
    """Count the pairs of tags that are one or two paragraphs apart."""
    for paragraph, form in tagged.items():
        following, second = tagged.get(paragraph + 1), tagged.get(paragraph + 2)
        if form is None or following is None:
            continue
        if form != following:
            contrast.apart[frozenset((form, following))] += _CONVERSATION_WEIGHT
        if second is not None and _share_word(form, second) and following != second:
            contrast.alike[frozenset((form, second))] += _CONVERSATION_WEIGHT


def _compare_sentences(
    tokens: TokenTable, names: Sequence[NameOccurrence], contrast: NameContrast
) -> None:
    """Count the pairs of forms in one sentence of the narration."""
    sentences: dict[int, dict[NameForm, None]] = defaultdict(dict)
    sentence, position = 0, 0
    for name in names:
        while position <= name.start:
            sentence = position if tokens.is_sentence_start[position] else sentence
            position += 1
        if tokens.quotation_indices[name.start] < 0:
            sentences[sentence][name.form] = None
    for forms in sentences.values():
        if 1 < len(forms) <= _MAX_NAMES_PER_SENTENCE:
            for form, other in combinations(forms, 2):
                contrast.apart[frozenset((form, other))] += 1
