"""`narrator check --against`: listen to an audiobook, and compare it with its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from narrator.cli import display

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence, Set
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.files.ownership import Origin, Output
    from narrator.listening.audiobook_check import SoundReport
    from narrator.listening.line_check import ExpectedLine
    from narrator.listening.line_screening import ListeningRegion
    from narrator.listening.recogniser import Recogniser
    from narrator.listening.sound_scan import SoundScan
    from narrator.model import Script
    from narrator.readalong.timeline import TimelineFile

MAX_SHOWN_FINDINGS = 40
"""Number of lines that are listed; --json has them all."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningOptions:
    """How an audiobook is listened to."""

    chapters: str | None = None
    """The chapters that the audiobook holds, as in "2-4"; None for those in its timeline, or all.
    """
    model: str | None = None
    """The name or folder of a Whisper model; None for any that knows the language."""
    listens_to_all: bool = False
    """Whether lines are listened to whose sound fits."""
    clips: Path | None = None
    """The folder for the clips of lines that are wrong."""
    report: Path | None = None
    """The page for the report."""
    may_replace: bool = False
    """Whether the page may replace a file that narrator did not write."""
    cache_dir: Path | str | None = None
    """Where to keep what was heard."""


def check_against(
    audiobook: Sequence[Path], book: str, options: ListeningOptions, *, as_json: bool
) -> None:
    """Listen to an audiobook, print which lines it does not say, and fail if words are missing.

    Args:
        audiobook: Its files, in listening order.
        book: The book.
        options: How to listen.
        as_json: Whether to print JSON.

    Raises:
        CheckFailedError: words of the book are missing.
        ReadingError: an audiobook is no file, or the book can't be read.
        OutputError: the clips can't be written.
    """
    from narrator.cli.check_report import describe_check_origin, prepare_report, write_report
    from narrator.errors import CheckFailedError

    _require_files(audiobook)
    clips_output = report_output = None
    if options.clips:
        clips_output = _prepare_clips(
            options.clips, describe_check_origin("clips", audiobook, book)
        )
    if options.report:
        origin = describe_check_origin("report", audiobook, book)
        report_output = prepare_report(options.report, origin, may_replace=options.may_replace)
    report = listen(audiobook, book, options)
    if as_json:
        display.print_json(report.as_json())
    else:
        print_sound_report(report)
    if clips_output:
        _write_clips(report, clips_output, as_json=as_json)
    if report_output:
        write_report(report_output, audiobook, sound_report=report, as_json=as_json)
    if report.missing_count:
        count = display.format_count(report.missing_count, "line")
        verb = "does" if report.missing_count == 1 else "do"
        raise CheckFailedError(
            f"{count} of {book} {verb} not sound as written",
            "listen to the places above; `narrator build BOOK --again LINE` speaks a line again",
        )


def _require_files(audiobook: Sequence[Path]) -> None:
    """Check that every file of an audiobook exists.

    Raises:
        ReadingError: one does not.
    """
    from narrator.errors import ReadingError
    from narrator.files.existence import is_file, suggest_path

    for path in audiobook:
        if not is_file(path):
            raise ReadingError(f"{path} is not a file", suggest_path(path))


def _prepare_clips(folder: Path, origin: Origin) -> Output:
    """Check that the clips can be written, before minutes are spent on listening.

    Raises:
        OutputError: they can't.
    """
    from narrator.files.outputs import prepare_output
    from narrator.files.ownership import Output

    output = Output(folder, origin, is_folder=True, is_exclusive=True)
    prepare_output(output)
    return output


def _write_clips(report: SoundReport, output: Output, *, as_json: bool) -> None:
    """Write the clips of all findings, and say how many there are."""
    from narrator.listening.finding_clips import write_finding_clips

    clips = write_finding_clips(report, output)
    count = display.format_count(len(clips), "clip")
    display.print_note("Clips", f"{output.target} ({count})", stderr=as_json)


def listen(audiobook: Sequence[Path], book: str, options: ListeningOptions) -> SoundReport:
    """Listen to an audiobook with progress bars, and return what was heard of its book.

    Raises:
        ReadingError: the book can't be read.
        EngineUnavailableError: there is no model for the language.
    """
    from narrator.build.options import Options
    from narrator.build.pipeline import write_script
    from narrator.build.resources import open_cache
    from narrator.listening.audiobook_check import check_names
    from narrator.listening.line_screening import choose_regions, find_short_lines
    from narrator.listening.recogniser import load_recogniser
    from narrator.listening.timeline_lines import plan_places

    build_options = Options(cache_dir=options.cache_dir)
    script = write_script([book], build_options)
    # loaded before the audio is decoded, because a missing model is the likeliest problem
    recogniser = load_recogniser(script.book.metadata.language, options.model)
    timeline, lines = _choose_lines(audiobook, script, options.chapters)
    store, report, short_ids = open_cache(build_options), None, None
    if timeline:
        scan = _scan(audiobook)
        planned = plan_places(timeline, lines, scan.file_starts)
        if not options.listens_to_all:
            regions = choose_regions(lines, planned, scan, recogniser.language)
            if regions is not None:
                report = _listen_to_regions(regions, scan, lines, recogniser, store)
        short_ids = {lines[index].line_id for index in find_short_lines(planned, scan)}
    if report is None:
        report = _listen_to_all(audiobook, lines, recogniser, store, short_ids)
    return check_names(report, script, lines, recogniser.language)


