"""Lists the lines of an audiobook that may be wrong: by their sound, or by what was heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.listening.audiobook_check import SoundReport
    from narrator.readalong.timeline import LineTime, TimelineFile


@dataclass(frozen=True, slots=True)
class SuspectLine:
    """A line that may be wrong, and where it is heard."""

    line_id: str
    speaker: str
    """Empty if it is unknown, or for the narrator."""
    text: str
    problems: tuple[str, ...]
    """In words, such as "24 % too short" or "missing"."""
    heard: str
    """What was heard; empty if nothing was, or if nobody listened."""
    start_seconds: float
    end_seconds: float


def list_suspect_lines(
    timeline: TimelineFile | None, sound_report: SoundReport | None = None
) -> list[SuspectLine]:
    """Return the lines that may be wrong: those that are heard wrongly first, then by time.

    Args:
        timeline: Knows the lines whose sound was suspect when they were made; None without one.
        sound_report: What was heard; None if nobody listened.
    """
    timed_lines = {line.id: line for line in timeline.lines} if timeline else {}
    suspects = [
        SuspectLine(
            finding.line_id,
            _name_speaker(timed_lines.get(finding.line_id)),
            finding.text,
            (finding.problem.value, *_list_flaws(timed_lines.get(finding.line_id))),
            finding.heard,
            finding.start_seconds,
            finding.end_seconds,
        )
        for finding in (sound_report.findings if sound_report else ())
    ]
    known_ids = {suspect.line_id for suspect in suspects}
    suspects += [
        SuspectLine(line.id, _name_speaker(line), line.text, flaws, "", line.start, line.end)
        for line in timed_lines.values()
        if line.id not in known_ids and (flaws := _list_flaws(line))
    ]
    return suspects


def _name_speaker(line: LineTime | None) -> str:
    return (line.speaker or "") if line else ""


def _list_flaws(line: LineTime | None) -> tuple[str, ...]:
    """Return what seemed to be wrong with the sound of a line when it was made."""
    flaws: Sequence[str] = (line.suspect or ()) if line else ()
    return tuple(flaws)
