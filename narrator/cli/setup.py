"""`narrator setup`: install the natural voice or another extra, and keep it as the default."""

import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from pathlib import Path

_NATURAL_EXTRA = "natural"
_SAMPLE_SENTENCE = "Good evening. From now on, I can read your books to you."


def run_setup(
    extras: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EXTRA]...",
            help="What to install: {extras}.",
            show_default="natural",
        ),
    ] = None,
    *,
    assume_yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Install without asking.")
    ] = False,
    play: opt.Play = True,
) -> None:
    """Install the natural voice, or another extra, where narrator is installed.

    Without a terminal, and without --yes, it prints the commands instead of running them.
    """
    from narrator.cli import display
    from narrator.installation import detect_installation, list_requirements

    chosen = extras or [_NATURAL_EXTRA]
    for extra in chosen:
        list_requirements(extra)  # all names are checked before the first is installed
    installation = detect_installation()
    display.print_note("Found", f"{_describe_python()} in {installation.description}")
    display.print_note("", str(installation.prefix))
    # not with a generator, because without a terminal the commands for all extras are printed
    installed = [_install_extra(extra, assume_yes=assume_yes) for extra in chosen]
    if not all(installed):
        return
    if _NATURAL_EXTRA in chosen:
        _try_natural_voice(play=play)
        _save_default_engine(assume_yes=assume_yes)
    display.print_note("Next", _suggest_next(chosen))


def _describe_python() -> str:
    """Return the version of Python."""
    return f"Python {sys.version_info.major}.{sys.version_info.minor}"


def _install_extra(extra: str, *, assume_yes: bool) -> bool:
    """Install an extra unless it is installed; return whether it is installed now.

    Raises:
        OptionError: there is no such extra.
        NarratorError: the installation failed.
    """
    import shlex

    from narrator.cli import display
    from narrator.cli.extras import EXTRA_PURPOSES
    from narrator.errors import NarratorError
    from narrator.installation import is_extra_installed, make_extra_command

    if is_extra_installed(extra):
        display.print_note("Ready", f"{extra} is installed")
        return True
    command = make_extra_command(extra)
    question = f"Install {extra} ({EXTRA_PURPOSES[extra].replace('`', '')})?"
    if not assume_yes and not _ask(question, default=None):
        display.print_note("To do", f"to install {extra}, type:")
        display.print_line(shlex.join(command))
        return False
    display.print_note("Installs", f"{extra}; this can take some minutes")
    try:
        code = subprocess.run(_make_quiet(command), check=False).returncode  # noqa: S603 - our own
    except OSError as error:
        raise NarratorError(
            f"{command[0]} can't be started: {error.strerror}", "install it"
        ) from error
    if code:
        raise NarratorError(
            f"{extra} could not be installed (exit code {code})",
            "the messages above say why; try the same command again",
        )
    if not is_extra_installed(extra):
        raise NarratorError(
            f"{extra} is not available for this system and {_describe_python()}",
            "try another version of Python, such as 3.13",
        )
    display.print_note("Ready", f"{extra} is installed")
    return True


def _make_quiet(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command without pip's report on packages that are installed already.

    What goes wrong is still printed.
    """
    if command[1:4] != ("-m", "pip", "install"):
        return command
    return (*command[:4], "--quiet", *command[4:])


def _ask(question: str, *, default: bool | None) -> bool:
    """Ask a question on the terminal; return `default` as the answer if there is no terminal."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        return bool(default)
    try:
        answer = input(f"{question} [Y/n] ")
    except EOFError:
        return False
    return answer.strip().casefold() in {"", "y", "yes"}


def _try_natural_voice(*, play: bool) -> None:
    """Let the natural voice speak a sentence, and play it if a player is installed.

    It speaks in a new process, because this one may have looked for the package in vain.

    Raises:
        NarratorError: the voice does not work.
    """
    import tempfile
    from pathlib import Path

    from narrator.cli import display
    from narrator.cli.player import find_player
    from narrator.errors import NarratorError

    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        file = Path(folder) / "sample.wav"
        command = (
            *(sys.executable, "-m", "narrator", "voices", "audition", "heart"),
            *("--text", _SAMPLE_SENTENCE, "-o", str(file)),
        )
        spoken = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
        if spoken.returncode:
            raise NarratorError(
                "the natural voice is installed but does not work",
                spoken.stderr.strip().removeprefix("narrator: ") or "try again",
            )
        if play and find_player():
            display.print_note("Plays", f"“{_SAMPLE_SENTENCE}”")
            _play_sample(file)
    display.print_note("Works", "the natural voice speaks")


def _play_sample(file: "Path") -> None:
    """Play a file; a machine without loudspeakers is no reason to fail."""
    from narrator.cli import display
    from narrator.cli.player import play_file
    from narrator.errors import NarratorError

    try:
        play_file(file)
    except NarratorError as error:
        display.print_note("Note", error.message, stderr=True)


def _save_default_engine(*, assume_yes: bool) -> None:
    """Write the natural engine into the user's settings, if the user agrees."""
    from narrator.build.settings import locate_user_settings, save_setting
    from narrator.cli import display

    question = "Use it for every book in English?"
    if assume_yes or _ask(question, default=False):
        save_setting("engine", _NATURAL_EXTRA)
        display.print_note("Saved", f"engine = natural in {locate_user_settings()}")


def _suggest_next(extras: list[str]) -> str:
    """Return what to type after an installation."""
    from narrator.installation import format_command

    examples = {
        "natural": ("build", "BOOK.epub"),
        "piper": ("voices", "--engine", "piper"),
        "kokoro": ("voices", "--engine", "kokoro"),
        "server": ("help", "voices"),
        "pdf": ("build", "BOOK.pdf"),
        "plot": ("check", "AUDIOBOOK.mp3", "--plot", "sound.png"),
        "dask": ("help", "cluster"),
    }
    return format_command(*examples.get(extras[0], ("build", "BOOK.epub")))
