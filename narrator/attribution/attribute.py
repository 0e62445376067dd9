"""Attributes the dialogue of a book: gives each line a speaker, a confidence and a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.attribution.candidate_generation import QuotationContext, build_quotation_context
from narrator.attribution.coreference.book_titles import learn_titles
from narrator.attribution.coreference.canonical_names import choose_display_names, list_aliases
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.features.feature_table import FeatureBatches
from narrator.attribution.named_speakers import (
    NamedSpeakers,
    list_named_characters,
    match_named_speakers,
)
from narrator.attribution.newcomers import name_newcomers
from narrator.attribution.postprocessing.correction import correct_probabilities
from narrator.attribution.postprocessing.descriptions import (
    can_describe,
    is_vague_description,
)
from narrator.attribution.scoring import load_ensemble
from narrator.attribution.tokens import find_chapter_openings, get_quotation_key, tokenise
from narrator.attribution.unicameral_speakers import find_age_in_name, find_stated_speakers
from narrator.cache.process_memory import release_free_memory
from narrator.languages import load_language
from narrator.languages.people_words import load_attribution_language
from narrator.languages.speaking_forms import load_speaking_forms
from narrator.model import Character, LineKind, Script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.coreference.people import People
    from narrator.attribution.speech_tags import SpeechTag
    from narrator.attribution.tokens import TokenTable
    from narrator.cache.memo import Memo
    from narrator.languages.people_words import AttributionLanguage
    from narrator.model import Book, Line

_SOLE_TAGGED_CONFIDENCE, _SOLE_ALTERNATING_CONFIDENCE = 0.9, 0.5
"""Confidence in a sole candidate: if a tag names him, and if it is only his turn to speak.

Rules of thumb: books with a single person are too rare to measure the confidence.
"""
_SCRIPT_SAMPLE = 5000
"""Characters from which the script is recognised."""
_MIN_CONFIDENCE = 0.3
"""Confidence below which the narrator speaks.

In four annotated novels by authors that the nets had not seen, and in the same novels with other
names, 5 of 30 such speakers were right.
"""
_REASON_TOKENS = 8
"""Maximum number of words of a tag that a reason quotes."""
_UNKNOWN_PERSON = -1
_CANDIDATE_COUNT = 3
"""Number of candidates that a line lists."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The speaker that was chosen for a quotation."""

    person: int
    """Index of the speaker in `People.persons`."""
    confidence: float
    """Probability that the speaker is right, 0 to 1."""
    reason: str
    """Explanation for the user."""
    candidates: tuple[tuple[int, float], ...] = ()
    """The likeliest persons, at most `_CANDIDATE_COUNT`, each with the probability."""


