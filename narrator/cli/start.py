"""Starts the command line, whatever its streams are, and so that ^C is one line at any moment.

Only what every Python program has loaded is imported before ^C is handled: importing the commands
takes a third of a second, in which a ^C would print a traceback.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING

from narrator.cli.interrupt_handling import STOP_SIGNALS, exit_at_once, set_handler

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.errors import NarratorError

_COLLECTION_THRESHOLD = 50_000
"""Number of new objects after which Python searches for reference cycles. A book consists of
millions of objects with hardly any cycles, so searching after 700, the default, wastes time."""


def main(app: Callable[[], object] | None = None) -> None:
    """Run the command line: the entry point of the program `narrator`.

    Args:
        app: The command line, if it has been imported already.
    """
    _prepare_process()
    if app is None:
        from narrator.cli import main as command_line

        app = command_line.app
    _run_to_end(app)


def _prepare_process() -> None:
    """Prepare streams, signals and memory, before anything slow is imported.

    OpenBLAS gets one thread: the matrices here are so small that several threads would mostly wait
    for each other and take twice the processor time. Work is divided between processes instead.
    """
    for number in STOP_SIGNALS:
        set_handler(number, exit_at_once)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("PATH", os.defpath)  # pydub requires it
    if not sys.warnoptions:  # neither -W nor PYTHONWARNINGS was given
        # warnings of libraries are for developers and may quote a book; workers inherit this
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"
    import gc

    gc.set_threshold(_COLLECTION_THRESHOLD)
    from narrator.cli.streams import open_streams

    open_streams()


def _run_to_end(app: Callable[[], object]) -> None:
    """Run the command line, write out what it printed, and exit with its code."""
    from narrator.errors import OutputError

    exit_code: str | int | None = 0
    try:
        app()
    except SystemExit as error:
        exit_code = error.code
    except OutputError as error:  # while help is printed, which is outside of commands
        exit_code = _report_error(error)
    try:
        sys.stdout.flush()
    except OutputError as error:
        exit_code = exit_code or _report_error(error)
    sys.exit(exit_code)


def _report_error(error: NarratorError) -> int:
    """Print an error, and return its exit code."""
    sys.stderr.write(f"narrator: {error}\n")
    return error.exit_code
