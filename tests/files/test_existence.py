from pathlib import Path

import pytest

from narrator.files.existence import is_file, is_folder

TOO_LONG = "n" * 300


@pytest.mark.parametrize(
    ("name", "expected"),
    [("file", (True, False)), ("folder", (False, True)), ("missing", (False, False)), (TOO_LONG, (False, False)), ("file/x", (False, False))],
)  # fmt: skip
def test_only_what_can_exist_exists(tmp_path: Path, name: str, expected: tuple[bool, bool]) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    assert (is_file(tmp_path / name), is_folder(tmp_path / name)) == expected
