"""Read, write and apply a user's corrections of speakers, stored in a file beside the book.

A correction refers to a line by its words rather than by its number or offset, so it stays valid
when the book is edited. If the words are no longer in the book, the correction is reported and
ignored. The file is TOML::

    [same]
    "Lizzy" = "Elizabeth"                # two names of one character

    [character."Mr. Hobday"]
    name = "Captain Hobday"              # what the character is called from now on
    gender = "male"
    age = "old"

    [say]
    "Caoimhe" = "Keeva"                  # how a word is pronounced, in every line

    [[include]]
    words = "For my mother"              # text that is spoken although it would be left out

    [[line]]
    words = "I have waited since noon!"
    speaker = "Martha Quill"             # or "narrator" for narration
    before = "cried Mr. Hobday."         # context that tells repeated words apart
    after = "Then you know"
    occurrence = 2                       # which of the places where all of this stands
    manner = "shout"                     # how it is spoken, where the book does not say
    pause = 1.2                          # seconds of silence after it
    say = "I've waited since noon!"      # what is spoken instead of its words
    take = 2                             # the take that `narrator build --again` made
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import msgspec

from narrator.errors import OptionError, ScriptFileError, UnknownCharacterError
from narrator.files.toml_files import TomlFileError, read_toml
from narrator.model import Character, Line, LineKind, Script
from narrator.scripts import text_syntax
from narrator.scripts.character_list import CharacterEntry, CharacterIndex
from narrator.scripts.inclusions import Inclusion  # noqa: TC001 - msgspec reads the annotation
from narrator.setting_limits import PAUSE, TAKE_NUMBER
from narrator.text.suggestions import did_you_mean
from narrator.text.words import PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path


CORRECTIONS_SUFFIX = ".corrections.toml"
"""The suffix of a corrections file, which replaces the suffix of the book."""
CORRECTION_REASON = "corrected by hand"
"""The value of `Line.reason` in corrected lines."""

_CONTEXT_WORDS = 8
"""Number of words of context, before and after, that are stored and compared."""
_CONTEXT_LINES = 2 * _CONTEXT_WORDS
"""Number of lines before and after among which these words are looked for."""
PASSAGE_KEYS = ("words", "before", "after", "occurrence")
"""The keys of a `[[line]]` that find it; the others change it."""


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the user says about the line with certain words: its speaker, or how it is spoken."""

    words: str
    """Words of the line, enough to find it."""
    speaker: str = ""
    """Name or alias of a character, or `narrator`; empty for the speaker that was found."""
    before: str = ""
    """Words before `words`; needed only if `words` occurs more than once."""
    after: str = ""
    """Words after `words`; needed as above."""
    occurrence: int = 0
    """Which of the places that fit equally well, counted from 1 in reading order; 0 if only one
    may fit."""
    manner: str = ""
    """A direction of `text_syntax.MANNERS`; empty for what the book says."""
    pause: float | None = None
    """Seconds of silence after the line, in the range of `setting_limits.PAUSE`."""
    say: str = ""
    """What is spoken instead of the line's words; empty for these."""
    take: int = 0
    """The number of the take, in the range of `setting_limits.TAKE_NUMBER`; 0 for the first that is
    good."""


class CharacterCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the user says about a character; what is empty stays as the book says."""

    name: str = ""
    """The main name from now on."""
    gender: str = ""
    """One of `text_syntax.GENDERS`."""
    age: str = ""
    """One of `text_syntax.AGES`."""


class _CorrectionsFile(msgspec.Struct, forbid_unknown_fields=True):
    """The TOML tables of a corrections file."""

    line: list[Correction] = []
    same: dict[str, str] = {}
    character: dict[str, CharacterCorrection] = {}
    say: dict[str, str] = {}
    include: list[Inclusion] = []


@dataclass(frozen=True)
class Corrections:
    """The contents of a corrections file."""

    path: Path | None = None
    line_corrections: tuple[Correction, ...] = ()
    merged_names: tuple[tuple[str, str], ...] = ()
    """Pairs of a character's name and the name of the character that it is merged into."""
    characters: tuple[tuple[str, CharacterCorrection], ...] = ()
    """Pairs of a character's name and what the user says about the character."""
    pronunciations: Mapping[str, str] = field(default_factory=dict)
    """How words are pronounced. The lexicon of the book has them, not the script."""
    inclusions: tuple[Inclusion, ...] = ()
    """What is spoken although it would be left out. The book has it, not only the script."""

    def __bool__(self) -> bool:
        """Return whether there are any corrections of the script."""
        return bool(self.line_corrections or self.merged_names or self.characters)

    @property
    def count(self) -> int:
        """Return the number of all corrections."""
        parts = (self.line_corrections, self.merged_names, self.characters, self.inclusions)
        return sum(map(len, parts)) + len(self.pronunciations)


