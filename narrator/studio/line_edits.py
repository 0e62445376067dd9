"""Carries out the commands that say who speaks a line, and how it is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from narrator.attribution.turn_propagation import propose_speakers
from narrator.errors import OptionError
from narrator.scripts.correction_edits import set_inclusion, set_line_values, set_pronunciation
from narrator.scripts.corrections import CORRECTION_REASON, describe_passage
from narrator.scripts.inclusions import describe_skipped_passages
from narrator.scripts.text_syntax import MANNERS, NARRATOR_NAME
from narrator.setting_limits import PAUSE, TAKE_NUMBER
from narrator.studio import messages
from narrator.studio.book_lookup import MAX_NAME, check_text, find_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import tomlkit

    from narrator.build.resident_book import ResidentBook
    from narrator.studio.side_file_edits import SideFileEditor

_MAX_LINES = 500
"""Most lines of one command."""
_MAX_SAYING = 2000
"""Most characters of words that are spoken instead of others."""


class LineEdits:
    """Writes what concerns lines and words to the corrections."""

    def __init__(self, book: ResidentBook, editor: SideFileEditor) -> None:
        self._book = book
        self._editor = editor
        self.handlers: Mapping[type[messages.StudioCommand], Callable[[Any], None]] = {
            messages.SetSpeaker: self._set_speaker,
            messages.SetDirections: self._set_directions,
            messages.SpeakAgain: self._speak_again,
            messages.IncludePassage: self._include_passage,
            messages.SetPronunciation: self._set_pronunciation,
        }
        """The method that carries out each command."""

    def _set_speaker(self, command: messages.SetSpeaker) -> None:
        """Say who speaks lines."""
        check_text("name", command.speaker, MAX_NAME)
        if not 1 <= len(command.lines) <= _MAX_LINES:
            raise OptionError("choose one line or more")
        speaker = command.speaker.strip()
        if speaker.casefold() == NARRATOR_NAME:
            speaker = NARRATOR_NAME
        state = self._book.state
        passages = [
            describe_passage(state.word_index, find_line(self._book.state, line))
            for line in command.lines
        ]
        for passage in passages:
            lines_or_problem = state.word_index.find_lines(
                msgspec.structs.replace(passage, speaker=speaker)
            )
            if isinstance(lines_or_problem, str):  # such as a heading
                raise OptionError(lines_or_problem)

        def edit(document: tomlkit.TOMLDocument) -> None:
            for passage in passages:
                set_line_values(document, state.word_index, passage, {"speaker": speaker})

        self._editor.edit_corrections(edit, command.describe())

    def _set_directions(self, command: messages.SetDirections) -> None:
        """Say how a line is spoken."""
        values: dict[str, str | float | None] = {}
        for key in ("manner", "pause", "say", "take"):
            value = getattr(command, key)
            if value is not msgspec.UNSET:
                values[key] = value if value not in ("", None) else None
        if values.get("manner") not in (None, *MANNERS):
            raise OptionError("there is no such manner", f"choose {', '.join(MANNERS)}")
        if values.get("pause") is not None and not PAUSE.allow(values["pause"]):
            raise OptionError("a pause can't be that long", f"give {PAUSE}")
        if len(str(values.get("say") or "")) > _MAX_SAYING:
            raise OptionError("these are too many words for one line")
        if values.get("take") is not None and not TAKE_NUMBER.allow(values["take"]):
            raise OptionError("there is no such take", f"give {TAKE_NUMBER}")
        self._write_directions(find_line(self._book.state, command.line), values, command)

    def _speak_again(self, command: messages.SpeakAgain) -> None:
        """Choose the take after the one that is heard of a line."""
        index = find_line(self._book.state, command.line)
        take = self._book.choose_next_take(self._book.state, index)
        self._write_directions(index, {"take": take}, command)

    def _write_directions(
        self,
        index: int,
        values: Mapping[str, str | float | None],
        command: messages.StudioCommand,
    ) -> None:
        """Write how a line is spoken to the corrections."""
        state = self._book.state
        passage = describe_passage(state.word_index, index)
        self._editor.edit_corrections(
            lambda document: set_line_values(document, state.word_index, passage, values),
            command.describe(),
        )

    def _include_passage(self, command: messages.IncludePassage) -> None:
        """Speak text that was left out, or leave it out again."""
        book = self._book.state.script.book
        passages = sorted((*book.skipped, *book.included), key=lambda passage: passage.start)
        by_start = dict(
            zip(
                (passage.start for passage in passages),
                describe_skipped_passages(passages),
                strict=True,
            )
        )
        inclusion = by_start.get(command.start)
        if inclusion is None:
            raise OptionError("there is no such text that could be spoken", "reload the page")
        self._editor.edit_corrections(
            lambda document: set_inclusion(document, inclusion, is_included=command.is_included),
            command.describe(),
        )

    def _set_pronunciation(self, command: messages.SetPronunciation) -> None:
        """Say how a word is spoken. The corrections take precedence over any lexicon."""
        word, say = command.word.strip(), (command.say or "").strip() or None
        check_text("word", word, MAX_NAME)
        if say:
            check_text("pronunciation", say, MAX_NAME)
        self._editor.edit_corrections(
            lambda document: set_pronunciation(document, word, say), command.describe()
        )

    def propose(self, line_ids: Sequence[str]) -> list[messages.Proposal]:
        """Return what the user may want to change after lines were corrected."""
        state = self._book.state
        if state.is_edited_script:
            return []
        proposals = propose_speakers(
            state.script.lines, state.detected.lines, line_ids, (CORRECTION_REASON,)
        )
        return [
            messages.Proposal(
                [candidate.turn.line_ids[0]],
                candidate.speaker,
                candidate.turn.text,
                candidate.share,
            )
            for candidate in proposals
        ]
