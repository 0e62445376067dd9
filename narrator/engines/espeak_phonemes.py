"""Writes text in the International Phonetic Alphabet, as espeak-ng would speak it.

Unlike `narrator.engines.espeak`, this uses the library from its package and keeps it loaded: the
phonemes of a text do not depend on what was asked before.
"""

from __future__ import annotations

import ctypes
import os
import threading
from functools import cache
from pathlib import Path

import espeakng_loader

from narrator.engines.speakable_text import replace_unspeakable

_AUDIO_OUTPUT_RETRIEVAL = 1
_INITIALISE_DONT_EXIT = 0x8000
_UTF8 = 1
_IPA = 0x02
_LIBRARY_LOCK = threading.Lock()  # the library is not thread-safe


def phonemise_clauses(text: str, language: str) -> tuple[str, ...] | None:
    """Return the phonemes of each clause of a text; None if espeak-ng does not know the language.

    Args:
        text: Plain text.
        language: A language tag such as `en-GB`, or one of espeak-ng's voices such as `gmw/en-US`.
    """
    with _LIBRARY_LOCK:
        library = _load_library()
        if library is None or not _select_language(library, language):
            return None
        encoded = ctypes.c_char_p(replace_unspeakable(text).encode())
        unread_text = ctypes.cast(encoded, ctypes.c_void_p)
        clauses = []
        # each call reads a clause, and moves the pointer to the next; at the end it is NULL
        while unread_text.value:
            clause = library.espeak_TextToPhonemes(ctypes.byref(unread_text), _UTF8, _IPA)
            clauses.append(clause.decode(errors="replace"))
    return tuple(clauses)


@cache
def _load_library() -> ctypes.CDLL | None:
    """Load and initialise the library; return None if it can't use its data."""
    data_folder = Path(espeakng_loader.get_data_path()).parent
    try:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except OSError:
        return None
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_void_p),
        ctypes.c_int,
        ctypes.c_int,
    ]
    rate = library.espeak_Initialize(
        _AUDIO_OUTPUT_RETRIEVAL, 0, os.fsencode(data_folder), _INITIALISE_DONT_EXIT
    )
    return library if rate > 0 else None


_selected_languages: list[str] = []
"""The language that the library speaks now; empty before the first."""


def _select_language(library: ctypes.CDLL, language: str) -> bool:
    """Make the library speak a language, or its main dialect; return whether it can."""
    if _selected_languages == [language]:
        return True
    _selected_languages.clear()
    for name in dict.fromkeys(
        (language, language.lower(), language.split("-", maxsplit=1)[0].lower())
    ):
        if library.espeak_SetVoiceByName(name.encode()) == 0:
            _selected_languages.append(language)
            return True
    return False
