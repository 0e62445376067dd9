"""Renames the people of annotated novels at random, to measure how far accuracy depends on names.

The rules about names were written with these novels in view, so leaving an author out of the nets
does not show how they treat other names. A renamed novel has the same words, titles and families,
but surnames that end in "s" or are also months, places or common words, particles, and first names
that no list contains.
"""

from __future__ import annotations

import copy
import random
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._augmentation import apply_edits
from narrator.languages.people_words import load_attribution_language

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from benchmarks._augmentation import Edit

NAMES_PATH = Path(__file__).parent / "replacement_names.toml"
"""First names and surnames of several kinds, which replace those of a novel."""
MAX_LOWERCASE_SHARE = 0.02
"""Share of uses without a capital, from which a word ("the Croupier") is no proper name."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][A-Z][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s\b")
_ROLES = frozenset(("the", "a", "an", "of", "and", "his", "her"))


def rename_people(text: str, gold: dict[str, Any], number: int) -> tuple[str, dict[str, Any]]:
    """Return a novel with other names for its people, and its annotations, moved to fit.

    Args:
        text: the text of the novel.
        gold: its annotations, as loaded by the scorer.
        number: number of the version; each has other names, the same in every run.
    """
    replacements = choose_replacements(text, gold, number)
    text, move_offset = apply_edits(text, list(_find_edits(text, replacements)))
    gold = copy.deepcopy({key: value for key, value in gold.items() if key != "text"})
    gold["text"] = text
    for quote in gold["quotes"]:
        quote["parts"] = [[move_offset(start), move_offset(end)] for start, end in quote["parts"]]
    for character in gold["characters"]:
        character["name"] = _rename(character["name"], replacements)
        character["aliases"] = [_rename(alias, replacements) for alias in character["aliases"]]
    return text, gold


def choose_replacements(text: str, gold: dict[str, Any], number: int) -> dict[str, str]:
    """Return the replacement of each word of the characters' names.

    One word gets one replacement, so families keep a common surname, and a nickname and its full
    name get such a pair. Every kind of name is drawn with the same probability.
    """
    tables = tomllib.loads(NAMES_PATH.read_text("utf-8"))
    rng = random.Random(f"{gold['characters'][0]['name']} {len(text)} {number}")  # noqa: S311
    pools = {kind: _shuffle_kinds(names, rng) for kind, names in tables.items()}
    uses = Counter(_WORD.findall(text))
    taken = {word.lower() for word in uses}
    kinds = _list_name_words(gold["characters"], uses)
    replacements = _replace_nicknames(kinds, pools)
    for word in (word for word in kinds if word not in replacements):
        pool = pools[kinds[word]]
        # A replacement must not be a name of the novel already.
        free = next((index for index, name in enumerate(pool) if name.lower() not in taken), None)
        if free is not None:
            replacements[word] = pool.pop(free)
    return replacements


def _replace_nicknames(kinds: Mapping[str, str], pools: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the replacements of nicknames whose full name is in the novel, and of those names."""
    nicknames = load_attribution_language("en").nicknames
    names = {word.lower(): word for word in kinds}
    replacements: dict[str, str] = {}
    for name, word in names.items():
        full = names.get(nicknames.get(name, ""))
        pool = pools.get(f"{kinds[word]}_nicknames")
        if full and pool and full not in replacements:
            replacements[full], replacements[word] = pool.pop().split(":")
    return replacements


def _shuffle_kinds(table: Mapping[str, str], rng: random.Random) -> list[str]:
    """Return the names of a table in random order, in which the kinds of names alternate."""
    kinds = [rng.sample(names.split(), len(names.split())) for names in table.values()]
    order: list[str] = []
    while any(kinds):
        rng.shuffle(kinds)
        order += [kind.pop().replace("_", " ") for kind in kinds if kind]
    return order


def _list_name_words(
    characters: Sequence[dict[str, Any]], uses: Mapping[str, int]
) -> dict[str, str]:
    """Return the words of the characters' names, each with the table that replaces it.

    Titles, the words of descriptions ("the White Rabbit"), and words that the novel usually writes
    without a capital, are left out.
    """
    language = load_attribution_language("en")
    titles = {**language.titles, **language.kin_nouns}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    described: set[str] = set()
    for character in characters:
        gender = {"M": "male", "F": "female"}.get(character.get("gender") or "", "surnames")
        for alias in character["aliases"]:
            words = _WORD.findall(_POSSESSIVE.sub("", alias))
            if words and words[0].lower() in language.definite_articles:
                described.update(words)
            names = [word for word in words if _is_name(word, uses, titles)]
            is_titled = len(names) < len(words)
            for position, word in enumerate(names):
                is_first = position < len(names) - 1 or (len(names) == 1 and not is_titled)
                listed = language.given_names.get(word.lower(), "neutral")
                votes[word][gender if is_first else "surnames"] += 1
                votes[word][listed if listed in {"male", "female"} else "surnames"] += 3 * (
                    listed != "neutral"
                )
    return {
        word: counts.most_common(1)[0][0] for word, counts in votes.items() if word not in described
    }


def _is_name(word: str, uses: Mapping[str, int], titles: Container[str]) -> bool:
    """Return whether a word of an alias is a proper name."""
    lower = word.lower()
    return (
        word[0].isupper()
        and len(word) > 1
        and lower not in titles
        and lower not in _ROLES
        and uses[lower] <= MAX_LOWERCASE_SHARE * uses[word]
    )


def _find_edits(text: str, replacements: dict[str, str]) -> Iterator[Edit]:
    """Yield the edits that replace every use of the names, also in the plural."""
    for match in _WORD.finditer(text):
        replacement = _replace_word(match.group(), replacements)
        if replacement is not None:
            yield match.start(), match.end(), replacement


def _replace_word(word: str, replacements: dict[str, str]) -> str | None:
    """Return the replacement of a word, of its plural, or of a word in capitals; or None."""
    if word in replacements:
        return replacements[word]
    singular = word[:-1] if word.endswith("s") else ""
    if singular in replacements:
        name = replacements[singular]
        return name + ("es" if name.endswith(("s", "x", "z", "ch", "sh")) else "s")
    if word.isupper() and len(word) > 1 and word.capitalize() in replacements:
        return replacements[word.capitalize()].upper()
    return None


def _rename(name: str, replacements: dict[str, str]) -> str:
    return _WORD.sub(lambda match: _replace_word(match[0], replacements) or match[0], name)
