"""The phonemiser of hibari gives the same sounds with its tables on disk."""

from pathlib import Path

import pytest

pytest.importorskip("hibari")

from hibari.g2p import G2P

from narrator.engines import hibari_phonemiser
from narrator.engines.hibari_phonemiser import load_phonemiser
from narrator.engines.mapped_table import MappedTable

TEXTS = (
    "She read the record that they record each day, and wound the bandage round the wound.",
    "Used to? I used to live here; live music was close, so close the door.",
    "Mr. Zworykin's qwixelated boat cost twelve pounds, didn't it?",
    "“Nobody spoke of it again,” she said. NASA and the UN agreed to 'tis.",
)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path))
    load_phonemiser.cache_clear()
    yield tmp_path / "phonemiser"  # type: ignore[misc]
    load_phonemiser.cache_clear()


@pytest.mark.parametrize("is_british", [False, True])
def test_the_sounds_are_those_of_hibaris_own_tables(cache: Path, is_british: bool) -> None:
    expected = [G2P(british=is_british)(text) for text in TEXTS]
    first = load_phonemiser(is_british=is_british)
    assert [first(text) for text in TEXTS] == expected
    load_phonemiser.cache_clear()
    again = load_phonemiser(is_british=is_british)
    assert isinstance(again.tagger.weights, MappedTable)
    assert isinstance(again.lexicon.golds.d, MappedTable)
    assert [again(text) for text in TEXTS] == expected
    assert list(cache.glob("*.table"))


def test_a_damaged_table_is_written_again(cache: Path) -> None:
    load_phonemiser(is_british=False)
    for file in cache.iterdir():
        file.write_bytes(file.read_bytes()[:100])
    load_phonemiser.cache_clear()
    assert load_phonemiser(is_british=False)(TEXTS[0]) == G2P()(TEXTS[0])
    assert all(file.stat().st_size > 100 for file in cache.glob("*.table"))


def test_without_a_cache_the_tables_are_in_memory(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(hibari_phonemiser, "write_table", refuse)
    assert load_phonemiser(is_british=False)(TEXTS[1]) == G2P()(TEXTS[1])
    assert not cache.exists()
