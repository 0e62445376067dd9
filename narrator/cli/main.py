"""The command `narrator`. Only this module turns errors into a message and an exit code."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrator import __version__
from narrator.cli.build import run_build
from narrator.cli.cache import run_cache
from narrator.cli.cast import run_cast
from narrator.cli.check import run_check
from narrator.cli.command_options import CommandGroup, SettableCommand
from narrator.cli.config import run_config
from narrator.cli.doctor import run_doctor
from narrator.cli.engines import run_engines
from narrator.cli.help import run_help
from narrator.cli.interrupt_handling import STOPPED, raise_interrupts
from narrator.cli.play import run_play
from narrator.cli.preview import run_preview
from narrator.cli.script import run_script
from narrator.cli.setup import run_setup
from narrator.cli.share import run_share
from narrator.cli.studio import run_studio
from narrator.cli.usage_errors import is_usage_error, translate_usage_error
from narrator.cli.voices import run_voices
from narrator.errors import Interrupted, NarratorError
from narrator.installation import localise_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OS_ERROR_HINT = "check that the file, folder or stream can be read and written"


class ErrorReportingGroup(CommandGroup):
    """The commands together, whose errors become one line on standard error and an exit code."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the options before the command."""
        with _report_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Find, parse and run the command."""
        with _report_errors():
            return super().invoke(ctx)


@contextmanager
def _report_errors() -> Iterator[None]:
    """Turn an error of a command into one line on standard error and an exit code."""
    try:
        with raise_interrupts():
            yield
    except KeyboardInterrupt:
        _exit_with(Interrupted(*STOPPED))
    except NarratorError as error:
        _exit_with(error)
    except OSError as error:
        _exit_with(_describe_os_error(error))
    except MemoryError:
        hint = "close other programs, or raise the limit that `ulimit -v` shows"
        _exit_with(NarratorError("there is not enough memory", hint))
    except Exception as error:  # the parser does not export the class of its errors
        if not is_usage_error(error):
            raise
        _exit_with(translate_usage_error(error, COMMANDS))


def _describe_os_error(error: OSError) -> NarratorError:
    """Return the error for one of the operating system that no part of the program expected."""
    place = f"{error.filename}: " if error.filename else ""
    return NarratorError(f"{place}{error.strerror or error}", _OS_ERROR_HINT)


def _exit_with(error: NarratorError) -> None:
    """Print an error and exit with its code; raise it if `NARRATOR_TRACEBACK` is set."""
    if os.environ.get("NARRATOR_TRACEBACK"):
        raise error
    # the error has put its text on one line, without control characters
    typer.echo(f"narrator: {localise_commands(str(error))}", err=True)
    raise typer.Exit(error.exit_code)


app = typer.Typer(
    name="narrator",
    cls=ErrorReportingGroup,
    help="Turns a story into an audiobook, on your own machine.",
    no_args_is_help=True,
    rich_markup_mode=None,  # its frames leave a third of the width to the text, and load slowly
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(is_set: bool) -> None:
    """Print the version and exit, if the option is set."""
    if is_set:
        typer.echo(f"narrator {__version__}")
        raise typer.Exit


@app.callback()
def _take_global_options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Turns a story into an audiobook, on your own machine."""


COMMANDS: dict[str, Callable[..., None]] = {
    "build": run_build,
    "preview": run_preview,
    "script": run_script,
    "cast": run_cast,
    "voices": run_voices,
    "engines": run_engines,
    "play": run_play,
    "check": run_check,
    "studio": run_studio,
    "share": run_share,
    "config": run_config,
    "doctor": run_doctor,
    "setup": run_setup,
    "cache": run_cache,
    "help": run_help,
}
"""The functions of the commands by name, in the order of the help."""

for _name, _command in COMMANDS.items():
    app.command(_name, cls=SettableCommand)(_command)
