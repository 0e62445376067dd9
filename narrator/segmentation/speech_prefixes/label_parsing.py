"""Parses the label at the start of a line that may name the speaker of the text after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.languages.speaking_forms import has_speech_verb
from narrator.model import ParagraphKind
from narrator.segmentation.speech_prefixes.directions import find_closing_bracket
from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary
from narrator.text.quotes import USUAL_OPENING_MARKS
from narrator.text.words import LETTER, LETTER_OR_DIGIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Paragraph, Span

_MAX_NAME_WORDS, _MAX_NAME_CHARACTERS = 8, 60
"""Limits of a name in a label; "THE GENTLEMAN IN THE GREY COAT" has six words."""
_MAX_EMPHASISED_WORDS = 4
"""Most words of a name in bold or italics whose words have no capitals."""
_MAX_ABBREVIATION = 5
"""Most letters of a part of a name that is abbreviated, as in "DAM. CL."."""
_NAME_TOKEN = re.compile(
    rf"(?:#|№\s?)?\d{{1,2}}(?:st|nd|rd|th|ST|ND|RD|TH)?(?!\w|:\d)"
    rf"|{LETTER}(?:{LETTER_OR_DIGIT}|['’`‐_-](?={LETTER_OR_DIGIT}))*|&"
    r"|[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]+"
)
"""A number, a word, an ampersand or pictographs within a name."""
_PICTOGRAPH = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")
_SURNAME_PARTICLE = re.compile(r"^(?:Mc|Mac|O['’]|D['’]|De|Di|Du|La|Le|Von|Van)(?=.)")
"""The beginning of a surname that keeps its lower case in a name in capitals, as in "McCLANE"."""
_EMPHASIS = re.compile(r"[*_]{0,3}@?")
_COMMA_DIRECTION = re.compile(
    r",\s+(?P<text>[^\W\d_A-ZÀ-ÞА-Я][^.:!?\n]{1,90}?)(?=\s?[.:]|[*_]*\s*$)"
)
"""A stage direction after a comma, as in French plays: "ROXANE, tremblante."."""
_STOP = re.compile(
    r"[*_]*\s?\.(?!\.)[*_]*"
    r"(?:\s*(?:[—–]+|--+|-(?=\s))\s*|(?=[\s(\[«“\"'‘„¿¡…*_]|$)\s*)[*_]*"
)
_COLON = re.compile(r"[*_]*\.?\s?[:：](?!//)[*_]*(?:\s*[—–]+)?\s*[*_]*")
_DASH = re.compile(r"[*_]*\s*(?:[—–]|--)\s*(?=\S)")
_EMPHASIS_MARKS = re.compile(r"[*_]*")
_DIRECTION_END = re.compile(r"\s?[.:]|[ \t]*(?:\r?\n|$)")
"""What follows a stage direction between a name and the speech."""
_LINE_END = re.compile(r"[*_]*\s?[.:：]?[*_]*\s*$")
_LOWER_START = re.compile(r"[ \t]*[a-zß-ÿа-я]")
_WIDE_GAP = re.compile(r"[ \t]{2,}(?=\S)|\t")
"""What follows "Q" and "A" without a full stop in a court's record, or a name in a column."""
_MIN_COLUMN_GAP = 2
"""Spaces between the columns of a text."""
_OPENING_BRACKETS = re.compile(r"[*_]*\s*[*_]*(?=[(\[])")

