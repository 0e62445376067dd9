"""Tables on disk answer like the dictionaries that they were written from."""

from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.engines.mapped_table import MappedTable, write_table

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
KEYS = st.text().map(lambda key: key.replace("\n", ""))


@given(values=st.dictionaries(KEYS, VALUES), missing=KEYS)
def test_a_table_has_the_values_that_were_written_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object], missing: str
) -> None:
    file = tmp_path_factory.mktemp("table") / "new" / "a.table"
    write_table(values, file)
    table = MappedTable(file)
    assert {key: table.get(key) for key in values} == values
    assert table.get(missing, "none") == values.get(missing, "none")


def test_keys_with_the_same_checksum_keep_their_own_values(tmp_path: Path) -> None:
    assert crc32(b"plumless") == crc32(b"buckeroo")
    write_table({"plumless": 1, "buckeroo": 2}, tmp_path / "a.table")
    table = MappedTable(tmp_path / "a.table")
    assert (table.get("plumless"), table.get("buckeroo")) == (1, 2)


@pytest.mark.parametrize("cut", [0, 5, 24, 60, -1])
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "a.table"
    write_table({"one": 1, "two": [2, 2], "three": {"x": 3}}, file)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ValueError, match=r"table|empty"):
        MappedTable(file)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.table").write_bytes(b"something else that is long enough")
    with pytest.raises(ValueError, match="not a whole table"):
        MappedTable(tmp_path / "a.table")
