"""`narrator voices`: list, show, hear or fetch voices."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.option_parsing import parse_language
from narrator.build.options import Options
from narrator.cli import command_options as opt
from narrator.errors import OptionError
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.model import Voice


_LIST_HINT = "`narrator voices` lists them"


class VoicesAction(StrEnum):
    """What to do with voices."""

    LIST = "list"
    SHOW = "show"
    AUDITION = "audition"
    FETCH = "fetch"


def run_voices(
    action: Annotated[
        VoicesAction,
        typer.Argument(
            metavar="[ACTION]",
            help="What to do: list; show, hear (audition) or download (fetch) the voices NAME.",
        ),
    ] = VoicesAction.LIST,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="The names of voices or models.", show_default=False
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Hear all voices that are ready here and fit the filters.")
    ] = False,
    gender: Annotated[
        str | None,
        typer.Option(
            metavar="GENDER",
            help="Only female or male voices.",
            autocompletion=opt.complete_from(lambda: ("female", "male")),
        ),
    ] = None,
    age: Annotated[
        str | None,
        typer.Option(
            metavar="AGE",
            help="Only voices of this age: child, young, adult or old.",
            autocompletion=opt.complete_from(lambda: ("child", "young", "adult", "old")),
        ),
    ] = None,
    accent: Annotated[
        str | None,
        typer.Option(metavar="ACCENT", help="Only voices with this accent, as the list shows it."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="LANGUAGE", help="Only voices of this language: a tag such as de, or German."
        ),
    ] = None,
    languages: Annotated[
        bool, typer.Option("--languages", help="List the languages that have voices.")
    ] = False,
    engine: opt.EngineName = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The text of an audition.")
    ] = None,
    book: Annotated[
        str | None,
        typer.Option("--book", metavar="BOOK", help="Speak lines of this book in an audition."),
    ] = None,
    character: Annotated[
        str | None,
        typer.Option(
            "--character",
            metavar="NAME",
            help="The character whose lines an audition speaks.",
            show_default="narrator",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A sound file, in which several voices are announced; or a page, as .html.",
            show_default="output/<voice>.wav, or output/voices.html for several",
        ),
    ] = None,
    play: opt.Play = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="PLACE",
            help="Take a model from this folder, .onnx file or address, not from its publisher.",
        ),
    ] = None,
    cache_dir: opt.CacheDir = None,
    force: opt.Force = False,
    as_json: opt.AsJson = False,
) -> None:
    """List the voices, show one, hear some, or fetch a model."""
    from narrator.cli import audition

    hearing = {
        "--all": every,
        "--text": text,
        "--book": book,
        "--character": character,
        "--output": output,
        "--play": play,
    }
    _refuse_stray_options(
        action, {VoicesAction.FETCH: {"--from": source}, VoicesAction.AUDITION: hearing}
    )
    if languages:
        _list_languages(as_json=as_json)
        return
    if action is VoicesAction.FETCH:
        _fetch_models(names or [], source, may_replace=force)
        return
    if action is VoicesAction.SHOW and not names:
        raise OptionError("voices show needs the name of a voice", _LIST_HINT)
    filters = {"gender": gender, "age": age, "accent": accent, "engine": engine}
    if action is VoicesAction.AUDITION:
        _require_names(names, every=every)
    tag = parse_language(language) if language else None
    voices = _select_voices(names, filters, tag)
    if action is VoicesAction.AUDITION:
        request = audition.AuditionRequest(voices, every, text, book, character, output, play)
        options = Options(cache_dir=cache_dir, force=force)
        audition.run_audition(request, tag, options, as_json=as_json)
    else:
        is_detailed = action is VoicesAction.SHOW
        has_catalogue = is_detailed or as_json or language is not None
        listed = voices if has_catalogue else _leave_out_catalogue(voices)
        _print_voices(listed, is_detailed=is_detailed, as_json=as_json)


def _refuse_stray_options(
    action: VoicesAction, options: "Mapping[VoicesAction, Mapping[str, object]]"
) -> None:
    """Check that no option is given that belongs to another action.

    Raises:
        OptionError: one is.
    """
    from narrator.cli.option_conflicts import refuse_without

    for other, values in options.items():
        if other is not action:
            refuse_without(f"`voices {other}`", values, f"type `narrator voices {other} NAME`")


def _print_voices(voices: "Sequence[Voice]", *, is_detailed: bool, as_json: bool) -> None:
    """Print voices as a table, each by itself, or as JSON."""
    from narrator.cli import display, reports

    if as_json:
        display.print_json([reports.summarise_voice(voice) for voice in voices])
    elif is_detailed:
        for voice in voices:
            reports.print_voice(voice)
    else:
        reports.print_voices(voices)


def _leave_out_catalogue(voices: list["Voice"]) -> list["Voice"]:
    """Leave more than a thousand voices of other languages out of a list, and say where they are.

    A list of catalogue voices only is returned as it is: the user has named them.
    """
    from narrator.casting.catalogue import list_catalogue_voices
    from narrator.cli import display

    catalogue = set(list_catalogue_voices())
    listed = [voice for voice in voices if voice not in catalogue]
    if not listed or len(listed) == len(voices):
        return voices
    languages = {primary_subtag(voice.language) for voice in catalogue}
    display.print_note(
        "Note",
        f"{len(voices) - len(listed):,} more voices speak {len(languages)} other languages:"
        " `narrator voices --languages`, and `narrator voices --language de`",
        stderr=True,
    )
    return listed


def _list_languages(*, as_json: bool) -> None:
    """Print the languages that have voices, with the number of voices of each engine."""
    from narrator.casting.profiles import load_voices
    from narrator.casting.voice_languages import count_voices_by_language
    from narrator.cli import display
    from narrator.text.language_names import describe_language

    counts = count_voices_by_language(load_voices().values())
    if as_json:
        display.print_json(
            [{"tag": tag, "language": describe_language(tag), **counts[tag]} for tag in counts]
        )
        return
    rows = [
        (
            tag,
            describe_language(tag),
            ", ".join(f"{engine} {count}" for engine, count in sorted(counts[tag].items())),
        )
        for tag in sorted(counts)
    ]
    display.print_table(("Tag", "Language", "Voices"), rows)


def _select_voices(
    names: list[str] | None, filters: dict[str, str | None], tag: str | None
) -> list["Voice"]:
    """Return the named voices, or all of them, that match every filter.

    Args:
        names: None for all.
        filters: Values by names of the fields of `Voice`; None matches every voice.
        tag: The BCP 47 tag of a language; None matches every voice.

    Raises:
        UnknownVoiceError: a name is unknown.
        OptionError: a filter has a value that no profile has, or no named voice matches.
    """
    from narrator.casting.profiles import find_voice, load_voices

    profiles = load_voices()
    if tag is not None:
        profiles = _filter_by_language(profiles, tag)
    voices = [find_voice(name, profiles) for name in names] if names else list(profiles.values())
    for key, value in filters.items():
        if value is not None:
            voices = _filter_voices(voices, key, value, list(profiles.values()))
    if names and not voices:
        raise OptionError(f"none of {', '.join(names)} matches the filters", "remove the filters")
    return voices


def _filter_by_language(voices: dict[str, "Voice"], tag: str) -> dict[str, "Voice"]:
    """Return the voices that speak a language.

    Raises:
        OptionError: no voice does.
    """
    from narrator.casting.voice_languages import select_listed_voices
    from narrator.text.language_names import describe_language

    selected = select_listed_voices(voices, tag)
    if not selected:
        raise OptionError(
            f"no voice speaks {describe_language(tag)}",
            "`narrator voices --languages` lists those that have one",
        )
    return selected


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


def _require_names(names: list[str] | None, *, every: bool) -> None:
    """Check that an audition has either names of voices or all voices.

    Raises:
        OptionError: it has neither or both.
    """
    if not names and not every:
        hint = f"name some, or hear all with --all; {_LIST_HINT}"
        raise OptionError("an audition needs a voice", hint)
    if names and every:
        raise OptionError(f"--all does not go with {names[0]}", "use one of them")


def _fetch_models(names: list[str], source: str | None, *, may_replace: bool) -> None:
    """Download models, given by name or by the name of a voice that needs the model.

    Args:
        names: Names of models or voices.
        source: A folder, a file or an address to take the files from; None for the publisher.
        may_replace: Whether to replace files that narrator did not write.

    Raises:
        OptionError: nothing is named, or a name is neither a voice's nor a model's.
    """
    from narrator.casting.profiles import load_voices
    from narrator.cli import display
    from narrator.engines.model_download import download_model, find_required_model

    if not names:
        raise OptionError("voices fetch needs the name of a voice or a model", _LIST_HINT)
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
