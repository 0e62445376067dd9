"""Finds names that one voice says in several ways, and the lexicon entry that settles each.

A name may be written in two ways in the spoken text, because an abbreviation, a lexicon or a
correction changes it in some lines only. Or the engine may read the same spelling differently,
which a recogniser hears.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from narrator.engines.espeak_phonemes import phonemise_clauses
from narrator.listening.word_matching import is_same_word
from narrator.normalisation.phonetic_text import remove_sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from narrator.listening.line_check import ExpectedLine
    from narrator.model import Character

    Forms: TypeAlias = Mapping[tuple[str, str], Counter[str]]
    """How often each form of a name occurs, by the voice and the name."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MIN_NAME_LETTERS = 3
_MIN_HEARD_COUNT = 2
_MIN_HEARD_SHARE = 0.2
"""How often the second form of a name must be heard, as a recogniser spells names at random."""


@dataclass(frozen=True, slots=True)
class NameVariants:
    """A name that a voice says in several ways."""

    name: str
    voice: str
    forms: tuple[tuple[str, int], ...]
    """How it is written in the spoken text, or what is heard, with the number of lines; most first.
    """
    is_heard: bool
    """Whether the forms are what was heard, and the spoken text is the same."""
    lexicon_entry: str
    """In TOML: makes all lines say the name alike."""


def list_names(characters: Iterable[Character]) -> frozenset[str]:
    """Return the words of the names of characters."""
    return frozenset(
        word
        for character in characters
        for name in (character.name, *character.aliases)
        for word in _WORD.findall(name)
        if word[0].isupper() and len(word) >= _MIN_NAME_LETTERS
    )


def find_spoken_variants(
    lines: Iterable[ExpectedLine], names: frozenset[str], language: str
) -> list[NameVariants]:
    """Return the names that are pronounced differently in the spoken text of one voice.

    Args:
        lines: The lines of the book.
        names: As `list_names` returns them.
        language: A BCP 47 tag.
    """
    forms = defaultdict[tuple[str, str], Counter[str]](Counter)
    for line in lines:
        for written, spoken in _pair_words(line.text, remove_sounds(line.spoken)):
            if written in names:
                forms[line.voice, written][spoken] += 1

    def sound(form: str) -> str:
        phonemes = "".join(phonemise_clauses(form, language) or (form,))
        # stress and length are heard in context only
        return re.sub(r"[ˈˌː ]", "", phonemes)

    return [
        NameVariants(name, voice, tuple(counts.most_common()), False, _format_entry(name, counts))
        for (voice, name), counts in sorted(forms.items())
        if len({sound(form) for form in counts}) > 1
    ]


def _pair_words(text: str, spoken: str) -> list[tuple[str, str]]:
    """Return the words of a text with their spoken forms; those that can't be told are left out."""
    written_words, spoken_words = _WORD.findall(text), _WORD.findall(spoken)
    matcher = SequenceMatcher(None, written_words, spoken_words, autojunk=False)
    pairs: list[tuple[str, str]] = []
    for _, start, end, spoken_start, spoken_end in matcher.get_opcodes():
        if end - start == spoken_end - spoken_start:
            pairs += zip(
                written_words[start:end], spoken_words[spoken_start:spoken_end], strict=True
            )
    return pairs


def find_heard_variants(
    heard_forms: Forms, names: frozenset[str], language: str
) -> list[NameVariants]:
    """Return the names that are heard in several ways from one voice.

    Args:
        heard_forms: What was heard for each word of the text, in lower case.
        names: As `list_names` returns them.
        language: A BCP 47 tag.
    """
    written_names = {name.casefold(): name for name in sorted(names)}
    variants = []
    for (voice, word), counts in sorted(heard_forms.items()):
        groups = _group_alike(counts, language)
        is_frequent = [
            count >= max(_MIN_HEARD_COUNT, _MIN_HEARD_SHARE * counts.total())
            for count in groups.values()
        ]
        if word in written_names and sum(is_frequent) > 1:
            name = written_names[word]
            phonemes = "".join(phonemise_clauses(name, language) or ())
            entry = f"[[entry]]\nword = {_quote(name)}\nipa = {_quote(phonemes)}"
            variants.append(NameVariants(name, voice, tuple(groups.most_common()), True, entry))
    return variants


def _group_alike(counts: Counter[str], language: str) -> Counter[str]:
    """Return the counts with forms that sound alike under the most frequent of them."""
    groups = Counter[str]()
    for form, count in counts.most_common():
        same = next((known for known in groups if is_same_word(known, form, language)), form)
        groups[same] += count
    return groups


def _format_entry(name: str, counts: Counter[str]) -> str:
    """Return a lexicon entry with the most frequent respelling of a name.

    A lexicon can't undo a respelling, which comes from a correction or from an entry for more
    words.
    """
    form = next((form for form, _ in counts.most_common() if form != name), name)
    return f"{_quote(name)} = {_quote(form)}"


def _quote(text: str) -> str:
    """Return a text as a string of TOML, which JSON writes alike."""
    return json.dumps(text, ensure_ascii=False)
