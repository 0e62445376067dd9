"""The tables of every language can be read and make sense."""

from __future__ import annotations

import pytest

from narrator.languages.language_files import list_tags_with_section
from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation.steps import normalise_text

TAGS = list_tags_with_section("numbers")


@pytest.mark.parametrize("tag", TAGS)
def test_every_table_holds_words(tag: str) -> None:
    rules = load_rules(tag)
    spoken = [
        *rules.abbreviations.values(),
        *rules.symbol_words.values(),
        *rules.number_abbreviations.values(),
    ]
    names = [
        name for row in [*rules.unit_names.values(), *rules.currency_names.values()] for name in row
    ]
    assert all(any(sign.isalpha() for sign in words) for words in [*spoken, *names])
    assert rules.decimal_word
    assert rules.counted_nouns


@pytest.mark.parametrize("tag", TAGS)
def test_keys_are_in_lower_case_without_their_last_dot(tag: str) -> None:
    rules = load_rules(tag)
    keys = [*rules.abbreviations, *rules.title_words, *rules.number_abbreviations]
    assert not [key for key in keys if key != key.casefold() or key.endswith(".")]


@pytest.mark.parametrize("tag", TAGS)
def test_every_unit_has_all_forms_after_numbers_and_every_currency_also_its_hundredth(
    tag: str,
) -> None:
    rules = load_rules(tag)
    form_counts = {3, 4} if rules.plural_noun_cases else {2}
    assert {len(row) for row in rules.unit_names.values()} <= form_counts
    assert {len(row) for row in rules.currency_names.values()} <= {2 * n for n in form_counts}


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("written", ["7 km", "3 %", "12", "5 €", "1 & 2"])
def test_no_digit_and_no_sign_is_left_to_the_engine(tag: str, written: str) -> None:
    spoken = normalise_text(written, tag, LineKind.NARRATION)
    assert not [sign for sign in spoken if sign.isdigit() or sign in "%€&"]