_LAUNCH = r"(?:(?:T|MET|GET)\s?[+-]?\s?)"
"""What stands before a time since a launch: "T+00:01:05"."""
_TIME = (
    rf"{_LAUNCH}?"
    r"(?:\d{1,2}|\d{3}(?=:\d\d:\d\d))[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,3})?)?"
    r"(?:[\s\u202f]?[AaPp]\.?[Mm]\.?)?"
)
_MILITARY_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:\s?(?:hrs|[ZzHh])\b|(?=[ \t]{2,}\S|\t))"
"""A time of the 24-hour clock without a mark: "0417"."""
_MISSION_TIME = rf"{_LAUNCH}?" + r"\d{2,3}(?:[ \u2007]\d{2}){2,3}(?! ?\d)"
"""Days, hours, minutes and seconds since a launch: "02 07 55 19"."""
_DATE = (
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[./-][^\W\d_]{3}[./-]\d{2,4}|\d{1,2}\.?\s[^\W\d_]{3,9}\.?,?\s\d{2,4}"
    r"|[^\W\d_]{3,9}\.?\s\d{1,2},?\s\d{4})"
)
_STAMP = (
    # possessive, and on one line, because pages hold thousands of blank characters in a row
    rf"[\[(<]?[^\S\n]*+(?:(?:{_DATE}[,T]?\s*(?:at\s+)?)?{_TIME}\s*(?:Z|UTC|GMT)?"
    rf"|{_MISSION_TIME}(?=\s)|{_MILITARY_TIME})"
    r"\s*[\])>]?"
)
_STAMPED_LABEL = re.compile(
    rf"(?P<stamp>{_STAMP})\s*[-–—|:]?\s*(?:"
    r"<\s?[@+%~&!]?\s?(?P<angle>[^<>\n]{1,40})>\s*:?\s*"
    r"|\[(?P<bracket>[^\[\]\n]{1,40})\]\s*:?\s*"
    r"|(?:~[ \u202f])?(?P<plain>(?:[^\W\d]|\+(?=\d))[^:<>\[\]\n]{0,40}?)\s?[:：]\s*(?=\S|$))"
)
"""A chat line that begins with its time: "[11:18] BASE:", "10:05 PM - Jon:", "11:18 <jon>"."""
_PHONE_NUMBER = re.compile(r"\+\d[\d \u00a0\u202f()-]{5,20}\d")
"""The sender of a message who is not in the address book."""
_STAMPED_SENDER = re.compile(
    rf"\[\s?{_DATE},?\s+{_TIME}\s?\]\s+(?P<plain>[^\W\d][^:<>\[\]\n.!?]{{0,40}}?)"
    r"(?P<tag>#\d{4})?[ \t]*\r?\n"
)
"""A line with the time and the sender above a message: "[14-Feb-24 08:13 PM] Dorian"."""
_STAMP_ABOVE_SENDER = re.compile(
    rf"{_DATE},?\s+{_TIME}[ \t]*(?:\([^()\n]{{1,60}}\))?[ \t]*\r?\n[ \t]*"
    r"(?P<plain>[^\W\d][^:<>\[\]\n.!?]{0,40}?)[ \t]*\r?\n"
)
"""A line with the time of a message, above its sender: "Mar 03, 2021  9:14:02 PM", "Me"."""
_TABBED_LABEL = re.compile(
    rf"{_STAMP}\t[ ]*[@+%~&!]?(?P<plain>[^\W\d][^\t\n<>:]{{0,30}})\t\s*(?=\S)"
)
"""A line with the time, the sender and the message in columns."""
_ADDRESSED = re.compile(
    r"(?:[Ff]rom\s+)?(?P<name>\S.*?)(?:\s+\([^()]*\))?(?:\s+(?:[Tt][Oo]|->|→)\s+\S.*)?"
)
"""The sender of a message, and perhaps whom it is for: "From Dana to Everyone"."""
_STATION = r"(?P<station>[A-Z][A-Z0-9]*(?:[/&-][A-Z0-9]+)*(?:[ -]?\d{1,2})?)"
_STAMPED_STATION = re.compile(
    rf"(?P<stamp>{_STAMP})[ \t]*[-–—|]?[ \t]*{_STATION}(?P<gap>[ \t]+(?=\S)|[ \t]*\r?\n)[ \t]*"
)
"""A line of a transcript without a mark after who speaks: "14:02:11  CAP  Flaps five."."""
_NAME_WITH_INITIAL = re.compile(
    rf"^[ \t]*+[*_]*(?P<name>[A-Z]{LETTER}{{1,9}}\.? [A-Z])\.[*_]* (?P<next>[^\sa-z]\S*)",
    re.MULTILINE,
)
_SERIAL_NUMBER = re.compile(
    r"^[ \t]*+(?P<serial>[\[(#]?(?P<digits>\d{1,6})[\])]?[.:)]?)[ \t]+", re.MULTILINE
)
"""The number of a message at the start of its line: "003 COASTGUARD: Say again."."""
_MIN_SERIALS, _MIN_RISING_SHARE = 4, 0.8
"""Fewest numbers, and share of them that follow the one above, by which lines are numbered."""
_LAUNCH_START = re.compile(rf"{_LAUNCH}(?<=[+-])\d")
_STAMP_START = re.compile(rf"\s*{_STAMP}(?!\w)")
_STAMP_AND_MARK = re.compile(rf"\s*(?P<stamp>{_STAMP}(?!\w)(?:[-–—*|]+(?=\s))?)\s*(?=\S)")
_STAMPED_LINE = re.compile(rf"^(?P<space>[ \t]*+)(?={_STAMP}(?!\w))", re.MULTILINE)
_SENDER = r"[^\W\d_][^:<>\[\]()|\n—–]{0,40}?"
_MESSAGE_TIME = rf"[\[(]?(?:(?:{_DATE}|\d\d?[./]\d\d?),?[ \t]+)?{_TIME}[\])]?"
_MESSAGE_HEAD = re.compile(
    rf"^(?P<space>[ \t]*+)(?:(?P<first>{_SENDER})[ \t,—–|·•-]+{_MESSAGE_TIME}"
    rf"|{_MESSAGE_TIME}[ \t,—–|·•-]+(?P<last>{_SENDER})):?[ \t]*\r?$",
    re.MULTILINE,
)
"""A line with a sender and a time, in either order: "[12/3 6:23 PM] mika_77"."""
_DIGITS = re.compile(r"\d+")
_MAX_SENDER_WORDS = 4
_MIN_HEADS = 3
"""Fewest lines of one shape that head messages."""
_NAME_AND_STAMP = re.compile(
    rf"(?P<plain>[^\W\d_][^:<>\[\](\n]{{0,40}}?)\s*[\[(](?:{_DATE},?\s*)?{_TIME}[\])]\s*:\s*"
)
"""A chat line with its time behind the name: "Jon [10:05 PM]:"."""
_STAMPED_HEAD = re.compile(
    rf"(?P<plain>[^\W\d_][^:<>\[\](\n]{{0,40}}?)(?:\s*[—–|-]\s*|,?\s+)"
    rf"[\[(]?(?:(?:[Tt]oday|[Yy]esterday|{_DATE}),?\s*(?:at\s+)?)?{_TIME}[\])]?\s*$"
)
"""A line above a message: "Jon — Today at 10:05 PM"."""
_BRACKETED_NAME = re.compile(
    r"[\[【](?P<plain>[^\W\d_][^\[\]【】\n:]{0,40})[\]】]\s*[:：]?\s*(?=\S)"
)
_ANGLED_NAME = re.compile(
    r"<(?:v(?:\.[\w.]+)?[ \t]+)?[@+%~&]?(?P<plain>[^\W\d][^<>\n]{0,40})>\s*:?\s*(?=\S)"
)
_QUOTED_NAME = re.compile(r"(?P<plain>[\u3005\u3040-\u30ff\u3400-\u9fff・＝]{1,12})\s?(?=[「『])")
"""A name right before a Japanese quotation: "花子「…」"."""
_DECLARED_END = re.compile(r"[\s.:,*_—–]*")
_TIME_PATTERN = re.compile(_TIME)
_CELL_SEPARATOR = re.compile(r"[.:]?,\s|[.:]\s")
"""What readers put between the first two cells of a table row."""


