"""`narrator cache`: what is kept between builds."""

from enum import StrEnum
from typing import Annotated

import typer

from narrator.cli import options as opt


class Deed(StrEnum):
    """What to do with the cache."""

    STATS = "stats"
    PRUNE = "prune"
    CLEAR = "clear"


def cache(
    deed: Annotated[Deed, typer.Argument(help="Tell, make room, or empty.")] = Deed.STATS,
    cache_dir: opt.CacheDir = None,
    as_json: opt.AsJson = False,
) -> None:
    """Show or shrink what is kept between builds."""
    from narrator.cache.open import open_store
    from narrator.cache.store import LIMIT_BYTES, chosen_place
    from narrator.cli import display

    store = open_store(cache_dir or chosen_place())
    freed = 0
    if deed is not Deed.STATS:
        freed = store.prune(LIMIT_BYTES) if deed is Deed.PRUNE else store.clear()
    usage = store.usage()
    if as_json:
        entries = [{"kind": u.kind, "entries": u.entries, "bytes": u.size} for u in usage]
        display.as_json({"folder": store.place, "freed": freed, "kinds": entries})
        return
    display.note("Cache", store.place)
    display.table(
        ("Kind", "Entries", "Size"),
        [(u.kind, f"{u.entries:,}", display.size(u.size)) for u in usage],
        right=(1, 2),
    )
    if deed is not Deed.STATS:
        display.note("Freed", display.size(freed))
