"""No file of settings causes anything but a result or a `NarratorError`."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrator.audio.pauses import compute_pauses, load_pauses
from narrator.build.option_parsing import parse_metadata
from narrator.build.options import Options
from narrator.build.pipeline import cast_book, write_script
from narrator.casting.cast_file import read_cast_file
from narrator.casting.cast_file_edits import format_cast_file
from narrator.casting.profiles import read_voice_profile
from narrator.engines.server_settings import load_server_settings
from narrator.errors import CastFileError, NarratorError
from narrator.normalisation.lexicon import load_lexicon
from narrator.scripts.correction_edits import _insert_corrections
from narrator.scripts.corrections import Correction, load_corrections

SAMPLES = {
    "profile": """\
description = "A voice."
engine = "server"
voice = "alloy"
rate = 170
pitch = -1.5
volume = 0
gender = "female"
age = "adult"
language = "en"
[options]
url = "http://localhost:8880/v1"
seconds = 120
per_minute = 3
extra = { a = [1, { b = "c" }] }
""",
    "cast": """\
narrator = "edgar"
[cast]
"Ann" = { voice = "clara", rate = 150, pitch = 1, volume = -2 }
[pauses]
scene = 2.5
[lexicon.words]
"Siobhan" = "Shivawn"
""",
    "lexicon": """\
[words]
"Siobhan" = "Shivawn"
[[entry]]
word = "Read"
ipa = "ŋwiən"
case = true
speaker = "Ann"
chapters = [3, 4]
""",
    "pauses": 'preset = "brisk"\nscene = 2.5\n',
    "corrections": """\
[same]
"Lizzy" = "Elizabeth"
[[line]]
words = "I have waited since noon!"
speaker = "Ann"
before = "x"
""",
}


def _read_profile(path: Path) -> None:
    voice = read_voice_profile(path)
    load_server_settings(voice)


def _edit_cast(path: Path) -> None:
    existing = read_cast_file(path)
    text = format_cast_file(
        existing, "T\x1b[2J\nx", "edgar", {"B\x9bob": "clara"}, {"B\x9bob": "3 lines"}
    )
    path.write_text(text, "utf-8")
    assert read_cast_file(path).voice_choices["B\x9bob"].voice == "clara"


def _edit_corrections(path: Path) -> None:
    load_corrections(path)
    path.write_text(
        _insert_corrections(path, "T\x1b[2J", [Correction("some words", "Bob")]), "utf-8"
    )
    assert Correction("some words", "Bob") in load_corrections(path).line_corrections


READERS: dict[str, Callable[[Path], object]] = {
    "profile": _read_profile,
    "cast": _edit_cast,
    "lexicon": load_lexicon,
    "pauses": lambda path: load_pauses(str(path)),
    "corrections": _edit_corrections,
}
VALUES = [
    "0", "-1", "1e308", "-1e308", "inf", "nan", "9" * 400, "9" * 5000, "true", '""', '"\\u0000"',
    "[]", "[[[]]]", "{}", "{ a = 1 }", "1979-05-27", "07:32:00", "'x'", '"\\ud800"',
    "[" * 3000, "{a=" * 200, '"""\n"""', "0x7fffffffffffffff", "[1, 'x', {}]",
]  # fmt: skip


@st.composite
def damaged_files(draw: st.DrawFn) -> tuple[str, str]:
    """Return the kind of a file and a sample of it, with some values and characters replaced."""
    kind = draw(st.sampled_from(sorted(SAMPLES)))
    lines = SAMPLES[kind].splitlines()
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[index].partition(" = ")
        change = draw(st.integers(0, 3))
        if change <= 1 and equals:
            lines[index] = f"{key} = {draw(st.sampled_from(VALUES))}"
        elif change == 2:
            lines[index] = draw(st.text(max_size=30))
        else:
            at = draw(st.integers(0, len(lines[index])))
            lines[index] = lines[index][:at] + draw(st.characters()) + lines[index][at:]
    return kind, "\n".join(lines)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged_files())
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, damaged: tuple[str, str]) -> None:
    kind, text = damaged
    path = tmp_path / f"{kind}.toml"
    path.write_bytes(text.encode(errors="surrogatepass"))
    with suppress(NarratorError):
        READERS[kind](path)


STORY = '"Wait," said Ann.\n\nThe ferry had gone.\n'


@pytest.mark.parametrize("setting", ["rate", "pitch", "volume"])
@pytest.mark.parametrize("value", ["0", "-1e308", "1e308", "inf", "nan", "9" * 400, "true", '"5"'])
def test_a_number_out_of_range_in_a_cast_file_is_an_error_that_names_it(
    tmp_path: Path, setting: str, value: str
) -> None:
    book = tmp_path / "ferry.txt"
    book.write_text(STORY, "utf-8")
    cast_file = tmp_path / "ferry.cast.toml"
    cast_file.write_text(f'[cast]\n"Ann" = {{ voice = "ada", {setting} = {value} }}\n', "utf-8")
    options = Options(cast_file=cast_file, about=parse_metadata(language="en"))
    if value == "0" and setting != "rate":
        casting = cast_book(write_script([str(book)], options), [str(book)], options)
        assert getattr(casting.cast.voice_of("Ann"), setting) == 0
        return
    with pytest.raises(CastFileError, match=f"{cast_file}, Ann: {setting} "):
        cast_book(write_script([str(book)], options), [str(book)], options)


def test_the_longest_allowed_pauses_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "pauses.toml"
    path.write_text("scene = 20\nsentence = 0\n", "utf-8")
    assert compute_pauses((), load_pauses(str(path))) == ()