class LabelForm(StrEnum):
    """How a label is set off from the text after it."""

    DECLARED = "declared"
    """The markup says that it is the name of a speaker."""
    STOP = "stop"
    COLON = "colon"
    DASH = "dash"
    ALONE = "alone"
    """It is alone on its line."""
    BRACKET = "bracket"
    ANGLE = "angle"
    CHAT = "chat"
    """It has a time."""
    CELL = "cell"
    """It is the first cell of a table row."""
    QUOTE = "quote"
    """It precedes a Japanese or Chinese quotation mark."""


class Casing(StrEnum):
    """How a name is written."""

    CAPITALS = "capitals"
    TITLE = "title"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a line; all offsets are offsets into the book's text."""

    paragraph_index: int
    """Index of its paragraph among all paragraphs of the book."""
    start: int
    name: str
    """As written, on one line and without emphasis marks."""
    name_end: int
    """End of what is not spoken: the name, its time, and the mark after it."""
    speech_start: int
    """Start of the text after the label. Stage directions may stand before it."""
    form: LabelForm
    casing: Casing
    is_emphasised: bool = False
    has_direction: bool = False
    opens_paragraph: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    """A line to be parsed."""

    text: str
    """The text of the whole book."""
    paragraph: Paragraph
    index: int
    """Index of the paragraph."""
    start: int
    """Offset of its first character other than space."""

    @property
    def end(self) -> int:
        """Return the offset of its end."""
        return self.find_line_end(self.start)

    def find_line_end(self, position: int) -> int:
        """Return the end of the line that contains an offset."""
        end = self.text.find("\n", position, self.paragraph.end)
        return self.paragraph.end if end < 0 else end

    def make_label(  # noqa: PLR0913 - the fields of a label
        self,
        name: str,
        name_end: int,
        speech_start: int,
        form: LabelForm,
        *,
        is_emphasised: bool = False,
        has_direction: bool = False,
    ) -> Label | None:
        """Return a label that begins this line, or None if its name is no name."""
        name = " ".join(name.split()).strip("*_ ")
        casing = classify_casing(name)
        is_nickname = any(map(str.isalpha, name)) or _PHONE_NUMBER.fullmatch(name)
        if form is LabelForm.CHAT and casing is None and is_nickname:
            casing = Casing.LOWER  # such as "old tom"
        if casing is None:
            return None
        return Label(
            self.index, self.start, name, name_end, speech_start, form, casing, is_emphasised,
            has_direction, opens_paragraph=not self.text[self.paragraph.start : self.start].strip(),
        )  # fmt: skip


