import pickle

import pytest

from narrator.errors import BrokenInputError


def test_a_message_is_one_line_whatever_a_damaged_file_says_of_itself() -> None:
    error = BrokenInputError("a\n\x00b.epub is\r\nbroken", "x" * 10_000)
    assert error.message == "a ␀b.epub is broken"
    assert len(str(error).splitlines()) == 1
    assert len(error.hint) < 3000


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("it says \x1b]0;owned\x07 \x9b2J", "it says ␛]0;owned␇ ⟨U+009B⟩2J"),
        ("http://ann:s3cret@host does not answer", "http://…@host does not answer"),
    ],
)
def test_a_message_has_neither_control_characters_nor_passwords(message: str, shown: str) -> None:
    error = BrokenInputError(message, message)
    assert (error.message, error.hint, error.args) == (shown, shown, (shown,))


def test_an_error_keeps_its_hint_on_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(BrokenInputError("broken", "mend it")))  # noqa: S301 - our own
    assert (error.message, error.hint, error.exit_code) == ("broken", "mend it", 3)
