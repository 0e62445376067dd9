"""Carries out the commands that concern the whole book: pauses, options, and what players show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from narrator.build.book_files import apply_cast_file
from narrator.build.option_parsing import parse_delivery
from narrator.build.plan import read_cover
from narrator.casting.cast_file_edits import set_about, set_delivery, set_pauses_preset
from narrator.errors import OptionError
from narrator.files.cover_conversion import make_cover
from narrator.studio import messages
from narrator.studio.book_options import (
    apply_settings,
    check_about,
    list_changed_settings,
    write_settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from narrator.build.resident_book import ResidentBook
    from narrator.model import Image
    from narrator.studio.side_file_edits import SideFileEditor


class WholeBookEdits:
    """Writes what concerns the whole book to the cast file and to the settings beside the book."""

    def __init__(self, book: ResidentBook, editor: SideFileEditor) -> None:
        self._book = book
        self._editor = editor
        self.handlers: Mapping[type[messages.StudioCommand], Callable[[Any], None]] = {
            messages.SetPauses: self._set_pauses,
            messages.SetOptions: self._set_options,
            messages.SetAbout: self._set_about,
        }
        """The method that carries out each command."""

    def _set_pauses(self, command: messages.SetPauses) -> None:
        """Choose the preset of the pauses."""
        if self._book.options.pauses:
            raise OptionError(
                "the pauses were chosen on the command line", "remove --pauses from the command"
            )
        self._editor.edit_cast_file(
            lambda document: set_pauses_preset(document, command.preset), command.describe()
        )

    def _set_options(self, command: messages.SetOptions) -> None:
        """Change how the whole book is read and spoken."""
        settings = list_changed_settings(command)
        options = apply_settings(self._book.options, settings)
        parse_delivery(command.delivery)  # raises an error if it is unknown
        if settings:
            self._editor.edit_settings(
                lambda document: write_settings(document, settings), command.describe()
            )
        if delivery := command.delivery:
            self._editor.edit_cast_file(
                lambda document: set_delivery(document, delivery), command.describe()
            )
            options = replace(options, delivery=None)
        self._book.reload(options)

    def _set_about(self, command: messages.SetAbout) -> None:
        """Say what players show of the book."""
        value = command.value.strip()
        check_about(self._book.options, command.key, value)
        self._editor.edit_cast_file(
            lambda document: set_about(document, command.key, value), command.describe()
        )

    def take_cover(self, picture: bytes) -> str:
        """Write a picture beside the book, and name it in the cast file.

        Returns:
            What was done, as a sentence.

        Raises:
            OptionError: it is not a complete picture, or a cover was given as an option.
            OutputError: it can't be written.
        """
        message = "The book has a new cover."
        check_about(self._book.options, "cover", "")
        cover = make_cover(picture)
        if cover is None:
            raise OptionError("this is not a complete picture", "choose a JPEG or PNG")
        name = self._editor.write_cover(cover)
        self._editor.edit_cast_file(lambda document: set_about(document, "cover", name), message)
        return message

    def find_cover(self) -> Image | None:
        """Return the cover that the audiobook gets, or None.

        Raises:
            OptionError: the file that is named as the cover is not a picture.
        """
        options = apply_cast_file(self._book.paths, self._book.options)
        if options.cover:
            return read_cover(options.cover)
        return self._book.state.script.book.metadata.cover
