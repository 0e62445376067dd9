"""Calls the espeak-ng library through ctypes; the same text always gives the same bytes.

The library keeps state between utterances (the position in its pitch flutter, its random seed), so
the samples of a text depend on what was spoken before. Its interface cannot reset that state, but
loading the library again does. Two measures reduce the processor time for loading from 3.5 to 0.4
ms: the C++ library that espeak-ng depends on stays loaded, and the voice files get lower-case
names, because espeak-ng tries a lower-case name before it searches all 130 files.

A copy of the library is loaded, because another user of espeak-ng in this process, such as a
phonemizer, would keep the original loaded. If a system does not unload the copy either, every
utterance runs in a new process, which is slow but gives the same bytes.
"""

from __future__ import annotations

import _ctypes
import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import espeakng_loader

from narrator.cache.places import engine_cache_folder
from narrator.engines.phonemes import to_espeak_mnemonics
from narrator.engines.readings import find_reading, load_rewriter, require_reading
from narrator.engines.speakable_text import replace_unspeakable
from narrator.errors import EngineUnavailableError
from narrator.installation import format_install_hint
from narrator.normalisation.phonetic_text import has_sounds, rewrite_annotated_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAMPLE_RATE = 22_050
"""Samples per second, the same for all voices."""

# Constants of espeak-ng's speak_lib.h, version 1.52.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALISE_DONT_EXIT = 0x8000
"""Without this flag, espeak-ng ends the whole process if it can't use its data."""
_BUFFER_MILLISECONDS = 1000
_POSITION_CHARACTER = 1
_UTF8_AND_END_PAUSE = 0x1 | 0x1000
_PHONEME_INPUT = 0x100
"""Text in [[ ]] is phonemes."""
_ENGLISH_PREFIX = "gmw/en"
_READING_LANGUAGES = {"jpx/ja": "ja", "sem/ar": "ar", "sem/he": "he", "sit/cmn": "zh"}
"""The languages whose texts are rewritten before they are spoken, by base."""
_EVENT_END_OF_LIST = 0
_EVENT_WORD = 1
_PARAMETER_IDS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4}
_MIRROR_VERSION = 2
"""The version of the mirror's layout (see `_mirror_installation`), a part of its folder's name."""
_MAX_DATA_PATH_LENGTH = 140
"""The longest data path, in characters: espeak-ng has a buffer of 160 for the path of a file."""


class _EspeakEvent(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_void_p),
    )


_SynthesisCallback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_EspeakEvent)
)