def load_corrections(path: Path) -> Corrections:
    """Load a corrections file.

    Raises:
        ScriptFileError: the file can't be read, or has invalid keys or values.
    """
    try:
        content = msgspec.convert(read_toml(path), _CorrectionsFile)
    except TomlFileError as error:
        hint = '`narrator script BOOK --correct "LINE=NAME"` writes one'
        raise ScriptFileError(f"{path} {error}", hint) from error
    except msgspec.ValidationError as error:
        hint = 'write [[line]] with words = "..." and speaker = "..."'
        raise ScriptFileError(f"{path}: {error}", hint) from error
    for correction in content.line:
        _check_correction(correction, path)
    for name, described in content.character.items():
        _check_character(name, described, path)
    merged_names, characters = content.same.items(), content.character.items()
    for inclusion in content.include:
        if not _split_words(inclusion.words) or inclusion.occurrence < 1:
            problem = f"{path}: an [[include]] has no words, or an occurrence below 1"
            raise ScriptFileError(problem, "give the first words of the text that is left out")
    return Corrections(
        path,
        tuple(content.line),
        tuple(merged_names),
        tuple(characters),
        content.say,
        tuple(content.include),
    )


def _check_character(name: str, described: CharacterCorrection, path: Path) -> None:
    """Check that the gender and age of a character are known words.

    Raises:
        ScriptFileError: they are not.
    """
    for kind, value, known in (
        ("gender", described.gender, text_syntax.GENDERS),
        ("age", described.age, text_syntax.AGES),
    ):
        if value and value not in known:
            problem = f"{path}: the {kind} of {name} can't be '{value}'"
            raise ScriptFileError(problem, f"use {', '.join(known)}")


def _check_correction(correction: Correction, path: Path) -> None:
    """Check that a correction finds a line, changes something, and has values in range.

    Raises:
        ScriptFileError: it does not.
    """
    if correction.occurrence < 0:
        problem = f"{path}: occurrence {correction.occurrence} is out of range"
        raise ScriptFileError(problem, "count the places of the words from 1")
    directions = (
        correction.manner,
        correction.say.strip(),
        correction.pause is not None,
        correction.take,
    )
    if not _split_words(correction.words) or not any((correction.speaker.strip(), *directions)):
        problem = f"{path}: a [[line]] has no words, or nothing to change"
        raise ScriptFileError(problem, "give its words, and a speaker, manner, pause or say")
    if correction.manner and correction.manner not in text_syntax.MANNERS:
        hint = did_you_mean(correction.manner, text_syntax.MANNERS)
        raise ScriptFileError(f"{path}: no manner is called '{correction.manner}'", hint)
    if correction.pause is not None and not PAUSE.allow(correction.pause):
        problem = f"{path}: a pause of {correction.pause:g} seconds is out of range"
        raise ScriptFileError(problem, f"give {PAUSE}")
    if correction.take and not TAKE_NUMBER.allow(correction.take):
        problem = f"{path}: take {correction.take} is out of range"
        raise ScriptFileError(problem, f"give a number of {TAKE_NUMBER}")


def _split_words(text: str) -> list[str]:
    """Split a text into case-folded words, for comparison."""
    return [word.casefold() for word in PLAIN_WORD_PATTERN.findall(text)]


# ---------------------------------------------------------------------------- applying


