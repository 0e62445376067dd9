"""Declares the options of a build, and the command-line parameters that set them.

Nothing heavy is imported here, because the parameters of the commands are made from `Options` each
time the command line starts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator import readalong
from narrator.build import option_parsing as parsing
from narrator.build.house_style import HouseStyle
from narrator.readers import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor
    from types import UnionType

    from narrator.export import Encoding
    from narrator.export.splitting import PartLimit


class Stage(IntEnum):
    """The steps of a build. A command offers the options of all steps up to its own."""

    READING = 1
    CASTING = 2
    SPEAKING = 3
    BUILDING = 4


@dataclass(frozen=True, slots=True)
class Parameter:
    """A command-line option that supplies a field of `Options`, or part of it."""

    flags: str
    """One or more flags separated by spaces, the long one first; a switch may be "--yes/--no"."""
    help: str
    """May contain placeholders such as `{formats}`, which the help replaces by a list."""
    metavar: str | None = None
    """Placeholder for the value in help texts; None for the name of the type."""
    value_type: type | UnionType = str | None
    default: Any = None
    shown_default: str = ""
    """What the help shows as the default, if it is not the value of `default`."""
    stage: Stage | None = None
    """The first stage whose commands offer it; None for the stage of its field."""

    @property
    def name(self) -> str:
        """Return the name of the option in Python: "bit_rate" for `--bit-rate`."""
        return self.flags.split()[0].split("/")[0].removeprefix("--").replace("-", "_")


@dataclass(frozen=True, slots=True)
class FieldParameters:
    """The command-line parameters that together supply one field of `Options`."""

    stage: Stage
    parameters: tuple[Parameter, ...]
    parse: Callable[..., Any] | None
    """Converts the parameters' values to the field's value; None keeps a single value."""
    other_parameters: tuple[str, ...]
    """Names of parameters of other fields, whose values are passed to `parse` last."""

    def is_offered(self, parameter: Parameter, stage: Stage) -> bool:
        """Return whether the commands of a stage offer this parameter."""
        return (parameter.stage or self.stage) <= stage


PARAMETERS_KEY = "parameters"
"""Key under which the metadata of a field holds its `FieldParameters`."""


def _describe_parameters(
    stage: Stage,
    *parameters: Parameter,
    parse: Callable[..., Any] | None = None,
    other_parameters: tuple[str, ...] = (),
) -> dict[str, FieldParameters]:
    """Return field metadata that declares the command-line parameters of a field."""
    return {PARAMETERS_KEY: FieldParameters(stage, parameters, parse, other_parameters)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a book is narrated; the defaults suit most books.

    The commands list their options in the order of these fields.
    """

    format: str = field(
        default="mp3",
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--format", "The format of the audiobook: {formats}.", "FORMAT", shown_default="mp3"
            ),
            parse=parsing.parse_format,
            other_parameters=("output", "split"),
        ),
    )
    """The name of an exporter, or of a read-along format."""
    split: bool = field(
        default=False,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--split",
                "Write several files into a folder: one per chapter, or of a length or size.",
                "chapters|30min|50MB",
                shown_default="one file",
            ),
            parse=parsing.parse_split,
        ),
    )
    """Whether the audiobook is split into several files, in a folder."""
    part_limit: PartLimit | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.BUILDING, parse=parsing.parse_part_limit, other_parameters=("split",)
        ),
    )
    """The largest file of a split audiobook; None for one file per chapter."""
    companions: tuple[str, ...] = field(
        default=(),
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--subtitles",
                "Write subtitles beside the audio: vtt, srt or lrc, or several with commas.",
                "vtt,srt,lrc",
                shown_default="none",
            ),
            Parameter(
                "--timeline/--no-timeline",
                "Write when each line and word is heard, as JSON.",
                None,
                bool,
                False,
            ),
            Parameter(
                "--labels/--no-labels",
                "Write the lines and the speakers as label tracks for Audacity.",
                None,
                bool,
                False,
            ),
            parse=parsing.parse_companions,
        ),
    )
    """What is written beside the audiobook: `timeline`, `srt`, `vtt`, `lrc`, `labels`."""
    stems: bool = field(
        default=False,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--stems/--no-stems",
                "Write a WAV file per speaker, as long as the audiobook, into a folder beside it.",
                None,
                bool,
                False,
            ),
        ),
    )
    """Whether each speaker gets a file of their own, for editors."""
    address: str = field(
        default="",
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--podcast-url",
                "The address at which a podcast will be published.",
                "URL",
                str,
                "",
                shown_default="http://localhost:8000/, to try it",
            ),
            parse=parsing.parse_podcast_url,
        ),
    )
    """The address on the web at which a podcast will be published."""
    encoding: Encoding | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--bit-rate",
                "The bit rate in kilobits per second, 16 to 320.",
                "KBPS",
                int | None,
                shown_default="depends on the format",
            ),
            parse=parsing.parse_encoding,
            other_parameters=("loudness", "format", "output"),
        ),
    )
    """None for the default of the format, or of the publisher that `loudness` names."""
    chapters: range | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--chapters",
                "Narrate only these chapters: 3, 2-5, 4- or -6.",
                "1-3",
                shown_default="all",
            ),
            parse=parsing.parse_chapters,
        ),
    )
    """The chapters to narrate, counted from 1; None for all."""
    cast_file: Path | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.READING,  # the lexicon in it shapes the script
            Parameter(
                "--cast",
                "Read the voices of characters from this cast file.",
                "FILE",
                Path | None,
                shown_default="the one beside the book",
            ),
        ),
    )
    """None for the cast file beside the book, if there is one."""
    assign: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_describe_parameters(
            Stage.CASTING,
            Parameter(
                "--set",
                'Give one character a voice: "Emma=clara". Can be repeated.',
                "NAME=VOICE",
                list[str] | None,
            ),
            parse=parsing.parse_assignments,
        ),
    )
    """Voice names by character name. They take precedence over the cast file."""
    voice: str | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.CASTING,
            Parameter(
                "--voice",
                "The voice of the narrator; `narrator voices` lists all.",
                "NAME",
                shown_default="one that suits the language",
            ),
        ),
    )
    """The voice of the narrator; None to use the cast file or, without one, to choose a voice."""
    engine: str | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.CASTING,
            Parameter(
                "--engine",
                "Use only voices of this engine: {engines}.",
                "NAME",
                shown_default="natural for English where it is installed, else pyttsx3",
            ),
        ),
    )
    """The engine that every voice must use; None for any engine."""
    foreign: str = field(
        default="own",
        metadata=_describe_parameters(
            Stage.CASTING,
            Parameter(
                "--foreign",
                "Speak passages that the book marks as another language in a voice of that "
                "language (own), or in the voice of the text around them (same).",
                "own|same",
                str,
                "own",
            ),
            parse=parsing.parse_foreign,
        ),
    )
    """`own` or `same`: whose voice speaks passages in another language than the book."""
    solo: bool = field(
        default=False,
        metadata=_describe_parameters(
            Stage.CASTING,
            Parameter(
                "--solo/--no-solo",
                "Let the narrator's voice speak the lines of all characters.",
                None,
                bool,
                default=False,
            ),
        ),
    )
    """Whether the narrator's voice speaks the lines of all characters."""
    mark_dialogue: bool = field(
        default=False,
        metadata=_describe_parameters(
            Stage.SPEAKING,
            Parameter(
                "--mark-dialogue/--no-mark-dialogue",
                "Raise quotations slightly where the narrator's voice speaks them.",
                None,
                bool,
                default=False,
            ),
        ),
    )
    """Whether quotations that the narrator's voice speaks differ slightly from narration."""
    delivery: str | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.SPEAKING,
            Parameter(
                "--delivery",
                "Speak lines as the book describes them, such as whispered (natural), or all in "
                "the same way (plain). Your own directions always apply.",
                "natural|plain",
                shown_default="natural",
            ),
            parse=parsing.parse_delivery,
        ),
    )
    """`natural` speaks each line as the book says: whispered, shouted, with its stresses. `plain`
    speaks all lines in the same manner, except where a direction of the user says otherwise. None
    for the delivery in the cast file, or natural."""
    speed: float = field(
        default=1.0,
        metadata=_describe_parameters(
            Stage.SPEAKING,
            Parameter("--speed", "Speak this many times as fast, 0.25 to 4.", "X", float, 1.0),
            parse=parsing.parse_speed,
        ),
    )
    """Factor for the rate of every voice, within `setting_limits.SPEED`."""
    pauses: str | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.SPEAKING,
            Parameter(
                "--pauses",
                "The length of pauses: {pauses}, or a TOML file.",
                "PRESET|FILE",
                shown_default="natural",
            ),
            parse=parsing.parse_pauses_choice,
        ),
    )
    """A preset, or the path of a TOML file; None for the pauses in the cast file."""
    loudness: str = field(
        default="audiobook",
        metadata=_describe_parameters(
            Stage.SPEAKING,
            Parameter(
                "--loudness",
                "The loudness: {loudness}, a number of LUFS, or off.",
                "PROFILE|LUFS",
                str,
                "audiobook",
            ),
            parse=parsing.parse_loudness,
        ),
    )
    """A loudness profile, a number in LUFS, or `off`."""
    lexicon: Path | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.READING,
            Parameter(
                "--lexicon",
                "Read the pronunciation of words from this TOML file.",
                "FILE",
                Path | None,
                shown_default="the lexicon in the cast file",
            ),
        ),
    )
    """A TOML file of pronunciations; None for the lexicon in the cast file."""
    about: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter("--title", "The title, instead of that of the book."),
            Parameter("--author", "The author, instead of that of the book."),
            Parameter("--series", "The series, instead of that of the book."),
            Parameter("--series-index", "The number in the series, instead of the book's.", "N"),
            Parameter(
                "--narrated-by",
                "The name of the narrator in the tags.",
                "NAME",
                shown_default="that of the voice",
            ),
            Parameter("--subtitle", "The subtitle, instead of that of the book."),
            Parameter("--publisher", "The publisher, instead of that of the book."),
            Parameter(
                "--year",
                "The year or date of publication: 1815 or 1815-12-23.",
                "DATE",
                shown_default="that of the book",
            ),
            Parameter("--description", "The description, instead of that of the book."),
            Parameter(
                "--genre",
                "One genre, or several with semicolons between them.",
                shown_default="Audiobook",
            ),
            Parameter("--isbn", "The ISBN, instead of that of the book.", "NUMBER"),
            Parameter("--asin", "The number at Audible, instead of that of the book.", "NUMBER"),
            # the language decides how the book is read, so every command offers it
            Parameter(
                "--language",
                "The language of the book: a tag such as de or pt-BR, or a name such as German.",
                shown_default="recognised from the text",
                stage=Stage.READING,
            ),
            parse=parsing.parse_metadata,
        ),
    )
    """Values that replace those of the book's metadata, by the name of the `Metadata` field. A
    `language` also decides by which rules the book is read, attributed and spoken."""
    tags: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--tag",
                "Write another tag, such as MOOD=Calm. Can be repeated.",
                "KEY=VALUE",
                list[str] | None,
            ),
            parse=parsing.parse_tags,
        ),
    )
    """Further tags of the audiobook by name."""
    cover: Path | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--cover",
                "A picture for the cover, instead of that of the book.",
                "FILE",
                Path | None,
            ),
            parse=parsing.parse_cover,
        ),
    )
    """A picture, converted to JPEG unless it is a JPEG or PNG; None for the book's own cover."""
    square_cover: bool = field(
        default=False,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--square-cover/--no-square-cover",
                "Pad the cover to a square, as music players show it.",
                None,
                bool,
                default=False,
            ),
        ),
    )
    """Whether the cover is padded to a square."""
    policy: Policy = field(
        default_factory=Policy,
        metadata=_describe_parameters(
            Stage.READING,
            Parameter(
                "--matter",
                "Skip or keep front and back matter, such as a dedication.",
                "skip|keep",
                str,
                "skip",
            ),
            Parameter(
                "--notes",
                "Footnotes: skip them, read each at its mark (inline), or all at the end of the "
                "chapter (chapter-end).",
                "skip|inline|chapter-end",
                str,
                "skip",
            ),
            Parameter(
                "--images",
                "Skip or keep the descriptions of pictures.",
                "skip|keep",
                str,
                "skip",
            ),
            Parameter(
                "--cues",
                "Skip or speak the names before speeches, as in plays.",
                "skip|speak",
                str,
                "skip",
            ),
            parse=parsing.parse_policy,
        ),
    )
    """Which parts of the book are read besides the story."""
    credits: bool | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--credits/--no-credits",
                "Speak the title, author and narrator before and after the story.",
                None,
                bool | None,
                shown_default="only where ACX requires it",
            ),
        ),
    )
    """Whether title, author and narrator are spoken before and after the story; None speaks them
    only if a publisher requires it."""
    takes: int = field(
        default=1,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--takes",
                "Speak every line this many times, and keep the best take.",
                "N",
                int,
                1,
            ),
            parse=parsing.parse_takes,
        ),
    )
    """How many takes of each line are compared; a take with a flaw is always replaced by a better
    one."""
    again: tuple[str, ...] = field(
        default=(),
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--again",
                "Speak these lines again, such as 3.12.2 or 3.12-3.14, or all lines that sound "
                "wrong (suspect). The new takes are kept beside the book.",
                "LINES",
            ),
            parse=parsing.parse_again,
        ),
    )
    """Numbers or ranges of lines, or `suspect`, of which another take is made."""
    jobs: int = field(
        default=0,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--jobs -j",
                "The number of worker processes.",
                "N",
                int | None,
                shown_default="one per processor core",
            ),
            parse=parsing.parse_jobs,
        ),
    )
    """Number of workers; 0 for one per core."""
    pool: Callable[[int], Executor] | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.BUILDING,
            Parameter(
                "--cluster",
                "Speak on the Dask cluster at this address.",
                "ADDRESS",
                shown_default="on this machine only",
            ),
            parse=parsing.parse_cluster,
        ),
    )
    """Function that takes a number of workers and returns the executor that runs them; None for
    processes on this machine."""
    cache_dir: Path | str | None = field(
        default=None,
        metadata=_describe_parameters(
            Stage.READING,
            Parameter(
                "--cache-dir",
                "Keep speech between builds in this folder, or at a URL such as s3://…",
                "DIR|URL",
                shown_default="the cache folder of your system",
            ),
        ),
    )
    """A folder, or a URL that fsspec supports; None for the platform's usual cache folder."""
    force: bool = field(
        default=False,
        metadata=_describe_parameters(
            Stage.READING,
            Parameter(
                "--force",
                "Replace the file that -o names, even if narrator did not write it.",
                None,
                bool,
                False,
            ),
        ),
    )
    """Whether the output, if it is one file, may replace a file that narrator did not write. No
    other file is ever replaced or removed by it."""
    side_files: bool = field(
        default=True,
        metadata=_describe_parameters(
            Stage.READING,
            Parameter(
                "--side-files/--no-side-files",
                "Use, or ignore, the cast file, corrections and settings beside the book.",
                None,
                bool,
                True,
            ),
        ),
    )
    """Whether files that lie beside the book and are not named by other options are read."""
    house: HouseStyle = field(default_factory=HouseStyle)
    """The user's defaults that yield to the book's own files."""

    @property
    def sound_format(self) -> str:
        """Return the name of the audio exporter: the format, unless it is a read-along format."""
        return readalong.AUDIO_EXPORTER if self.format in readalong.FORMAT_MODULES else self.format


