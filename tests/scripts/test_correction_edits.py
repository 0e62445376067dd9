"""A corrections file is edited in place, and says of each line only one thing."""

import tomllib
from pathlib import Path

import pytest
import tomlkit

from narrator.scripts import correction_edits, corrections
from narrator.scripts.corrections import WordIndex
from tests.scripts.sample_scripts import FERRY, read

SCRIPT = read(FERRY)
INDEX = WordIndex(SCRIPT.lines)


def _find(words: str) -> int:
    return next(index for index, line in enumerate(SCRIPT.lines) if words in line.text)


def _set(document: tomlkit.TOMLDocument, words: str, **values: str | float | None) -> None:
    passage = corrections.describe_passage(INDEX, _find(words))
    correction_edits.set_line_values(document, INDEX, passage, values)


def _apply(document: tomlkit.TOMLDocument, path: Path) -> dict[str, str | None]:
    path.write_text(tomlkit.dumps(document), "utf-8")
    script = corrections.apply_corrections(SCRIPT, corrections.load_corrections(path))
    return {line.text: line.speaker for line in script.lines}


def test_the_last_speaker_of_a_quotation_counts_and_there_is_one_row(tmp_path: Path) -> None:
    document = tomlkit.document()
    _set(document, "We shall have", speaker="Mr. Hobday")
    _set(document, "We shall have", speaker="narrator")
    _set(document, "We shall have", speaker="Mr. Hobday")
    assert len(document["line"]) == 1
    assert _apply(document, tmp_path / "f.toml")["“We shall have to wait,”"] == "Mr. Hobday"


def test_a_correction_of_another_line_of_the_quotation_is_replaced(tmp_path: Path) -> None:
    document = tomlkit.document()
    _set(document, "Wait?", speaker="Martha Quill")
    _set(document, "I have waited", speaker="The Ferryman")
    speakers = _apply(document, tmp_path / "f.toml")
    assert speakers["“Wait?”"] == speakers["“I have waited since noon!"] == "The Ferryman"
    assert sum("speaker" in table for table in document["line"]) == 1


def test_a_row_by_hand_is_changed_where_it_is_with_its_comments(tmp_path: Path) -> None:
    document = tomlkit.parse(
        '# my file\n[[line]]\nwords = "we shall have" # why\nspeaker = "Mr. Hobday"\n\n# the end\n'
    )
    _set(document, "We shall have", speaker="The Ferryman")
    text = tomlkit.dumps(document)
    assert text.startswith('# my file\n[[line]]\nwords = "we shall have" # why\n')
    assert text.endswith("# the end\n")
    assert _apply(document, tmp_path / "f.toml")["“We shall have to wait,”"] == "The Ferryman"


def test_what_is_taken_back_leaves_the_rest_of_the_row_and_no_empty_row() -> None:
    document = tomlkit.parse("# mine\n")
    _set(document, "We shall have", speaker="Mr. Hobday", manner="whisper", pause=1.5)
    _set(document, "We shall have", manner=None)
    [table] = document["line"]
    assert (table["speaker"], table["pause"], "manner" in table) == ("Mr. Hobday", 1.5, False)
    _set(document, "We shall have", speaker=None, pause=None)
    assert tomlkit.dumps(document).strip() == "# mine"


def test_a_wide_row_after_it_does_not_win_over_a_new_choice(tmp_path: Path) -> None:
    document = tomlkit.document()
    _set(document, "We shall have", speaker="The Ferryman")
    wide = tomlkit.table()
    wide.update({"words": "gone. We shall have to wait said Martha", "speaker": "Mr. Hobday"})
    document["line"].append(wide)
    _set(document, "We shall have", speaker="Martha Quill")
    assert _apply(document, tmp_path / "f.toml")["“We shall have to wait,”"] == "Martha Quill"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            lambda d: correction_edits.merge_characters(d, ["Lizzy"], "Elizabeth"),
            {"same": {"Lizzy": "Elizabeth"}},
        ),
        (
            lambda d: correction_edits.set_character_traits(d, "Sam", {"gender": "female"}),
            {"character": {"Sam": {"gender": "female"}}},
        ),
        (lambda d: correction_edits.set_character_traits(d, "Sam", {"gender": None}), {}),
        (lambda d: correction_edits.set_pronunciation(d, "Sam", "Sahm"), {"say": {"Sam": "Sahm"}}),
        (lambda d: correction_edits.set_pronunciation(d, "Sam", None), {}),
    ],
)
def test_characters_and_words_have_tables_of_their_own(edit, expected) -> None:  # type: ignore[no-untyped-def]
    document = tomlkit.document()
    edit(document)
    assert tomllib.loads(tomlkit.dumps(document)) == expected


def test_a_renamed_character_keeps_lines_aliases_and_corrections(tmp_path: Path) -> None:
    document = tomlkit.document()
    correction_edits.set_character_traits(document, "Mr. Hobday", {"name": "Old Tom", "age": "old"})
    _set(document, "We shall have", speaker="Hobday")
    path = tmp_path / "f.toml"
    speakers = _apply(document, path)
    assert speakers["“Wait?”"] == speakers["“We shall have to wait,”"] == "Old Tom"
    script = corrections.apply_corrections(SCRIPT, corrections.load_corrections(path))
    [character] = [each for each in script.characters if each.name == "Old Tom"]
    assert character.age == "old"
    assert "Mr. Hobday" in character.aliases


def test_a_name_that_somebody_has_is_not_given_to_another(tmp_path: Path) -> None:
    document = tomlkit.document()
    correction_edits.set_character_traits(document, "Mr. Hobday", {"name": "Martha Quill"})
    path = tmp_path / "f.toml"
    assert _apply(document, path)["“Wait?”"] == "Mr. Hobday"
    script = corrections.apply_corrections(SCRIPT, corrections.load_corrections(path))
    assert any("Martha Quill is taken" in note for note in script.notes)
