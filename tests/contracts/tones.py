"""A program that reads text and writes a WAV file, for the engine that runs programs."""

import sys
import wave

from narrator.engines.tone import SAMPLE_RATE, Tone
from narrator.model import Voice

name, rate = sys.argv[1:]
text = sys.stdin.buffer.read().decode()
with wave.open(sys.stdout.buffer, "wb") as file:
    file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
    file.writeframes(Tone().speak(text, Voice("x", "tone", name, rate=float(rate))).pcm)
