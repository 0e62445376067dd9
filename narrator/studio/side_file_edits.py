"""Writes the side files of a book, and takes the last changes back.

Each change keeps everything else in the file, and is complete or not made at all. A change is taken
back only if nobody has changed the file since.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import tomlkit

from narrator.build.book_files import locate_cast_file, locate_corrections
from narrator.build.output_plan import describe_origin
from narrator.build.settings import locate_book_settings
from narrator.casting.cast_file import CAST_FILE_SUFFIX
from narrator.casting.cast_file_edits import open_cast_document
from narrator.errors import OutputError, SettingsError
from narrator.files.outputs import update_file, write_file
from narrator.files.ownership import Output
from narrator.files.toml_files import TomlFileError, parse_editable, read_toml
from narrator.scripts.correction_edits import open_corrections_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from narrator.build.resident_book import ResidentBook
    from narrator.model import Image


@dataclass(frozen=True, slots=True)
class FileChange:
    """A change of a file."""

    output: Output
    before: str | None
    """The text before; None if there was no file."""
    after: str
    message: str
    """What was done, as a sentence."""


class SideFileEditor:
    """Changes the side files of a book, and remembers the changes."""

    def __init__(self, book: ResidentBook) -> None:
        self._book = book
        self._changes: list[FileChange] = []

    @property
    def can_undo(self) -> bool:
        """Return whether there is a change to take back."""
        return bool(self._changes)

    def edit_corrections(self, edit: Callable[[tomlkit.TOMLDocument], None], message: str) -> None:
        """Change the corrections of the book.

        Raises:
            OptionError: the book can't have corrections.
            ScriptFileError: the file is not valid.
            OutputError: it can't be written.
        """
        path = locate_corrections(self._book.paths)
        title = self._book.state.script.book.metadata.title
        self._write(
            self._describe_output("corrections", path),
            lambda: _apply_edit(open_corrections_document(path, title), edit),
            message,
        )

    def edit_cast_file(self, edit: Callable[[tomlkit.TOMLDocument], None], message: str) -> None:
        """Change the cast file of the book.

        Raises:
            OptionError: the book can't have a cast file.
            CastFileError: the file is not valid.
            OutputError: it can't be written.
        """
        path = locate_cast_file(self._book.paths, self._book.options)
        title = self._book.state.script.book.metadata.title
        self._write(
            self._describe_output("cast", path),
            lambda: _apply_edit(open_cast_document(path, title), edit),
            message,
        )

    def edit_settings(self, edit: Callable[[tomlkit.TOMLDocument], None], message: str) -> None:
        """Change the settings beside the book, which all books of its folder share.

        Raises:
            SettingsError: the book can't have settings, or the file is not valid.
            OutputError: it can't be written.
        """
        path = locate_book_settings(self._book.paths)
        self._write(
            self._describe_output("settings", path),
            lambda: _apply_edit(_open_settings(path), edit),
            message,
        )

    def write_cover(self, cover: Image) -> str:
        """Write a picture beside the cast file, and return its name.

        Another picture there is never replaced, so that an earlier choice can be undone.

        Raises:
            OutputError: it can't be written.
        """
        cast_file = locate_cast_file(self._book.paths, self._book.options)
        stem = cast_file.name.removesuffix(CAST_FILE_SUFFIX).removesuffix(".toml")
        suffix = ".png" if cover.media_type == "image/png" else ".jpg"
        for number in itertools.count(1):
            path = cast_file.with_name(f"{stem}.cover{number if number > 1 else ''}{suffix}")
            if not path.exists():
                with write_file(self._describe_output("cover", path)) as part:
                    part.write_bytes(cover.data)
            if path.read_bytes() == cover.data:
                break
        return path.name

    def undo(self) -> str:
        """Take the last change back, and return what was done.

        Raises:
            OutputError: there is no change, or the file was changed since.
        """
        if not self._changes:
            raise OutputError("there is nothing to undo")
        change = self._changes[-1]
        path = change.output.target
        if _read_text(path) != change.after:
            self._changes.clear()
            raise OutputError(
                f"{path.name} was changed elsewhere since",
                "nothing was undone, so that no other change is lost",
            )
        if change.before is None:
            path.unlink()
        else:
            update_file(change.output, lambda: change.before or "")
        self._changes.pop()
        return f"Undone: {change.message}"

    def _describe_output(self, kind: str, path: Path) -> Output:
        """Return a side file as an output; it is not one of the files that are only read."""
        book = self._book
        origin = describe_origin(kind, book.state.script.book, book.paths, book.options)
        others = tuple(file for file in origin.side_files if file != path)
        return Output(path, replace(origin, side_files=others))

    def _write(self, output: Output, make_text: Callable[[], str], message: str) -> None:
        """Write a file, and remember what it was before."""
        before = _read_text(output.target)
        update_file(output, make_text)
        after = _read_text(output.target)
        if after is not None and after != before:
            self._changes.append(FileChange(output, before, after, message))


def _open_settings(path: Path) -> tomlkit.TOMLDocument:
    """Return the content of a settings file for editing, or that of a new file.

    Raises:
        SettingsError: the file is not valid.
    """
    if not path.exists():
        return tomlkit.document()
    try:
        read_toml(path)
    except TomlFileError as error:
        raise SettingsError(f"{path} {error}", "correct the file") from error
    return parse_editable(path)


def _apply_edit(
    document: tomlkit.TOMLDocument, edit: Callable[[tomlkit.TOMLDocument], None]
) -> str:
    """Return the text of a document after an edit."""
    edit(document)
    return tomlkit.dumps(document)


def _read_text(path: Path) -> str | None:
    """Return the text of a file, or None if there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
