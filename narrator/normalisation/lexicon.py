"""The lexicon: a user's pronunciations of words. It changes the spoken text, not the written text.

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
    ipa = "ŋwiən"               # as IPA for engines that accept it, respelt for others
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from narrator.errors import LexiconError
from narrator.files.toml_files import TomlFileError, read_toml
from narrator.normalisation.phonetic_text import ANNOTATION_MARKS, annotate_sounds
from narrator.setting_limits import CHAPTER_NUMBER
from narrator.text.quotes import APOSTROPHES, character_class
from narrator.text.words import LETTER_OR_DIGIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from narrator.model import Line

_MAX_WORD_LENGTH = 1000
"""The most characters of a word or phrase; the pattern that finds it grows with it."""
_ENTRY_KEYS = {"word", "say", "ipa", "case", "speaker", "chapters"}
_FIRST_PLACEHOLDER, _LAST_PLACEHOLDER = 0xE000, 0xF8FF
"""First and last of the private-use characters that replace words of the lexicon until the rest of
the text is normalised."""
_PLACEHOLDER = re.compile("[\ue000-\uf8ff]")
_RESERVED_CHARACTER = re.compile(rf"[\ue000-\uf8ff{ANNOTATION_MARKS}]")
"""A character that would be mistaken for a placeholder or for phonetic mark-up."""
_APOSTROPHE = character_class(APOSTROPHES)
_SPACE_OR_APOSTROPHE = re.compile(rf"(\s+|{_APOSTROPHE})")
"""A space or apostrophe in an entry: it matches any spaces or any apostrophe in the text."""


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """The spoken form of a word or phrase, and the lines in which it applies."""

    word: str
    spoken_form: str
    is_case_sensitive: bool = False
    """Whether the text must have the same capitals as `word`."""
    speaker: str | None = None
    """Name of the only character to which the entry applies; `None` for all."""
    chapters: frozenset[int] = frozenset()
    """Numbers of the only chapters to which the entry applies; empty for all."""

    def applies_to(self, line: Line) -> bool:
        """Return whether the entry applies to the speaker and chapter of a line."""
        return (self.speaker is None or self.speaker == line.speaker) and (
            not self.chapters or line.chapter in self.chapters
        )


@dataclass(frozen=True)
class Lexicon:
    """Lexicon entries in order of priority: the first that applies is used."""

    entries: tuple[LexiconEntry, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Return a pattern that matches any listed word, trying the longest first."""
        longest_first = sorted({entry.word for entry in self.entries}, key=len, reverse=True)
        words = "|".join(_build_word_expression(word) for word in longest_first) or r"(?!)"
        return re.compile(rf"(?<!{LETTER_OR_DIGIT})(?:{words})(?!{LETTER_OR_DIGIT})", re.IGNORECASE)

    @cached_property
    def _entries_by_key(self) -> dict[str, tuple[LexiconEntry, ...]]:
        """Return the entries of each word, in order."""
        entries_by_key: dict[str, tuple[LexiconEntry, ...]] = {}
        for entry in self.entries:
            key = _make_lookup_key(entry.word)
            entries_by_key[key] = (*entries_by_key.get(key, ()), entry)
        return entries_by_key

    def insert_placeholders(self, line: Line) -> tuple[str, list[str]]:
        """Return a line's text with a placeholder for each listed word, and their spoken forms."""
        spoken_forms: list[str] = []

        def replace_word(match: re.Match[str]) -> str:
            entry = self._find_entry(match[0], line)
            if entry is None or len(spoken_forms) >= _LAST_PLACEHOLDER - _FIRST_PLACEHOLDER:
                return match[0]
            spoken_forms.append(entry.spoken_form)
            return chr(_FIRST_PLACEHOLDER + len(spoken_forms) - 1)

        # Reserved characters in the book itself would be taken for placeholders.
        text = _RESERVED_CHARACTER.sub(" ", line.text)
        return self._pattern.sub(replace_word, text), spoken_forms

    def _find_entry(self, written_word: str, line: Line) -> LexiconEntry | None:
        """Return the first entry that applies to a word of a line, or `None`."""
        for entry in self._entries_by_key.get(_make_lookup_key(written_word), ()):
            if entry.applies_to(line) and (
                not entry.is_case_sensitive
                or _unify_spelling(entry.word) == _unify_spelling(written_word)
            ):
                return entry
        return None

    def find_affected_lines(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        """Return the lines that contain a word of this lexicon."""
        return tuple(line for line in lines if self.insert_placeholders(line)[1])


def fill_placeholders(text: str, spoken_forms: Sequence[str]) -> str:
    """Return the text with its placeholders replaced by spoken forms."""
    return _PLACEHOLDER.sub(lambda match: spoken_forms[ord(match[0]) - _FIRST_PLACEHOLDER], text)


def load_lexicon(path: Path) -> Lexicon:
    """Read the lexicon in a TOML file.

    Raises:
        LexiconError: the file can't be read, is not TOML, or has an invalid entry.
    """
    try:
        table = read_toml(path)
    except TomlFileError as error:
        hint = error.path_hint or _FORMAT_HINT
        raise LexiconError(f"the lexicon {path} {error}", hint) from error
    return parse_lexicon(table, path)


def parse_lexicon(table: Mapping[str, Any], path: Path | None) -> Lexicon:
    """Return the lexicon in a table that was read from the file at `path`.

    Raises:
        LexiconError: the table has an unknown key or an invalid entry.
    """
    unknown_keys = table.keys() - {"words", "entry"}
    if unknown_keys:
        raise LexiconError(
            f"the lexicon {path} has an unknown section '{min(unknown_keys)}'", _FORMAT_HINT
        )
    words, rows = table.get("words", {}), table.get("entry", [])
    if not isinstance(words, dict) or not isinstance(rows, list):
        raise LexiconError(f"the lexicon {path} has a section of the wrong type", _FORMAT_HINT)
    # Rows of [[entry]] come first: they are more specific, and the first that applies is used.
    word_rows = [{"word": word, "say": spoken_form} for word, spoken_form in words.items()]
    return Lexicon(tuple(_parse_entry(row, path) for row in [*rows, *word_rows]))


_FORMAT_HINT = 'write [words] with lines like "Siobhan" = "Shivawn", or [[entry]] with word and say'


def _parse_entry(row: Any, path: Path | None) -> LexiconEntry:
    """Return the entry in a row of the table.

    Raises:
        LexiconError: the row is invalid.
    """
    if not isinstance(row, dict):
        raise LexiconError(f"the lexicon {path} has an entry that is not a table", _FORMAT_HINT)
    word = row.get("word")
    problem = _find_problem(row)
    if problem:
        raise LexiconError(f"the lexicon {path} has {problem} in the entry '{word}'", _FORMAT_HINT)
    if "say" in row:
        spoken_form = row["say"]
    else:
        spoken_form = annotate_sounds(respell_phonetic(row["ipa"]), row["ipa"].strip())
    return LexiconEntry(
        row["word"].strip(),
        spoken_form.strip(),
        row.get("case", False),
        row.get("speaker"),
        frozenset(row.get("chapters", ())),
    )


def _find_problem(row: dict[str, Any]) -> str | None:
    """Return what is wrong with a row, as part of an error message, or `None` if it is valid."""
    texts = [row.get("word"), row.get("say", row.get("ipa"))]
    chapters = row.get("chapters", [])
    problems = {
        "an unknown key": bool(row.keys() - _ENTRY_KEYS),
        "no text": not all(isinstance(text, str) and text.strip() for text in texts),
        f"a word of more than {_MAX_WORD_LENGTH} characters": len(str(texts[0])) > _MAX_WORD_LENGTH,
        "both say and ipa": "say" in row and "ipa" in row,
        "a case that is neither true nor false": not isinstance(row.get("case", False), bool),
        "a speaker that is not a text": not isinstance(row.get("speaker", ""), str),
        "chapters that are not a list of numbers from 1": not isinstance(chapters, list)
        or not all(
            isinstance(chapter, int) and CHAPTER_NUMBER.allow(chapter) for chapter in chapters
        ),
    }
    return next((problem for problem, is_present in problems.items() if is_present), None)


def respell_phonetic(ipa: str) -> str:
    """Return an English spelling of a word in the International Phonetic Alphabet.

    Hyphens separate syllables. A letter that `ipa.toml` does not list stays; any other unlisted
    character is left out.
    """
    spellings, longest_sound = _load_respellings()
    pieces, position = [], 0
    while position < len(ipa):
        # The longest sound that matches is taken: "tʃ" before "t".
        for size in range(longest_sound, 0, -1):
            sound = ipa[position : position + size]
            if sound in spellings:
                pieces.append(spellings[sound])
                position += size
                break
        else:
            pieces.append(ipa[position] if ipa[position].isalpha() else "")
            position += 1
    return "".join(pieces).strip("-")


@cache
def _load_respellings() -> tuple[dict[str, str], int]:
    """Return the spelling of each sound, and the length of the longest sound."""
    source = files(__package__) / "ipa.toml"
    spellings: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))["sounds"]
    return spellings, max(map(len, spellings))


def _build_word_expression(word: str) -> str:
    """Return a regular expression for a word or phrase that accepts any spaces and apostrophes."""
    return "".join(
        r"\s+" if part.isspace() else _APOSTROPHE if part in APOSTROPHES else re.escape(part)
        for part in _SPACE_OR_APOSTROPHE.split(word)
        if part
    )


def _unify_spelling(word: str) -> str:
    """Return a word with single spaces and straight apostrophes."""
    return re.sub(r"\s+", " ", word.replace("’", "'"))


def _make_lookup_key(word: str) -> str:
    """Return the key of a word in the lexicon, which ignores case, spacing and apostrophe style."""
    return _unify_spelling(word).casefold()
