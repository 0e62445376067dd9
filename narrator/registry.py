"""Finds readers, engines and exporters by name, through entry points.

Nothing is imported until it is asked for. A plug-in is a class that is called without arguments;
its module imports what it needs honestly at its top, and what is missing there becomes a
`MissingExtraError` that names the extra to install.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from narrator.errors import EngineUnavailableError, MissingExtraError, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.engines import Engine
    from narrator.export import Exporter
    from narrator.readers.interface import Reader

DISTRIBUTION_NAME = "narrator-audiobook"
_TOLD = 20
"""Names that a hint lists; more would bury it, and what there is."""


@cache
def _entries(group: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in sorted(entry_points(group=f"narrator.{group}"))}


@cache
def _load(group: str, name: str) -> Any:
    entry = _entries(group)[name]
    try:
        return entry.load()()
    except ModuleNotFoundError as error:
        extra = f"[{entry.extras[0]}]" if entry.extras else ""
        wanted = f"'{DISTRIBUTION_NAME}{extra}'" if extra else str(error.name)
        raise MissingExtraError(
            f"{name} needs the package {error.name}, which is not installed",
            f"pip install {wanted}",
        ) from error


def list_plugins(group: str) -> tuple[str, ...]:
    """The names of all `readers`, `engines` or `exporters` that are installed, sorted."""
    return tuple(_entries(group))


def list_readers() -> tuple[str, ...]:
    """The names of the readers, sorted."""
    return list_plugins("readers")


def load_reader(name: str) -> Reader:
    """The reader of that name."""
    return _load("readers", name)  # type: ignore[no-any-return]


def load_engine(name: str) -> Engine:
    """The engine of that name, one a process.

    Raises:
        EngineUnavailableError: no engine has that name.
        MissingExtraError: its packages are not installed.
    """
    if name not in _entries("engines"):
        raise EngineUnavailableError(
            f"no engine is called '{name}'", did_you_mean(name, list_plugins("engines"))
        )
    return _load("engines", name)  # type: ignore[no-any-return]


def load_exporter(name: str) -> Exporter:
    """The exporter of that name.

    Raises:
        OptionError: no exporter has that name.
        MissingExtraError: its packages are not installed.
    """
    if name not in _entries("exporters"):
        raise OptionError(
            f"no format is called '{name}'", did_you_mean(name, list_plugins("exporters"))
        )
    return _load("exporters", name)  # type: ignore[no-any-return]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names what the user may have meant, or what there is, as far as fits."""
    known = sorted(known)
    folded = {candidate.casefold(): candidate for candidate in known}
    close = [folded[c] for c in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]
    if close:
        return f"did you mean {' or '.join(close)}?"
    more = f" and {len(known) - _TOLD:,} more" if len(known) > _TOLD else ""
    return f"there are {', '.join(known[:_TOLD]) or 'none'}{more}"