@cache
def _compile_label_line() -> re.Pattern[str]:
    """Return a pattern for the start of a line that may have a label.

    It rejects most lines of prose at once. The second word must have a capital or be a connector.
    """
    connectors = "|".join(map(re.escape, sorted(load_vocabulary().connectors)))
    chat_verbs = "|".join(map(re.escape, sorted(load_vocabulary().chat_verbs)))
    return re.compile(
        r"^[ \t]*+(?P<first>[*_]{0,3}+@?(?:[\[(<【\d#\u2600-\u27bf\U0001f000-\U0001faff]"
        r"|(?:T|MET|GET)\s?[+-]\s?\d"
        rf"|[a-zß-ÿа-я](?:{LETTER_OR_DIGIT}|_)*+[:：]"
        rf"|[a-zß-ÿа-я](?:{LETTER_OR_DIGIT}|[_.])*+[ \t]++[—–|-][ \t]++(?:\d|[Tt]oday|[Yy]esterday)"
        rf"|[a-zß-ÿа-я](?:{LETTER_OR_DIGIT}|[_.-])*+,?[ \t][\[(]\d"
        rf"|{LETTER}(?:{LETTER_OR_DIGIT}|[_.-])*+[ \t](?:{chat_verbs})[ \t]*+[\[(]\d"
        rf"|{LETTER}(?<![a-zß-ÿа-я])(?:{LETTER_OR_DIGIT}|['’`‐_-])*+"
        r"(?:[.:：,/—–\[(「『&*_]|[ \t\r]*+$"
        rf"|[ \t]{{1,40}}+(?:[—–&#:：\d(\[*_A-ZÀ-ÞА-Я]|[^\x00-\x7f]|(?:{connectors})\s))))",
        re.MULTILINE,
    )


def find_labels(text: str, paragraphs: Sequence[Paragraph]) -> list[Label]:
    """Return the labels at the starts of all lines of the paragraphs, in text order."""
    labels = _find_declared_labels(text, paragraphs)
    starts = [paragraph.start for paragraph in paragraphs]
    layout = _examine_layout(text)
    labels += _find_message_heads(text, paragraphs, layout)
    declared_starts = {label.start for label in labels}
    for match in _compile_label_line().finditer(text):
        index = bisect_right(starts, match.start("first")) - 1
        is_outside = index < 0 or match.start("first") >= paragraphs[index].end
        if is_outside or match.start("first") in declared_starts:
            continue
        if paragraphs[index].kind is not ParagraphKind.HEADING:
            line = _Line(text, paragraphs[index], index, match.start("first"))
            label = _parse_label(line, layout)
            if label is not None and not _is_reporting_clause(label, text):
                labels.append(label)
    known_starts = {label.start for label in labels}
    for index, paragraph in enumerate(paragraphs):
        if paragraph.emphasis and paragraph.start not in known_starts:
            line = _Line(text, paragraph, index, paragraph.start)
            label = _parse_emphasised_label(line) or _parse_directed_name(line)
            labels += [label] if label else []
    return sorted(labels, key=lambda label: label.start)


def _is_reporting_clause(label: Label, text: str) -> bool:
    """Return whether a label is a clause before a quotation, as in Arabic: "قال أحمد: «نعم»"."""
    return (
        label.form is LabelForm.COLON
        and text[label.speech_start : label.speech_start + 1] in tuple(USUAL_OPENING_MARKS)
        and label.name.upper() == label.name.lower()
        and has_speech_verb(label.name)
    )


@cache
def _compile_verb_head() -> re.Pattern[str]:
    """Return a pattern for a line above a post, such as "teacup wrote:"."""
    verbs = "|".join(map(re.escape, sorted(load_vocabulary().chat_verbs)))
    return re.compile(
        rf"^(?P<space>[ \t]*+)(?P<first>{_SENDER})(?P<last>)[ \t](?:{verbs})[ \t]?:[ \t]*\r?$",
        re.MULTILINE,
    )


def _find_message_heads(
    text: str, paragraphs: Sequence[Paragraph], layout: _LineLayout
) -> list[Label]:
    """Return the lines of one shape that have a sender and a time or a verb, above the messages.

    The shape must recur, and so must a sender.
    """
    starts = [paragraph.start for paragraph in paragraphs]
    heads: dict[str, list[re.Match[str]]] = {}
    pattern = _MESSAGE_HEAD if layout.has_times else _compile_verb_head()
    for match in pattern.finditer(text):
        name = match["first"] or match["last"]
        stamp = _DIGITS.sub("0", match[0].replace(name, "", 1))
        if len(name.split()) <= _MAX_SENDER_WORDS and not name.endswith(("?", "!", ",")):
            heads.setdefault(f"{bool(match['first'])} {stamp.casefold()[:24]}", []).append(match)
    labels = []
    for matches in heads.values():
        names = Counter(match["first"] or match["last"] for match in matches)
        if len(matches) < _MIN_HEADS or not 1 < len(names) < len(matches):
            continue
        for match in matches:
            name = match["first"] or match["last"]
            start = match.end("space")
            index = bisect_right(starts, start) - 1
            if index < 0 or paragraphs[index].kind is ParagraphKind.HEADING:
                continue
            line = _Line(text, paragraphs[index], index, start)
            label = _parse_label(line, layout)
            if label is None or label.form is not LabelForm.CHAT:
                label = line.make_label(name, match.end(), match.end(), LabelForm.CHAT)
            labels += [label] if label else []
    return labels