def apply_corrections(
    script: Script, corrections: Corrections, word_index: WordIndex | None = None
) -> Script:
    """Apply corrections to a script; add a note to the script for each that can't be applied.

    In the lines, only kind, speaker, quotation, confidence, reason and directions change. The
    result keeps the original script as `Script.uncorrected`; casting uses that one, so voices don't
    change.

    Args:
        script: The script before any correction.
        corrections: What the user says.
        word_index: The words of the script's lines, if they have been indexed already.
    """
    if not corrections:
        return script
    notes: list[str] = []
    characters = _index_characters(script.characters, corrections, notes)
    find_main_name = cache(characters.find_main_name)
    lines = [_rename_speakers(line, find_main_name) for line in script.lines]
    corrector = _LineCorrector(lines, word_index or WordIndex(script.lines), characters)
    problems = [corrector.apply(correction) for correction in corrections.line_corrections]
    notes += [f"{corrections.path}: {problem}" for problem in problems if problem]
    return replace(
        script,
        characters=characters.list_speakers(lines),
        lines=tuple(lines),
        uncorrected=script.uncorrected or script,
        notes=(*script.notes, *notes),
    )


def _rename_speakers(line: Line, find_main_name: Callable[[str], str | None]) -> Line:
    """Return a line with the names that its speaker and candidates have after merges and renames.

    Most lines stay the same object, as a long novel has ten thousand.
    """
    if line.speaker is None:
        return line
    speaker = find_main_name(line.speaker)
    candidates = tuple((find_main_name(name) or name, share) for name, share in line.candidates)
    if (speaker, candidates) == (line.speaker, line.candidates):
        return line
    return replace(line, speaker=speaker, candidates=candidates)


@dataclass
class _LineCorrector:
    """Applies the corrections of lines, one after the other, to `lines`."""

    lines: list[Line]
    word_index: WordIndex
    characters: _CorrectedCharacters
    _new_quotations: dict[int, int] = field(default_factory=dict)
    """Numbers of the quotations that corrections create, by the index of the first line."""

    def apply(self, correction: Correction) -> str:
        """Apply a correction; return what is wrong with it, or an empty text."""
        line_indices = self.word_index.find_lines(correction)
        spoken_indices = self.word_index.find_spoken_lines(correction)
        if isinstance(line_indices, str) or isinstance(spoken_indices, str):
            return str(line_indices)
        for index in spoken_indices:
            self.lines[index] = _set_directions(self.lines[index], correction)
        if correction.speaker.strip():
            speaker = self.characters.find_main_name(correction.speaker)
            quotation = self._assign_quotation_number(line_indices[0])
            for index in line_indices:
                self.lines[index] = _set_speaker(self.lines[index], speaker, quotation)
        if correction.say and len(spoken_indices) > 1:
            excerpt = text_syntax.shorten_for_message(correction.words)
            return f"“{excerpt}” are several lines, which all say the same"
        return ""

    def _assign_quotation_number(self, first_line_index: int) -> int:
        """Return the quotation number for narration that a correction turns into dialogue.

        All lines of a correction share it. It is higher than all numbers in the script.
        """
        next_number = self.word_index.last_quotation + len(self._new_quotations) + 1
        return self._new_quotations.setdefault(first_line_index, next_number)


def _set_directions(line: Line, correction: Correction) -> Line:
    """Return a line with the directions of a correction, which leave others as they are."""
    directions = line.directions
    if correction.manner:
        directions = replace(directions, manner=correction.manner)
    if correction.pause is not None:
        directions = replace(directions, pause_seconds=correction.pause)
    if correction.say.strip():
        directions = replace(directions, say=correction.say.strip())
    if correction.take:
        directions = replace(directions, take=correction.take)
    return line if directions == line.directions else replace(line, directions=directions)


def _set_speaker(line: Line, speaker: str | None, new_quotation: int) -> Line:
    """Return a line as dialogue of `speaker`, or as narration if `speaker` is None.

    `new_quotation` is the quotation number for a line that was narration before.
    """
    if speaker is None:
        return replace(
            line,
            kind=LineKind.NARRATION,
            quotation=None,
            speaker=None,
            confidence=None,
            reason=None,
            candidates=(),
        )
    return replace(
        line,
        kind=LineKind.DIALOGUE,
        quotation=new_quotation if line.quotation is None else line.quotation,
        speaker=speaker,
        confidence=1.0,
        reason=CORRECTION_REASON,
        candidates=((speaker, 1.0),),
    )


