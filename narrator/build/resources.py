"""What a build works with: its cache, its workers, and its encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.cache.open import open_store
from narrator.cache.places import default_cache_location
from narrator.export.encodings import default_encoding
from narrator.synthesis.workers import WorkerPool, make_local_pool

if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.cache.store import Store
    from narrator.export import Encoding


def create_worker_pool(options: Options) -> WorkerPool:
    """Return the workers of a build. None of them starts before it is needed."""
    return WorkerPool(options.jobs, options.pool or make_local_pool)


def open_cache(options: Options) -> Store:
    """Return the store of a build; the same object for all steps that use the same place."""
    return open_store(str(options.cache_dir or default_cache_location()))


def choose_encoding(options: Options) -> Encoding:
    """Return the encoding that the user chose, or that suits the format and the publisher."""
    return options.encoding or default_encoding(options.sound_format, options.loudness)
