"""The studio as a whole: which book is open, what is built, and which books were opened before."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from narrator.errors import NarratorError, OptionError
from narrator.export.splitting import sanitise_file_name
from narrator.studio import messages
from narrator.studio.broadcaster import Broadcaster
from narrator.studio.build_runner import BuildRunner
from narrator.studio.memory import release_memory
from narrator.studio.model_fetcher import ModelFetcher
from narrator.studio.recent_books import load_recent_books, remember_book
from narrator.studio.session import BookSession
from narrator.studio.task_lane import SpeechLanes, TaskLane, Urgency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.build.options import Options
    from narrator.model import Book
    from narrator.studio.recent_books import RememberedBook

_LOOK_SECONDS = 0.4
"""Time between two looks at the files of the book."""


class Studio:
    """What all pages share.

    Args:
        options: As for a build; they apply to every book that is opened.
        paths: The book to open at first; empty to let the user choose one.
    """

    def __init__(self, options: Options, paths: Sequence[str] = ()) -> None:
        self.broadcaster = Broadcaster()
        self.builds = BuildRunner(self.broadcaster)
        self._models = ModelFetcher(self.broadcaster, self._welcome_voice)
        self.session: BookSession | None = None
        self.preliminary_book: Book | None = None
        """The book that is being read, as long as it is not known who speaks."""
        self._options = options
        self._lanes = SpeechLanes(release_memory)
        # one thread, so that changes of the book come one after the other
        self._edits = TaskLane("edits", release_memory)
        self._state = "empty"
        self._problem: messages.Problem | None = None
        self._is_closing = threading.Event()
        threading.Thread(target=self._watch_files, name="files", daemon=True).start()
        if paths:
            self.open_book(paths)

    # ------------------------------------------------------------------ books

    def open_book(self, paths: Sequence[str]) -> Future[None]:
        """Open a book, which takes a while if it was never read before."""
        self._state, self._problem = "reading", None
        return self._edits.submit(Urgency.NOW, lambda: self._open_book(tuple(paths)))

    def _open_book(self, paths: tuple[str, ...]) -> None:
        """Read a book, and tell all pages."""
        self.broadcaster.publish(messages.LibraryChanged(self.view_library()))
        self.builds.stop()
        try:
            self.session = BookSession(
                paths,
                self._options,
                self.broadcaster,
                self._lanes,
                self._edits,
                on_book_read=self._show_preliminary,
            )
        except NarratorError as error:
            self._fail(messages.Problem(error.message, error.hint))
        except Exception as error:
            self._fail(messages.Problem(f"this should not have happened: {error!r}"))
            raise
        else:
            self._state = "ready"
            remember_book(self.session.state.script.book.metadata.title, paths)
            self._warm_up(self.session)
        finally:
            self.preliminary_book = None
        self.broadcaster.publish(messages.LibraryChanged(self.view_library()))

    def _show_preliminary(self, book: Book) -> None:
        """Let all pages show the text of a book before it is known who speaks."""
        self.preliminary_book, self._state = book, "readable"
        self.broadcaster.publish(messages.LibraryChanged(self.view_library()))

    def _fail(self, problem: messages.Problem) -> None:
        """Tell all pages why a book was not opened; the one before stays open."""
        self._state = "failed" if self.session is None else "ready"
        self._problem = problem
        self.broadcaster.publish(messages.LibraryChanged(self.view_library()))

    def _warm_up(self, session: BookSession) -> None:
        """Load the narrator's voice before somebody waits for it."""
        line = session.state.script.lines[0].id if session.state.script.lines else ""
        if line:
            session.speech.speak_line(line, Urgency.IDLE)

    def require_session(self) -> BookSession:
        """Return the open book.

        Raises:
            OptionError: no book is open.
        """
        if self.session is None:
            raise OptionError("no book is open", "open one")
        return self.session

    def view_library(self) -> messages.LibraryView:
        """Return which books there are to open."""
        books = [
            messages.RecentBook(number, book.title, str(Path(book.paths[0]).parent))
            for number, book in enumerate(load_recent_books())
        ]
        title = self.session.state.script.book.metadata.title if self.session else ""
        return messages.LibraryView(books, title, self._state, self._problem)

    def take_file(self, name: str, content: bytes) -> Path:
        """Keep a file that was dropped on the page, and open it.

        It is kept in the user's folder of data, as a page does not know where the file lies.

        Raises:
            OptionError: the file has no name, or another book has this name there.
        """
        # only the last part of the name counts, whatever the page says
        safe_name = sanitise_file_name(Path(name.replace("\\", "/")).name)
        if not safe_name.strip(". "):
            raise OptionError("the file has no name")
        folder = user_data_path("narrator", appauthor=False) / "books"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / safe_name
        if path.exists() and path.read_bytes() != content:
            raise OptionError(
                f"another book is called {safe_name} in {folder}", "give the file another name"
            )
        path.write_bytes(content)
        self.open_book([str(path)])
        return path

    # ------------------------------------------------------------------ commands

    def run(self, command: messages.AnyCommand) -> Future[messages.CommandResult]:
        """Return the future result of a command.

        Raises:
            NarratorError: it is not possible.
        """
        match command:
            case messages.ImportCast(number=number):
                return self.require_session().import_cast(self._find_recent_book(number).paths)
            case messages.StopBuild():
                return self._edits.submit(Urgency.NOW, self._stop_build)
            case messages.OpenBook(number=number):
                self.open_book(self._find_recent_book(number).paths)
                message = "The book is being read."
            case messages.StartBuild():
                book = self.require_session().book
                self.builds.start(book.paths, book.options, command)
                message = "The build has started."
            case messages.ShareFiles():
                message = f"The files can be downloaded from {self.builds.share()}"
            case messages.FetchVoice(voice=voice):
                self._models.start(voice)
                message = f"The model of {voice} is being fetched."
            case _:
                return self.require_session().run(command)
        return _make_result(message)

    def _find_recent_book(self, number: int) -> RememberedBook:
        """Return a book by its place in the list.

        Raises:
            OptionError: there is no such book.
        """
        books = load_recent_books()
        if not 0 <= number < len(books):
            raise OptionError("there is no such book", "reload the page")
        return books[number]

    def _stop_build(self) -> messages.CommandResult:
        """Stop the build."""
        self.builds.stop()
        return messages.CommandResult("The build has stopped.")

    def _welcome_voice(self, name: str) -> None:
        """Let a voice be cast whose model was fetched, and tell all pages."""
        if self.session is not None:
            self.session.reload_voices(f"{name} can speak now.")

    # ------------------------------------------------------------------ time

    def _watch_files(self) -> None:
        """Look for changes that others make to the files of the book, until the studio closes."""
        while not self._is_closing.wait(_LOOK_SECONDS):
            session = self.session
            if session is not None:
                try:
                    session.look_for_changes().result()
                except (RuntimeError, OSError):  # the studio is closing, or a folder is gone
                    continue

    def close(self) -> None:
        """End everything that runs, at once; nothing is lost, as all changes are in files."""
        self._is_closing.set()
        self.builds.stop(timeout_seconds=0.5)
        self.builds.stop_sharing()
        self._lanes.close()
        self._edits.close()


def _make_result(message: str) -> Future[messages.CommandResult]:
    """Return a future that has its result."""
    future: Future[messages.CommandResult] = Future()
    future.set_result(messages.CommandResult(message))
    return future
