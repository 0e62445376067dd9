"""Loads what all workers share that speak with `natural`; importing this module does it.

The template of the workers imports it, a process from which they are forked. The pages of the
libraries, of the phonemiser and of the model then exist once, not once per worker: about 150 MB.
A model that runs on one thread starts none, so it survives the fork.
"""

from __future__ import annotations

import gc
from contextlib import suppress

import narrator.export.mp3  # noqa: F401 - for the workers
import narrator.synthesis.workers  # noqa: F401 - as above
from narrator.cache.process_memory import map_large_arrays, release_free_memory
from narrator.engines import natural
from narrator.errors import NarratorError

map_large_arrays()
with suppress(NarratorError, OSError):
    natural.load_shared()
release_free_memory()
# the collector would write to the pages of all objects that exist now
gc.freeze()
