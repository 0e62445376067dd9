"""Defines where all caches are stored.

They share one location: the folder or URL given by `--cache-dir`, else by the environment variable
`NARRATOR_CACHE_DIR`, else the platform's folder for caches. No other module asks the platform for
that folder. Downloaded models are not in the cache: see `engines.model_files`.
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
"""Environment variable with the folder or URL of the cache, which `--cache-dir` overrides."""
_URL_SEPARATOR = "://"


def is_url(location: str) -> bool:
    """Return whether the location of a cache is a URL rather than a folder."""
    return _URL_SEPARATOR in location


def default_cache_location() -> str:
    """Return the folder or URL in `NARRATOR_CACHE_DIR`, else the platform's folder for caches."""
    return os.environ.get(CACHE_DIR_VARIABLE) or str(local_cache_root())


def local_cache_root() -> Path:
    """Return the folder of caches that stay on this machine.

    It is the folder in `NARRATOR_CACHE_DIR`, or the platform's folder for caches if the variable is
    not set or is a URL.
    """
    location = os.environ.get(CACHE_DIR_VARIABLE, "")
    if location and not is_url(location):
        return Path(location)
    return Path(platformdirs.user_cache_dir("narrator", appauthor=False))


def engine_cache_folder(name: str) -> Path:
    """Return the folder for files that engines prepare once per machine, such as converted models.

    The path is absolute, because engines may load files from it after the working directory has
    changed.

    Args:
        name: The name of an engine, or of a resource that several engines share.
    """
    return (local_cache_root() / name).absolute()


def voice_measurements_path() -> Path:
    """Return the path of the file with acoustic measurements of the user's own voices."""
    return local_cache_root() / "sounds.json"


@contextmanager
def use_cache_dir(location: Path | str | None) -> Iterator[None]:
    """Keep the caches of this machine in a folder for the duration of the context.

    The folder is set in `NARRATOR_CACHE_DIR`, which worker processes inherit. So it applies to the
    whole process, and parallel builds in several threads must use the same folder. `None` and a URL
    change nothing: a URL holds only the entries that machines share.
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
