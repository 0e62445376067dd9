"""Speed and memory of each engine, measured in separate processes."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from narrator import registry
from narrator.casting.profiles import load_voices
from narrator.engines.verified_speech import speak_line
from narrator.errors import NarratorError

LINES = (
    "The rain had stopped before they reached the old house on the hill.",
    "“Nobody is at home,” said Margaret; “and yet there is a light.”",
    "She knocked twice, waited for a while, and then pushed the heavy door open with both hands.",
)
ROUNDS = {"pyttsx3": 100, "tone": 100, "piper": 4}
"""How often each engine speaks the lines; once if it is not listed."""
VOICES = ("edgar", "joe", "helen", "arthur")
"""A voice of each engine."""


def main() -> None:
    """Print a row of figures for each voice whose engine is installed."""
    print(
        f"{'voice':<10}{'engine':<10}{'start':>8}{'speech/CPU':>12}{'ms a line':>11}{'memory':>10}"
    )
    voices = load_voices()
    for name in VOICES:
        try:
            registry.load_engine(voices[name].engine).validate(voices[name])
        except NarratorError as error:
            print(f"{name:<10}skipped: {error.message}")
            continue
        process = subprocess.run(
            [sys.executable, "-m", "benchmarks.engines", name],
            capture_output=True,
            text=True,
            check=True,
        )
        figures = json.loads(process.stdout)
        print(
            f"{name:<10}{voices[name].engine:<10}{figures['start_seconds']:>6.2f} s"
            f"{figures['speed']:>10.1f} x{figures['line_milliseconds']:>11.1f}"
            f"{figures['memory_mb']:>7.0f} MB"
        )


def measure_voice(name: str) -> dict[str, float]:
    """Measure a voice in this process.

    Returns:
        Processor seconds until the first line is spoken; then seconds of speech per processor
        second; processor milliseconds per line; and peak memory in MiB.
    """
    voice = load_voices()[name]
    engine = registry.load_engine(voice.engine)
    start = time.process_time()
    speak_line(engine, LINES[0], voice)
    start_seconds = time.process_time() - start
    rounds = ROUNDS.get(voice.engine, 1)
    start = time.process_time()
    speech_seconds = 0.0
    for line in LINES * rounds:
        clip = speak_line(engine, line, voice)
        speech_seconds += clip.samples / clip.rate
    cpu_seconds = time.process_time() - start
    return {
        "start_seconds": start_seconds,
        "speed": speech_seconds / cpu_seconds,
        "line_milliseconds": cpu_seconds / (rounds * len(LINES)) * 1000,
        "memory_mb": _measure_peak_memory(),
    }


def _measure_peak_memory() -> float:
    """Return the peak memory of this process in MiB; outside Linux, perhaps that of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text(encoding="utf-8"))[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measure_voice(sys.argv[1])))
