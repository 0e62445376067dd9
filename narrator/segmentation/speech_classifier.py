"""Tells speech from whatever else is quoted: titles, mentions, inscriptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from narrator.segmentation.reporting_clauses import compile_clause, compile_writing_clause

if TYPE_CHECKING:
    from narrator.segmentation.quotations import Quotation, QuotedParagraph
    from narrator.segmentation.text_view import TextView

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKS = "“”„‟\"«»‹›‚‘’'`「」『』_* \t\r\n\u00a0\u202f"
_STOPS = (".", "!", "?", "…", "—", "–", "-", "。", "！", "？")
_SENTENCE_BEFORE = re.compile(r"[.!?…。！？][\"”’'»)\]_*]*\s*[—–-]*\s*\Z")
_SENTENCES = re.compile(r"[.!?…][\"”’'»)]*\s")
_PICTOGRAPH = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]")
_SHORT = 5
_NEAR = 160
_NEAR_WORDS = 12


@dataclass(frozen=True)
class SpeechCandidate:
    """A quotation in its paragraph."""

    page: TextView
    block: QuotedParagraph
    quotation: Quotation
    spoken_before: bool = False
    """Whether somebody speaks before it in the paragraph."""

    @cached_property
    def inner(self) -> str:
        """The words, without the marks."""
        return self.page.text[self.quotation.start : self.quotation.end].strip(_MARKS)

    @cached_property
    def words(self) -> list[str]:
        """The words."""
        return _WORD.findall(self.inner)

    @cached_property
    def before(self) -> str:
        """What stands before it in the paragraph, its last 160 characters."""
        at = self.quotation.start
        return self.page.text[max(self.block.first, at - _NEAR) : at]

    @cached_property
    def after(self) -> str:
        """What stands after it in the paragraph, its first 160 characters."""
        at = self.quotation.end
        return self.page.text[at : min(self.block.end, at + _NEAR)]

    @cached_property
    def opens_paragraph(self) -> bool:
        """Whether nothing is said before it in the paragraph."""
        return not self.before.strip(_MARKS + "—–-")

    @cached_property
    def stopped(self) -> bool:
        """Whether its words end in a mark that ends a sentence."""
        return self.inner.endswith(_STOPS)

    @cached_property
    def exclaimed(self) -> bool:
        """Whether its words end in a question or an exclamation mark."""
        return self.inner.endswith(("!", "?", "！", "？"))

    @cached_property
    def goes_over(self) -> bool:
        """Whether the sentence around it goes on after it in lower case."""
        return self.after.lstrip(_MARKS)[:1].islower()

    @cached_property
    def lead(self) -> list[str]:
        """The words before it since the last sentence's end, in lower case."""
        return _WORD.findall(_SENTENCES.split(self.before)[-1].casefold())

    @cached_property
    def direct(self) -> bool:
        """Whether the word before it touches it, without a mark between."""
        return self.before.rstrip()[-1:].isalnum()

    @cached_property
    def verb_before(self) -> bool:
        """Whether a verb of speech leads to it."""
        language = self.page.language
        return bool((language.speech_verbs | language.thought_verbs).intersection(self.lead[-12:]))


SpeechRule: TypeAlias = Callable[[SpeechCandidate], bool | None]
"""Whether somebody says what is quoted, or none where the rule does not know."""


def is_speech(quoted: SpeechCandidate) -> bool:
    """Whether somebody says what is quoted; the first rule that knows decides.

    A thought in quotation marks counts as speech, as who thinks it is the one to be heard.
    """
    for rule in SPEECH_RULES:
        known = rule(quoted)
        if known is not None:
            return known
    return True


def _without_words(quoted: SpeechCandidate) -> bool | None:
    return None if quoted.words else False


def _written(quoted: SpeechCandidate) -> bool | None:
    """Followed by "wrote Miss Catharine"."""
    if quoted.inner.endswith(".") or not compile_writing_clause(quoted.page.language).match(
        quoted.after
    ):
        return None
    return False


def _message(quoted: SpeechCandidate) -> bool | None:
    """Pictographs stand in what people say to each other in writing."""
    return True if _PICTOGRAPH.search(quoted.inner) and not quoted.direct else None


def _resumed(quoted: SpeechCandidate) -> bool | None:
    """A dash within the marks goes on where a quotation broke off."""
    at = quoted.quotation.start + 1
    return True if quoted.page.text[at : at + 1] in ("—", "–", "-") else None


