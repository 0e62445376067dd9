"""`narrator check --report`: write what a check found as a page."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from narrator.cli import display

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.files.ownership import Origin, Output
    from narrator.inspection import InspectionReport
    from narrator.listening.audiobook_check import SoundReport

_PAGE_SUFFIXES = (".html", ".htm")


def describe_check_origin(kind: str, audiobook: Sequence[Path], book: str | None = None) -> Origin:
    """Return the origin of an output of a check.

    Args:
        kind: What is made, such as `report`.
        audiobook: The files that are checked.
        book: The book that they are compared with, if there is one.

    Raises:
        ReadingError: the book does not exist.
    """
    from pathlib import Path

    from narrator.build.book_files import list_side_files
    from narrator.build.options import Options
    from narrator.files.ownership import Origin
    from narrator.readers.source_files import list_files

    books = [] if book is None else [book]
    return Origin(
        kind,
        audiobook[0].stem,
        paths=tuple(audiobook),
        inputs=tuple(Path(file) for path in books for file in list_files(path)),
        side_files=tuple(file for path in books for file in list_side_files([path], Options())),
    )


def prepare_report(path: Path, origin: Origin, *, may_replace: bool) -> Output:
    """Check that a report can be written, before minutes are spent on measuring audio.

    Raises:
        OptionError: the file does not have the name of a page.
        OutputError: it can't be written.
    """
    from narrator.errors import OptionError
    from narrator.files.outputs import prepare_output
    from narrator.files.ownership import Output

    if path.suffix.lower() not in _PAGE_SUFFIXES:
        raise OptionError(f"--report {path} is not a page", "give a name that ends in .html")
    output = Output(path, replace(origin, may_replace=may_replace))
    prepare_output(output)
    return output


def write_report(
    output: Output,
    audiobook: Sequence[Path],
    inspections: Sequence[InspectionReport] = (),
    *,
    sound_report: SoundReport | None = None,
    as_json: bool,
) -> None:
    """Write the report of an audiobook as a page, and say where.

    Args:
        output: The page.
        audiobook: The files of the audiobook, in listening order.
        inspections: Their measurements, if they were measured already.
        sound_report: What was heard; None if nobody listened.
        as_json: Whether standard output is for JSON alone.

    Raises:
        ExportError: the audiobook can't be decoded.
        OutputError: the page can't be written.
    """
    from narrator.files.outputs import write_file
    from narrator.inspection import inspect_audiobook
    from narrator.listening.finding_clips import encode_suspect_clips
    from narrator.listening.report_page import CheckedAudiobook, format_report_page
    from narrator.listening.suspect_lines import list_suspect_lines
    from narrator.listening.timeline_lines import find_timeline

    inspections = inspections or [inspect_audiobook(path) for path in audiobook]
    timeline = find_timeline(audiobook)
    starts = accumulate((result.duration for result in inspections), initial=0.0)
    clips = encode_suspect_clips(
        list_suspect_lines(timeline, sound_report), dict(zip(audiobook, starts, strict=False))
    )
    title = timeline.title if timeline else inspections[0].tags.get("album", audiobook[0].stem)
    language = timeline.language if timeline else "en"
    checked = CheckedAudiobook(title, language, inspections, timeline, sound_report, clips)
    with write_file(output) as part:
        part.write_text(format_report_page(checked), "utf-8")
    display.print_note("Report", str(output.target), stderr=as_json)