@dataclass(frozen=True)
class _CorrectedCharacters:
    """The characters after all corrections, found by their names before and after them."""

    index: CharacterIndex
    new_names: Mapping[str, str]
    """The new main names of renamed characters, by their main names before."""
    merged_index: CharacterIndex
    """The characters before they were renamed."""

    def find_main_name(self, name: str) -> str | None:
        """Return the main name of the character with this name or alias, or None."""
        old_name = self.merged_index.find_main_name(name)
        return self.new_names.get(old_name or "") or self.index.find_main_name(name)

    def list_speakers(self, lines: Iterable[Line]) -> tuple[Character, ...]:
        """Return the characters who speak in these lines, those with the most lines first."""
        return self.index.list_speakers(lines)


def _index_characters(
    characters: Iterable[Character], corrections: Corrections, notes: list[str]
) -> _CorrectedCharacters:
    """Return the script's characters, merged, completed and renamed as the corrections say.

    Each merge or description that fails and each new character adds a note to `notes`.
    """
    entries = {character.name: CharacterEntry(character, ()) for character in characters}
    detected = CharacterIndex(list(entries.values()))
    for name in _list_new_speakers(corrections, detected):
        entries[name] = CharacterEntry(Character(name), ())
        hint = did_you_mean(name, detected.main_names)
        notes.append(f"{corrections.path}: {name} is new in this book ({hint})")
    known = CharacterIndex(list(entries.values()))
    for merged_name, name in corrections.merged_names:
        duplicate, main_name = known.find_main_name(merged_name), known.find_main_name(name)
        if duplicate is None or main_name is None:
            missing = merged_name if duplicate is None else name
            hint = did_you_mean(missing, known.main_names)
            notes.append(f"{corrections.path}: nobody is called {missing} here ({hint})")
            continue
        entry = entries[main_name]
        # An exclusive alias that is the main name of another entry merges the two.
        entries[main_name] = replace(entry, exclusive_aliases=(*entry.exclusive_aliases, duplicate))
    merged = CharacterIndex(list(entries.values()))
    new_names = _list_new_names(corrections, merged, notes)
    described = _describe_characters(merged, corrections, new_names, notes)
    return _CorrectedCharacters(
        CharacterIndex([CharacterEntry(character, ()) for character in described]),
        new_names,
        merged,
    )


def _list_new_names(
    corrections: Corrections, characters: CharacterIndex, notes: list[str]
) -> dict[str, str]:
    """Return the new main names of renamed characters, by their main names.

    A name that another character has adds a note instead.
    """
    new_names: dict[str, str] = {}
    for name, described in corrections.characters:
        main_name, new_name = characters.find_main_name(name), described.name.strip()
        if main_name is None or new_name in ("", main_name):
            continue
        is_taken = new_name in (*characters.main_names, *new_names.values())
        if is_taken or new_name.casefold() == text_syntax.NARRATOR_NAME:
            notes.append(f"{corrections.path}: {name} can't be renamed, {new_name} is taken")
            continue
        new_names[main_name] = new_name
    return new_names


def _list_new_speakers(corrections: Corrections, detected: CharacterIndex) -> Iterator[str]:
    """Yield the speakers of corrections whom the book does not know, each once.

    They may be merged and renamed as all others. A name that somebody gets is not a new one.
    """
    speakers: dict[str, str] = {}
    for correction in corrections.line_corrections:
        name = correction.speaker.strip()
        if name and detected.find_main_name(name) is None:
            speakers.setdefault(name.casefold(), name)
    speakers.pop(text_syntax.NARRATOR_NAME, None)
    given_names = {
        described.name.strip().casefold()
        for name, described in corrections.characters
        if name.casefold() in speakers or detected.find_main_name(name) is not None
    }
    yield from (name for folded, name in speakers.items() if folded not in given_names)


def _describe_characters(
    characters: CharacterIndex,
    corrections: Corrections,
    new_names: Mapping[str, str],
    notes: list[str],
) -> list[Character]:
    """Return the characters with the names, genders and ages that the user gives them.

    A description of nobody in the book adds a note to `notes`.
    """
    described = {character.name: character for character in characters.characters}
    for name, correction in corrections.characters:
        main_name = characters.find_main_name(name)
        if main_name is None:
            hint = did_you_mean(name, characters.main_names)
            notes.append(f"{corrections.path}: nobody is called {name} here ({hint})")
            continue
        character = described[main_name]
        described[main_name] = replace(
            character,
            gender=correction.gender or character.gender,
            age=correction.age or character.age,
        )
    return [
        replace(character, name=new_names[name], aliases=(name, *character.aliases))
        if name in new_names
        else character
        for name, character in described.items()
    ]


