"""Distinguishes speech from other quoted text, such as titles, mentioned words and inscriptions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from narrator.languages.speaking_forms import compile_speech_verb, load_speaking_forms
from narrator.segmentation.reporting_clauses import (
    compile_clause,
    compile_unlisted_clause,
    compile_writing_clause,
)
from narrator.text.quotes import (
    CLOSING_MARKS,
    DASHES,
    HYPHEN,
    MARKS_AFTER_SENTENCE,
    SURROUNDING_CHARACTERS,
    character_class,
)
from narrator.text.words import (
    ALL_SENTENCE_ENDS,
    ALL_SENTENCE_ENDS_CLASS,
    HYPHENATED_WORD_PATTERN,
    SENTENCE_END_CLASS,
)

if TYPE_CHECKING:
    from narrator.segmentation.quotations import Quotation, QuotedParagraph
    from narrator.segmentation.text_view import TextView

_DASH_CHARACTERS = tuple(DASHES + HYPHEN)
_FINAL_MARKS = (*ALL_SENTENCE_ENDS, *_DASH_CHARACTERS)
"""Marks other than a comma that speech may end with."""
_END_OF_SENTENCE = re.compile(
    rf"{ALL_SENTENCE_ENDS_CLASS}{character_class(MARKS_AFTER_SENTENCE)}*"
    rf"\s*{character_class(DASHES, HYPHEN)}*\s*\Z"
)
_SENTENCE_BREAK = re.compile(rf"{SENTENCE_END_CLASS}{character_class(CLOSING_MARKS, ')')}*\s")
_CLAUSE_END = re.compile(r"[.!?…]")
_PICTOGRAPH = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]")
_MAX_SHORT_WORDS = 5
"""Most words of a short quotation."""
_CONTEXT_CHARACTERS = 160
"""Characters examined before and after a quotation."""
_CONTEXT_WORDS = 12
"""Words examined before a quotation."""


@dataclass(frozen=True)
class SpeechCandidate:
    """A quotation that may be speech, with its paragraph and context."""

    view: TextView
    paragraph: QuotedParagraph
    quotation: Quotation
    has_speech_before: bool = False
    """Whether a character speaks earlier in the paragraph."""

    @cached_property
    def quoted_text(self) -> str:
        """Return the quoted text without its marks."""
        text = self.view.text[self.quotation.start : self.quotation.end]
        return text.strip(SURROUNDING_CHARACTERS)

    @cached_property
    def quoted_words(self) -> list[str]:
        """Return the words of the quotation."""
        return HYPHENATED_WORD_PATTERN.findall(self.quoted_text)

    @cached_property
    def text_before(self) -> str:
        """Return the text before the quotation in its paragraph, at most 160 characters."""
        start = self.quotation.start
        return self.view.text[max(self.paragraph.start, start - _CONTEXT_CHARACTERS) : start]

    @cached_property
    def text_after(self) -> str:
        """Return the text after the quotation in its paragraph, at most 160 characters."""
        end = self.quotation.end
        return self.view.text[end : min(self.paragraph.end, end + _CONTEXT_CHARACTERS)]

    @cached_property
    def interruption(self) -> str:
        """Return the text since the quotation before it, if that is speech of the same sentence.

        It is empty after a quotation that ends a sentence, and if there is none.
        """
        quotations = self.paragraph.quotations
        index = bisect_right(quotations, self.quotation.start, key=lambda q: q.end) - 1
        if index < 0 or not self.has_speech_before:
            return ""
        previous = quotations[index]
        last = self.view.text[previous.start : previous.end].rstrip(SURROUNDING_CHARACTERS)
        text = self.view.text[previous.end : self.quotation.start].strip(" \t\r\n*_")
        return "" if last.endswith(tuple(ALL_SENTENCE_ENDS)) and text.endswith(",") else text

    @cached_property
    def opens_paragraph(self) -> bool:
        """Return whether the quotation comes first in its paragraph, with no words before it."""
        return not self.text_before.strip(SURROUNDING_CHARACTERS + "".join(_DASH_CHARACTERS))

    @cached_property
    def has_final_mark(self) -> bool:
        """Return whether the quotation ends in an end mark, or in a dash that breaks it off."""
        return self.quoted_text.endswith(_FINAL_MARKS)

    @cached_property
    def is_exclaimed(self) -> bool:
        """Return whether the quotation ends in a question mark or an exclamation mark."""
        return self.quoted_text.endswith(("!", "?", "！", "？"))

    @cached_property
    def sentence_continues(self) -> bool:
        """Return whether the text after the quotation continues in lower case."""
        return self.text_after.lstrip(SURROUNDING_CHARACTERS)[:1].islower()

    @cached_property
    def lead_words(self) -> list[str]:
        """Return the words between the start of the sentence and the quotation, in lower case."""
        last_sentence = _SENTENCE_BREAK.split(self.text_before)[-1]
        return HYPHENATED_WORD_PATTERN.findall(last_sentence.casefold())

    @cached_property
    def follows_word(self) -> bool:
        """Return whether a word comes right before the quotation, without punctuation between."""
        return self.text_before.rstrip()[-1:].isalnum()

    @cached_property
    def follows_speech_verb(self) -> bool:
        """Return whether the last 12 of `lead_words` include a verb of speech or thought."""
        language = self.view.language
        verbs = language.speech_verbs | language.thought_verbs
        return bool(verbs.intersection(self.lead_words[-_CONTEXT_WORDS:]))


SpeechRule: TypeAlias = Callable[[SpeechCandidate], bool | None]
"""A function that returns whether a quotation is speech, or `None` if it does not apply."""


def is_speech(candidate: SpeechCandidate) -> bool:
    """Return whether a character speaks the quotation, by the first rule that applies.

    A thought in quotation marks counts as speech, because the character's voice reads it.
    """
    for rule in SPEECH_RULES:
        verdict = rule(candidate)
        if verdict is not None:
            return verdict
    return True


def _has_no_words(candidate: SpeechCandidate) -> bool | None:
    """Return false for a quotation without words."""
    return None if candidate.quoted_words else False


def _is_thought(candidate: SpeechCandidate) -> bool | None:
    """Return false for a thought where dashes open speech, unless a verb of speech is beside it."""
    if not candidate.view.style.quotes_thoughts:
        return None
    clause = HYPHENATED_WORD_PATTERN.findall(_CLAUSE_END.split(candidate.text_after)[0].casefold())
    words = [*candidate.lead_words[-_CONTEXT_WORDS:], *clause[:_CONTEXT_WORDS]]
    language = candidate.view.language
    if not language.speech_verbs.isdisjoint(words):
        return None
    is_led_in = candidate.text_before.rstrip().endswith(":")
    return None if is_led_in and language.thought_verbs.isdisjoint(words) else False


def _is_written(candidate: SpeechCandidate) -> bool | None:
    """Return false before a clause such as "wrote Miss Catharine".

    A dash between them shows that the clause interrupts the speech instead.
    """
    pattern = compile_writing_clause(candidate.view.language)
    dashes = (*DASHES, "--")
    if candidate.quoted_text.endswith(dashes) or candidate.text_after.lstrip().startswith(dashes):
        return None
    if candidate.quoted_text.endswith(".") or not pattern.match(candidate.text_after):
        return None
    return False


def _is_message(candidate: SpeechCandidate) -> bool | None:
    """Return true for text with pictographs: the characters exchange written messages."""
    has_pictograph = _PICTOGRAPH.search(candidate.quoted_text)
    return True if has_pictograph and not candidate.follows_word else None


def _is_resumed(candidate: SpeechCandidate) -> bool | None:
    """Return true if the character resumes a broken sentence.

    A dash follows the opening mark, or the text since the speech before is set off by dashes,
    brackets, or commas within one sentence: "And"—she held up the letter—"it is late".
    """
    first_index = candidate.quotation.start + 1
    if candidate.view.text[first_index : first_index + 1] in _DASH_CHARACTERS:
        return True
    interruption = candidate.interruption
    if not interruption:
        return None
    is_set_off = interruption[0] + interruption[-1] == "()" or (
        interruption[0] in _DASH_CHARACTERS and interruption[-1] in _DASH_CHARACTERS
    )
    has_capital = candidate.quoted_text[:1].lower() != candidate.quoted_text[:1]
    goes_on = candidate.quoted_text[:1].islower() or (
        candidate.quoted_text[:1].isalpha() and not has_capital
    )
    is_within_sentence = interruption.endswith((",", "،", "，")) and goes_on
    return True if is_set_off or is_within_sentence else None


def _is_inscription(candidate: SpeechCandidate) -> bool | None:
    """Return false for words on an object, such as a sign that says "Wet paint", or in a letter."""
    language = candidate.view.language
    lead_words = candidate.lead_words[-_CONTEXT_WORDS:]
    noun_index = _find_last_index(lead_words, language.inscription_nouns | language.document_nouns)
    verb_index = _find_last_index(lead_words, language.speech_verbs)
    # Something is written or engraved right before the quotation.
    if verb_index < 0 and _find_last_index(lead_words[-4:], language.writing_verbs) >= 0:
        return False
    # The noun is the subject of the sentence: "The headline read".
    is_subject = (
        noun_index in (1, 2)
        and lead_words[0] in language.determiners
        and len(candidate.lead_words) <= _CONTEXT_WORDS
    )
    if is_subject and 0 < verb_index - noun_index <= 6:
        return False
    is_near = len(lead_words) - noun_index <= 4 or candidate.text_before.rstrip().endswith(":")
    return False if noun_index >= 0 and verb_index < 0 and is_near else None


def _is_reported(candidate: SpeechCandidate) -> bool | None:
    """Return true before a clause such as "said she".

    The rule does not apply within a sentence if there is no punctuation before the clause. At the
    beginning of a paragraph, the verb may be any verb of narration: "«Eccellenza» cominciò lui".
    """
    language = candidate.view.language
    unlisted = compile_unlisted_clause(language) if candidate.opens_paragraph else None
    if not compile_clause(language).match(candidate.text_after) and not (
        unlisted and unlisted.match(candidate.text_after)
    ):
        return None
    is_bare = (
        not candidate.view.language.omits_clause_commas
        and not candidate.has_final_mark
        and not candidate.quoted_text.endswith(",")
        and candidate.text_after[:1] != ","
    )
    return None if is_bare and not candidate.opens_paragraph else True


def _has_speaking_form(candidate: SpeechCandidate) -> bool | None:
    """Return true beside a reporting clause of a script without capitals.

    A colon and a verb of speech lead to the quotation, or "「…」と" goes on to such a verb.
    """
    forms = load_speaking_forms(candidate.view.language.tag)
    if not forms:
        return None
    verb = compile_speech_verb(forms)
    lead = _CLAUSE_END.split(candidate.text_before)[-1].rstrip()
    clause = re.split(ALL_SENTENCE_ENDS_CLASS, candidate.text_after)[0]
    has_clause = bool(forms.quotative) and clause.startswith(forms.quotative)
    is_led_in = lead.endswith((":", "：")) and verb.search(lead)
    return True if is_led_in or (has_clause and verb.search(clause)) else None


def _is_indirect_speech(candidate: SpeechCandidate) -> bool | None:
    """Return false for reported speech, in the third person and past tense: "she had set out"."""
    language = candidate.view.language
    # "He'd" counts as "he".
    words = [word.casefold().split("'")[0].split("’")[0] for word in candidate.quoted_words]
    if (
        candidate.opens_paragraph
        or candidate.has_speech_before
        or language.speaker_pronouns.intersection(words)
    ):
        return None
    third_person_count, past_count = (
        sum(word in word_set for word in words)
        for word_set in (language.third_person_pronouns, language.past_verbs)
    )
    is_long = len(words) > 2 * _MAX_SHORT_WORDS
    return False if third_person_count and past_count > 1 and is_long else None


def _is_mentioned(candidate: SpeechCandidate) -> bool | None:
    """Return false for a mentioned word or name: the word "sorry", a book called "Salt"."""
    if not candidate.follows_word or candidate.is_exclaimed:
        return None
    last_word = candidate.lead_words[-1:]
    return False if candidate.view.language.mention_words.intersection(last_word) else None


def _is_title(candidate: SpeechCandidate) -> bool | None:
    """Return false for a title: they sang "The Lark in the Rain" and went home."""
    # Titles do not capitalise short words: "The Lark in the Rain".
    long_words = [word for word in candidate.quoted_words if len(word) > 3]
    is_capitalised = len(long_words) > 1 and all(word[0].isupper() for word in long_words)
    if (
        not (is_capitalised and candidate.follows_word and len(candidate.quoted_words) > 2)
        or candidate.quoted_text.isupper()
    ):
        return None
    return None if candidate.has_final_mark else False


def _is_at_paragraph_start(candidate: SpeechCandidate) -> bool | None:
    """Return true at the start of a paragraph, unless a short quotation only opens a sentence."""
    if not candidate.opens_paragraph:
        return None
    is_long = len(candidate.quoted_words) > _MAX_SHORT_WORDS
    if candidate.has_final_mark or is_long or candidate.quoted_text.endswith(","):
        return True
    return not candidate.sentence_continues


def _is_led_in(candidate: SpeechCandidate) -> bool | None:
    """Return true if a colon leads to it, or a comma or dash after a verb of speech."""
    last_character = candidate.text_before.rstrip()[-1:]
    if last_character in (":", "："):
        is_led_in = (
            candidate.quoted_text[:1].isupper()
            or candidate.has_final_mark
            or candidate.follows_speech_verb
        )
        return True if is_led_in else None
    if last_character in (",", "，", ";", *_DASH_CHARACTERS):
        return True if candidate.follows_speech_verb or candidate.has_final_mark else None
    return None


def _is_whole_sentence(candidate: SpeechCandidate) -> bool | None:
    """Return true for a whole sentence right after another sentence."""
    if not _END_OF_SENTENCE.search(candidate.text_before):
        return None
    is_long = len(candidate.quoted_words) > _MAX_SHORT_WORDS
    if candidate.has_final_mark or candidate.quoted_text.endswith(",") or is_long:
        return True
    return not candidate.sentence_continues


def _follows_verb(candidate: SpeechCandidate) -> bool | None:
    """Return true right after a verb of speech: she said "yes"."""
    last_word = candidate.lead_words[-1:]
    return True if candidate.view.language.speech_verbs.intersection(last_word) else None


def _is_long(candidate: SpeechCandidate) -> bool | None:
    """Return whether a quotation within a sentence is long or exclaimed, as speech would be."""
    return candidate.is_exclaimed or len(candidate.quoted_words) > 2 * _MAX_SHORT_WORDS


def _find_last_index(words: list[str], word_set: frozenset[str]) -> int:
    """Return the index of the last word that belongs to a set, or -1."""
    return max((index for index, word in enumerate(words) if word in word_set), default=-1)


SPEECH_RULES: tuple[SpeechRule, ...] = (
    _has_no_words,
    _is_thought,
    _is_message,
    _is_resumed,
    _is_written,
    _is_inscription,
    _is_reported,
    _has_speaking_form,
    _is_indirect_speech,
    _is_mentioned,
    _is_title,
    _is_at_paragraph_start,
    _is_led_in,
    _is_whole_sentence,
    _follows_verb,
    _is_long,
)
"""The rules in order; the first that applies decides."""