def _parse_emphasised_label(line: _Line) -> Label | None:
    """Return a label of a few words in bold or italics before a colon: "Unknown number:"."""
    span = line.paragraph.emphasis[0]
    if span.start > line.start + 3 or line.paragraph.kind is ParagraphKind.HEADING:
        return None
    name = line.text[span.start : span.end].strip(" *_:")
    separator = _COLON.match(line.text, span.start + len(name), line.find_line_end(span.start))
    words = name.split()
    is_name = 1 < len(words) <= _MAX_EMPHASISED_WORDS and all(w.isalnum() for w in words)
    if separator is None or not is_name or not name[0].isupper():
        return None
    return Label(
        line.index, line.start, name, separator.end(), separator.end(), LabelForm.COLON,
        classify_casing(name) or Casing.TITLE, is_emphasised=True,
    )  # fmt: skip


def _parse_directed_name(line: _Line) -> Label | None:
    """Return a label of a name in capitals before a direction in italics: "HAMISH rising."."""
    span = line.paragraph.emphasis[0]
    name = line.text[line.start : span.start].rstrip()
    is_name = name.isupper() and _scan_name(name, 0, len(name)) == len(name)
    if not is_name or line.paragraph.kind is ParagraphKind.HEADING:
        return None
    return _parse_after_name(line, name, line.start + len(name), is_emphasised=False)


@dataclass(frozen=True, slots=True)
class _LineLayout:
    """How the lines of a book begin."""

    has_times: bool
    has_serials: bool
    """Whether the lines are numbered."""
    stations: frozenset[str]
    """Abbreviations that follow the times of lines."""
    initials: frozenset[str]
    """Names that end with an initial, above different words: "Lady M."."""


def _examine_layout(text: str) -> _LineLayout:
    """Return how the lines of a text begin."""
    has_times = len(_TIME_PATTERN.findall(text)) > 1 if ":" in text else False
    numbers = [int(match["digits"]) for match in _SERIAL_NUMBER.finditer(text)]
    rising_count = sum(after == before + 1 for before, after in pairwise(numbers))
    has_serials = len(numbers) >= _MIN_SERIALS and rising_count >= _MIN_RISING_SHARE * (
        len(numbers) - 1
    )
    return _LineLayout(has_times, has_serials, _find_stations(text), _find_initials(text))


def _find_initials(text: str) -> frozenset[str]:
    """Return the names of a word and an initial that begin lines, before different words."""
    following: dict[str, set[str]] = {}
    for match in _NAME_WITH_INITIAL.finditer(text):
        following.setdefault(match["name"], set()).add(match["next"])
    return frozenset(name for name, words in following.items() if len(words) > 1)


def _find_stations(text: str) -> frozenset[str]:
    """Return the abbreviations after the times of a transcript.

    Two of them at least must recur; others need a wide gap after them, or a line of their own.
    """
    matches = [
        match
        for start in _STAMPED_LINE.finditer(text)
        if (match := _STAMPED_STATION.match(text, start.end("space")))
    ]
    counts = Counter(match["station"] for match in matches)
    recurring = frozenset(station for station, count in counts.items() if count > 1)
    set_off = frozenset(match["station"] for match in matches if match["gap"] != " ")
    return recurring | set_off if len(recurring) > 1 else frozenset()


def find_logged_lines(text: str, paragraph: Paragraph) -> list[int]:
    """Return the starts of the lines of a paragraph that begin with a time."""
    return [match.start() for match in _STAMPED_LINE.finditer(text, paragraph.start, paragraph.end)]


def starts_with_time(text: str) -> bool:
    """Return whether a paragraph begins with a time, as each entry of a log does."""
    return _STAMP_START.match(text) is not None


def find_stamp(text: str, paragraph: Paragraph) -> tuple[int, int] | None:
    """Return the span of the time at the start of a paragraph, with the mark after it, or None."""
    match = _STAMP_AND_MARK.match(text, paragraph.start, paragraph.end)
    return match.span("stamp") if match else None


def _parse_label(line: _Line, layout: _LineLayout) -> Label | None:
    """Return the label at the start of a line, or None."""
    first = line.text[line.start]
    if layout.has_serials and (serial := _SERIAL_NUMBER.match(line.text, line.start, line.end)):
        inner = _parse_label(replace(line, start=serial.end()), replace(layout, has_serials=False))
        return replace(inner, start=line.start, opens_paragraph=True) if inner else None
    if first in "[(<【" or first.isdigit() or _LAUNCH_START.match(line.text, line.start):
        return (
            _parse_marked_label(line)
            or _parse_station(line, layout)
            or (_parse_named_label(line, layout) if first.isdigit() else None)
        )
    if not (first.isalpha() or first in "*_#@" or _PICTOGRAPH.match(first)):
        return None
    chat_label = _parse_chat_name(line, has_times=layout.has_times)
    return chat_label or _parse_named_label(line, layout)


