"""Decides which inputs are books of their own, and where the audiobook of each one goes."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from narrator.build.book_files import STANDARD_INPUT, default_output_path
from narrator.errors import NarratorError, OptionError
from narrator.export.splitting import sanitise_file_name
from narrator.files.existence import is_file, is_folder
from narrator.readers.layout.heading_syntax import parse_heading
from narrator.readers.source_files import list_files, load_files, refuse_repetition
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.model import Metadata

_BOOK_SUFFIXES = frozenset({".epub", ".fb2", ".pdf", ".zip", ".fbz"})
"""Suffixes of formats that hold whole books, with a title and an author of their own."""
_FORMAT_RANKS = (".epub", ".fb2", ".docx", ".odt", ".md", ".html", ".xhtml", ".htm", ".txt", ".pdf")
"""Suffixes in the order in which formats of the same book are preferred."""
_NUMBER = re.compile(r"\d+")
_LEADING_NUMBER = re.compile(r"\d{1,4}\b")
_TEMPLATE_FIELDS = (
    *("title", "author", "series", "series_index", "narrator", "publisher", "year", "language"),
    "name",
)
"""What an output template may contain; `name` is the name of the input without its suffix."""


class BatchError(NarratorError):
    """Raised at the end of a batch in which books failed; has their exit code if all agree."""

    def __init__(self, message: str, hint: str = "", exit_code: int = 1) -> None:
        super().__init__(message, hint)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class BookInput:
    """The inputs that make one audiobook."""

    paths: tuple[str, ...]

    @property
    def label(self) -> str:
        """Return the name by which messages call the book."""
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return f"{self.paths[0]}{more}"


@dataclass(frozen=True, slots=True)
class InputGroups:
    """The books among the inputs of a command."""

    books: tuple[BookInput, ...]
    note: str = ""
    """What the user may want to know about how inputs were joined or kept apart."""


def group_inputs(paths: Sequence[str], *, one_book: bool | None = None) -> InputGroups:
    """Return which inputs make which audiobook.

    Without a choice, files whose names look like chapters are one book, and others are one each.

    Args:
        paths: Files and folders, or `-` for standard input.
        one_book: Whether everything is joined; None decides by the names.

    Raises:
        OptionError: a path is given twice.
        ReadingError: a file does not exist, or a folder holds nothing to read.
    """
    refuse_repetition(paths)
    _refuse_missing(paths)
    files = [file for path in paths for file in list_files(path)]
    whole = InputGroups((BookInput(tuple(paths)),))
    if one_book or len(files) < 2 or STANDARD_INPUT in paths:
        return whole
    if one_book is None and look_like_chapters(files):
        note = f"{len(files)} files are read as one book; --no-one-book makes an audiobook of each"
        return InputGroups(whole.books, note if len(paths) > 1 else "")
    best_files, notes = _drop_duplicate_formats(files)
    if one_book is None:
        notes.append(f"{len(best_files)} books; --one-book joins them to one")
    return InputGroups(tuple(BookInput((file,)) for file in best_files), "; ".join(notes))


def _refuse_missing(paths: Sequence[str]) -> None:
    """Check that all inputs exist, before hours are spent on the first of them.

    Raises:
        ReadingError: one does not exist.
    """
    for path in paths:
        if path != STANDARD_INPUT and not (is_file(Path(path)) or is_folder(Path(path))):
            # opening it says why
            load_files([path])


def _drop_duplicate_formats(files: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the files without further formats of one book, and a note about each that is left out.

    Files in one folder that differ only by their suffix are formats of one book.
    """
    by_name: dict[PurePath, list[str]] = {}
    for file in files:
        by_name.setdefault(PurePath(file).with_suffix(""), []).append(file)
    best_files, notes = [], []
    for formats in by_name.values():
        best, *others = sorted(formats, key=_rank_format)
        best_files.append(best)
        if others:
            names = ", ".join(PurePath(other).name for other in others)
            notes.append(f"{best} is read, and the same book as {names} is left out")
    return best_files, notes


def _rank_format(file: str) -> int:
    """Return the rank of a format: those that say most about chapters and authors come first."""
    suffix = PurePath(file).suffix.lower()
    return _FORMAT_RANKS.index(suffix) if suffix in _FORMAT_RANKS else len(_FORMAT_RANKS)


