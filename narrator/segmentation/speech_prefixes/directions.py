"""Finds the stage directions within speeches and between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary
from narrator.text.words import ALL_SENTENCE_ENDS, APOSTROPHE_WORD_PATTERN, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Paragraph, Span

_MAX_DIRECTION_CHARACTERS = 600
"""Maximum length of a stage direction in brackets."""
_MAX_UPRIGHT_NAME_CHARACTERS = 30
_BRACKET = re.compile(r"[(\[（［)\]）］]")
_OPENING_BRACKET = re.compile(r"[(\[（［]")
_SQUARE_BRACKETS = "[［"
_LAST_MARK = re.compile(rf"(?:[{re.escape(ALL_SENTENCE_ENDS)}—–-]|--)[\s\"'”’»*_)\]]*$")
"""The end of a sentence, or a dash that breaks it off."""
_SENTENCE_AND_LINE_END = re.compile(
    rf"[{re.escape(ALL_SENTENCE_ENDS)}][\s\"'”’»*_)\]]*?(?P<end>\r?\n)"
)
_INDENTED_LINE = re.compile(r"\n[ \t]{8,}(?P<line>\S[^\n]*)")
"""A line far to the right, where old editions print "Exit HAMLET."."""
_LINE_END_DIRECTION = re.compile(r"(?<=[.!?…—-])[ \t]{5,}(?P<line>[A-Z][^\n]*)")
"""A direction on the right of a line, as in "Miaow.          Exeunt."."""
_WHOLE_BRACKET = re.compile(r"[*_\s]*[(\[（［].*[)\]）］]?[.\s*_]*$", re.DOTALL)
SLUGLINE = re.compile(
    r"\s*[*_]{0,2}\d{0,3}[A-Z]?\.?\s*"
    r"(?:INT|EXT|EST|I/E|INT\.?\s?/\s?EXT|EXT\.?\s?/\s?INT)[. ]\s*\S",
    re.ASCII,
)
"""The heading of a scene in a screenplay: "INT. KITCHEN - NIGHT"."""
TRANSITION = re.compile(
    r"\s*[*_]{0,2}(?:[A-Z][A-Z ]{1,24} TO(?: BLACK)?|FADE (?:IN|OUT|TO [A-Z]+)|CUT TO [A-Z ]+"
    r"|SMASH CUT|INTERCUT|END CREDITS|TITLE CARD|THE END)[.:]?[*_\s]*$"
)
"""A change of scene in a screenplay: "CUT TO:"."""


def find_closing_bracket(text: str, start: int, end: int) -> int:
    """Return the offset behind the bracket that closes the one at `start`, or -1.

    Brackets may be nested; a direction longer than 600 characters is not searched.
    """
    depth = 0
    for match in _BRACKET.finditer(text, start, min(end, start + _MAX_DIRECTION_CHARACTERS)):
        depth += 1 if match[0] in "([（［" else -1
        if depth == 0:
            return match.end()
    return -1


def find_directions(text: str, start: int, end: int, paragraph: Paragraph) -> list[tuple[int, int]]:
    """Return the stage directions between two offsets of one speech, in order.

    They are what the markup declares, text in square brackets, text in round brackets that stands
    between sentences, sentences in italics at the start, and lines such as "Exit" on the right.
    """
    spans = [
        (span.start, span.end)
        for span in paragraph.stage_directions
        if start <= span.start < span.end <= end
    ]
    spans += _find_bracketed(text, start, end)
    spans += [
        match.span("line")
        for pattern in (_INDENTED_LINE, _LINE_END_DIRECTION)
        for match in pattern.finditer(text, start, end)
        if opens_direction(match["line"])
    ]
    if not paragraph.stage_directions:
        spans += _find_emphasised(text, start, end, paragraph)
    return list(_merge_spans(sorted(spans)))


def _merge_spans(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans without those that lie within another or overlap it."""
    last_end = -1
    for start, end in spans:
        if start >= last_end and end > start:
            yield start, end
            last_end = end


