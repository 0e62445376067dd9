"""Opens the store at a place: a folder of this machine, or a URL that several machines share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from narrator.cache.store import SCHEME, Store
from narrator.errors import MissingExtraError


@cache
def open_store(location: str) -> Store:
    """The store at a place, a folder or a URL of any kind that fsspec knows; one for all who ask.

    Raises:
        OptionError: no such kind of URL is known.
        MissingExtraError: the packages for it are not installed.
        OutputError: it can't be reached, or not be written to.
    """
    if SCHEME not in location:
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
