"""`narrator cache`: show or shrink what is kept between builds."""

from enum import StrEnum
from typing import Annotated

import typer

from narrator.cli import command_options as opt


class CacheAction(StrEnum):
    """What to do with the cache."""

    STATS = "stats"
    PRUNE = "prune"
    CLEAR = "clear"


def run_cache(
    action: Annotated[
        CacheAction,
        typer.Argument(
            metavar="[ACTION]",
            help="What to do: show its size (stats), remove old entries (prune) or all (clear).",
        ),
    ] = CacheAction.STATS,
    cache_dir: opt.CacheDir = None,
    as_json: opt.AsJson = False,
) -> None:
    """Show or shrink the cache, which keeps speech between builds."""
    from narrator.cache.open import open_store
    from narrator.cache.places import default_cache_location
    from narrator.cache.store import DEFAULT_LIMIT_BYTES
    from narrator.cli import display

    store = open_store(cache_dir or default_cache_location())
    freed_bytes = 0
    if action is CacheAction.PRUNE:
        freed_bytes = store.prune(DEFAULT_LIMIT_BYTES)
    elif action is CacheAction.CLEAR:
        freed_bytes = store.clear()
    usage = store.measure_usage()
    if as_json:
        kinds = [{"kind": u.kind, "entries": u.entry_count, "bytes": u.size_bytes} for u in usage]
        display.print_json({"folder": store.location, "freed": freed_bytes, "kinds": kinds})
        return
    display.print_note("Cache", store.location)
    display.print_table(
        ("Kind", "Entries", "Size"),
        [(u.kind, f"{u.entry_count:,}", display.format_size(u.size_bytes)) for u in usage],
        right_aligned=(1, 2),
    )
    if action is not CacheAction.STATS:
        display.print_note("Freed", display.format_size(freed_bytes))
