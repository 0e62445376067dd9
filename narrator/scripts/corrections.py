"""Corrections beside a book: who says what, told by the words themselves.

They are TOML, and go on counting when the book around them is edited, as no number or offset ties
them to it. What they do not find any more is told, and is no error::

    [same]
    "Lizzy" = "Elizabeth"                # two who are one

    [[line]]
    words = "I have waited since noon!"
    speaker = "Martha Quill"             # or "narrator", where nobody says it
    before = "cried Mr. Hobday."         # these two tell apart words that stand more than once
    after = "Then you know"
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError

from narrator.errors import OptionError, ScriptFileError, UnknownCharacterError
from narrator.files import atomic
from narrator.model import Character, Line, LineKind, Script
from narrator.registry import did_you_mean
from narrator.scripts import text_syntax
from narrator.scripts.character_list import CharacterEntry, CharacterIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

CORRECTIONS_SUFFIX = ".corrections.toml"
CORRECTION_REASON = "corrected by hand"

_WORD = re.compile(r"[^\W_]+")
_AROUND = 8
"""Words on each side that tell one place from another; as many are written for a correction."""
_HEADER = """\
Who says what in "{title}", where a person knows better.
The words find the line; before and after tell apart words that stand more than once.
A speaker "narrator" is for what nobody says. Under [same], "Lizzy" = "Elizabeth" makes two one."""


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who says certain words."""

    words: str
    """Enough of a line to find it."""
    speaker: str
    """Any name of a character, or `narrator`."""
    before: str = ""
    """What stands before them, as far as it is needed."""
    after: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    line: list[Correction] = []
    same: dict[str, str] = {}


@dataclass(frozen=True)
class Corrections:
    """What a file of corrections says."""

    path: Path | None = None
    line_corrections: tuple[Correction, ...] = ()
    merged_names: tuple[tuple[str, str], ...] = ()
    """Pairs of a character's name and the name of whom this character really is."""

    def __bool__(self) -> bool:
        return bool(self.line_corrections or self.merged_names)


def load_corrections(path: Path) -> Corrections:
    """What a file of corrections says.

    Raises:
        ScriptFileError: it can't be read, or says something that no such file says.
    """
    try:
        content = msgspec.convert(_parse(path).unwrap(), _File)
    except msgspec.ValidationError as error:
        hint = 'write [[line]] with words = "..." and speaker = "..."'
        raise ScriptFileError(f"{path}: {error}", hint) from error
    for each in content.line:
        if not _words(each.words) or not each.speaker.strip():
            raise ScriptFileError(f"{path}: a [[line]] has no words, or no speaker", "fill in both")
    return Corrections(path, tuple(content.line), tuple(content.same.items()))


