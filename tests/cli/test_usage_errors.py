"""A wrong command line is one line that says what is wrong and what to do next."""

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app

WRONG = [
    (["biuld", "x"], "there is no command 'biuld': did you mean build?"),
    (["build", "x.txt", "--fomat", "mp3"], "there is no option --fomat: did you mean --format"),
    (["build", "x.txt", "-z"], "there is no option -z: `"),
    (["build"], "INPUT is missing: `"),
    (["build", "x.txt", "--speed", "fast"], "--speed 'fast' is not valid: give a number"),
    (["build", "x.txt", "--jobs", "1.5"], "--jobs '1.5' is not valid: give a whole number"),
    (["build", "x.txt", "--speed"], "--speed needs a value: `"),
    (["preview", "x.txt", "-p", "one"], "--paragraph 'one' is not valid: give a whole number"),
    (["voices", "lst"], "ACTION 'lst' is not known: did you mean list"),
    (["share", "x", "--port", "99999"], "--port 99999 is not valid: give 0 to 65535"),
    (["engines", "foo"], "'foo' is more than the command takes: `"),
    (["--vresion"], "there is no option --vresion: did you mean --version"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_usage_is_one_line_with_a_next_step(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"narrator: {message}")


def test_no_arguments_show_the_help() -> None:
    assert "Usage" in CliRunner().invoke(app, []).output
