"""Chooses the pause between two lines: seconds per kind of boundary, and rules that pick the kind.

Every pause is measured from the end of speech to the start of the next speech, so it is what a
listener hears, whatever silence an engine adds to its clips. A change of pauses needs no new
synthesis.

The defaults follow measurements of people reading aloud: 0.34 to 1.36 s between sentences and 0.75
to 1.8 s between paragraphs, a fifth more after long ones (Kazlauskienė, Respectus Philologicus 37,
2019); listeners find 0.6 s between sentences most natural (Liu et al., Frontiers in Psychology 13,
2022). Publishers usually leave 2 to 3.5 s at a scene break and at the end of a chapter.

Readers pause longer between long sentences than between short ones (Zvonik and Cummins, ICSLP 2002;
Krivokapić, Journal of Phonetics 35, 2007), and never twice the same. So pauses between sentences
and paragraphs vary with the length of the sentences around them, and a little with their words; the
same text always has the same pauses.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator.errors import OptionError
from narrator.files.existence import is_file
from narrator.files.toml_files import TomlFileError, read_toml
from narrator.languages import load_language
from narrator.model import Line, LineKind, ParagraphKind
from narrator.setting_limits import PAUSE, PAUSE_VARIATION
from narrator.text.quotes import DASHES, HYPHEN, MARKS_AFTER_SENTENCE, strip_closing_marks
from narrator.text.suggestions import did_you_mean, join_choices
from narrator.text.words import ALL_SENTENCE_ENDS, CLAUSE_ENDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narrator.model import Cast


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence at each kind of boundary."""

    sentence: float = 0.55
    """Between two sentences of one paragraph."""
    clause: float = 0.25
    """Within a sentence that continues in the next line, as after a comma."""
    ellipsis: float = 0.5
    """After an ellipsis within a paragraph."""
    dash: float = 0.3
    """After a dash at the end of a line within a paragraph."""
    reporting: float = 0.06
    """Between a quotation and the reporting clause after it: `"Really?" she asked`."""
    voice_change: float = 0.2
    """The same where the clause is in another voice, which a reader sets apart (Kentner 2023)."""
    reported: float = 0.2
    """Between a clause and the quotation that it announces: `She said, "..."`."""
    turn: float = 0.7
    """Between two paragraphs of a conversation."""
    paragraph: float = 0.95
    """Between two paragraphs."""
    long_paragraph: float = 1.15
    """After a paragraph of more than 800 characters."""
    verse: float = 0.45
    """Between two lines of verse, or two items of a list."""
    scene: float = 2.2
    """At a scene break."""
    before_heading: float = 2.0
    """Before a heading within a chapter."""
    after_heading: float = 1.6
    """Between a heading and the text."""
    chapter: float = 3.0
    """At the end of every chapter, including the last."""
    head: float = 0.6
    """Before the first word of a file."""
    variation: float = 0.15
    """Largest share by which a pause between sentences or paragraphs is longer or shorter."""

    def scale_by(self, factor: float) -> Pauses:
        """Return these pauses with each length multiplied by a factor."""
        return replace(self, **{key: round(getattr(self, key) * factor, 3) for key in _LENGTHS})

    @property
    def longest_pause(self) -> float:
        """Return the longest of all pauses, in seconds."""
        longest_length = max(float(getattr(self, key)) for key in _LENGTHS)
        return longest_length * (1 + self.variation)


_LENGTHS = tuple(field.name for field in fields(Pauses) if field.name != "variation")
"""The names of the fields that are seconds."""

PAUSE_PRESETS: dict[str, Pauses] = {
    "natural": Pauses(),
    "brisk": Pauses().scale_by(0.65),
    "slow": Pauses().scale_by(1.35),
    "steady": Pauses(voice_change=0.06, variation=0.0),
}
"""The pauses that a user can choose by name."""


def load_pauses(choice: str) -> Pauses:
    """Return the pauses for a user's choice: the name of a preset, or a TOML file of seconds.

    Raises:
        OptionError: there is no such preset or file, or the file can't be understood.
    """
    if choice in PAUSE_PRESETS:
        return PAUSE_PRESETS[choice]
    path = Path(choice)
    if path.suffix.lower() != ".toml" and not is_file(path):
        raise OptionError(
            f"--pauses '{choice}' is not known",
            did_you_mean(
                choice, PAUSE_PRESETS, f"choose {join_choices((*PAUSE_PRESETS, 'a TOML file'))}"
            ),
        )
    try:
        table = read_toml(path)
    except TomlFileError as error:
        hint = error.path_hint or "write lines such as: scene = 2.5"
        raise OptionError(f"{path} {error}", hint) from error
    pauses = table.get("pauses", table)
    if not isinstance(pauses, dict):
        raise OptionError(f"{path}: pauses must be a table", "write [pauses] above the pauses")
    return parse_pauses(pauses, str(path))


