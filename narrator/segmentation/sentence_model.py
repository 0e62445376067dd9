"""nltk's Punkt, without the rest of nltk, which takes longer to import than a paragraph to cut.

Importing anything of nltk imports corpora, parsers and chat bots: a fifth of a second, and 0.08 s
of it for what Punkt needs. So its packages are opened here without what their `__init__` does.
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

_PLAIN = re.compile(r"[“‘\"]?([^\W\d_]{2,})[.!?](?:[\"'’”»)]|\s+[^\s.])")
"""How most sentences end: in a word of letters, one mark, and what follows."""
_PACKAGES = ("nltk", "nltk.tokenize")
_MODULE = "nltk.tokenize.punkt"


def build_sentence_tokeniser(
    abbreviations: Collection[str], starters: Iterable[str], uncertain: Iterable[str], seen: int
) -> Any:
    """A tokenizer with parameters of ours.

    Args:
        abbreviations: what ends no sentence by itself.
        starters: words that often begin a sentence.
        uncertain: words of which it is known how they are written.
        seen: how, by Punkt's flags.
    """
    punkt = _module()
    parameters = punkt.PunktParameters()
    parameters.abbrev_types = set(abbreviations)
    parameters.sent_starters = set(starters)
    for word in uncertain:
        parameters.add_ortho_context(word, seen)
    found = punkt.PunktSentenceTokenizer(parameters)
    found.text_contains_sentbreak = _quickly(found.text_contains_sentbreak, abbreviations)
    return found


def _quickly(ends: Callable[[str], bool], abbreviations: Collection[str]) -> Callable[[str], bool]:
    """Punkt's question whether a sentence ends between two words, answered sooner.

    After a plain word that is no abbreviation one always does: to find so, Punkt takes half the
    time of cutting a book into lines.
    """

    def sooner(context: str) -> bool:
        plain = _PLAIN.match(context)
        return (plain is not None and plain[1].lower() not in abbreviations) or ends(context)

    return sooner


def _module() -> ModuleType:
    """The module; whoever else imports nltk finds all of it, as if nobody had been here."""
    spec = PathFinder.find_spec("nltk")
    places = spec.submodule_search_locations if spec else None
    if "nltk" in sys.modules or not places:
        return importlib.import_module(_MODULE)
    for name in _PACKAGES:
        shell = ModuleType(name)
        shell.__path__ = [str(Path(place, *name.split(".")[1:])) for place in places]
        sys.modules[name] = shell
    try:
        return importlib.import_module(_MODULE)
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "nltk"]:
            del sys.modules[name]
