"""Writes cast files: new ones, and single changes that keep the comments and the order of others.

A module of its own, because most commands only read cast files, and loading tomlkit takes 0.02 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit

from narrator.casting.cast_file import NARRATOR_KEY, read_cast_file
from narrator.files.toml_files import parse_editable
from narrator.text.control_characters import show_on_one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from narrator.casting.cast_file import CastFile, VoiceChoice

_HEADER = """\
The voices of "{title}". `narrator voices` lists all that there are.
To adjust a voice, write "Name" = {{ voice = "clara", rate = 160, pitch = -1, volume = 2 }}
with the rate in words per minute, the pitch in semitones and the volume in decibels."""


def format_cast_file(
    existing: CastFile,
    title: str,
    narrator_voice: str,
    voice_names: Mapping[str, str],
    comments: Mapping[str, str],
) -> str:
    """Return the text of a cast file; an existing one changes only where its voices differ.

    Args:
        existing: the file to update; without a path, the text is that of a new file.
        title: title of the book, for the comment at the start of a new file.
        narrator_voice: name of the narrator's voice.
        voice_names: names of voices by character, in the order for new entries.
        comments: comments on new entries, by character.

    Raises:
        CastFileError: the existing file is invalid.
    """
    document = parse_editable(existing.path) if existing.path else _create_document(title)
    if existing.narrator is None or existing.narrator.voice != narrator_voice:
        document["narrator"] = narrator_voice
    table: Any = document.setdefault("cast", tomlkit.table())
    for name, voice_name in voice_names.items():
        choice = existing.voice_choices.get(name)
        if choice is None or choice.voice != voice_name:
            table[name] = tomlkit.item(voice_name)
        if choice is None and comments.get(name):
            table[name].comment(comments[name])
    return tomlkit.dumps(document)


def _create_document(title: str) -> tomlkit.TOMLDocument:
    """Create a document with the initial comment and an empty narrator."""
    document = _create_empty_document(title)
    document["narrator"] = ""
    document.add(tomlkit.nl())
    return document


def _create_empty_document(title: str) -> tomlkit.TOMLDocument:
    """Create a document with the initial comment."""
    document = tomlkit.document()
    for line in _HEADER.format(title=show_on_one_line(title)).splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    return document


def open_cast_document(path: Path, title: str) -> tomlkit.TOMLDocument:
    """Return the content of a cast file for editing, or that of a new file.

    Raises:
        CastFileError: the file exists and is invalid.
    """
    if not path.exists():
        return _create_empty_document(title)
    # Check the file first, so that an error in it is reported instead of written back.
    read_cast_file(path)
    return parse_editable(path)


def set_voice_choice(
    document: tomlkit.TOMLDocument, names: Sequence[str], choice: VoiceChoice | None
) -> None:
    """Choose the voice of a character in a cast file; None leaves it to automatic casting.

    Args:
        document: The cast file.
        names: The names of the character, the main name first. If the file lists the character by
            one of them, that row changes. `narrator` alone is the narrator.
        choice: The voice and its adjustments. The comment of the row stays.
    """
    is_narrator = tuple(names) == (NARRATOR_KEY,)
    table: Any = document if is_narrator else document.setdefault("cast", tomlkit.table())
    folded_names = {name.casefold() for name in names}
    key = next((key for key in table if key.casefold() in folded_names), names[0])
    if choice is None:
        table.pop(key, None)
        return
    value = _format_choice(choice)
    if key in table and (comment := _find_comment(table[key])):
        value.comment(comment)
    table[key] = value  # tomlkit puts a new narrator before the first table, as TOML requires


def _find_comment(value: Any) -> str:
    """Return the comment behind a value, without its mark."""
    return str(value.trivia.comment).lstrip("# ") if hasattr(value, "trivia") else ""


def _format_choice(choice: VoiceChoice) -> Any:
    """Return a choice as a name, or as a table if it says more than that."""
    values = {name: getattr(choice, name) for name in ("rate", "pitch", "volume")}
    adjustments: dict[str, float | str] = {k: v for k, v in values.items() if v is not None}
    if choice.keep_others:
        adjustments["keep_others"] = True
    if choice.delivery:
        adjustments["delivery"] = choice.delivery
    if not adjustments:
        return tomlkit.item(choice.voice)
    table = tomlkit.inline_table()
    table.update({"voice": choice.voice, **adjustments})
    return table


def set_lexicon_word(document: tomlkit.TOMLDocument, word: str, say: str | None) -> None:
    """Say how a word is spoken, in the lexicon of a cast file; None takes it back."""
    lexicon: Any = document.setdefault("lexicon", tomlkit.table(is_super_table=True))
    words: Any = lexicon.setdefault("words", tomlkit.table())
    key = next((key for key in words if key.casefold() == word.casefold()), word)
    if say is None:
        words.pop(key, None)
    else:
        words[key] = say


def set_delivery(document: tomlkit.TOMLDocument, delivery: str) -> None:
    """Choose how the whole book is spoken: one of `manners.DELIVERIES`."""
    document["delivery"] = delivery


def set_pauses_preset(document: tomlkit.TOMLDocument, preset: str) -> None:
    """Choose the preset for the pauses that a cast file does not list."""
    pauses: Any = document.setdefault("pauses", tomlkit.table())
    pauses["preset"] = preset


def set_about(document: tomlkit.TOMLDocument, key: str, value: str) -> None:
    """Set what players show, by one of `ABOUT_KEYS`; an empty text leaves it to the book."""
    about: Any = document.setdefault("about", tomlkit.table())
    if value:
        about[key] = value
    else:
        about.pop(key, None)
    if not about:
        del document["about"]
