"""Runs the ffmpeg of the package imageio-ffmpeg; its input or output is a pipe."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import contextmanager
from functools import cache
from typing import IO, TYPE_CHECKING

import imageio_ffmpeg

from narrator.errors import ExportError, OutputError
from narrator.installation import format_install_hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

BITEXACT_OPTIONS = ("-flags", "+bitexact", "-fflags", "+bitexact")
"""Options that omit dates, and names and versions of encoders, from the output."""

_UNWRITABLE_REASONS = (
    "No space left on device",
    "Permission denied",
    "Is a directory",
    "No such file",
)
"""Error messages of ffmpeg that mean that the output can't be written."""
_COMMON_OPTIONS = ("-nostdin", "-hide_banner", "-v", "error", "-y")


@cache
def find_ffmpeg() -> str:
    """Return the path of ffmpeg.

    Raises:
        ExportError: The package has no ffmpeg for this platform.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise ExportError(
            "ffmpeg is missing", format_install_hint("--force-reinstall", "imageio-ffmpeg")
        ) from error


def encode_pcm(
    pcm_blocks: Iterable[bytes], sample_rate: int, options: Sequence[str], target: Path
) -> int:
    """Encode blocks of 16-bit mono PCM to a file, and return the number of samples read.

    Raises:
        ExportError: ffmpeg fails. The message is the last line that ffmpeg printed.
        OutputError: The target can't be written.
    """
    source_options = ("-f", "s16le", "-ar", str(sample_rate), "-ac", "1", "-i", "pipe:0")
    arguments = [*source_options, *options, f"file:{target}"]
    sample_count = 0
    with _run_ffmpeg(arguments, target, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - a pipe was requested one line above
        try:
            for block in pcm_blocks:
                process.stdin.write(block)
                sample_count += len(block) // 2
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg has exited; `_run_ffmpeg` reports its exit status and message
    return sample_count


def decode_file(
    source: Path,
    options: Sequence[str],
    block_bytes: int = 1 << 19,
    *,
    source_options: Sequence[str] = (),
) -> Iterator[bytes]:
    """Yield ffmpeg's output for a file, block by block.

    Args:
        source: The file.
        options: Options for the output.
        block_bytes: Size of the blocks.
        source_options: Options for reading; with `-ss`, what lies before is not decoded.

    Raises:
        ExportError: ffmpeg fails. The message is the last line that ffmpeg printed.
    """
    arguments = [*source_options, "-i", f"file:{source}", *options, "pipe:1"]
    with _run_ffmpeg(arguments, source, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was requested one line above
        while block := process.stdout.read(block_bytes):
            yield block


def probe_file(source: Path) -> tuple[str, str]:
    """Return ffmpeg's description of a file, and its tags and chapters in ffmpeg's metadata format.

    The second text is needed because the description cuts tags off after 255 bytes.

    Raises:
        ExportError: There is no ffmpeg for this platform.
    """
    null_output = ("-map", "0:a:0", "-t", "0", "-f", "null", "-")
    metadata_output = ("-f", "ffmetadata", "pipe:1")
    command = [
        *(find_ffmpeg(), "-nostdin", "-hide_banner", "-i", f"file:{source}"),
        *null_output,
        *metadata_output,
    ]
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own arguments
    return result.stderr.decode(errors="replace"), result.stdout.decode(errors="replace")


@contextmanager
def _run_ffmpeg(
    arguments: Sequence[str], subject: Path, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ffmpeg, and make sure that the process has ended when the context is left.

    Raises:
        ExportError: ffmpeg exits with an error. The message names `subject`.
    """
    command = [find_ffmpeg(), *_COMMON_OPTIONS, *arguments]
    # A file instead of a pipe: ffmpeg would block on a pipe that is full and is not read.
    with tempfile.TemporaryFile() as error_output:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command, stdin=stdin or subprocess.DEVNULL, stdout=stdout, stderr=error_output
        )
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                _close_pipe(pipe)
            process.wait()
        if process.returncode:
            raise _make_ffmpeg_error(subject, error_output)


def _close_pipe(pipe: IO[bytes] | None) -> None:
    """Close a pipe, even if the process at its other end has exited."""
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        pass  # closing flushes buffered data, which fails if the process has exited


def _make_ffmpeg_error(subject: Path, error_output: IO[bytes]) -> ExportError:
    """Return an error with the last line that ffmpeg printed.

    It is an `OutputError` if that output says that a file can't be written.
    """
    error_output.seek(0)
    lines = error_output.read().decode(errors="replace").strip().splitlines()
    last_line = lines[-1] if lines else "it gives no reason"
    for reason in _UNWRITABLE_REASONS:
        if any(reason in line for line in lines):
            return OutputError(f"{subject} can't be written ({reason})", "choose another place")
    return ExportError(f"{subject.name}: ffmpeg failed: {last_line}")