class EspeakError(Exception):
    """Raised when a call of the library fails."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """The sound of a text, and when its words begin."""

    pcm: bytes
    """Signed 16-bit little-endian samples, mono, at `SAMPLE_RATE`."""
    word_starts: tuple[tuple[int, int], ...]
    """Character offset and sample of each word."""


def get_espeak_version() -> str:
    """Return the version of the package that contains the library and its data."""
    return metadata.version("espeakng-loader")


def describe_reading(voice: str) -> str:
    """Return the versions of what rewrites the texts of a voice before they are spoken, or ""."""
    language = _READING_LANGUAGES.get(voice.partition("+")[0], "")
    reading = find_reading(language)
    return reading.describe_version() if reading and reading.is_available else ""


def check_reading(voice: str, voice_name: str) -> None:
    """Check that what a voice needs to read its language is installed.

    Raises:
        MissingExtraError: it is not.
    """
    require_reading(_READING_LANGUAGES.get(voice.partition("+")[0], ""), voice_name)


@cache
def list_base_voices() -> tuple[str, ...]:
    """Return the names of the languages and accents, such as `gmw/en-US`, sorted."""
    languages = locate_language_data() / "lang"
    return tuple(
        sorted(
            path.relative_to(languages).as_posix()
            for path in languages.rglob("*")
            if path.is_file()
        )
    )


@cache
def list_variants() -> tuple[str, ...]:
    """Return the names of the variants of a voice, sorted: `f3` makes `gmw/en-US+f3`."""
    return tuple(sorted(path.name for path in (locate_language_data() / "voices" / "!v").iterdir()))


def synthesise_utterance(text: str, voice: str, parameters: dict[str, int]) -> Utterance:
    """Speak a text from a freshly loaded library.

    Args:
        text: plain text; nothing in it is markup. Control characters are read as spaces. English
            voices use the sounds of annotated words (see `narrator.normalisation.phonetic_text`).
        voice: `base` or `base+variant`.
        parameters: `rate` in words per minute from 80, `pitch` and `range` from 0 to 99 with 50 as
            the default, `volume` in per cent.

    Raises:
        EspeakError: a call of the library failed.
    """
    with _LIBRARY_LOCK:
        speak = _speak_in_this_process if _can_unload() else _speak_in_process
        return speak(text, voice, parameters)


def _speak_in_this_process(text: str, voice: str, parameters: dict[str, int]) -> Utterance:
    base, plus, variant = voice.partition("+")
    engine_input = _prepare_input(text, base)
    encoded = replace_unspeakable(engine_input.text).encode()
    with _load_library() as library:
        recorder = _UtteranceRecorder()
        library.espeak_SetSynthCallback(recorder.callback)
        # the mirror has voice files with lower-case names
        voice_name = (base.lower() + plus + variant).encode()
        _check_status(library.espeak_SetVoiceByName(voice_name), voice)
        for name, value in parameters.items():
            _check_status(library.espeak_SetParameter(_PARAMETER_IDS[name], int(value), 0), name)
        # the size includes the NUL that ends a C string
        status = library.espeak_Synth(
            encoded, len(encoded) + 1, 0, _POSITION_CHARACTER, 0, engine_input.flags, None, None
        )
        _check_status(status, "synthesis")
    word_starts = tuple(
        (engine_input.to_source_offset(offset), sample) for offset, sample in recorder.word_starts
    )
    return Utterance(bytes(recorder.pcm), word_starts)


@dataclass(frozen=True, slots=True)
class _EngineInput:
    """A text for the library, with the flags with which it is passed."""

    text: str
    flags: int
    to_source_offset: Callable[[int], int]
    """Returns the offset in the source text of an offset in this text."""


def _prepare_input(text: str, base: str) -> _EngineInput:
    """Return the text for the library: annotated words as sounds, others as they are read."""
    if has_sounds(text) and base.startswith(_ENGLISH_PREFIX):
        sounding = rewrite_annotated_words(
            _escape_brackets(text), lambda _, ipa: f"[[{to_espeak_mnemonics(ipa)}]]"
        )
        return _EngineInput(
            sounding.text, _UTF8_AND_END_PAUSE | _PHONEME_INPUT, sounding.to_source_offset
        )
    plain = rewrite_annotated_words(text, lambda spelling, _: spelling)
    language = _READING_LANGUAGES.get(base, "")
    reading, rewrite_text = find_reading(language), load_rewriter(language)
    if reading is None or rewrite_text is None:
        return _EngineInput(plain.text, _UTF8_AND_END_PAUSE, plain.to_source_offset)
    uses_phonemes = reading.uses_phonemes
    read = rewrite_text(_escape_brackets(plain.text) if uses_phonemes else plain.text)
    flags = _UTF8_AND_END_PAUSE | (_PHONEME_INPUT if uses_phonemes else 0)
    return _EngineInput(
        read.text, flags, lambda offset: plain.to_source_offset(read.to_source_offset(offset))
    )


def _escape_brackets(text: str) -> str:
    """Replace double brackets of the book itself, which must not be taken for phonemes."""
    return text.replace("[[", "((").replace("]]", "))")


def _speak_in_process(text: str, voice: str, parameters: dict[str, int]) -> Utterance:
    """Speak in a new process, where the library has no earlier state.

    Raises:
        EspeakError: that process failed.
    """
    request = json.dumps([text, voice, parameters]).encode()
    result = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", __name__], input=request, capture_output=True, check=False
    )
    if result.returncode:
        # the last line of the traceback contains the error
        raise EspeakError(result.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    word_starts, _, pcm = result.stdout.partition(b"\n")
    return Utterance(pcm, tuple((offset, sample) for offset, sample in json.loads(word_starts)))


class _UtteranceRecorder:
    """Collects the samples and word events that the library passes to its callback."""

    def __init__(self) -> None:
        self.pcm = bytearray()
        self.word_starts: list[tuple[int, int]] = []
        self.callback = _SynthesisCallback(self._receive)

    def _receive(self, samples: int | None, count: int, events: ctypes.Array[_EspeakEvent]) -> int:
        if samples and count > 0:
            # two bytes per sample
            self.pcm += ctypes.string_at(samples, 2 * count)
        index = 0
        while (event := events[index]).type != _EVENT_END_OF_LIST:
            if event.type == _EVENT_WORD:
                # espeak-ng counts characters from 1
                self.word_starts.append((event.text_position - 1, event.sample))
            index += 1
        return 0


def _check_status(status: int, subject: str) -> None:
    """Check that a call of the library succeeded, which a status of 0 means.

    Raises:
        EspeakError: it failed; the message names `subject`.
    """
    if status:
        raise EspeakError(f"espeak-ng refused {subject} with status {status}")


_LIBRARY_LOCK = threading.Lock()  # the library is not thread-safe


@contextmanager
def _load_library() -> Iterator[ctypes.CDLL]:
    """Load and initialise the library, and unload it afterwards.

    Raises:
        EngineUnavailableError: the library cannot use its data.
    """
    _keep_dependencies_loaded()
    mirror = _mirror_installation()
    library = ctypes.CDLL(str(mirror.library))
    try:
        rate = library.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS,
            _BUFFER_MILLISECONDS,
            os.fsencode(mirror.data.parent),
            _INITIALISE_DONT_EXIT,
        )
        # espeak-ng returns a negative number instead of the rate if it fails
        if rate != SAMPLE_RATE:
            raise EngineUnavailableError(
                f"espeak-ng can't use its data in {mirror.data}",
                format_install_hint("--force-reinstall", "espeakng-loader"),
            )
        library.espeak_ng_SetRandSeed(1)  # some voices have breath noise, made of random numbers
        yield library
        library.espeak_Terminate()
    finally:
        _unload(library)


def _unload(library: ctypes.CDLL) -> None:
    handle = library._handle
    if sys.platform == "win32":
        _ctypes.FreeLibrary(handle)
    else:
        _ctypes.dlclose(handle)


@cache
def _can_unload() -> bool:
    """Return whether this system really unloads the library, which resets its state."""
    with _load_library() as library:
        name = library._name
    if sys.platform == "win32":
        return not ctypes.windll.kernel32.GetModuleHandleW(name)
    try:
        # RTLD_NOLOAD finds the library only if it is still loaded
        _unload(ctypes.CDLL(name, os.RTLD_NOLOAD | os.RTLD_NOW))
    except OSError:
        return True
    return False


@cache
def _keep_dependencies_loaded() -> None:
    """Load espeak-ng's dependencies once more, so they stay loaded when espeak-ng is unloaded."""
    for name in ("libstdc++.so.6", "libm.so.6", "libgcc_s.so.1") if sys.platform == "linux" else ():
        ctypes.CDLL(name)


