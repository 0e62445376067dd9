"""Find where people say their own name: "My name is Ada", "I am Dr. Moss"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable

_MAX_ENTRANCE_TOKENS = 100
"""Distance in tokens within which the narration mentions whoever calls from outside."""


def find_introductions(tokens: TokenTable, people: People) -> Iterator[Mention]:
    """Yield the mentions by which a speaker or narrator gives the own name, in order.

    The words must be a clause of their own: "I am Ada Vane's son" names somebody else, and "If I am
    Ada" and "I am Ada?" name nobody for certain.
    """
    for mention in people.mentions:
        if (
            not mention.is_description
            and not mention.is_possessive
            and _ends_clause(tokens, mention)
            and _follows_introduction(tokens, mention)
        ):
            yield mention


def find_callers(tokens: TokenTable, people: People) -> Iterator[Mention]:
    """Yield the mentions by which somebody unseen says who calls: "It's me, Elspeth".

    The words may also address Elspeth. So the narration of the scene must not have mentioned her
    before them, and must mention her soon after, because whoever calls comes in.
    """
    narrated: dict[int, list[int]] = {}
    for mention in people.mentions:
        if not mention.is_quoted:
            narrated.setdefault(mention.person_index, []).append(mention.start)
    scenes = tokens.number_scenes()
    for mention in people.mentions:
        if not (_ends_clause(tokens, mention) and _follows_self_reference(tokens, mention)):
            continue
        scene = scenes[tokens.paragraph_indices[mention.start]]
        places = [
            place - mention.start
            for place in narrated.get(mention.person_index, ())
            if scenes[tokens.paragraph_indices[place]] == scene
        ]
        if places and 0 < min(places) <= _MAX_ENTRANCE_TOKENS:
            yield mention


def _follows_self_reference(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether "it's me" and a comma directly precede a name in its quotation."""
    start, words = mention.start, tokens.lowercase_words
    if not mention.is_quoted or words[start - 1] != ",":
        return False
    for phrase in tokens.language.self_references:
        first = start - 1 - len(phrase)
        if (
            first >= 0
            and tuple(words[first : start - 1]) == phrase
            and tokens.quotation_indices[first] == tokens.quotation_indices[start]
            and _opens_clause(tokens, first)
        ):
            return True
    return False


def _follows_introduction(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether words such as "my name is" directly precede a name in its quotation."""
    phrases, words = tokens.language.introductions, tokens.lowercase_words
    if tokens.language.requires_name_evidence:
        phrases = (*phrases, *(_curl_apostrophes(phrase) for phrase in phrases))
    before = _list_preceding(tokens, mention.start, max(map(len, phrases), default=0))
    for phrase in phrases:
        places = before[-len(phrase) :]
        if tuple(words[place] for place in places) == phrase and _opens_clause(tokens, places[0]):
            return True
    return False


def _curl_apostrophes(phrase: tuple[str, ...]) -> tuple[str, ...]:
    """Return a phrase with curly apostrophes."""
    return tuple(word.replace("'", "’") for word in phrase)


def _list_preceding(tokens: TokenTable, start: int, count: int) -> list[int]:
    """Return the last tokens, at least `count`, before one in its quotation or narration, in order.

    A tag and the comma before it are skipped: "'My name,' said he, 'is Ada.'"
    """
    quotation = tokens.quotation_indices[start]
    if quotation < 0:
        first = max(0, start - count)
        return [index for index in range(first, start) if tokens.quotation_indices[index] < 0]
    preceding = list[int]()
    for run_start, run_end in tokens.quotations[quotation].token_runs:
        if run_start >= start:
            break
        if preceding and tokens.words[preceding[-1]] == ",":
            preceding.pop()
        end = min(run_end, start)
        preceding += range(max(run_start, end - count - 1), end)
    return preceding


def _opens_clause(tokens: TokenTable, index: int) -> bool:
    """Return whether a token opens its sentence or clause, perhaps after "and" or "yes"."""
    language, previous = tokens.language, tokens.lowercase_words[index - 1] if index else ""
    return (
        not previous
        or bool(tokens.is_sentence_start[index])
        or tokens.quotation_indices[index - 1] != tokens.quotation_indices[index]
        or not previous[0].isalnum()
        or previous in language.conjunctions
        or previous in language.vocative_exclamations
    )


def _ends_clause(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether the end of a statement follows a name: punctuation but no question mark."""
    end = mention.end
    if tokens.language.capitalises_nouns:
        # a last name that occurs once is no name for certain: "Ich bin Robert Moser."
        end += end < len(tokens.words) and tokens.words[end][0].isupper()
    return (
        end >= len(tokens.words)
        or not (tokens.words[end][0].isalnum() or tokens.words[end] == "?")
        or tokens.quotation_indices[end] != tokens.quotation_indices[mention.start]
    )
