from pathlib import Path

import pytest

from narrator.errors import ReadingError
from narrator.readers import read
from narrator.readers.source_files import natural_sort_key


def test_a_missing_file_is_named_with_the_most_similar_name(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("One.")
    with pytest.raises(ReadingError, match=r"did you mean story\.txt\?"):
        read([str(tmp_path / "storry.txt")])


def test_numbers_in_file_names_are_sorted_as_numbers() -> None:
    names = ["c10", "c2", "C1", "c1b", "c²"]
    assert sorted(names, key=natural_sort_key)[:4] == ["C1", "c1b", "c2", "c10"]
