from dataclasses import replace
from pathlib import Path

import pytest

from narrator.cache.store import Store
from narrator.casting import delivery
from narrator.casting.line_delivery import load_or_find_delivery
from narrator.languages.manners import Manner
from narrator.model import Book, Directions, Line, LineKind, Metadata, Script, Source

TEXT = "“Come here,” whispered Anna."
LINES = (
    Line("1.1.1", 1, 1, 0, 12, LineKind.DIALOGUE, TEXT[:12], "Anna", quotation=1),
    Line("1.1.2", 1, 1, 13, 28, LineKind.NARRATION, TEXT[13:]),
)
SCRIPT = Script(Book(Metadata("Hush", language="en"), TEXT, (), (), Source("a.txt", "")), (), LINES)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_the_delivery_is_found_once_and_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load_or_find_delivery(SCRIPT, store, is_plain=False)
    assert found.manners == {"1.1.1": Manner.WHISPER}
    monkeypatch.setattr(delivery, "find_manners", None)
    assert load_or_find_delivery(SCRIPT, store, is_plain=False) == found


def test_an_edited_line_has_a_delivery_of_its_own(store: Store) -> None:
    load_or_find_delivery(SCRIPT, store, is_plain=False)
    edited = replace(LINES[1], text="shouted Anna.")
    script = replace(SCRIPT, lines=(LINES[0], edited))
    found = load_or_find_delivery(script, store, is_plain=False)
    assert found.manners == {"1.1.1": Manner.SHOUT}


def test_plain_delivery_follows_only_the_directions_of_the_user(store: Store) -> None:
    load_or_find_delivery(SCRIPT, store, is_plain=False)
    assert not load_or_find_delivery(SCRIPT, store, is_plain=True).manners
    directed = replace(LINES[1], directions=Directions(manner="slow"))
    script = replace(SCRIPT, lines=(LINES[0], directed))
    found = load_or_find_delivery(script, store, is_plain=True)
    assert found.manners == {"1.1.2": Manner.SLOW}


def test_a_store_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = load_or_find_delivery(SCRIPT, Store(tmp_path / "file"), is_plain=False)
    assert found.manners == {"1.1.1": Manner.WHISPER}
