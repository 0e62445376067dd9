"""Opens the standard streams anew, so that a closed or full one causes one line and no traceback.

Standard output to a pipe or file is UTF-8 on every system, as other programs expect of JSON.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO, cast

from narrator.errors import OutputError

_STANDARD_DESCRIPTORS = (0, 1, 2)
_ENCODING_VARIABLE = "PYTHONIOENCODING"


class OutputFile(io.FileIO):
    """A stream of the process that does not fail twice.

    After an error, what is written is dropped. Errors of a kind that is tolerated are not raised.

    Args:
        descriptor: The number of the stream.
        name: The name of the stream in errors.
        tolerated: A class of errors.
    """

    def __init__(self, descriptor: int, name: str, tolerated: type[OSError]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._stream_name = name
        self._tolerated = tolerated
        self._has_failed = False

    # any buffer, whose type has no name before Python 3.12
    def write(self, data: Any) -> int | None:  # type: ignore[override] # typeshed: positional
        """Write bytes, and return how many were written.

        Raises:
            OutputError: it can't be written to, for the first time.
        """
        if not self._has_failed:
            try:
                return super().write(data)
            except self._tolerated:
                self._has_failed = True
            except OSError as error:
                self._has_failed = True
                raise OutputError(
                    f"{self._stream_name} can't be written ({error.strerror})",
                    "make room on the disk, or send the output elsewhere",
                ) from error
        return memoryview(data).nbytes


def open_streams() -> None:
    """Replace the standard streams of the process by ones that can be closed or full.

    The reader of standard output may close it, as `head` does: the rest of the output is dropped,
    and the work goes on. Errors of standard error are ignored, because they can be told to nobody.
    """
    _open_closed_descriptors()
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115 - the process's own
    sys.stdout = _open_stream(sys.stdout, 1, "standard output", BrokenPipeError)
    sys.stderr = _open_stream(sys.stderr, 2, "standard error", OSError)


def _open_closed_descriptors() -> None:
    """Open the null device in place of standard streams that the caller has closed.

    The next file to be opened would take the place of such a stream, and be written to by whatever
    prints to the stream.
    """
    for descriptor in _STANDARD_DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one


def _open_stream(
    stream: TextIO | None, descriptor: int, name: str, tolerated: type[OSError]
) -> TextIO:
    """Return a stream in place of one of the process. A terminal stays, and accepts any text."""
    if stream is not None and stream.isatty():
        cast("Any", stream).reconfigure(errors="backslashreplace")
        return stream
    is_encoding_chosen = _ENCODING_VARIABLE in os.environ
    encoding = stream.encoding if stream is not None and is_encoding_chosen else "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(OutputFile(descriptor, name, tolerated)),
        encoding,
        errors="backslashreplace",
        line_buffering=descriptor == 2,
    )
