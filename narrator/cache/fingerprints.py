"""Computes fingerprints: of values, of the program, and of its encoders.

A result is stored under a fingerprint of its inputs and of what computed it. So a stored result is
never out of date: if anything changes, the fingerprint does too.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import metadata
from pathlib import Path

import msgspec

FINGERPRINT_BYTES = 16
"""Length of a fingerprint: 128 bits of BLAKE2b, far beyond any accidental collision."""

ENCODING_LIBRARIES = ("lameenc", "imageio-ffmpeg", "soxr", "pydub", "numpy")
"""The libraries whose versions shape the bytes of an encoded chunk."""

_PACKAGE_FOLDER = Path(__file__).parents[1]
_LIBRARIES_FOLDER = Path(msgspec.__file__).parents[1]
"""The folder that holds the installed libraries."""


def fingerprint(*values: object) -> str:
    """Return a fingerprint, in hexadecimal, of values that JSON can represent."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()


@cache
def program_fingerprint() -> str:
    """Return a fingerprint of the installed program, so that results of older code are not reused.

    It covers the sizes and modification times of the package's files, which change as reliably as
    their contents and are read in a hundredth of the time. The modification time of the folder
    that holds the installed libraries is included because it changes when one of them does.
    """
    sources = [*_PACKAGE_FOLDER.rglob("*.py"), *_PACKAGE_FOLDER.rglob("*.toml")]
    stats = [(str(file), file.stat()) for file in sorted([*sources, _LIBRARIES_FOLDER])]
    return fingerprint([[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats])


@cache
def encoder_fingerprint() -> str:
    """Return a fingerprint of the code and the libraries that turn clips into encoded chunks."""
    sources = sorted([*_PACKAGE_FOLDER.glob("audio/*.py"), *_PACKAGE_FOLDER.glob("export/*.py")])
    versions = [metadata.version(library) for library in ENCODING_LIBRARIES]
    return fingerprint(versions, [source.read_text("utf-8") for source in sources])
