"""What the book shows of each name: whether it is a person, of which gender, how it is used."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.attribution.coreference.name_detection import Form, Name
    from narrator.attribution.language import Language
    from narrator.attribution.tokens import Page

BESIDE = 15
"""Tokens within which two names stand side by side."""
REACH = 18
"""Tokens after a name within which a pronoun may refer to it."""
_ADJECTIVES = 3
"""Words between an endearment and its name, at most: "my dear little modest Harriet"."""
_STOPS = frozenset(".!?;:—–")


@dataclass(slots=True)
class Evidence:
    """Counts over all places where a form of a name stands."""

    total: int = 0
    quoted: int = 0
    acts: int = 0
    """Followed by a verb in the past."""
    speaks: int = 0
    """Beside a verb of speech, next to a quotation."""
    called: int = 0
    """Addressed within a quotation."""
    placed: int = 0
    """After "in", "at", "to"."""
    articles: int = 0
    he: int = 0
    she: int = 0
    he_says: int = 0
    """Beside a verb of speech whose ending tells the gender."""
    she_says: int = 0


def is_verb(page: Page, at: int) -> bool:
    """Whether a token looks like a verb in the past, judged by itself."""
    low = page.lower[at]
    return (
        (low.endswith(page.language.endings) and len(low) > 3)
        or low in page.language.past
        or low in page.language.speech
    )


def collect(page: Page, names: Sequence[Name]) -> dict[Form, Evidence]:
    """The evidence for each form."""
    found: dict[Form, Evidence] = {}
    for index, name in enumerate(names):
        evidence = found.setdefault(name.form, Evidence())
        following = names[index + 1].start if index + 1 < len(names) else len(page.words)
        _count(page, name, evidence)
        if page.voice[name.start] < 0:
            _count_pronoun(page, name, following, evidence)
    return found


def _count(page: Page, name: Name, evidence: Evidence) -> None:
    language = page.language
    before = page.lower[name.start - 1] if name.start else ""
    evidence.total += 1
    if name.article and name.start > 1 and page.voice[name.start - 2] == page.voice[name.start]:
        evidence.speaks += page.lower[name.start - 2] in language.speech
    evidence.articles += name.article
    evidence.placed += before in language.place_prepositions
    if page.voice[name.start] >= 0:
        evidence.quoted += 1
        evidence.called += addressed(page, name.start, name.end)
        return
    if name.end < len(page.words) and page.block[name.end] == page.block[name.start]:
        evidence.acts += is_verb(page, name.end)
        evidence.speaks += page.lower[name.end] in language.speech
        _count_ending(page, name.end, evidence)
    evidence.speaks += before in language.speech
    if before in language.speech:
        _count_ending(page, name.start - 1, evidence)


def _count_ending(page: Page, verb: int, evidence: Evidence) -> None:
    """A verb's ending tells the gender of its subject, in some languages."""
    gendered = page.language.gendered
    if gendered and is_verb(page, verb):
        evidence.he_says += page.lower[verb].endswith(gendered["male"])
        evidence.she_says += page.lower[verb].endswith(gendered["female"])


def addressed(page: Page, start: int, end: int) -> bool:
    """Whether a name within a quotation calls the person spoken to: set off on both sides.

    A word of endearment may stand before the name, or after it: "my dear Lydia", "Alice dear".
    """
    voice, fond = page.voice[start], page.language.address["fond"]
    start, pitied = _with_adjectives(page, start)
    if pitied or not _set_off(page, start, voice):
        return False
    if end < len(page.words) and page.lower[end] in fond and page.voice[end] == voice:
        end += 1
    if end >= len(page.words) or page.voice[end] != voice:
        return True
    if page.words[end] == ",":
        return not _told_of(page, end)
    return page.words[end] in _STOPS or page.words[end].startswith("--")


def _with_adjectives(page: Page, start: int) -> tuple[int, bool]:
    """Where the adjectives before a name begin, if one is an endearment; and whether it is pity.

    "Poor Edward!" is said of him, "my poor Isabella" to her.
    """
    language, first = page.language, start
    for back in range(start - 1, max(-1, start - 2 - _ADJECTIVES), -1):
        low = page.lower[back]
        if page.voice[back] != page.voice[start] or not low[0].isalpha():
            break
        if low in language.endearments:
            first = back
    words = page.lower[first:start]
    return first, not language.pity.isdisjoint(words) and language.me.isdisjoint(words)


def _set_off(page: Page, start: int, voice: int) -> bool:
    """Whether nothing but an exclamation stands between a token and the stop before it."""
    if start == 0 or page.voice[start - 1] != voice:
        return True
    if page.lower[start - 1] in page.language.callers:
        start -= 1
        if start == 0 or page.voice[start - 1] != voice:
            return True
    before = page.words[start - 1]
    return before in _STOPS or before == "," or before.startswith("--")


def _told_of(page: Page, comma: int) -> bool:
    """Whether a comma after a name goes on about him: "Nancy, who", "Laura, and Ann"."""
    if comma + 2 >= len(page.words):
        return False
    after, then = page.lower[comma + 1], page.words[comma + 2]
    listed = after in page.language.joining and then[0].isupper() and then != "I"
    return listed or after in page.language.relatives


def _count_pronoun(page: Page, name: Name, following: int, evidence: Evidence) -> None:
    """The first pronoun of the third person after the name, before another name."""
    pronouns = page.language.pronouns
    stop = min(following, name.end + REACH, len(page.words))
    block = page.block[name.start]
    for at in range(name.end, stop):
        if page.block[at] != block:
            return
        gender = pronouns.get(page.lower[at]) if page.voice[at] < 0 else None
        if gender == "male":
            evidence.he += 1
            return
        if gender == "female":
            evidence.she += 1
            return


def told_places(page: Page, names: Sequence[Name]) -> dict[Form, list[int]]:
    """The tokens at which the narrator, not somebody speaking, uses each form."""
    places: dict[Form, list[int]] = defaultdict(list)
    for name in names:
        if page.voice[name.start] < 0:
            places[name.form].append(name.start)
    return places


def side_by_side(one: Sequence[int], other: Sequence[int]) -> int:
    """How many of the rarer form's places have the other form beside them.

    Two names of one person rarely stand within a few words of each other; father and son do.
    """
    few, many = sorted((one, other), key=len)
    count = 0
    for place in few:
        at = bisect_left(many, place - BESIDE)
        count += at < len(many) and many[at] <= place + BESIDE
    return count


def total(evidence: Iterable[Evidence]) -> Evidence:
    """The sum."""
    result = Evidence()
    for item in evidence:
        for field in Evidence.__slots__:
            setattr(result, field, getattr(result, field) + getattr(item, field))
    return result


def is_person(form: Form, evidence: Evidence, language: Language) -> bool:
    """Whether a form names a person, or at least somebody who acts like one."""
    if form.title:
        return True
    if form.words[-1] in language.places and not evidence.speaks:
        return False
    if form.words[0] in language.given:
        return True
    alive = evidence.speaks * 3 + evidence.called * 2 + evidence.acts
    if evidence.placed > max(2, 0.3 * evidence.total) and evidence.speaks < 2:
        return False
    return alive >= 2 and alive >= 0.06 * evidence.total
