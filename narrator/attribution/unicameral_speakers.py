"""Finds the speakers whom reporting clauses name in scripts without capitals."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING

from narrator.attribution.tokens import get_quotation_key
from narrator.attribution.unicameral_clauses import ClauseReader, Subject, remove_vowel_marks
from narrator.model import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from narrator.languages.people_words import AttributionLanguage
    from narrator.languages.speaking_forms import SpeakingForms
    from narrator.model import Line

_STATED, _SHARED, _ACTING, _ALTERNATING = 0.9, 0.85, 0.7, 0.55
"""Confidence in who is named as the speaker, speaks in the same paragraph, acts in it, or is next.

Rules of thumb: no novels in these scripts are annotated.
"""
_RECENT_NAMES = 8
"""Number of names in the narration whose bearers a pronoun can mean."""
_SENTENCE_END = re.compile(r"(?<=[.。!！?？؟।])")
_OPEN_ENDS = (":", "：", ",", "、", "，", "،")
_COLONS = (":", "：")


@dataclass(frozen=True, slots=True)
class FoundSpeaker:
    """The speaker of a quotation."""

    name: str
    confidence: float
    """Probability that the speaker is right, 0 to 1."""
    reason: str


@dataclass(slots=True)
class _Passage:
    """A run of narration, or a part of a quotation, in one paragraph."""

    text: str
    quotation: int | None


@dataclass(slots=True)
class _Scene:
    """What is known about who is there, while the book is read."""

    genders: dict[str, str] = field(default_factory=dict)
    """The gender of each name, as nouns and verbs show it."""
    seen: list[str] = field(default_factory=list)
    """The names in the narration so far, in order."""
    paragraph_start: int = 0
    """Index in `seen` of the first name of the current paragraph."""
    speakers: list[str] = field(default_factory=list)
    """The speakers of the paragraphs before; empty where unknown, or where nobody speaks."""
    gender_votes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a pronoun of a gender stands for a name."""

    def find_last(self, gender: str | None) -> str:
        """Return the last person seen who may have a gender, or "".

        Whoever is known to have it comes first if seen lately, then somebody named in the
        paragraph; the last speaker, who has had a turn, is last.
        """
        genders = self.list_genders()
        recent = islice(self._list_seen(), _RECENT_NAMES)
        known = (name for name in recent if gender and genders.get(name) == gender)
        fitting = (
            name
            for name in chain(known, self._list_seen(), self.speakers[-1:])
            if name and gender in {None, genders.get(name, gender)}
        )
        return next(fitting, "")

    def _list_seen(self) -> Iterator[str]:
        """Yield the names seen, last first, without the last speaker before this paragraph."""
        last_speaker = next(iter(self.speakers[-1:]), "")
        for index in range(len(self.seen) - 1, -1, -1):
            if index >= self.paragraph_start or self.seen[index] != last_speaker:
                yield self.seen[index]

    def list_genders(self) -> dict[str, str]:
        """Return the genders of all persons for whom there is a sign."""
        voted = {name: gender for (name, gender), _ in reversed(self.gender_votes.most_common())}
        return voted | self.genders


def find_stated_speakers(
    lines: Iterable[Line], language: AttributionLanguage, forms: SpeakingForms
) -> tuple[dict[int, FoundSpeaker], Mapping[str, str]]:
    """Return the speakers of quotations by their keys, and the genders of persons by their names.

    Args:
        lines: all lines of the book, as returned by segmentation.
        language: the words for people.
        forms: the forms of reporting clauses.
    """
    paragraphs = list(_group_passages(lines))
    narration = [
        passage.text for passages in paragraphs for passage in passages if passage.quotation is None
    ]
    speech = [
        passage.text
        for passages in paragraphs
        for passage in passages
        if passage.quotation is not None
    ]
    reader = ClauseReader(language, forms, narration, speech)
    scene = _Scene(reader.list_genders())
    found: dict[int, FoundSpeaker] = {}
    introduction = ""
    for passages in paragraphs:
        found |= _read_paragraph(passages, reader, scene, introduction)
        last = passages[-1]
        introduces = last.quotation is None and last.text.endswith(_COLONS)
        introduction = _SENTENCE_END.split(last.text)[-1] if introduces else ""
    return found, scene.list_genders()


def find_age_in_name(name: str, language: AttributionLanguage) -> str | None:
    """Return the age that a noun in a name shows: `child`, `young`, `adult`, `old` or None."""
    words = name.split()
    return next((age for noun, age in language.age_words.items() if noun in words), None)


