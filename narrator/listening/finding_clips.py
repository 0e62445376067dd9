"""Cuts the lines that are not said as they stand out of an audiobook, to be heard or sent on."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from narrator import registry
from narrator.export import Encoding
from narrator.export.splitting import sanitise_file_name
from narrator.files.os_errors import convert_os_errors
from narrator.files.outputs import publish_output, stage_output
from narrator.listening.audio_windows import cut_audio, find_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.files.ownership import Output
    from narrator.listening.audio_windows import Samples
    from narrator.listening.audiobook_check import SoundReport
    from narrator.listening.suspect_lines import SuspectLine

CLIP_SAMPLE_RATE = 24_000
"""Samples per second of the clips."""
_CLIP_KBPS = 48
_MAX_ENCODED_CLIPS = 200
"""Number of lines whose sound is put into a page."""
_MAX_SAMPLE = 32767
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
            samples = cut_with_margins(
                finding.start_seconds, finding.end_seconds, report.file_starts
            )
            title = f"{finding.line_id} {finding.problem.value}"
            path = staging_folder / f"{sanitise_file_name(title)}.wav"
            with convert_os_errors(path), path.open("wb") as file:
                soundfile.write(file, samples, CLIP_SAMPLE_RATE, "PCM_16", format="WAV")
            names.append(path.name)
        publish_output(output, staging_folder)
    return tuple(output.shown_folder / name for name in names)


def encode_suspect_clips(
    suspects: Sequence[SuspectLine], file_starts: Mapping[Path, float]
) -> dict[str, bytes]:
    """Return the sound of the first lines that may be wrong, as MP3 by the number of the line.

    Args:
        suspects: The lines.
        file_starts: When each file begins, in seconds from the beginning of the first.

    Raises:
        ExportError: the audiobook can't be decoded.
    """
    exporter, clips = registry.load_exporter("mp3"), {}
    encoding = Encoding(CLIP_SAMPLE_RATE, _CLIP_KBPS)
    with TemporaryDirectory(prefix="narrator-") as folder:
        path = Path(folder) / "clip.mp3"
        for suspect in suspects[:_MAX_ENCODED_CLIPS]:
            samples = cut_with_margins(suspect.start_seconds, suspect.end_seconds, file_starts)
            pcm = (np.clip(samples, -1, 1) * _MAX_SAMPLE).astype("<i2").tobytes()
            exporter.encode_chunk([pcm], encoding, path)
            clips[suspect.line_id] = path.read_bytes()
    return clips


def cut_with_margins(
    start_seconds: float, end_seconds: float, file_starts: Mapping[Path, float]
) -> Samples:
    """Return the sound of a line, from a second before it to a second after it.

    Args:
        start_seconds: When the line begins, from the beginning of the first file.
        end_seconds: When it ends.
        file_starts: When each file begins, likewise.

    Raises:
        ExportError: the file can't be decoded.
    """
    start = max(start_seconds - _MARGIN_SECONDS, 0.0)
    file, file_start = find_file(start, file_starts)
    end = end_seconds + _MARGIN_SECONDS
    return cut_audio(file, start - file_start, end - file_start, CLIP_SAMPLE_RATE)
