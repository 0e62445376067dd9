"""Names the two sides of an interview, whose speeches have labels such as "Q." and "A."."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.segmentation.speech_prefixes.label_parsing import Casing, classify_casing
from narrator.segmentation.speech_prefixes.names import capitalise_name
from narrator.segmentation.speech_prefixes.vocabulary import InterviewWords, load_vocabulary
from narrator.text.language_tags import primary_subtag
from narrator.text.words import LETTER, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from narrator.segmentation.speech_prefixes.label_parsing import Label

_MAX_INTRODUCTION_CHARACTERS = 4000
"""Characters before the first question in which the two persons are introduced."""
_CAPITALISED = rf"[A-ZÀ-ÞА-Я]{LETTER}*\.?(?:[-'’]{LETTER}+)*"
_NAME = re.compile(
    rf"(?<!\w){_CAPITALISED}(?:[ \t]+(?:de|da|van|von|der|di|la|le|al|bin))*"
    rf"(?:[ \t]+{_CAPITALISED})+"
)
"""A name of two words or more, such as "Ilse Brandt" and "J. R. van der Meer"."""
_INITIALS = re.compile(r"[^\W\d_a-zß-ÿ]{2,4}")
_EXAMINER = re.compile(r"(?:(?:[\w-]+[ -]){0,2}examination\s+)?by\s+(?P<name>\S.*)", re.IGNORECASE)
"""A line of a court's record that says who asks the questions below it: "BY MR. HOLT:"."""

_ROLE_NAME = re.compile(
    rf"[^()]+\((?P<name>{_CAPITALISED}(?:[ \t]+{_CAPITALISED}){{0,3}})\)[*_]*\s?:?[*_]*:?"
)
"""A role, and the name of its bearer: "Host (Tilda Marsh):"."""


@dataclass(frozen=True, slots=True)
class InterviewSides:
    """The names of the one who asks and the one who answers."""

    asker: str
    answerer: str


def name_interview_labels(
    labels: Sequence[Label], text: str, title: str, language: str
) -> list[Label]:
    """Return the labels; those of questions and answers have the name of a person, if it is known.

    Args:
        labels: the accepted labels, in text order.
        text: the text of the book, whose beginning introduces the persons.
        title: the title of the book.
        language: the BCP 47 tag of the book's language, for names such as "Interviewer".
    """
    vocabulary = load_vocabulary()
    labels = _name_initials(labels, text)
    asking_labels = {label.name for label in labels if _fold(label.name) in vocabulary.questions}
    answered = {label.name for label in labels if _fold(label.name) in vocabulary.answers}
    if not asking_labels or not answered:
        return list(labels)
    first = next(label for label in labels if label.name in asking_labels | answered)
    sides = find_interview_sides(text, first.start, title, language)
    names = dict.fromkeys(asking_labels, sides.asker) | dict.fromkeys(answered, sides.answerer)
    return list(_rename_labels(labels, names, asking_labels))


def name_roles(labels: Sequence[Label], text: str) -> list[Label]:
    """Return the labels; those with a role and a name in brackets have the name.

    "Host (Tilda Marsh):" is Tilda Marsh if other labels are "Tilda:" or "Marsh:".
    """
    counts = Counter(_fold(label.name) for label in labels)
    return [_name_role(label, text, counts) for label in labels]


def _name_role(label: Label, text: str, counts: Mapping[str, int]) -> Label:
    """Return a label, with the name in brackets if a word of it is one of the counted names."""
    match = _ROLE_NAME.fullmatch(text[label.start : label.speech_start].strip())
    name = " ".join(match["name"].split()) if match else ""
    if not any(word.strip(".") in counts for word in name.casefold().split()):
        return label
    return replace(label, name=name, name_end=label.speech_start, has_direction=False)


def find_interview_sides(text: str, start: int, title: str, language: str) -> InterviewSides:
    """Return the two persons of an interview, by the roles in its language if they are unnamed.

    Args:
        text: the text of the book.
        start: the offset of the first question; the text above it introduces the persons.
        title: the title of the book.
        language: the BCP 47 tag of the book's language, for names such as "Interviewer".
    """
    words = load_vocabulary().interview_words
    introduction = text[max(0, start - _MAX_INTRODUCTION_CHARACTERS) : start]
    lines = [title, *introduction.splitlines()]
    sides = _find_sides("\n".join(map(_lower_capitals, lines)), words)
    roles = words.roles.get(primary_subtag(language), words.roles["en"])
    return InterviewSides(sides.asker or roles[0], sides.answerer or roles[1])


