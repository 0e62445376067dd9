"""Cuts the lines that are not said as they stand out of an audiobook, to be heard or sent on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import soundfile

from narrator.export.splitting import sanitise_file_name
from narrator.files.os_errors import convert_os_errors
from narrator.files.outputs import publish_output, stage_output
from narrator.listening.audio_windows import cut_audio, find_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from narrator.files.ownership import Output
    from narrator.listening.audio_windows import Samples
    from narrator.listening.audiobook_check import SoundReport
    from narrator.listening.line_check import LineFinding

CLIP_SAMPLE_RATE = 24_000
"""Samples per second of the clips."""
_MARGIN_SECONDS = 1.0
"""How much is heard before and after a line."""


def write_finding_clips(report: SoundReport, output: Output) -> tuple[Path, ...]:
    """Write a WAV file for each finding into a folder, and return their paths.

    Raises:
        ExportError: the audiobook can't be decoded.
        OutputError: the folder can't be written.
    """
    with stage_output(output) as staging_folder:
        names = []
        for finding in report.findings:
            samples = cut_finding(finding, report.file_starts)
            title = f"{finding.line_id} {finding.problem.value}"
            path = staging_folder / f"{sanitise_file_name(title)}.wav"
            with convert_os_errors(path), path.open("wb") as file:
                soundfile.write(file, samples, CLIP_SAMPLE_RATE, "PCM_16", format="WAV")
            names.append(path.name)
        publish_output(output, staging_folder)
    return tuple(output.shown_folder / name for name in names)


def cut_finding(finding: LineFinding, file_starts: Mapping[Path, float]) -> Samples:
    """Return the sound of a finding, from a second before it to a second after it.

    Args:
        finding: The finding.
        file_starts: When each file begins, in seconds from the beginning of the first.

    Raises:
        ExportError: the file can't be decoded.
    """
    start = max(finding.start_seconds - _MARGIN_SECONDS, 0.0)
    file, file_start = find_file(start, file_starts)
    end = finding.end_seconds + _MARGIN_SECONDS
    return cut_audio(file, start - file_start, end - file_start, CLIP_SAMPLE_RATE)
