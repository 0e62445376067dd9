"""The command `narrator`: it alone turns an error into a line and an exit code."""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from narrator import __version__
from narrator.cli.build import build
from narrator.cli.cache import cache
from narrator.cli.cast import cast
from narrator.cli.check import check
from narrator.cli.engines import engines
from narrator.cli.preview import preview
from narrator.cli.script import script
from narrator.cli.voices import voices
from narrator.errors import Interrupted, NarratorError

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="narrator",
    help="Turns a story into an audiobook, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


_GARBAGE = 50_000
"""Objects that are made before those in circles are looked for, which a book's are not."""
_P = ParamSpec("_P")


def _told(command: Callable[_P, None]) -> Callable[_P, None]:
    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            _end(Interrupted("stopped", "what was made is kept, and the same command goes on"))
        except BrokenPipeError:  # whoever read the output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except NarratorError as error:
            _end(error)

    return run


def _end(error: NarratorError) -> None:
    if os.environ.get("NARRATOR_TRACEBACK"):
        raise error
    typer.echo(f"narrator: {' '.join(str(error).split())}", err=True)
    raise typer.Exit(error.exit_code)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"narrator {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Turns a story into an audiobook, on your own machine."""


for _command in (build, preview, script, cast, voices, engines, check, cache):
    app.command()(_told(_command))


def main() -> None:
    """Run the command line.

    Its matrices are so small that several threads at one of them would mostly wait for each other,
    at twice the processor time; processes and the threads of its own are what share the work.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_GARBAGE)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
