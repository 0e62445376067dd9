"""Corrections as options: which lines they mean, and what a mistake in one says."""

import tomllib
from pathlib import Path

import pytest

from narrator.errors import NarratorError, OptionError, UnknownCharacterError
from narrator.model import Script
from narrator.scripts.correction_arguments import (
    CorrectionArguments,
    format_corrected_file,
    parse_correction_arguments,
)
from narrator.scripts.corrections import apply_corrections, load_corrections
from tests.scripts import sample_scripts

TEXT = """\
[narrator script 1]
title: Ferry

[characters]
Martha: Miss Quill [female]
Hobday: [male]
Sam:

[chapter] One

The ferry had gone.

@Martha: “We shall wait.”

@Hobday: “Wait? Since noon, Caoimhe!”

@Sam: “Hush.”

[chapter] Two

@Martha: “It is late.”

@Martha: “Very late.”

He slept.
"""


@pytest.fixture
def script() -> Script:
    return sample_scripts.read(TEXT)


def speakers(script: Script, corrected: Script) -> list[tuple[str, str | None]]:
    return [
        (new.id, new.speaker)
        for old, new in zip(script.lines, corrected.lines, strict=True)
        if old.speaker != new.speaker
    ]


def write(tmp_path: Path, arguments: CorrectionArguments) -> Path:
    path = tmp_path / "x.corrections.toml"
    path.write_text(format_corrected_file(path, "Ferry", arguments), "utf-8")
    return path


@pytest.mark.parametrize("place", ["2.*", "2", "2.1-2.2", "2.1.1-2.2.1", "2.1 - 2"])
def test_a_range_means_every_quotation_in_it(tmp_path: Path, script: Script, place: str) -> None:
    arguments = parse_correction_arguments(script, correct=[f"{place}=Hobday"])
    corrected = apply_corrections(script, load_corrections(write(tmp_path, arguments)))
    changed = speakers(script, corrected)
    assert {name for _, name in changed} == {"Hobday"}
    assert all(line_id.startswith("2.") for line_id, _ in changed)
    assert len(changed) == sum(
        line.speaker == "Martha" for line in script.lines if line.chapter == 2
    )


def test_one_paragraph_is_a_range_too(script: Script) -> None:
    [quotation] = [line for line in script.lines if line.text == "“Very late.”"]
    arguments = parse_correction_arguments(
        script, correct=[f"{quotation.chapter}.{quotation.paragraph}=Hobday"]
    )
    assert [correction.words for correction in arguments.lines] == ["“Very late.”"]


def test_names_genders_and_pronunciations_are_kept_and_apply(
    tmp_path: Path, script: Script
) -> None:
    arguments = parse_correction_arguments(
        script, same=["Hobday=Miss Quill"], gender=["Sam=Female"], say=["Caoimhe=Keeva"]
    )
    loaded = load_corrections(write(tmp_path, arguments))
    assert loaded.pronunciations == {"Caoimhe": "Keeva"}
    assert loaded.count == 3
    corrected = apply_corrections(script, loaded)
    assert {line.speaker for line in corrected.lines} == {"Martha", "Sam", None}


def test_a_gender_is_that_of_the_character(tmp_path: Path, script: Script) -> None:
    arguments = parse_correction_arguments(script, gender=["Hobday=female"])
    corrected = apply_corrections(script, load_corrections(write(tmp_path, arguments)))
    genders = {character.name: character.gender for character in corrected.characters}
    assert genders["Hobday"] == "female"


def test_corrections_are_added_to_what_the_file_has(tmp_path: Path, script: Script) -> None:
    write(tmp_path, parse_correction_arguments(script, say=["Caoimhe=Keeva"]))
    path = write(tmp_path, parse_correction_arguments(script, say=["ferry=fairy"]))
    path = write(tmp_path, parse_correction_arguments(script, gender=["Sam=male"]))
    content = tomllib.loads(path.read_text("utf-8"))
    assert content == {
        "say": {"Caoimhe": "Keeva", "ferry": "fairy"},
        "character": {"Sam": {"gender": "male"}},
    }


def test_a_new_name_is_accepted_unless_it_looks_like_a_slip(script: Script) -> None:
    [new] = parse_correction_arguments(script, correct=["2.1=Rafferty"]).lines
    assert new.speaker == "Rafferty"
    with pytest.raises(UnknownCharacterError, match="did you mean Martha"):
        parse_correction_arguments(script, correct=["2.1=Marta"])


MISTAKES: list[tuple[dict[str, list[str]], type[NarratorError], str]] = [
    ({"correct": ["9.*=Martha"]}, OptionError, "there is no line 9"),
    ({"correct": ["2-9=Martha"]}, OptionError, "there is no line 9"),
    ({"correct": ["x=Martha"]}, OptionError, "there is no line x"),
    ({"correct": ["1.1=Martha"]}, OptionError, "nobody speaks in 1.1"),
    ({"correct": ["Martha"]}, OptionError, "write it as"),
    ({"same": ["Nobody=Martha"]}, UnknownCharacterError, "Nobody"),
    ({"same": ["Miss Quill=Martha"]}, OptionError, "both are Martha already"),
    ({"gender": ["Sam=robot"]}, OptionError, "give female or male"),
    ({"gender": ["Tom=male"]}, UnknownCharacterError, "Tom"),
    ({"say": ["Caoimhin=Keevin"]}, OptionError, "did you mean Caoimhe"),
    ({"say": ["=Keevin"]}, OptionError, "is not valid"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), MISTAKES)
def test_a_mistake_is_one_line_with_a_next_step(
    script: Script, arguments: dict[str, list[str]], error: type[NarratorError], message: str
) -> None:
    with pytest.raises(error) as caught:
        parse_correction_arguments(script, **arguments)
    assert message in str(caught.value)
    assert caught.value.hint


def test_an_unknown_gender_in_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.corrections.toml"
    path.write_text('[character.Sam]\ngender = "robot"\n', "utf-8")
    with pytest.raises(NarratorError, match="the gender of Sam can't be 'robot'"):
        load_corrections(path)


def test_a_description_of_nobody_is_reported(tmp_path: Path, script: Script) -> None:
    path = tmp_path / "x.corrections.toml"
    path.write_text('[character.Marthe]\ngender = "female"\n', "utf-8")
    [note] = apply_corrections(script, load_corrections(path)).notes
    assert "nobody is called Marthe" in note