def _name_initials(labels: Sequence[Label], text: str) -> Sequence[Label]:
    """Return the labels; initials have the full name, if the text above the first gives it.

    Two of them at least must stand for a name each, and none for two: "JA" is "Jane Addy".
    """
    initials = {label.name for label in labels if _INITIALS.fullmatch(label.name)}
    if len(initials) < 2:
        return labels
    first = next(label.start for label in labels if label.name in initials)
    introduction = text[max(0, first - _MAX_INTRODUCTION_CHARACTERS) : first]
    # a name may end its sentence
    names = {" ".join(match[0].split()).rstrip(".") for match in _NAME.finditer(introduction)}
    names_by_initial = {
        initial: [name for name in names if _abbreviate(name) == initial] for initial in initials
    }
    full_names = {initial: full[0] for initial, full in names_by_initial.items() if len(full) == 1}
    if len(full_names) < 2:
        return labels
    return [replace(label, name=full_names.get(label.name, label.name)) for label in labels]


def _abbreviate(name: str) -> str:
    """Return the initials of a name, without a title such as "Mrs."."""
    words = [word for word in name.split() if word[0].isupper()]
    while words and len(words[0]) > len("J.") and words[0].endswith("."):
        words.pop(0)
    return "".join(word[0] for word in words)


def _fold(name: str) -> str:
    """Return a label in lower case, without its full stop."""
    return name.casefold().strip(" .")


def _rename_labels(
    labels: Iterable[Label], names: Mapping[str, str], asking_labels: set[str]
) -> Iterator[Label]:
    """Yield the labels with their new names; a line such as "BY MR. HOLT:" names who asks."""
    examiner = ""
    for label in labels:
        match = _EXAMINER.fullmatch(label.name)
        if match:
            examiner = match["name"]
        name = (
            examiner
            if examiner and label.name in asking_labels
            else names.get(label.name, label.name)
        )
        yield replace(label, name=examiner if match else name)


def _find_sides(introduction: str, words: InterviewWords) -> InterviewSides:
    """Return the names of the two persons, as far as the introduction tells them apart.

    Whoever stands after a phrase such as "interview by", or before "spoke to", asks the questions.
    """
    names: Counter[str] = Counter()
    narrated_names: Counter[str] = Counter()
    askers: Counter[str] = Counter()
    answerers: Counter[str] = Counter()
    for match in _NAME.finditer(introduction):
        name = " ".join(match[0].split())
        if name.split()[0].casefold() in load_vocabulary().sentence_starters:
            continue  # "The Beekeeper"
        if _opens_phrase(name, introduction[match.end() :], words.phrases_before_answerer):
            continue  # "Six Questions for"
        names[name] += 1
        line_end = introduction.find("\n", match.end())
        line = introduction[: line_end if line_end >= 0 else None]
        narrated_names[name] += ends_sentence(line)  # titles and bylines have no full stop
        before = introduction[max(0, match.start() - 40) : match.start()].casefold().rstrip()
        after = introduction[match.end() : match.end() + 40].casefold().lstrip(" ,")
        # a court's record goes on in the next line: "HAROLD FINCH,", "having been sworn"
        words_after = introduction[match.end() : match.end() + 80].casefold().split()
        follows = " ".join(words_after).lstrip(" ,")
        if before.endswith(words.phrases_before_asker) or after.startswith(words.verbs_of_asker):
            askers[name] += 1
        elif before.endswith(words.phrases_before_answerer) or follows.startswith(
            words.phrases_after_answerer
        ):
            answerers[name] += 1
    asker = next(iter(askers), "")
    others = [name for name in names if name != asker]
    narrated_others = [name for name in others if narrated_names[name]]
    sole_names = next((group for group in (others, narrated_others) if len(group) == 1), [""])
    answerer = next(iter(answerers), "") or sole_names[0]
    return InterviewSides(asker, answerer)


def _opens_phrase(name: str, text_after: str, phrases: Iterable[str]) -> bool:
    """Return whether a name ends with the first word of a phrase that goes on after it."""
    last, after = name.rsplit(maxsplit=1)[-1].casefold(), text_after[:40].casefold().lstrip()
    pairs = (phrase.partition(" ") for phrase in phrases)
    return any(last == first and rest and after.startswith(rest) for first, _, rest in pairs)


def _lower_capitals(line: str) -> str:
    """Return a line in capitals as a title, and others as they are."""
    return capitalise_name(line) if classify_casing(line) is Casing.CAPITALS else line
