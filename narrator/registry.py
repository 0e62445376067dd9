"""Finds readers, engines and exporters by name, through entry points.

A plug-in is a class that is called without arguments. Its module is imported when the plug-in is
first needed. If the module imports a package that is not installed, the `MissingExtraError` names
the extra to install.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from narrator.errors import EngineUnavailableError, MissingExtraError, OptionError
from narrator.installation import DISTRIBUTION_NAME, format_install_hint, format_setup_hint
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from narrator.engines import Engine
    from narrator.export import Exporter
    from narrator.readers.interface import Reader


@cache
def _read_entry_points() -> Any:
    """Return the entry points of all installed packages; reading them takes 20 ms.

    They are `SelectableGroups` in Python 3.11 and `EntryPoints` in later versions.
    """
    return entry_points()


_NOUNS = {"engines": "engine", "readers": "reader for"}
"""What messages call the plug-ins of a group."""


@cache
def _find_entry_points(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name."""
    group_entries = _read_entry_points().select(group=f"narrator.{group}")
    # sorted, because the order of the entry points depends on the order of installation
    return {entry.name: entry for entry in sorted(group_entries)}


@cache
def _load_plugin(group: str, name: str) -> Any:
    """Import a plug-in and return its only instance in this process.

    Raises:
        MissingExtraError: a package that its module imports is not installed.
    """
    entry = _find_entry_points(group)[name]
    try:
        return entry.load()()
    # only a missing package: any other error in a plug-in is a bug, and should be seen
    except ModuleNotFoundError as error:
        # plug-ins by others usually have no extra; the hint then names the missing package itself
        # an import is often called differently from its package: google comes with protobuf
        if entry.extras:
            what = f"the {_NOUNS[group]} {name}" if group in _NOUNS else name
            raise MissingExtraError(
                f"{what} is not installed", _format_extra_hint(entry)
            ) from error
        raise MissingExtraError(
            f"{name} needs the package {error.name}, which is not installed",
            format_install_hint(str(error.name)),
        ) from error


def _format_extra_hint(entry: EntryPoint) -> str:
    """Return the command that installs the extra of a plug-in, which may be part of a package."""
    # entry points that tests make have no distribution
    package = entry.dist.name if entry.dist else DISTRIBUTION_NAME
    if package == DISTRIBUTION_NAME:
        return format_setup_hint(entry.extras[0])
    return format_install_hint(f"{package}[{entry.extras[0]}]")


def list_plugins(group: str) -> tuple[str, ...]:
    """Return the sorted names of all installed `readers`, `engines` or `exporters`."""
    return tuple(_find_entry_points(group))


def list_readers() -> tuple[str, ...]:
    """Return the sorted names of the readers."""
    return list_plugins("readers")


def load_reader(name: str) -> Reader:
    """Return the reader of that name.

    Raises:
        KeyError: no reader has that name.
        MissingExtraError: its packages are not installed.
    """
    return _load_plugin("readers", name)  # type: ignore[no-any-return]


def load_engine(name: str) -> Engine:
    """Return the engine of that name; each process has one instance of it.

    Raises:
        EngineUnavailableError: no engine has that name.
        MissingExtraError: its packages are not installed.
    """
    engine_names = list_plugins("engines")
    if name not in engine_names:
        raise EngineUnavailableError(
            f"no engine is called '{name}'", did_you_mean(name, engine_names)
        )
    return _load_plugin("engines", name)  # type: ignore[no-any-return]


def load_exporter(name: str) -> Exporter:
    """Return the exporter of that name.

    Raises:
        OptionError: no exporter has that name.
        MissingExtraError: its packages are not installed.
    """
    format_names = list_plugins("exporters")
    if name not in format_names:
        raise OptionError(f"no format is called '{name}'", did_you_mean(name, format_names))
    return _load_plugin("exporters", name)  # type: ignore[no-any-return]
