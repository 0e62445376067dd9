"""espeak-ng itself, by way of ctypes: one utterance at a time, the same bytes every time.

The library keeps state between utterances (the position in its pitch flutter, its random seed), so
that the same words sound different by a few samples depending on what came before. Nothing in its
interface resets that state, but loading it afresh does. Two things make that cheap, 0.4 ms of
processor time instead of 3.5: the C++ library that it needs stays loaded, and the names of its
voice files are in lower case, as it looks for them first, before it reads all 130 of them.

It is a copy of the library that is loaded, as another user of espeak-ng in this process, such as a
phonemizer, would keep the original from being unloaded. Where a system does not unload it all the
same, every utterance gets a process of its own: slow, but still the same bytes.
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
from narrator.engines.speakable_text import replace_unspeakable
from narrator.errors import EngineUnavailableError
from narrator.normalisation.phonetic_text import has_sounds, rewrite_annotated_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.normalisation.phonetic_text import RewrittenText

SAMPLE_RATE = 22_050
"""Samples per second, the same for all of its voices."""

# Constants of espeak-ng's speak_lib.h, version 1.52.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_BUFFER_MS = 1000
_POSITION_CHARACTER = 1
_UTF8_AND_END_PAUSE = 0x1 | 0x1000
_PHONEMES = 0x100
"""Text in [[ ]] names phonemes."""
_ENGLISH = "gmw/en"
_EVENT_END_OF_LIST = 0
_EVENT_WORD = 1
_PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4}
_LAYOUT = 2
"""Of the folder that mirrors library and data; a change makes a new folder."""
_LONGEST_DATA_PATH = 140
"""Characters; a fixed buffer of 160 holds the path of a file in the data folder."""


class _Event(ctypes.Structure):
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


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class EspeakError(Exception):
    """Raised when a call of the library fails."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the library made of a text."""

    pcm: bytes
    """Signed 16-bit little-endian samples, mono, 22,050 a second."""
    word_starts: tuple[tuple[int, int], ...]
    """Where words begin: character offset and sample."""


def espeak_version() -> str:
    """The version of the package that brings the library and its data."""
    return metadata.version("espeakng-loader")


@cache
def list_base_voices() -> tuple[str, ...]:
    """The languages and accents it speaks, as `gmw/en-US`, sorted."""
    languages = _source() / "lang"
    return tuple(
        sorted(
            path.relative_to(languages).as_posix()
            for path in languages.rglob("*")
            if path.is_file()
        )
    )


@cache
def list_variants() -> tuple[str, ...]:
    """The variants that may follow a base after a plus sign, as `f3`, sorted."""
    return tuple(sorted(path.name for path in (_source() / "voices" / "!v").iterdir()))


def synthesise_utterance(text: str, voice: str, parameters: dict[str, int]) -> Utterance:
    """Speak a text from a known state.

    Args:
        text: plain text; nothing in it is markup. Control characters are read as spaces. English
            voices say the sounds of words that have them, as `narrator.normalisation.phonetic_text` tells.
        voice: `base` or `base+variant`.
        parameters: `rate` in words per minute from 80, `pitch` and `range` from 0 to 99 around 50,
            `volume` in percent.

    Raises:
        EspeakError: the library refused.
    """
    with _LOCK:
        return (_speak_here if _unloads() else _speak_apart)(text, voice, parameters)


def _speak_here(text: str, voice: str, parameters: dict[str, int]) -> Utterance:
    base, plus, variant = voice.partition("+")
    wanted, flags = _wanted(text, base)
    encoded = replace_unspeakable(wanted.text).encode()
    with _library() as library:
        take = _Take()
        library.espeak_SetSynthCallback(take.callback)
        _check(library.espeak_SetVoiceByName((base.lower() + plus + variant).encode()), voice)
        for name, value in parameters.items():
            _check(library.espeak_SetParameter(_PARAMETERS[name], int(value), 0), name)
        status = library.espeak_Synth(
            encoded, len(encoded) + 1, 0, _POSITION_CHARACTER, 0, flags, None, None
        )
        _check(status, "synthesis")
    return Utterance(
        bytes(take.pcm), tuple((wanted.to_source_offset(at), n) for at, n in take.words)
    )


def _wanted(text: str, base: str) -> tuple[RewrittenText, int]:
    """The text as the library is given it, and the flags that tell what it is."""
    if not (has_sounds(text) and base.startswith(_ENGLISH)):
        return rewrite_annotated_words(text, lambda spelling, _: spelling), _UTF8_AND_END_PAUSE
    plain = text.replace("[[", "((").replace("]]", "))")
    named = rewrite_annotated_words(plain, lambda _, ipa: f"[[{to_espeak_mnemonics(ipa)}]]")
    return named, _UTF8_AND_END_PAUSE | _PHONEMES


