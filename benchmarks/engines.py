"""How fast each engine speaks, and how much memory it takes, each in a process of its own."""

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
NARRATORS = ("edgar", "joe", "helen", "arthur")


def main() -> None:
    print(
        f"{'voice':<10}{'engine':<10}{'start':>8}{'speech/CPU':>12}{'ms a line':>11}{'memory':>10}"
    )
    voices = load_voices()
    for name in NARRATORS:
        try:
            registry.load_engine(voices[name].engine).validate(voices[name])
        except NarratorError as error:
            print(f"{name:<10}skipped: {error.message}")
            continue
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.engines", name],
            capture_output=True,
            text=True,
            check=True,
        )
        got = json.loads(done.stdout)
        print(
            f"{name:<10}{voices[name].engine:<10}{got['start']:>6.2f} s{got['speed']:>10.1f} x"
            f"{got['line']:>11.1f}{got['memory']:>7.0f} MB"
        )


def measure(name: str) -> dict[str, float]:
    """Seconds of CPU to the first line, speech for each of CPU after it, and peak memory."""
    voice = load_voices()[name]
    engine = registry.load_engine(voice.engine)
    begun = time.process_time()
    speak_line(engine, LINES[0], voice)
    start = time.process_time() - begun
    rounds = ROUNDS.get(voice.engine, 1)
    begun = time.process_time()
    seconds = 0.0
    for line in LINES * rounds:
        clip = speak_line(engine, line, voice)
        seconds += clip.samples / clip.rate
    spent = time.process_time() - begun
    return {
        "start": start,
        "speed": seconds / spent,
        "line": spent / (rounds * len(LINES)) * 1000,
        "memory": _peak(),
    }


def _peak() -> float:
    """Megabytes at most. Linux tells of this process alone; elsewhere its parent's may be told."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
