"""Opens the cache at a location: a local folder, or a URL that several machines share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from narrator.cache.places import is_url
from narrator.cache.store import Store
from narrator.errors import MissingExtraError
from narrator.installation import format_setup_hint


@cache
def open_store(location: str) -> Store:
    """Return the store at a folder, or at a URL with any protocol that fsspec supports.

    Each process has one store per location.

    Raises:
        OptionError: The protocol of the URL is not supported.
        MissingExtraError: The packages for the protocol are not installed.
        OutputError: The location can't be reached or written to.
    """
    if not is_url(location):
        return Store(Path(location))
    if location.startswith("file://"):
        return Store(_convert_file_url(location))
    try:
        from narrator.cache.remote import SharedStore  # noqa: PLC0415 - hardly ever needed
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"a cache at a URL needs the package {error.name}, which is not installed",
            format_setup_hint("remote"),
        ) from error
    return SharedStore(location)


def _convert_file_url(url: str) -> Path:
    """Return the folder that a URL with the scheme `file` stands for."""
    # urllib.request loads the client of HTTP, and hardly any cache is at a URL
    from urllib.parse import urlsplit  # noqa: PLC0415
    from urllib.request import url2pathname  # noqa: PLC0415

    return Path(url2pathname(urlsplit(url).path))
