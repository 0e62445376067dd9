"""Separates speech from narration in paragraphs of dialogue that open with a dash."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.segmentation.reporting_clauses import (
    build_unlisted_clause_expression,
    find_inline_clause,
    find_sentence_end,
    is_narrative,
)
from narrator.text.quotes import (
    CLOSING_MARKS,
    DASHES,
    DOUBLE_MARKS,
    HYPHEN,
    USUAL_OPENING_MARKS,
    character_class,
    class_members,
)
from narrator.text.words import LETTER, LETTER_OR_DIGIT, SENTENCE_ENDS

if TYPE_CHECKING:
    from narrator.languages import Language

_DASH = character_class(DASHES)
_DASH_OR_HYPHEN = character_class(DASHES, HYPHEN)
_OPENING_DASHES = re.compile(rf"{_DASH_OR_HYPHEN}+\s*")
_PAIRED_DASH = re.compile(rf"(?<=\s){_DASH}(?=[^\W_¿¡])|{_DASH}(?=[\s.,;:!?…]|\Z)")
"""A dash as Spanish sets it: next to the narrator's words, without a space between."""
_SPACED_DASH = re.compile(rf"(?<=\S)\s+(?:{_DASH_OR_HYPHEN}\s+(?=\S)|{_DASH}(?=[,;:]\s))")
"""A dash with space on both sides, or before a comma, as in Portuguese."""
_INNER_OPENING = re.compile(
    rf"(?<=[{class_members(SENTENCE_ENDS, CLOSING_MARKS, ':')}])\s+"
    rf"(?P<dash>{_DASH}+)\s?(?=[¿¡{class_members(USUAL_OPENING_MARKS)}]?{LETTER})"
)
"""A dash after a sentence or a colon within a paragraph, which may open speech."""
_MAX_CLAUSE_WORDS = 4
"""Words after speech of which one must be a verb of speech."""
_MAX_SUBJECT_WORDS = 5
"""The same where the subject comes first: "– Đi – người thợ rèn đáp"."""
_MAX_LATE_VERB_WORDS = 12
"""Words after a question or exclamation and a dash of which one must be a verb of narration."""
_MIN_NARRATIVE_WORDS = 2
"""Fewest words of narration whose verb is not in the list of verbs of speech."""
_MIN_VERB_LETTERS = 4
"""Fewest letters of such a verb, where nothing but its ending shows it."""
_SENTENCE_STOPS = SENTENCE_ENDS + "".join(mark for mark in DOUBLE_MARKS if mark in CLOSING_MARKS)
_CLAUSE_STOPS = ",;:"
_OPENERS = "¿¡ " + USUAL_OPENING_MARKS
_STOPS = _CLAUSE_STOPS + SENTENCE_ENDS
_OPENING_PAIRED_MARKS = "«„"
_PAIRED_MARKS = "«»„“”"
"""Marks of which it is certain, in languages with dash dialogue, whether they open."""
_MAX_QUOTED_CHARACTERS = 2000
"""Most characters of a quotation within speech that are searched for its marks."""
_WORD = re.compile(rf"{LETTER_OR_DIGIT}+(?:-{LETTER_OR_DIGIT}+)*")
_CLAUSE_CHARACTERS = 60
"""Characters after a dash that are searched for a verb of speech."""


def find_spoken_spans(text: str, start: int, end: int, language: Language) -> list[tuple[int, int]]:
    """Return the spans of speech in a paragraph of dash dialogue, its opening dash included.

    Three ways to set narration within speech are tried: between spaced dashes, between paired
    dashes, and without dashes. The first that finds narration decides; if none does, the whole
    paragraph is speech.
    """
    opening = _OPENING_DASHES.match(text, start, end)
    body_start = opening.end() if opening else start
    for find_spans in (_split_at_spaced_dashes, _split_at_paired_dashes, _split_at_inline_clause):
        spans = find_spans(text, start, body_start, end, language)
        if len(spans) > 1 or spans[0][1] < end:
            return spans
    return [(start, end)]