PLAY = Parameter("--play/--no-play", "Play the sound at once.", None, bool, False)
CORRECTION_PARAMETERS = (
    Parameter(
        "--correct",
        "Say who speaks a line, or all quotations of a range: 3.12.2=Emma, 2.*=Emma. The name"
        " narrator makes it narration. Saved beside the book; can be repeated.",
        "LINE=NAME",
        list[str] | None,
    ),
    Parameter(
        "--same",
        "Treat two names as one character; the main name comes last: Lizzy=Elizabeth. Saved; can"
        " be repeated.",
        "NAME=NAME",
        list[str] | None,
    ),
    Parameter(
        "--gender",
        "Say that a character is female or male. Saved; can be repeated.",
        "NAME=GENDER",
        list[str] | None,
    ),
    Parameter(
        "--say",
        "Say how a word is pronounced: Caoimhe=Keeva. Saved; can be repeated.",
        "WORD=SOUND",
        list[str] | None,
    ),
)
"""Options that write corrections beside the book, before the command does its work."""
BATCH_PARAMETERS = (
    Parameter(
        "--one-book/--no-one-book",
        "Join all inputs to one book, or make one audiobook of each.",
        None,
        bool | None,
        shown_default="one book if the names look like chapters",
    ),
    Parameter(
        "--output-template",
        "Name audiobooks by their title and author: '{author}/{series}/{series_index:02} {title}'.",
        "TEMPLATE",
        shown_default="the name of the book's file",
    ),
    Parameter(
        "--skip-done/--no-skip-done",
        "Skip books whose audiobook exists already.",
        None,
        bool,
        default=False,
    ),
    Parameter("--quiet/--no-quiet -q", "Print only errors.", None, bool, default=False),
    Parameter(
        "--verbose/--no-verbose -v",
        "Print all characters, and everything that is left out.",
        None,
        bool,
        default=False,
    ),
)
"""Options of `narrator build` that concern several books, and what is printed."""
COMMAND_PARAMETERS = (PLAY, *BATCH_PARAMETERS)
"""Options of single commands that do not belong to the build, and that users may set in files."""
