"""Carries out the commands that say who a character is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from narrator.errors import OptionError
from narrator.scripts.correction_edits import merge_characters, set_character_traits
from narrator.scripts.text_syntax import AGES, GENDERS, NARRATOR_NAME
from narrator.studio import messages
from narrator.studio.book_lookup import MAX_NAME, check_text, find_original_name, find_speaker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from narrator.build.resident_book import ResidentBook
    from narrator.studio.side_file_edits import SideFileEditor


class CharacterEdits:
    """Writes what concerns characters to the corrections."""

    def __init__(self, book: ResidentBook, editor: SideFileEditor) -> None:
        self._book = book
        self._editor = editor
        self.handlers: Mapping[type[messages.StudioCommand], Callable[[Any], None]] = {
            messages.MergeCharacters: self._merge_characters,
            messages.DescribeCharacter: self._describe_character,
        }
        """The method that carries out each command."""

    def _merge_characters(self, command: messages.MergeCharacters) -> None:
        """Say that two characters are one person."""
        name, into = (
            find_speaker(self._book.state, character) for character in (command.name, command.into)
        )
        if name is None or into is None or name == into:
            raise OptionError("choose two different characters", "the narrator is not one of them")
        self._editor.edit_corrections(
            lambda document: merge_characters(
                document,
                [find_original_name(self._book.state, name)],
                find_original_name(self._book.state, into),
            ),
            command.describe(),
        )

    def _describe_character(self, command: messages.DescribeCharacter) -> None:
        """Set the name, gender or age of a character."""
        name = find_speaker(self._book.state, command.character)
        if name is None:
            raise OptionError("the narrator has no name, gender or age to change")
        edits = {"name": command.name, "gender": command.gender, "age": command.age}
        values = {key: value.strip() or None for key, value in edits.items() if value is not None}
        for key, allowed_values in (("gender", GENDERS), ("age", AGES)):
            if values.get(key) not in (None, *allowed_values):
                raise OptionError(f"there is no such {key}", f"choose {', '.join(allowed_values)}")
        if new_name := values.get("name"):
            check_text("name", new_name, MAX_NAME)
            taken = {member.character.name for member in self._book.state.casting.members} - {name}
            if new_name in taken or new_name.casefold() == NARRATOR_NAME:
                raise OptionError(f"{new_name} is somebody else", "merge the two instead")
        self._editor.edit_corrections(
            lambda document: set_character_traits(
                document, find_original_name(self._book.state, name), values
            ),
            command.describe(),
        )