def _inscription(quoted: SpeechCandidate) -> bool | None:
    """A sign that says "Wet paint"; a letter with these words."""
    language = quoted.page.language
    lead = quoted.lead[-_NEAR_WORDS:]
    named = _last(lead, language.inscription_nouns | language.document_nouns)
    spoke = _last(lead, language.speech_verbs)
    if spoke < 0 and _last(lead[-4:], language.writing_verbs) >= 0:
        return False
    subject = (
        named in (1, 2) and lead[0] in language.determiners and len(quoted.lead) <= _NEAR_WORDS
    )
    if subject and 0 < spoke - named <= 6:
        return False
    ends = len(lead) - named <= 4 or quoted.before.rstrip().endswith(":")
    return False if named >= 0 and spoke < 0 and ends else None


def _reported(quoted: SpeechCandidate) -> bool | None:
    """Followed by "said she": speech, unless it is a bare word in mid-sentence."""
    if not compile_clause(quoted.page.language).match(quoted.after):
        return None
    bare = not quoted.stopped and not quoted.inner.endswith(",") and quoted.after[:1] != ","
    return None if bare and not quoted.opens_paragraph else True


def _told(quoted: SpeechCandidate) -> bool | None:
    """Speech told in the third person and the past: "she had set out half an hour ago"."""
    language = quoted.page.language
    words = [word.casefold().split("'")[0].split("’")[0] for word in quoted.words]
    if (
        quoted.opens_paragraph
        or quoted.spoken_before
        or language.speaker_pronouns.intersection(words)
    ):
        return None
    others, past = (
        sum(word in known for word in words)
        for known in (language.third_person_pronouns, language.past_verbs)
    )
    return False if others and past > 1 and len(words) > 2 * _SHORT else None


def _mentioned(quoted: SpeechCandidate) -> bool | None:
    """The word "sorry"; a book called "The Salt Road"."""
    if not quoted.direct or quoted.exclaimed:
        return None
    return False if quoted.page.language.mention_words.intersection(quoted.lead[-1:]) else None


def _titled(quoted: SpeechCandidate) -> bool | None:
    """They sang "The Lark in the Rain" and went home."""
    long = [word for word in quoted.words if len(word) > 3]
    capital = len(long) > 1 and all(word[0].isupper() for word in long)
    if not (capital and quoted.direct and len(quoted.words) > 2) or quoted.inner.isupper():
        return None
    return None if quoted.stopped else False


def _opening(quoted: SpeechCandidate) -> bool | None:
    """At the start of a paragraph it is speech, unless the sentence goes on over it."""
    if not quoted.opens_paragraph:
        return None
    if quoted.stopped or len(quoted.words) > _SHORT or quoted.inner.endswith(","):
        return True
    return not quoted.goes_over


def _led_in(quoted: SpeechCandidate) -> bool | None:
    """After a colon or a comma with a verb of speech."""
    tail = quoted.before.rstrip()[-1:]
    if tail in (":", "："):
        return True if quoted.inner[:1].isupper() or quoted.stopped or quoted.verb_before else None
    if tail in (",", "，", "—", "–", "-", ";"):
        return True if quoted.verb_before or quoted.stopped else None
    return None


def _sentence(quoted: SpeechCandidate) -> bool | None:
    """A whole sentence that follows one."""
    if not _SENTENCE_BEFORE.search(quoted.before):
        return None
    if quoted.stopped or quoted.inner.endswith(",") or len(quoted.words) > _SHORT:
        return True
    return not quoted.goes_over


def _verb(quoted: SpeechCandidate) -> bool | None:
    """She said "yes"."""
    return True if quoted.page.language.speech_verbs.intersection(quoted.lead[-1:]) else None


def _long(quoted: SpeechCandidate) -> bool | None:
    """Within a sentence, only something long or exclaimed is said by somebody."""
    return quoted.exclaimed or len(quoted.words) > 2 * _SHORT


def _last(words: list[str], known: frozenset[str]) -> int:
    return max((at for at, word in enumerate(words) if word in known), default=-1)


SPEECH_RULES: tuple[SpeechRule, ...] = (
    _without_words,
    _message,
    _resumed,
    _written,
    _inscription,
    _reported,
    _told,
    _mentioned,
    _titled,
    _opening,
    _led_in,
    _sentence,
    _verb,
    _long,
)
"""In the order in which they are asked."""
