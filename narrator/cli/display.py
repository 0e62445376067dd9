"""Prints results on a terminal: tables on standard output, progress on standard error.

Everything that the commands print passes through this module, which shows control characters as
symbols: text from a book, a file, a server or a plug-in must not act on the terminal.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column, Table
from rich.text import Text

from narrator.installation import localise_commands
from narrator.text.control_characters import escape_controls, show_controls
from narrator.text.credentials import hide_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

PIPE_WIDTH = 120
"""Width of the output in columns if it is not a terminal."""
_WIDE_COLUMNS = 72
"""Width of a terminal from which a progress bar names the chapter."""
_PAGE_COLUMNS = 100
"""Most columns of a page of prose, as of the help; longer lines are hard to read."""
_CHAPTER_COLUMN = Column(width=22, no_wrap=True, overflow="ellipsis")
_LABEL_WIDTH = 9
"""Width of the labels before notes and progress bars, in columns."""
_MAX_PADDED_COLUMNS = 40
"""Widest column that is aligned where rows are not wrapped; longer texts would leave wide gaps."""


def _create_console(*, stderr: bool = False) -> Console:
    """Return a console for standard output or standard error, whether a terminal or not."""
    # looked up at each call, because a caller may have redirected the streams
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    terminal = Console(file=stream, width=width, highlight=False)
    # lines for another program are not wrapped, so that it can search them
    terminal.soft_wrap = _is_plain(terminal)
    return terminal


def _is_plain(terminal: Console) -> bool:
    """Return whether the output is for another program, or a terminal that only prints lines.

    There, each row and each note is one line: a program can search it, and a screen reader does not
    read the columns of a wrapped row across.
    """
    return not terminal.is_terminal or terminal.is_dumb_terminal


def print_line(text: str, *, stderr: bool = False) -> None:
    """Print a line literally: square brackets in it are not markup."""
    text = show_controls(localise_commands(text))
    _create_console(stderr=stderr).print(text, markup=False)


def print_note(label: str, text: str, *, stderr: bool = False) -> None:
    """Print a text with a label in the margin; on one line if the output is not a terminal.

    User names and passwords in addresses are hidden.
    """
    label, text = show_controls(label), show_controls(hide_credentials(localise_commands(text)))
    terminal = _create_console(stderr=stderr)
    # a table of fixed width would wrap long paths, which other programs then could not use
    if _is_plain(terminal):
        terminal.print(f"{label:<{_LABEL_WIDTH}}  {text}", markup=False)
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=_LABEL_WIDTH, style="bold cyan", no_wrap=True)
    # the text wraps within its own column, so that labels stand out
    # a long path is folded; the usual ellipsis would lose its end
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(label, _make_plain_cell(text))
    terminal.print(grid)


def _make_plain_cell(text: str) -> Text:
    """Return a table cell in which square brackets, as in a book's title, are not markup."""
    return Text(show_controls(text))


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, right_aligned: Sequence[int] = ()
) -> None:
    """Print a table; on a terminal, its rows wrap within their columns.

    Args:
        headings: One for each column.
        rows: The cells of each row.
        right_aligned: Indices of the columns that are aligned to the right.
    """
    terminal = _create_console()
    if _is_plain(terminal):
        for line in _align_rows([headings, *rows], right_aligned):
            terminal.print(line, markup=False)
        return
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for index, heading in enumerate(headings):
        grid.add_column(
            show_controls(heading),
            justify="right" if index in right_aligned else "left",
            overflow="fold",
        )
    for row in rows:
        grid.add_row(*(_make_plain_cell(cell) for cell in row))
    terminal.print(grid)


def _align_rows(rows: Sequence[Sequence[str]], right_aligned: Sequence[int]) -> Iterator[str]:
    """Yield each row as one line, with its cells below the headings unless they are long."""
    shown_rows = [[" ".join(show_controls(cell).splitlines()) for cell in row] for row in rows]
    widths = [
        min(max(map(cell_len, column)), _MAX_PADDED_COLUMNS)
        for column in zip(*shown_rows, strict=True)
    ]
    for row in shown_rows:
        cells = []
        for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - cell_len(cell))
            cells.append(gap + cell if index in right_aligned else cell + gap)
        yield "  ".join(cells).rstrip()


def print_markdown(text: str) -> None:
    """Print a page in Markdown: laid out on a terminal, and as it is elsewhere."""
    terminal = _create_console()
    if _is_plain(terminal):
        terminal.print(show_controls(text), markup=False)
        return
    from rich.markdown import Markdown

    width = min(terminal.width, _PAGE_COLUMNS)
    terminal.print(Markdown(show_controls(text)), width=width)


