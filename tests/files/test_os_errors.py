import errno
import os
import re
from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files.os_errors import convert_os_errors


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "make room on the disk"),
        (errno.EDQUOT, "make room on the disk"),
        (errno.EFBIG, "does not hold files that large"),
        (errno.EACCES, "^choose another place$"),
    ],
)
def test_each_error_of_the_system_has_a_message_and_a_hint(number: int, hint: str) -> None:
    with pytest.raises(OutputError) as raised, convert_os_errors(Path("out.mp3")):
        raise OSError(number, os.strerror(number))
    assert raised.value.message == f"out.mp3 can't be written ({os.strerror(number)})"
    assert re.search(hint, raised.value.hint)


def test_an_error_without_a_number_keeps_its_words() -> None:
    with pytest.raises(OutputError, match="the pipe broke"), convert_os_errors(Path("out.mp3")):
        raise OSError("the pipe broke")


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(KeyError), convert_os_errors(Path("out.mp3")):
        raise KeyError("a mistake in the program")
