"""Holds the open book: carries out commands, and tells all pages what has changed.

Everything that changes the book runs on one thread, one after the other. Views are made from a
state of the book that never changes, so they need no lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from narrator.build.resident_book import ResidentBook
from narrator.errors import NarratorError, OptionError
from narrator.model import LineKind
from narrator.studio import messages
from narrator.studio.book_lookup import find_speaker
from narrator.studio.book_options import BookSettings
from narrator.studio.book_views import view_book
from narrator.studio.cast_views import (
    TRAY_SIZE,
    SpeakerColours,
    find_sample_line,
    find_voice_users,
    view_voice,
)
from narrator.studio.chapter_views import find_changed_lines
from narrator.studio.character_edits import CharacterEdits
from narrator.studio.clip_shelf import ClipShelf
from narrator.studio.file_versions import read_file_versions
from narrator.studio.line_edits import LineEdits
from narrator.studio.line_speech import LineSpeech
from narrator.studio.side_file_edits import SideFileEditor
from narrator.studio.task_lane import Urgency
from narrator.studio.voice_catalogue import VoiceCatalogue
from narrator.studio.voice_edits import VoiceEdits
from narrator.studio.whole_book_edits import WholeBookEdits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from narrator.build.options import Options
    from narrator.build.resident_book import BookState
    from narrator.model import Book, Image
    from narrator.studio.broadcaster import Broadcaster
    from narrator.studio.task_lane import SpeechLanes, TaskLane


class BookSession:
    """An open book.

    Args:
        paths: Files or folders that hold the book.
        options: As for a build.
        broadcaster: Tells all pages what changes.
        lanes: Speak the lines.
        edits: The thread on which everything runs that changes the book.
        on_book_read: Called with the book before it is known who speaks, if that takes a while.
    """

    def __init__(  # noqa: PLR0913 - what all sessions share, and the book
        self,
        paths: Sequence[str],
        options: Options,
        broadcaster: Broadcaster,
        lanes: SpeechLanes,
        edits: TaskLane,
        *,
        on_book_read: Callable[[Book], None] | None = None,
    ) -> None:
        self.book = ResidentBook(paths, options, on_book_read)
        self.revision = 1
        self.shelf = ClipShelf()
        self.catalogue = VoiceCatalogue()
        self.speech = LineSpeech(self.book, self.catalogue, lanes, self.shelf)
        self._broadcaster = broadcaster
        self._edits = edits
        self._editor = SideFileEditor(self.book)
        self._line_edits = LineEdits(self.book, self._editor)
        self._voice_edits = VoiceEdits(self.book, self._editor, self.catalogue)
        self._whole_book_edits = WholeBookEdits(self.book, self._editor)
        self._handlers: Mapping[type[messages.StudioCommand], Callable[[Any], None]] = {
            **self._line_edits.handlers,
            **CharacterEdits(self.book, self._editor).handlers,
            **self._voice_edits.handlers,
            **self._whole_book_edits.handlers,
        }
        self._settings = BookSettings(paths, options)
        self._colours = SpeakerColours()
        self._file_versions = read_file_versions(self.book)

    @property
    def state(self) -> BookState:
        """Return the book as it is now."""
        return self.book.state

    # ------------------------------------------------------------------ views

    def view_book(self) -> messages.BookView:
        """Return everything about the book but its text."""
        return view_book(
            self.book,
            self.catalogue.fit(self.state),
            self._colours,
            self.revision,
            can_undo=self._editor.can_undo,
        )

    def view_tray(self, character: str) -> messages.TrayView:
        """Return the voices that suit a character, the present one first.

        Raises:
            UnknownCharacterError: nobody speaks by that name.
        """
        state = self.state
        speaker = find_speaker(state, character)
        current = state.casting.cast.voice_of(speaker)
        ranked = self.catalogue.fit(state).rank_voices(character)
        others = [voice for voice in ranked if voice.name != current.name][: TRAY_SIZE - 1]
        lines = [
            line
            for line in state.script.lines
            if line.speaker == speaker and line.kind is not LineKind.HEADING
        ]
        line = state.script.lines[state.indices_by_id[find_sample_line(lines)]]
        users = find_voice_users(state)
        voices = [view_voice(voice, users.get(voice.name, ())) for voice in (current, *others)]
        return messages.TrayView(character, line.id, line.text, voices)

    def find_cover(self) -> Image | None:
        """Return the cover that the audiobook gets, or None.

        Raises:
            OptionError: the file that is named as the cover is not a picture.
        """
        return self._whole_book_edits.find_cover()

    # ------------------------------------------------------------------ commands

    def run(self, command: messages.StudioCommand) -> Future[messages.CommandResult]:
        """Return the future result of a command that changes the book."""
        return self._edits.submit(Urgency.NOW, lambda: self._run(command))

    def import_cast(self, paths: Sequence[str]) -> Future[messages.CommandResult]:
        """Return the future result of taking over the voices of another book's cast file."""
        return self._submit(lambda: self._voice_edits.import_cast(paths))

    def take_cover(self, picture: bytes) -> Future[messages.CommandResult]:
        """Return the future result of keeping a picture as the cover of the book."""
        return self._submit(lambda: self._whole_book_edits.take_cover(picture))

    def _submit(self, change: Callable[[], str]) -> Future[messages.CommandResult]:
        """Return the future result of a change of files, which returns what was done."""

        def run() -> messages.CommandResult:
            before = self.state
            return self._refresh(before, change())

        return self._edits.submit(Urgency.NOW, run)

    def _run(self, command: messages.StudioCommand) -> messages.CommandResult:
        """Carry out a command, and tell all pages what has changed.

        Raises:
            NarratorError: the command is not possible; nothing has changed.
        """
        before = self.state
        if isinstance(command, messages.Undo):
            message = self._editor.undo()
            self._follow_settings()
            return self._refresh(before, message)
        handler = self._handlers.get(type(command))
        if handler is None:
            raise OptionError("the studio does not know this command", "reload the page")
        handler(command)
        result = self._refresh(before, command.describe())
        if isinstance(command, messages.SetSpeaker):
            proposals = self._line_edits.propose(command.lines)
            return msgspec.structs.replace(result, proposals=proposals)
        return result

    # ------------------------------------------------------------------ changes

    def reload_voices(self, message: str) -> None:
        """Read the voice profiles again, after a model was fetched, and tell all pages."""
        self.catalogue.reload()
        self.revision += 1
        self._broadcaster.publish(messages.BookChanged(self.revision, message=message))

    def _refresh(self, before: BookState, message: str) -> messages.CommandResult:
        """Read the side files again, and tell all pages what has changed."""
        try:
            self.book.refresh()
        finally:
            self._file_versions = read_file_versions(self.book)
        changed = self._publish_changes(before)
        return messages.CommandResult(message, lines=changed)

    def _publish_changes(self, before: BookState, message: str = "") -> list[str]:
        """Tell all pages what differs from an earlier state; return the ids of changed lines."""
        state = self.state
        self.revision += 1
        is_same_text = len(before.script.lines) == len(state.script.lines) and (
            before.source_hash == state.source_hash
            and before.script.book.skipped == state.script.book.skipped
        )
        changed = find_changed_lines(before, state) if is_same_text else {}
        if changed:
            self._broadcaster.publish(messages.LinesChanged(changed, self.revision))
        self._broadcaster.publish(messages.BookChanged(self.revision, not is_same_text, message))
        return list(changed)

    def _follow_settings(self) -> None:
        """Apply the settings beside the book, if they differ from the present options."""
        options = self._settings.merge_into(self.book.options)
        if options != self.book.options:
            self.book.reload(options)

    def look_for_changes(self) -> Future[None]:
        """Notice changes that somebody else made to the files of the book."""
        return self._edits.submit(Urgency.NOW, self._look_for_changes)

    def _look_for_changes(self) -> None:
        """Read the files again if they have changed, and tell all pages."""
        versions = read_file_versions(self.book)
        if versions == self._file_versions:
            return
        names = {
            path.name
            for path in {*versions, *self._file_versions}
            if versions.get(path) != self._file_versions.get(path)
        }
        self._file_versions = versions
        before = self.state
        try:
            self._follow_settings()
            self.book.refresh()
        except NarratorError as error:
            self._broadcaster.publish(messages.Announced(str(error), is_problem=True))
            return
        if self.state is not before:
            self._publish_changes(before, f"{', '.join(sorted(names))} was changed elsewhere.")
