"""Auditions of voices, for `narrator voices audition` and `narrator cast --audition`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.build import audition, pipeline
from narrator.build.book_files import OUTPUT_FOLDER, default_output_path
from narrator.build.option_parsing import parse_format
from narrator.build.output_plan import describe_origin
from narrator.build.plan import PRICED_ENGINE
from narrator.casting.engine_choice import describe_missing_devices, find_voice_problem
from narrator.casting.voice_languages import can_speak
from narrator.cli import display
from narrator.cli.player import play_file
from narrator.errors import OptionError
from narrator.export.splitting import sanitise_file_name
from narrator.files.existence import is_file
from narrator.files.ownership import Origin, Output
from narrator.normalisation.phonetic_text import remove_sounds
from narrator.text.control_characters import show_in_file_name
from narrator.text.language_names import describe_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.build.audition import AuditionPiece, VoiceReading
    from narrator.build.options import Options
    from narrator.model import Script, Voice

_PAGE_SOUND = "mp3"
"""The format of the sound in a page, which every browser plays."""


@dataclass(frozen=True, slots=True)
class AuditionRequest:
    """What the user wants to hear."""

    voices: Sequence[Voice]
    is_selection: bool
    """Whether the voices are all that fit the filters, so that some may be left out."""
    text: str | None = None
    book: str | None = None
    character: str | None = None
    output: Path | None = None
    is_played: bool = False


def run_audition(
    request: AuditionRequest, language: str | None, options: Options, *, as_json: bool
) -> None:
    """Write the audition that the user requests, report it, and play it if it is to be played.

    Args:
        request: What the user wants to hear.
        language: The language by which the voices were filtered.
        options: Where the cache is, and whether files may be replaced.
        as_json: Whether the result is printed as JSON.

    Raises:
        OptionError: the options contradict each other, or no voice is left.
    """
    _check_request(request)
    if request.book:
        script = pipeline.write_script([request.book], options)
        cast = pipeline.cast_book(script, [request.book], options, measure_missing=False).cast
        name = request.character or "narrator"
        piece = audition.make_character_piece(script, name, cast, options)
        origin = describe_origin("audition", script.book, [request.book], options)
    else:
        languages = [voice.language for voice in request.voices] if not request.is_selection else []
        piece = audition.make_text_piece(
            request.text, language or next(filter(None, languages), "en"), options
        )
        origin = None
    voices = request.voices
    if request.is_selection:
        voices = _select_ready(voices, piece.language)
    target = request.output or _choose_target(request, voices)
    readings = write_audition(piece, voices, target, options, origin, as_json=as_json)
    if as_json:
        display.print_json(
            [
                {
                    "voice": reading.voice.name,
                    "file": str(target),
                    "start": round(reading.start_seconds, 3),
                    "duration": round(reading.duration_seconds, 3),
                }
                for reading in readings
            ]
        )
    if request.is_played:
        play_file(target)


def _check_request(request: AuditionRequest) -> None:
    """Check that the options of an audition go together.

    Raises:
        OptionError: they do not.
    """
    if request.character and not request.book:
        raise OptionError("--character needs a book", "name it with --book")
    if request.text is not None and request.book:
        raise OptionError("--text does not go with --book", "use one of them")
    if request.is_played and _is_page(request.output):
        raise OptionError(
            f"--play can't play the page {request.output}",
            "remove --play, and open the page in a browser; or write a sound file",
        )


def _is_page(path: Path | None) -> bool:
    return path is not None and path.suffix.lower() in audition.PAGE_SUFFIXES


def _select_ready(voices: Sequence[Voice], language: str) -> list[Voice]:
    """Return the voices that speak a language and are ready here, and say which are left out.

    Voices of servers are left out unless all are of servers, because they may cost money.

    Raises:
        OptionError: no voice is left.
    """
    speaking = [voice for voice in voices if can_speak(voice, language)]
    free = [voice for voice in speaking if voice.engine != PRICED_ENGINE] or speaking
    ready = [voice for voice in free if find_voice_problem(voice) is None]
    if not ready:
        problem = f"not ready here: {find_voice_problem(free[0])}" if free else "of this language"
        shown_count = display.format_count(len(free), "voice") if free else "no voice"
        raise OptionError(f"{shown_count} {problem}", "`narrator voices` shows which are ready")
    reasons = {
        f"speak another language than {describe_language(language)}": len(voices) - len(speaking),
        "may cost money; --engine server hears them": len(speaking) - len(free),
        "are not ready here; `narrator voices fetch NAME` brings a model": len(free) - len(ready),
    }
    for reason, count in reasons.items():
        if count:
            label = display.format_count(count, "voice")
            display.print_note("Left out", f"{label} that {reason}", stderr=True)
    return ready


def _choose_target(request: AuditionRequest, voices: Sequence[Voice]) -> Path:
    """Return where an audition goes that the user gives no file."""
    suffix = ".wav" if len(voices) == 1 or request.is_played else ".html"
    if request.book:
        name = sanitise_file_name(request.character or "narrator")
        single = f"-{voices[0].name}" if len(voices) == 1 else ""
        return default_output_path([request.book], f"-{name}{single}{suffix}")
    name = voices[0].name if len(voices) == 1 else "voices"
    return Path(OUTPUT_FOLDER) / show_in_file_name(f"{name}{suffix}")


def write_audition(
    piece: AuditionPiece,
    voices: Sequence[Voice],
    target: Path,
    options: Options,
    origin: Origin | None = None,
    *,
    as_json: bool = False,
) -> tuple[VoiceReading, ...]:
    """Write the file of an audition, with a progress bar, and report it.

    Raises:
        OptionError: no format has the suffix of the file.
        EngineError: a voice can't speak here.
        OutputError: the file can't be written.
    """
    sound_format = _PAGE_SOUND if _is_page(target) else parse_format(None, target)
    title = piece.title if len(voices) > 1 else voices[0].name
    key = "voices" if len(voices) > 1 else f"voice {voices[0].name}"
    origin = origin or Origin("audition", title, (key,), may_replace=options.force)
    for note in describe_missing_devices(voices):
        display.print_note("Note", note, stderr=True)
    label = "Replaced" if is_file(target) else "Wrote"
    with display.show_progress_bar("Speaks", 1.0) as set_progress:
        readings = audition.audition_voices(
            piece,
            voices,
            Output(target, origin),
            replace(options, format=sound_format),
            set_progress,
        )
    seconds = sum(reading.duration_seconds for reading in readings)
    contents = f", {display.format_count(len(voices), 'voice')}" if len(voices) > 1 else ""
    display.print_note(
        label, f"{target} ({display.format_duration(seconds)}{contents})", stderr=as_json
    )
    return readings


def audition_cast_character(
    source: list[str],
    script: Script,
    piece: AuditionPiece,
    name: str,
    voices: Sequence[Voice],
    options: Options,
    *,
    is_played: bool,
) -> None:
    """Let each voice speak lines of a character of a book, and write one file per voice.

    Args:
        source: The paths of the book.
        script: The script of the book.
        piece: The lines.
        name: The character, as the user calls it; the names of the files contain it.
        voices: The voices.
        options: Where the cache lies.
        is_played: Whether each file is played.
    """
    origin = describe_origin("audition", script.book, source, options)
    for line in piece.lines:
        # phonetic annotations of a lexicon are for engines, not for readers
        display.print_line(remove_sounds(line.spoken))
    for voice in voices:
        suffix = f"-{sanitise_file_name(name)}-{voice.name}.wav"
        target = default_output_path(source, suffix)
        write_audition(piece, [voice], target, options, origin)
        if is_played:
            play_file(target)