def _choose_lines(
    audiobook: Sequence[Path], script: Script, chapters: str | None
) -> tuple[TimelineFile | None, list[ExpectedLine]]:
    """Return the timeline of an audiobook, if it has one, and the lines to listen for."""
    from narrator.build.option_parsing import parse_chapters
    from narrator.listening.audiobook_check import list_spoken_lines
    from narrator.listening.timeline_lines import find_timeline, list_timed_lines

    timeline = find_timeline(audiobook)
    lines = list_timed_lines(timeline, script, audiobook) if timeline else None
    if timeline and lines is None:
        note = "the timeline is of another version of the book, so all of it is listened to"
        display.print_note("Note", note, stderr=True)
        timeline = None
    if lines is None:
        lines = list_spoken_lines(script, {})
    chosen = parse_chapters(chapters) if chapters else None
    if chosen is not None:
        lines = [line for line in lines if int(line.line_id.split(".")[0]) in chosen]
    return timeline, lines


def _scan(audiobook: Sequence[Path]) -> SoundScan:
    """Scan an audiobook with a progress bar."""
    from narrator.inspection.container import read_container
    from narrator.listening.sound_scan import scan_audiobook

    total = sum(read_container(path).duration_seconds for path in audiobook)
    return _show_progress("Scanning", total, scan_audiobook(audiobook))


def _listen_to_all(
    audiobook: Sequence[Path],
    lines: Sequence[ExpectedLine],
    recogniser: Recogniser,
    store: Store,
    short_ids: Set[str] | None,
) -> SoundReport:
    """Listen to all of an audiobook with a progress bar."""
    from narrator.inspection.container import read_container
    from narrator.listening.audiobook_check import listen_to_audiobook

    total = sum(read_container(path).duration_seconds for path in audiobook)
    listening = listen_to_audiobook(audiobook, lines, recogniser, store, short_ids)
    return _show_progress("Listening", total, listening)


def _listen_to_regions(
    regions: Sequence[ListeningRegion],
    scan: SoundScan,
    lines: Sequence[ExpectedLine],
    recogniser: Recogniser,
    store: Store,
) -> SoundReport:
    """Listen to some stretches of an audiobook with a progress bar."""
    from narrator.listening.audiobook_check import listen_to_regions

    total = sum(region.end_seconds - region.start_seconds for region in regions)
    listening = listen_to_regions(regions, scan, lines, recogniser, store)
    return _show_progress("Listening", total, listening)


def _show_progress(label: str, total: float, steps: Generator[float, None, _Result]) -> _Result:
    """Take all steps while a bar shows how far they are, and return the result."""
    with display.show_progress_bar(label, max(total, 1.0)) as set_progress:
        while True:
            try:
                set_progress(next(steps))
            except StopIteration as finished:
                result: _Result = finished.value
                return result


def print_sound_report(report: SoundReport) -> None:
    """Print which lines an audiobook does not say, worst first."""
    share = report.listened_seconds / max(report.seconds, 0.001)
    heard_share = "all of it heard" if share > 0.999 else f"{share:.0%} of it heard"
    facts = (
        f"{display.format_duration(report.seconds)}, {heard_share}",
        display.format_count(report.line_count, "line"),
    )
    display.print_note("Listened", ", ".join(facts))
    if not report.findings:
        display.print_note("", "Every line is heard as it is written.")
    for finding in report.findings[:MAX_SHOWN_FINDINGS]:
        time = display.format_duration(finding.start_seconds)
        display.print_note(
            finding.problem.value.capitalize(), f"{finding.line_id}, at {time}: {finding.text}"
        )
        if finding.heard:
            display.print_note("", f"heard: {finding.heard}")
    if len(report.findings) > MAX_SHOWN_FINDINGS:
        more = len(report.findings) - MAX_SHOWN_FINDINGS
        display.print_note("", f"and {more:,} more: --json lists them all")
    _print_name_variants(report)


def _print_name_variants(report: SoundReport) -> None:
    """Print the names that one voice says in several ways, each with its lexicon entry."""
    for variants in report.name_variants:
        forms = ", ".join(f"{form} ({count})" for form, count in variants.forms)
        verb = "is heard as" if variants.is_heard else "is said as"
        display.print_note("Name", f"{variants.name}, by {variants.voice}, {verb} {forms}")
        for number, row in enumerate(variants.lexicon_entry.splitlines()):
            display.print_note("" if number else "Lexicon", row)
