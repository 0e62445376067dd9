"""The rules: what the words around a quotation say of its speaker.

A rule is a callable of one type: from a scene to a clue, or none. Rules only testify; the judge who
weighs their clues sits in `model`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_statistics import is_verb

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import People
    from narrator.attribution.tokens import Page, Quotation

_LONGEST_TAG = 14
"""Tokens between a subject and its verb of speech, at most."""
_WORDS_OF_OTHERS = 5
"""Tokens from a verb to the noun in "was all her answer", at most."""
SURE = 2
"""How sure it is that a verb of the list is one of speech."""


@dataclass(frozen=True, slots=True)
class Clue:
    """What a rule says."""

    person: int
    """Index of the person meant; -1 for a pronoun."""
    gender: str
    """Of a pronoun: `male`, `female`, `plural`, `first`; empty for a name or a description."""
    verb: int
    """How sure the verb is one of speech: `SURE` by the list, 1 by its looks, 0 none."""
    start: int
    end: int
    """The tokens that say so."""
    role: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A quotation, with the page and the people around it."""

    page: Page
    people: People
    quotation: Quotation


Rule = Callable[[Scene], Clue | None]


def _speech(page: Page, at: int) -> int:
    low = page.lower[at]
    if low in page.language.speech:
        return SURE
    if low in page.language.weak_speech or (low.endswith(page.language.endings) and len(low) > 3):
        return 1
    return 0


def _subject(scene: Scene, at: int) -> tuple[int, str, int, bool] | None:
    """Who is meant by the words at a token: person, gender of a pronoun, token after, described."""
    page = scene.page
    found = _named(scene, at)
    if found is not None:
        mention = scene.people.mentions[found]
        if not mention.possessive:
            return mention.person, "", mention.end, mention.role
        return None
    return _pronoun(page, at)


def _pronoun(page: Page, at: int) -> tuple[int, str, int, bool] | None:
    """A person without a name, as `_subject` tells: "he", "his voice", "the other"."""
    low, language = page.lower[at], page.language
    after = page.lower[at + 1] if at + 1 < len(page.lower) else ""
    if low in language.definite and after in language.counterparts:
        return -1, "neutral", at + 2, False
    if low in {"his", "her"} and after in language.manners:
        return -1, language.pronouns[low], at + 2, False
    if low in language.first and (language.strict or page.words[at][0].isupper()):
        return -1, "first", at + 1, False
    if low in language.subjects:
        return -1, language.pronouns.get(low, "neutral"), at + 1, False
    return None


def _named(scene: Scene, at: int) -> int | None:
    """The mention that begins at a token, or after its article: "the Hatter", "the March Hare"."""
    starting = scene.people.starting
    if at in starting or scene.page.lower[at] not in scene.page.language.definite:
        return starting.get(at)
    for after in (at + 1, at + 2):
        found = starting.get(after)
        if found is not None and not scene.people.mentions[found].role:
            return found
    return None


def _stretch(page: Page, at: int, limit: int = 60) -> int:
    """The end of the narration that begins at a token, within its paragraph."""
    end, block = at, page.block[at] if at < len(page.block) else -1
    while (
        end < len(page.words)
        and end - at < limit
        and page.voice[end] < 0
        and page.block[end] == block
    ):
        end += 1
    return end


def _sentence_end(page: Page, at: int, end: int) -> int:
    for stop in range(at + 1, end):
        if page.opens[stop]:
            return stop
    return end


def _inverted(scene: Scene, at: int, end: int) -> Clue | None:
    """`said Holmes`, `cried the old man`, `said he`."""
    page = scene.page
    if at + 1 < end and page.lower[at + 1] in page.language.speech:
        at += page.lower[at].endswith(page.language.adverbs)
    verb = _speech(page, at) if at < end else 0
    if not verb and at < end and (words := _words_of(scene, at, end)):
        return words
    if not verb and at < end and is_verb(page, at):
        verb = 1
    if not verb:
        return None
    for after in range(at + 1, min(at + 4, end)):
        subject = _subject(scene, after)
        if subject and (verb == SURE or not subject[1]):
            person, gender, stop, role = subject
            return Clue(person, gender, verb, at, stop, role)
        if not (
            page.lower[after].endswith(page.language.adverbs)
            or page.lower[after] == ","
            or page.lower[after] in page.language.between
        ):
            return None
    return None


