import pytest

from narrator.segmentation.speech_prefixes.cast_list import CastEntry, CastList
from narrator.segmentation.speech_prefixes.names import (
    abbreviates,
    capitalise_name,
    make_name_key,
    name_personae,
)


@pytest.mark.parametrize(
    "names",
    [
        ("FIRST GUARD", "First Guard", "1st Guard", "GUARD 1", "1. Guard"),
        ("THE QUEEN", "Queen", "queen"),
        ("MRS. DALE", "Mrs. Dale", "Mrs Dale"),
    ],
)
def test_spellings_of_one_name_have_one_key(names: tuple[str, ...]) -> None:
    assert len(set(map(make_name_key, names))) == 1


@pytest.mark.parametrize(
    ("capitals", "expected"),
    [
        ("OTTO", "Otto"),
        ("MRS. O'DEA", "Mrs. O'Dea"),
        ("DUKE OF WEST", "Duke of West"),
        ("MCLEAN", "McLean"),
        ("McLEAN", "McLean"),
        ("OTTO and THE QUEEN", "Otto and the Queen"),
        ("OTTO'S COOK", "Otto's Cook"),
        ("JEAN-LUC", "Jean-Luc"),
    ],
)
def test_a_name_in_capitals_is_written_as_in_running_text(capitals: str, expected: str) -> None:
    assert capitalise_name(capitals) == expected


@pytest.mark.parametrize(
    ("key", "full", "expected"),
    [
        ("flor", "florian", True),
        ("lady m", "lady marchmont", True),
        ("flo", "flor", False),
        ("cook", "otto", False),
        ("otto", "otto ley", False),
    ],
)
def test_an_abbreviation_begins_each_word(key: str, full: str, *, expected: bool) -> None:
    assert abbreviates(key, full) is expected


def test_abbreviated_names_are_joined_by_the_list_of_persons() -> None:
    cast = CastList((CastEntry("FLORIAN", "a duke"), CastEntry("FLAVIA", "his wife")))
    personae, main_names = name_personae(["Flor", "Flav", "Flor", "Page"], cast, "")
    assert [(p.name, p.aliases, p.description) for p in personae] == [
        ("Florian", ("Flor",), "a duke"),
        ("Flavia", ("Flav",), "his wife"),
        ("Page", (), ""),
    ]
    assert main_names == {"Flor": "Florian", "Flav": "Flavia", "Page": "Page"}


def test_two_names_of_which_one_begins_the_other_stay_two_persons() -> None:
    personae, _ = name_personae(["ROB", "ROBERTA"], CastList(), "Rob sat down. Roberta rose.")
    assert [persona.name for persona in personae] == ["Rob", "Roberta"]


def test_a_name_is_written_as_the_text_writes_it() -> None:
    personae, _ = name_personae(["DE WITT"], CastList(), "Enter de Witt. Then De Witt sits down.")
    assert personae[0].name == "De Witt"


def test_an_abbreviation_stands_for_the_only_name_in_the_text() -> None:
    text = "HOR. Come, my lord.\nHAM. Let go, Horatio.\nHOR. Alas, poor Hamlet!"
    personae, main_names = name_personae(["HOR", "HAM", "HOR"], CastList(), text)
    assert [persona.name for persona in personae] == ["Horatio", "Hamlet"]
    assert main_names["HOR"] == "Horatio"


def test_a_lady_is_not_her_husband() -> None:
    names = ["LADY BRANDT", "BRANDT", "LADY BRANDT", "BRANDT"]
    assert len(name_personae(names, CastList(), "")[0]) == 2
