"""`narrator play`: hear an audiobook, chapter by chapter, also while it is being built."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.build.earlier_audiobooks import EarlierAudiobook
    from narrator.cli.playback import Playback, Track

_MAX_WAIT_SECONDS = 600.0
"""Longest time without a new chapter, after which a build is taken for one that was stopped."""


def run_play(
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="BOOK...",
            help="A book of which an audiobook was built, or the audiobook itself.",
            show_default=False,
        ),
    ],
    chapter: Annotated[
        int, typer.Option("--chapter", "-c", metavar="C", help="Begin with this chapter.")
    ] = 1,
    list_only: Annotated[
        bool, typer.Option("--list", help="List the chapters that are ready, and play nothing.")
    ] = False,
    as_json: opt.AsJson = False,
) -> None:
    """Play an audiobook, also one that is still being built."""
    from narrator.cli import display
    from narrator.cli.playback import list_playable_tracks

    audiobook = _find_audiobook(source)
    tracks = list(list_playable_tracks(audiobook.files))
    _require_chapter(chapter, tracks)
    if as_json:
        display.print_json([_summarise_track(track) for track in tracks])
    elif list_only:
        rows = [
            (f"{number:,}", track.title, display.format_duration(track.length_seconds))
            for number, track in enumerate(tracks, 1)
        ]
        display.print_table(("Chapter", "Title", "Length"), rows, right_aligned=(0, 2))
    else:
        _play_tracks(audiobook, tracks, chapter - 1)


def _find_audiobook(paths: "Sequence[str]") -> "EarlierAudiobook":
    """Return the audiobook that the user names, or the newest one that was made of a book.

    Raises:
        ReadingError: there is none.
    """
    from narrator.build.earlier_audiobooks import (
        SOUND_SUFFIXES,
        EarlierAudiobook,
        find_earlier_audiobooks,
        open_folder,
    )
    from narrator.errors import ReadingError
    from narrator.files.existence import is_file, is_folder, suggest_path
    from narrator.installation import format_command

    files = [Path(path) for path in paths]
    for file in files:
        if not (is_file(file) or is_folder(file)):
            raise ReadingError(f"{file} does not exist", suggest_path(file))
    if all(file.suffix.lower() in SOUND_SUFFIXES for file in files):
        return EarlierAudiobook(files[0], tuple(files))
    if is_folder(files[0]) and (audiobook := open_folder(files[0])):
        return audiobook
    if audiobooks := find_earlier_audiobooks(paths):
        return audiobooks[0]
    raise ReadingError(
        f"no audiobook of {files[0]} was found",
        f"`{format_command('build', *paths)}` makes one; or name the audiobook itself",
    )


def _require_chapter(chapter: int, tracks: "Sequence[Track]") -> None:
    """Check that a chapter is ready.

    Raises:
        OptionError: it is not.
    """
    from narrator.errors import OptionError
    from narrator.text.suggestions import choose_up_to

    if not 1 <= chapter <= len(tracks):
        raise OptionError(f"there is no chapter {chapter}", choose_up_to(len(tracks)))


def _summarise_track(track: "Track") -> dict[str, object]:
    """Return a chapter as a value for JSON."""
    return {
        "title": track.title,
        "file": str(track.file),
        "start": round(track.start_seconds, 3),
        "duration": round(track.length_seconds, 3),
    }


def _play_tracks(audiobook: "EarlierAudiobook", tracks: list["Track"], first: int) -> None:
    """Play chapters until the last has ended, or the listener quits.

    Raises:
        NarratorError: no player is installed, or it failed.
    """
    from narrator.cli import display
    from narrator.cli.keyboard import read_keys
    from narrator.cli.playback import KEYS_HELP, Playback
    from narrator.cli.player import require_player

    def announce(index: int) -> None:
        length = display.format_duration(tracks[index].length_seconds)
        text = f"{tracks[index].title} ({length})"
        display.print_note(f"{index + 1}/{len(tracks)}", text, stderr=True)

    player = require_player(f"the sound is in {audiobook.target}", plays_parts=True)
    display.print_note("Playing", f"{audiobook.target}, by {player.program}", stderr=True)
    with read_keys() as read_key:
        if read_key:
            display.print_note("Keys", KEYS_HELP, stderr=True)
        playback = Playback(player, read_key, announce)
        try:
            has_ended = _play_while_built(playback, audiobook, tracks, first)
        except KeyboardInterrupt:
            has_ended = False
    if not has_ended:
        _print_place(audiobook, playback)


def _play_while_built(
    playback: "Playback", audiobook: "EarlierAudiobook", tracks: list["Track"], first: int
) -> bool:
    """Play chapters, and those that a build adds meanwhile; return whether all were played.

    Args:
        playback: What plays them.
        audiobook: The audiobook.
        tracks: Its chapters; new ones are added.
        first: The index of the first chapter to play.
    """
    from narrator.cli.playback import QUIT, list_playable_tracks

    while playback.play(tracks, first):
        first = len(tracks)
        audiobook, key = _wait_for_files(playback, audiobook)
        tracks += list_playable_tracks(audiobook.files)
        audiobook = replace(audiobook, files=tuple(track.file for track in tracks))
        if len(tracks) == first:
            return key != QUIT
    return False


def _wait_for_files(
    playback: "Playback", audiobook: "EarlierAudiobook"
) -> "tuple[EarlierAudiobook, str]":
    """Wait until a build has added files to an audiobook, or no more are to come.

    Returns:
        The audiobook with the new files only, and the last key that was pressed.
    """
    from narrator.build.earlier_audiobooks import find_new_files
    from narrator.cli import display
    from narrator.cli.playback import QUIT

    started_at, key, is_told = time.monotonic(), "", False
    while (added := find_new_files(audiobook)) is not None:
        waited = time.monotonic() - started_at
        if added or key == QUIT or waited > _MAX_WAIT_SECONDS:
            return replace(audiobook, files=added), key
        if not is_told:
            text = "for the next chapter; if no build is running, `narrator build` continues it"
            display.print_note("Waiting", text, stderr=True)
            is_told = True
        key = playback.wait_for_key()
    return replace(audiobook, files=()), key


def _print_place(audiobook: "EarlierAudiobook", playback: "Playback") -> None:
    """Print where the listener stopped, and how to go on."""
    from narrator.cli import display
    from narrator.installation import format_command

    command = format_command("play", str(audiobook.target), "-c", str(playback.index + 1))
    place = display.format_duration(playback.position)
    display.print_note("Stopped", f"at {place}; `{command}` begins there again", stderr=True)
