"""Computes fingerprints: of values, of the program, and of its encoders.

A result is stored under a fingerprint of its inputs and of the code that computed it. If either
changes, so does the fingerprint; a stored result is therefore never out of date.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import metadata
from pathlib import Path

import msgspec

from narrator.languages.language_files import find_language_files

FINGERPRINT_BYTES = 16
"""Length of a fingerprint: 128 bits of BLAKE2b, far beyond any accidental collision."""

ENCODING_LIBRARIES = ("lameenc", "imageio-ffmpeg", "soxr", "pydub", "numpy")
"""The libraries whose versions affect the bytes of an encoded chunk."""

_PROGRAM_FILES = ("*.py", "*.toml", "*.tsv", "*.npz")
"""The files of the package on which scripts depend: code, words, names and the weights of nets."""
_PACKAGE_FOLDER = Path(__file__).parents[1]
_LIBRARIES_FOLDER = Path(msgspec.__file__).parents[1]
"""The folder that holds the installed libraries."""


def fingerprint(*values: object) -> str:
    """Return a hexadecimal fingerprint of values that JSON can represent."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()


@cache
def program_fingerprint() -> str:
    """Return a fingerprint of the installed program, as results of other code are not reused.

    It covers the size and modification time of each file of the package: they change whenever the
    content does, and are read in a hundredth of the time. It also covers the user's files of
    languages, and the modification time of the folder of installed libraries, which changes if a
    library is installed or updated.
    """
    sources = {file for pattern in _PROGRAM_FILES for file in _PACKAGE_FOLDER.rglob(pattern)}
    sources |= {*find_language_files().values(), _LIBRARIES_FOLDER}
    stats = [(str(file), file.stat()) for file in sorted(sources)]
    return fingerprint([[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats])


@cache
def encoder_fingerprint() -> str:
    """Return a fingerprint of the code and libraries that turn clips into encoded chunks."""
    sources = sorted([*_PACKAGE_FOLDER.glob("audio/*.py"), *_PACKAGE_FOLDER.glob("export/*.py")])
    versions = [metadata.version(library) for library in ENCODING_LIBRARIES]
    return fingerprint(versions, [source.read_text("utf-8") for source in sources])
