import pytest

from narrator.errors import ScriptFileError
from narrator.model import Character
from narrator.scripts import character_list, text_syntax
from narrator.scripts.character_list import CharacterEntry, CharacterIndex
from tests.scripts.sample_scripts import FERRY, read


def _entries(*rows: str) -> list[CharacterEntry]:
    return [
        character_list.parse_character_row(row, "x.script")
        for row in text_syntax.split_script_rows("\n".join(rows))
        if row.text
    ]


@pytest.mark.parametrize(
    ("row", "character"),
    [
        ("Elizabeth:", Character("Elizabeth")),
        (
            "Elizabeth: Lizzy,Eliza [female, young]",
            Character("Elizabeth", ("Lizzy", "Eliza"), "female", "young"),
        ),
        ("Mr. Smith (2): [male]", Character("Mr. Smith (2)", (), "male")),
        ("Watson: [tells the story]", Character("Watson", is_narrator=True)),
        ("A\\: B\\, C: ~Lizzy", Character("A: B, C", ("Lizzy",))),
    ],
)
def test_a_row_describes_a_character(row: str, character: Character) -> None:
    assert _entries(row)[0].character == character


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (("A: B", "C:"), {"A": "A", "B": "A", "b": "A", "C": "C", "D": None}),
        (("A: B", "B: C"), {"A": "A", "B": "A", "C": "A"}),
        (("A:", "B: A"), {"A": "B", "B": "B"}),
        (("A: B", "B: A"), {"A": "A", "B": "A"}),
        (("A: B", "B: C", "C: D", "D:"), {"A": "A", "B": "A", "C": "A", "D": "A"}),
        (("C: D", "D:", "A: C"), {"A": "A", "C": "A", "D": "A"}),
        (("A: ~B", "B:"), {"A": "A", "B": "B"}),
        (("A: X", "B: X"), {"X": "A"}),
    ],
)
def test_a_character_with_the_name_of_another_is_the_same_character(
    rows: tuple[str, ...], found: dict[str, str | None]
) -> None:
    people = CharacterIndex(_entries(*rows))
    assert {name: people.find_main_name(name) for name in found} == found


def test_a_merged_character_has_the_names_and_attributes_of_both() -> None:
    [one] = CharacterIndex(_entries("A: B [young]", "B: C [female, old]")).characters
    assert one == Character("A", ("B", "C"), "female", "young")


def test_the_detected_speakers_are_recorded_briefly() -> None:
    assert list(character_list.format_detected_rows(read(FERRY)))[3:] == [
        "Mr. Hobday: [male]",
        "Martha Quill: [female]",
        "=1: .2 2 .1 1 .1 1x2 .1",
    ]


@pytest.mark.parametrize(
    "row", ["=1: 3", "=1: x", "=x: 1", "=1: 1x", "=1: 0", "=1: 1x99999999999999"]
)
def test_damage_to_the_record_of_detected_speakers_is_an_error(row: str) -> None:
    text = f"{FERRY}\n[as found]\nMartha Quill:\nMr. Hobday:\n{row}\n"
    if row.endswith("9"):
        assert len(read(text).uncorrected.lines) == 100_000  # type: ignore[union-attr]
        return
    with pytest.raises(ScriptFileError, match=r"line 30: '.*' is not valid here"):
        read(text)
