"""Stores at folders and `file://` URLs; stores at real URLs have tests of their own."""

import sys
from pathlib import Path

import pytest

from narrator.cache.open import open_store
from narrator.cache.store import Store
from narrator.errors import MissingExtraError


def test_a_folder_has_one_store_per_process(tmp_path: Path) -> None:
    assert open_store(str(tmp_path)) is open_store(str(tmp_path))
    assert open_store(str(tmp_path)).root == tmp_path


def test_a_file_url_is_a_folder(tmp_path: Path) -> None:
    open_store((tmp_path / "my cache").as_uri()).save("clip", "abcd", b"sound")
    assert Store(tmp_path / "my cache").load("clip", "abcd") == b"sound"


def test_an_error_names_the_extra_if_fsspec_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    monkeypatch.delitem(sys.modules, "narrator.cache.remote", raising=False)
    with pytest.raises(MissingExtraError, match="narrator setup remote"):
        open_store("memory://elsewhere")