def _parse_station(line: _Line, layout: _LineLayout) -> Label | None:
    """Return a label with a time whose abbreviation recurs: "14:02:11  CAP  Flaps five."."""
    match = layout.stations and _STAMPED_STATION.match(line.text, line.start, line.paragraph.end)
    if match and match["station"] in layout.stations:
        return line.make_label(match["station"], match.end(), match.end(), LabelForm.CHAT)
    return None


def _find_declared_labels(text: str, paragraphs: Sequence[Paragraph]) -> list[Label]:
    """Return the names of speakers that the markup declares, at the starts of paragraphs."""
    labels = []
    for index, paragraph in enumerate(paragraphs):
        for span in paragraph.speaker_names:
            label = _make_declared_label(_Line(text, paragraph, index, span.start), span)
            # a stage direction may begin with a name, too
            is_directed = any(d.start <= span.start < d.end for d in paragraph.stage_directions)
            if label and not (is_directed or text[paragraph.start : span.start].strip()):
                labels.append(label)
    return labels


def _make_declared_label(line: _Line, span: Span) -> Label | None:
    """Return the label of a name that the markup declares, or None if it is too long for one."""
    # a direction may stand beside the name: "Ida and Otto (together)"
    directions = (d.start for d in line.paragraph.stage_directions if d.start > span.start)
    name_end = min(span.end, *directions, span.end)
    name = line.text[span.start : name_end].strip(" \t\n*_.:,—–-()[]")
    name = " ".join(re.split(r"\s*[(\[]", name, maxsplit=1)[0].split())
    separator = _DECLARED_END.match(line.text, span.end, line.paragraph.end)
    end = separator.end() if separator else span.end
    if not name or len(name.split()) > _MAX_NAME_WORDS:
        return None
    casing = classify_casing(name) or Casing.TITLE
    silent_end = end if name_end == span.end else name_end
    return Label(line.index, line.start, name, silent_end, end, LabelForm.DECLARED, casing)


def _parse_marked_label(line: _Line) -> Label | None:
    """Return a label in brackets or with a time: "[Alice]", "<jon>", "[11:18] BASE:"."""
    match = _STAMPED_LABEL.match(line.text, line.start, line.end)
    if match:
        name = (match["angle"] or "").strip() or match["bracket"] or _find_sender(match["plain"])
        if _is_chat_name(name):
            return line.make_label(name, match.end(), match.end(), LabelForm.CHAT)
        return None
    match = _TABBED_LABEL.match(line.text, line.start, line.end)
    if match and _is_chat_name(match["plain"].strip()):
        return line.make_label(match["plain"].strip(), match.end(), match.end(), LabelForm.CHAT)
    for pattern in (_STAMPED_SENDER, _STAMP_ABOVE_SENDER):
        match = pattern.match(line.text, line.start, line.paragraph.end)
        if match and (_is_chat_name(match["plain"]) or match.groupdict().get("tag")):
            return line.make_label(match["plain"], match.end(), match.end(), LabelForm.CHAT)
    for pattern, form in ((_BRACKETED_NAME, LabelForm.BRACKET), (_ANGLED_NAME, LabelForm.ANGLE)):
        match = pattern.match(line.text, line.start, line.end)
        if match and _is_chat_name(match["plain"]):
            # captions declare their speakers: "<v Ann>"
            is_declared = line.text.startswith("<v", match.start()) and match["plain"][0] != "v"
            form = LabelForm.DECLARED if is_declared else form  # noqa: PLW2901
            return line.make_label(match["plain"], match.end(), match.end(), form)
    return None


def _find_sender(name: str) -> str:
    """Return who sends a message, without whom it is for."""
    match = _ADDRESSED.fullmatch(name)
    return match["name"] if match else name


def _parse_chat_name(line: _Line, *, has_times: bool) -> Label | None:
    """Return a label whose time follows the name, or a name before a Japanese quotation."""
    end = line.end
    match = _QUOTED_NAME.match(line.text, line.start, end)
    if match:
        return line.make_label(match["plain"], match.end(), match.end(), LabelForm.QUOTE)
    if not has_times:
        return None
    match = _STAMP_ABOVE_SENDER.match(line.text, line.start, line.paragraph.end)
    if match and _is_chat_name(match["plain"]):
        return line.make_label(match["plain"], match.end(), match.end(), LabelForm.CHAT)
    match = _NAME_AND_STAMP.match(line.text, line.start, end)
    name = _drop_chat_verb(match["plain"]) if match else ""
    if match and _is_chat_name(name):
        return line.make_label(name, match.end(), match.end(), LabelForm.CHAT)
    match = _STAMPED_HEAD.match(line.text, line.start, end)
    if match and _is_chat_name(match["plain"]):
        return line.make_label(match["plain"], end, end, LabelForm.CHAT)
    return None


