"""Writes the verdict into the lines: speaker, confidence, and the reason in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.attribution.candidate_generation import QuotationContext, build_quotation_context
from narrator.attribution.coreference.canonical_names import choose_display_names, list_aliases
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.features.columns import compute_features
from narrator.attribution.language import load_attribution_language
from narrator.attribution.postprocessing.descriptions import (
    can_describe,
    is_vague_description,
    reassign_vague_descriptions,
)
from narrator.attribution.scoring import load_ensemble
from narrator.attribution.tokens import find_chapter_openings, tokenise
from narrator.model import Character, LineKind, Script
from narrator.segmentation.languages import recognise_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.coreference.people import People
    from narrator.attribution.speech_tags import SpeechTag
    from narrator.attribution.tokens import TokenTable
    from narrator.cache.memo import Memo
    from narrator.model import Book, Line


_ALONE_NAMED, _ALONE_IN_TURN = 0.9, 0.5
"""Confidence in a book's only known person, by rule of thumb: too few books have only one."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks a quotation."""

    person: int
    confidence: float
    reason: str


def attribute_dialogue(book: Book, lines: tuple[Line, ...], memo: Memo | None = None) -> Script:
    """The script of a book whose lines have been found by `segmentation`.

    Every line of dialogue gets the likeliest speaker, the chance that this is right, and a reason.
    Where nobody can be guessed, as in a book without people, the speaker stays unknown. Lines of
    one quotation share the speaker. Nothing of the lines but these three fields changes. What the
    draft knows of a conversation is not weighed again.
    """
    if not any(line.kind is LineKind.DIALOGUE for line in lines):
        return Script(book, (), lines)
    spoken_in = recognise_language(book.readable_text, book.metadata.language)
    page = tokenise(book, lines, load_attribution_language(spoken_in.tag))
    people = detect_mentions(page)
    around = build_quotation_context(page, people)
    chances = reassign_vague_descriptions(
        around,
        load_ensemble().estimate_probabilities(
            compute_features(around), find_chapter_openings(page), memo
        ),
    )
    verdicts = _verdicts(around, chances)
    names = choose_display_names(page, people)
    spoken = _speak(lines, page, verdicts, names)
    return Script(book, _characters(page, people, names, spoken), spoken)


def _verdicts(around: QuotationContext, chances: NDArray[np.float32]) -> dict[int, Attribution]:
    """The likeliest speaker of each quotation, by its index."""
    best = {
        number: (float(chances[number, place]), chosen[place])
        for number, chosen in enumerate(around.candidates)
        if chosen and (place := int(chances[number, : len(chosen)].argmax())) >= 0
    }
    _doubt_the_only_one(around, best)
    return {
        number: Attribution(person, round(chance, 3), _reason(around, number, person, best))
        for number, (chance, person) in best.items()
    }


def _doubt_the_only_one(around: QuotationContext, best: dict[int, tuple[float, int]]) -> None:
    """Where only one person can be weighed, the nets must choose that one, and prove nothing.

    Then only the words beside a quotation count, and the turn: nobody answers himself.
    """
    for number in sorted(best):
        if len(around.candidates[number]) > 1:
            continue
        person = best[number][1]
        near = any(
            clue.person_index == person or _agrees(around, clue, person)
            for rule, clue in around.tags_by_rule[number].items()
            if rule != "sentence_above"
        )
        if near:
            best[number] = (_ALONE_NAMED, person)
        elif number - 1 not in best and number - 2 in best:
            best[number] = (_ALONE_IN_TURN, person)
        else:
            del best[number]


def _speak(
    lines: Sequence[Line], page: TokenTable, verdicts: dict[int, Attribution], names: Sequence[str]
) -> tuple[Line, ...]:
    spoken = list(lines)
    for number, quotation in enumerate(page.quotations):
        verdict = verdicts.get(number)
        if verdict is None:
            continue
        for index in quotation.line_indices:
            spoken[index] = replace(
                lines[index],
                speaker=names[verdict.person],
                confidence=verdict.confidence,
                reason=verdict.reason,
            )
    return tuple(spoken)


def _characters(
    page: TokenTable, people: People, names: Sequence[str], lines: Sequence[Line]
) -> tuple[Character, ...]:
    """Everybody who speaks, by the number of lines."""
    counts = Counter(line.speaker for line in lines if line.speaker is not None)
    found = [
        Character(
            name=names[number],
            aliases=list_aliases(page, people, number, names[number]),
            gender=person.gender,
            age=person.age,
            line_count=counts[names[number]],
            is_narrator=person.is_narrator,
        )
        for number, person in enumerate(people.persons)
        if counts[names[number]]
    ]
    return tuple(sorted(found, key=lambda character: (-character.line_count, character.name)))


# ---------------------------------------------------------------------------- reasons

_PLACES = {
    "tag_between": "within the quotation",
    "tag_after": "after the quotation",
    "tag_before": "before the quotation",
    "beat_between": "within the quotation",
    "beat_after": "after the quotation",
    "beat_before": "before the quotation",
    "paragraph_opening": "opens the paragraph",
    "sentence_above": "in the paragraph above",
}


def _reason(
    around: QuotationContext, number: int, person: int, best: dict[int, tuple[float, int]]
) -> str:
    """The strongest clue that agrees with the verdict, in words."""
    clues = around.tags_by_rule[number]
    for place, clue in sorted(clues.items(), key=lambda item: -item[1].verb_strength):
        if clue.person_index == person or (
            clue is around.best_tags[number] and _agrees(around, clue, person)
        ):
            return f"'{_words(around.tokens, clue)}' {_PLACES[place]}"
    for step in (-2, 2):
        between = best.get(number + step // 2)
        if between and between[1] != person and best.get(number + step, (0.0, -1))[1] == person:
            return "alternates with the other speaker"
    if number - 1 not in best and best.get(number - 2, (0.0, -1))[1] == person:
        return "alternates with somebody unknown"
    if best.get(number - 1, (0.0, -1))[1] == person:
        return "goes on speaking"
    return "likeliest of those present"


def _agrees(around: QuotationContext, clue: SpeechTag, person: int) -> bool:
    who = around.people.persons[person]
    if clue.pronoun_gender == "first":
        return who.is_narrator
    if clue.is_description:
        described = around.people.persons[clue.person_index]
        return is_vague_description(described, around.tokens.language) and can_describe(
            described, who
        )
    return bool(clue.pronoun_gender) and who.gender in {clue.pronoun_gender, None}


def _words(page: TokenTable, clue: SpeechTag) -> str:
    text = ""
    for at in range(clue.start, min(clue.end, clue.start + 8)):
        word = page.words[at] + ("'s" if page.is_possessive[at] else "")
        text += word if not text or not word[0].isalnum() else f" {word}"
    return text