def _speak_apart(text: str, voice: str, parameters: dict[str, int]) -> Utterance:
    """Speak in a process that has spoken nothing before."""
    request = json.dumps([text, voice, parameters]).encode()
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", __name__], input=request, capture_output=True, check=False
    )
    if done.returncode:
        raise EspeakError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    words, _, pcm = done.stdout.partition(b"\n")
    return Utterance(pcm, tuple((location, sample) for location, sample in json.loads(words)))


class _Take:
    """Collects what the library hands over while it speaks."""

    def __init__(self) -> None:
        self.pcm = bytearray()
        self.words: list[tuple[int, int]] = []
        self.callback = _Callback(self._receive)

    def _receive(self, samples: int | None, count: int, events: ctypes.Array[_Event]) -> int:
        if samples and count > 0:
            self.pcm += ctypes.string_at(samples, 2 * count)
        at = 0
        while (event := events[at]).type != _EVENT_END_OF_LIST:
            if event.type == _EVENT_WORD:
                self.words.append((event.text_position - 1, event.sample))
            at += 1
        return 0


def _check(status: int, what: str) -> None:
    if status:
        raise EspeakError(f"espeak-ng refused {what} with status {status}")


_LOCK = threading.Lock()  # the library is not made for threads


@contextmanager
def _library() -> Iterator[ctypes.CDLL]:
    _keep_dependencies()
    home = _home()
    library = ctypes.CDLL(str(home.library))
    try:
        rate = library.espeak_Initialize(
            _SYNCHRONOUS, _BUFFER_MS, os.fsencode(home.data.parent), _DONT_EXIT
        )
        if rate != SAMPLE_RATE:
            raise EngineUnavailableError(
                f"espeak-ng can't use its data in {home.data}",
                "pip install --force-reinstall espeakng-loader",
            )
        library.espeak_ng_SetRandSeed(1)  # some voices breathe, by random numbers
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
def _unloads() -> bool:
    """Whether this system forgets the library, and with it its state, when it is closed."""
    with _library() as library:
        name = library._name
    if sys.platform == "win32":
        return not ctypes.windll.kernel32.GetModuleHandleW(name)
    try:
        _unload(ctypes.CDLL(name, os.RTLD_NOLOAD | os.RTLD_NOW))
    except OSError:
        return True
    return False


@cache
def _keep_dependencies() -> None:
    """Load what espeak-ng depends on once more, so that unloading espeak-ng leaves it loaded."""
    for name in ("libstdc++.so.6", "libm.so.6", "libgcc_s.so.1") if sys.platform == "linux" else ():
        ctypes.CDLL(name)


@cache
def _source() -> Path:
    """The data as its package ships it."""
    return Path(espeakng_loader.get_data_path())


@dataclass(frozen=True, slots=True)
class _Home:
    """Where the library and its data are loaded from."""

    library: Path
    data: Path


@cache
def _home() -> _Home:
    """A copy of the library, and links to its data, under a short path and in lower case."""
    library, data = Path(espeakng_loader.get_library_path()), _source()
    name = hashlib.sha256(
        f"{_LAYOUT} {espeak_version()} {data}".encode(errors="replace")
    ).hexdigest()[:12]
    for parent in (engine_cache_folder("espeak"), Path(tempfile.gettempdir())):
        target = parent / name
        if len(str(target / data.name)) < _LONGEST_DATA_PATH and _mirrored(library, data, target):
            return _Home(target / library.name, target / data.name)
    raise EngineUnavailableError(
        "espeak-ng needs a folder with a short name for links to its data",
        "set TMPDIR to a folder that can be written to",
    )


def _mirrored(library: Path, data: Path, target: Path) -> bool:
    """Mirror library and data at `target`, whole or not at all; whether they are there now."""
    if (target / data.name / "phontab").exists():
        return True
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=target.parent))
    except OSError:
        return False  # nothing may be written here
    try:
        shutil.copy(library, made)
        _mirror(data, made / data.name)
        made.rename(target)
    except OSError:
        shutil.rmtree(made)
        return (target / data.name / "phontab").exists()  # whether another process was faster
    return True


def _mirror(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            name = file.relative_to(source).as_posix()
            link = target / (name.lower() if name.startswith("lang/") else name)
            link.parent.mkdir(parents=True, exist_ok=True)
            if sys.platform == "win32":
                shutil.copy(file, link)  # links need rights there
            else:
                link.symlink_to(file)


if __name__ == "__main__":
    spoken = _speak_here(*json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(spoken.word_starts).encode() + b"\n" + spoken.pcm)
