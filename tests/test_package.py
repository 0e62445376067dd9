"""The names that `import narrator` offers, and when they are loaded."""

import subprocess
import sys

import pytest

import narrator


def test_every_public_name_can_be_imported() -> None:
    assert dir(narrator) == sorted(narrator.__all__)
    for name in narrator.__all__:
        assert getattr(narrator, name) is not None


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="narratee"):
        _ = narrator.narratee


def test_a_name_is_loaded_when_it_is_first_used() -> None:
    code = (
        "import sys, narrator\n"
        "print('narrator.build' in sys.modules)\n"
        "narrator.Options\n"
        "print('narrator.build.options' in sys.modules)\n"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["False", "True"]
