"""Names the files beside a book that shape what is made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.build.options import Options


def report_side_files(paths: Sequence[str], options: Options) -> None:
    """Print which files beside the book apply, unless the user has named all of them."""
    from narrator.build.settings import list_unused_settings

    if not options.side_files:
        return
    if unused := list_unused_settings(paths):
        from narrator.cli import display

        names = ", ".join(map(str, unused))
        text = f"{names} not used, as the books lie in several folders: build each book by itself"
        display.print_note("Note", text, stderr=True)
    if descriptions := list(_describe_side_files(paths, options)):
        from narrator.cli import display

        display.print_note("Using", ", ".join(descriptions), stderr=True)


def _describe_side_files(paths: Sequence[str], options: Options) -> Iterator[str]:
    """Yield the name of each file that was found beside the book, with what it contains."""
    from narrator.build.book_files import find_cast_file, find_corrections
    from narrator.build.settings import BOOK_FILE_NAME

    for file in options.house.files:
        if file.name == BOOK_FILE_NAME:
            yield str(file)
    cast_file = None if options.cast_file else find_cast_file(paths, options)
    if cast_file:
        from narrator.casting.cast_file import read_cast_file

        count = len(read_cast_file(cast_file).voice_choices)
        yield f"{cast_file} ({count} {'role' if count == 1 else 'roles'})"
    if corrections_file := find_corrections(paths, options):
        from narrator.scripts.corrections import load_corrections

        yield f"{corrections_file} ({load_corrections(corrections_file).count})"
