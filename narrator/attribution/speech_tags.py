"""The rules: what the words around a quotation say of its speaker.

A rule is a callable of one type: from a scene to a clue, or none. Rules only testify; the judge who
weighs their clues sits in `model`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_statistics import is_likely_verb

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import People
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

_LONGEST_TAG = 14
"""Tokens between a subject and its verb of speech, at most."""
_WORDS_OF_OTHERS = 5
"""Tokens from a verb to the noun in "was all her answer", at most."""
LISTED_VERB = 2
"""How sure it is that a verb of the list is one of speech."""


@dataclass(frozen=True, slots=True)
class SpeechTag:
    """What a rule says."""

    person_index: int
    """Index of the person meant; -1 for a pronoun."""
    pronoun_gender: str
    """Of a pronoun: `male`, `female`, `plural`, `first`; empty for a name or a description."""
    verb_strength: int
    """How sure the verb is one of speech: `SURE` by the list, 1 by its looks, 0 none."""
    start: int
    end: int
    """The tokens that say so."""
    is_description: bool = False


@dataclass(frozen=True, slots=True)
class SpeakerRuleInput:
    """A quotation, with the page and the people around it."""

    tokens: TokenTable
    people: People
    quotation: TokenisedQuotation


SpeakerRule = Callable[[SpeakerRuleInput], SpeechTag | None]


def _speech(page: TokenTable, at: int) -> int:
    low = page.lowercase_words[at]
    if low in page.language.speech_verbs:
        return LISTED_VERB
    if low in page.language.weak_speech_verbs or (
        low.endswith(page.language.past_endings) and len(low) > 3
    ):
        return 1
    return 0


def _subject(scene: SpeakerRuleInput, at: int) -> tuple[int, str, int, bool] | None:
    """Who is meant by the words at a token: person, gender of a pronoun, token after, described."""
    page = scene.tokens
    found = _named(scene, at)
    if found is not None:
        mention = scene.people.mentions[found]
        if not mention.is_possessive:
            return mention.person_index, "", mention.end, mention.is_description
        return None
    return _pronoun(page, at)


def _pronoun(page: TokenTable, at: int) -> tuple[int, str, int, bool] | None:
    """A person without a name, as `_subject` tells: "he", "his voice", "the other"."""
    low, language = page.lowercase_words[at], page.language
    after = page.lowercase_words[at + 1] if at + 1 < len(page.lowercase_words) else ""
    if low in language.definite_articles and after in language.counterpart_words:
        return -1, "neutral", at + 2, False
    if low in {"his", "her"} and after in language.speaker_metonyms:
        return -1, language.pronoun_genders[low], at + 2, False
    if low in language.first_person_pronouns and (
        language.requires_name_evidence or page.words[at][0].isupper()
    ):
        return -1, "first", at + 1, False
    if low in language.subject_pronouns:
        return -1, language.pronoun_genders.get(low, "neutral"), at + 1, False
    return None


def _named(scene: SpeakerRuleInput, at: int) -> int | None:
    """The mention that begins at a token, or after its article: "the Hatter", "the March Hare"."""
    starting = scene.people.mention_by_start
    if (
        at in starting
        or scene.tokens.lowercase_words[at] not in scene.tokens.language.definite_articles
    ):
        return starting.get(at)
    for after in (at + 1, at + 2):
        found = starting.get(after)
        if found is not None and not scene.people.mentions[found].is_description:
            return found
    return None


def _stretch(page: TokenTable, at: int, limit: int = 60) -> int:
    """The end of the narration that begins at a token, within its paragraph."""
    end, block = at, page.paragraph_indices[at] if at < len(page.paragraph_indices) else -1
    while (
        end < len(page.words)
        and end - at < limit
        and page.quotation_indices[end] < 0
        and page.paragraph_indices[end] == block
    ):
        end += 1
    return end


def _sentence_end(page: TokenTable, at: int, end: int) -> int:
    for stop in range(at + 1, end):
        if page.is_sentence_start[stop]:
            return stop
    return end


def _inverted(scene: SpeakerRuleInput, at: int, end: int) -> SpeechTag | None:
    """`said Holmes`, `cried the old man`, `said he`."""
    page = scene.tokens
    if at + 1 < end and page.lowercase_words[at + 1] in page.language.speech_verbs:
        at += page.lowercase_words[at].endswith(page.language.adverb_endings)
    verb = _speech(page, at) if at < end else 0
    if not verb and at < end and (words := _words_of(scene, at, end)):
        return words
    if not verb and at < end and is_likely_verb(page, at):
        verb = 1
    if not verb:
        return None
    for after in range(at + 1, min(at + 4, end)):
        subject = _subject(scene, after)
        if subject and (verb == LISTED_VERB or not subject[1]):
            person, gender, stop, role = subject
            return SpeechTag(person, gender, verb, at, stop, role)
        if not (
            page.lowercase_words[after].endswith(page.language.adverb_endings)
            or page.lowercase_words[after] == ","
            or page.lowercase_words[after] in page.language.tag_filler_words
        ):
            return None
    return None


def _words_of(scene: SpeakerRuleInput, at: int, end: int) -> SpeechTag | None:
    """`was Holmes's reply`, `was all her answer`: the owner of the words."""
    page, language = scene.tokens, scene.tokens.language
    if page.lowercase_words[at] not in language.linking_verbs:
        return None
    stop = min(end, at + 1 + _WORDS_OF_OTHERS)
    noun = next(
        (n for n in range(at + 2, stop) if page.lowercase_words[n] in language.utterance_nouns), at
    )
    for owner in range(at + 1, noun):
        found = scene.people.mention_by_start.get(owner)
        if found is not None and scene.people.mentions[found].is_possessive:
            mention = scene.people.mentions[found]
            return SpeechTag(
                mention.person_index, "", LISTED_VERB, at, noun + 1, mention.is_description
            )
        low = page.lowercase_words[owner]
        if low in language.possessive_determiners and (
            low in language.pronoun_genders or low in language.first_person_words
        ):
            return SpeechTag(
                -1, language.pronoun_genders.get(low, "first"), LISTED_VERB, at, noun + 1
            )
    return None


def _straight(scene: SpeakerRuleInput, at: int, end: int) -> SpeechTag | None:
    """`Holmes said`, `she answered`, `the old man, after a pause, replied`."""
    page = scene.tokens
    for first in range(at, min(at + 3, end)):
        subject = _subject(scene, first)
        if subject is None:
            continue
        person, gender, stop, role = subject
        best = 0
        for verb in range(stop, min(stop + _LONGEST_TAG, end)):
            strength = _speech(page, verb)
            if strength == LISTED_VERB or (strength and verb <= stop + 1):
                ended = page.words[at - 1] == "." and page.quotation_indices[at - 1] >= 0
                return SpeechTag(person, gender, strength - ended, first, verb + 1, role)
            if page.is_sentence_start[verb] or page.lowercase_words[verb] in {"and", ";"}:
                break
        return SpeechTag(person, gender, best, first, stop, role)
    return None


def _after(scene: SpeakerRuleInput, run: int) -> SpeechTag | None:
    page = scene.tokens
    at = scene.quotation.token_runs[run][1]
    if (
        at >= len(page.words)
        or page.quotation_indices[at] >= 0
        or page.paragraph_indices[at] != page.paragraph_indices[at - 1]
    ):
        return None
    end = _sentence_end(page, at, _stretch(page, at))
    while at < end and page.words[at] in {",", "-", "—", "–", "--", ".", "!", "?"}:
        at += 1
    if at >= end:
        return None
    return _inverted(scene, at, end) or _straight(scene, at, end)


def find_tag_between(scene: SpeakerRuleInput) -> SpeechTag | None:
    """Within an interrupted quotation."""
    if len(scene.quotation.token_runs) < 2:
        return None
    clue = _after(scene, 0)
    return clue if clue and clue.verb_strength else None


def find_tag_after(scene: SpeakerRuleInput) -> SpeechTag | None:
    """After its end."""
    clue = _after(scene, -1)
    return clue if clue and clue.verb_strength else None


def _before_range(scene: SpeakerRuleInput) -> tuple[int, int] | None:
    """The narration before the quotation, within its paragraph; or the one before, with a colon."""
    page = scene.tokens
    end = scene.quotation.token_runs[0][0]
    if end == 0 or page.quotation_indices[end - 1] >= 0:
        return None
    if page.paragraph_indices[end - 1] != page.paragraph_indices[end] and not _leads(page, end - 1):
        return None
    begin = end - 1
    while (
        begin > 0
        and not page.is_sentence_start[begin]
        and page.quotation_indices[begin - 1] < 0
        and end - begin < 60
    ):
        begin -= 1
    return begin, end


def _leads(page: TokenTable, at: int) -> bool:
    """Whether a token that ends narration leads to what is said next: no sentence ends there."""
    word = page.words[at]
    return word in {",", ":", "—", "–"} or word.startswith("--") or word[0].isalpha()


def find_tag_before(scene: SpeakerRuleInput) -> SpeechTag | None:
    """Before it: `Holmes said, "...`, `she could not help saying: "...`."""
    span = _before_range(scene)
    if span is None:
        return None
    page, (begin, end) = scene.tokens, span
    if not _leads(page, end - 1):
        return None
    for verb in range(end - 1, max(begin, end - _LONGEST_TAG) - 1, -1):
        strength = (
            LISTED_VERB
            if page.lowercase_words[verb] in page.language.leading_verb_forms
            else _speech(page, verb)
        )
        if strength == LISTED_VERB or (strength and page.words[end - 1] == ":"):
            return _subject_before(scene, begin, verb, strength)
    if page.words[end - 1] == ":":
        return _first_subject(scene, begin, end, 1)
    return None


def _subject_before(
    scene: SpeakerRuleInput, begin: int, verb: int, strength: int
) -> SpeechTag | None:
    """The subject of a verb: beside it, or else the first of its clause."""
    page = scene.tokens
    first: SpeechTag | None = None
    for at in range(verb - 1, begin - 1, -1):
        subject = _subject(scene, at)
        if subject is not None and page.lowercase_words[at] != "it":
            first = SpeechTag(subject[0], subject[1], strength, at, verb + 1, subject[3])
            if all(
                page.lowercase_words[w].endswith(page.language.adverb_endings)
                for w in range(subject[2], verb)
            ):
                return first
            if at > begin and page.lowercase_words[at - 1] in {
                "and",
                "but",
                "while",
                "when",
                "till",
            }:
                return first
        if first and page.words[at] == ";":
            return first
    return first


def _first_subject(scene: SpeakerRuleInput, begin: int, end: int, verb: int) -> SpeechTag | None:
    """The subject of a sentence, as far as its first words tell."""
    for at in range(begin, end):
        subject = _subject(scene, at)
        if subject is not None and scene.tokens.lowercase_words[at] != "it":
            return SpeechTag(subject[0], subject[1], verb, at, end, subject[3])
    return None


def find_beat_after(scene: SpeakerRuleInput) -> SpeechTag | None:
    """What somebody does in the narration after it, in the same paragraph."""
    page = scene.tokens
    at = scene.quotation.token_runs[-1][1]
    if (
        at >= len(page.words)
        or page.quotation_indices[at] >= 0
        or page.paragraph_indices[at] != page.paragraph_indices[at - 1]
    ):
        return None
    return _first_subject(scene, at, _sentence_end(page, at, _stretch(page, at)), 0)


def find_beat_between(scene: SpeakerRuleInput) -> SpeechTag | None:
    """What somebody does between two of its stretches."""
    if len(scene.quotation.token_runs) < 2:
        return None
    page = scene.tokens
    at = scene.quotation.token_runs[0][1]
    if page.quotation_indices[at] >= 0:
        return None
    return _first_subject(scene, at, _sentence_end(page, at, _stretch(page, at)), 0)


def find_beat_before(scene: SpeakerRuleInput) -> SpeechTag | None:
    """What somebody does in the sentence before it, in the same paragraph."""
    span = _before_range(scene)
    return _first_subject(scene, *span, 0) if span else None


def find_paragraph_opening(scene: SpeakerRuleInput) -> SpeechTag | None:
    """The first subject of its paragraph, before it."""
    page = scene.tokens
    begin = page.paragraph_ranges[scene.quotation.first_paragraph][0]
    end = scene.quotation.token_runs[0][0]
    if begin >= end or page.quotation_indices[begin] >= 0:
        return None
    return _first_subject(scene, begin, min(end, begin + 40), 0)


def find_sentence_above(scene: SpeakerRuleInput) -> SpeechTag | None:
    """The subject of the last sentence of the paragraph above, if that is narration."""
    page = scene.tokens
    end = page.paragraph_ranges[scene.quotation.first_paragraph][0]
    if end == 0 or end != scene.quotation.token_runs[0][0] or page.quotation_indices[end - 1] >= 0:
        return None
    begin = end - 1
    while (
        begin > 0
        and not page.is_sentence_start[begin]
        and page.paragraph_indices[begin - 1] == page.paragraph_indices[end - 1]
    ):
        begin -= 1
    return _first_subject(scene, begin, end, int(page.words[end - 1] == ":"))


SPEAKER_RULES: tuple[tuple[str, SpeakerRule], ...] = (
    ("tag_between", find_tag_between),
    ("tag_after", find_tag_after),
    ("tag_before", find_tag_before),
    ("beat_between", find_beat_between),
    ("beat_after", find_beat_after),
    ("beat_before", find_beat_before),
    ("paragraph_opening", find_paragraph_opening),
    ("sentence_above", find_sentence_above),
)

TAG_RULE_NAMES = ("tag_between", "tag_after", "tag_before")
"""The rules whose clues are tags."""
