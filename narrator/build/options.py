"""How a book is narrated: what a user may choose, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from narrator import readalong
from narrator.audio import pauses
from narrator.audio.pauses import Pauses
from narrator.cache.open import open_store
from narrator.cache.places import default_cache_location
from narrator.casting import cast_file as castfile
from narrator.casting.cast_file import CastFile, read_cast_file
from narrator.errors import OptionError
from narrator.export.encodings import default_encoding
from narrator.normalisation import Lexicon, load_lexicon, parse_lexicon
from narrator.readers import Policy, loading
from narrator.scripts import corrections, text_reader
from narrator.scripts.corrections import Corrections
from narrator.synthesis import workers
from narrator.synthesis.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from narrator.cache.store import Store
    from narrator.export import Encoding

FASTEST_SPEED, SLOWEST_SPEED = 4.0, 0.25
"""What `speed` may be; beyond that no engine is understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a book is narrated; the defaults suit most."""

    policy: Policy = field(default_factory=Policy)
    about: Mapping[str, str] = field(default_factory=dict)
    """What the catalogue is to say instead of the book, by the names of `Metadata`'s texts."""
    cover: Path | None = None
    """A JPEG or PNG, instead of the book's own."""
    lexicon: Path | None = None
    cast_file: Path | None = None
    """None for the one beside the book, if there is one."""
    assign: Mapping[str, str] = field(default_factory=dict)
    """Voices by characters' names; they count before the cast file."""
    voice: str | None = None
    """The narrator's."""
    engine: str | None = None
    """The one that every voice is to come from."""
    speed: float = 1.0
    """Multiplies every voice's rate."""
    solo: bool = False
    """Whether the narrator's voice speaks everybody's lines."""
    mark_dialogue: bool = False
    """Whether quotations that the narrator's voice speaks sound a little different."""
    pauses: str | None = None
    """A preset, or the path of a TOML file; none for what the cast file says."""
    loudness: str = "audiobook"
    """A profile, a number of LUFS, or `off`."""
    chapters: range | None = None
    """The chapters to narrate, counted from 1; none for all."""
    format: str = "mp3"
    companions: tuple[str, ...] = ()
    """What is written beside the audiobook: `timeline`, `srt`, `vtt`, `lrc`."""
    address: str = ""
    """Where a podcast will be found on the web."""
    split: bool = False
    """Whether each chapter becomes a file of its own, in a folder."""
    encoding: Encoding | None = None
    """None for what suits the format, or the publisher whose loudness is used."""
    credits: bool | None = None
    """Whether title, author and narrator are spoken before and after the story; none for where a
    publisher wants it."""
    jobs: int = 0
    """How many workers; 0 for one a core."""
    cache_dir: Path | str | None = None
    """A folder, or a URL that fsspec knows; none for the platform's own."""
    pool: Callable[[int], Executor] = workers.make_local_pool
    """Makes the executor that workers are reached through."""

    @property
    def sound_format(self) -> str:
        """The exporter of its sound."""
        return readalong.AUDIO_EXPORTER if self.format in readalong.FORMAT_MODULES else self.format


def create_worker_pool(options: Options) -> WorkerPool:
    """The workers that a build asks for; they come when they are needed."""
    return WorkerPool(options.jobs, options.pool)


def open_cache(options: Options) -> Store:
    """Where this build keeps what it makes; one for all of its steps."""
    return open_store(str(options.cache_dir or default_cache_location()))


def locate_beside_book(book: str, suffix: str) -> Path:
    """Where what belongs to a book is looked for, and written: `emma.epub`, `emma.cast.toml`.

    A folder that is told as `.` or `..` goes by its name, too.
    """
    path = Path(book)
    named = path.resolve() if path.name in ("", "..") else path
    return named.parent / f"{named.stem}{suffix}"


def load_cast_file(paths: Sequence[str], options: Options) -> CastFile:
    """What a person wrote about the cast: in the file named, or else in the one beside the book."""
    path = options.cast_file
    if path is None and len(paths) == 1 and paths[0] != "-":
        path = locate_beside_book(paths[0], castfile.CAST_FILE_SUFFIX)
        path = path if path.is_file() else None
    return read_cast_file(path) if path else CastFile()


def load_book_lexicon(paths: Sequence[str], options: Options) -> Lexicon:
    """How words are to be said: by the lexicon named, or else by that of the cast file."""
    if options.lexicon:
        return load_lexicon(options.lexicon)
    written = load_cast_file(paths, options)
    return parse_lexicon(written.lexicon, written.path)


def load_book_pauses(paths: Sequence[str], options: Options) -> pauses.Pauses:
    """The pauses that the user asked for, or else those of the cast file, or else natural ones."""
    if options.pauses:
        return pauses.load_pauses(options.pauses)
    written = load_cast_file(paths, options)
    return pauses.parse_pauses(written.pauses, str(written.path)) if written.pauses else Pauses()


def choose_encoding(options: Options) -> Encoding:
    """How the sound is stored: as the user says, or as suits the format and the publisher."""
    return options.encoding or default_encoding(options.sound_format, options.loudness)


def load_book_corrections(paths: Sequence[str]) -> Corrections:
    """What a person corrected about who says what, in the file beside the book."""
    if len(paths) != 1 or paths[0] == "-":
        return Corrections()
    path = locate_beside_book(paths[0], corrections.CORRECTIONS_SUFFIX)
    return corrections.load_corrections(path) if path.is_file() else Corrections()


def locate_corrections(paths: Sequence[str]) -> Path:
    """Where the corrections of a book are written.

    Raises:
        OptionError: they have no place, as the book is no single file or folder, or is a script.
    """
    if len(paths) != 1 or paths[0] == "-":
        raise OptionError("corrections lie beside one book", "name one file, or one folder")
    if not Path(paths[0]).is_dir() and text_reader.is_script_file([loading.load_file(paths[0])]):
        raise OptionError(f"{paths[0]} is a script", "change the name in the script itself")
    return locate_beside_book(paths[0], corrections.CORRECTIONS_SUFFIX)


def default_output_path(paths: Sequence[str], suffix: str) -> Path:
    """Where the output goes when nothing is said: `output/<name of the input><suffix>`."""
    name = "story" if paths[0] == "-" else Path(paths[0]).resolve().stem
    return Path("output") / f"{name}{suffix}"
