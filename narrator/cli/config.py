"""`narrator config`: show which settings apply, and where each comes from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from narrator.build.options import Parameter
    from narrator.build.settings import Settings


def run_config(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...",
            help="A book, to include the settings that lie beside it.",
            show_default=False,
        ),
    ] = None,
    *,
    show_all: Annotated[
        bool, typer.Option("--all", help="Include settings that have their default.")
    ] = False,
    as_json: opt.AsJson = False,
) -> None:
    """Show which settings apply, and where each comes from."""
    from narrator.build.book_files import STANDARD_INPUT
    from narrator.build.settings import (
        BOOK_FILE_NAME,
        find_book_settings,
        load_settings,
        locate_user_settings,
    )
    from narrator.cli import display
    from narrator.cli.setting_defaults import (
        list_parameters,
        list_setting_kinds,
        name_settings_in_errors,
    )
    from narrator.errors import ReadingError
    from narrator.files.existence import is_file, is_folder, suggest_path

    paths = source or []
    for path in paths:
        if path != STANDARD_INPUT and not (is_file(Path(path)) or is_folder(Path(path))):
            raise ReadingError(f"{path} does not exist", suggest_path(Path(path)))
    settings = load_settings(paths, list_setting_kinds())
    parameters = list_parameters()
    with name_settings_in_errors(settings):
        # reports values out of range now, and not when the next book is built
        opt.make_options(_fill_defaults(parameters, settings))
    rows = _list_rows(parameters, settings, show_all=show_all or as_json)
    if as_json:
        display.print_json(
            [{"setting": name, "value": value, "from": origin} for name, value, origin in rows]
        )
        return
    display.print_note("Settings", f"for all books: {_describe_file(locate_user_settings())}")
    if paths:
        file = find_book_settings(paths)
        display.print_note("Settings", f"for this book: {file or f'no {BOOK_FILE_NAME} beside it'}")
    if rows:
        display.print_table(
            ("Setting", "Value", "From"),
            [(name, _show_value(value), origin) for name, value, origin in rows],
        )
    else:
        display.print_line("Every setting has its default; `narrator config --all` lists them.")


def _describe_file(file: Any) -> str:
    """Return the path of a settings file, and whether it exists."""
    from narrator.files.existence import is_file

    return str(file) if is_file(file) else f"{file} (not there yet)"


def _fill_defaults(parameters: "dict[str, Parameter]", settings: "Settings") -> dict[str, Any]:
    """Return a value for each parameter of a build: that of the settings, or the default."""
    from narrator.build.settings import HOUSE_KEYS

    values: dict[str, Any] = {
        parameter.name: parameter.default for parameter in parameters.values()
    }
    values["output"] = None
    for name, setting in settings.values.items():
        if name not in HOUSE_KEYS:
            values[parameters[name].name] = setting.value
    return values


def _list_rows(
    parameters: "dict[str, Parameter]", settings: "Settings", *, show_all: bool
) -> list[tuple[str, Any, str]]:
    """Return the name, the value and the origin of each setting."""
    import os

    from narrator.cache.places import CACHE_DIR_VARIABLE
    from narrator.casting.engine_choice import ENGINE_VARIABLE

    variables = {"engine": ENGINE_VARIABLE, "cache-dir": CACHE_DIR_VARIABLE}
    rows: list[tuple[str, Any, str]] = []
    for name, parameter in parameters.items():
        variable = variables.get(name, "")
        if name in settings.values and not (name == "engine" and os.environ.get(variable)):
            setting = settings.values[name]
            rows.append((name, setting.value, str(setting.file)))
        elif os.environ.get(variable):
            rows.append((name, os.environ[variable], f"the environment variable {variable}"))
        elif show_all:
            rows.append((name, parameter.default, "default"))
    return rows


def _show_value(value: Any) -> str:
    """Return a value as the command line or a settings file has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        items = value.get("words", value) if isinstance(value.get("words", value), dict) else value
        return ", ".join(f"{key} = {item}" for key, item in items.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
