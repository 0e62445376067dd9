"""How long a reader breathes between two lines: one policy, as data.

Every pause is measured from the end of speech to the beginning of the next speech, so the numbers
here are what is heard, whatever silence an engine adds of its own. Changing them synthesises
nothing.

The defaults follow measurements of people reading aloud: 0.34 to 1.36 s between sentences and 0.75
to 1.8 s between paragraphs, a fifth more after long ones (Kazlauskienė, Respectus Philologicus 37,
2019); listeners find 0.6 s between sentences most natural (Liu et al., Frontiers in Psychology 13,
2022); 2 to 3.5 s at a break in a section and at a chapter's end (the trade's own habit).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator.errors import OptionError
from narrator.model import Line, LineKind, ParagraphKind
from narrator.registry import did_you_mean
from narrator.segmentation.languages import load_language as language_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_PAUSE_SECONDS = 20.0
"""Seconds: the longest pause that a policy may ask for, as in the speech services' own markup."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence at each kind of boundary."""

    sentence: float = 0.55
    """Between two sentences of one paragraph."""
    clause: float = 0.25
    """Where a sentence goes on in the next line, as after a comma."""
    ellipsis: float = 0.5
    """Where a sentence trails off, and goes on."""
    dash: float = 0.3
    """Where a sentence is broken off by a dash, and goes on."""
    reporting: float = 0.06
    """Between a quotation and the clause that reports it: `"Really?" she asked`."""
    reported: float = 0.2
    """Between the clause and the quotation that it announces: `She said, "..."`."""
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
    """At the end of a chapter, the last one too."""
    head: float = 0.6
    """Before the first word of a file."""

    def scale_by(self, factor: float) -> Pauses:
        """The same policy, with all pauses longer or shorter by a factor."""
        return replace(self, **{f.name: round(getattr(self, f.name) * factor, 3) for f in _FIELDS})

    @property
    def longest_pause(self) -> float:
        """The longest of all pauses, in seconds."""
        return max(float(getattr(self, field.name)) for field in _FIELDS)


_FIELDS = fields(Pauses)

PAUSE_PRESETS: dict[str, Pauses] = {
    "natural": Pauses(),
    "brisk": Pauses().scale_by(0.65),
    "slow": Pauses().scale_by(1.35),
}


def load_pauses(choice: str) -> Pauses:
    """The policy that a user names: a preset, or a TOML file of seconds.

    Raises:
        OptionError: there is no such preset or file, or the file can't be understood.
    """
    if choice in PAUSE_PRESETS:
        return PAUSE_PRESETS[choice]
    path = Path(choice)
    if path.suffix.lower() != ".toml" and not path.is_file():
        raise OptionError(
            f"no pauses are called '{choice}'",
            f"{did_you_mean(choice, PAUSE_PRESETS)}, or a TOML file",
        )
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError(
            f"{path}: can't be read as pauses ({error})", "write lines such as: scene = 2.5"
        ) from error
    return parse_pauses(table.get("pauses", table), str(path))


def parse_pauses(table: Mapping[str, Any], source_name: str = "pauses") -> Pauses:
    """The policy in a table of seconds, which may build on a `preset`.

    Raises:
        OptionError: a key is unknown, or a value is no number of seconds.
    """
    seconds = dict(table)
    preset = seconds.pop("preset", "natural")
    if preset not in PAUSE_PRESETS:
        raise OptionError(
            f"{source_name}: no pauses are called '{preset}'",
            did_you_mean(str(preset), PAUSE_PRESETS),
        )
    known = [field.name for field in _FIELDS]
    for key, value in seconds.items():
        if key not in known:
            raise OptionError(
                f"{source_name}: there is no pause called '{key}'", did_you_mean(key, known)
            )
        if not _is_pause(value):
            raise OptionError(
                f"{source_name}: {key} = {value!r} is no pause",
                f"give seconds, from 0 to {LONGEST_PAUSE_SECONDS:g}",
            )
    return replace(PAUSE_PRESETS[preset], **{key: float(value) for key, value in seconds.items()})


