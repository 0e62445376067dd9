from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files.conflicts import is_file_of_user, refuse_conflicts, refuse_sources
from narrator.files.manifest import read_version
from narrator.files.outputs import write_file
from narrator.files.ownership import Origin, Output

EMMA = Origin("script", "Emma", ("emma",))


def test_a_source_that_does_not_exist_is_in_the_way_of_nothing(tmp_path: Path) -> None:
    origin = Origin("script", inputs=(tmp_path / "missing", tmp_path / ("a" * 300)))
    refuse_sources(tmp_path / "a.script", origin)


def test_a_folder_that_is_read_as_the_book_is_not_written_to(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is the book itself"):
        refuse_sources(tmp_path, Origin("chapters", paths=(tmp_path,)))


def test_what_will_be_written_may_be_there_already(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.script", EMMA)
    output.target.write_text("text")
    moves = {Path("a.script"): output.main_file}
    refuse_conflicts(output, moves, {Path("a.script"): read_version(output.target)})
    with pytest.raises(OutputError, match="no record"):
        refuse_conflicts(output, moves)


@pytest.mark.parametrize(
    ("content", "expected"), [(None, False), ("", False), ("narrator's", False), ("mine", True)]
)
def test_a_file_is_the_users_unless_narrator_wrote_it(
    tmp_path: Path, content: str | None, expected: bool
) -> None:
    output = Output(tmp_path / "a.script", EMMA)
    if content == "narrator's":
        with write_file(output) as path:
            path.write_text(content)
    elif content is not None:
        output.target.write_text(content)
    assert is_file_of_user(output) is expected