def _parse(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        reason = getattr(error, "strerror", None) or error
        hint = '`narrator script BOOK --correct "LINE=NAME"` writes one'
        raise ScriptFileError(f"{path} can't be read as corrections: {reason}", hint) from error


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


# ---------------------------------------------------------------------------- applying


def apply_corrections(script: Script, corrections: Corrections) -> Script:
    """The script as a person corrected it; what could not be done stands in its notes.

    Whoever is given a voice without a person's word keeps the voice: `Script.uncorrected` tells
    who spoke before. Only kind, speaker, quotation, confidence and reason of lines change.
    """
    if not corrections:
        return script
    notes: list[str] = []
    company = _company(script.characters, corrections, notes)
    lines = [
        line
        if line.speaker is None
        else replace(line, speaker=company.find_main_name(line.speaker))
        for line in script.lines
    ]
    places = _Places(script.lines)
    for correction in corrections.line_corrections:
        found = places.find(correction)
        if isinstance(found, str):
            notes.append(f"{corrections.path}: {found}")
            continue
        speaker = company.find_main_name(correction.speaker)
        for index in found:
            lines[index] = _said_by(lines[index], speaker, places.new_quotation(found[0]))
    return replace(
        script,
        characters=company.list_speakers(lines),
        lines=tuple(lines),
        uncorrected=script.uncorrected or script,
        notes=(*script.notes, *notes),
    )


def _said_by(line: Line, speaker: str | None, number: int) -> Line:
    if speaker is None:
        return replace(
            line,
            kind=LineKind.NARRATION,
            quotation=None,
            speaker=None,
            confidence=None,
            reason=None,
        )
    number = number if line.quotation is None else line.quotation
    return replace(
        line,
        kind=LineKind.DIALOGUE,
        quotation=number,
        speaker=speaker,
        confidence=1.0,
        reason=CORRECTION_REASON,
    )


def _company(
    characters: Iterable[Character], corrections: Corrections, notes: list[str]
) -> CharacterIndex:
    """The characters, with those made one who are, and those new who are only in corrections."""
    entries = {each.name: CharacterEntry(each, ()) for each in characters}
    known = CharacterIndex(list(entries.values()))
    for other, one in corrections.merged_names:
        found, home = known.find_main_name(other), known.find_main_name(one)
        if found is None or home is None:
            missing = other if found is None else one
            hint = did_you_mean(missing, known.main_names)
            notes.append(f"{corrections.path}: nobody is called {missing} here ({hint})")
            continue
        entries[home] = replace(
            entries[home], exclusive_aliases=(*entries[home].exclusive_aliases, found)
        )
    for correction in corrections.line_corrections:
        name = correction.speaker.strip()
        if (
            known.find_main_name(name) is None
            and name.casefold() != text_syntax.NARRATOR_NAME
            and name not in entries
        ):
            entries[name] = CharacterEntry(Character(name), ())
            hint = did_you_mean(name, known.main_names)
            notes.append(f"{corrections.path}: {name} is new in this book ({hint})")
    return CharacterIndex(list(entries.values()))


@dataclass
class _Places:
    """The words of a script, and where they stand."""

    lines: Sequence[Line]
    _new: dict[int, int] = field(default_factory=dict)

    @cached_property
    def _homes(self) -> list[tuple[str, int]]:
        return [(word, at) for at, line in enumerate(self.lines) for word in _words(line.text)]

    @cached_property
    def _words(self) -> list[str]:
        return [word for word, _ in self._homes]

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        starts = defaultdict(list)
        for at, word in enumerate(self._words):
            starts[word].append(at)
        return starts

    @cached_property
    def _quotations(self) -> dict[int, list[int]]:
        found = defaultdict(list)
        for at, line in enumerate(self.lines):
            if line.quotation is not None:
                found[line.quotation].append(at)
        return found

    def find(self, correction: Correction) -> list[int] | str:
        """The indices of the lines that a correction means, or why there are none."""
        words = _words(correction.words)
        size, said = len(words), text_syntax.shorten_for_message(correction.words)
        places = [at for at in self._starts[words[0]] if self._words[at : at + size] == words]
        if not places:
            return f"the words “{said}” are not in the book any more"
        likeness = {at: self._likeness(at, size, correction) for at in places}
        best = max(likeness.values())
        chosen = [at for at in places if likeness[at] == best]
        if len(chosen) > 1:
            return f"“{said}” stands {len(chosen)} times: add words before or after it"
        touched = sorted({self._homes[at][1] for at in range(chosen[0], chosen[0] + size)})
        return list(self._meant(touched)) or f"“{said}” is a heading, which the narrator tells"

    def _likeness(self, at: int, size: int, correction: Correction) -> int:
        """How many words around a place are those around the words that were corrected."""
        before = set(self._words[max(0, at - _AROUND) : at])
        after = set(self._words[at + size : at + size + _AROUND])
        told = (set(_words(correction.before)), set(_words(correction.after)))
        return len(before & told[0]) + len(after & told[1])

    def _meant(self, touched: Sequence[int]) -> Iterator[int]:
        """Whole quotations where there are any, else the narrator's lines."""
        said = [self.lines[at] for at in touched if self.lines[at].kind is LineKind.DIALOGUE]
        if not said:
            yield from (at for at in touched if self.lines[at].kind is LineKind.NARRATION)
        for number in dict.fromkeys(line.quotation for line in said):
            yield from self._quotations.get(number or 0, ())

    def new_quotation(self, first: int) -> int:
        """A number for what becomes a quotation, by its first line."""
        taken = max(self._quotations, default=0)
        return self._new.setdefault(first, taken + len(self._new) + 1)


# ---------------------------------------------------------------------------- writing


def parse_correction(script: Script, argument: str) -> Correction:
    """A correction from "3.12.2=Elizabeth": a line by its id, and who says it.

    Raises:
        OptionError: it is not of that form, or there is no such line.
        UnknownCharacterError: nobody in the script has this name.
    """
    name, equals, speaker = (part.strip() for part in argument.partition("="))
    if not (name and equals and speaker):
        raise OptionError(
            f"--correct '{argument}' is no LINE=NAME", 'write it as "3.12.2=Elizabeth"'
        )
    at = next((at for at, line in enumerate(script.lines) if line.id == name), None)
    if at is None:
        raise OptionError(f"there is no line {name}", "`narrator script BOOK` shows them all")
    company = CharacterIndex([CharacterEntry(each, ()) for each in script.characters])
    main = company.find_main_name(speaker)
    if main is None and speaker.casefold() != text_syntax.NARRATOR_NAME:
        hint = did_you_mean(speaker, (*company.main_names, text_syntax.NARRATOR_NAME))
        raise UnknownCharacterError(f"nobody called '{speaker}' speaks in this book", hint)
    words = script.lines[at].text.split()
    above = [word for line in script.lines[max(0, at - _AROUND) : at] for word in line.text.split()]
    below = [word for line in script.lines[at + 1 : at + 1 + _AROUND] for word in line.text.split()]
    below = [*words[2 * _AROUND :], *below]
    return Correction(
        " ".join(words[: 2 * _AROUND]),
        main or text_syntax.NARRATOR_NAME,
        " ".join(above[-_AROUND:]),
        " ".join(below[:_AROUND]),
    )


def add_corrections(path: Path, title: str, corrections: Iterable[Correction]) -> None:
    """Write corrections into the file of a book; what its user wrote stays.

    Raises:
        ScriptFileError: there is a file that can't be understood.
        OutputError: the file can't be written.
    """
    if path.exists():
        load_corrections(path)
        document = _parse(path)
    else:
        document = tomlkit.document()
        for line in _HEADER.format(title=" ".join(title.split())).splitlines():
            document.add(tomlkit.comment(line))
        document.add(tomlkit.nl())
    known: Any = document.setdefault("line", tomlkit.aot())
    for each in corrections:
        anchor = (each.words, each.before, each.after)
        same = [t for t in known if anchor == (t["words"], t.get("before"), t.get("after"))]
        if same:
            same[0]["speaker"] = each.speaker
            continue
        table = tomlkit.table()
        table.update(msgspec.structs.asdict(each))
        known.append(table)
    with atomic.write_atomically(path) as part:
        part.write_text(tomlkit.dumps(document), "utf-8")
