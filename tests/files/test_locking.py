import os
import subprocess
import sys
from pathlib import Path

import pytest

from narrator.files.locking import lock_folder

WAITER = """
import sys, pathlib
from narrator.files.locking import lock_folder
print("ready", flush=True)
with lock_folder(pathlib.Path(sys.argv[1])):
    print((pathlib.Path(sys.argv[1]) / "state").read_text(), flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="folders have no locks on Windows")
def test_another_process_waits_until_the_lock_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WAITER, str(tmp_path)]
    with lock_folder(tmp_path):
        (tmp_path / "state").write_text("begun")
        waiter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert waiter.stdout is not None
        assert waiter.stdout.readline() == "ready\n"
        (tmp_path / "state").write_text("finished")
    assert waiter.communicate()[0] == "finished\n"


def test_a_lock_leaves_nothing_behind_and_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with lock_folder(tmp_path):
            pass
    assert not list(tmp_path.iterdir())
