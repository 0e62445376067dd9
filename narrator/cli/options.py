"""The options of the commands: those made from `narrator.build.options.Options`, and a few others.

`takes_options` gives a command the parameters of all fields of `Options` up to a stage of the
build. So an option is written down once, and has the same name, default and help everywhere.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from narrator.build.options import OFFER_KEY, FieldOffer, Options, Parameter, Stage

InputPaths = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="A book, a story, a folder of chapters, or - for standard input.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]

_OFFERS: dict[str, FieldOffer] = {
    field.name: field.metadata[OFFER_KEY] for field in fields(Options) if field.metadata
}
"""How the command line asks for each field of `Options`, in their order."""


def _use_cache_dir(context: typer.Context, location: str | None) -> str | None:
    """Keep every cache, also those of engines, at this location while the command runs."""
    from narrator.cache.places import use_cache_dir

    context.with_resource(use_cache_dir(location))
    return location


_CALLBACKS: dict[str, Callable[..., Any]] = {"cache_dir": _use_cache_dir}


def _annotate(parameter: Parameter) -> Any:
    """Return the annotation by which typer recognises an option."""
    option = typer.Option(
        *parameter.flags.split(),
        metavar=parameter.metavar,
        help=parameter.help,
        callback=_CALLBACKS.get(parameter.name),
    )
    return Annotated[parameter.value_type, option]


def annotation_of(field_name: str) -> Any:
    """Return the annotation of a field with a single option, for a command that takes it alone."""
    [parameter] = _OFFERS[field_name].parameters
    return _annotate(parameter)


CacheDir = annotation_of("cache_dir")
EngineName = annotation_of("engine")


def takes_options(stage: Stage) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a command: replace its parameter `options` by those of `Options`, up to a stage.

    Raises:
        OptionError: by the command, if a value is not valid.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        offered = [
            parameter
            for offer in _OFFERS.values()
            for parameter in offer.parameters
            if offer.is_offered(parameter, stage)
        ]

        @functools.wraps(command)
        def run(**values: Any) -> None:
            options = make_options(values)
            for parameter in offered:
                del values[parameter.name]
            command(**values, options=options)

        made = [
            inspect.Parameter(
                parameter.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=parameter.default,
                annotation=_annotate(parameter),
            )
            for parameter in offered
        ]
        signature = inspect.signature(command)
        parameters: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            by_name = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            parameters += made if parameter.name == "options" else [by_name]
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return run

    return decorate


def make_options(values: dict[str, Any]) -> Options:
    """Return the options that follow from the values of a command's parameters, by their names.

    Raises:
        OptionError: a value is not valid.
    """
    chosen: dict[str, Any] = {}
    for field_name, offer in _OFFERS.items():
        names = [parameter.name for parameter in offer.parameters]
        if not any(name in values for name in names):
            continue
        arguments = [values.get(p.name, p.default) for p in offer.parameters]
        if offer.parse is None:
            [chosen[field_name]] = arguments
        else:
            chosen[field_name] = offer.parse(*arguments, *(values[name] for name in offer.reads))
    return Options(**chosen)


# ---------------------------------------------------------------------------------- lists in help


def _join_formats() -> str:
    from narrator.build.option_parsing import list_formats

    return ", ".join(list_formats())
