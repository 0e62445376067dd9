"""People of annotated novels are given other names, with their annotations."""

import tomllib

from benchmarks._renaming import NAMES_PATH, rename_people

TEXT = (
    'Mr. Vane met Ada Vane. "Ada," said Mr. Vane, "the Vanes are late." '
    "The cook saw Ada's hat, and Miss Vane's too. VANE, said the door."
)
GOLD = {
    "text": TEXT,
    "narrator": None,
    "quotes": [{"id": "Q0", "parts": [[TEXT.index("Ada,"), TEXT.index("Ada,") + 4]]}],
    "characters": [
        {"id": 0, "name": "Ada Vane", "aliases": ["Ada", "Ada Vane", "Miss Vane"], "gender": "F"},
        {"id": 1, "name": "Mr. Vane", "aliases": ["Mr. Vane"], "gender": "M"},
        {"id": 2, "name": "The Cook", "aliases": ["The Cook", "the cook"], "gender": "F"},
    ],
}


def test_titles_stay_and_one_word_has_one_replacement():
    text, gold = rename_people(TEXT, GOLD, 0)
    first, last = gold["characters"][0]["name"].split(" ", 1)
    assert "Vane" not in text
    assert "Ada" not in text
    assert text.startswith(f"Mr. {last} met {first} {last}. ")
    assert f"the {last}s are" in text or f"the {last}es are" in text
    assert f"{last.upper()}, said the door" in text
    assert gold["characters"][1]["aliases"] == [f"Mr. {last}"]


def test_descriptions_keep_their_words():
    _, gold = rename_people(TEXT, GOLD, 0)
    assert gold["characters"][2]["aliases"] == ["The Cook", "the cook"]


def test_the_annotations_move_with_the_text_and_the_original_stays():
    text, gold = rename_people(TEXT, GOLD, 0)
    ((start, end),) = gold["quotes"][0]["parts"]
    assert text[start - 1] == '"'
    assert text[start:end] == gold["characters"][0]["aliases"][0] + ","
    assert GOLD["text"] == TEXT


def test_each_version_has_other_names_the_same_in_every_run():
    assert rename_people(TEXT, GOLD, 1) == rename_people(TEXT, GOLD, 1)
    assert len({rename_people(TEXT, GOLD, number)[0] for number in range(6)}) > 1


def test_no_replacement_is_listed_twice_among_the_names_of_one_gender():
    tables = tomllib.loads(NAMES_PATH.read_text("utf-8"))
    for kind in ("male", "female", "surnames"):
        names = [name for names in tables[kind].values() for name in names.split()]
        assert len(names) == len(set(names))
