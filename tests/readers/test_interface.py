from dataclasses import fields

import pytest

from narrator.errors import OptionError
from narrator.readers import DEFAULT_POLICY, POLICY_CHOICES, Policy


def test_every_field_of_a_policy_has_choices_and_the_first_is_the_default() -> None:
    assert {field.name for field in fields(Policy)} - {"language"} == set(POLICY_CHOICES)
    for name, choices in POLICY_CHOICES.items():
        assert getattr(DEFAULT_POLICY, name) == choices[0]


@pytest.mark.parametrize(
    ("field", "value"), [(name, value) for name in POLICY_CHOICES for value in POLICY_CHOICES[name]]
)
def test_every_choice_is_accepted(field: str, value: str) -> None:
    assert getattr(Policy(**{field: value}), field) == value


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("matter", "kept", "choose skip, keep"),
        ("notes", "Inline", "choose skip, inline, chapter-end"),
        ("notes", "", "choose skip, inline, chapter-end"),
        ("images", "inline", "choose skip, keep"),
        ("images", None, "choose skip, keep"),
        ("cues", "keep", "choose skip, speak"),
    ],
)
def test_a_value_that_no_reader_knows_is_refused_with_the_choices(
    field: str, value: str, hint: str
) -> None:
    with pytest.raises(OptionError, match=f"{field}='{value}' is not known") as caught:
        Policy(**{field: value})
    assert caught.value.hint == hint
    assert caught.value.exit_code == 2