def find_inner_speech(text: str, start: int, end: int, language: Language) -> list[tuple[int, int]]:
    """Return the spans of speech that a dash opens within a paragraph; there may be none.

    Such a dash may also set off narration, so there must be evidence of speech: a colon before it,
    a reporting clause, or a question or an exclamation at the end.
    """
    if not language.has_dash_dialogue or not any(dash in text[start:end] for dash in DASHES):
        return []
    for match in _INNER_OPENING.finditer(text, start, end):
        if not text[match.end() :].lstrip(_OPENERS)[:1].isupper():
            continue
        if _is_within_marks(text, start, match.start("dash")) or _separates_marks(text, match):
            continue
        spans = find_spoken_spans(text, match.start("dash"), end, language)
        follows_colon = text[: match.start()].endswith(":")
        is_exclaimed = text[:end].rstrip(CLOSING_MARKS).endswith(("?", "!", "…"))
        if follows_colon or _has_reporting_clause(text, spans, end, language) or is_exclaimed:
            return spans
    return []


def _is_within_marks(text: str, start: int, offset: int) -> bool:
    """Return whether the last guillemet or low mark before an offset opens a quotation."""
    window = text[max(start, offset - _MAX_QUOTED_CHARACTERS) : offset]
    last = max(_PAIRED_MARKS, key=window.rfind)
    return last in window and last in _OPENING_PAIRED_MARKS


def _separates_marks(text: str, match: re.Match[str]) -> bool:
    """Return whether a dash stands between two quotations in marks: «Да.» — «Нет.»."""
    return (
        text[match.start() - 1] in CLOSING_MARKS
        and text[match.end() : match.end() + 1] in USUAL_OPENING_MARKS
    )


def split_at_clauses(text: str, start: int, end: int, language: Language) -> list[tuple[int, int]]:
    """Return the spans of speech in a quotation between marks, without clauses within the marks.

    Such clauses stand between dashes or, in French, between commas: « Oui, dit Luc, demain. »
    """
    splits = (
        (_split_at_spaced_dashes, _split_at_paired_dashes) if language.has_dash_dialogue else ()
    )
    for find_spans in splits:
        spans = find_spans(text, start, start + 1, end, language)
        if spans != [(start, end)] and _has_reporting_clause(text, spans, end, language):
            return spans
    if language.has_inline_clauses:
        return _split_at_inline_clause(text, start, start + 1, end, language)
    return [(start, end)]


def _has_reporting_clause(
    text: str, spans: list[tuple[int, int]], end: int, language: Language
) -> bool:
    """Return whether the narration after the first span of speech has a verb of speech."""
    first_end = spans[0][1]
    next_start = spans[1][0] if len(spans) > 1 else end
    # "dit-il" is a verb and its subject
    clause = text[first_end:next_start].casefold().replace(HYPHEN, " ")
    words = _WORD.findall(clause)[:_MAX_CLAUSE_WORDS]
    return not (language.speech_verbs | language.thought_verbs).isdisjoint(words)


def _split_at_spaced_dashes(
    text: str, start: int, body_start: int, end: int, language: Language
) -> list[tuple[int, int]]:
    """Return the spoken spans if spaced dashes set off narration: `— Да, — сказал он. — Нет.`."""
    if language.leaves_speech_open:
        return _split_at_opening_dashes(text, start, body_start, end, language)
    spans, span_start, is_speaking = [], start, True
    for match in _SPACED_DASH.finditer(text, body_start, end):
        if is_speaking and _is_within_inner_quotation(text, body_start, match, language):
            continue
        if is_speaking and text[match.start() - 1] in _SENTENCE_STOPS:
            # "– Sim, disse Ana. – Não.": the dash opens speech after a clause without dashes
            clause_span = find_inline_clause(
                text, span_start, match.start(), language, is_dash_dialogue=True
            )
            if clause_span and _narrates_until(text, clause_span[1], match, language):
                spans.append((span_start, clause_span[0]))
                span_start = match.start()
                continue
        if not _switches_voice(text, match, end, language, is_speaking=is_speaking):
            continue
        if is_speaking:
            spans.append((span_start, match.start()))
        span_start, is_speaking = match.start(), not is_speaking
    return [*spans, (span_start, end)] if is_speaking else spans


