"""What a check found, without a check."""

from collections import Counter
from pathlib import Path

import numpy as np
import soundfile

from narrator.inspection import inspect_audiobook
from narrator.listening.audiobook_check import SoundReport
from narrator.listening.finding_clips import encode_suspect_clips
from narrator.listening.line_check import LineFinding, SoundProblem
from narrator.listening.name_check import NameVariants
from narrator.listening.report_page import CheckedAudiobook
from narrator.listening.suspect_lines import list_suspect_lines
from narrator.readalong.timeline import (
    ChapterTime,
    FileTime,
    LineTime,
    SourceText,
    TimelineFile,
)

RATE = 22_050


def write_tone(path: Path, seconds: float) -> None:
    tone = 0.1 * np.sin(np.arange(round(seconds * RATE)) / 20)
    soundfile.write(path, tone, RATE)


def make_timeline(file: Path) -> TimelineFile:
    texts = ["It rained <hard>.", "“Come in,” said Anna.", "Nobody came."]
    lines = [
        LineTime(
            *(
                f"1.{n}.1",
                1,
                n,
                "narration",
                "Anna" if n == 2 else None,
                "ada" if n == 2 else "bob",
            ),
            *(3.0 * n, 3.0 * n + 2, (0, 1), text, "estimate", []),
        )
        for n, text in enumerate(texts, 1)
    ]
    lines[2].suspect = ["24% too short"]
    return TimelineFile(
        *(1, "narrator", "Rain & Ruin", None, "en", SourceText("rain.txt", "0"), 20.0, RATE),
        [FileTime(file.name, 0.0, 20.0)],
        [ChapterTime(1, "One", 0.0, 20.0)],
        lines,
    )


def make_report(file: Path) -> SoundReport:
    finding = LineFinding(
        *("1.2.1", SoundProblem.MISSING, "“Come in,” said Anna.", "come", "in said anna", 6.0, 8.0),
        severity=3.0,
    )
    variants = NameVariants("Anna", "ada", (("Anna", 3), ("Enna", 2)), True, '"Anna" = "Anna"')
    forms = {("bob", "rained"): Counter({"rained": 3, "stopped": 1, "reigned": 1})}
    return SoundReport((finding,), 3, 9, 20.0, 10.0, {file: 0.0}, forms, (variants,))


def make_checked_audiobook(folder: Path) -> CheckedAudiobook:
    file = folder / "rain.wav"
    write_tone(file, 20)
    timeline, report = make_timeline(file), make_report(file)
    clips = encode_suspect_clips(list_suspect_lines(timeline, report), {file: 0.0})
    return CheckedAudiobook(
        timeline.title, "en", [inspect_audiobook(file)], timeline, report, clips
    )