def _words_of(scene: Scene, at: int, end: int) -> Clue | None:
    """`was Holmes's reply`, `was all her answer`: the owner of the words."""
    page, language = scene.page, scene.page.language
    if page.lower[at] not in language.being:
        return None
    stop = min(end, at + 1 + _WORDS_OF_OTHERS)
    noun = next((n for n in range(at + 2, stop) if page.lower[n] in language.utterances), at)
    for owner in range(at + 1, noun):
        found = scene.people.starting.get(owner)
        if found is not None and scene.people.mentions[found].possessive:
            mention = scene.people.mentions[found]
            return Clue(mention.person, "", SURE, at, noun + 1, mention.role)
        low = page.lower[owner]
        if low in language.owners and (low in language.pronouns or low in language.me):
            return Clue(-1, language.pronouns.get(low, "first"), SURE, at, noun + 1)
    return None


def _straight(scene: Scene, at: int, end: int) -> Clue | None:
    """`Holmes said`, `she answered`, `the old man, after a pause, replied`."""
    page = scene.page
    for first in range(at, min(at + 3, end)):
        subject = _subject(scene, first)
        if subject is None:
            continue
        person, gender, stop, role = subject
        best = 0
        for verb in range(stop, min(stop + _LONGEST_TAG, end)):
            strength = _speech(page, verb)
            if strength == SURE or (strength and verb <= stop + 1):
                ended = page.words[at - 1] == "." and page.voice[at - 1] >= 0
                return Clue(person, gender, strength - ended, first, verb + 1, role)
            if page.opens[verb] or page.lower[verb] in {"and", ";"}:
                break
        return Clue(person, gender, best, first, stop, role)
    return None


def _after(scene: Scene, run: int) -> Clue | None:
    page = scene.page
    at = scene.quotation.runs[run][1]
    if at >= len(page.words) or page.voice[at] >= 0 or page.block[at] != page.block[at - 1]:
        return None
    end = _sentence_end(page, at, _stretch(page, at))
    while at < end and page.words[at] in {",", "-", "—", "–", "--", ".", "!", "?"}:
        at += 1
    if at >= end:
        return None
    return _inverted(scene, at, end) or _straight(scene, at, end)


def tag_between(scene: Scene) -> Clue | None:
    """Within an interrupted quotation."""
    if len(scene.quotation.runs) < 2:
        return None
    clue = _after(scene, 0)
    return clue if clue and clue.verb else None


def tag_after(scene: Scene) -> Clue | None:
    """After its end."""
    clue = _after(scene, -1)
    return clue if clue and clue.verb else None


def _before_range(scene: Scene) -> tuple[int, int] | None:
    """The narration before the quotation, within its paragraph; or the one before, with a colon."""
    page = scene.page
    end = scene.quotation.runs[0][0]
    if end == 0 or page.voice[end - 1] >= 0:
        return None
    if page.block[end - 1] != page.block[end] and not _leads(page, end - 1):
        return None
    begin = end - 1
    while begin > 0 and not page.opens[begin] and page.voice[begin - 1] < 0 and end - begin < 60:
        begin -= 1
    return begin, end


def _leads(page: Page, at: int) -> bool:
    """Whether a token that ends narration leads to what is said next: no sentence ends there."""
    word = page.words[at]
    return word in {",", ":", "—", "–"} or word.startswith("--") or word[0].isalpha()


