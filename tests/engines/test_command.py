import shlex
import sys

import pytest

from narrator.engines.command import Command
from narrator.engines.verified_speech import speak_line
from narrator.errors import CastFileError, EngineUnavailableError, SynthesisError
from narrator.model import Voice

PROGRAM = """
import sys, wave
from narrator.engines.tone import RATE, Tone
from narrator.model import Voice
voice, rate, given, made = sys.argv[1:]
text = open(given, encoding="utf-8").read() if given != "-" else sys.stdin.buffer.read().decode()
clip = Tone().speak(text, Voice("x", "tone", voice, rate=float(rate)))
with wave.open(made if made != "-" else sys.stdout.buffer, "wb") as file:
    file.setparams((1, 2, RATE, 0, "NONE", ""))
    file.writeframes(clip.pcm)
"""


def program(tmp_path, content):
    file = tmp_path / "a program.py"
    file.write_text(content)
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(file))}"


def voiced(command, **options):
    return Voice("x", "command", "middle", options=(("command", command), *options.items()))


@pytest.mark.parametrize("files", ["{input} {output}", "- {output}", "{input} -", "- -"])
def test_text_and_sound_go_by_files_or_by_pipes(tmp_path, files):
    voice = voiced(f"{program(tmp_path, PROGRAM)} {{voice}} {{rate}} {files}")
    Command().validate(voice)
    text = "Say 'it'; $(rm -rf /) & \"quote\" — é"
    clip = speak_line(Command(), text, voice)
    assert clip.rate == 22_050
    assert clip.samples > 22_050


def test_aiff_is_known_by_its_content(tmp_path):
    content = (
        "import sys, numpy, soundfile\n"
        "stereo = numpy.full((16000, 2), (0.25, 0.75))\n"
        "soundfile.write(sys.argv[1], stereo, 16000, format='AIFF', subtype='PCM_24')"
    )
    clip = speak_line(Command(), "Hello.", voiced(f"{program(tmp_path, content)} {{output}}"))
    assert (clip.rate, clip.samples) == (16_000, 16_000)
    assert clip.pcm[:2] == (16_384).to_bytes(2, "little")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("import sys; sys.exit('no such voice')", "no such voice"),
        ("import os; os.abort()", "status -6"),
        ("import time; time.sleep(60)", "did not finish"),
        ("print('hello')", "made no sound"),
        ("", "made no sound"),
    ],
)
def test_a_crash_a_hang_and_rubbish_are_errors_that_name_the_text(tmp_path, content, problem):
    voice = voiced(program(tmp_path, content), seconds=1)
    with pytest.raises(SynthesisError, match=problem) as caught:
        Command().speak("The text itself.", voice)
    assert "The text itself." in caught.value.message


@pytest.mark.parametrize(
    ("options", "error", "hint"),
    [
        ({}, CastFileError, "[options]"),
        ({"command": "say {what}"}, CastFileError, "{input}"),
        ({"command": "say 'unclosed"}, CastFileError, "{input}"),
        ({"command": "say {"}, CastFileError, "{input}"),
        ({"command": "no-such-program"}, EngineUnavailableError, "install"),
        ({"comand": "say"}, CastFileError, "command"),
    ],
)
def test_a_profile_with_a_mistake_is_an_error_before_anything_runs(options, error, hint):
    with pytest.raises(error) as caught:
        Command().validate(Voice("x", "command", "slt", options=tuple(options.items())))
    assert hint in caught.value.hint
