"""Times commands with all processes that they start, and prints figures beside their limits."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

NARRATOR_COMMAND = (sys.executable, "-m", "narrator")
"""The command line of the checkout."""
_ERROR_CHARACTERS = 300


@dataclass(frozen=True)
class CommandTime:
    """The time of one command, including all processes that it started."""

    wall_seconds: float
    cpu_seconds: float
    """Processor time, summed over all processors."""


@dataclass(frozen=True)
class Figure:
    """A row of the table."""

    name: str
    figure: str
    limit: str


class CommandFailedError(Exception):
    """A command that was to be timed ended with an error; the message says which, and why."""


def time_command(
    command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str] | None = None
) -> CommandTime:
    """Run a command, and return its time.

    Raises:
        CommandFailedError: it ended with an error.
    """
    return time_together([command], cwd=cwd, environment=environment)


def time_together(
    commands: Sequence[Sequence[str | Path]],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
) -> CommandTime:
    """Run commands at the same time, and return their total time.

    Raises:
        CommandFailedError: one of them ended with an error.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    log = cwd / "errors.log"
    with log.open("wb") as errors:
        processes = [
            subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            for command in commands
        ]
        exit_codes = [process.wait() for process in processes]
    wall_seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if any(exit_codes):
        raise describe_failure(commands[0], max(map(abs, exit_codes)), log)
    cpu_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return CommandTime(wall_seconds, cpu_seconds)


def describe_failure(
    command: Sequence[str | Path], exit_code: int, log: Path
) -> CommandFailedError:
    """Return the error of a command that ended with an exit code, and printed errors to a log."""
    error = " ".join(log.read_text("utf-8", "replace").split())[-_ERROR_CHARACTERS:]
    name = " ".join(str(part) for part in command)[:_ERROR_CHARACTERS]
    return CommandFailedError(f"exit code {exit_code} of {name}: {error}")


def take_median(runs: Sequence[CommandTime]) -> CommandTime:
    """Return the median of the wall times and of the processor times."""
    return CommandTime(
        median(run.wall_seconds for run in runs), median(run.cpu_seconds for run in runs)
    )


def time_alternately(
    first: Callable[[], CommandTime], second: Callable[[], CommandTime], run_count: int
) -> tuple[CommandTime, CommandTime]:
    """Run two commands in turn, and return the median time of each."""
    runs = [(first(), second()) for _ in range(run_count)]
    return take_median([one for one, _ in runs]), take_median([other for _, other in runs])


def print_figure(figure: Figure) -> None:
    """Print a figure beside its limit."""
    print(f"  {figure.name:64} {figure.figure:>26}   bar {figure.limit}", flush=True)


def print_table(figures: Sequence[Figure]) -> None:
    """Print figures as a table in Markdown, for the documentation."""
    print("\n| | measured | bar |\n|---|---|---|")
    for figure in figures:
        print(f"| {figure.name.replace('|', chr(92) + '|')} | {figure.figure} | {figure.limit} |")