def _is_pause(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and 0 <= value <= LONGEST_PAUSE_SECONDS


# ---------------------------------------------------------------------------------- the rules


@dataclass(frozen=True, slots=True)
class Boundary:
    """Two lines of a chapter that follow each other, and what surrounds them."""

    before: Line
    after: Line
    speech_verbs: frozenset[str] = frozenset()
    """Verbs that tell whose a quotation is."""
    paragraph_length: int = 0
    """Characters in the paragraph that `before` belongs to."""
    is_turn: bool = False
    """Whether somebody speaks both in the paragraph of `before` and in that of `after`."""


PauseRule = Callable[[Boundary, Pauses], float | None]
"""The pause that a rule wants at a boundary; none where it has no opinion."""


def compute_pauses(
    lines: Sequence[Line], pauses: Pauses, language: str = "en"
) -> tuple[float, ...]:
    """Seconds of silence after each line of a script, in a language named by its BCP 47 tag."""
    speech = language_of(language).speech_verbs
    paragraphs = [tuple(group) for _, group in groupby(lines, key=_paragraph)]
    talk = [any(line.kind is LineKind.DIALOGUE for line in group) for group in paragraphs]
    found: list[float] = []
    for index, group in enumerate(paragraphs):
        found += [compute_pause(Boundary(*pair, speech), pauses) for pair in pairwise(group)]
        if index + 1 == len(paragraphs) or paragraphs[index + 1][0].chapter != group[0].chapter:
            found.append(pauses.chapter)
            continue
        length = sum(len(line.text) for line in group)
        turn = talk[index] and talk[index + 1]
        boundary = Boundary(group[-1], paragraphs[index + 1][0], speech, length, turn)
        found.append(compute_pause(boundary, pauses))
    return tuple(found)


def compute_pause(boundary: Boundary, pauses: Pauses) -> float:
    """Seconds of silence at a boundary: the word of the first rule that has one."""
    for rule in PAUSE_RULES:
        seconds = rule(boundary, pauses)
        if seconds is not None:
            return seconds
    return pauses.sentence


def scene_breaks(at: Boundary, pauses: Pauses) -> float | None:
    """A scene break stands between the two."""
    return (
        pauses.scene
        if at.after.follows_scene_break and _paragraph(at.before) != _paragraph(at.after)
        else None
    )


def heading_stands(at: Boundary, pauses: Pauses) -> float | None:
    """One of the two is a heading; two headings in a row are a title and its subtitle."""
    before, after = (line.kind is LineKind.HEADING for line in (at.before, at.after))
    if before and after:
        return pauses.paragraph
    if before:
        return pauses.after_heading
    return pauses.before_heading if after else None


def paragraph_ends(at: Boundary, pauses: Pauses) -> float | None:
    """The two stand in different paragraphs."""
    if _paragraph(at.before) == _paragraph(at.after):
        return None
    if at.before.paragraph_kind is at.after.paragraph_kind and at.before.paragraph_kind in (
        ParagraphKind.VERSE,
        ParagraphKind.ITEM,
    ):
        return pauses.verse
    if at.is_turn:
        return pauses.turn
    return pauses.long_paragraph if at.paragraph_length > LONG_PARAGRAPH else pauses.paragraph


def quotation_is_reported(at: Boundary, pauses: Pauses) -> float | None:
    """A quotation runs on into the words that say whose it is."""
    if (at.before.kind, at.after.kind) != (LineKind.DIALOGUE, LineKind.NARRATION):
        return None
    end = _end(at.before.text)
    # some print a full stop where others print a comma: "Come in." said Holmes
    runs_on = end in ",;:" or _starts_small(at.after.text) or (end != "." and _reports(at))
    return pauses.reporting if runs_on else None


def quotation_is_announced(at: Boundary, pauses: Pauses) -> float | None:
    """Words of the narrator, without a full stop, lead to a quotation."""
    if (at.before.kind, at.after.kind) != (LineKind.NARRATION, LineKind.DIALOGUE):
        return None
    return None if _end(at.before.text) in ".!?" else pauses.reported


def sentence_goes_on(at: Boundary, pauses: Pauses) -> float | None:
    """The first line does not end its sentence, or the second one does not begin one."""
    end = _end(at.before.text)
    if end == "…":
        return pauses.ellipsis
    if end in "—–-":
        return pauses.dash
    return None if end in ".!?" else pauses.clause


PAUSE_RULES: tuple[PauseRule, ...] = (
    scene_breaks,
    heading_stands,
    paragraph_ends,
    quotation_is_reported,
    quotation_is_announced,
    sentence_goes_on,
)
"""In order: the first that has an opinion decides."""

LONG_PARAGRAPH = 800
"""Characters beyond which a paragraph is long: about a minute of speech."""

_CLOSING = "\"'”’»«›‹)]}*_ "


def _paragraph(line: Line) -> tuple[int, int]:
    return line.chapter, line.paragraph


def _end(text: str) -> str:
    """The last mark of a text, without the quotation marks around it; `…` for any ellipsis."""
    bare = text.rstrip(_CLOSING)
    if bare.endswith(("...", ". . .", "…")):
        return "…"
    return bare[-1:] or "."


def _starts_small(text: str) -> bool:
    return text.lstrip(_CLOSING)[:1].islower()


def _reports(at: Boundary) -> bool:
    """Whether narration after a quotation tells whose it is, in its first words: `Mary asked`."""
    words = at.after.text.split()[:4]
    return any(word.strip(".,;:!?—").casefold() in at.speech_verbs for word in words)
