"""`narrator doctor`: show what works on this machine, where files lie, and what to type next."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from narrator.cli import command_options as opt

_LOW_SPACE_BYTES = 2_000_000_000
"""Free space on the disk of the cache below which a warning is shown; ten hours of speech take
about 1 GB as lossless clips."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    subject: str
    is_working: bool
    summary: str
    remedy: str = ""
    """What to type, if the subject does not work and the user may want it to."""
    is_needed: bool = False
    """Whether nothing can be built unless it works."""
    is_optional: bool = False
    """Whether most users do without it."""
    extra: str = ""
    """The optional extra that adds it, unless it is recommended; empty if none does."""


def run_doctor(as_json: opt.AsJson = False) -> None:
    """Show what works on this machine, and what to type next."""
    from dataclasses import asdict

    from narrator.cli import display
    from narrator.errors import EngineError

    findings = list(list_findings())
    if as_json:
        display.print_json([asdict(finding) for finding in findings])
    else:
        _print_findings(findings)
    if broken := [each for each in findings if each.is_needed and not each.is_working]:
        raise EngineError(
            f"{broken[0].subject} does not work: {broken[0].summary}", broken[0].remedy
        )


def _print_findings(findings: list[Finding]) -> None:
    """Print a table of findings, and what to type next."""
    from narrator.cli import display
    from narrator.installation import format_command, format_setup_hint

    display.print_table(
        ("Part", "Works", "Details"),
        [(each.subject, "yes" if each.is_working else "no", each.summary) for each in findings],
    )
    extras = [each.extra for each in findings if each.extra and not each.is_working]
    for finding in findings:
        if finding.remedy and finding.extra not in extras:
            label = "Optional" if finding.is_optional else "To do"
            display.print_note(label, f"{finding.subject}: {finding.remedy}")
    if extras:
        command = format_setup_hint("NAME")
        display.print_note("Optional", f"`{command}` installs one of these: {', '.join(extras)}")
    display.print_note("Next", format_command("build", "BOOK.epub"))


def list_findings() -> Iterator[Finding]:
    """Yield the result of each check; none of them raises an error or writes a file."""
    yield _check_program()
    yield _check_settings()
    yield from _check_engines()
    yield _check_encoder()
    yield _check_player()
    yield from _check_extras()
    yield from _check_folders()


def _check_program() -> Finding:
    """Return the versions of narrator and Python, and how narrator was installed."""
    from narrator import __version__
    from narrator.installation import detect_installation

    installation = detect_installation()
    version = sys.version.split()[0]
    place = f"in {installation.description}, {installation.prefix}"
    return Finding("narrator", True, f"{__version__}, Python {version} {place}")


def _check_settings() -> Finding:
    """Return whether the user's settings file can be read."""
    from narrator.build.settings import load_settings, locate_user_settings
    from narrator.cli.setting_defaults import list_setting_kinds
    from narrator.errors import NarratorError
    from narrator.files.existence import is_file

    path = locate_user_settings()
    try:
        settings = load_settings([], list_setting_kinds())
    except NarratorError as error:
        return Finding("settings", False, error.message, error.hint or f"correct {path}", True)
    count = f"{len(settings.values)} set" if is_file(path) else "not there yet"
    return Finding("settings", True, f"{path} ({count})")


def _check_engines() -> Iterator[Finding]:
    """Yield the state of each engine that belongs to the program."""
    from narrator.casting.engine_choice import BASE_ENGINE, NATURAL_ENGINE
    from narrator.casting.profiles import load_voices
    from narrator.engines.availability import survey_engines
    from narrator.errors import NarratorError
    from narrator.installation import is_extra_installed, list_extras

    try:
        voices = load_voices().values()
    except NarratorError as error:
        yield Finding("voices", False, error.message, error.hint, True)
        return
    extras = [extra for extra in list_extras() if not is_extra_installed(extra)]
    for status in survey_engines(voices):
        is_optional = status.name not in {BASE_ENGINE, NATURAL_ENGINE}
        yield Finding(
            f"engine {status.name}",
            status.is_working,
            status.summary if status.is_working else status.problem,
            "" if status.is_working else status.remedy,
            status.name == BASE_ENGINE,
            is_optional,
            status.name if is_optional and status.name in extras else "",
        )


def _check_encoder() -> Finding:
    """Return whether ffmpeg is there, which writes every format but MP3 and WAV."""
    from narrator.errors import NarratorError
    from narrator.export.ffmpeg import find_ffmpeg

    try:
        return Finding("encoder", True, f"ffmpeg in {find_ffmpeg()}")
    except NarratorError as error:
        return Finding("encoder", False, error.message, error.hint)


def _check_player() -> Finding:
    """Return which program plays sound."""
    from narrator.cli.player import find_player, suggest_player

    if player := find_player():
        return Finding("player", True, player.program)
    return Finding("player", False, "nothing here plays sound", suggest_player())


def _check_extras() -> Iterator[Finding]:
    """Yield the extras that are not engines."""
    from narrator import registry
    from narrator.cli.extras import EXTRA_PURPOSES
    from narrator.installation import format_setup_hint, is_extra_installed

    for extra in sorted(EXTRA_PURPOSES.keys() - set(registry.list_plugins("engines"))):
        is_installed, purpose = is_extra_installed(extra), EXTRA_PURPOSES[extra]
        yield Finding(
            extra,
            is_installed,
            purpose if is_installed else f"not installed: {purpose}",
            "" if is_installed else format_setup_hint(extra),
            is_optional=True,
            extra=extra,
        )


def _check_folders() -> Iterator[Finding]:
    """Yield where files lie: the cache, downloaded models, the user's voices, and audiobooks."""
    from narrator.build.book_files import OUTPUT_FOLDER
    from narrator.cache.places import default_cache_location
    from narrator.casting.profiles import list_profile_folders
    from narrator.cli.display import format_size
    from narrator.engines.model_files import models_folder

    cache = default_cache_location()
    yield _check_cache(cache)
    yield Finding("models", True, str(models_folder("piper").parent))
    yield Finding("voices", True, ", ".join(map(str, list_profile_folders()[1:])))
    yield Finding("audiobooks", True, str(Path(OUTPUT_FOLDER).absolute()))
    free_bytes = shutil.disk_usage(_find_existing(Path.cwd())).free
    yield Finding("free space", free_bytes >= _LOW_SPACE_BYTES, format_size(free_bytes))


def _check_cache(location: str) -> Finding:
    """Return where the cache is, and whether it can be written to."""
    import os

    if "://" in location:
        return Finding("cache", True, location)
    is_writable = os.access(_find_existing(Path(location)), os.W_OK)
    remedy = "" if is_writable else "choose another folder with --cache-dir"
    return Finding("cache", is_writable, location, remedy)


def _find_existing(path: Path) -> Path:
    """Return a path, or the nearest of the folders above it that exists."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())
