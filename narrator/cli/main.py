"""The command `narrator`. Only this module turns errors into a message and an exit code."""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from narrator import __version__
from narrator.cli.build import run_build
from narrator.cli.cache import run_cache
from narrator.cli.cast import run_cast
from narrator.cli.check import run_check
from narrator.cli.engines import run_engines
from narrator.cli.options import CommandGroup, CommandWithPlaceholders
from narrator.cli.preview import run_preview
from narrator.cli.script import run_script
from narrator.cli.voices import run_voices
from narrator.errors import Interrupted, NarratorError

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="narrator",
    cls=CommandGroup,
    help="Turns a story into an audiobook, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


_COLLECTION_THRESHOLD = 50_000
"""Number of new objects after which Python searches for reference cycles. A book consists of
millions of objects with hardly any cycles, so searching after 700, the default, wastes time."""
_Arguments = ParamSpec("_Arguments")


def _report_errors(
    command: Callable[_Arguments, None],
) -> Callable[_Arguments, None]:
    """Return a command that turns its errors into one line on standard error and an exit code."""

    # typer makes the options of a command from the signature, which wraps() keeps
    @functools.wraps(command)
    def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            _exit_with(
                Interrupted("stopped", "what was made is kept, and the same command goes on")
            )
        except BrokenPipeError:
            # The reader of the output, such as `head`, has closed the pipe, which is not an error.
            # Without a new target, flushing the output at exit would fail and print a warning.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except NarratorError as error:
            _exit_with(error)

    return run


def _exit_with(error: NarratorError) -> None:
    """Print an error and exit with its code; raise it if `NARRATOR_TRACEBACK` is set."""
    if os.environ.get("NARRATOR_TRACEBACK"):
        raise error
    # the error has put its text on one line, without control characters
    typer.echo(f"narrator: {error}", err=True)
    raise typer.Exit(error.exit_code)


def _print_version(is_set: bool) -> None:
    """Print the version and exit, if the option is set."""
    if is_set:
        typer.echo(f"narrator {__version__}")
        raise typer.Exit


@app.callback()
def _take_global_options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say the version."),
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
    "check": run_check,
    "cache": run_cache,
}
"""The functions of the commands by name, in the order of the help."""

for _name, _command in COMMANDS.items():
    app.command(_name, cls=CommandWithPlaceholders)(_report_errors(_command))


def main() -> None:
    """Run the command line.

    OpenBLAS gets one thread: the matrices here are so small that several threads would mostly wait
    for each other and take twice the processor time. Work is divided between processes instead.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_COLLECTION_THRESHOLD)
    # a SIGTERM then raises KeyboardInterrupt, so workers end and temporary files are removed
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