def _group_passages(lines: Iterable[Line]) -> Iterable[list[_Passage]]:
    """Yield the passages of each paragraph that is spoken."""
    numbered = (
        (line, get_quotation_key(line, index) if line.kind is LineKind.DIALOGUE else None)
        for index, line in enumerate(lines)
        if line.kind is not LineKind.HEADING
    )
    for _, group in groupby(numbered, lambda one: (one[0].chapter, one[0].paragraph)):
        passages: list[_Passage] = []
        for line, quotation in group:
            text = remove_vowel_marks(line.text.strip())
            if passages and passages[-1].quotation == quotation:
                passages[-1].text += f" {text}"
            else:
                passages.append(_Passage(text, quotation))
        yield passages


def _read_paragraph(
    passages: list[_Passage], reader: ClauseReader, scene: _Scene, introduction: str
) -> dict[int, FoundSpeaker]:
    """Return the speakers of the quotations of a paragraph."""
    stated: dict[int, FoundSpeaker] = {}
    unknown: set[int] = set()
    scene.paragraph_start = len(scene.seen)
    for index, passage in enumerate(passages):
        if passage.quotation is None:
            scene.seen += reader.list_names(passage.text)
            continue
        after = passages[index + 1].text if index + 1 < len(passages) else ""
        before = passages[index - 1].text if index else introduction
        tag = _find_tag(reader, before, after)
        name = _resolve(tag, scene) if tag else ""
        if tag and name:
            if tag[0].gender and tag[0].name:
                scene.genders.setdefault(name, tag[0].gender)
            elif tag[0].gender:
                scene.gender_votes[name, tag[0].gender] += 1
            stated[passage.quotation] = FoundSpeaker(
                name, _STATED, f"'{tag[1]}' beside the quotation"
            )
            scene.seen.append(name)
        elif tag:
            unknown.add(passage.quotation)
    is_open = any(passage.quotation in unknown for passage in passages)
    shared = {} if is_open else _share_speaker(passages, stated, reader, scene)
    found = stated | shared
    speakers = [speaker.name for speaker in found.values()]
    scene.speakers.append(speakers[-1] if speakers else "")
    return found


def _find_tag(reader: ClauseReader, before: str, after: str) -> tuple[Subject, str] | None:
    """Return the subject of the reporting clause of a quotation, and the clause, or None."""
    clause = _SENTENCE_END.split(after)[0].strip(" ,،、，")
    quotative = reader.forms.quotative
    is_tag = bool(quotative) and clause.startswith(quotative)
    clause = clause.removeprefix(quotative).lstrip("、 ") if is_tag else clause
    lead = _SENTENCE_END.split(before)[-1].strip()
    is_lead = lead.endswith(_OPEN_ENDS)
    if is_tag or (reader.has_verb(clause) and not clause.endswith(_COLONS)):
        subject = reader.read(clause)
        if subject.name or subject.gender or not is_lead:
            return subject, clause
    introduces = lead.endswith(_COLONS) or is_tag or reader.has_verb(lead)
    return (reader.read(lead), lead) if is_lead and introduces else None


def _resolve(tag: tuple[Subject, str], scene: _Scene) -> str:
    """Return the name of a subject; for a pronoun or none, of the last person whom it may mean."""
    subject, _ = tag
    if subject.is_unknown:
        return ""
    return subject.name or scene.find_last(subject.gender)


def _share_speaker(
    passages: list[_Passage],
    stated: Mapping[int, FoundSpeaker],
    reader: ClauseReader,
    scene: _Scene,
) -> dict[int, FoundSpeaker]:
    """Return the speakers of the quotations of a paragraph that no clause belongs to."""
    names = {speaker.name for speaker in stated.values()}
    acting = [
        name
        for passage in passages
        if passage.quotation is None
        for sentence in _SENTENCE_END.split(passage.text)
        if (name := reader.read(sentence).name)
    ]
    others = scene.speakers[-2:]
    if len(names) == 1:
        speaker = FoundSpeaker(names.pop(), _SHARED, "goes on speaking")
    elif acting and not names:
        speaker = FoundSpeaker(acting[-1], _ACTING, "acts in the paragraph")
    elif len(passages) == 1 and len(others) == 2 and all(others) and others[0] != others[1]:
        speaker = FoundSpeaker(others[0], _ALTERNATING, "alternates with the other speaker")
    else:
        return {}
    return {
        passage.quotation: speaker
        for passage in passages
        if passage.quotation is not None and passage.quotation not in stated
    }