_HALF_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""Characters with two modules of a QR code, one above the other."""
_QUIET_MODULES = 2
"""Width of the light border in modules; phones read codes with half the standard width."""


def print_qr_code(text: str) -> None:
    """Print a QR code on a terminal that is wide enough; nothing elsewhere.

    The modules are black on white, whatever the colours of the terminal. Without colours, its
    background is taken for dark, as terminals mostly are.
    """
    import segno

    terminal = _create_console()
    rows = [
        tuple(map(int, row))
        for row in segno.make(text, error="l").matrix_iter(border=_QUIET_MODULES)
    ]
    can_show = terminal.encoding.lower().startswith("utf") and terminal.width > len(rows[0])
    if _is_plain(terminal) or not can_show:
        return
    has_colours = terminal.color_system is not None and not terminal.no_color
    if len(rows) % 2:
        rows.append((0,) * len(rows[0]))
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        modules = zip(upper, lower, strict=True)
        if has_colours:
            line = "".join(_HALF_BLOCKS[pair] for pair in modules)
        else:
            line = "".join(_HALF_BLOCKS[1 - above, 1 - below] for above, below in modules)
        style = "black on bright_white" if has_colours else ""
        terminal.print(Text(line, style=style), no_wrap=True)


def print_json(value: object) -> None:
    """Print a value as JSON, for a program to read; control characters are escaped."""
    # not through rich, which would wrap and colour the text
    sys.stdout.write(escape_controls(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")


@contextmanager
def show_progress_bar(label: str, total: float) -> Iterator[Callable[[float], None]]:
    """Show a bar with the time left, and yield a function that sets the amount that is done.

    Nothing is shown if standard error is not a terminal.
    """
    columns = (
        TextColumn("[bold cyan]{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    terminal = _create_console(stderr=True)
    with Progress(*columns, console=terminal, disable=_is_plain(terminal)) as progress:
        # a label is never markup
        task = progress.add_task(escape(f"{show_controls(label):<{_LABEL_WIDTH}}"), total=total)
        yield lambda done_amount: progress.update(task, completed=done_amount)


@contextmanager
def show_build_bar(label: str) -> Iterator[Callable[[float, str], None] | None]:
    """Show a bar with the chapter, the elapsed and the remaining time of a build.

    Yields:
        A function that takes the share that is done, 0 to 1, and the chapter; None if standard
        error is not a terminal that can show a bar.
    """
    terminal = _create_console(stderr=True)
    if _is_plain(terminal):
        yield None
        return
    is_wide = terminal.width >= _WIDE_COLUMNS
    columns = [
        TextColumn("[bold cyan]{task.description}"),
        BarColumn(bar_width=None if is_wide else 12),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    if is_wide:
        columns.insert(1, TextColumn("{task.fields[chapter]}", table_column=_CHAPTER_COLUMN))
    # the line about the result takes the place of the bar
    with Progress(*columns, console=terminal, transient=True) as progress:
        # a label is never markup
        title = escape(f"{show_controls(label):<{_LABEL_WIDTH}}")
        task = progress.add_task(title, total=1.0, chapter="")
        yield lambda done, chapter: progress.update(
            task, completed=done, chapter=escape(show_controls(chapter))
        )


@contextmanager
def show_spinner(*, shown: bool) -> Iterator[None]:
    """Show an animation for work of unknown length, if standard error is a terminal."""
    terminal = _create_console(stderr=True)
    if shown and not _is_plain(terminal):
        with terminal.status("at work"):
            yield
    else:
        yield


def format_duration(seconds: float) -> str:
    """Return a length of time in hours, minutes and seconds.

    >>> format_duration(62), format_duration(34_500)
    ('1:02', '9:35:00')
    """
    minutes, whole_seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{whole_seconds:02}"
    return f"{minutes}:{whole_seconds:02}"


def format_size(byte_count: float) -> str:
    """Return a number of bytes with a decimal unit.

    >>> format_size(800), format_size(1_234_567)
    ('800 B', '1.2 MB')
    """
    for unit in ("B", "kB", "MB"):
        if byte_count < 1000:
            return f"{byte_count:.0f} {unit}" if unit == "B" else f"{byte_count:.1f} {unit}"
        byte_count /= 1000
    return f"{byte_count:.1f} GB"


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless the number is 1.

    >>> format_count(1, "chapter"), format_count(6573, "line")
    ('1 chapter', '6,573 lines')
    """
    ending = "" if number == 1 else "es" if noun.endswith(("ch", "sh", "s", "x")) else "s"
    return f"{number:,} {noun}{ending}"
