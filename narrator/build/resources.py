"""Creates the resources of a build from its options: cache, workers and encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.cache.open import open_store
from narrator.cache.places import default_cache_location
from narrator.casting.delivery import find_chosen_manners, find_manners
from narrator.casting.prosody import VoiceSelector
from narrator.casting.questions import find_statement_questions
from narrator.casting.stress import find_stressed_words, find_thoughts
from narrator.export.encodings import default_encoding
from narrator.languages.manners import PLAIN_DELIVERY, Manner
from narrator.synthesis.workers import WorkerPool, make_local_pool

if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.cache.store import Store
    from narrator.export import Encoding
    from narrator.model import Cast, Script


def create_worker_pool(options: Options) -> WorkerPool:
    """Return the worker pool of a build. Its processes start when they are first needed."""
    return WorkerPool(options.jobs, options.pool or make_local_pool)


def make_voice_selector(script: Script, cast: Cast, options: Options) -> VoiceSelector:
    """Return what chooses the voice and prosody of each line of a script.

    Plain delivery ignores what the book says about how lines are spoken, and follows what the user
    says about it.
    """
    if options.delivery == PLAIN_DELIVERY:
        return VoiceSelector(cast, options.mark_dialogue, find_chosen_manners(script.lines))
    language = script.book.metadata.language
    thoughts = dict.fromkeys(find_thoughts(script), Manner.THOUGHT)
    return VoiceSelector(
        cast,
        options.mark_dialogue,
        thoughts | find_manners(script.lines, language),
        find_statement_questions(script.lines, language),
        find_stressed_words(script),
    )


def open_cache(options: Options) -> Store:
    """Return the cache of a build. Calls for the same location return the same object."""
    return open_store(str(options.cache_dir or default_cache_location()))


def choose_encoding(options: Options) -> Encoding:
    """Return the encoding that the user chose, or that suits the format and the publisher."""
    return options.encoding or default_encoding(options.sound_format, options.loudness)
