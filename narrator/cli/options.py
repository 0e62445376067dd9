"""The options that several commands share, each with one meaning and one help text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.errors import MissingExtraError, OptionError
from narrator.export import Encoding
from narrator.readers import POLICY_CHOICES, Policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

Input = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="A book, a story, a folder of chapters, or - for standard input.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
CastFile = Annotated[
    Path | None,
    typer.Option("--cast", metavar="FILE", help="The cast file.  [default: beside the book]"),
]
Assign = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VOICE", help="Give one character a voice; repeatable."),
]
NarratorVoice = Annotated[
    str | None, typer.Option("--voice", metavar="NAME", help="The narrator's voice.")
]
EngineName = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="The engine of every voice.")
]
Speed = Annotated[
    float, typer.Option("--speed", metavar="X", help="How much faster than usual to speak.")
]
Solo = Annotated[
    bool, typer.Option("--solo", help="The narrator's voice speaks everybody's lines.")
]
MarkDialogue = Annotated[
    bool,
    typer.Option("--mark-dialogue", help="Let quotations in the narrator's voice stand out."),
]
PausePolicy = Annotated[
    str | None,
    typer.Option(
        "--pauses",
        metavar="PRESET|FILE",
        help="brisk, natural, slow, or a TOML file.",
    ),
]
Loudness = Annotated[
    str,
    typer.Option(
        "--loudness", metavar="PROFILE|LUFS", help="acx, podcast, audiobook, a number, or off."
    ),
]
Lexicon = Annotated[
    Path | None,
    typer.Option("--lexicon", metavar="FILE", help="How words are to be said, as a TOML file."),
]
Matter = Annotated[
    str, typer.Option("--matter", help="Front and back matter: skip or keep.", metavar="skip|keep")
]
Notes = Annotated[
    str,
    typer.Option("--notes", help="Footnotes: skip, inline or chapter-end.", metavar="POLICY"),
]
Images = Annotated[
    str,
    typer.Option(
        "--images", help="What pictures are described by: skip or keep.", metavar="skip|keep"
    ),
]


def _use_cache_dir(context: typer.Context, location: str | None) -> str | None:
    """Keep every cache, also those of engines, at this location while the command runs."""
    from narrator.cache.places import use_cache_dir

    context.with_resource(use_cache_dir(location))
    return location


CacheDir = Annotated[
    str | None,
    typer.Option(
        "--cache-dir",
        metavar="DIR|URL",
        help="Where clips are kept between builds: s3://… too.",
        callback=_use_cache_dir,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", metavar="N", help="Workers at a time. [default: one a core]"),
]


def parse_assignments(given: list[str] | None) -> dict[str, str]:
    """Voices by characters' names, from `--set "Name=voice"`.

    Raises:
        OptionError: one of them has no `=`.
    """
    pairs = {}
    for text in given or []:
        name, equals, voice = text.rpartition("=")
        if not (equals and name.strip() and voice.strip()):
            raise OptionError(f"--set '{text}' is no NAME=VOICE", 'write it as "Elizabeth=clara"')
        pairs[name.strip()] = voice.strip()
    return pairs


def parse_chapters(given: str | None) -> range | None:
    """Chapters from 1, from `3`, `2-5`, `4-` or `-6`.

    Raises:
        OptionError: it is none of these.
    """
    if given is None:
        return None
    first, dash, last = (part.strip() for part in given.partition("-"))
    try:
        start = int(first) if first else 1
        end = (int(last) if last else 100_000) if dash else start
    except ValueError:
        start = end = 0
    if not (first or last) or not 1 <= start <= end:
        raise OptionError(f"--chapters '{given}' is no range of chapters", "write it as 1-3, or 7")
    return range(start, end + 1)


def parse_jobs(given: int | None) -> int:
    """How many workers, 0 for one a core.

    Raises:
        OptionError: fewer than one.
    """
    if given is not None and given < 1:
        raise OptionError(f"--jobs {given} would leave nobody to speak", "give 1 or more")
    return given or 0


def parse_format(given: str | None, output: Path | None, *, folder: bool = False) -> str:
    """The format asked for, or else the one that the output's name ends with, or else MP3.

    The name of a folder may have a dot anywhere: what follows it need be no format.

    Raises:
        OptionError: there is no such format, or the name ends with another.
    """
    from narrator import readalong, registry

    known = (*registry.list_plugins("exporters"), *readalong.FORMAT_MODULES)
    ending = output.suffix[1:].lower() if output else ""
    if folder and ending not in known:
        ending = ""
    name = (given or ending or "mp3").lower()
    if name not in known:
        raise OptionError(f"no format is called '{name}'", registry.did_you_mean(name, known))
    if ending in known and ending != name:
        raise OptionError(
            f"--format {name} does not go with a name that ends with .{ending}",
            f"leave --format away, or write -o {output and output.with_suffix(f'.{name}')}",
        )
    return name


def parse_split(given: str | None) -> bool:
    """Whether each chapter becomes a file.

    Raises:
        OptionError: the book is to be split at anything else.
    """
    if given not in (None, "chapters"):
        raise OptionError(f"--split '{given}' is not known", "a book is split by chapters")
    return given is not None


def parse_companions(subtitles: str | None, *, timeline: bool) -> tuple[str, ...]:
    """What is written beside the audiobook, from `--subtitles vtt,srt` and `--timeline`.

    Raises:
        OptionError: there are no subtitles of that kind.
    """
    from narrator.readalong import COMPANION_MODULES

    wanted = [kind.strip().lower().lstrip(".") for kind in (subtitles or "").split(",")]
    kinds = [kind for kind in COMPANION_MODULES if kind != "timeline"]
    for kind in wanted:
        if kind not in kinds and subtitles is not None:
            raise OptionError(f"--subtitles '{kind}' is not known", f"there are {', '.join(kinds)}")
    return (*(kind for kind in kinds if kind in wanted), *(["timeline"] if timeline else []))


def parse_podcast_url(given: str) -> str:
    """Where a podcast will be found.

    Raises:
        OptionError: it is no address of a web server.
    """
    if given and not given.startswith(("http://", "https://")):
        raise OptionError(
            f"--podcast-url '{given}' is no address", "write it as https://example.org/book/"
        )
    return given


def parse_encoding(bit_rate: int | None, loudness: str) -> Encoding | None:
    """How the sound is stored, where the user says so.

    Raises:
        OptionError: no encoder has such a bit rate.
    """
    if bit_rate is None:
        return None
    if not 16 <= bit_rate <= 320:
        raise OptionError(
            f"--bit-rate {bit_rate} is no bit rate", "give 16 to 320 kilobits a second"
        )
    return Encoding(44_100 if loudness == "acx" or bit_rate > 160 else 22_050, bit_rate)


def parse_cluster(cluster: str | None) -> Callable[[int], Executor]:
    """Who makes the workers: this machine, or a cluster at an address.

    Raises:
        MissingExtraError: the packages for a cluster are not installed.
    """
    from narrator.synthesis.workers import make_local_pool

    if cluster is None:
        return make_local_pool
    try:
        from narrator.synthesis.cluster import cluster_pool_factory as at
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"--cluster needs the package {error.name}, which is not installed",
            "pip install 'narrator-audiobook[dask]'",
        ) from error
    return at(cluster)


def parse_policy(matter: str, notes: str, images: str) -> Policy:
    """What of a book is read.

    Raises:
        OptionError: a choice is none of those that there are.
    """
    for option, value in (("matter", matter), ("notes", notes), ("images", images)):
        choices = POLICY_CHOICES[option]
        if value not in choices:
            raise OptionError(f"--{option} '{value}' is not known", f"choose {', '.join(choices)}")
    return Policy(matter, notes, images)