def _drop_chat_verb(name: str) -> str:
    """Return a name without the verb that a program writes after it: "Jon says (10:05 PM):"."""
    first, _, last = name.rpartition(" ")
    return first if last.casefold() in load_vocabulary().chat_verbs else name


def _is_chat_name(name: str) -> bool:
    """Return whether a text may be a name in a chat: one word, or a few with capitals."""
    words = name.split()
    connectors = load_vocabulary().connectors
    return 0 < len(words) <= 4 and (
        len(words) == 1 or all(not w[0].islower() or w.casefold() in connectors for w in words)
    )


def classify_casing(name: str) -> Casing | None:
    """Return how a name is written; None if it has no letter or its words differ."""
    words = [
        word for word in _NAME_TOKEN.findall(name) if any(character.isalpha() for character in word)
    ]
    connectors = load_vocabulary().connectors
    major_words = [word for word in words if word.casefold() not in connectors] or words
    if not major_words:
        return None
    if all(_SURNAME_PARTICLE.sub("", word).isupper() for word in major_words):
        return Casing.CAPITALS
    if all(not word[0].islower() for word in major_words):
        return Casing.TITLE
    return Casing.LOWER if len(words) == 1 else None


# ---------------------------------------------------------------------------- names in the open


def _parse_named_label(line: _Line, layout: _LineLayout) -> Label | None:
    """Return a label that begins with a name: "MARTHA.", "Tom:", "_Nora_ (rising).", "TOM"."""
    opening = _EMPHASIS.match(line.text, line.start)
    name_start = opening.end() if opening else line.start
    name_end = _scan_name(line.text, name_start, line.paragraph.end)
    initial = _NAME_WITH_INITIAL.match(line.text, line.start)
    if initial and initial["name"] in layout.initials:
        name_end = initial.end("name")
    for span in line.paragraph.emphasis:
        if name_start < span.start < name_end and line.text[span.start].islower():
            name_end = span.start  # "BENEDETTA _to Hamish_:"
    name_end = name_start + len(line.text[name_start:name_end].rstrip(" *_"))
    if name_end <= name_start:
        return None
    name = line.text[name_start:name_end]
    is_emphasised = line.text[line.start] in "*_" or _is_emphasised(line, name_end)
    return _parse_after_name(line, name, name_end, is_emphasised=is_emphasised)


def _scan_name(text: str, start: int, end: int) -> int:
    """Return the end of the name that begins at an offset; the offset itself if there is none."""
    vocabulary = load_vocabulary()
    position = name_end = start
    words = 0
    for _ in range(_MAX_NAME_WORDS):
        token = _NAME_TOKEN.match(text, position, end)
        if token is None or token.end() - start > _MAX_NAME_CHARACTERS:
            return name_end if token is None else start
        word = token[0]
        if word[0].islower() and word.casefold() not in vocabulary.connectors:
            # a chat may have a nickname without a capital, but not several words without one
            return token.end() if words == 0 else start
        words += word[0].isalnum() or word == "&"
        name_end = token.end()
        position = _find_next_word(text, token, end)
        if position < 0:
            return name_end
    return start


def _find_next_word(text: str, token: re.Match[str], end: int) -> int:
    """Return the offset of the word after this one within a name, or -1 at the name's end."""
    word, position = token[0], token.end()
    following = text[position : position + 2]
    if following[:1] == " " and following[1:2].isalnum():
        return position + 1
    if following in (" &", " #") or (following[:1] == " " and following[1:] > "\u25ff"):
        return position + 1
    if following[:1] == "/" and following[1:2].isalpha():
        return position + 1
    if following == ". ":
        is_title = (
            _is_abbreviated_name(text, token, end)
            or word.casefold() in load_vocabulary().title_abbreviations
        )
        is_initial = len(word) == 1 and word not in "QAIР"
        next_token = _NAME_TOKEN.match(text, position + 2, end)
        if next_token and next_token[0][0].isupper() and (is_title or is_initial):
            return position + 2 if is_title or len(next_token[0]) > 1 else -1
    if following == ", " and word.isupper() and len(word) > 1:
        next_token = _NAME_TOKEN.match(text, position + 2, end)
        if next_token and next_token[0].isupper() and len(next_token[0]) > 1:
            return position + 2
    return -1


def _is_abbreviated_name(text: str, first: re.Match[str], end: int) -> bool:
    """Return whether both parts of a name are abbreviated: "DAM. CL." is Dame Claude."""
    last = _NAME_TOKEN.match(text, first.end() + 2, end)
    return (
        last is not None
        and all(
            part.isupper() and 1 < len(part) <= _MAX_ABBREVIATION for part in (first[0], last[0])
        )
        and text[last.end() : last.end() + 1] == "."
    )


