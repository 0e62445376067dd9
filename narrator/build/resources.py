"""Creates the resources of a build from its options: cache, workers and encoding."""

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
    """Return the worker pool of a build. Its processes start when they are first needed."""
    return WorkerPool(options.jobs, options.pool or make_local_pool)


def open_cache(options: Options) -> Store:
    """Return the cache of a build. Calls for the same location return the same object."""
    return open_store(str(options.cache_dir or default_cache_location()))


def choose_encoding(options: Options) -> Encoding:
    """Return the encoding that the user chose, or that suits the format and the publisher."""
    return options.encoding or default_encoding(options.sound_format, options.loudness)
