"""Tells speech from whatever else is quoted: titles, mentions, inscriptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from narrator.segmentation.languages import Language
    from narrator.segmentation.marks import Style

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKS = "“”„‟\"«»‹›‚‘’'`「」『』_* \t\r\n\u00a0\u202f"
_STOPS = (".", "!", "?", "…", "—", "–", "-", "。", "！", "？")
_SENTENCE_BEFORE = re.compile(r"[.!?…。！？:][\"”’'»)\]_*]*\s*[—–-]*\s*\Z")
_SHORT = 5


@dataclass(frozen=True)
class Quoted:
    """A quotation in its paragraph."""

    text: str
    """The book's."""
    first: int
    """Where the paragraph starts."""
    last: int
    """Where the paragraph ends."""
    start: int
    """Where the quotation starts, its mark included."""
    end: int
    sign: str
    closed: bool
    language: Language
    style: Style

    @cached_property
    def inner(self) -> str:
        """The words, without the marks."""
        return self.text[self.start : self.end].strip(_MARKS)

    @cached_property
    def words(self) -> list[str]:
        """The words."""
        return _WORD.findall(self.inner)

    @cached_property
    def before(self) -> str:
        """What stands before it in the paragraph, its last 120 characters."""
        return self.text[max(self.first, self.start - 120) : self.start]

    @cached_property
    def after(self) -> str:
        """What stands after it in the paragraph, its first 120 characters."""
        return self.text[self.end : min(self.last, self.end + 120)]

    @cached_property
    def opens_paragraph(self) -> bool:
        """Whether nothing is said before it in the paragraph."""
        return not self.text[self.first : self.start].strip(_MARKS + "—–-")

    @cached_property
    def stopped(self) -> bool:
        """Whether its words end in a mark that ends a sentence."""
        return self.inner.endswith(_STOPS)

    @cached_property
    def led_in(self) -> str:
        """The words before it since the last sentence's end, in lower case."""
        return re.split(r"[.!?…]\s", self.before)[-1].casefold()

    @cached_property
    def verb_before(self) -> bool:
        """Whether a verb of speech leads to it."""
        words = _WORD.findall(self.led_in)[-12:]
        known = self.language.speech | self.language.thought
        return bool(known.intersection(words))

    @cached_property
    def reported(self) -> bool:
        """Whether a reporting clause follows."""
        return clause(self.language).match(self.after) is not None


Rule: TypeAlias = Callable[[Quoted], bool | None]
"""Whether somebody says what is quoted, or none where the rule does not know."""


def is_speech(quoted: Quoted) -> bool:
    """Whether somebody says what is quoted; the first rule that knows decides."""
    for rule in RULES:
        known = rule(quoted)
        if known is not None:
            return known
    return True


def _without_words(quoted: Quoted) -> bool | None:
    return None if quoted.words else False


def _reported(quoted: Quoted) -> bool | None:
    """Followed by "said she": speech, unless it is a bare word in mid-sentence."""
    if not quoted.reported:
        return None
    bare = not quoted.stopped and not quoted.inner.endswith(",") and quoted.after[:1] != ","
    return None if bare and not quoted.opens_paragraph else True


def _inscription(quoted: Quoted) -> bool | None:
    """A sign that says "Wet paint"."""
    words = _WORD.findall(quoted.led_in)[-6:]
    return False if quoted.language.inscriptions.intersection(words[-4:]) else None


def _opening(quoted: Quoted) -> bool | None:
    """At the start of a paragraph it is speech, unless the sentence goes on over it."""
    if not quoted.opens_paragraph:
        return None
    if quoted.stopped or len(quoted.words) > _SHORT or quoted.inner.endswith(","):
        return True
    following = quoted.after.lstrip(_MARKS)
    return not following[:1].islower()


def _mentioned(quoted: Quoted) -> bool | None:
    """The word "sorry"; a book called "The Salt Road"."""
    words = _WORD.findall(quoted.led_in)[-2:]
    direct = quoted.before.rstrip()[-1:].isalnum()
    if not direct or (quoted.stopped and quoted.inner[-1] in "!?"):
        return None
    return False if words and words[-1] in quoted.language.mentions else None


def _led_in(quoted: Quoted) -> bool | None:
    """After a colon or a comma with a verb of speech."""
    tail = quoted.before.rstrip()[-1:]
    if tail in (":", "："):
        return True if quoted.inner[:1].isupper() or quoted.stopped or quoted.verb_before else None
    if tail in (",", "，", "—", "–"):
        return True if quoted.verb_before or quoted.stopped else None
    return None


def _sentence(quoted: Quoted) -> bool | None:
    """A whole sentence that follows one."""
    if not _SENTENCE_BEFORE.search(quoted.before):
        return None
    if quoted.stopped or quoted.inner.endswith(",") or len(quoted.words) > _SHORT:
        return True
    return not quoted.after.lstrip(_MARKS)[:1].islower()


def _verb(quoted: Quoted) -> bool | None:
    """She said "yes"."""
    words = _WORD.findall(quoted.led_in)[-1:]
    return True if words and words[0] in quoted.language.speech else None


def _long(quoted: Quoted) -> bool | None:
    """Within a sentence, only something long or exclaimed is said by somebody."""
    if quoted.stopped and quoted.inner[-1] in "!?":
        return True
    return len(quoted.words) > 2 * _SHORT


RULES: tuple[Rule, ...] = (
    _without_words,
    _inscription,
    _reported,
    _mentioned,
    _opening,
    _led_in,
    _sentence,
    _verb,
    _long,
)
"""In the order in which they are asked."""


@cache
def clause(language: Language) -> re.Pattern[str]:
    """A reporting clause that follows a quotation: "said the old man", "she asked"."""
    verbs = _any(language.speech | language.thought)
    subject = rf"(?:{_any(language.pronouns)}|{_name()}|{_described(language)})"
    adverb = r"(?:[^\W_]+ly\s+|had\s+|then\s+|also\s+|only\s+)?"
    return re.compile(
        rf"[\s,.—–_*-]*(?:(?:and|then|et|y|und|и)\s+)?"
        rf"(?:(?:{verbs})\b|{subject}\s+{adverb}(?:{verbs})\b)",
        re.UNICODE,
    )


def _any(words: frozenset[str]) -> str:
    both = sorted({*words, *(word.capitalize() for word in words)}, key=len, reverse=True)
    return "|".join(map(re.escape, both)) or r"(?!)"


def _name() -> str:
    return r"[^\W\d_a-zа-я]\S{0,20}(?:\s+(?:[^\W\d_a-zа-я]\S{0,20}|de|von|van|der))*"


def _described(language: Language) -> str:
    return rf"(?:{_any(language.determiners)})\s+(?:[\w’'-]+\s+){{0,3}}?[\w’'-]+"
