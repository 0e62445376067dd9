"""Opens nltk's Punkt sentence tokeniser without the rest of nltk.

To import anything of nltk imports corpora, parsers and chat bots, which takes a fifth of a second;
what Punkt needs takes 0.08 s. So its packages are opened here without running their `__init__`.
"""

from __future__ import annotations

import importlib
import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_PLAIN_SENTENCE_END = re.compile(r"[“‘\"]?([^\W\d_]{2,})[.!?](?:[\"'’”»)]|\s+[^\s.])")
"""How most sentences end: a word of letters, one mark, and what follows. Only marks after which
Punkt always finds an end are listed; it decides about all others itself."""
_PACKAGE_NAMES = ("nltk", "nltk.tokenize")
_MODULE_NAME = "nltk.tokenize.punkt"


def build_sentence_tokeniser(
    abbreviations: Collection[str],
    sentence_starters: Iterable[str],
    known_words: Iterable[str],
    case_flags: int,
) -> Any:
    """Return a Punkt tokeniser with parameters that are given, not learnt from a corpus.

    Args:
        abbreviations: words after which a full stop does not end a sentence by itself.
        sentence_starters: words that often begin a sentence.
        known_words: words for which it is known whether they are written with a capital.
        case_flags: how the known words are written, in Punkt's flags.
    """
    punkt = _import_punkt()
    # A trained model would need a download, and learns from news, not from fiction.
    parameters = punkt.PunktParameters()
    parameters.abbrev_types = set(abbreviations)
    parameters.sent_starters = set(sentence_starters)
    for word in known_words:
        parameters.add_ortho_context(word, case_flags)
    tokeniser = punkt.PunktSentenceTokenizer(parameters)
    tokeniser.text_contains_sentbreak = _with_shortcut(
        tokeniser.text_contains_sentbreak, abbreviations
    )
    return tokeniser


def _with_shortcut(
    contains_break: Callable[[str], bool], abbreviations: Collection[str]
) -> Callable[[str], bool]:
    """Return Punkt's test for a sentence break with a shortcut for plain sentence ends.

    After a plain word that is not an abbreviation there always is a break. Punkt takes half the
    time of segmenting a book to find that out.
    """

    def contains_break_quickly(context: str) -> bool:
        plain_end = _PLAIN_SENTENCE_END.match(context)
        is_plain = plain_end is not None and plain_end[1].lower() not in abbreviations
        return is_plain or contains_break(context)

    return contains_break_quickly


def _import_punkt() -> ModuleType:
    """Import Punkt's module alone; anything else that imports nltk later gets all of it."""
    spec = PathFinder.find_spec("nltk")
    locations = spec.submodule_search_locations if spec else None
    # Another part of the program has nltk already, so nothing is saved.
    if "nltk" in sys.modules or not locations:
        return importlib.import_module(_MODULE_NAME)
    for name in _PACKAGE_NAMES:
        empty_package = ModuleType(name)
        empty_package.__path__ = [
            str(Path(location, *name.split(".")[1:])) for location in locations
        ]
        sys.modules[name] = empty_package
    try:
        return importlib.import_module(_MODULE_NAME)
    # The empty packages must not stay, or later imports of nltk would find nothing in them.
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "nltk"]:
            del sys.modules[name]
