"""Finds what a page names: lines and characters of the open book, and texts that people type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.casting.cast import NARRATOR_ROLE
from narrator.errors import OptionError, UnknownCharacterError

if TYPE_CHECKING:
    from narrator.build.resident_book import BookState

MAX_NAME = 200
"""Most characters of a name or a word that a page sends."""


def find_line(state: BookState, line_id: str) -> int:
    """Return the index of a line.

    Raises:
        OptionError: there is no such line.
    """
    index = state.indices_by_id.get(line_id)
    if index is None:
        raise OptionError(f"there is no line {line_id[:40]}", "reload the page")
    return index


def find_speaker(state: BookState, character: str) -> str | None:
    """Return the main name of a character who speaks; None for the narrator.

    Raises:
        UnknownCharacterError: nobody speaks by that name.
    """
    if character == NARRATOR_ROLE:
        return None
    if all(member.character.name != character for member in state.casting.members):
        raise UnknownCharacterError(f"nobody called '{character[:MAX_NAME]}' speaks here")
    return character


def list_speaker_names(state: BookState, speaker: str | None) -> tuple[str, ...]:
    """Return the names of a character, by one of which the cast file may list it."""
    if speaker is None:
        return (NARRATOR_ROLE,)
    for character in state.script.characters:
        if character.name == speaker:
            return (speaker, *character.aliases)
    return (speaker,)


def find_original_name(state: BookState, name: str) -> str:
    """Return the name of a renamed character before that, by which the corrections list it."""
    for old_name, described in state.corrections.characters:
        if described.name == name:
            return old_name
    return name


def check_text(kind: str, text: str, longest: int) -> None:
    """Check that a text from a page is neither empty nor too long, and is on one line.

    Raises:
        OptionError: it is not.
    """
    if not text.strip():
        raise OptionError(f"the {kind} is empty")
    if len(text) > longest or not text.isprintable():
        raise OptionError(f"this can't be a {kind}", f"give up to {longest} characters on one line")
