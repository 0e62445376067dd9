from pathlib import Path

import pytest

from narrator.errors import OptionError, ScriptFileError, UnknownCharacterError
from narrator.files.ownership import Origin, Output
from narrator.model import NO_DIRECTIONS, Directions, LineKind, Script
from narrator.normalisation.script_normalisation import normalise_script
from narrator.scripts import correction_edits, corrections
from narrator.scripts.corrections import CharacterCorrection, Correction, Corrections
from tests.scripts.sample_scripts import FERRY, read

SCRIPT = read(FERRY)


def _apply(
    *said: Correction, same: tuple[tuple[str, str], ...] = (), script: Script = SCRIPT
) -> Script:
    return corrections.apply_corrections(
        script, Corrections(Path("f.corrections.toml"), said, same)
    )


def _who(script: Script) -> dict[str, str | None]:
    return {
        line.text: line.speaker if line.kind is LineKind.DIALOGUE else "told"
        for line in script.lines
    }


@pytest.mark.parametrize(
    ("words", "speaker", "changed"),
    [
        (
            "I have waited since noon!",
            "Martha",
            {
                "“Wait?”": "Martha Quill",
                "“I have waited since noon!": "Martha Quill",
                "I will wait no more.”": "Martha Quill",
            },
        ),
        ("we shall HAVE", "hobday", {"“We shall have to wait,”": "Mr. Hobday"}),
        (
            "noon! I will wait",
            "narrator",
            {
                "“Wait?”": "told",
                "“I have waited since noon!": "told",
                "I will wait no more.”": "told",
            },
        ),
        ("It rained", "Mr. Hobday", {"It rained until evening.": "Mr. Hobday"}),
        ("It rained", "The Ferryman", {"It rained until evening.": "The Ferryman"}),
        ("ferry had gone. We shall", "Hobday", {"“We shall have to wait,”": "Mr. Hobday"}),
        ("It rained", "narrator", {}),
    ],
)
def test_a_correction_assigns_words_to_their_speaker(
    words: str, speaker: str, changed: dict[str, str]
) -> None:
    before, after = _who(SCRIPT), _who(_apply(Correction(words, speaker)))
    assert {text: who for text, who in after.items() if before[text] != who} == changed


def test_lines_are_counted_and_quotations_numbered_again() -> None:
    script = _apply(Correction("It rained", "Martha"), Correction("ferry had gone", "Martha"))
    assert {each.name: each.line_count for each in script.characters} == {
        "Mr. Hobday": 3,
        "Martha Quill": 3,
    }
    assert [line.quotation for line in script.lines if line.quotation] == [4, 1, 2, 2, 2, 3]
    assert script.uncorrected == SCRIPT
    assert script.notes == ()


def test_two_characters_are_merged() -> None:
    script = _apply(same=(("Hobday", "Martha"),))
    assert {line.speaker for line in script.lines} == {None, "Martha Quill"}
    assert [each.aliases for each in script.characters] == [("Martha", "Mr. Hobday", "Hobday")]


TWICE = read(
    FERRY.replace("Wait?", "Really?").replace(
        "It rained until evening.", "It rained.\n\n@Hobday: “Really?”\n\nHe left."
    )
)


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ("said Martha Quill.", "", 4),
        ("", "cried Mr. Hobday", 4),
        ("It rained.", "", 9),
        ("rained and rained", "", 9),
        ("", "He left.", 9),
    ],
)
def test_the_context_distinguishes_repeated_words(before: str, after: str, at: int) -> None:
    script = _apply(Correction("Really?", "Martha", before, after), script=TWICE)
    changed = [i for i, (a, b) in enumerate(zip(TWICE.lines, script.lines, strict=True)) if a != b]
    assert at in changed
    assert 13 - at not in changed


def test_a_correction_stays_valid_when_the_text_around_it_is_edited() -> None:
    correction = corrections.parse_correction(TWICE, "1.4.1=Martha")
    edited = read(
        FERRY.replace("Wait?", "Really?").replace(
            "It rained until evening.", "Later, it rained.\n\n@Hobday: “Really?”\n\nHe was gone."
        )
    )
    assert [
        line.id
        for line in _apply(correction, script=edited).lines
        if line.speaker == "Martha Quill"
    ] == ["1.1.2", "1.4.1"]


def test_every_line_of_a_refrain_is_told_apart() -> None:
    refrain = "\n\n".join(["@Hobday: “Really?”", "@Martha Quill: “Wait?”"] * 12)
    script = read(FERRY.replace("It rained until evening.", refrain))
    for index, line in enumerate(script.lines):
        if line.kind is LineKind.DIALOGUE and line.quotation and index > 5:
            other = "Hobday" if line.speaker == "Martha Quill" else "Martha Quill"
            told = corrections.parse_correction(script, f"{line.id}={other}")
            pairs = zip(script.lines, _apply(told, script=script).lines, strict=True)
            changed = {i for i, (a, b) in enumerate(pairs) if a.speaker != b.speaker}
            assert index in changed
            assert {script.lines[i].quotation for i in changed} == {line.quotation}


@pytest.mark.parametrize(
    ("correction", "note"),
    [
        (Correction("never said", "Martha"), "“never said” are not in the book any more"),
        (Correction("Really?", "Martha"), "“Really?” occurs 2 times"),
        (Correction("CHAPTER", "Martha"), "“CHAPTER” is a heading"),
        (Correction("He left", "Marta"), "Marta is new in this book (did you mean Martha Quill"),
    ],
)
def test_a_correction_that_can_not_be_applied_is_noted(correction: Correction, note: str) -> None:
    [found] = _apply(correction, script=TWICE).notes
    assert note in found
    assert found.startswith("f.corrections.toml: ")


