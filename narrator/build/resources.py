"""Creates the resources of a build from its options: cache, workers and encoding."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from narrator import registry
from narrator.cache.fingerprints import fingerprint, program_fingerprint
from narrator.cache.open import open_store
from narrator.cache.places import default_cache_location
from narrator.casting.line_delivery import load_or_find_delivery
from narrator.casting.prosody import VoiceSelector
from narrator.errors import OutputError
from narrator.export.encoder_check import check_encoder
from narrator.export.encodings import default_encoding
from narrator.languages.manners import PLAIN_DELIVERY
from narrator.synthesis.worker_pool import WorkerPool, make_local_pool

if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Cast, Script

_CHECK_KIND = "encoder"
"""Kind of the cache entries that record working encoders; `narrator cache` shows it to users."""


def create_worker_pool(options: Options) -> WorkerPool:
    """Return the worker pool of a build. Its processes start when they are first needed."""
    return WorkerPool(options.jobs, options.pool or make_local_pool)


def make_voice_selector(script: Script, cast: Cast, options: Options) -> VoiceSelector:
    """Return what chooses the voice and prosody of each line of a script.

    Plain delivery ignores what the book says about how lines are spoken, and follows what the user
    says about it.
    """
    is_plain = options.delivery == PLAIN_DELIVERY
    follows_nowhere = is_plain and set(cast.deliveries.values()) <= {PLAIN_DELIVERY}
    delivery = load_or_find_delivery(script, open_cache(options), is_plain=follows_nowhere)
    return VoiceSelector(cast, options.mark_dialogue, delivery, is_plain)


def open_cache(options: Options) -> Store:
    """Return the cache of a build. Calls for the same location return the same object."""
    return open_store(str(options.cache_dir or default_cache_location()))


def choose_encoding(options: Options) -> Encoding:
    """Return the encoding that the user chose, or that suits the format and the publisher."""
    return options.encoding or default_encoding(options.sound_format, options.loudness)


def require_working_encoder(exporter_name: str, encoding: Encoding, store: Store) -> None:
    """Check that an exporter works, unless the store records that it does.

    The record is for one version of the program and its libraries. It saves loading the encoder for
    an audiobook that has not changed.

    Raises:
        OptionError: No exporter has that name, or the format does not support the encoding.
        ExportError: Encoding or joining fails, or the file is empty.
    """
    name = fingerprint(_CHECK_KIND, program_fingerprint(), exporter_name, asdict(encoding))
    if store.load(_CHECK_KIND, name) is not None:
        return
    check_encoder(registry.load_exporter(exporter_name), encoding)
    with suppress(OutputError):  # the next build only takes a little longer
        store.save(_CHECK_KIND, name, b"")
