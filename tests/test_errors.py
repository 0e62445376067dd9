import pickle

from narrator.errors import BrokenInputError


def test_a_message_is_one_line_whatever_a_damaged_file_says_of_itself() -> None:
    error = BrokenInputError("a\n\x00b.epub is\r\nbroken", "x" * 10_000)
    assert error.message == "a b.epub is broken"
    assert len(str(error).splitlines()) == 1
    assert len(error.hint) < 3000


def test_an_error_keeps_its_hint_on_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(BrokenInputError("broken", "mend it")))  # noqa: S301 - our own
    assert (error.message, error.hint, error.exit_code) == ("broken", "mend it", 3)