def _narrates_until(text: str, start: int, match: re.Match[str], language: Language) -> bool:
    """Return whether all between a reporting clause and the dash that opens speech again narrates.

    So does what has no pronoun of the first or second person: "– Kim o? dedi biri. Halil. – Gel!"
    """
    if start >= match.start():
        return True
    words = map(str.casefold, _WORD.findall(text, start, match.start()))
    return text[match.end()].isupper() and language.speaker_pronouns.isdisjoint(words)


def _is_within_inner_quotation(
    text: str, start: int, match: re.Match[str], language: Language
) -> bool:
    """Return whether a dash belongs to words that the speaker quotes: — Он сказал: «Да, — и ушёл».

    The speaker goes on with a conjunction after such words: — Он сказал: «Да», — и ушёл.
    """
    before = text[max(start, match.start() - _MAX_QUOTED_CHARACTERS) : match.start()]
    if _is_within_marks(text, start, match.start()):
        return text.find("»", match.end(), match.end() + _MAX_QUOTED_CHARACTERS) >= 0
    opening = before.rfind("«")
    is_quoted = before.endswith(("»,", "»")) and before[:opening].rstrip().endswith(":")
    following = _WORD.match(text, match.end())
    return is_quoted and following is not None and following[0] in language.conjunctions


def _split_at_opening_dashes(
    text: str, start: int, body_start: int, end: int, language: Language
) -> list[tuple[int, int]]:
    """Return the spoken spans where dashes only open speech: `– Ja, sagte Ada. – Nein.`.

    What a dash interrupts is narration if it is a reporting clause or the end of a narrative.
    """
    openings = [
        match
        for match in _SPACED_DASH.finditer(text, body_start, end)
        if text[match.start() - 1] in _SENTENCE_STOPS and text[match.end()].isupper()
    ]
    spans: list[tuple[int, int]] = []
    edges = [start, *(match.end() - len(match[0].lstrip()) for match in openings), end]
    for edge, next_edge in pairwise(edges):
        body = _OPENING_DASHES.match(text, edge, next_edge)
        first = body.end() if body else edge
        spans += _cut_narrative(
            text,
            _split_at_inline_clause(text, edge, max(first, edge + 1), next_edge, language),
            next_edge if next_edge < end else -1,
            language,
        )
    return spans


def _cut_narrative(
    text: str, spans: list[tuple[int, int]], dash: int, language: Language
) -> list[tuple[int, int]]:
    """Return spans without the narrative sentences before the dash that opens speech again.

    `dash` is its offset, or -1 if there is none.
    """
    if not spans or spans[-1][1] != dash:
        return spans
    words = map(str.casefold, _WORD.findall(text, spans[-1][0], dash))
    if len(spans) > 1 and language.speaker_pronouns.isdisjoint(words):
        # "– Gå væk! svarede han. Det var gamle Mogens. – Jeg køber ikke noget."
        return spans[:-1]
    span_start, _ = spans[-1]
    position = find_sentence_end(text, span_start, dash, language)
    while position < dash and not is_narrative(text, position, dash, language, is_likely=True):
        position = find_sentence_end(text, position, dash, language)
    return [*spans[:-1], (span_start, position)]


