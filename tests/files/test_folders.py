from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files import folders


def _write_files(target: Path, contents: dict[str, str]) -> None:
    names = [*contents, "list"]
    with folders.write_folder_atomically(target, names, "list") as temporary_folder:
        for name, content in contents.items():
            (temporary_folder / name).write_text(content)
        (temporary_folder / "list").write_text("#a list\n" + "\n".join(contents))


def test_files_that_an_earlier_build_wrote_are_replaced_or_removed(tmp_path: Path) -> None:
    target = tmp_path / "book"
    _write_files(target, {"1.mp3": "one", "2.mp3": "two"})
    (target / "cover.jpg").write_text("the user's own")
    _write_files(target, {"1.mp3": "uno"})
    assert {file.name for file in target.iterdir()} == {"1.mp3", "cover.jpg", "list"}
    assert (target / "1.mp3").read_text() == "uno"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["../precious", "/PRECIOUS", "inner/../../precious"])
def test_an_index_that_names_files_elsewhere_removes_none_of_them(
    tmp_path: Path, name: str
) -> None:
    target, precious = tmp_path / "book", tmp_path / "precious"
    target.mkdir()
    precious.write_text("the user's own")
    (target / "list").write_text(name.replace("/PRECIOUS", str(precious)) + "\n")
    _write_files(target, {"1.mp3": "one"})
    assert precious.exists()


def test_a_folder_stays_as_it_was_if_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "book"
    _write_files(target, {"1.mp3": "one"})
    with (
        pytest.raises(OutputError),
        folders.write_folder_atomically(target, ["x"], "list") as temporary_folder,
    ):
        (temporary_folder / "missing").read_text()
    assert (target / "1.mp3").read_text() == "one"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_was_promised_and_not_written_is_an_error(tmp_path: Path) -> None:
    target = tmp_path / "book"
    with (
        pytest.raises(OutputError, match="book can't be written"),
        folders.write_folder_atomically(target, ["1.mp3"], "list"),
    ):
        pass
    assert not list(target.iterdir())


def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "book").write_text("in the way")
    with pytest.raises(OutputError, match="would have to be a folder"):
        _write_files(tmp_path / "book", {})
    assert (tmp_path / "book").read_text() == "in the way"
