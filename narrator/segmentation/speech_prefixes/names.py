"""Joins the forms of a speaker's name, and chooses the one that users see."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from narrator.model import Persona
from narrator.segmentation.speech_prefixes.label_parsing import Casing, classify_casing
from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narrator.segmentation.speech_prefixes.cast_list import CastEntry, CastList

_WORD = re.compile(rf"#?(?:\d+(?:st|nd|rd|th)?|{LETTER}+(?:['’`]{LETTER}+)*)")
_ACCENT = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
_CAPITAL_WORD = re.compile(rf"{LETTER}+")
_NICKNAME = re.compile(r"[^\W\d_]+\d+")
"""A word with a number attached, such as "GUEST1"."""
_VOWEL = re.compile(r"[AEIOUYÀ-ÆÈ-ÏÒ-ÖØ-Ý]|[^\x00-\u024f]", re.IGNORECASE)
"""A vowel, or a letter of another script."""
_ARTICLES = frozenset(
    ["the", "der", "die", "das", "le", "la", "les", "el", "los", "las", "il", "lo"]
)
_MIN_ABBREVIATION = 2
"""Fewest letters of an abbreviated name."""


@lru_cache(maxsize=4096)
def make_name_key(name: str) -> str:
    """Return what is the same for all spellings of a name.

    Case, punctuation, articles and the form of a number do not matter: "FIRST SOLDIER.", "1st
    Soldier" and "Soldier 1" have one key.
    """
    numbers_by_ordinal = load_vocabulary().numbers_by_ordinal
    words = [word.lstrip("#") for word in _WORD.findall(_drop_accents(name.casefold()))]
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    if len(words) < 2:
        return " ".join(words)
    numbers = [numbers_by_ordinal.get(word, word) for word in (words[0], words[-1])]
    numbers = [re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", number) for number in numbers]
    if numbers[0].isdigit():
        return " ".join([*words[1:], numbers[0]])
    return " ".join([*words[:-1], numbers[1]]) if numbers[1].isdigit() else " ".join(words)


def _drop_accents(name: str) -> str:
    """Return a name in Latin letters without accents, which labels in capitals may lack."""
    if name.isascii():
        return name
    decomposed = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFC", _ACCENT.sub("", decomposed))


def name_personae(
    names: Sequence[str], cast_list: CastList, text: str
) -> tuple[tuple[Persona, ...], dict[str, str]]:
    """Return the speakers, and the main name for each written name.

    Args:
        names: the names before the speeches, as written, in text order.
        cast_list: the list of the persons, which explains abbreviated names.
        text: the text of the book, which shows names that labels have in capitals.
    """
    counts = Counter(names)
    key_counts: Counter[str] = Counter()
    for name, count in counts.items():
        key_counts[make_name_key(name)] += count
    entries = {make_name_key(entry.name): entry for entry in cast_list.entries}
    abbreviated = {
        make_name_key(name)
        for name in counts
        if not re.search(rf"\b{re.escape(name)}\b(?!\.)", text, re.IGNORECASE)
    }
    full_keys = {
        key: _find_full_key(key, entries, key_counts if key in abbreviated else ())
        for key in key_counts
    }
    full_keys |= _choose_untaken(full_keys, entries)
    full_keys |= _find_introductions([make_name_key(name) for name in names])
    text_forms = _find_text_forms(
        [key for key in sorted(abbreviated) if full_keys[key] == key], text
    )
    full_keys |= {key: make_name_key(form) for key, form in text_forms.items()}
    forms: dict[str, list[str]] = {}
    for name in counts:
        forms.setdefault(full_keys[make_name_key(name)], []).append(name)
    used_names: set[str] = set()
    personae: list[Persona] = []
    main_names: dict[str, str] = {}
    for key, written in forms.items():
        entry = entries.get(key) or _find_entry(key, entries)
        forms_in_text = [form for form in text_forms.values() if make_name_key(form) == key]
        main = _choose_main_name([*forms_in_text[:1], *written], key, entries.get(key), text)
        if main.casefold() in used_names:
            main = f"{main} ({len(used_names)})"
        used_names.add(main.casefold())
        aliases = tuple(dict.fromkeys(form for form in written if form != main))
        personae.append(Persona(main, aliases, entry.description if entry else ""))
        main_names |= dict.fromkeys(written, main)
    return tuple(personae), main_names


def _find_full_key(key: str, entries: Mapping[str, CastEntry], other_keys: Iterable[str]) -> str:
    """Return the key of the full name that an abbreviated one stands for, or the key itself.

    The list of the persons counts first. `other_keys` are those of all names before speeches; they
    are empty for a name that the text writes without a full stop, which is no abbreviation.
    """
    if key in entries or len(key) < _MIN_ABBREVIATION or " and " in key:
        return key
    for candidates in (entries, other_keys):
        matches = [full for full in candidates if full != key and abbreviates(key, full)]
        if not matches and candidates is entries:
            # "Eliz." is Eliza, if the list of the persons has no other
            matches = [full for full in candidates if abbreviates(key, full, min_missing=1)]
        if len(matches) == 1:
            return matches[0]
        if len(matches) > 1 and candidates is entries:
            # "Mac." is Macbeth rather than Lady Macbeth
            first_matches = [full for full in matches if full.startswith(key)]
            if len(first_matches) == 1:
                return first_matches[0]
            return key
    return key


def _choose_untaken(
    full_keys: Mapping[str, str], entries: Mapping[str, CastEntry]
) -> dict[str, str]:
    """Return the full key for each abbreviation that fits one person whom no other name means.

    "Fust." is Mr. Fustian if "Mrs. F." is Mrs. Fustian.
    """
    taken = {full for key, full in full_keys.items() if full in entries and key != full}
    chosen: dict[str, str] = {}
    for key, full in full_keys.items():
        if full != key or key in entries or len(key) < _MIN_ABBREVIATION or " and " in key:
            continue
        matches = [name for name in entries if _may_abbreviate(key, name)]
        free = [name for name in matches if name not in taken and name not in full_keys]
        if len(matches) > 1 and len(free) == 1:
            chosen[key] = free[0]
    return chosen


def _may_abbreviate(key: str, full: str) -> bool:
    """Return whether a key is a part of a full name, perhaps abbreviated."""
    return set(key.split()) < set(full.split()) or abbreviates(key, full)


def _find_introductions(keys: Sequence[str]) -> dict[str, str]:
    """Return the full name for each first name or surname that follows it in the labels.

    An interview or a report gives the full name of a person once, before the speeches that have a
    part of it: "Ngozi Adeyemi:" and then "Adeyemi:".
    """
    counts = Counter(keys)
    titles = load_vocabulary().title_abbreviations
    full_keys: dict[str, str] = {}
    for index, full in enumerate(keys):
        words = full.split()
        if counts[full] > 1 or len(words) != 2 or words[0] in titles:
            continue
        parts = [word for word in words if counts[word] > 1 and keys.index(word) > index]
        bearers = [key for key in counts if parts and parts[0] in key.split()]
        if len(parts) == 1 and len(bearers) == 2:
            full_keys[parts[0]] = full
    return full_keys


def _find_text_forms(keys: Sequence[str], text: str) -> dict[str, str]:
    """Return the name in the text that each abbreviated label stands for, if there is only one.

    The name has a capital within a sentence, as "Horatio" for "HOR." in "Let go, Horatio".
    """
    forms: dict[str, str] = {}
    for key in keys:
        if not (len(key) >= _MIN_ABBREVIATION and key.isalpha()):
            continue
        beginning = f"(?:{key.capitalize()}|{key.upper()})"
        pattern = rf"(?:{LETTER}[,;]?|[(\[][^\W\d_]+) ({beginning}{LETTER}{{2,}})(?!\w)"
        form_counts = Counter(map(_lower_capitals, re.findall(pattern, text))).most_common(2)
        if form_counts and (len(form_counts) == 1 or form_counts[0][1] >= 3 * form_counts[1][1]):
            forms[key] = form_counts[0][0]
    return forms


def _lower_capitals(name: str) -> str:
    """Return a name in capitals as it is written in running text, and others as they are."""
    return capitalise_name(name) if name.isupper() else name


def abbreviates(key: str, full: str, *, min_missing: int = 2) -> bool:
    """Return whether each word of a key begins a word of the full name, in the same order.

    One word at least is shorter by `min_missing` letters or more.
    """
    words, full_words = key.split(), full.split()
    position = 0
    is_shortened = False
    for word in words:
        while position < len(full_words) and not full_words[position].startswith(word):
            position += 1
        if position == len(full_words):
            return False
        is_shortened |= len(full_words[position]) - len(word) >= min_missing
        position += 1
    return is_shortened


def _find_entry(key: str, entries: Mapping[str, CastEntry]) -> CastEntry | None:
    """Return the only entry of the list whose name has all words of a key."""
    words = set(key.split())
    matches = [entry for full, entry in entries.items() if words <= set(full.split())]
    return matches[0] if len(matches) == 1 else None


def _choose_main_name(written: Sequence[str], key: str, entry: CastEntry | None, text: str) -> str:
    """Return the name that users see: as the text writes it, and not in capitals if possible."""
    if entry and make_name_key(written[0]) != key:
        written = [entry.name, *written]
    full_forms = [form for form in written if make_name_key(form) == key] or list(written)
    for form in full_forms:
        if classify_casing(form) is not Casing.CAPITALS:
            return form
    return _find_written_form(full_forms[0], text) or capitalise_name(full_forms[0])


def _find_written_form(name: str, text: str) -> str | None:
    """Return how the text most often writes a name that is in capitals here, or None."""
    if len(name) < 2:
        return name
    forms: Counter[str] = Counter(
        form
        for form in re.findall(rf"\b{re.escape(name)}(?!\w)", text, re.IGNORECASE)
        if form[0].isupper() and classify_casing(form) is Casing.TITLE
    )
    return forms.most_common(1)[0][0] if forms else None


def capitalise_name(name: str) -> str:
    """Return a name in capitals as it is written in running text: "Mrs. O’Brien"."""
    connectors = load_vocabulary().connectors
    titles = load_vocabulary().title_abbreviations
    if 1 < len(name) < 5 and not _VOWEL.search(name) and name.casefold() not in titles:
        return name  # an abbreviation, such as "CDR"
    if _NICKNAME.fullmatch(name):
        return name

    def change_case(match: re.Match[str]) -> str:
        word = match[0]
        if match.start() and word.casefold() in connectors:
            return word.lower()
        if len(word) > 4 and word.upper().startswith("MC"):
            return f"Mc{word[2:].capitalize()}"
        return word.capitalize()

    # the part after an apostrophe is a word only if it is long: "O'Brien", but "Martha's"
    capitalised = _CAPITAL_WORD.sub(change_case, name)
    return re.sub(
        rf"(?<=\w['’])({LETTER}{{1,2}})(?!\w)", lambda match: match[1].lower(), capitalised
    )
