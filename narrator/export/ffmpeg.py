"""ffmpeg, the one that comes as a wheel: sound goes in by a pipe, or comes out by one."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import contextmanager
from functools import cache
from typing import IO, TYPE_CHECKING

import imageio_ffmpeg

from narrator.errors import ExportError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

BITEXACT = ("-flags", "+bitexact", "-fflags", "+bitexact")
"""No versions, dates or names of encoders in what is written."""

_UNWRITABLE = ("No space left on device", "Permission denied", "Is a directory", "No such file")
_PLAIN = ("-nostdin", "-hide_banner", "-v", "error", "-y")


@cache
def find_ffmpeg() -> str:
    """Where ffmpeg is.

    Raises:
        ExportError: there is none for this platform.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise ExportError(
            "ffmpeg is missing", "pip install --force-reinstall imageio-ffmpeg"
        ) from error


def encode_pcm(pcm: Iterable[bytes], rate: int, options: Sequence[str], target: Path) -> int:
    """Encode 16-bit mono blocks to a file; returns the number of samples.

    Raises:
        ExportError: ffmpeg fails; the message is ffmpeg's last word.
        OutputError: the target can't be written.
    """
    source = ("-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "pipe:0")
    samples = 0
    with _running([*source, *options, f"file:{target}"], target, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - asked for in this line
        try:
            for block in pcm:
                process.stdin.write(block)
                samples += len(block) // 2
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg gave up, and says why
    return samples


def decode_file(source: Path, options: Sequence[str], block: int = 1 << 19) -> Iterator[bytes]:
    """What ffmpeg makes of a file with these options, block by block.

    Raises:
        ExportError: ffmpeg fails; the message is ffmpeg's last word.
    """
    command = ["-i", f"file:{source}", *options, "pipe:1"]
    with _running(command, source, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - asked for in this line
        while data := process.stdout.read(block):
            yield data


def probe_file(source: Path) -> tuple[str, str]:
    """What ffmpeg tells people of a file when it opens it, and its tags and chapters in full.

    The latter are in ffmpeg's own format for them: what it tells people ends after 255 bytes.

    Raises:
        ExportError: there is no ffmpeg here.
    """
    nothing = ("-map", "0:a:0", "-t", "0", "-f", "null", "-")
    words = ("-f", "ffmetadata", "pipe:1")
    command = [find_ffmpeg(), "-nostdin", "-hide_banner", "-i", f"file:{source}", *nothing, *words]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own arguments
    return done.stderr.decode(errors="replace"), done.stdout.decode(errors="replace")


@contextmanager
def _running(
    arguments: Sequence[str], about: Path, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is waited for, and is gone whatever happens."""
    command = [find_ffmpeg(), *_PLAIN, *arguments]
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command, stdin=stdin or subprocess.DEVNULL, stdout=stdout, stderr=told
        )
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                _close(pipe)
            process.wait()
        if process.returncode:
            raise _error(about, told)


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        pass  # what was not written yet is lost on a process that is gone


def _error(about: Path, told: IO[bytes]) -> ExportError:
    told.seek(0)
    lines = told.read().decode(errors="replace").strip().splitlines()
    last = lines[-1] if lines else "it gives no reason"
    for reason in _UNWRITABLE:
        if any(reason in line for line in lines):
            return OutputError(f"{about} can't be written ({reason})", "choose another place")
    return ExportError(f"{about.name}: ffmpeg failed: {last}")
