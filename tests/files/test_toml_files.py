"""TOML files of any content are read, or refused with a reason."""

from pathlib import Path

import pytest

from narrator.files import toml_files
from narrator.files.toml_files import TomlFileError, read_toml

DEEP_LISTS = b"a = " + b"[" * 20_000 + b"]" * 20_000
DEEP_TABLES = b"a" + b".a" * 5000 + b" = 1"


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"", {}),
        (b"a = 1", {"a": 1}),
        (b"\xef\xbb\xbfa = 1", {"a": 1}),  # as editors on Windows write it
        ('"é" = "ж"\r\n'.encode(), {"é": "ж"}),
    ],
)
def test_toml_in_utf8_is_read(tmp_path: Path, data: bytes, content: dict[str, object]) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    assert read_toml(path) == content
    assert toml_files.parse_editable(path).unwrap() == content


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a =", "is not valid TOML: "),
        (b"\xff", "is not text in UTF-8"),
        (b"a = 1\0", "is not valid TOML: "),
        (b'a = "\\ud800"', "is not valid TOML: "),
        (DEEP_LISTS, "is nested too deeply"),
        (DEEP_TABLES, "is nested too deeply"),
        (b"a = " + b"{a=" * 40 + b"1" + b"}" * 40, "is nested too deeply"),
        (b"a = " + b"1" * 5000, "is not valid TOML: "),
    ],
)
def test_anything_else_is_refused_with_a_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    with pytest.raises(TomlFileError, match=reason):
        read_toml(path)


@pytest.mark.parametrize("name", ["missing.toml", ".", "a\0b", "x" * 300])
def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TomlFileError, match="can't be read: "):
        read_toml(tmp_path / name)


def test_an_endless_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toml_files, "_MAX_BYTES", 1 << 20)
    (tmp_path / "x.toml").write_bytes(b"#" * (2 << 20))
    with pytest.raises(TomlFileError, match="is larger than 1 MB"):
        read_toml(tmp_path / "x.toml")
