"""The options of the commands: those made from `narrator.build.options.Options`, and a few others.

`add_build_options` gives a command the parameters of all fields of `Options` up to a stage of the
build. An option is declared only once, and has the same name, default and help in every command.
"""

from __future__ import annotations

import functools
import inspect
import re
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from narrator.build.house_style import HouseStyle
from narrator.build.option_parsing import list_formats
from narrator.build.options import (
    CORRECTION_PARAMETERS,
    PARAMETERS_KEY,
    PLAY,
    FieldParameters,
    Options,
    Parameter,
    Stage,
)
from narrator.cli.setting_defaults import (
    choose_settings,
    list_setting_kinds,
    name_settings_in_errors,
)
from narrator.errors import OptionError
from narrator.installation import list_extras
from narrator.text.control_characters import show_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from narrator.build.settings import Settings
    from narrator.model import Line

InputPaths = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="A book, several books, a folder, or - for standard input.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

_FIELD_PARAMETERS: dict[str, FieldParameters] = {
    field.name: field.metadata[PARAMETERS_KEY] for field in fields(Options) if field.metadata
}
"""The parameters for each field of `Options`, by field name, in the order of the fields."""


# ---------------------------------------------------------------------------------- lists in help


def _list_engines() -> Iterable[str]:
    """Return the names of the installed engines, without importing them."""
    from narrator import registry

    return registry.list_plugins("engines")


def _list_pauses() -> Iterable[str]:
    """Return the names of the pause presets."""
    from narrator.audio.pauses import PAUSE_PRESETS

    return PAUSE_PRESETS


def list_loudness_profiles() -> Iterable[str]:
    """Return the names of the loudness profiles, except the one that changes nothing."""
    from narrator.audio.loudness_profiles import LOUDNESS_PROFILES

    return (name for name, target in LOUDNESS_PROFILES.items() if target.lufs is not None)


def _list_voice_names() -> Iterable[str]:
    """Return the names of all voices."""
    from narrator.casting.profiles import load_voices

    return load_voices()


def _list_language_names() -> Iterable[str]:
    """Return the names of the languages that have voices."""
    from narrator.text.language_names import list_language_names

    return list_language_names()


_COMPLETED_VALUES: dict[str, Callable[[], Iterable[str]]] = {
    "format": list_formats,
    "engine": _list_engines,
    "pauses": _list_pauses,
    "loudness": list_loudness_profiles,
    "voice": _list_voice_names,
    "language": _list_language_names,
    "split": lambda: ("chapters", "30min", "50MB"),
    "subtitles": lambda: ("vtt", "srt", "lrc"),
}
"""Functions that list the values of options, by parameter name."""


def make_completion(parameter: Parameter) -> Callable[[str], list[str]] | None:
    """Return the function that completes the value of an option in a shell; None without one.

    The values are those of a list that the program knows, or those of the placeholder.
    """
    choices = (parameter.metavar or "").split("|")
    list_values = _COMPLETED_VALUES.get(parameter.name)
    if list_values is None and len(choices) > 1 and all(word.islower() for word in choices):
        list_values = functools.partial(iter, choices)
    return complete_from(list_values) if list_values else None


