"""A reader's own list of how words are said, applied to what is said and never to what is written.

::

    [words]
    "Siobhan" = "Shivawn"
    "St. John" = "Sinjin"

    [[entry]]
    word = "Read"
    say = "Red"
    case = true                 # only with this capital
    speaker = "Mrs. Hall"       # only when she speaks
    chapters = [3, 4]           # only there

    [[entry]]
    word = "Nguyen"
    ipa = "ŋwiən"               # as sounds for engines that take them, and respelt for others
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from narrator.errors import LexiconError
from narrator.normalisation.phonetic_text import ANNOTATION_MARKS, annotate_sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from narrator.model import Line

_KEYS = {"word", "say", "ipa", "case", "speaker", "chapters"}
_PLACE = 0xE000
"""The first of the private characters that hold the place of a word while the rest is said."""
_PLACES = re.compile("[\ue000-\uf8ff]")
_FOREIGN = re.compile(rf"[\ue000-\uf8ff{ANNOTATION_MARKS}]")
"""What would be taken for a placeholder, or for a word with sounds."""


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """How a word or a phrase is said."""

    word: str
    spoken_form: str
    is_case_sensitive: bool = False
    """Whether capitals must agree."""
    speaker: str | None = None
    """The only character who says it so."""
    chapters: frozenset[int] = frozenset()
    """The only chapters in which it is said so; empty for all."""

    def applies_to(self, line: Line) -> bool:
        """Whether it is meant for this line, whatever its words."""
        return (self.speaker is None or self.speaker == line.speaker) and (
            not self.chapters or line.chapter in self.chapters
        )


@dataclass(frozen=True)
class Lexicon:
    """Entries, the first of which wins where two fit."""

    entries: tuple[LexiconEntry, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted({entry.word for entry in self.entries}, key=len, reverse=True)
        words = "|".join(_spelled(word) for word in longest) or r"(?!)"
        return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)

    @cached_property
    def _by_word(self) -> dict[str, tuple[LexiconEntry, ...]]:
        found: dict[str, tuple[LexiconEntry, ...]] = {}
        for entry in self.entries:
            key = _key(entry.word)
            found[key] = (*found.get(key, ()), entry)
        return found

    def insert_placeholders(self, line: Line) -> tuple[str, list[str]]:
        """The line's text with a placeholder for each word that is listed, and what they say."""
        said: list[str] = []

        def hidden(match: re.Match[str]) -> str:
            entry = self._entry(match[0], line)
            if entry is None or len(said) >= 0xF8FF - _PLACE:
                return match[0]
            said.append(entry.spoken_form)
            return chr(_PLACE + len(said) - 1)

        text = _FOREIGN.sub(" ", line.text)
        return self._pattern.sub(hidden, text), said

    def _entry(self, written: str, line: Line) -> LexiconEntry | None:
        for entry in self._by_word.get(_key(written), ()):
            if entry.applies_to(line) and (
                not entry.is_case_sensitive or _same(entry.word, written)
            ):
                return entry
        return None

    def find_affected_lines(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        """The lines that say a word otherwise because of this lexicon."""
        return tuple(line for line in lines if self.insert_placeholders(line)[1])


def fill_placeholders(text: str, said: Sequence[str]) -> str:
    """The text with its placeholders replaced by what they say."""
    return _PLACES.sub(lambda match: said[ord(match[0]) - _PLACE], text)


def load_lexicon(path: Path) -> Lexicon:
    """The lexicon in a TOML file.

    Raises:
        LexiconError: the file can't be read, is no TOML, or has an entry that makes no sense.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LexiconError(
            f"the lexicon {path} can't be read ({error.strerror})", "check its name"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LexiconError(f"the lexicon {path} is no TOML: {error}", _HINT) from error
    return parse_lexicon(table, path)


def parse_lexicon(table: Mapping[str, Any], path: Path | None) -> Lexicon:
    """The lexicon in a table that was read from the file at `path`.

    Raises:
        LexiconError: it has an entry that makes no sense.
    """
    unknown = table.keys() - {"words", "entry"}
    if unknown:
        raise LexiconError(f"the lexicon {path} has an unknown part '{min(unknown)}'", _HINT)
    words, entries = table.get("words", {}), table.get("entry", [])
    if not isinstance(words, dict) or not isinstance(entries, list):
        raise LexiconError(f"the lexicon {path} has a part of the wrong kind", _HINT)
    simple = [{"word": word, "say": said} for word, said in words.items()]
    return Lexicon(tuple(_checked(row, path) for row in [*entries, *simple]))


_HINT = 'write [words] with lines like "Siobhan" = "Shivawn", or [[entry]] with word and say'


def _checked(row: Any, path: Path | None) -> LexiconEntry:
    if not isinstance(row, dict):
        raise LexiconError(f"the lexicon {path} has an entry that is no table", _HINT)
    word = row.get("word")
    problem = _problem(row)
    if problem:
        raise LexiconError(f"the lexicon {path} has {problem} in the entry '{word}'", _HINT)
    said = (
        row["say"]
        if "say" in row
        else annotate_sounds(respell_phonetic(row["ipa"]), row["ipa"].strip())
    )
    return LexiconEntry(
        row["word"].strip(),
        said.strip(),
        row.get("case", False),
        row.get("speaker"),
        frozenset(row.get("chapters", ())),
    )


def _problem(row: dict[str, Any]) -> str | None:
    texts = [row.get("word"), row.get("say", row.get("ipa"))]
    chapters = row.get("chapters", [])
    checks = {
        "an unknown key": bool(row.keys() - _KEYS),
        "no text": not all(isinstance(text, str) and text.strip() for text in texts),
        "both say and ipa": "say" in row and "ipa" in row,
        "a case that is neither true nor false": not isinstance(row.get("case", False), bool),
        "a speaker that is no text": not isinstance(row.get("speaker", ""), str),
        "chapters that are no list of numbers": not isinstance(chapters, list)
        or not all(isinstance(chapter, int) for chapter in chapters),
    }
    return next((problem for problem, found in checks.items() if found), None)


def respell_phonetic(ipa: str) -> str:
    """A word in the phonetic alphabet as an English reader would spell it, syllables hyphenated."""
    table, longest = _respelling()
    pieces, at = [], 0
    while at < len(ipa):
        for size in range(longest, 0, -1):
            if ipa[at : at + size] in table:
                pieces.append(table[ipa[at : at + size]])
                at += size
                break
        else:
            pieces.append(ipa[at] if ipa[at].isalpha() else "")
            at += 1
    return "".join(pieces).strip("-")


@cache
def _respelling() -> tuple[dict[str, str], int]:
    source = files(__package__) / "ipa.toml"
    table: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))["sounds"]
    return table, max(map(len, table))


def _spelled(word: str) -> str:
    parts = re.split(r"(\s+|['’])", word)
    return "".join(
        r"\s+" if part.isspace() else "['’]" if part in ("'", "’") else re.escape(part)
        for part in parts
        if part
    )


def _key(word: str) -> str:
    return re.sub(r"\s+", " ", word.replace("’", "'")).casefold()


def _same(left: str, right: str) -> bool:
    return re.sub(r"\s+", " ", left.replace("’", "'")) == re.sub(
        r"\s+", " ", right.replace("’", "'")
    )
