"""What the benchmarks of sound are made from: the story in `seeds/`, and a chapter of each book of
`shared/books`, the one in which most voices are heard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import shared
from narrator import pipeline
from narrator.audio.pauses import Pauses
from narrator.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Audiobook, Cast, Line, Script
    from narrator.pipeline import Options

STORY = Path(__file__).parents[1] / "seeds" / "the-designer-of-almaty.txt"
READERS = ("edgar", "clara", "james", "eleanor", "conrad", "nora", "tim")
"""Who take turns at a story in which nobody speaks."""
WORDS_A_MINUTE = 150


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
        with pipeline.crew_of(options) as crew:
            plan = pipeline.plan_build(self.script, self.cast, target, options, crew, Pauses())
            for _ in plan.production.make():
                pass
            return pipeline.release(plan)


def texts(minutes: float) -> Iterator[Text]:
    """The story, and about so many minutes of a chapter of each book."""
    yield _story()
    books = shared("books")
    if books is None:
        print("the books are skipped: there is no shared/books here")
        return
    for path in sorted(books.glob("*.epub")):
        options = pipeline.Options()
        script = pipeline.write_script([str(path)], options)
        cast = pipeline.cast_book(script, [str(path)], options).cast
        yield _busiest(script, cast, minutes)


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
    return replace(line, speaker=reader, kind=Kind.DIALOGUE)


def _busiest(script: Script, cast: Cast, minutes: float) -> Text:
    chapters = {
        number: _beginning(list(lines), minutes)
        for number, lines in groupby(script.lines, key=lambda line: line.chapter)
    }

    def voices(number: int) -> int:
        return len({cast.voice_of(line.speaker).name for line in chapters[number]})

    number = max(chapters, key=lambda n: (voices(n), -n))
    title = f"{script.book.metadata.title}, {script.book.chapters[number - 1].title}"
    return Text(title, replace(script, lines=chapters[number]), cast)


def _beginning(lines: list[Line], minutes: float) -> tuple[Line, ...]:
    """The paragraphs that are heard in the first minutes."""
    words, kept = 0, []
    for _, paragraph in groupby(lines, key=lambda line: line.paragraph):
        if words > minutes * WORDS_A_MINUTE:
            break
        for line in paragraph:
            kept.append(line)
            words += len(line.spoken.split())
    return tuple(kept)
