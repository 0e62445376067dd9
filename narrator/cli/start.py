"""Starts the command line, whatever its streams are, and so that ^C is one line at any moment.

Only what every Python program has loaded is imported before ^C is handled: importing the commands
takes a third of a second, in which a ^C would print a traceback.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from narrator.errors import NarratorError

_COLLECTION_THRESHOLD = 50_000
"""Number of new objects after which Python searches for reference cycles. A book consists of
millions of objects with hardly any cycles, so searching after 700, the default, wastes time."""
STOPPED = ("stopped", "what was made is kept, and the same command continues")
"""The message and the hint after ^C."""
_IMPORT_FILE = "<frozen importlib._bootstrap>"
"""The file of the functions of Python that import a module."""
_IMPORT_SECONDS = 0.01
"""Time after which ^C is tried again while a module is being imported."""
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
    for number in _STOP_SIGNALS:
        _set_handler(number, _exit_at_once)
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


def _exit_at_once(_number: int, _frame: object) -> None:
    """End the process: before and after a command there is nothing to clean up."""
    with suppress(OSError):
        os.write(2, f"narrator: {': '.join(STOPPED)}\n".encode())
    os._exit(130)


def end_process() -> None:
    """End the process without an error, whatever still runs in its threads.

    What Python does at its end takes half a second for a long novel, and waits for threads.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _interrupt(_number: int, _frame: object) -> None:
    """Raise `KeyboardInterrupt`; while a module is being imported, do so a little later.

    Python and some libraries turn an exception that interrupts an import into another one.
    """
    if not _is_importing() or not hasattr(signal, "setitimer"):  # Windows has no timer
        raise KeyboardInterrupt
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, _IMPORT_SECONDS)


def _is_importing() -> bool:
    """Return whether the main thread, which handles signals, is importing a module."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT_FILE:
            return True
        frame = frame.f_back
    return False


def _set_handler(number: int, handler: Any) -> Any:
    """Set the handler of a signal unless the signal is ignored, and return the previous one."""
    previous_handler = signal.getsignal(number)
    if previous_handler is not signal.SIG_IGN:  # as for a process that a shell starts with `&`
        signal.signal(number, handler)
    return previous_handler


@contextmanager
def raise_interrupts() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on ^C and SIGTERM while the context runs.

    So workers end, and temporary files are removed. Does nothing outside the main thread, which
    alone receives signals.
    """
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous_handlers = {number: _set_handler(number, _interrupt) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous_handlers.items():
            _set_handler(number, handler)


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


if __name__ == "__main__":
    main()
