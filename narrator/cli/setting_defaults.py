"""Applies the user's settings to the options of a command that were not given."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from narrator.build.options import COMMAND_PARAMETERS, PARAMETERS_KEY, Options
from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from narrator.build.options import Parameter
    from narrator.build.settings import Setting, SettingKind, Settings

_UNSETTABLE = frozenset({"force", "side-files", "output"})
"""Options that only the command line may give: a file must not decide what is overwritten."""
_OPPOSITES = (("quiet", "verbose"), ("verbose", "quiet"), ("solo", "set"))
"""Settings, each with the option on the command line that contradicts it."""
EVERYWHERE = ("cache-dir",)
"""The settings that also apply to commands which read no book."""


def list_parameters() -> dict[str, Parameter]:
    """Return the parameters that may be settings, by name, in the order of the help."""
    declared = [
        parameter
        for field in fields(Options)
        if field.metadata
        for parameter in field.metadata[PARAMETERS_KEY].parameters
    ]
    named = {_setting_name(parameter.name): parameter for parameter in declared}
    named |= {_setting_name(parameter.name): parameter for parameter in COMMAND_PARAMETERS}
    return {name: parameter for name, parameter in named.items() if name not in _UNSETTABLE}


def _setting_name(parameter_name: str) -> str:
    """Return the name of a setting: "bit-rate" for the parameter "bit_rate"."""
    return parameter_name.replace("_", "-")


def list_setting_kinds() -> dict[str, SettingKind]:
    """Return the values that each setting takes, by the name of the setting."""
    return {name: _describe_kind(parameter) for name, parameter in list_parameters().items()}


def _describe_kind(parameter: Parameter) -> SettingKind:
    """Return which values a parameter takes."""
    from narrator.build.settings import SettingKind

    types = [kind for kind in get_args(parameter.value_type) if kind is not type(None)]
    value_type = types[0] if types else parameter.value_type
    is_repeatable = value_type == list[str]
    metavar = parameter.metavar or ""
    return SettingKind(
        str if is_repeatable else value_type,  # type: ignore[arg-type]
        is_repeatable=is_repeatable,
        has_pairs="=" in metavar,
        is_comma_list="," in metavar,
        is_location="URL" in metavar and "DIR" in metavar,
    )


def choose_settings(
    settings: Settings, arguments: Mapping[str, Any], offered: frozenset[str], *, has_book: bool
) -> dict[str, Setting]:
    """Return the settings that take the place of a command's missing options.

    Args:
        settings: All settings.
        arguments: The values on the command line, by names of parameters.
        offered: The names of the command's parameters.
        has_book: Whether the command reads a book; others get only the settings of `EVERYWHERE`.

    Returns:
        The settings by names of parameters, without those that conflict with the command line and
        those of the house style.
    """
    from narrator.build.settings import HOUSE_KEYS

    chosen = {
        parameter: setting
        for name, setting in settings.values.items()
        if (parameter := name.replace("-", "_")) in offered
        and arguments.get(parameter) is None
        and (name in EVERYWHERE or (has_book and name not in HOUSE_KEYS))
    }
    for name in _list_conflicts(chosen, arguments):
        chosen.pop(name, None)
    return chosen


def _list_conflicts(chosen: Mapping[str, Setting], arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield the settings that would contradict what the command line says."""
    from narrator import readalong
    from narrator.build.option_parsing import LOSSLESS_FORMATS, list_formats

    output = arguments.get("output")
    suffix = Path(str(output)).suffix[1:].lower() if output else ""
    if "format" in chosen and suffix in list_formats():
        yield "format"
    format_name = arguments.get("format") or suffix
    if "bit-rate" in map(_setting_name, chosen) and format_name in LOSSLESS_FORMATS:
        yield "bit_rate"
    yield from (name for name, other in _OPPOSITES if arguments.get(other))
    if "split" in chosen and (arguments.get("format") or suffix) in readalong.FORMAT_MODULES:
        yield "split"


@contextmanager
def name_settings_in_errors(settings: Settings | None) -> Iterator[None]:
    """Name the file of a setting in an error about its value."""
    try:
        yield
    except NarratorError as error:
        file = _find_cause(error, settings) if settings else None
        if file is None or error.message.startswith(str(file)):
            raise
        raise type(error)(f"{file}: {error.message}", error.hint) from error


def _find_cause(error: NarratorError, settings: Settings) -> Path | None:
    """Return the file of the setting that an error is about, or None."""
    flags = re.findall(r"(?<!\S)--([a-z-]+)", error.message)
    for name, setting in settings.values.items():
        if name in flags or f"'{setting.value}'" in error.message:
            return setting.file
    return None