@cache
def locate_language_data() -> Path:
    """Return the folder of the data inside the installed package."""
    return Path(espeakng_loader.get_data_path())


@dataclass(frozen=True, slots=True)
class _MirrorPaths:
    """The paths from which the library and its data are loaded."""

    library: Path
    data: Path


@cache
def _mirror_installation() -> _MirrorPaths:
    """Provide a copy of the library and links to its data, under a short path and in lower case.

    Raises:
        EngineUnavailableError: no folder with a short path can be written.
    """
    library, data = Path(espeakng_loader.get_library_path()), locate_language_data()
    key = f"{_MIRROR_VERSION} {get_espeak_version()} {data}".encode(errors="replace")
    name = hashlib.sha256(key).hexdigest()[:12]
    for parent in (engine_cache_folder("espeak"), Path(tempfile.gettempdir())):
        target = parent / name
        is_short = len(str(target / data.name)) < _MAX_DATA_PATH_LENGTH
        if is_short and _create_mirror(library, data, target):
            return _MirrorPaths(target / library.name, target / data.name)
    raise EngineUnavailableError(
        "espeak-ng needs a folder with a short name for links to its data",
        "set TMPDIR to a writable folder",
    )


def _create_mirror(library: Path, data: Path, target: Path) -> bool:
    """Mirror library and data at `target`, completely or not at all; return whether it worked."""
    if (target / data.name / "phontab").exists():
        return True
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=target.parent))
    except OSError:
        return False
    try:
        shutil.copy(library, part)
        _link_data(data, part / data.name)
        # renamed when complete, so that no other process loads from half a mirror
        part.rename(target)
    except OSError:
        shutil.rmtree(part)
        return (target / data.name / "phontab").exists()  # another process may have created it
    return True


def _link_data(source: Path, target: Path) -> None:
    """Link every data file below `target`; the paths of languages become lower-case."""
    for file in source.rglob("*"):
        if file.is_file():
            name = file.relative_to(source).as_posix()
            link = target / (name.lower() if name.startswith("lang/") else name)
            link.parent.mkdir(parents=True, exist_ok=True)
            if sys.platform == "win32":
                shutil.copy(file, link)  # links need special rights there
            else:
                link.symlink_to(file)


if __name__ == "__main__":
    utterance = _speak_in_this_process(*json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(utterance.word_starts).encode() + b"\n" + utterance.pcm)