def _find_bracketed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the directions in brackets."""
    position = start
    while opening := _OPENING_BRACKET.search(text, position, end):
        closing = find_closing_bracket(text, opening.start(), end)
        if closing < 0:
            # a bracket that is never closed encloses the rest of its lines
            line_end = _find_direction_end(text, opening.start(), end)
            if opening[0] in _SQUARE_BRACKETS and opening.start() > start:
                yield opening.start(), line_end
            position = line_end
            continue
        if has_words(text[opening.start() : closing]) and (
            opening[0] in _SQUARE_BRACKETS or _is_between_sentences(text, start, opening, closing)
        ):
            yield opening.start(), closing
        position = closing


def _find_direction_end(text: str, start: int, end: int) -> int:
    """Return the end of a direction without a closing bracket: the line that ends its sentence."""
    line_end = _SENTENCE_AND_LINE_END.search(text, start, end)
    return line_end.start("end") if line_end else end


def _is_between_sentences(text: str, start: int, opening: re.Match[str], closing: int) -> bool:
    """Return whether round brackets stand between sentences, and hold no words of the speaker.

    A remark of the speaker stands within a sentence or has a pronoun of the speaker.
    """
    before = text[max(start, opening.start() - 12) : opening.start()]
    if not before.strip(" \t\r\n*_"):
        return True
    if not _LAST_MARK.search(before):
        return False
    words = {w.casefold() for w in APOSTROPHE_WORD_PATTERN.findall(text, opening.end(), closing)}
    return not words & load_vocabulary().speaker_pronouns


def _find_emphasised(
    text: str, start: int, end: int, paragraph: Paragraph
) -> Iterator[tuple[int, int]]:
    """Yield the directions in italics: at the start of the speech, with a sentence of their own.

    Between two sentences, they have no stop, which emphasised sentences have.
    """
    for span in paragraph.emphasis:
        if not start <= span.start < span.end <= end:
            continue
        content = text[span.start : span.end].strip(" \t\r\n*_")
        opens_speech = not text[start : span.start].strip(" \t\r\n*_.:—–")
        is_direction = content.endswith((".", ":", ",", ")", "]"))
        precedes_text = has_words(text[span.end : end])
        if not (precedes_text and _has_no_pronoun(content)):
            continue
        is_between = not opens_speech and _is_unstopped_sentence(text, span, content)
        if (opens_speech and is_direction) or is_between:
            yield span.start, span.end


def _is_unstopped_sentence(text: str, span: Span, content: str) -> bool:
    """Return whether text in italics stands between sentences, and has no stop of its own."""
    before = text[max(0, span.start - 12) : span.start]
    after = text[span.end : span.end + 12].lstrip(" \t\r\n*_")
    is_open = content[:1].isupper() and content[-1:].isalnum()
    return is_open and after[:1].isupper() and _LAST_MARK.search(before.rstrip(" *_")) is not None


def _has_no_pronoun(text: str) -> bool:
    """Return whether a text has no pronoun of a speaker or hearer."""
    words = {word.casefold() for word in APOSTROPHE_WORD_PATTERN.findall(text)}
    return not words & load_vocabulary().speaker_pronouns


def is_bracketed(text: str) -> bool:
    """Return whether a paragraph is one bracketed direction, as a whole."""
    bare = text.strip(" \t\r\n*_.")
    if bare[:1] not in ("(", "[", "（", "［"):
        return False
    closing = find_closing_bracket(bare, 0, len(bare))
    return closing in (-1, len(bare)) and _WHOLE_BRACKET.match(bare) is not None


def is_emphasised(text: str, paragraph: Paragraph, start: int, end: int) -> bool:
    """Return whether all words between two offsets of a paragraph are in italics or bold.

    Within a direction in italics, plays print names in capitals upright.
    """
    position = start
    for span in (*paragraph.emphasis, *paragraph.stage_directions):
        if span.end <= position or span.start >= end:
            continue
        gap = text[position : max(position, span.start)]
        is_name = position > start and gap.isupper() and len(gap) <= _MAX_UPRIGHT_NAME_CHARACTERS
        if has_words(gap) and not is_name:
            return False
        position = max(position, span.end)
    return position > start and not has_words(text[position:end])


def has_sluglines(text: str, paragraphs: Sequence[Paragraph]) -> bool:
    """Return whether a paragraph, or a heading, is the heading of a scene in a screenplay."""
    return any(SLUGLINE.match(text, p.start, p.end) for p in paragraphs)


def is_scene_line(text: str) -> bool:
    """Return whether a paragraph is the heading of a scene, or a transition, of a screenplay."""
    line = text.strip()
    return len(line) < 120 and bool(SLUGLINE.match(line) or TRANSITION.match(line))


def opens_direction(text: str) -> bool:
    """Return whether a paragraph begins with a word of stage directions, such as "Exeunt"."""
    first = APOSTROPHE_WORD_PATTERN.search(text[:40])
    if first is None or not first[0][0].isupper():
        return False
    words = load_vocabulary().direction_words
    hyphenated = re.match(r"[^\w]*([^\W\d_]+-[^\W\d_]+)", text[:40])
    return first[0].casefold() in words or bool(hyphenated and hyphenated[1].casefold() in words)