@dataclass(frozen=True, slots=True)
class BookAttribution:
    """The speakers of a book: everything that its lines need, without the tokens of the book."""

    attributions: Mapping[int, Attribution]
    """The chosen speakers, by the key of the quotation."""
    persons: Sequence[Person]
    names: Sequence[str]
    """The display name of each person."""
    aliases: Sequence[tuple[str, ...]]
    """The other names of each person."""
    named_speakers: NamedSpeakers
    language: AttributionLanguage

    def assign_speakers(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield all lines of the book, with the speaker, confidence and reason of their quotation.

        The lines are otherwise unchanged.
        """
        for line_index, line in enumerate(lines):
            attribution = (
                self.attributions.get(get_quotation_key(line, line_index))
                if line.kind is LineKind.DIALOGUE
                else None
            )
            yield (
                self.named_speakers.rename(line)
                if attribution is None
                else self._assign_speaker(line, attribution)
            )

    def _assign_speaker(self, line: Line, attribution: Attribution) -> Line:
        return replace(
            line,
            speaker=self.names[attribution.person],
            confidence=attribution.confidence,
            reason=attribution.reason,
            candidates=tuple(
                (self.names[person], probability) for person, probability in attribution.candidates
            ),
        )

    def list_characters(self, lines: Iterable[Line]) -> tuple[Character, ...]:
        """Return the characters who speak, sorted by descending number of lines, then by name.

        Args:
            lines: what `assign_speakers` yielded.
        """
        line_counts = Counter(line.speaker for line in lines if line.speaker is not None)
        characters = [
            Character(
                name=name,
                aliases=aliases,
                gender=person.gender,
                age=person.age,
                line_count=line_counts[name],
                is_narrator=person.is_narrator,
            )
            for person, name, aliases in zip(self.persons, self.names, self.aliases, strict=True)
            if line_counts[name]
        ]
        characters += list_named_characters(
            self.named_speakers, self.language, self.persons, characters, line_counts
        )
        return tuple(sorted(characters, key=lambda one: (-one.line_count, one.name)))


def attribute_dialogue(book: Book, lines: Iterable[Line], memo: Memo | None = None) -> Script:
    """Return the script of a book; see `find_speakers`."""
    all_lines = tuple(lines)
    attribution = find_speakers(book, all_lines, memo)
    attributed_lines = tuple(attribution.assign_speakers(all_lines))
    return Script(book, attribution.list_characters(attributed_lines), attributed_lines)


def find_speakers(book: Book, lines: Iterable[Line], memo: Memo | None = None) -> BookAttribution:
    """Return the speakers of the lines of a book.

    Lines that have a speaker keep it. Each other line of dialogue gets the likeliest speaker,
    the probability that the speaker is right, and a reason. All lines of a quotation get the
    same. The speaker stays unknown if a quotation has no candidates, or none who is likely
    enough.

    Args:
        book: the book, as returned by a reader.
        lines: all lines of the book, as returned by segmentation; they are read several times.
        memo: cached results of an earlier run; unchanged conversations are not scored again.
    """
    language = load_language(book.metadata.language)
    has_speakers = {bool(line.speaker) for line in lines if line.kind is LineKind.DIALOGUE}
    if not has_speakers:
        nobody = NamedSpeakers((), {}, {}, ())
        return BookAttribution({}, (), (), (), nobody, load_attribution_language(language.tag))
    has_capitals = _has_capitals(book.readable_text)
    tokens = learn_titles(tokenise(book, lines, load_attribution_language(language.tag)))
    book.drop_readable_text()
    release_free_memory()  # growing columns leave gaps
    people = detect_mentions(tokens)
    name_newcomers(tokens, people)
    names = choose_display_names(tokens, people)
    is_all_named = has_speakers == {True}
    named_speakers = match_named_speakers(
        book.personae, tokens, people, names, keeps_names=is_all_named
    )
    attributions: dict[int, Attribution] = {}
    if not is_all_named and has_capitals:
        attributions = {
            tokens.quotations[index].key: attribution
            for index, attribution in _attribute_quotations(tokens, people, memo).items()
            if not tokens.quotations[index].has_speaker
        }
    aliases = list_aliases(tokens, people, names)
    found = BookAttribution(
        attributions, people.persons, names, aliases, named_speakers, tokens.language
    )
    return found if has_capitals or True in has_speakers else _add_stated_speakers(found, lines)


def _add_stated_speakers(found: BookAttribution, lines: Iterable[Line]) -> BookAttribution:
    """Return the attribution of a script without capitals, with the speakers whom clauses name."""
    forms = load_speaking_forms(found.language.tag)
    if not forms:
        return found
    speakers, genders = find_stated_speakers(lines, found.language, forms)
    names = list(dict.fromkeys(speaker.name for speaker in speakers.values()))
    indices = {name: index for index, name in enumerate(names)}
    persons = [
        Person(
            male_probability={"male": 1.0, "female": 0.0}.get(genders.get(name, ""), 0.5),
            age=find_age_in_name(name, found.language),
        )
        for name in names
    ]
    attributions = {
        key: Attribution(indices[speaker.name], speaker.confidence, speaker.reason)
        for key, speaker in speakers.items()
    }
    no_aliases: list[tuple[str, ...]] = [()] * len(names)
    return replace(
        found, attributions=attributions, persons=persons, names=names, aliases=no_aliases
    )


def _has_capitals(text: str) -> bool:
    """Return whether most letters are of a script with capitals, which show what is a name."""
    letters = [sign for sign in text[:_SCRIPT_SAMPLE] if sign.isalpha()]
    return sum(sign.lower() != sign.upper() for sign in letters) * 2 >= len(letters)


def _attribute_quotations(
    tokens: TokenTable, people: People, memo: Memo | None
) -> dict[int, Attribution]:
    """Return the likeliest speaker of each quotation, by quotation index.

    Quotations without candidates, or with none who is likely enough, are left out.
    """
    context = build_quotation_context(tokens, people)
    probabilities = load_ensemble().estimate_probabilities(
        FeatureBatches(context), find_chapter_openings(tokens), memo
    )
    return _choose_speakers(context, correct_probabilities(context, probabilities))


def _choose_speakers(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> dict[int, Attribution]:
    """Return the likeliest speaker of each quotation that has candidates, by quotation index."""
    best = {
        quotation: (float(probabilities[quotation, slot]), candidates[slot])
        for quotation, candidates in enumerate(context.candidates)
        if candidates and (slot := int(probabilities[quotation, : len(candidates)].argmax())) >= 0
    }
    best = {
        quotation: (confidence, person)
        for quotation, (confidence, person) in best.items()
        if confidence >= _MIN_CONFIDENCE
    }
    _review_sole_candidates(context, best)
    speakers = {quotation: person for quotation, (_, person) in best.items()}
    return {
        quotation: Attribution(
            person,
            round(confidence, 3),
            _explain_attribution(context, quotation, person, speakers),
            _rank_persons(context.candidates[quotation], probabilities[quotation], confidence),
        )
        for quotation, (confidence, person) in best.items()
    }


def _rank_persons(
    candidates: Sequence[int], probabilities: NDArray[np.float32], confidence: float
) -> tuple[tuple[int, float], ...]:
    """Return the likeliest persons with their probabilities.

    Args:
        candidates: the candidates of a quotation.
        probabilities: shape (candidates,); their probabilities.
        confidence: the reviewed probability of the likeliest, which replaces his.
    """
    ranked = sorted(zip(candidates, map(float, probabilities), strict=False), key=lambda x: -x[1])
    (best, _), *others = ranked[:_CANDIDATE_COUNT]
    return (
        (best, round(confidence, 3)),
        *((person, round(share, 3)) for person, share in others),
    )


def _review_sole_candidates(context: QuotationContext, best: dict[int, tuple[float, int]]) -> None:
    """Replace the confidence of quotations with a single candidate, or remove their speaker.

    The nets give a sole candidate the probability 1, which proves nothing. He stays the speaker
    only if a tag beside the quotation fits him or if he spoke two quotations before.

    Args:
        context: the context of every quotation.
        best: probability and person of each quotation, by quotation index; changed in place.
    """
    for quotation in sorted(best):
        if len(context.candidates[quotation]) > 1:
            continue
        person = best[quotation][1]
        has_tag = any(
            tag.person_index == person or _can_tag_refer_to(context, quotation, tag, person)
            for rule, tag in context.tags_by_rule[quotation].items()
            if rule != "sentence_above"
        )
        if has_tag:
            best[quotation] = (_SOLE_TAGGED_CONFIDENCE, person)
        elif quotation - 1 not in best and quotation - 2 in best:
            best[quotation] = (_SOLE_ALTERNATING_CONFIDENCE, person)
        else:
            del best[quotation]


# Reasons

_TAG_POSITIONS = {
    "tag_between": "within the quotation",
    "tag_after": "after the quotation",
    "tag_before": "before the quotation",
    "beat_between": "within the quotation",
    "beat_after": "after the quotation",
    "beat_before": "before the quotation",
    "paragraph_opening": "opens the paragraph",
    "sentence_above": "in the paragraph above",
}
"""Where the words found by each rule stand, as worded in a reason; keys are rule names."""


def _explain_attribution(
    context: QuotationContext, quotation: int, person: int, speakers: dict[int, int]
) -> str:
    """Return the strongest evidence that a person speaks a quotation, as text for the user.

    The words beside the quotation are the strongest, in order of the strength of their verb; then
    the alternation of speakers.

    Args:
        context: the context of every quotation.
        quotation: index of the quotation.
        person: index of its speaker.
        speakers: the chosen speaker of each quotation that has one.
    """
    tags = context.tags_by_rule[quotation]
    for rule, tag in sorted(tags.items(), key=lambda item: -item[1].verb_strength):
        if tag.person_index == person or (
            tag is context.best_tags[quotation]
            and _can_tag_refer_to(context, quotation, tag, person)
        ):
            return f"'{_quote_tag(context.tokens, tag)}' {_TAG_POSITIONS[rule]}"
    for step in (-2, 2):
        speaker_between = speakers.get(quotation + step // 2, _UNKNOWN_PERSON)
        is_other = speaker_between not in {_UNKNOWN_PERSON, person}
        if is_other and speakers.get(quotation + step) == person:
            return "alternates with the other speaker"
    if quotation - 1 not in speakers and speakers.get(quotation - 2) == person:
        return "alternates with somebody unknown"
    if speakers.get(quotation - 1) == person:
        return "goes on speaking"
    return "likeliest of those present"


def _can_tag_refer_to(
    context: QuotationContext, quotation: int, tag: SpeechTag, person_index: int
) -> bool:
    """Return whether the pronoun or description in a quotation's tag can refer to a person."""
    person = context.people.persons[person_index]
    if tag.pronoun_gender == "first":
        return context.narrators[quotation] == person_index
    if tag.is_description:
        described = context.people.persons[tag.person_index]
        is_vague = is_vague_description(described, context.tokens.language)
        return is_vague and can_describe(described, person)
    return bool(tag.pronoun_gender) and person.gender in {tag.pronoun_gender, None}


def _quote_tag(tokens: TokenTable, tag: SpeechTag) -> str:
    """Return the first words of a tag, joined by spaces except before punctuation."""
    return tokens.join_words(tag.start, min(tag.end, tag.start + _REASON_TOKENS))