def _switches_voice(
    text: str, match: re.Match[str], end: int, language: Language, *, is_speaking: bool
) -> bool:
    """Return whether a dash switches from speech to narration, or back if not `is_speaking`.

    After a mark that ends a sentence it always does; otherwise the words after it decide.
    """
    stop = text[match.start() - 1]
    # Speech resumes after any stop; narration begins for certain only after a sentence.
    if stop in _SENTENCE_STOPS or (stop in _CLAUSE_STOPS and not is_speaking):
        return not is_speaking or _may_narrate(text, match.end(), end, language)
    clause = text[match.end() : min(end, match.end() + _CLAUSE_CHARACTERS)]
    following = clause.casefold()
    # After a comma, the verb may come late ("— Да, — тихо сказал он"); otherwise it comes first,
    # or after a name ("— Tak — Jan powiedział") or the noun for somebody ("– Đi – ông Tư đáp").
    words = _WORD.findall(following)
    is_subject = clause[:1].isupper() or not language.determiners.isdisjoint(words[:1])
    if is_subject and not language.inverts_clauses:
        usual_reach = _MAX_SUBJECT_WORDS
    else:
        usual_reach = 2 if clause[:1].isupper() else 1
    words = words[: 4 if stop in _CLAUSE_STOPS else usual_reach]
    if not is_speaking:
        return stop.isalnum() and not following[:1].isspace()
    return (
        not (language.speech_verbs | language.thought_verbs).isdisjoint(words)
        or _opens_with_narrative_verb(text, match.end(), language)
        or _narrates_to_stop(text, match, end, language)
    )


def _narrates_to_stop(text: str, match: re.Match[str], end: int, language: Language) -> bool:
    """Return whether narration without a listed verb fills the sentence after a dash.

    After a comma, it begins with a subject and its verb ("— Да, — Иван кивнул."), or with a verb of
    narration ("— Неси, — махнул рукой старик."). Without a comma, a dash after its sentence must
    open speech again: "– Nazywam się Kania – rzucił od progu. – Stefan Kania".
    """
    start, stop = match.end(), text[match.start() - 1]
    next_dash = _SPACED_DASH.search(text, start, end)
    clause_end = next_dash.start() if next_dash else end
    clause = text[start:clause_end].rstrip(CLOSING_MARKS)
    words = [word.casefold() for word in _WORD.findall(clause)]
    if (
        not language.clause_verb_endings
        or len(words) < _MIN_NARRATIVE_WORDS
        or not clause.endswith((".", "…"))
        or not language.speaker_pronouns.isdisjoint(words)
    ):
        return False
    if stop == "," and is_narrative(text, start, end, language, is_likely=True):
        return True
    # "Тот, кто это сделал, — сошёл с ума" is one sentence of speech
    sentence = re.split(rf"[{SENTENCE_ENDS}]", text[: match.start()])[-1]
    is_divided = stop == "," and sentence.count(",") == 1
    resumes = next_dash is not None and text[next_dash.end()].isupper()
    return (
        (is_divided or (stop.isalnum() and resumes))
        and clause[0].islower()
        and len(words[0]) >= _MIN_VERB_LETTERS
        and words[0] not in language.non_verbs
        and words[0].endswith(tuple(language.clause_verb_endings))
    )


def _may_narrate(text: str, start: int, end: int, language: Language) -> bool:
    """Return whether the words after a dash may be narration, which needs a verb of narration.

    Words with a capital, and languages whose endings are not known, always may.
    """
    if not language.clause_verb_endings or not text[start].islower():
        return True
    next_dash = _SPACED_DASH.search(text, start, end)
    clause = text[start : next_dash.start() if next_dash else end].casefold()
    words = _WORD.findall(clause)[:_MAX_LATE_VERB_WORDS]
    endings = tuple(language.clause_verb_endings)
    return any(
        word in language.speech_verbs or word in language.thought_verbs or word.endswith(endings)
        for word in words
    )


def _opens_with_narrative_verb(text: str, offset: int, language: Language) -> bool:
    """Return whether a verb of narration before its subject stands at an offset."""
    expression = build_unlisted_clause_expression(language)
    return bool(expression) and re.compile(expression).match(text, offset) is not None


