"""Parses the values of command-line options into the values of `Options`.

Each function takes the values of one or more parameters and raises an `OptionError` that names the
parameter. Modules that are slow to import are imported inside the functions that need them, because
the command line imports this module each time it starts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import MissingExtraError, OptionError
from narrator.export import Encoding
from narrator.files.existence import names_folder
from narrator.readers import POLICY_CHOICES, Policy
from narrator.setting_limits import CHAPTER_NUMBER, PART_BYTES, PART_SECONDS, SPEED, TAKE_COUNT
from narrator.text.isbn import normalise_isbn
from narrator.text.suggestions import join_choices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from narrator.export.splitting import PartLimit

_PART_LIMIT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(min|h|mb|gb)")
_PART_UNITS = {"min": 60.0, "h": 3600.0, "mb": 1e6, "gb": 1e9}
"""Seconds or bytes of each unit of `--split`."""
FORMAT_ALIASES = {"m4a": "m4b", "ogg": "opus"}
"""Other suffixes of formats, which differ only by their name."""
LOSSLESS_FORMATS = ("flac", "wav")
"""Formats that have no bit rate to choose."""
_BIT_RATES_KBPS = range(16, 321)
"""Accepted bit rates. MP3 has the narrowest limits: 320 at most, and as little as 16 only at a low
sample rate."""
_NARROW_BAND_KBPS = 160
"""The highest bit rate of MP3 at 22,050 samples per second; above it, 44,100 are used."""


def parse_assignments(texts: Sequence[str] | None) -> dict[str, str]:
    """Return a mapping from character to voice names, from `--set "Name=voice"`.

    Raises:
        OptionError: one of the texts has no `=`, or nothing on one side of it.
    """
    pairs = {}
    for text in texts or []:
        # at the last "=", because a character's name may contain one
        name, equals, voice = text.rpartition("=")
        if not (equals and name.strip() and voice.strip()):
            raise OptionError(f"--set '{text}' is not valid", 'write it as "Elizabeth=clara"')
        pairs[name.strip()] = voice.strip()
    return pairs


def parse_loudness(choice: str) -> str:
    """Return the loudness as it was chosen.

    Raises:
        OptionError: it is neither a profile nor a number of LUFS within the limits.
    """
    from narrator.audio.loudness_profiles import resolve_loudness  # noqa: PLC0415 - see the top

    resolve_loudness(choice)
    return choice


def parse_pauses_choice(choice: str | None) -> str | None:
    """Return the pauses as they were chosen: a preset or a file; None if nothing is chosen.

    Raises:
        OptionError: there is no such preset or file, or the file can't be understood.
    """
    from narrator.audio.pauses import load_pauses  # noqa: PLC0415 - see the top of the file

    if choice is not None:
        load_pauses(choice)
    return choice


def parse_cover(path: Path | None) -> Path | None:
    """Return the path of the cover.

    Raises:
        OptionError: there is no such file.
    """
    from narrator.files.existence import is_file, suggest_path  # noqa: PLC0415 - as above

    if path is not None and not is_file(path):
        raise OptionError(f"--cover {path} does not exist", suggest_path(path))
    return path


def parse_language(language: str) -> str:
    """Return the tag of a language that is given by a tag or by its English name.

    Raises:
        OptionError: there is no such language.
    """
    from narrator.text.language_names import (  # noqa: PLC0415 - few commands need it
        canonicalise_tag,
        find_language_by_name,
        list_language_names,
    )
    from narrator.text.suggestions import did_you_mean  # noqa: PLC0415 - only errors need it

    tag = canonicalise_tag(language) or find_language_by_name(language)
    if not tag:
        otherwise = "use a tag such as de or pt-BR, or an English name"
        raise OptionError(
            f"--language '{language}' is not known",
            did_you_mean(language, list_language_names(), otherwise),
        )
    return tag


def parse_chapters(text: str | None) -> range | None:
    """Return chapter numbers from `3`, `2-5`, `4-` or `-6`; None for all chapters.

    Raises:
        OptionError: the text is not of these forms, or the range is empty.
    """
    if text is None:
        return None
    first, dash, last = (part.strip() for part in text.partition("-"))
    try:
        start = int(first) if first else 1
        end = (int(last) if last else int(CHAPTER_NUMBER.highest)) if dash else start
    except ValueError:
        start = end = 0  # rejected below, together with ranges that start at 0
    if not (first or last) or not 1 <= start <= end:
        raise OptionError(f"--chapters '{text}' is not valid", "write it as 1-3, or 7")
    return range(start, end + 1)


def parse_jobs(count: int | None) -> int:
    """Return the number of workers, 0 for one per core.

    Raises:
        OptionError: the count is less than one.
    """
    if count is not None and count < 1:
        raise OptionError(f"--jobs {count} is not valid", "use 1 or more")
    return count or 0


def list_formats() -> tuple[str, ...]:
    """Return the names of all formats: audio formats first, then read-along formats."""
    from narrator import readalong, registry  # noqa: PLC0415 - reads the metadata of all packages

    return (*registry.list_plugins("exporters"), *readalong.FORMAT_MODULES)


def parse_format(name: str | None, output: str | Path | None, split: str | None = None) -> str:
    """Return the name of the format: as given, else by the suffix of the output, else MP3.

    With `split`, or for many books, the output is a folder. Its name may contain a dot, so a suffix
    that is not the name of a format is ignored.

    Raises:
        OptionError: no format has this name, the output's suffix names another format, or the
            format can't be split.
    """
    from narrator import readalong  # noqa: PLC0415 - as below
    from narrator.text.suggestions import did_you_mean  # noqa: PLC0415 - only errors need it

    formats = list_formats()
    name = name and FORMAT_ALIASES.get(name.lower(), name)
    is_folder_named = split is not None or (output is not None and names_folder(output))
    path = Path(output) if output else Path()
    own_suffix = path.suffix[1:].lower()
    suffix = FORMAT_ALIASES.get(own_suffix, own_suffix)
    if is_folder_named and suffix not in formats:
        suffix = ""
    format_name = (name or suffix or "mp3").lower()
    if format_name not in formats:
        raise OptionError(
            f"no format is called '{format_name}'", did_you_mean(format_name, formats)
        )
    if suffix in formats and suffix != format_name:
        raise OptionError(
            f"--format {format_name} does not go with a name that ends with .{own_suffix}",
            f"remove --format, or write -o {path.with_suffix(f'.{format_name}')}",
        )
    if split is not None and format_name in readalong.FORMAT_MODULES:
        raise OptionError(
            f"--split does not go with --format {format_name}",
            "remove --split; its chapters are separate files already",
        )
    return format_name


def parse_split(unit: str | None) -> bool:
    """Return whether the audiobook is split into several files.

    Raises:
        OptionError: the unit is neither `chapters` nor a length or size.
    """
    parse_part_limit(unit)
    return unit is not None


def parse_part_limit(unit: str | None) -> PartLimit | None:
    """Return the largest file of `--split 30min` or `--split 50MB`; None for one per chapter.

    Raises:
        OptionError: the unit is neither `chapters` nor a length or size within its limits.
    """
    if unit is None or unit == "chapters":
        return None
    from narrator.export.splitting import PartLimit  # noqa: PLC0415 - few builds need it

    match = _PART_LIMIT.fullmatch(unit.strip().casefold())
    if match is None:
        raise OptionError(
            f"--split '{unit}' is not valid",
            "write chapters, a length such as 30min, or a size such as 50MB",
        )
    amount, is_size = float(match[1]) * _PART_UNITS[match[2]], match[2].endswith("b")
    limits = PART_BYTES if is_size else PART_SECONDS
    if not limits.allow(amount):
        lowest, highest = limits.lowest, limits.highest
        shown = (
            f"{lowest / 1e6:g} MB to {highest / 1e9:g} GB"
            if is_size
            else f"{lowest / 60:g} min to {highest / 3600:g} h"
        )
        raise OptionError(f"--split '{unit}' is not valid", f"give {shown} per file")
    return PartLimit(max_bytes=int(amount)) if is_size else PartLimit(max_seconds=amount)


def parse_delivery(delivery: str | None) -> str | None:
    """Return the delivery.

    Raises:
        OptionError: it is neither `natural` nor `plain`.
    """
    from narrator.languages.manners import DELIVERIES  # noqa: PLC0415 - see the top of the file

    return delivery and _require_choice("delivery", delivery, DELIVERIES)


FOREIGN_VOICES = ("own", "same")
"""Who may speak passages in another language: a voice of it, or that of the text around."""


def parse_foreign(foreign: str) -> str:
    """Return whose voice speaks passages in another language.

    Raises:
        OptionError: it is neither `own` nor `same`.
    """
    return _require_choice("foreign", foreign, FOREIGN_VOICES)


def _require_choice(option: str, value: str, choices: Sequence[str]) -> str:
    """Return the value of an option.

    Raises:
        OptionError: it is not among the choices.
    """
    if value not in choices:
        raise OptionError(f"--{option} '{value}' is not known", f"choose {join_choices(choices)}")
    return value


def parse_speed(speed: float) -> float:
    """Return the speed.

    Raises:
        OptionError: it is out of its limits.
    """
    if not SPEED.allow(speed):
        raise OptionError(f"--speed {speed:g} is not valid", f"give {SPEED}")
    return speed


def parse_takes(takes: int) -> int:
    """Return the number of takes.

    Raises:
        OptionError: it is out of its limits.
    """
    if not TAKE_COUNT.allow(takes):
        raise OptionError(f"--takes {takes} is not valid", f"give {TAKE_COUNT}")
    return takes


def parse_again(again: str | None) -> tuple[str, ...]:
    """Return the parts of `--again 3.12.2,4.1-4.3`.

    Raises:
        OptionError: it holds nothing.
    """
    parts = tuple(part.strip() for part in (again or "").split(",") if part.strip())
    if again is not None and not parts:
        raise OptionError("--again names no line", "give numbers such as 3.12.2, or suspect")
    return parts


def parse_companions(
    subtitles: str | None, timeline: bool, labels: bool = False
) -> tuple[str, ...]:
    """Return the kinds of companion files, from `--subtitles vtt,srt`, `--timeline` and `--labels`.

    Raises:
        OptionError: a kind of subtitles is unknown.
    """
    from narrator.readalong import SUBTITLE_KINDS  # noqa: PLC0415 - few builds need it

    chosen_kinds = [kind.strip().lower().lstrip(".") for kind in (subtitles or "").split(",")]
    for kind in chosen_kinds if subtitles is not None else ():
        _require_choice("subtitles", kind, SUBTITLE_KINDS)
    # in a fixed order and without repetition, because the fingerprint of the audiobook covers them
    return (
        *(kind for kind in SUBTITLE_KINDS if kind in chosen_kinds),
        *(["timeline"] if timeline else []),
        *(["labels"] if labels else []),
    )


def parse_podcast_url(url: str) -> str:
    """Return the URL of a podcast unchanged; it may be empty.

    Raises:
        OptionError: it is neither empty nor an HTTP or HTTPS address.
    """
    if url and not url.startswith(("http://", "https://")):
        raise OptionError(
            f"--podcast-url '{url}' is not valid", "write it as https://example.org/book/"
        )
    return url


def parse_encoding(
    bit_rate_kbps: int | None,
    loudness: str,
    name: str | None = None,
    output: str | Path | None = None,
) -> Encoding | None:
    """Return the encoding with this bit rate; None if none is given.

    Args:
        bit_rate_kbps: In kilobits per second.
        loudness: The loudness, whose publisher may ask for a sample rate.
        name: The name of the format.
        output: The audiobook, whose suffix names the format if `name` does not.

    Raises:
        OptionError: no encoder has such a bit rate, or the format is lossless.
    """
    if bit_rate_kbps is None:
        return None
    if bit_rate_kbps not in _BIT_RATES_KBPS:
        raise OptionError(
            f"--bit-rate {bit_rate_kbps} is not valid", "use 16 to 320 kilobits per second"
        )
    suffix = Path(output).suffix[1:].lower() if output else ""
    if (format_name := (name or suffix).lower()) in LOSSLESS_FORMATS:
        raise OptionError(
            f"--bit-rate does not go with {format_name}, which is lossless",
            "remove --bit-rate, or choose mp3, m4b or opus",
        )
    # ACX accepts 44.1 kHz only
    is_wide_band = loudness == "acx" or bit_rate_kbps > _NARROW_BAND_KBPS
    return Encoding(44_100 if is_wide_band else 22_050, bit_rate_kbps)


def parse_cluster(address: str | None) -> Callable[[int], Executor] | None:
    """Return a function that creates the executor of a cluster; None for local workers.

    Raises:
        MissingExtraError: the packages for a cluster are not installed.
    """
    if address is None:
        return None
    try:
        from narrator.synthesis.cluster import cluster_pool_factory  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        from narrator.installation import format_setup_hint  # noqa: PLC0415 - reads metadata

        raise MissingExtraError(
            f"--cluster needs the package {error.name}, which is not installed",
            format_setup_hint("dask"),
        ) from error
    return cluster_pool_factory(address)


def parse_metadata(  # noqa: PLR0913, PLR0917 - one for each option
    title: str | None = None,
    author: str | None = None,
    series: str | None = None,
    series_index: str | None = None,
    narrator: str | None = None,
    subtitle: str | None = None,
    publisher: str | None = None,
    published: str | None = None,
    description: str | None = None,
    genre: str | None = None,
    isbn: str | None = None,
    asin: str | None = None,
    language: str | None = None,
) -> dict[str, str]:
    """Return the metadata that the user gave, by field name; empty values are left out.

    Raises:
        OptionError: the date, the ISBN, the ASIN or the language is not valid.
    """
    values = {
        "title": title,
        "author": author,
        "series": series,
        "series_index": series_index,
        "narrator": narrator,
        "subtitle": subtitle,
        "publisher": publisher,
        "published": _check_date(published),
        "description": description,
        "genre": genre,
        "isbn": _check_isbn(isbn),
        "asin": _check_asin(asin),
        "language": language and parse_language(language),
    }
    return {name: value for name, value in values.items() if value}


def _check_date(text: str | None) -> str | None:
    """Return a year or an ISO 8601 date.

    Raises:
        OptionError: it is neither.
    """
    if text and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text.strip()):
        raise OptionError(f"--year '{text}' is not valid", "write it as 1815 or 1815-12-23")
    return text.strip() if text else None


def _check_isbn(text: str | None) -> str | None:
    """Return an ISBN without hyphens and spaces.

    Raises:
        OptionError: it does not have the length or the check digit of an ISBN.
    """
    if not text:
        return None
    digits = normalise_isbn(text)
    if digits is None:
        raise OptionError(f"--isbn '{text}' is not an ISBN", "check its digits")
    return digits


def _check_asin(text: str | None) -> str | None:
    """Return the number of an audiobook at Audible, in capitals.

    Raises:
        OptionError: it does not consist of ten letters and digits.
    """
    if text and not re.fullmatch(r"[A-Za-z0-9]{10}", text.strip()):
        raise OptionError(
            f"--asin '{text}' is not valid", "it has ten characters, such as B002V0QCYU"
        )
    return text.strip().upper() if text else None


def parse_tags(texts: Sequence[str] | None) -> dict[str, str]:
    """Return a mapping from names to values, from `--tag "KEY=VALUE"`.

    Raises:
        OptionError: one of the texts is not valid, or a name is not one for every format.
    """
    tags = {}
    for text in texts or []:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (equals and name and value):
            raise OptionError(f"--tag '{text}' is not valid", 'write it as "MOOD=Calm"')
        # Vorbis comments allow fewer characters than the others
        if not re.fullmatch(r"[ -<>-}]{1,64}", name):
            raise OptionError(
                f"--tag '{text}': the name is not valid", "use up to 64 letters without accents"
            )
        tags[name] = value
    return tags


def parse_policy(matter: str, notes: str, images: str, cues: str) -> Policy:
    """Return the policy for the parts of a book that are not the story.

    Raises:
        OptionError: a value is not among the choices.
    """
    values = {"matter": matter, "notes": notes, "images": images, "cues": cues}
    for option, value in values.items():
        _require_choice(option, value, POLICY_CHOICES[option])
    return Policy(**values)