def _is_emphasised(line: _Line, name_end: int) -> bool:
    """Return whether the markup emphasises the name, but not the text after it."""
    return any(
        span.start <= line.start and name_end <= span.end <= name_end + 3
        for span in line.paragraph.emphasis
    )


def _parse_after_name(
    line: _Line, name: str, name_end: int, *, is_emphasised: bool
) -> Label | None:
    """Return the label with this name, from the directions and the mark that follow it."""
    is_marked = is_emphasised or classify_casing(name) is Casing.CAPITALS
    position, silent_end = _skip_directions(line, name_end, is_marked=is_marked)
    has_direction = position > silent_end
    is_lower = name[0].islower()
    line_end = line.find_line_end(position)
    for pattern, form in (
        (_LINE_END, LabelForm.ALONE),
        (_STOP, LabelForm.STOP),
        (_COLON, LabelForm.COLON),
        (_DASH, LabelForm.DASH),
    ):
        match = pattern.match(line.text, position, line_end)
        if match is None:
            continue
        has_mark = bool(match[0].strip("*_ \t\r"))
        is_item = line.paragraph.kind is ParagraphKind.ITEM
        needs_capitals = form is LabelForm.DASH or (form is LabelForm.ALONE and not has_mark)
        if (needs_capitals and not (is_marked or is_item)) or (
            is_lower and form is not LabelForm.COLON
        ):
            return None
        return line.make_label(
            name, silent_end if has_direction else match.end(), match.end(), form,
            is_emphasised=is_emphasised, has_direction=has_direction,
        )  # fmt: skip
    gap = _WIDE_GAP.match(line.text, position, line_end)
    interview_labels = load_vocabulary().questions | load_vocabulary().answers
    is_in_column = (
        gap
        and (gap[0].endswith("\t") or len(gap[0]) >= _MIN_COLUMN_GAP)
        and classify_casing(name) is Casing.CAPITALS
    )
    if gap and (is_in_column or (len(name) == 1 and name.casefold() in interview_labels)):
        return line.make_label(name, gap.end(), gap.end(), LabelForm.STOP)
    is_action = _LOWER_START.match(line.text, position) is not None
    is_closed = line.text[position - 1] in ")]" or line.text[name_end:position].rstrip("*_")[
        -1:
    ] in (".", ":")
    if has_direction and is_marked and not is_action and is_closed:
        # "LIZA [rising] I am going.", but not "LIZA (20s) rises."
        return line.make_label(
            name, silent_end, position, LabelForm.STOP, is_emphasised=is_emphasised,
            has_direction=True,
        )  # fmt: skip
    separator = _CELL_SEPARATOR.match(line.text, position, line_end)
    opens_row = not line.text[line.paragraph.start : line.start].strip()
    if separator and opens_row and line.paragraph.kind is ParagraphKind.TABLE:
        return line.make_label(name, separator.end(), separator.end(), LabelForm.CELL)
    return None


def _skip_directions(line: _Line, name_end: int, *, is_marked: bool) -> tuple[int, int]:
    """Return the end of the stage directions after a name, and the end of what is not spoken.

    Remarks such as "(V.O.)" are not spoken; they belong to the name.
    """
    text, position, silent_end = line.text, name_end, name_end
    for _ in range(3):
        opening = _OPENING_BRACKETS.match(text, position, line.paragraph.end)
        if opening is None:
            break
        closing = find_closing_bracket(text, opening.end(), line.paragraph.end)
        if closing < 0:
            break
        remark = text[opening.end() + 1 : closing - 1].strip().casefold()
        if position == silent_end and remark in load_vocabulary().voice_remarks:
            silent_end = closing
        position = closing
    if position == name_end and is_marked:
        position = _skip_italic_direction(line, name_end)
    if position == name_end and is_marked:
        comma = _COMMA_DIRECTION.match(text, name_end, line.find_line_end(name_end))
        if comma:
            return comma.end(), name_end
    return position, silent_end


def _skip_italic_direction(line: _Line, name_end: int) -> int:
    """Return the end of a stage direction in italics after a name: "HAMISH _rising_".

    A stop must follow it, or end it; other words in italics are part of a sentence.
    """
    for span in line.paragraph.emphasis:
        before, content = line.text[name_end : span.start], line.text[span.start : span.end]
        if span.start < name_end or before.strip(" *_\t"):
            continue
        direction = content.strip(" *_()[]\t")
        marks = _EMPHASIS_MARKS.match(line.text, span.end)
        end = marks.end() if marks else span.end
        is_closed = direction[-1:] in (".", ":") or _DIRECTION_END.match(line.text, end)
        if before and direction[:1].islower() and "\n" not in content and is_closed:
            return end
        break
    return name_end