def _split_at_paired_dashes(
    text: str, start: int, body_start: int, end: int, language: Language
) -> list[tuple[int, int]]:
    """Return the spoken spans if paired dashes set off narration: `—Pasa —dijo Ana—. Siéntate.`."""
    del language
    spans, span_start, is_speaking = [], start, True
    for match in _PAIRED_DASH.finditer(text, body_start, end):
        # A letter follows the first dash of a pair; a stop or a space follows the second.
        opens_narration = text[match.end() : match.end() + 1].isalpha()
        if is_speaking and opens_narration:
            spans.append((span_start, match.start()))
            span_start, is_speaking = match.start(), False
        elif not is_speaking and not opens_narration:
            span_start, is_speaking = _skip_stops(text, match.end(), end), True
        elif not is_speaking and _opens_next_speech(text, match):
            span_start, is_speaking = match.start(), True
    if is_speaking and span_start < end:
        spans.append((span_start, end))
    return spans


def _opens_next_speech(text: str, match: re.Match[str]) -> bool:
    """Return whether a dash after a full sentence of narration opens another speech."""
    before, after = text[: match.start()].rstrip(), text[match.end() : match.end() + 1]
    return before.endswith(tuple(SENTENCE_ENDS)) and after.isupper()


def _skip_stops(text: str, start: int, end: int) -> int:
    """Return the first offset from `start` that is not a stop; the narration ends there."""
    while start < end and text[start] in _STOPS:
        start += 1
    return start


def _split_at_inline_clause(
    text: str, start: int, body_start: int, end: int, language: Language
) -> list[tuple[int, int]]:
    """Return the spoken spans if no dash sets off the clause: `—You're early, said Frank.`."""
    spans, span_start, position = [], start, body_start
    is_dash_dialogue = text[start] in DASHES or text[start] == HYPHEN
    while clause_span := find_inline_clause(
        text, position, end, language, is_dash_dialogue=is_dash_dialogue
    ):
        spans.append((span_start, clause_span[0]))
        span_start = position = _skip_narrative(text, clause_span[1], end, language)
    narrative = None
    if is_dash_dialogue and not spans:
        narrative = _find_narrative_between(text, body_start, end, language)
    if narrative is not None:
        spans.append((span_start, narrative[0]))
        span_start = narrative[1]
    return [*spans, (span_start, end)] if text[span_start:end].strip() else spans


def _find_narrative_between(
    text: str, start: int, end: int, language: Language
) -> tuple[int, int] | None:
    """Return the span of the only narrative sentences within speech, or None.

    In "— Cachez-vous ! Elle ouvrit la porte. Vite !" one sentence narrates, and others are plainly
    speech: they have a pronoun of the first or second person. A tale in such sentences is speech.
    """
    sentences, position = list[tuple[int, int]](), start
    while position < end:
        sentence_end = find_sentence_end(text, position, end, language)
        sentences.append((position, sentence_end))
        position = sentence_end
    narrates = [is_narrative(text, first, last, language) for first, last in sentences]
    if sum(narrates) != 1 or narrates[0]:
        return None
    index = narrates.index(True)
    others = text[start : sentences[index][0]] + " " + text[sentences[index][1] : end]
    if language.speaker_pronouns.isdisjoint(re.findall(r"[^\W\d_]+", others.casefold())):
        return None
    return sentences[index]


def _skip_narrative(text: str, start: int, end: int, language: Language) -> int:
    """Return where speech resumes after a reporting clause, past sentences that narrate.

    After « dit Luc. Il prit sa valise. » speech resumes only with the sentence after it.
    """
    if not text[:start].endswith(tuple(SENTENCE_ENDS)):
        return start
    while start < end and is_narrative(text, start, end, language):
        start = find_sentence_end(text, start, end, language)
    return start