@dataclass
class WordIndex:
    """An index of the words in a script's lines, to find the lines of corrections.

    A position is an index into the list of all words. The tables are built at first use because
    few books have corrections. The lines are those of the script before any correction.
    """

    lines: Sequence[Line]

    @cached_property
    def _words_with_lines(self) -> list[tuple[str, int]]:
        """Return a pair of word and line index for each word."""
        return [
            (word, line_index)
            for line_index, line in enumerate(self.lines)
            for word in _split_words(line.text)
        ]

    @cached_property
    def _words(self) -> list[str]:
        """Return all words, without their line indices."""
        return [word for word, _ in self._words_with_lines]

    @cached_property
    def _positions_by_word(self) -> dict[str, list[int]]:
        """Return the positions of each word."""
        positions = defaultdict(list)
        for position, word in enumerate(self._words):
            positions[word].append(position)
        return positions

    @cached_property
    def _lines_by_quotation(self) -> dict[int, list[int]]:
        """Return the indices of the lines of each quotation, by its number."""
        line_indices = defaultdict(list)
        for line_index, line in enumerate(self.lines):
            if line.quotation is not None:
                line_indices[line.quotation].append(line_index)
        return line_indices

    def find_lines(self, correction: Correction) -> list[int] | str:
        """Return the indices of the lines whose speaker a correction changes.

        Return the reason if there are none.
        """
        line_indices = self.find_spoken_lines(correction)
        if isinstance(line_indices, str) or not correction.speaker.strip():
            return line_indices
        corrected = list(self._select_corrected_lines(line_indices))
        excerpt = text_syntax.shorten_for_message(correction.words)
        return corrected or f"“{excerpt}” is a heading, which the narrator reads"

    def find_spoken_lines(self, correction: Correction) -> list[int] | str:
        """Return the indices of the lines that hold a correction's words, or why there are none."""
        excerpt = text_syntax.shorten_for_message(correction.words)
        chosen = self._find_best_positions(correction)
        if not chosen:
            return f"the words “{excerpt}” are not in the book any more"
        if correction.occurrence > len(chosen):
            return f"“{excerpt}” occurs {len(chosen)} times, not {correction.occurrence}"
        if len(chosen) > 1 and not correction.occurrence:
            return f"“{excerpt}” occurs {len(chosen)} times: add words before or after it"
        start = chosen[max(correction.occurrence - 1, 0)]
        positions_of_words = range(start, start + len(_split_words(correction.words)))
        return sorted({self._words_with_lines[position][1] for position in positions_of_words})

    def _find_best_positions(self, correction: Correction) -> list[int]:
        """Return the positions of a correction's words that share most of its context.

        Words such as "Yes." occur often; the context tells apart all that it can.
        """
        words = _split_words(correction.words)
        size = len(words)
        positions = [
            position
            for position in self._positions_by_word.get(words[0] if words else "", ())
            if self._words[position : position + size] == words
        ]
        similarities = {
            position: self._count_context_words(position, size, correction)
            for position in positions
        }
        best_similarity = max(similarities.values(), default=0)
        return [position for position in positions if similarities[position] == best_similarity]

    def find_occurrence(self, passage: Correction, index: int) -> int:
        """Return which of the places of a passage is that of a line, counted from 1.

        Return 0 if there is only one place.
        """
        positions = self._find_best_positions(passage)
        lines = [self._words_with_lines[position][1] for position in positions]
        return lines.index(index) + 1 if len(lines) > 1 else 0

    def _count_context_words(self, position: int, size: int, correction: Correction) -> int:
        """Count the context words that the correction shares with the book at a position.

        `size` is the number of words in `correction.words`.
        """
        before = set(self._words[max(0, position - _CONTEXT_WORDS) : position])
        after = set(self._words[position + size : position + size + _CONTEXT_WORDS])
        expected_before = set(_split_words(correction.before))
        expected_after = set(_split_words(correction.after))
        return len(before & expected_before) + len(after & expected_after)

    def _select_corrected_lines(self, line_indices: Sequence[int]) -> Iterator[int]:
        """Yield the indices of all lines in the quotations that these lines belong to.

        If the lines have no dialogue, yield the indices of the narration among them.
        """
        dialogue = [
            self.lines[index]
            for index in line_indices
            if self.lines[index].kind is LineKind.DIALOGUE
        ]
        if not dialogue:
            yield from (
                index for index in line_indices if self.lines[index].kind is LineKind.NARRATION
            )
        for number in dict.fromkeys(line.quotation for line in dialogue):
            yield from self._lines_by_quotation.get(number or 0, ())

    @cached_property
    def last_quotation(self) -> int:
        """Return the highest number of a quotation, or 0 if there is none."""
        return max(self._lines_by_quotation, default=0)


