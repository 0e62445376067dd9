"""`narrator voices`: who can speak."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.cli import options as opt
from narrator.errors import OptionError

if TYPE_CHECKING:
    from narrator.model import Voice


class VoicesAction(StrEnum):
    """What to do with voices."""

    LIST = "list"
    SHOW = "show"
    AUDITION = "audition"
    FETCH = "fetch"


def voices(
    deed: Annotated[
        VoicesAction, typer.Argument(help="List them; show, hear or fetch some.")
    ] = VoicesAction.LIST,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Which.", show_default=False)
    ] = None,
    gender: Annotated[str | None, typer.Option(help="female or male.")] = None,
    age: Annotated[str | None, typer.Option(help="child, young, adult or old.")] = None,
    accent: Annotated[str | None, typer.Option(help="As the list shows it.")] = None,
    language: Annotated[str | None, typer.Option(help="A tag such as en.")] = None,
    engine: opt.EngineName = None,
    text: Annotated[str | None, typer.Option(help="What to speak in an audition.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="[default: output/<voice>.wav]"),
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="Play an audition at once.")] = False,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Fetch models from here, not the internet."),
    ] = None,
    as_json: opt.AsJson = False,
) -> None:
    """List the voices, show one, hear one, or fetch the model that one needs."""
    from narrator.casting.profiles import find_voice, load_voices
    from narrator.cli import display, reports

    if deed is VoicesAction.FETCH:
        _fetch(names or [], source)
        return
    known = load_voices()
    chosen = [find_voice(name, known) for name in names] if names else list(known.values())
    wanted = {
        "gender": gender,
        "age": age,
        "accent": accent,
        "language": language,
        "engine": engine,
    }
    for key, value in wanted.items():
        if value is not None:
            chosen = _only(chosen, key, value, list(known.values()))
    if deed is VoicesAction.AUDITION:
        _audition(chosen, names or [], text, output, play=play, as_json=as_json)
    elif as_json:
        display.print_json([reports.summarise_voice(voice) for voice in chosen])
    elif deed is VoicesAction.SHOW:
        for voice in chosen:
            reports.print_voice(voice)
    else:
        reports.print_voices(chosen)


def _audition(
    chosen: list["Voice"],
    names: list[str],
    text: str | None,
    output: Path | None,
    *,
    play: bool,
    as_json: bool,
) -> None:
    """Let voices speak one after the other, of those that were named.

    Raises:
        OptionError: none was named, or none is left, or there is one file for several.
    """
    if not names:
        raise OptionError("an audition needs a voice", "narrator voices lists them all")
    if not chosen:
        raise OptionError(f"none of {', '.join(names)} is like that", "leave the filters away")
    if output and len(chosen) > 1:
        raise OptionError(f"{output} would hold one voice of {len(chosen)}", "leave -o away")
    for voice in chosen:
        _hear(voice, text, output, play=play, as_json=as_json)


def _hear(
    voice: "Voice", text: str | None, output: Path | None, *, play: bool, as_json: bool
) -> None:
    """Let a voice speak."""
    from narrator.build import preview
    from narrator.build.options import Options
    from narrator.cli import display
    from narrator.cli.player import play_file

    options = Options(format=opt.parse_format(None, output) if output else "wav")
    target = output or Path("output") / f"{voice.name}.wav"
    seconds = preview.audition_voice(voice, target, text, options)
    display.print_note("Wrote", f"{target} ({display.format_duration(seconds)})", stderr=as_json)
    if play:
        play_file(target)


def _only(chosen: list["Voice"], key: str, value: str, everyone: list["Voice"]) -> list["Voice"]:
    """The voices of which something is so, in whatever case it is written.

    Raises:
        OptionError: it is so of none that there is.
    """
    from narrator.registry import did_you_mean

    there_are = {str(getattr(voice, key)) for voice in everyone} - {"None"}
    if value.casefold() not in map(str.casefold, there_are):
        raise OptionError(f"no voice has the {key} '{value}'", did_you_mean(value, there_are))
    return [v for v in chosen if str(getattr(v, key)).casefold() == value.casefold()]


def _fetch(names: list[str], source: Path | None) -> None:
    """Fetch models by their own names, or by those of voices that need them."""
    from narrator.casting.profiles import load_voices
    from narrator.cli import display
    from narrator.engines.model_download import download_model, required_model

    if not names:
        raise OptionError(
            "fetch needs the name of a voice or a model", "narrator voices lists them"
        )
    known = load_voices()
    for name in names:
        model = required_model(known[name]) if name in known else name
        with display.progress_bar(model, 1.0) as done:
            files = download_model(model, source=source, progress=partial(_show, done))
        for file in files:
            display.print_note("Fetched", str(file))


def _show(done: Callable[[float], None], _file: str, here: int, total: int) -> None:
    """Tell a progress bar how much of a file is here."""
    done(here / max(total, here, 1))
