import tomllib
from collections import Counter

from narrator.listening.line_check import ExpectedLine
from narrator.listening.name_check import find_heard_variants, find_spoken_variants, list_names
from narrator.model import Character

NAMES = list_names([Character("Miss Menzies Ward", ("Kiva",)), Character("Tom")])


def make_lines(*pairs: tuple[str, str], voice: str = "edgar") -> list[ExpectedLine]:
    return [
        ExpectedLine(f"1.{number}.1", text, spoken, voice)
        for number, (text, spoken) in enumerate(pairs, 1)
    ]


def test_names_are_the_words_of_characters() -> None:
    assert frozenset(["Miss", "Menzies", "Ward", "Kiva", "Tom"]) == NAMES


def test_a_name_that_is_respelt_in_some_lines_only_is_reported() -> None:
    lines = make_lines(
        ("Menzies went out.", "Mingis went out."),
        ("Then Menzies came back.", "Then Mingis came back."),
        ("Where is Menzies?", "Where is Menzies?"),
        ("Tom knew, and told Miss Ward.", "Tom knew, and told Miss Ward."),
    )
    [variants] = find_spoken_variants(lines, NAMES, "en")
    assert (variants.name, variants.voice) == ("Menzies", "edgar")
    assert variants.forms == (("Mingis", 2), ("Menzies", 1))
    assert tomllib.loads(f"[words]\n{variants.lexicon_entry}") == {"words": {"Menzies": "Mingis"}}


def test_a_name_is_settled_by_its_respelling_however_rare() -> None:
    """A lexicon entry with the name itself would change no line."""
    lines = make_lines(("Menzies went out.", "Mingis went out."))
    lines += make_lines(*[("Where is Menzies?", "Where is Menzies?")] * 3)
    [variants] = find_spoken_variants(lines, NAMES, "en")
    assert variants.lexicon_entry == '"Menzies" = "Mingis"'


def test_two_voices_may_say_a_name_in_their_own_way() -> None:
    lines = make_lines(("Menzies left.", "Mingis left."))
    lines += make_lines(("Menzies left.", "Menzies left."), voice="clara")
    assert not find_spoken_variants(lines, NAMES, "en")


def test_spellings_that_sound_alike_are_no_variants() -> None:
    lines = make_lines(("Tom left.", "Tom left."), ("Tom sat.", "Thom sat."))
    assert not find_spoken_variants(lines, NAMES, "en")


def test_numbers_and_abbreviations_beside_a_name_do_not_matter() -> None:
    lines = make_lines(
        ("Tom paid £5 to Ward.", "Tom paid five pounds to Ward."),
        ("Dr. Ward, No. 7, saw Tom.", "Doctor Ward, Number seven, saw Tom."),
    )
    assert not find_spoken_variants(lines, NAMES, "en")


def test_a_name_that_is_heard_in_two_ways_again_and_again_is_reported() -> None:
    forms = {
        ("edgar", "menzies"): Counter({"menzies": 3, "mingis": 2, "the": 1}),
        ("edgar", "tom"): Counter({"tom": 9, "bomb": 1}),
        ("edgar", "barrel"): Counter({"barrel": 4, "letter": 4}),
    }
    [variants] = find_heard_variants(forms, NAMES, "en")
    assert (variants.name, variants.is_heard) == ("Menzies", True)
    assert variants.forms[:2] == (("menzies", 3), ("mingis", 2))
    [entry] = tomllib.loads(variants.lexicon_entry)["entry"]
    assert entry["word"] == "Menzies"
    assert entry["ipa"]


def test_a_name_that_is_heard_in_spellings_that_sound_alike_is_not() -> None:
    forms = {("edgar", "menzies"): Counter({"mingis": 5, "minghis": 4})}
    assert not find_heard_variants(forms, NAMES, "en")
