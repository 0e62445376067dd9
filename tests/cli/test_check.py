"""Options of `narrator check`."""

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app


@pytest.mark.parametrize(
    "options",
    [
        ("--against", "b.txt", "--plot", "x.png"),
        ("--against", "b.txt", "--profile", "acx"),
        ("--model", "small"),
        ("--chapters", "1-2"),
    ],
)
def test_options_that_would_have_no_effect_are_refused(options: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["check", "a.mp3", *options])
    assert result.exit_code == 2