def tag_before(scene: Scene) -> Clue | None:
    """Before it: `Holmes said, "...`, `she could not help saying: "...`."""
    span = _before_range(scene)
    if span is None:
        return None
    page, (begin, end) = scene.page, span
    if not _leads(page, end - 1):
        return None
    for verb in range(end - 1, max(begin, end - _LONGEST_TAG) - 1, -1):
        strength = SURE if page.lower[verb] in page.language.leading else _speech(page, verb)
        if strength == SURE or (strength and page.words[end - 1] == ":"):
            return _subject_before(scene, begin, verb, strength)
    if page.words[end - 1] == ":":
        return _first_subject(scene, begin, end, 1)
    return None


def _subject_before(scene: Scene, begin: int, verb: int, strength: int) -> Clue | None:
    """The subject of a verb: beside it, or else the first of its clause."""
    page = scene.page
    first: Clue | None = None
    for at in range(verb - 1, begin - 1, -1):
        subject = _subject(scene, at)
        if subject is not None and page.lower[at] != "it":
            first = Clue(subject[0], subject[1], strength, at, verb + 1, subject[3])
            if all(page.lower[w].endswith(page.language.adverbs) for w in range(subject[2], verb)):
                return first
            if at > begin and page.lower[at - 1] in {"and", "but", "while", "when", "till"}:
                return first
        if first and page.words[at] == ";":
            return first
    return first


def _first_subject(scene: Scene, begin: int, end: int, verb: int) -> Clue | None:
    """The subject of a sentence, as far as its first words tell."""
    for at in range(begin, end):
        subject = _subject(scene, at)
        if subject is not None and scene.page.lower[at] != "it":
            return Clue(subject[0], subject[1], verb, at, end, subject[3])
    return None


def beat_after(scene: Scene) -> Clue | None:
    """What somebody does in the narration after it, in the same paragraph."""
    page = scene.page
    at = scene.quotation.runs[-1][1]
    if at >= len(page.words) or page.voice[at] >= 0 or page.block[at] != page.block[at - 1]:
        return None
    return _first_subject(scene, at, _sentence_end(page, at, _stretch(page, at)), 0)


def beat_between(scene: Scene) -> Clue | None:
    """What somebody does between two of its stretches."""
    if len(scene.quotation.runs) < 2:
        return None
    page = scene.page
    at = scene.quotation.runs[0][1]
    if page.voice[at] >= 0:
        return None
    return _first_subject(scene, at, _sentence_end(page, at, _stretch(page, at)), 0)


def beat_before(scene: Scene) -> Clue | None:
    """What somebody does in the sentence before it, in the same paragraph."""
    span = _before_range(scene)
    return _first_subject(scene, *span, 0) if span else None


def paragraph_opening(scene: Scene) -> Clue | None:
    """The first subject of its paragraph, before it."""
    page = scene.page
    begin = page.blocks[scene.quotation.first][0]
    end = scene.quotation.runs[0][0]
    if begin >= end or page.voice[begin] >= 0:
        return None
    return _first_subject(scene, begin, min(end, begin + 40), 0)


def sentence_above(scene: Scene) -> Clue | None:
    """The subject of the last sentence of the paragraph above, if that is narration."""
    page = scene.page
    end = page.blocks[scene.quotation.first][0]
    if end == 0 or end != scene.quotation.runs[0][0] or page.voice[end - 1] >= 0:
        return None
    begin = end - 1
    while begin > 0 and not page.opens[begin] and page.block[begin - 1] == page.block[end - 1]:
        begin -= 1
    return _first_subject(scene, begin, end, int(page.words[end - 1] == ":"))


RULES: tuple[tuple[str, Rule], ...] = (
    ("tag_between", tag_between),
    ("tag_after", tag_after),
    ("tag_before", tag_before),
    ("beat_between", beat_between),
    ("beat_after", beat_after),
    ("beat_before", beat_before),
    ("paragraph_opening", paragraph_opening),
    ("sentence_above", sentence_above),
)

TAGS = ("tag_between", "tag_after", "tag_before")
"""The rules whose clues are tags."""
