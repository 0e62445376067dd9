"""Recognise the language of a book, once, when it is read.

Everything that depends on the language afterwards uses the tag in the book's metadata.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages import list_languages
from narrator.languages.validation import check_user_languages
from narrator.model import LanguageOrigin
from narrator.text.language_names import canonicalise_tag, list_language_tags
from narrator.text.language_tags import primary_subtag
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_WORD = re.compile(rf"{LETTER}+(?:-{LETTER}+)*")
_LETTER = re.compile(LETTER)
SAMPLE_CHARACTERS = 20_000
"""Number of characters from which the language is recognised."""
_MIN_OVERRULING_BYTES = 1000
"""Bytes of letters in UTF-8 from which a text may overrule the language that its file declares."""
_MIN_DETECTION_BYTES = 20
"""Bytes of letters in UTF-8 below which the detector guesses: it takes "Tom ran." for Croatian.

Bytes, because seven letters of Japanese say as much as twenty of English."""
_MIN_PROBABILITY = 0.2
"""Probability from which a detected language is believed.

Correct detections of 25 letters have 0.25 and more, names and shouts at most 0.15."""
_CLEAR_SHARE = 0.18
"""Share of common words that makes a language clear.

Novels have 0.34 to 0.43 in English and 0.23 to 0.33 in other languages, and at most 0.12 by the
words of a language in which they are not written."""
_CLEAR_RATIO = 2.5
"""How often the common words of a clear language outnumber those of any other."""
_NEAR_PROBABILITY = 5e-4
"""Probability from which a declared language is kept: a detector can't tell relatives apart as well
as the person who declared one of them.

Danish has 0.003 in Norwegian texts, Portuguese 0.0007 in Galician, Czech 0.02 in Slovak; English
has 0.00007 in German, French 0.00001 in English."""
_DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class RecognisedLanguage:
    """The language of a text, and where it comes from."""

    tag: str
    """A BCP 47 tag."""
    origin: LanguageOrigin


def recognise_language(text: str, declared_tag: str, chosen_tag: str = "") -> RecognisedLanguage:
    """Return the language of a text.

    The language that the user chose is final. A declared one counts, unless the first 20,000
    characters have at least 1,000 letters and clearly are in another language. Without a
    declaration, the text decides.

    Args:
        text: the readable text of the book.
        declared_tag: what the file declares, in any form; empty if it declares nothing.
        chosen_tag: what the user names; empty if nothing.

    Raises:
        LanguageFileError: the user has added a language whose file is not valid.
    """
    check_user_languages()
    if chosen_tag:
        return RecognisedLanguage(canonicalise_tag(chosen_tag), LanguageOrigin.CHOSEN)
    sample, declared = text[:SAMPLE_CHARACTERS], canonicalise_tag(declared_tag)
    if not declared:
        return _detect_undeclared_language(sample)
    detected = _find_contradicting_language(sample, primary_subtag(declared))
    if detected:
        return RecognisedLanguage(detected, LanguageOrigin.OVERRULED)
    return RecognisedLanguage(declared, LanguageOrigin.DECLARED)


def _detect_undeclared_language(sample: str) -> RecognisedLanguage:
    """Return the language of a text that declares none."""
    clear_language = _find_clear_language(sample)
    # other languages may be relatives without a table, such as Galician of Portuguese
    if clear_language == _DEFAULT_LANGUAGE:
        return RecognisedLanguage(clear_language, LanguageOrigin.DETECTED)
    if _count_letter_bytes(sample) >= _MIN_DETECTION_BYTES:
        tag, probability = _rank_languages(sample)[0]
        if probability >= _MIN_PROBABILITY:
            return RecognisedLanguage(tag, LanguageOrigin.DETECTED)
    return RecognisedLanguage(clear_language or _DEFAULT_LANGUAGE, LanguageOrigin.ASSUMED)


def _find_contradicting_language(sample: str, declared: str) -> str:
    """Return the language that a text is clearly in if it is not the declared one, or ""."""
    clear_language = _find_clear_language(sample)
    if clear_language == declared:
        return ""
    # Programs declare English by default, so that a shorter text may contradict it.
    minimum = _MIN_DETECTION_BYTES if declared == "en" else _MIN_OVERRULING_BYTES
    if _count_letter_bytes(sample) < minimum:
        return ""
    if declared not in _known_languages():
        return clear_language
    ranks = _rank_languages(sample)
    detected, probability = ranks[0]
    is_near = dict(ranks)[declared] >= _NEAR_PROBABILITY
    return "" if is_near or probability < _MIN_PROBABILITY else detected


def _find_clear_language(sample: str) -> str:
    """Return the language whose common words a text clearly has, or "".

    This is 30 times as fast as loading the detector, and settles nearly all books in a language
    with a table.
    """
    word_counts = Counter(_WORD.findall(sample.casefold()))
    total = sum(word_counts.values()) or 1
    shares = sorted(
        (
            (sum(word_counts[word] for word in language.common_words) / total, language.tag)
            for language in list_languages()
        ),
        reverse=True,
    )
    (best_share, best_tag), (next_share, _) = shares[:2]
    is_clear = best_share >= _CLEAR_SHARE and best_share >= _CLEAR_RATIO * next_share
    return best_tag if is_clear else ""


def _count_letter_bytes(text: str) -> int:
    """Return the number of bytes that the letters of a text have in UTF-8."""
    return len("".join(_LETTER.findall(text)).encode(errors="replace"))


def _rank_languages(text: str) -> list[tuple[str, float]]:
    """Return the languages of a text with their probabilities, the likeliest first."""
    probabilities: defaultdict[str, float] = defaultdict(float)
    for label, probability in _load_identifier().rank(text):
        # dialects count as the language by whose rules they are read
        probabilities[canonicalise_tag(label)] += float(probability)
    return sorted(probabilities.items(), key=lambda item: item[1], reverse=True)


@cache
def _known_languages() -> frozenset[str]:
    """Return the languages that the detector knows."""
    return frozenset(canonicalise_tag(label) for label in _load_identifier().labels)


@cache
def _load_identifier() -> LanguageIdentifier:
    """Return the detector of py3langid, limited to languages that have a name here.

    It takes half a second and 100 MB, so that it is loaded only for texts that need it.
    """
    from py3langid.langid import (  # noqa: PLC0415 - loading takes half a second
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    named_languages = list_language_tags()
    identifier.set_languages(
        [label for label in identifier.labels if canonicalise_tag(label) in named_languages]
    )
    return identifier
