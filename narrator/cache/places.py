"""Knows where every cache lies.

There is one place for all of them: the folder or URL of `--cache-dir`, or else of the environment
variable `NARRATOR_CACHE_DIR`, or else the folder that the platform has for caches. No other module
asks the platform for that folder. Downloaded models are not a cache: see `engines.model_files`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE_DIR_VARIABLE = "NARRATOR_CACHE_DIR"
"""Environment variable that holds the folder or URL of the cache, unless an option does."""
_URL_MARK = "://"


def is_url(location: str) -> bool:
    """Return whether the location of a cache is a URL rather than a folder."""
    return _URL_MARK in location


def default_cache_location() -> str:
    """Return the folder or URL in `NARRATOR_CACHE_DIR`, or else the platform's folder."""
    return os.environ.get(CACHE_DIR_VARIABLE) or str(local_cache_root())


def local_cache_root() -> Path:
    """Return the folder of this machine's own caches.

    It is the folder in `NARRATOR_CACHE_DIR`; if there is none, or a URL, the platform's folder.
    """
    location = os.environ.get(CACHE_DIR_VARIABLE, "")
    if location and not is_url(location):
        return Path(location)
    return Path(platformdirs.user_cache_dir("narrator", appauthor=False))


def engine_cache_folder(name: str) -> Path:
    """Return the folder of what engines prepare once per machine, such as changed models.

    It is absolute, because engines load libraries and data from it whenever they need them, which
    may be after the working directory has changed.

    Args:
        name: What it is for: the name of an engine, or of what several engines share.
    """
    return (local_cache_root() / name).absolute()


def voice_measurements_path() -> Path:
    """Return the file that remembers how the user's own voices sound."""
    return local_cache_root() / "sounds.json"


@contextmanager
def use_cache_dir(location: Path | str | None) -> Iterator[None]:
    """Keep all of this machine's caches in a folder while the context lasts.

    The folder is put into `NARRATOR_CACHE_DIR`, because worker processes inherit it. So it applies
    to the whole process: builds that run side by side in several threads should not use different
    folders. A URL, which holds only what machines share, leaves this machine's own caches where
    they are, as does `None`.
    """
    if location is None or is_url(str(location)):
        yield
        return
    previous_location = os.environ.get(CACHE_DIR_VARIABLE)
    os.environ[CACHE_DIR_VARIABLE] = str(location)
    try:
        yield
    finally:
        if previous_location is None:
            os.environ.pop(CACHE_DIR_VARIABLE, None)
        else:
            os.environ[CACHE_DIR_VARIABLE] = previous_location
