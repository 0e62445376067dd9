"""Opens the cache at a location: a folder of this machine, or a URL that several machines share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from narrator.cache.places import is_url
from narrator.cache.store import Store
from narrator.errors import MissingExtraError


@cache
def open_store(location: str) -> Store:
    """Return the store at a folder, or at a URL of any kind that fsspec supports.

    There is one store per location in a process.

    Raises:
        OptionError: That kind of URL is not known.
        MissingExtraError: The packages for it are not installed.
        OutputError: It can't be reached, or can't be written to.
    """
    if not is_url(location):
        return Store(Path(location))
    if location.startswith("file://"):
        return Store(Path(url2pathname(urlsplit(location).path)))
    try:
        from narrator.cache.remote import SharedStore  # noqa: PLC0415 - hardly ever needed
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"a cache at a URL needs the package {error.name}, which is not installed",
            "pip install 'narrator-audiobook[remote]'",
        ) from error
    return SharedStore(location)
