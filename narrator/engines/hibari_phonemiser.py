"""Loads the phonemiser of hibari, with its large tables in memory that all workers share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hibari import g2p
from hibari.g2p import G2P

from narrator.cache.places import engine_cache_folder
from narrator.cache.process_memory import release_free_memory
from narrator.engines.mapped_table import MappedTable, write_table
from narrator.engines.model_files import model_checksum

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGE_TABLE = 50_000
"""The number of entries from which a table is mapped."""


@cache
def load_phonemiser(*, is_british: bool) -> G2P:
    """Return the phonemiser for American or British voices, loaded once per process."""
    load_asset: Callable[[str], Any] = g2p._load_json
    g2p._load_json = lambda name: _load_mapped(name, load_asset)
    try:
        return G2P(british=is_british)
    finally:
        g2p._load_json = load_asset


def _load_mapped(name: str, load_asset: Callable[[str], Any]) -> Any:
    """Return a table of the phonemiser, mapped if it is large, or whatever else an asset is.

    If the cache can't be written, the table is loaded as hibari loads it.
    """
    source = Path(g2p.ASSETS) / name
    folder = engine_cache_folder("phonemiser")
    base = folder / f"{source.name.partition('.')[0]}-{model_checksum(source)}"
    try:
        return _open_tables(base)
    except (OSError, ValueError):
        asset = load_asset(name)
    try:
        _write_tables(asset, base)
        opened = _open_tables(base)
    except (OSError, ValueError):
        return asset
    del asset
    release_free_memory()
    return opened


def _write_tables(asset: Any, base: Path) -> None:
    """Write an asset as JSON, without its large tables, which become files of their own.

    Raises:
        OSError: they can't be written.
    """
    parts = asset if isinstance(asset, dict) and len(asset) < _LARGE_TABLE else {"": asset}
    tables = {
        key: value
        for key, value in parts.items()
        if isinstance(value, dict) and len(value) >= _LARGE_TABLE
    }
    for key, table in tables.items():
        write_table(table, _name_table(base, key))
    small_parts = {key: value for key, value in parts.items() if key not in tables}
    index = {"tables": list(tables), "rest": small_parts}
    # last, because it says that all tables are there
    write_table({"index": index}, Path(f"{base}.index"))


def _open_tables(base: Path) -> Any:
    """Return an asset that `_write_tables` wrote.

    Raises:
        OSError: it is not there.
        ValueError: it is damaged.
    """
    index = MappedTable(Path(f"{base}.index")).get("index")
    if not index:
        raise ValueError(f"{base}.index is damaged")
    tables = {key: MappedTable(_name_table(base, key)) for key in index["tables"]}
    parts = {**index["rest"], **tables}
    return parts[""] if set(parts) == {""} else parts


def _name_table(base: Path, key: str) -> Path:
    """Return the file of the table with a key; the key of an asset that is a table is empty."""
    return Path(f"{base}-{key or 'all'}.table")
