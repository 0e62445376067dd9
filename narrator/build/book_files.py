"""Finds and reads the files that belong to a book: cast file, lexicon, pauses and corrections."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.audio import pauses
from narrator.casting.cast_file import CAST_FILE_SUFFIX, CastFile, VoiceChoice, read_cast_file
from narrator.errors import CastFileError, OptionError
from narrator.files.existence import is_file, is_folder
from narrator.normalisation.lexicon import Lexicon, load_lexicon, parse_lexicon
from narrator.readers.source_files import load_file
from narrator.scripts import corrections
from narrator.scripts.script_recognition import is_script_file
from narrator.text.control_characters import show_in_file_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.build.options import Options

OUTPUT_FOLDER = "output"
"""Folder, in the working directory, of everything that the user gives no place."""
STANDARD_INPUT = "-"
"""The path that stands for standard input. It has no folder in which other files could lie."""
METADATA_FIELDS = {"series-index": "series_index", "narrated-by": "narrator", "year": "published"}
"""The fields of `Metadata` for the keys of `[about]` that are called otherwise."""


def locate_beside_book(book: str, suffix: str) -> Path:
    """Return where a file that belongs to a book is read from and written to.

    For the book `emma.epub` and the suffix `.cast.toml` this is `emma.cast.toml`. If the book is a
    folder that is given as `.` or `..`, its real name is used.
    """
    path = Path(book)
    # the name of "." is empty in pathlib, and that of ".." is "..": neither names the folder
    named_path = path.resolve() if path.name in ("", "..") else path
    return named_path.parent / f"{named_path.stem}{suffix}"


def _find_beside_book(paths: Sequence[str], suffix: str) -> Path | None:
    """Return the file with this suffix beside the book, or None if it does not exist."""
    # several inputs have no common name from which the file's name could be made
    if len(paths) != 1 or paths[0] == STANDARD_INPUT:
        return None
    path = locate_beside_book(paths[0], suffix)
    return path if is_file(path) else None


def find_cast_file(paths: Sequence[str], options: Options) -> Path | None:
    """Return the cast file of the options, else the one beside the book, else None."""
    if options.cast_file or not options.side_files:
        return options.cast_file
    return _find_beside_book(paths, CAST_FILE_SUFFIX)


def find_corrections(paths: Sequence[str], options: Options) -> Path | None:
    """Return the file of corrections beside the book, or None without one."""
    return _find_beside_book(paths, corrections.CORRECTIONS_SUFFIX) if options.side_files else None


def locate_cast_file(paths: Sequence[str], options: Options) -> Path:
    """Return where the choices of voices for a book are written.

    Raises:
        OptionError: the options name no cast file, and the book is not a single file or folder.
    """
    if options.cast_file:
        return options.cast_file
    if len(paths) != 1 or paths[0] == STANDARD_INPUT:
        raise OptionError(
            "several books can't share a cast file that lies beside one", "name one with --cast"
        )
    return locate_beside_book(paths[0], CAST_FILE_SUFFIX)


def list_side_files(paths: Sequence[str], options: Options) -> Iterator[Path]:
    """Yield the files that are read besides the book and shape what is made from it."""
    pauses_file = None if options.pauses in pauses.PAUSE_PRESETS else options.pauses
    files = (
        find_cast_file(paths, options),
        find_corrections(paths, options),
        options.lexicon,
        options.cover or _find_cast_cover(paths, options),
        pauses_file,
        *options.house.files,
    )
    return (Path(file) for file in files if file)


def _find_cast_cover(paths: Sequence[str], options: Options) -> Path | None:
    """Return the cover that the cast file names; None without one, or if the file is not valid."""
    with suppress(CastFileError):  # whoever needs the content reports the error
        return locate_cover(load_cast_file(paths, options))
    return None


def load_cast_file(paths: Sequence[str], options: Options) -> CastFile:
    """Return the cast file of the options, else the one beside the book, else an empty one.

    A file that names no narrator gets the narrator of the house style.
    """
    path = find_cast_file(paths, options)
    cast_file = read_cast_file(path) if path else CastFile()
    if cast_file.narrator is None and options.house.voice:
        return replace(cast_file, narrator=VoiceChoice(options.house.voice))
    return cast_file


def apply_cast_file(paths: Sequence[str], options: Options) -> Options:
    """Return the options with what the cast file says of delivery, metadata and cover.

    The options themselves take precedence.

    Raises:
        CastFileError: the cast file is not valid.
    """
    cast_file = load_cast_file(paths, options)
    return replace(
        options,
        delivery=options.delivery or cast_file.delivery,
        about={**_parse_about(cast_file), **options.about},
        cover=options.cover or locate_cover(cast_file),
    )


def _parse_about(cast_file: CastFile) -> dict[str, str]:
    """Return the metadata in a cast file, by the names of the fields of `Metadata`.

    Raises:
        CastFileError: a value is not valid.
    """
    if not cast_file.about:
        return {}
    from narrator.build.option_parsing import parse_metadata  # noqa: PLC0415 - few books need it

    values = {METADATA_FIELDS.get(key, key): value for key, value in cast_file.about.items()}
    values.pop("cover", None)
    try:
        return parse_metadata(**values)
    except OptionError as error:
        message = error.message.removeprefix("--")
        raise CastFileError(f"{cast_file.path}, [about]: {message}", error.hint) from error


def locate_cover(cast_file: CastFile) -> Path | None:
    """Return the picture that a cast file names, or None."""
    name = cast_file.about.get("cover")
    return cast_file.path.parent / name if name and cast_file.path else None


def load_book_lexicon(paths: Sequence[str], options: Options) -> Lexicon:
    """Return the pronunciations in the corrections, then the lexicon of the options or cast file.

    The lexicons of the house style follow, for words that it does not list.
    """
    if options.lexicon:
        own_lexicon = load_lexicon(options.lexicon)
    else:
        cast_file = load_cast_file(paths, options)
        own_lexicon = parse_lexicon(cast_file.lexicon, cast_file.path)
    pronunciations = load_book_corrections(paths, options).pronunciations
    own_words = parse_lexicon({"words": pronunciations}, find_corrections(paths, options))
    house_lexicons = [parse_lexicon(house.table, house.path) for house in options.house.lexicons]
    return Lexicon(
        (
            *own_words.entries,
            *own_lexicon.entries,
            *(entry for each in house_lexicons for entry in each.entries),
        )
    )


def load_book_pauses(paths: Sequence[str], options: Options) -> pauses.Pauses:
    """Return the pauses of the options, else those in the cast file over those of the house."""
    if options.pauses:
        return pauses.load_pauses(options.pauses)
    cast_file = load_cast_file(paths, options)
    source = str(cast_file.path) if cast_file.pauses else options.house.pauses_source
    return pauses.parse_pauses(
        pauses.merge_pauses((options.house.pauses, cast_file.pauses)), source
    )


def load_book_corrections(paths: Sequence[str], options: Options) -> corrections.Corrections:
    """Return the user's corrections of speakers, from the file beside the book."""
    path = find_corrections(paths, options)
    return corrections.load_corrections(path) if path else corrections.Corrections()


def locate_corrections(paths: Sequence[str]) -> Path:
    """Return where the corrections of a book are written.

    Raises:
        OptionError: the book is not a single file or folder, or it is an edited script.
    """
    if len(paths) != 1 or paths[0] == STANDARD_INPUT:
        raise OptionError(
            "corrections are saved beside a single book", "name one file, or one folder"
        )
    # an edited script is read as it is, so corrections beside it would have no effect
    if not is_folder(Path(paths[0])) and is_script_file([load_file(paths[0])]):
        raise OptionError(f"{paths[0]} is a script", "change the name in the script itself")
    return locate_beside_book(paths[0], corrections.CORRECTIONS_SUFFIX)


def default_output_path(paths: Sequence[str], suffix: str) -> Path:
    """Return the default path of the output: `output/<name of the input>` with this suffix."""
    name = "story" if paths[0] == STANDARD_INPUT else Path(paths[0]).resolve().stem
    # a control character in a name would act on the terminal that lists the folder
    return Path(OUTPUT_FOLDER) / show_in_file_name(f"{name}{suffix}")
