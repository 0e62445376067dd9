import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from narrator.engines.command import Command
from narrator.engines.verified_speech import speak_line
from narrator.errors import CastFileError, EngineUnavailableError, SynthesisError
from narrator.model import Clip, Voice

PROGRAM = """
import sys, wave
from narrator.engines.tone import SAMPLE_RATE, Tone
from narrator.model import Voice
voice, rate, given, made = sys.argv[1:]
text = open(given, encoding="utf-8").read() if given != "-" else sys.stdin.buffer.read().decode()
clip = Tone().speak(text, Voice("x", "tone", voice, rate=float(rate)))
with wave.open(made if made != "-" else sys.stdout.buffer, "wb") as file:
    file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
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


ECHO = """
import pathlib, sys
pathlib.Path(sys.argv[1]).write_text("\\n".join(sys.argv[2:]), "utf-8")
import wave
with wave.open(sys.stdout.buffer, "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(bytes([1, 2]) * 8000)
"""


def arguments_of(tmp_path, words, voice=None):
    """The arguments that a program is started with, for a command that ends with these words."""
    report = tmp_path / "arguments"
    command = f"{program(tmp_path, ECHO)} {shlex.quote(str(report))} {words}"
    profile = voice or voiced("")
    Command().speak("It rained.", replace(profile, options=(("command", command),)))
    return report.read_text("utf-8").split("\n")


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("{voice}", ["middle"]),
        ("--voice={voice}:{language}", ["--voice=middle:en-GB"]),
        ("-r {rate} -s {speed} -t {stretch} -p {pitch}", ["-r", "340", "-s", "2", "-t", "0.5", "-p", "-1.5"]),
        ("'{voice} {rate}'", ["middle 340"]),
        ("{{voice}}", ["{voice}"]),
        ("'$HOME' '*' ; rm", ["$HOME", "*", ";", "rm"]),  # no shell reads it
        ("'' a", ["", "a"]),
    ],
)  # fmt: skip
def test_the_words_of_a_command_are_filled_from_the_profile(tmp_path, words, arguments):
    voice = Voice("x", "command", "middle", rate=340, pitch=-1.5, language="en-GB")
    assert arguments_of(tmp_path, words, voice) == arguments


def test_a_voice_name_with_spaces_and_braces_stays_one_argument(tmp_path):
    voice = Voice("x", "command", "a {rate} 'voice'; ls")
    assert arguments_of(tmp_path, "{voice} end", voice) == ["a {rate} 'voice'; ls", "end"]


def test_files_are_gone_when_the_program_has_ended(tmp_path):
    text_file, sound_file = map(Path, arguments_of(tmp_path, "{input} {output}"))
    assert text_file.parent == sound_file.parent
    assert not text_file.parent.exists()


@pytest.mark.parametrize("text", ["", " ", "…", "* * *", "—"])
def test_a_text_without_words_runs_no_program(text):
    assert Command().speak(text, voiced("no-such-program")) == Clip(b"", 22_050)


def test_a_character_that_no_program_can_read_is_a_space(tmp_path):
    content = (
        "import sys, pathlib\n"
        f"pathlib.Path({str(tmp_path / 'text')!r}).write_bytes(sys.stdin.buffer.read())\n"
        "sys.exit('done')"
    )
    with pytest.raises(SynthesisError, match="done"):
        Command().speak("A\0b \ud800 é", voiced(program(tmp_path, content)))
    assert (tmp_path / "text").read_text("utf-8") == "A b   é"


def test_only_the_last_line_of_what_a_program_complains_about_is_reported(tmp_path):
    content = "import sys; sys.exit('a warning\\nanother\\nno such voice\\n')"
    with pytest.raises(SynthesisError) as caught:
        Command().speak("Hello.", voiced(program(tmp_path, content)))
    assert caught.value.message.endswith("could not speak 'Hello.': no such voice")
    assert "warning" not in caught.value.message


def test_a_program_that_takes_too_long_may_be_given_more_time(tmp_path):
    with pytest.raises(SynthesisError, match=r"within 0\.2 seconds") as caught:
        Command().speak("Hi.", voiced(program(tmp_path, "import time; time.sleep(9)"), seconds=0.2))
    assert "seconds under" in caught.value.hint


def test_a_file_that_is_not_a_program_is_an_error(tmp_path):
    file = tmp_path / "program"
    file.write_bytes(b"\x7fELF and no more")
    file.chmod(0o755)
    with pytest.raises(EngineUnavailableError, match="can't be run"):
        Command().speak("Hello.", voiced(shlex.quote(str(file))))


@pytest.mark.parametrize(
    ("values", "setting"),
    [
        ({"rate": 20}, "rate 20"),
        ({"rate": 900}, "rate 900"),
        ({"options": (("command", "true"), ("seconds", 0))}, "seconds 0"),
        ({"options": (("command", "true"), ("seconds", "10"))}, "seconds 10"),
    ],
)
def test_a_setting_out_of_range_is_an_error_that_names_it(values, setting):
    voice = replace(voiced("true"), **values)
    with pytest.raises(CastFileError, match=f"{setting} is out of range"):
        Command().validate(voice)


def test_an_unknown_placeholder_is_named_and_the_known_ones_are_listed():
    with pytest.raises(CastFileError) as caught:
        Command().validate(voiced("say {text}"))
    assert "{text} is not a placeholder" in caught.value.message
    for placeholder in (
        "voice",
        "language",
        "rate",
        "speed",
        "stretch",
        "pitch",
        "input",
        "output",
    ):
        assert f"{{{placeholder}}}" in caught.value.hint


def test_a_missing_program_is_named():
    with pytest.raises(
        EngineUnavailableError, match="voice x: no program is called no-such-program"
    ):
        Command().validate(voiced("no-such-program {input}"))


def test_a_program_that_changed_has_another_fingerprint(tmp_path):
    prints = []
    for number in (1, 2):
        file = tmp_path / f"program{number}"
        file.write_text(f"#!/bin/sh\necho {number}\n")
        file.chmod(0o755)
        prints.append(Command().fingerprint(voiced(shlex.quote(str(file)))))
    assert prints[0] != prints[1]
    assert "soundfile" in prints[0]