def test_a_new_character_may_be_merged_or_renamed_as_any_other() -> None:
    said = Correction("It rained", "The Ferryman")
    merged = _apply(said, same=(("The Ferryman", "Martha"),))
    assert [line.speaker for line in merged.lines if "rained" in line.text] == ["Martha Quill"]
    path, renamed = Path("f"), (("The Ferryman", CharacterCorrection(name="Charon", age="old")),)
    other = Correction("ferry had gone", "Charon")
    script = corrections.apply_corrections(SCRIPT, Corrections(path, (said, other), (), renamed))
    assert {line.speaker for line in script.lines if line.kind is LineKind.DIALOGUE} >= {"Charon"}
    assert "The Ferryman" not in {line.speaker for line in script.lines}
    [charon] = [each for each in script.characters if each.name == "Charon"]
    assert (charon.age, charon.line_count) == ("old", 2)


def test_an_unknown_name_to_merge_is_noted() -> None:
    assert "nobody is called Anna here" in _apply(same=(("Anna", "Martha"),)).notes[0]


def test_added_corrections_are_loaded_again_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "ferry.corrections.toml"
    first, second = (
        corrections.parse_correction(SCRIPT, told) for told in ("1.1.2=Hobday", "1.3.1=Martha")
    )
    output = Output(path, Origin("corrections"))
    correction_edits.add_corrections(output, "The Ferry", [first])
    path.write_text(f'# Mine.\n[same]\n"A" = "B"\n\n{path.read_text("utf-8")}', "utf-8")
    correction_edits.add_corrections(output, "The Ferry", [second])
    assert path.read_text("utf-8").startswith("# Mine.\n")
    assert corrections.load_corrections(path) == Corrections(path, (first, second), (("A", "B"),))
    again = corrections.parse_correction(SCRIPT, "1.1.2=narrator")
    correction_edits.add_corrections(output, "The Ferry", [again])
    assert corrections.load_corrections(path).line_corrections == (again, second)


@pytest.mark.parametrize(
    ("told", "error", "hint"),
    [
        ("1.1.2", OptionError, "3.12.2=Elizabeth"),
        ("9.9.9=Martha", OptionError, "narrator script BOOK"),
        ("1.1.2=Marta", UnknownCharacterError, "did you mean Martha Quill"),
        ("1.1.2=narator", UnknownCharacterError, "did you mean narrator"),
    ],
)
def test_a_correction_without_a_meaning_is_an_error(
    told: str, error: type[Exception], hint: str
) -> None:
    with pytest.raises(error, match=hint):
        corrections.parse_correction(SCRIPT, told)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[line]]\nwords = 'x'\n", "speaker"),
        ("[[line]]\nwords = '…'\nspeaker = 'A'\n", "no words"),
        ("[[line]]\nwords = 'x'\nspeaker = 'A'\nspeeker = 'B'\n", "speeker"),
        ("[lines]\n", "lines"),
        ("[[line", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_an_error(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "x.corrections.toml"
    path.write_text(content)
    with pytest.raises(ScriptFileError, match=said):
        corrections.load_corrections(path)


DIRECTED = [
    (Correction("We shall have to wait", manner="whisper"), {"1.1.2": Directions("whisper")}),
    (Correction("have waited since", pause=2), {"1.2.3": Directions("", 2.0)}),
    (
        Correction("The ferry", say="The boat had gone."),
        {"1.1.1": Directions(say="The boat had gone.")},
    ),
    (Correction("CHAPTER I.", manner="slow"), {"1.0.1": Directions("slow")}),
    (
        Correction("noon! I will", manner="shout", pause=0),
        {"1.2.3": Directions("shout", 0), "1.2.4": Directions("shout", 0)},
    ),
]


@pytest.mark.parametrize(("correction", "expected"), DIRECTED)
def test_a_correction_says_how_its_words_are_spoken(
    correction: Correction, expected: dict[str, Directions]
) -> None:
    before, after = read(FERRY), corrections.apply_corrections(read(FERRY), _only(correction))
    changed = {line.id: line.directions for line in after.lines if line.directions != NO_DIRECTIONS}
    assert changed == expected
    assert [line.speaker for line in after.lines] == [line.speaker for line in before.lines]
    assert after.notes == before.notes


def test_what_is_said_instead_is_spoken() -> None:
    correction = Correction("The ferry", say="At 5 the boat had gone.")
    script = normalise_script(corrections.apply_corrections(read(FERRY), _only(correction)))
    assert script.lines[1].spoken == "At five the boat had gone."
    assert script.lines[1].text == "The ferry had gone."


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('manner = "mumble"', "no manner is called 'mumble'"),
        ("pause = -1", "a pause of -1 seconds is out of range"),
        ("pause = 1e300", "a pause of 1e\\+300 seconds is out of range"),
        ("pause = nan", "a pause of nan seconds is out of range"),
        ('say = " "', "nothing to change"),
    ],
)
def test_a_direction_out_of_range_is_an_error(tmp_path: Path, entry: str, problem: str) -> None:
    path = tmp_path / "ferry.corrections.toml"
    path.write_text(f'[[line]]\nwords = "The ferry"\n{entry}\n', "utf-8")
    with pytest.raises(ScriptFileError, match=problem):
        corrections.load_corrections(path)


def _only(correction: Correction) -> Corrections:
    return Corrections(Path("ferry.corrections.toml"), (correction,))
