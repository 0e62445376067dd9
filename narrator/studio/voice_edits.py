"""Carries out the commands that give characters their voices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from narrator.build.book_files import locate_beside_book
from narrator.build.option_parsing import parse_delivery
from narrator.casting.cast import NARRATOR_ROLE
from narrator.casting.cast_file import CAST_FILE_SUFFIX, VoiceChoice, read_cast_file
from narrator.casting.cast_file_edits import set_voice_choice
from narrator.casting.profiles import find_voice
from narrator.errors import OptionError
from narrator.setting_limits import PITCH, RATE, VOLUME
from narrator.studio import messages
from narrator.studio.book_lookup import find_speaker, list_speaker_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import tomlkit

    from narrator.build.resident_book import ResidentBook
    from narrator.model import Voice
    from narrator.studio.side_file_edits import SideFileEditor
    from narrator.studio.voice_catalogue import VoiceCatalogue


class VoiceEdits:
    """Writes who has which voice to the cast file."""

    def __init__(
        self, book: ResidentBook, editor: SideFileEditor, catalogue: VoiceCatalogue
    ) -> None:
        self._book = book
        self._editor = editor
        self._catalogue = catalogue
        self.handlers: Mapping[type[messages.StudioCommand], Callable[[Any], None]] = {
            messages.ChooseVoice: self._choose_voice,
        }
        """The method that carries out each command."""

    def import_cast(self, paths: Sequence[str]) -> str:
        """Give the characters who are in the cast file of another book the same voices.

        Returns:
            What was done, as a sentence.

        Raises:
            OptionError: that book has no cast file, or nobody of this book is in it.
            CastFileError: the file is not valid.
        """
        path = locate_beside_book(paths[0], CAST_FILE_SUFFIX)
        if not path.is_file():
            raise OptionError(f"there is no {path.name}", "choose voices for that book first")
        other = read_cast_file(path)
        choices = {name.casefold(): choice for name, choice in other.voice_choices.items()}
        rows: list[tuple[Sequence[str], VoiceChoice | None]] = []
        if other.narrator is not None:
            rows.append(((NARRATOR_ROLE,), other.narrator))
        for member in self._book.state.casting.members:
            names = list_speaker_names(self._book.state, member.character.name)
            listed_key = next((key for name in names if (key := name.casefold()) in choices), None)
            if listed_key is not None:
                rows.append((names, choices[listed_key]))
        if not rows:
            raise OptionError(f"nobody in {path.name} speaks in this book")
        message = f"{len(rows)} voices are those of {path.name}."
        self._write_choices(rows, message)
        return message

    def _choose_voice(self, command: messages.ChooseVoice) -> None:
        """Choose the voice of a character, and keep those of all others.

        A row that somebody wrote by hand may have shaped the voices of other leads. If it is
        replaced, those whose voices would change get rows too.
        """
        before = self._book.state
        speaker = find_speaker(self._book.state, command.character)
        choice = None
        if command.voice is not None:
            choice = self._make_choice(command, command.voice)
        rows = [(list_speaker_names(self._book.state, speaker), choice)]
        self._write_choices(rows, command.describe())
        for member in self._book.refresh().casting.members:
            name = member.character.name
            previous = before.casting.cast.voices.get(name)
            is_displaced = member.origin == "automatic" and member.voice != previous
            if previous is not None and name != speaker and is_displaced:
                rows.append(
                    (list_speaker_names(self._book.state, name), self._describe_choice(previous))
                )
        if len(rows) > 1:
            self._editor.undo()
            self._write_choices(rows, command.describe())

    def _write_choices(
        self, rows: Sequence[tuple[Sequence[str], VoiceChoice | None]], message: str
    ) -> None:
        """Write choices of voices to the cast file, each with the names of the character."""

        def edit(document: tomlkit.TOMLDocument) -> None:
            for names, choice in rows:
                set_voice_choice(document, names, choice)

        self._editor.edit_cast_file(edit, message)

    def _make_choice(self, command: messages.ChooseVoice, voice_name: str) -> VoiceChoice:
        """Return the choice of a command; values that are the voice's own are left out.

        A row of the same voice that somebody wrote by hand may have shaped the voices of others,
        and does so as long as its voice stays.
        """
        choice = VoiceChoice(voice_name, command.rate, command.pitch, command.volume)
        check_choice(choice)
        rows = self._find_rows(find_speaker(self._book.state, command.character))
        delivery = rows[0].delivery if rows else ""
        if command.delivery is not msgspec.UNSET:
            delivery = command.delivery
            parse_delivery(delivery or None)  # raises an error if it is unknown
        voice = find_voice(voice_name, self._catalogue.voices)
        castable = self._catalogue.fit(self._book.state).voices.get(voice.name)
        # the page shows rates as they are heard
        speed = self._book.options.speed
        rate = None if command.rate is None else round(command.rate / speed, 3)
        if rate is None and castable is not None and castable.rate != voice.rate:
            rate = castable.rate  # the tempo that automatic casting gives it
        return VoiceChoice(
            voice.name,
            None if rate == voice.rate else rate,
            None if command.pitch == voice.pitch else command.pitch,
            None if command.volume == voice.volume else command.volume,
            keep_others=all(row.keep_others or row.voice != voice.name for row in rows),
            delivery=delivery,
        )

    def _find_rows(self, speaker: str | None) -> list[VoiceChoice]:
        """Return what the cast file says of a character."""
        cast_file = self._book.state.cast_file
        if speaker is None:
            return [cast_file.narrator] if cast_file.narrator else []
        names = {name.casefold() for name in list_speaker_names(self._book.state, speaker)}
        rows = cast_file.voice_choices.items()
        return [row for name, row in rows if name.casefold() in names]

    def _describe_choice(self, voice: Voice) -> VoiceChoice:
        """Return the choice that stands for a voice in the cast file."""
        profile = find_voice(voice.name, self._catalogue.voices)
        rate = voice.rate / self._book.options.speed
        return VoiceChoice(
            voice.name,
            None if abs(rate - profile.rate) < 1e-6 else round(rate, 3),
            None if voice.pitch == profile.pitch else voice.pitch,
            None if voice.volume == profile.volume else voice.volume,
            keep_others=True,
        )


def check_choice(choice: VoiceChoice) -> None:
    """Check that the adjustments of a voice are in range.

    Raises:
        OptionError: one is not.
    """
    for name, value, limits in (
        ("rate", choice.rate, RATE),
        ("pitch", choice.pitch, PITCH),
        ("volume", choice.volume, VOLUME),
    ):
        if value is not None and not limits.allow(value):
            raise OptionError(f"the {name} can't be {value:g}", f"give {limits}")