# ---------------------------------------------------------------------------- writing


def parse_correction(
    script: Script, argument: str, word_index: WordIndex | None = None
) -> Correction:
    """Parse an argument LINE=NAME, such as "3.12.2=Elizabeth", into a correction.

    LINE is a `Line.id`, and NAME is the speaker. The correction stores the first 16 words of the
    line.

    Raises:
        OptionError: the argument is not valid, or the script has no such line.
        UnknownCharacterError: the script has no character with this name.
    """
    line_id, equals_sign, speaker = (part.strip() for part in argument.partition("="))
    if not (line_id and equals_sign and speaker):
        raise OptionError(f"--correct '{argument}' is not valid", 'write it as "3.12.2=Elizabeth"')
    index = next((index for index, line in enumerate(script.lines) if line.id == line_id), None)
    if index is None:
        raise OptionError(f"there is no line {line_id}", "`narrator script BOOK` shows them all")
    characters = CharacterIndex([CharacterEntry(character, ()) for character in script.characters])
    main_name = characters.find_main_name(speaker)
    if main_name is None and speaker.casefold() != text_syntax.NARRATOR_NAME:
        main_name = _accept_new_name(script, characters, speaker)
    passage = describe_passage(word_index or WordIndex(script.lines), index)
    return msgspec.structs.replace(passage, speaker=main_name or text_syntax.NARRATOR_NAME)


def describe_passage(word_index: WordIndex, index: int) -> Correction:
    """Return a correction that finds a line by its first 16 words, and changes nothing yet.

    The words before and after it tell it apart from lines with the same words; if these are the
    same too, as in a refrain, the passage says which of the lines it is.

    Raises:
        OptionError: the line has no words.
    """
    lines = word_index.lines
    words = lines[index].text.split()
    if not _split_words(" ".join(words[: 2 * _CONTEXT_WORDS])):
        raise OptionError(
            f"line {lines[index].id} has no words by which it could be found",
            "edit a script of the book instead",
        )
    before = _split_lines_at_spaces(lines[max(0, index - _CONTEXT_LINES) : index])
    after = words[2 * _CONTEXT_WORDS :]
    after += _split_lines_at_spaces(lines[index + 1 : index + 1 + _CONTEXT_LINES])
    passage = Correction(
        " ".join(words[: 2 * _CONTEXT_WORDS]),
        before=" ".join(reversed(_take_context(reversed(before)))),
        after=" ".join(_take_context(after)),
    )
    occurrence = word_index.find_occurrence(passage, index)
    return msgspec.structs.replace(passage, occurrence=occurrence)


def _take_context(words: Iterable[str]) -> list[str]:
    """Return the first words, as they are printed, which have up to eight words to compare.

    What is printed without a space between may be several words: "well-known—or".
    """
    taken, count = [], 0
    for word in words:
        count += len(_split_words(word))
        if count > _CONTEXT_WORDS:
            break
        taken.append(word)
    return taken


def _accept_new_name(script: Script, characters: CharacterIndex, name: str) -> str:
    """Return the name of a character whom the book does not have yet.

    Raises:
        UnknownCharacterError: the book does not print the name, but it resembles a known one.
    """
    hint = did_you_mean(name, (*characters.main_names, text_syntax.NARRATOR_NAME))
    if hint.startswith("did you mean") and name.casefold() not in script.book.text.casefold():
        raise UnknownCharacterError(f"nobody called '{name}' speaks in this book", hint)
    return name


def _split_lines_at_spaces(lines: Iterable[Line]) -> list[str]:
    """Split the texts of lines at spaces; the words keep their punctuation."""
    return [word for line in lines for word in line.text.split()]