def parse_pauses(table: Mapping[str, Any], source_name: str = "pauses") -> Pauses:
    """Return the pauses in a table of seconds, which may override those of a `preset`.

    `source_name` is the file or option that error messages name.

    Raises:
        OptionError: a key is unknown, or a value is not a number of seconds.
    """
    seconds_by_key = dict(table)
    preset = seconds_by_key.pop("preset", "natural")
    if not isinstance(preset, str) or preset not in PAUSE_PRESETS:
        raise OptionError(
            f"{source_name}: no pauses are called '{preset}'",
            did_you_mean(str(preset), PAUSE_PRESETS),
        )
    valid_keys = [field.name for field in fields(Pauses)]
    for key, value in seconds_by_key.items():
        if key not in valid_keys:
            raise OptionError(
                f"{source_name}: no pause is called '{key}'", did_you_mean(key, valid_keys)
            )
        limits = PAUSE_VARIATION if key == "variation" else PAUSE
        if not limits.allow(value):
            raise OptionError(
                f"{source_name}: {key} = {value!r} is not a valid pause", f"give {limits}"
            )
    return replace(
        PAUSE_PRESETS[preset], **{key: float(value) for key, value in seconds_by_key.items()}
    )


def merge_pauses(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the pauses of several tables; later ones take precedence.

    A table with a `preset` replaces everything before it.
    """
    merged: dict[str, Any] = {}
    for table in tables:
        merged = dict(table) if "preset" in table else {**merged, **table}
    return merged


# ---------------------------------------------------------------------------------- the rules


@dataclass(frozen=True, slots=True)
class Boundary:
    """Two successive lines of a chapter, with the context that the rules need."""

    before: Line
    after: Line
    speech_verbs: frozenset[str] = frozenset()
    """Verbs that report speech, in lower case."""
    paragraph_length: int = 0
    """Characters in the paragraph that `before` belongs to."""
    is_turn: bool = False
    """Whether the paragraphs of both lines contain dialogue."""
    changes_voice: bool = False
    """Whether the two lines are in different voices."""


PauseRule = Callable[[Boundary, Pauses], float | None]
"""A function that returns the seconds of silence at a boundary, or `None` if it does not apply."""


def compute_pauses(
    lines: Sequence[Line], pauses: Pauses, language: str = "en", cast: Cast | None = None
) -> tuple[float, ...]:
    """Return the seconds of silence after each line of a script.

    `language` is the BCP 47 tag of the book; it determines the verbs of speech. `cast` tells which
    lines are in different voices; without it, all are in the same. A pause for which
    the user gives a direction is as long as the direction says.
    """
    speech_verbs = load_language(language).speech_verbs
    paragraphs = [tuple(group) for _, group in groupby(lines, key=_paragraph_key)]
    has_dialogue = [any(line.kind is LineKind.DIALOGUE for line in group) for group in paragraphs]
    seconds: list[float] = []
    for index, group in enumerate(paragraphs):
        seconds += [
            compute_pause(
                Boundary(*pair, speech_verbs, changes_voice=_changes_voice(*pair, cast)), pauses
            )
            for pair in pairwise(group)
        ]
        if index + 1 == len(paragraphs) or paragraphs[index + 1][0].chapter != group[0].chapter:
            seconds.append(pauses.chapter)
            continue
        length = sum(len(line.text) for line in group)
        is_turn = has_dialogue[index] and has_dialogue[index + 1]
        boundary = Boundary(group[-1], paragraphs[index + 1][0], speech_verbs, length, is_turn)
        seconds.append(compute_pause(boundary, pauses))
    return tuple(
        pause if line.directions.pause_seconds is None else line.directions.pause_seconds
        for line, pause in zip(lines, seconds, strict=True)
    )


def compute_pause(boundary: Boundary, pauses: Pauses) -> float:
    """Return the seconds of silence at a boundary, by the first rule that applies."""
    for rule in PAUSE_RULES:
        seconds = rule(boundary, pauses)
        if seconds is not None:
            return seconds
    return _vary_pause(boundary, pauses.sentence, pauses.variation)


def pause_at_scene_break(boundary: Boundary, pauses: Pauses) -> float | None:
    """Return the pause of a scene break, if there is one between the two lines."""
    is_new_paragraph = _paragraph_key(boundary.before) != _paragraph_key(boundary.after)
    return pauses.scene if boundary.after.follows_scene_break and is_new_paragraph else None


def pause_at_heading(boundary: Boundary, pauses: Pauses) -> float | None:
    """Return the pause before or after a heading, or between a title and its subtitle."""
    before, after = (line.kind is LineKind.HEADING for line in (boundary.before, boundary.after))
    if before and after:
        return pauses.paragraph
    if before:
        return pauses.after_heading
    return pauses.before_heading if after else None


def pause_between_paragraphs(boundary: Boundary, pauses: Pauses) -> float | None:
    """Return the pause between two paragraphs, if the lines are in different paragraphs."""
    before, after = boundary.before, boundary.after
    if _paragraph_key(before) == _paragraph_key(after):
        return None
    is_same_kind = before.paragraph_kind is after.paragraph_kind
    if is_same_kind and before.paragraph_kind in (ParagraphKind.VERSE, ParagraphKind.ITEM):
        return pauses.verse
    is_long = boundary.paragraph_length > LONG_PARAGRAPH_CHARACTERS
    seconds = pauses.long_paragraph if is_long else pauses.paragraph
    if boundary.is_turn:
        seconds = pauses.turn
    return _vary_pause(boundary, seconds, pauses.variation)


def pause_before_reporting_clause(boundary: Boundary, pauses: Pauses) -> float | None:
    """Return the pause between a quotation and the reporting clause after it."""
    if (boundary.before.kind, boundary.after.kind) != (LineKind.DIALOGUE, LineKind.NARRATION):
        return None
    end_mark = _find_end_mark(boundary.before.text)
    # Some books have a full stop in place of the comma: "Come in." said Holmes
    runs_on = (
        end_mark in CLAUSE_ENDS
        or _starts_in_lower_case(boundary.after.text)
        or (end_mark != "." and _starts_with_report(boundary))
    )
    if not runs_on:
        return None
    return pauses.voice_change if boundary.changes_voice else pauses.reporting


def pause_before_announced_quotation(boundary: Boundary, pauses: Pauses) -> float | None:
    """Return the pause between narration without an end mark and the quotation after it."""
    if (boundary.before.kind, boundary.after.kind) != (LineKind.NARRATION, LineKind.DIALOGUE):
        return None
    end_mark = _find_end_mark(boundary.before.text)
    return None if end_mark in _FINAL_MARKS else pauses.reported


def pause_within_sentence(boundary: Boundary, pauses: Pauses) -> float | None:
    """Return the pause after a line that does not end its sentence."""
    end_mark = _find_end_mark(boundary.before.text)
    if boundary.before.language != boundary.after.language and end_mark.isalnum():
        return pauses.voice_change
    if end_mark == "…":
        return pauses.ellipsis
    if end_mark in DASHES + HYPHEN:
        return pauses.dash
    return None if end_mark in _FINAL_MARKS else pauses.clause


PAUSE_RULES: tuple[PauseRule, ...] = (
    pause_at_scene_break,
    pause_at_heading,
    pause_between_paragraphs,
    pause_before_reporting_clause,
    pause_before_announced_quotation,
    pause_within_sentence,
)
"""The rules in order; the first that applies decides."""

LONG_PARAGRAPH_CHARACTERS = 800
"""Most characters of a paragraph that is not long: about a minute of speech."""

_FINAL_MARKS = ALL_SENTENCE_ENDS.replace("…", "")
"""Marks that end a sentence, without the ellipsis, which has its own pause."""


_USUAL_WORDS = 12
"""Words of the sentences around a pause of the usual length; twice as many make it the longest."""
_WORD_CHARACTERS = 6
_LENGTH_WEIGHT = 0.6
"""Weight of the length of the sentences in the variation; the rest comes from their words."""


def _vary_pause(boundary: Boundary, seconds: float, variation: float) -> float:
    """Return a pause that is longer between long sentences, by at most the variation."""
    if not variation:
        return seconds
    texts = boundary.before.text, boundary.after.text
    # letters count too, because Chinese and Japanese have no spaces
    word_count = sum(max(len(text.split()), len(text) / _WORD_CHARACTERS) for text in texts) / 2
    length_share = max(-1.0, min(1.0, word_count / _USUAL_WORDS - 1))
    # the checksum of the words, not the place, so that an edit elsewhere changes no pause
    checksum = zlib.crc32("\n".join(texts).encode(errors="surrogatepass"))
    word_share = checksum / 0x7FFFFFFF - 1
    share = _LENGTH_WEIGHT * length_share + (1 - _LENGTH_WEIGHT) * word_share
    return round(seconds * (1 + variation * share), 3)


def _changes_voice(before: Line, after: Line, cast: Cast | None) -> bool:
    """Return whether two lines are in different voices."""
    if cast is None:
        return False
    before_voice, after_voice = (cast.voice_of(ln.speaker, ln.language) for ln in (before, after))
    return before_voice != after_voice


def _paragraph_key(line: Line) -> tuple[int, int]:
    """Return the chapter and paragraph numbers of a line, which identify its paragraph."""
    return line.chapter, line.paragraph


def _find_end_mark(text: str) -> str:
    """Return the last character of a text before any closing marks, or `…` for any ellipsis."""
    bare_text = strip_closing_marks(text)
    if bare_text.endswith(("...", ". . .", "…")):
        return "…"
    return bare_text[-1:] or "."


def _starts_in_lower_case(text: str) -> bool:
    """Return whether a text starts in lower case after any marks."""
    return text.lstrip(_LEADING_MARKS)[:1].islower()


_LEADING_MARKS = MARKS_AFTER_SENTENCE + " "
"""Marks of the previous quotation that may be left at the start of narration."""


def _starts_with_report(boundary: Boundary) -> bool:
    """Return whether the four words after a quotation include a verb of speech: `Mary asked`."""
    words = boundary.after.text.split()[:4]
    return any(word.strip(".,;:!?—").casefold() in boundary.speech_verbs for word in words)