def look_like_chapters(files: Sequence[str]) -> bool:
    """Return whether files look like the chapters of one book.

    They do if no format holds whole books, and most names are headings such as "Chapter 3", begin
    with a number, or differ only by a number.
    """
    if any(PurePath(file).suffix.lower() in _BOOK_SUFFIXES for file in files):
        return False
    stems = [" ".join(re.split(r"[\s_.-]+", PurePath(file).stem)) for file in files]
    if len({_NUMBER.sub("#", stem) for stem in stems}) == 1:
        return True
    numbered = [bool(_LEADING_NUMBER.match(stem) or _is_heading(stem)) for stem in stems]
    return sum(numbered) > len(stems) / 2


def _is_heading(stem: str) -> bool:
    """Return whether a name is the heading of a part: "chapter 3", "Kapitel 2", "prologue"."""
    return parse_heading(stem) is not None


def choose_targets(books: Sequence[tuple[BookInput, str]], folder: Path | None) -> list[Path]:
    """Return where the audiobook of each book goes; no two have the same place.

    Args:
        books: Each book, with the suffix of its file; empty for a folder of chapters.
        folder: The folder that the user named; None for `output`.
    """
    targets: list[Path] = []
    for book, suffix in books:
        usual = default_output_path(book.paths, suffix)
        target = folder / usual.name if folder else usual
        if target in targets:
            parent = sanitise_file_name(Path(book.paths[0]).resolve().parent.name)
            target = target.with_name(f"{usual.stem} ({parent}){suffix}")
        number = 2
        while target in targets:
            target = target.with_name(f"{usual.stem} ({number}){suffix}")
            number += 1
        targets.append(target)
    return targets


def fill_template(template: str, metadata: Metadata, name: str) -> Path:
    """Return the path that an output template stands for, without a suffix.

    Every value becomes a valid part of a file name. Empty values leave no empty folders and no
    spaces or dashes at the ends.

    Args:
        template: With fields in braces: `{author}/{series}/{series_index:02} {title}`.
        metadata: The values.
        name: The name of the input without its suffix.

    Raises:
        OptionError: the template is not valid, or nothing is left of it.
    """
    values = _list_values(metadata, name)
    parts = [
        _clean_part(_Formatter().vformat(part, (), values)) for part in check_template(template)
    ]
    if not any(parts):
        raise OptionError(
            f"--output-template '{template}' is empty for “{metadata.title}”",
            "use {title} or {name} in it",
        )
    return Path(*filter(None, parts))


def check_template(template: str) -> list[str]:
    """Return the parts of a template between slashes.

    Raises:
        OptionError: a field is unknown, or the template is not valid.
    """
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise OptionError(
            f"--output-template '{template}' is not valid: {error}",
            'write it as "{author}/{title}"',
        ) from error
    for name in fields:
        if name not in _TEMPLATE_FIELDS:
            raise OptionError(
                f"--output-template '{template}' has an unknown field '{name}'",
                did_you_mean(name, _TEMPLATE_FIELDS),
            )
    return re.split(r"[/\\]", template)


def _list_values(metadata: Metadata, name: str) -> dict[str, str]:
    """Return the values of the fields of a template."""
    year = re.search(r"\d{4}", metadata.published or "")
    has_title = bool(_clean_part(metadata.title))  # "..." is no name of a file
    return {
        "title": metadata.title if has_title else name,
        "author": metadata.author or "",
        "series": metadata.series or "",
        "series_index": metadata.series_index or "",
        "narrator": metadata.narrator or "",
        "publisher": metadata.publisher or "",
        "year": year[0] if year else "",
        "language": metadata.language,
        "name": name,
    }


class _Formatter(string.Formatter):
    """Formats fields as parts of file names; a format such as `02` is for numbers."""

    def get_field(self, field_name: str, _args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Return the value of a field, without looking into attributes or items."""
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value as part of a file name."""
        text = str(value)
        if format_spec and re.fullmatch(r"\d+", text):
            try:
                text = format(int(text), format_spec)
            except ValueError as error:
                raise OptionError(
                    f"--output-template: '{format_spec}' is not a format for numbers",
                    "write it as {series_index:02}",
                ) from error
        return sanitise_file_name(text)


def _clean_part(part: str) -> str:
    """Return a part of a path without what an empty value leaves at its ends."""
    return sanitise_file_name(part.strip(" -–—_.,"))
