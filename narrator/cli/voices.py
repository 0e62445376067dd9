"""`narrator voices`: list, show, hear or fetch voices."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.option_parsing import parse_format
from narrator.build.options import Options
from narrator.cli import options as opt
from narrator.errors import OptionError
from narrator.text.control_characters import show_in_file_name

if TYPE_CHECKING:
    from narrator.model import Voice


class VoicesAction(StrEnum):
    """What to do with voices."""

    LIST = "list"
    SHOW = "show"
    AUDITION = "audition"
    FETCH = "fetch"


def run_voices(
    action: Annotated[
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
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The sound file of an audition; its suffix chooses the format.",
            show_default="output/<voice>.wav",
        ),
    ] = None,
    play: opt.Play = False,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Fetch models from here, not the internet."),
    ] = None,
    cache_dir: opt.CacheDir = None,
    force: opt.Force = False,
    as_json: opt.AsJson = False,
) -> None:
    """List the voices, show one, hear one, or fetch the model that one needs."""
    from narrator.cli import display, reports

    if action is VoicesAction.FETCH:
        _fetch_models(names or [], source, may_replace=force)
        return
    filters = {
        "gender": gender,
        "age": age,
        "accent": accent,
        "language": language,
        "engine": engine,
    }
    voices = _select_voices(names, filters)
    if action is VoicesAction.AUDITION:
        _require_auditionable(voices, names or [], output)
        options = Options(
            format=parse_format(None, output) if output else "wav",
            cache_dir=cache_dir,
            force=force,
        )
        for voice in voices:
            _write_audition(voice, text, output, options, play=play, as_json=as_json)
    elif as_json:
        display.print_json([reports.summarise_voice(voice) for voice in voices])
    elif action is VoicesAction.SHOW:
        for voice in voices:
            reports.print_voice(voice)
    else:
        reports.print_voices(voices)


def _select_voices(names: list[str] | None, filters: dict[str, str | None]) -> list["Voice"]:
    """Return the named voices, or all of them, that match every filter.

    Args:
        names: None for all.
        filters: Values by names of the fields of `Voice`; None matches every voice.

    Raises:
        UnknownVoiceError: a name is unknown.
        OptionError: a filter has a value that no profile has.
    """
    from narrator.casting.profiles import find_voice, load_voices

    profiles = load_voices()
    voices = [find_voice(name, profiles) for name in names] if names else list(profiles.values())
    for key, value in filters.items():
        if value is not None:
            voices = _filter_voices(voices, key, value, list(profiles.values()))
    return voices


def _filter_voices(
    voices: list["Voice"], key: str, value: str, all_voices: list["Voice"]
) -> list["Voice"]:
    """Return the voices whose field `key` equals a value, ignoring case.

    Raises:
        OptionError: not one of `all_voices` has this value.
    """
    from narrator.text.suggestions import did_you_mean

    # str() makes "None" of a field without value
    known_values = {str(getattr(voice, key)) for voice in all_voices} - {"None"}
    if value.casefold() not in map(str.casefold, known_values):
        raise OptionError(f"no voice has the {key} '{value}'", did_you_mean(value, known_values))
    return [voice for voice in voices if str(getattr(voice, key)).casefold() == value.casefold()]


def _require_auditionable(voices: list["Voice"], names: list[str], output: Path | None) -> None:
    """Check that an audition has at least one voice, and a file for each voice.

    Raises:
        OptionError: no voice was named, none matches the filters, or several would share a file.
    """
    if not names:
        raise OptionError("an audition needs a voice", "narrator voices lists them all")
    if not voices:
        raise OptionError(f"none of {', '.join(names)} is like that", "leave the filters away")
    if output and len(voices) > 1:
        raise OptionError(f"{output} would hold one voice of {len(voices)}", "leave -o away")


def _write_audition(
    voice: "Voice",
    text: str | None,
    output: Path | None,
    options: Options,
    *,
    play: bool,
    as_json: bool,
) -> None:
    """Write a file in which a voice speaks, and play the file if `play` is true."""
    from narrator.build import preview
    from narrator.cli import display
    from narrator.cli.player import play_file
    from narrator.files.existence import is_file

    target = output or Path("output") / show_in_file_name(f"{voice.name}.wav")
    label = "Replaced" if is_file(target) else "Wrote"
    seconds = preview.audition_voice(voice, target, text, options)
    display.print_note(label, f"{target} ({display.format_duration(seconds)})", stderr=as_json)
    if play:
        play_file(target)


def _fetch_models(names: list[str], source: Path | None, *, may_replace: bool) -> None:
    """Download models, given by name or by the name of a voice that needs the model.

    Args:
        names: Names of models or voices.
        source: A folder to copy the files from; None downloads them.
        may_replace: Whether to replace files that narrator did not write.

    Raises:
        OptionError: nothing is named, or a name is neither a voice's nor a model's.
    """
    from narrator.casting.profiles import load_voices
    from narrator.cli import display
    from narrator.engines.model_download import download_model, find_required_model

    if not names:
        raise OptionError(
            "fetch needs the name of a voice or a model", "narrator voices lists them"
        )
    profiles = load_voices()
    for name in names:
        model = find_required_model(profiles[name]) if name in profiles else name
        with display.show_progress_bar(model, 1.0) as set_progress:
            files = download_model(
                model,
                source=source,
                progress=partial(_update_download_bar, set_progress),
                may_replace=may_replace,
            )
        for file in files:
            display.print_note("Fetched", str(file))


def _update_download_bar(
    set_progress: Callable[[float], None], _file: str, received_bytes: int, total_bytes: int
) -> None:
    """Set a progress bar to the share of a file that has been received."""
    # the total is 0 if the server did not send it
    set_progress(received_bytes / max(total_bytes, received_bytes, 1))
