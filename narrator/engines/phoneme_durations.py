"""Adds an output for phoneme durations to neural models, and turns it into word times.

The models of Piper and Kokoro decide how long each phoneme takes before they make any sound, but
most published versions do not output it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import onnx

from narrator.cache.places import engine_cache_folder
from narrator.engines.model_files import model_checksum
from narrator.engines.speakable_text import align_words, count_spoken_letters, find_word_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_STRESS_MARKS = "ˈˌ"


def cache_model_with_durations(
    file: Path, add_output: Callable[[onnx.ModelProto], None]
) -> str | bytes:
    """Return the path of a cached copy of the model that has the additional output.

    Changing the model in memory each time would need twice its memory in every worker. The bytes
    are returned instead if the cache cannot be written.

    Raises:
        DecodeError: the file is not a model.
    """
    cached_copy = engine_cache_folder("durations") / f"{model_checksum(file)}.onnx"
    if cached_copy.exists():
        return str(cached_copy)
    model = onnx.load(str(file))
    add_output(model)
    changed_model: bytes = model.SerializeToString()
    try:
        cached_copy.parent.mkdir(parents=True, exist_ok=True)
        # several workers may get here at once; each replaces the file by the same complete one
        with NamedTemporaryFile(dir=cached_copy.parent, delete=False) as part:
            part.write(changed_model)
        Path(part.name).replace(cached_copy)
    except OSError:
        return changed_model
    return str(cached_copy)


def find_word_starts(text: str, phonemes: Iterable[tuple[str, int]]) -> Iterable[tuple[int, int]]:
    """Yield the character offset and the first sample of words, from the times of phonemes.

    Spaces among the phonemes separate groups, which are aligned with the words of the text.

    Args:
        text: the text that was spoken.
        phonemes: each phoneme or space, and the sample at which it begins.
    """
    group_starts: list[int] = []
    group_sizes: list[int] = []
    in_group = False
    for phoneme, sample in phonemes:
        if phoneme.isalpha() or phoneme in _STRESS_MARKS:
            if not in_group:
                group_starts.append(sample)
                group_sizes.append(0)
            # a stress mark can begin a word, but is not a phoneme
            group_sizes[-1] += phoneme not in _STRESS_MARKS
            in_group = True
        elif phoneme == " ":
            in_group = False
    spans = find_word_spans(text)
    letter_counts = [count_spoken_letters(text[start:end]) for start, end in spans]
    for word, group in align_words(letter_counts, group_sizes):
        yield spans[word][0], group_starts[group]
