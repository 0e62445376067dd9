"""`narrator check --against`: listen to an audiobook, and compare it with its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.cli import display

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.listening.audiobook_check import SoundReport
    from narrator.listening.line_check import ExpectedLine
    from narrator.listening.recogniser import Recogniser
    from narrator.readalong.timeline import TimelineFile

MAX_SHOWN_FINDINGS = 40
"""Number of lines that are listed; --json has them all."""


def check_against(
    audiobook: Sequence[Path],
    book: str,
    chapters: str | None,
    *,
    model: str | None,
    cache_dir: Path | str | None,
    as_json: bool,
) -> None:
    """Listen to an audiobook, print which lines it does not say, and fail if words are missing.

    Args:
        audiobook: Its files, in listening order.
        book: The book.
        chapters: The chapters that the audiobook holds, as in "2-4"; None for those in its
            timeline, or all.
        model: The name or folder of a Whisper model; None for any that knows the language.
        cache_dir: Where to keep what was heard.
        as_json: Whether to print JSON.

    Raises:
        CheckFailedError: words of the book are missing.
        ReadingError: an audiobook is no file, or the book can't be read.
    """
    from narrator.build.option_parsing import parse_chapters
    from narrator.build.options import Options
    from narrator.build.pipeline import write_script
    from narrator.build.resources import open_cache
    from narrator.errors import CheckFailedError, ReadingError
    from narrator.files.existence import is_file
    from narrator.listening.audiobook_check import list_spoken_lines
    from narrator.listening.recogniser import load_recogniser

    for path in audiobook:
        if not is_file(path):
            raise ReadingError(f"{path} is no file", "give an audiobook, such as output/story.mp3")
    options = Options(cache_dir=cache_dir)
    script = write_script([book], options)
    # loaded before the audio is decoded, because a missing model is the likeliest problem
    recogniser = load_recogniser(script.book.metadata.language, model)
    timeline = _find_timeline(audiobook)
    voices = {line.id: line.voice for line in timeline.lines} if timeline else {}
    lines = list_spoken_lines(script, voices)
    chosen = parse_chapters(chapters) if chapters else None
    if chosen is not None:
        lines = [line for line in lines if int(line.line_id.split(".")[0]) in chosen]
    elif timeline:
        lines = [line for line in lines if line.line_id in voices]
    report = _listen(audiobook, lines, recogniser, open_cache(options))
    if as_json:
        display.print_json(report.as_json())
    else:
        print_sound_report(report)
    if report.missing_count:
        count = display.format_count(report.missing_count, "line")
        raise CheckFailedError(
            f"{count} of {book} can't be heard as written",
            "hear the places above; narrator build --again LINE speaks a line once more",
        )


def _find_timeline(audiobook: Sequence[Path]) -> TimelineFile | None:
    """Return the timeline beside an audiobook of one file, or None."""
    from narrator.readalong.timeline import read_timeline

    path = audiobook[0].with_suffix(".timeline.json")
    return read_timeline(path) if len(audiobook) == 1 and path.is_file() else None


def _listen(
    audiobook: Sequence[Path], lines: Sequence[ExpectedLine], recogniser: Recogniser, store: Store
) -> SoundReport:
    """Listen with a progress bar, and return the report."""
    from narrator.inspection.container import read_container
    from narrator.listening.audiobook_check import listen_to_audiobook

    total = sum(read_container(path).duration_seconds for path in audiobook)
    listening = listen_to_audiobook(audiobook, lines, recogniser, store)
    with display.show_progress_bar("Listening", max(total, 1.0)) as set_progress:
        while True:
            try:
                set_progress(next(listening))
            except StopIteration as finished:
                report: SoundReport = finished.value
                return report


def print_sound_report(report: SoundReport) -> None:
    """Print which lines an audiobook does not say, worst first."""
    facts = (
        display.format_duration(report.seconds),
        f"{report.heard_word_count:,} words heard",
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