def complete_from(list_values: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """Return the function that completes the beginning of a value to those of a list."""

    def complete(incomplete: str) -> list[str]:
        return [value for value in list_values() if value.startswith(incomplete)]

    return complete


def _make_annotation(parameter: Parameter, callback: Callable[..., Any] | None = None) -> Any:
    """Return the annotation from which typer makes an option."""
    option = typer.Option(
        *parameter.flags.split(),
        metavar=parameter.metavar or (None if parameter.value_type is bool else "TEXT"),
        help=parameter.help,
        show_default=parameter.shown_default or True,
        autocompletion=make_completion(parameter),
        callback=callback,
    )
    return Annotated[parameter.value_type, option]


def _use_cache_dir(context: typer.Context, location: str | None) -> str | None:
    """Keep every cache, including those of engines, at this location while the command runs."""
    from narrator.cache.places import use_cache_dir

    context.with_resource(use_cache_dir(location))
    return location


# For commands without a build. The steps of a build choose the cache by `Options.cache_dir`.
CacheDir = _make_annotation(_FIELD_PARAMETERS["cache_dir"].parameters[0], _use_cache_dir)
Force = _make_annotation(_FIELD_PARAMETERS["force"].parameters[0])
EngineName = _make_annotation(
    replace(_FIELD_PARAMETERS["engine"].parameters[0], shown_default="any")
)
Play = _make_annotation(PLAY)


def _check_port(port: int) -> int:
    """Return the number of a port.

    Raises:
        OptionError: there is no such port.
    """
    if port not in _PORTS:
        raise OptionError(f"--port {port} is not valid", f"give 0 to {_PORTS[-1]}")
    return port


_PORTS = range(1 << 16)
Port = Annotated[
    int,
    typer.Option(
        "--port", metavar="N", help="The port.", show_default="any free one", callback=_check_port
    ),
]
_NO_CONFIG = Parameter("--no-config", "Ignore the settings file for all books.", None, bool, False)
SETTINGS_KEY = "settings"
"""Key of the context under which a command finds the settings that apply to it."""
_PARSE_FOR_BOOK = "parse_for_book"
"""Key of the context under which a command finds how to parse its line for one of its books."""
_WITHOUT_SETTINGS = frozenset({"config", "doctor", "setup", "help"})
"""Commands that work even if a settings file has a mistake in it."""
_CORRECTED_LINE = "corrected_line"
"""Parameter by which a command learns which line its corrections changed first."""
_CHOOSE_OPTIONS = "choose_options"
"""Parameter by which a command gets a function that returns the options of one of its books."""
_NOT_OPTIONS = frozenset({_CORRECTED_LINE, _CHOOSE_OPTIONS})
"""Parameters of commands that are not on the command line."""
READS_BOOK = "reads_book"
"""Attribute of the functions of commands that read a book, and so follow the user's settings."""


def add_build_options(
    stage: Stage, *own_parameters: Parameter
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that replaces a command's parameter `options` by single options.

    The command gets the options of all steps of a build up to `stage`, and `own_parameters`, whose
    values it receives by their names. It raises an `OptionError` if one of their values is not
    valid.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        offered = [
            parameter
            for declaration in _FIELD_PARAMETERS.values()
            for parameter in declaration.parameters
            if declaration.is_offered(parameter, stage)
        ]

        @functools.wraps(command)
        def run(**values: Any) -> None:
            settings = values.pop(SETTINGS_KEY, None)
            parse_for_book = values.pop(_PARSE_FOR_BOOK, None)
            takes = inspect.signature(command).parameters
            with name_settings_in_errors(settings):
                options = _make_options_with_house(values, settings)
                arguments = {p.name: values.pop(p.name, None) for p in CORRECTION_PARAMETERS}
                # typer passes these values too, but the command receives them in `options`
                for parameter in (*offered, _NO_CONFIG):
                    values.pop(parameter.name, None)
                if any(arguments.values()):
                    corrected_line = _save_corrections(values, arguments, options)
                    if _CORRECTED_LINE in takes:
                        values[_CORRECTED_LINE] = corrected_line
                if _CHOOSE_OPTIONS in takes:
                    values[_CHOOSE_OPTIONS] = functools.partial(
                        _choose_book_options, options, settings, parse_for_book
                    )
                command(**values, options=options)

        setattr(run, READS_BOOK, True)
        generated = (*own_parameters, *CORRECTION_PARAMETERS, *offered, _NO_CONFIG)
        parameters = _list_keywords(command, generated)
        # typer reads both: the signature for names and defaults, the annotations for types
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return run

    return decorate


def _list_keywords(
    command: Callable[..., None], generated: Sequence[Parameter]
) -> list[inspect.Parameter]:
    """Return the keywords of a command, with generated ones in the place of `options`."""
    declared = {parameter.name: parameter for parameter in generated}
    keywords: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name == "options":
            keywords += (_make_keyword(p.name, p.default, _make_annotation(p)) for p in generated)
        elif parameter.name not in declared and parameter.name not in _NOT_OPTIONS:
            by_keyword = _make_keyword(parameter.name, parameter.default, parameter.annotation)
            keywords.append(by_keyword)
    return keywords


def _make_options_with_house(values: dict[str, Any], settings: Settings | None) -> Options:
    """Return the options for the values of a command's parameters, and for the house style.

    Raises:
        OptionError: a value is not valid.
    """
    house = settings.house if settings else HouseStyle()
    return replace(make_options(values), house=house)


def _choose_book_options(
    options: Options,
    settings: Settings | None,
    parse_for_book: Callable[[Sequence[str]], tuple[dict[str, Any], Settings]] | None,
    paths: Sequence[str],
) -> Options:
    """Return the options for one of many books: those of the command, or of the file beside it.

    Raises:
        NarratorError: a setting in the file beside the book is not valid.
    """
    from narrator.build.settings import find_book_settings

    file = find_book_settings(paths) if parse_for_book and options.side_files else None
    if parse_for_book is None or file is None or (settings and file in settings.house.files):
        return options
    values, book_settings = parse_for_book(paths)
    with name_settings_in_errors(book_settings):
        return _make_options_with_house(values, book_settings)


def _save_corrections(
    values: Mapping[str, Any], arguments: Mapping[str, list[str] | None], options: Options
) -> Line | None:
    """Write corrections into the file beside the book; return the first line that they change."""
    from narrator.cli.correcting import save_corrections

    return save_corrections(
        values["source"],
        {name: texts or [] for name, texts in arguments.items()},
        options,
        as_json=values.get("as_json", False),
    )


def _make_keyword(name: str, default: object, annotation: object) -> inspect.Parameter:
    """Return a keyword-only parameter: typer passes all values by name."""
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def make_options(values: dict[str, Any]) -> Options:
    """Return the options for the values of a command's parameters, given by parameter name.

    Raises:
        OptionError: a value is not valid.
    """
    field_values: dict[str, Any] = {}
    for field_name, declaration in _FIELD_PARAMETERS.items():
        # a command of an early stage does not offer every field; the others keep their defaults
        names = [parameter.name for parameter in declaration.parameters]
        if not any(name in values for name in names or declaration.other_parameters):
            continue
        arguments = [values.get(p.name, p.default) for p in declaration.parameters]
        if declaration.parse is None:
            [field_values[field_name]] = arguments
        else:
            # for example, the value of `--format` must agree with the suffix of `--output`
            other_arguments = [values.get(name) for name in declaration.other_parameters]
            field_values[field_name] = declaration.parse(*arguments, *other_arguments)
    return Options(**field_values)


_PLACEHOLDER_LISTS: dict[str, Callable[[], Iterable[str]]] = {
    "formats": list_formats,
    "engines": _list_engines,
    "pauses": _list_pauses,
    "loudness": list_loudness_profiles,
    "extras": list_extras,
}
"""Functions that list the values for the placeholders in help texts, by placeholder."""


def fill_help_placeholders(help_text: str) -> str:
    """Replace placeholders such as `{formats}` in a help text by lists."""
    # not str.format: other braces in a help text must stay
    names = "|".join(_PLACEHOLDER_LISTS)
    return re.sub(
        rf"\{{({names})\}}", lambda match: ", ".join(_PLACEHOLDER_LISTS[match[1]]()), help_text
    )


class CommandGroup(TyperGroup):
    """The commands together; its messages on wrong options show control characters as symbols.

    typer prints these messages itself. They quote arguments, which a shell may have taken from the
    names of files.
    """

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the options before the command."""
        with _show_controls_in_usage_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Find, parse and run the command."""
        with _show_controls_in_usage_errors():
            return super().invoke(ctx)


@contextmanager
def _show_controls_in_usage_errors() -> Iterator[None]:
    """Replace the control characters in the texts of typer's errors."""
    try:
        yield
    except Exception as error:
        # typer does not export the base class of its errors, which have this method
        if hasattr(error, "format_message"):
            for name, value in vars(error).items():
                if isinstance(value, str):
                    setattr(error, name, show_controls(value))
        raise


class SettableCommand(TyperCommand):
    """A command whose missing options come from the user's settings.

    Its help texts may contain placeholders, which are filled in when the help is shown. The lists
    come from plug-ins and modules that a command does not have to load in order to run.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line, and take what is missing from the settings files."""
        try:
            arguments, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        except Exception as error:
            # the parser does not say in which command a value is missing
            if getattr(error, "ctx", ctx) is None:
                error.ctx = ctx  # type: ignore[attr-defined]
            raise
        is_asked_for_help = ctx.resilient_parsing or arguments.get("help")
        if not is_asked_for_help:
            _refuse_empty_values(self.params, arguments)
        if not (is_asked_for_help or self.name in _WITHOUT_SETTINGS):
            settings = self._fill_defaults(ctx, arguments, arguments.get("source") or ())
            ctx.meta[SETTINGS_KEY] = settings
            ctx.meta[_PARSE_FOR_BOOK] = functools.partial(self._parse_for_book, ctx, list(args))
        return super().parse_args(ctx, args)

    def _fill_defaults(
        self, ctx: Any, arguments: Mapping[str, Any], paths: Sequence[str]
    ) -> Settings:
        """Take the defaults of options from the settings for a book; return the settings."""
        has_book = hasattr(self.callback, READS_BOOK)
        settings = _load_settings(arguments, paths if has_book else (), has_book=has_book)
        offered = frozenset(str(parameter.name) for parameter in self.params)
        chosen = choose_settings(settings, arguments, offered, has_book=has_book)
        ctx.default_map = {name: setting.value for name, setting in chosen.items()}
        return settings

    def _parse_for_book(
        self, ctx: Any, args: list[str], paths: Sequence[str]
    ) -> tuple[dict[str, Any], Settings]:
        """Parse the command line once more, with the settings beside one of its books.

        Returns:
            The values of the command's parameters, by name, and the settings.
        """
        arguments, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        book_context = type(ctx)(self, info_name=ctx.info_name, parent=ctx.parent)
        settings = self._fill_defaults(book_context, arguments, paths)
        with book_context.scope(cleanup=False):
            super().parse_args(book_context, list(args))
        return dict(book_context.params), settings

    def invoke(self, ctx: Any) -> Any:
        """Run the command, with the settings if it reads a book."""
        if hasattr(self.callback, READS_BOOK):
            for key in (SETTINGS_KEY, _PARSE_FOR_BOOK):
                ctx.params[key] = ctx.meta.get(key)
        return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the help, as click does, with lists in place of placeholders."""
        for parameter in self.params:
            if help_text := getattr(parameter, "help", None):
                shown: Any = parameter
                shown.help = fill_help_placeholders(help_text)
                if isinstance(default := shown.show_default, str):
                    # the parser would put it into brackets of its own
                    shown.help, shown.show_default = f"{shown.help}  [default: {default}]", False
        super().format_help(ctx, formatter)


def _refuse_empty_values(parameters: Iterable[Any], arguments: Mapping[str, Any]) -> None:
    """Check that no value is empty, as a variable of a shell that is not set gives it.

    Only texts about the book may be empty: they stay those of the book. An empty path would be that
    of the current folder, with all its books.

    Raises:
        OptionError: an option or argument is empty.
    """
    about = {parameter.name for parameter in _FIELD_PARAMETERS["about"].parameters}
    for parameter in parameters:
        value = arguments.get(parameter.name)
        is_argument = parameter.param_type_name == "argument"
        has_empty_value = is_argument and isinstance(value, (list, tuple)) and "" in value
        if (value == "" or has_empty_value) and parameter.name not in about:
            name = (
                parameter.metavar or parameter.name.upper()
                if is_argument
                else max(parameter.opts, key=len)
            )
            raise OptionError(f"{name.strip('[].')} is empty", "give a value, or remove it")


def _load_settings(
    arguments: Mapping[str, Any], paths: Sequence[str], *, has_book: bool
) -> Settings:
    """Return the settings for a command line and the files of a book."""
    from narrator.build.settings import load_settings

    return load_settings(
        tuple(paths),
        list_setting_kinds(),
        reads_book_file=has_book and arguments.get("side_files") is not False,
        reads_user_file=not arguments.get("no_config"),
    )
