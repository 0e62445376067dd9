"""How results look on a terminal: tables on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

PIPE_WIDTH = 120
"""Columns where the output is no terminal."""


def create_console(*, stderr: bool = False) -> Console:
    """The terminal, or what stands in for it."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=not stream.isatty())


def print_line(text: str, *, stderr: bool = False) -> None:
    """Print a line as it is; nothing in it is markup."""
    create_console(stderr=stderr).print(text, markup=False)


def print_note(label: str, text: str, *, stderr: bool = False) -> None:
    """Print a line with a label in the margin; whole, where the output is no terminal."""
    terminal = create_console(stderr=stderr)
    if not terminal.is_terminal:
        terminal.print(f"{label:<9}  {text}", markup=False)
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=9, style="bold cyan", no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_row(label, plain_cell(text))
    terminal.print(grid)


def plain_cell(text: str) -> Text:
    """A cell whose brackets are brackets."""
    return Text(text)


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()
) -> None:
    """Print a table.

    Args:
        headings: of the columns.
        rows: the cells as text.
        right: the columns, from 0, that are set flush right.
    """
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for at, heading in enumerate(headings):
        grid.add_column(heading, justify="right" if at in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(plain_cell(cell) for cell in row))
    create_console().print(grid)


def print_json(value: object) -> None:
    """Print a value for a program to read."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


@contextmanager
def progress_bar(label: str, total: float) -> Iterator[Callable[[float], None]]:
    """A bar with the time left; gives a function that is told how much is done."""
    columns = (
        TextColumn("[bold cyan]{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    terminal = create_console(stderr=True)
    with Progress(*columns, console=terminal, disable=not terminal.is_terminal) as bar:
        task = bar.add_task(f"{label:<9}", total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def spinner(*, shown: bool) -> Iterator[None]:
    """Something that moves on the terminal while nobody knows how long it will take."""
    terminal = create_console(stderr=True)
    if shown and terminal.is_terminal:
        with terminal.status("at work"):
            yield
    else:
        yield


def format_duration(seconds: float) -> str:
    """A length of time as listeners write it.

    >>> duration(62), duration(34_500)
    ('1:02', '9:35:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def format_size(amount: float) -> str:
    """A number of bytes as people write it.

    >>> size(800), size(1_234_567)
    ('800 B', '1.2 MB')
    """
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def format_count(number: int, noun: str) -> str:
    """A number and what it counts.

    >>> count(1, "chapter"), count(6573, "line")
    ('1 chapter', '6,573 lines')
    """
    ending = "" if number == 1 else "es" if noun.endswith(("ch", "sh", "s", "x")) else "s"
    return f"{number:,} {noun}{ending}"
