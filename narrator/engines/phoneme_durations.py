"""Models that tell how long each phoneme is: one output more, of a number that they have anyway.

Piper's and Kokoro's models decide how long each phoneme takes before they make any sound. What they
are published as mostly does not tell it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import onnx

from narrator.cache.places import engine_cache_folder
from narrator.engines.model_files import model_checksum
from narrator.engines.speakable_text import align_words, count_spoken_letters, word_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_STRESS = "ˈˌ"


def model_with_durations(file: Path, change: Callable[[onnx.ModelProto], None]) -> str | bytes:
    """A model that was changed to tell more, as a file of the user's cache.

    To change it in memory each time would take twice the memory of the model, in every worker.

    Raises:
        DecodeError: the file is no model.
    """
    kept = engine_cache_folder("durations") / f"{model_checksum(file)}.onnx"
    if kept.exists():
        return str(kept)
    model = onnx.load(str(file))
    change(model)
    changed: bytes = model.SerializeToString()
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=kept.parent, delete=False) as part:
            part.write(changed)
        Path(part.name).replace(kept)
    except OSError:
        return changed  # nothing may be written there
    return str(kept)


def find_word_starts(text: str, phonemes: Iterable[tuple[str, int]]) -> Iterable[tuple[int, int]]:
    """Where words begin, as offset and sample, by the spaces between their phonemes.

    Each phoneme comes with the sample at which it begins.
    """
    starts: list[int] = []
    sizes: list[int] = []
    inside = False
    for phoneme, sample in phonemes:
        if phoneme.isalpha() or phoneme in _STRESS:
            if not inside:
                starts.append(sample)
                sizes.append(0)
            sizes[-1] += phoneme not in _STRESS
            inside = True
        elif phoneme == " ":
            inside = False
    spans = word_spans(text)
    for word, group in align_words(
        [count_spoken_letters(text[start:end]) for start, end in spans], sizes
    ):
        yield spans[word][0], starts[group]
