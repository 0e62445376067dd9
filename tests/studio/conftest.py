"""An open book for the tests of the studio, in voices that take no time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from narrator.build.options import Options
from narrator.studio import messages
from narrator.studio.broadcaster import Broadcaster
from narrator.studio.session import BookSession
from narrator.studio.task_lane import SpeechLanes, TaskLane


class OpenBook:
    """A session, with the events that pages would get."""

    def __init__(self, path: Path, options: Options | None = None) -> None:
        self.path = path
        self.events: list[messages.Event] = []
        broadcaster = Broadcaster()
        broadcaster.subscribe(self.events.append)
        self.lanes = SpeechLanes(), TaskLane("edits")
        self.session = BookSession(
            [str(path)], options or Options(engine="tone"), broadcaster, *self.lanes
        )

    @property
    def corrections(self) -> Path:
        return self.path.with_suffix(".corrections.toml")

    @property
    def cast_file(self) -> Path:
        return self.path.with_suffix(".cast.toml")

    def run(self, command: messages.StudioCommand) -> messages.CommandResult:
        return self.session.run(command).result(timeout=60)

    def find(self, words: str) -> str:
        """Return the id of the line that has these words."""
        return next(line.id for line in self.session.state.script.lines if words in line.text)

    def speaker_of(self, words: str) -> str | None:
        lines = self.session.state.script.lines
        return next(line.speaker for line in lines if words in line.text)

    def close(self) -> None:
        for lane in self.lanes:
            lane.close()


@pytest.fixture
def open_book() -> Iterator[Callable[..., OpenBook]]:
    books: list[OpenBook] = []

    def open_path(path: Path, options: Options | None = None) -> OpenBook:
        books.append(OpenBook(path, options))
        return books[-1]

    yield open_path
    for book in books:
        book.close()


@pytest.fixture
def ferry(open_book: Callable[..., OpenBook], story: Path) -> OpenBook:
    return open_book(story)
