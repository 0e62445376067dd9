"""Holds the open book: carries out commands, speaks lines, and tells all pages what has changed.

Everything that changes the book runs on one thread, one after the other. Views are made from a
state of the book that never changes, so they need no lock.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from narrator.attribution.turn_propagation import propose_speakers
from narrator.audio.loudness_profiles import resolve_loudness
from narrator.audio.pauses import PAUSE_PRESETS, load_pauses
from narrator.build.book_files import apply_cast_file, list_side_files, locate_beside_book
from narrator.build.option_parsing import parse_delivery
from narrator.build.plan import read_cover
from narrator.build.resident_book import ResidentBook
from narrator.build.settings import find_book_settings
from narrator.cache.places import voice_measurements_path
from narrator.casting.cast import NARRATOR_ROLE
from narrator.casting.cast_file import (
    CAST_FILE_SUFFIX,
    VoiceChoice,
    read_cast_file,
    set_about,
    set_delivery,
    set_pauses_preset,
    set_voice_choice,
)
from narrator.casting.fitting_voices import fit_voices
from narrator.casting.profiles import find_voice, load_voices
from narrator.errors import NarratorError, OptionError, UnknownCharacterError
from narrator.files.cover_conversion import make_cover
from narrator.model import LineKind
from narrator.normalisation.lexicon import Lexicon, LexiconEntry
from narrator.normalisation.script_normalisation import normalise_script
from narrator.readers.source_files import list_files
from narrator.scripts.correction_edits import (
    merge_characters,
    set_character_traits,
    set_line_values,
    set_pronunciation,
)
from narrator.scripts.corrections import CORRECTION_REASON, describe_passage
from narrator.scripts.inclusions import describe_skipped_passages, set_inclusion
from narrator.scripts.text_syntax import AGES, GENDERS, MANNERS, NARRATOR_NAME
from narrator.setting_limits import PAUSE, PITCH, RATE, TAKE_NUMBER, VOLUME
from narrator.studio import messages
from narrator.studio.book_options import (
    BookSettings,
    apply_settings,
    check_about,
    list_changed_settings,
    write_settings,
)
from narrator.studio.book_views import view_book
from narrator.studio.cast_views import (
    TRAY_SIZE,
    SpeakerColours,
    find_sample_line,
    find_voice_users,
    view_voice,
)
from narrator.studio.chapter_views import find_changed_lines
from narrator.studio.clip_shelf import ClipShelf
from narrator.studio.side_file_edits import SideFileEditor
from narrator.studio.task_lane import Urgency

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    import tomlkit

    from narrator.build.options import Options
    from narrator.build.resident_book import BookState, SpokenLine
    from narrator.casting.fitting_voices import VoiceFitting
    from narrator.model import Book, Image, Line, Voice
    from narrator.studio.task_lane import SpeechLanes, TaskLane

_MAX_LINES = 500
"""Most lines of one command."""
_MAX_NAME = 200
"""Most characters of a name or a word that a page sends."""
_MAX_SAYING = 2000
"""Most characters of words that are spoken instead of others."""


class Broadcaster:
    """Passes events on to all pages. Subscribers are called on the thread that publishes."""

    def __init__(self) -> None:
        self._subscribers: dict[int, Callable[[messages.Event], None]] = {}
        self._lock = threading.Lock()
        self._next_number = 0

    def subscribe(self, subscriber: Callable[[messages.Event], None]) -> Callable[[], None]:
        """Add a subscriber; return a function that removes it."""
        with self._lock:
            self._next_number += 1
            number = self._next_number
            self._subscribers[number] = subscriber

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(number, None)

        return unsubscribe

    def publish(self, event: messages.Event) -> None:
        """Pass an event on."""
        with self._lock:
            subscribers = list(self._subscribers.values())
        for subscriber in subscribers:
            subscriber(event)


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
        self.broadcaster = broadcaster
        self.shelf = ClipShelf()
        self.editor = SideFileEditor(self.book)
        self.revision = 1
        self._settings = BookSettings(paths, options)
        self._lanes = lanes
        self._edits = edits
        self._colours = SpeakerColours()
        self._voices = load_voices()
        self._fitting: tuple[BookState, VoiceFitting] | None = None
        self._file_versions = self._read_file_versions()
        self._file_problem = ""

    @property
    def state(self) -> BookState:
        """Return the book as it is now."""
        return self.book.state

    # ------------------------------------------------------------------ views

    def view_book(self) -> messages.BookView:
        """Return everything about the book but its text."""
        return view_book(
            self.book,
            self.fit_voices(),
            self._colours,
            self.revision,
            can_undo=self.editor.can_undo,
        )

    def fit_voices(self) -> VoiceFitting:
        """Return the voices that may be cast in the book as it is now."""
        state = self.state
        if self._fitting is None or self._fitting[0] is not state:
            fitting = fit_voices(
                state.script, state.casting, self._voices, voice_measurements_path()
            )
            self._fitting = state, fitting
        return self._fitting[1]

    def view_tray(self, character: str) -> messages.TrayView:
        """Return the voices that suit a character, the present one first.

        Raises:
            UnknownCharacterError: nobody speaks by that name.
        """
        state = self.state
        speaker = self._find_speaker(character)
        current = state.casting.cast.voice_of(speaker)
        ranked = self.fit_voices().rank_voices(character)
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

    def list_voices(self) -> Mapping[str, Voice]:
        """Return all voice profiles by name."""
        return self._voices

    def reload_voices(self) -> None:
        """Read the voice profiles again, after a model was fetched."""
        self._voices = load_voices()
        self._fitting = None

    # ------------------------------------------------------------------ sound

    def speak_line(
        self, line_id: str, urgency: Urgency, pauses: str = "", loudness: str = ""
    ) -> Future[messages.SpeechView]:
        """Return the future sound of a line of the script.

        Args:
            line_id: The line.
            urgency: How soon it is needed.
            pauses: A preset to try instead of the pauses of the book.
            loudness: A profile to try instead of the loudness of the book.

        Raises:
            OptionError: there is no such line, preset or profile.
        """
        index = self._find_line(line_id)
        pause_policy = load_pauses(pauses) if pauses in PAUSE_PRESETS else None
        if loudness:
            resolve_loudness(loudness)

        def speak() -> messages.SpeechView:
            state = self.state  # newer than when this was asked for, if a command came between
            if pause_policy is not None:
                state = replace(state, pauses=pause_policy)
            line = state.script.lines[index]
            spoken = self.book.speak_line(state, index, loudness)
            return self._shelve(spoken, line, state.casting.cast.voice_of(line.speaker))

        line = self.state.script.lines[index]
        voice = self.state.casting.cast.voice_of(line.speaker, line.language)
        return self._lanes.submit(voice.engine, urgency, speak)

    def audition(
        self, character: str, choice: VoiceChoice, line_id: str = ""
    ) -> Future[messages.SpeechView]:
        """Return the future sound of a line of a character in another voice.

        Raises:
            UnknownCharacterError: nobody speaks by that name.
            UnknownVoiceError: there is no such voice.
            OptionError: there is no such line, or a value is out of range.
        """
        state, speaker = self.state, self._find_speaker(character)
        _check_choice(choice)
        voice = choice.resolve_voice(self._voices)
        if choice.rate is None:
            # the tempo that automatic casting would give it
            castable = self.fit_voices().voices.get(voice.name, voice)
            voice = replace(voice, rate=castable.rate * self.book.options.speed)
        lines = [
            line
            for line in state.script.lines
            if line.speaker == speaker and line.kind is not LineKind.HEADING
        ]
        line = state.script.lines[self._find_line(line_id or find_sample_line(lines))]
        line = replace(line, speaker=speaker)

        def speak() -> messages.SpeechView:
            return self._shelve(self.book.speak(state, line, voice=voice), line, voice)

        return self._lanes.submit(voice.engine, Urgency.NOW, speak)

    def say_word(self, word: str, say: str, line_id: str) -> Future[messages.SpeechView]:
        """Return the future sound of a line with another pronunciation of a word.

        Without a line, the word alone is spoken by the narrator.

        Raises:
            OptionError: there is no such line, or the word is empty or too long.
        """
        state = self.state
        _check_text("word", word, _MAX_NAME)
        if line_id:
            line = state.script.lines[self._find_line(line_id)]
        else:
            first = state.script.lines[0]
            line = replace(first, kind=LineKind.NARRATION, speaker=None, text=word, id="0.0.0")
        entry = (LexiconEntry(word, say),) if say.strip() else ()
        others = tuple(e for e in state.lexicon.entries if e.word.casefold() != word.casefold())
        spoken_line = normalise_script(
            replace(state.script, lines=(line,)), Lexicon((*entry, *others))
        ).lines[0]

        voice = state.casting.cast.voice_of(line.speaker, line.language)

        def speak() -> messages.SpeechView:
            return self._shelve(self.book.speak(state, spoken_line), spoken_line, voice)

        return self._lanes.submit(voice.engine, Urgency.NOW, speak)

    def _shelve(self, spoken: SpokenLine, line: Line, voice: Voice) -> messages.SpeechView:
        """Keep a sound for the page, and return what describes it."""
        name = self.shelf.add(spoken)
        seconds = len(spoken.pcm) / 2 / spoken.rate
        return messages.SpeechView(
            line.id,
            f"/api/clips/{name}.wav",
            list(spoken.words),
            round(spoken.speech_seconds, 3),
            round(seconds, 3),
            line.text,
            voice.name,
        )

    def _find_line(self, line_id: str) -> int:
        """Return the index of a line.

        Raises:
            OptionError: there is no such line.
        """
        index = self.state.indices_by_id.get(line_id)
        if index is None:
            raise OptionError(f"there is no line {line_id[:40]}", "load the page again")
        return index

    def _find_speaker(self, character: str) -> str | None:
        """Return the main name of a character who speaks; None for the narrator.

        Raises:
            UnknownCharacterError: nobody speaks by that name.
        """
        if character == NARRATOR_ROLE:
            return None
        if all(member.character.name != character for member in self.state.casting.members):
            raise UnknownCharacterError(f"nobody called '{character[:_MAX_NAME]}' speaks here")
        return character

    # ------------------------------------------------------------------ commands

    def run(self, command: messages.StudioCommand) -> Future[messages.CommandResult]:
        """Return the future result of a command that changes the book."""
        return self._edits.submit(Urgency.NOW, lambda: self._run(command))

    def import_cast(self, paths: Sequence[str]) -> Future[messages.CommandResult]:
        """Return the future result of taking over the voices of another book's cast file."""
        return self._edits.submit(Urgency.NOW, lambda: self._import_cast(paths))

    def _import_cast(self, paths: Sequence[str]) -> messages.CommandResult:
        """Give the characters who are in the cast file of another book the same voices.

        Raises:
            OptionError: that book has no cast file, or nobody of this book is in it.
            CastFileError: the file is not valid.
        """
        before = self.state
        path = locate_beside_book(paths[0], CAST_FILE_SUFFIX)
        if not path.is_file():
            raise OptionError(f"there is no {path.name}", "choose voices for that book first")
        other = read_cast_file(path)
        choices = {name.casefold(): choice for name, choice in other.voice_choices.items()}
        rows: list[tuple[Sequence[str], VoiceChoice | None]] = []
        if other.narrator is not None:
            rows.append(((NARRATOR_ROLE,), other.narrator))
        for member in before.casting.members:
            names = self._list_names(member.character.name)
            found = next((key for name in names if (key := name.casefold()) in choices), None)
            if found is not None:
                rows.append((names, choices[found]))
        if not rows:
            raise OptionError(f"nobody in {path.name} speaks in this book")
        message = f"{len(rows)} voices are those of {path.name}."
        self._write_choices(rows, message)
        return self._refresh(before, message)

    def _run(self, command: messages.StudioCommand) -> messages.CommandResult:
        """Carry out a command, and tell all pages what has changed.

        Raises:
            NarratorError: the command is not possible; nothing has changed.
        """
        before = self.state
        if isinstance(command, messages.Undo):
            message = self.editor.undo()
            self._follow_settings()
            return self._refresh(before, message)
        handler = self._handlers.get(type(command))
        if handler is None:
            raise OptionError("the studio does not know this command", "load the page again")
        handler(command)
        result = self._refresh(before, command.describe())
        if isinstance(command, messages.SetSpeaker):
            return msgspec.structs.replace(result, proposals=self._propose(command.lines))
        return result

    @cached_property
    def _handlers(self) -> Mapping[type[messages.StudioCommand], Callable[[Any], None]]:
        """Return the method that carries out each command."""
        return {
            messages.SetSpeaker: self._set_speaker,
            messages.SetDirections: self._set_directions,
            messages.SpeakAgain: self._speak_again,
            messages.IncludePassage: self._include_passage,
            messages.MergeCharacters: self._merge_characters,
            messages.DescribeCharacter: self._describe_character,
            messages.ChooseVoice: self._choose_voice,
            messages.SetPronunciation: self._set_pronunciation,
            messages.SetPauses: self._set_pauses,
            messages.SetOptions: self._set_options,
            messages.SetAbout: self._set_about,
        }

    def _set_speaker(self, command: messages.SetSpeaker) -> None:
        """Say who speaks lines."""
        _check_text("name", command.speaker, _MAX_NAME)
        if not 1 <= len(command.lines) <= _MAX_LINES:
            raise OptionError("choose one line or more")
        speaker = command.speaker.strip()
        if speaker.casefold() == NARRATOR_NAME:
            speaker = NARRATOR_NAME
        state = self.state
        passages = [
            describe_passage(state.word_index, self._find_line(line)) for line in command.lines
        ]
        for passage in passages:
            found = state.word_index.find_lines(msgspec.structs.replace(passage, speaker=speaker))
            if isinstance(found, str):  # such as a heading
                raise OptionError(found)

        def edit(document: tomlkit.TOMLDocument) -> None:
            for passage in passages:
                set_line_values(document, state.word_index, passage, {"speaker": speaker})

        self.editor.edit_corrections(edit, command.describe())

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
        self._write_directions(self._find_line(command.line), values, command)

    def _speak_again(self, command: messages.SpeakAgain) -> None:
        """Choose the take after the one that is heard of a line."""
        index = self._find_line(command.line)
        take = self.book.choose_next_take(self.state, index)
        self._write_directions(index, {"take": take}, command)

    def _write_directions(
        self,
        index: int,
        values: Mapping[str, str | float | None],
        command: messages.StudioCommand,
    ) -> None:
        """Write how a line is spoken to the corrections."""
        state = self.state
        passage = describe_passage(state.word_index, index)
        self.editor.edit_corrections(
            lambda document: set_line_values(document, state.word_index, passage, values),
            command.describe(),
        )

    def _include_passage(self, command: messages.IncludePassage) -> None:
        """Speak text that was left out, or leave it out again."""
        book = self.state.script.book
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
            raise OptionError("there is no such text that could be spoken", "load the page again")
        self.editor.edit_corrections(
            lambda document: set_inclusion(document, inclusion, is_included=command.is_included),
            command.describe(),
        )

    def _merge_characters(self, command: messages.MergeCharacters) -> None:
        """Say that two characters are one person."""
        name, into = (self._find_speaker(each) for each in (command.name, command.into))
        if name is None or into is None or name == into:
            raise OptionError("choose two different characters", "the narrator is not one of them")
        self.editor.edit_corrections(
            lambda document: merge_characters(
                document, [self._find_original_name(name)], self._find_original_name(into)
            ),
            command.describe(),
        )

    def _describe_character(self, command: messages.DescribeCharacter) -> None:
        """Set the name, gender or age of a character."""
        name = self._find_speaker(command.character)
        if name is None:
            raise OptionError("the narrator has no name, gender or age to change")
        given = {"name": command.name, "gender": command.gender, "age": command.age}
        values = {key: value.strip() or None for key, value in given.items() if value is not None}
        for key, known in (("gender", GENDERS), ("age", AGES)):
            if values.get(key) not in (None, *known):
                raise OptionError(f"there is no such {key}", f"choose {', '.join(known)}")
        if new_name := values.get("name"):
            _check_text("name", new_name, _MAX_NAME)
            taken = {member.character.name for member in self.state.casting.members} - {name}
            if new_name in taken or new_name.casefold() == NARRATOR_NAME:
                raise OptionError(f"{new_name} is somebody else", "merge the two instead")
        self.editor.edit_corrections(
            lambda document: set_character_traits(document, self._find_original_name(name), values),
            command.describe(),
        )

    def _find_original_name(self, name: str) -> str:
        """Return the name of a renamed character before that, by which the corrections list it."""
        for old_name, described in self.state.corrections.characters:
            if described.name == name:
                return old_name
        return name

    def _choose_voice(self, command: messages.ChooseVoice) -> None:
        """Choose the voice of a character, and keep those of all others.

        A row that somebody wrote by hand may have shaped the voices of other leads. If it is
        replaced, those whose voices would change get rows too.
        """
        before = self.state
        speaker = self._find_speaker(command.character)
        choice = None
        if command.voice is not None:
            choice = self._make_choice(command, command.voice)
        rows = [(self._list_names(speaker), choice)]
        self._write_choices(rows, command.describe())
        for member in self.book.refresh().casting.members:
            name = member.character.name
            previous = before.casting.cast.voices.get(name)
            is_displaced = member.origin == "automatic" and member.voice != previous
            if previous is not None and name != speaker and is_displaced:
                rows.append((self._list_names(name), self._describe_choice(previous)))
        if len(rows) > 1:
            self.editor.undo()
            self._write_choices(rows, command.describe())

    def _write_choices(
        self, rows: Sequence[tuple[Sequence[str], VoiceChoice | None]], message: str
    ) -> None:
        """Write choices of voices to the cast file, each with the names of the character."""

        def edit(document: tomlkit.TOMLDocument) -> None:
            for names, choice in rows:
                set_voice_choice(document, names, choice)

        self.editor.edit_cast_file(edit, message)

    def _make_choice(self, command: messages.ChooseVoice, voice_name: str) -> VoiceChoice:
        """Return the choice of a command; values that are the voice's own are left out.

        A row of the same voice that somebody wrote by hand may have shaped the voices of others,
        and does so as long as its voice stays.
        """
        choice = VoiceChoice(voice_name, command.rate, command.pitch, command.volume)
        _check_choice(choice)
        rows = self._find_rows(self._find_speaker(command.character))
        delivery = rows[0].delivery if rows else ""
        if command.delivery is not msgspec.UNSET:
            delivery = command.delivery
            parse_delivery(delivery or None)  # raises an error if it is unknown
        voice = find_voice(voice_name, self._voices)
        castable = self.fit_voices().voices.get(voice.name)
        # the page shows rates as they are heard
        speed = self.book.options.speed
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
        cast_file = self.state.cast_file
        if speaker is None:
            return [cast_file.narrator] if cast_file.narrator else []
        names = {name.casefold() for name in self._list_names(speaker)}
        rows = cast_file.voice_choices.items()
        return [row for name, row in rows if name.casefold() in names]

    def _describe_choice(self, voice: Voice) -> VoiceChoice:
        """Return the choice that stands for a voice in the cast file."""
        profile = find_voice(voice.name, self._voices)
        rate = voice.rate / self.book.options.speed
        return VoiceChoice(
            voice.name,
            None if abs(rate - profile.rate) < 1e-6 else round(rate, 3),
            None if voice.pitch == profile.pitch else voice.pitch,
            None if voice.volume == profile.volume else voice.volume,
            keep_others=True,
        )

    def _list_names(self, speaker: str | None) -> tuple[str, ...]:
        """Return the names of a character, by one of which the cast file may list it."""
        if speaker is None:
            return (NARRATOR_ROLE,)
        for character in self.state.script.characters:
            if character.name == speaker:
                return (speaker, *character.aliases)
        return (speaker,)

    def _set_pronunciation(self, command: messages.SetPronunciation) -> None:
        """Say how a word is spoken. The corrections take precedence over any lexicon."""
        word, say = command.word.strip(), (command.say or "").strip() or None
        _check_text("word", word, _MAX_NAME)
        if say:
            _check_text("pronunciation", say, _MAX_NAME)
        self.editor.edit_corrections(
            lambda document: set_pronunciation(document, word, say), command.describe()
        )

    def _set_pauses(self, command: messages.SetPauses) -> None:
        """Choose the preset of the pauses."""
        if self.book.options.pauses:
            raise OptionError("the pauses were chosen on the command line", "leave --pauses away")
        self.editor.edit_cast_file(
            lambda document: set_pauses_preset(document, command.preset), command.describe()
        )

    def _set_options(self, command: messages.SetOptions) -> None:
        """Change how the whole book is read and spoken."""
        settings = list_changed_settings(command)
        options = apply_settings(self.book.options, settings)
        parse_delivery(command.delivery)  # raises an error if it is unknown
        if settings:
            self.editor.edit_settings(
                lambda document: write_settings(document, settings), command.describe()
            )
        if delivery := command.delivery:
            self.editor.edit_cast_file(
                lambda document: set_delivery(document, delivery), command.describe()
            )
            options = replace(options, delivery=None)
        self.book.reload(options)

    def _set_about(self, command: messages.SetAbout) -> None:
        """Say what players show of the book."""
        value = command.value.strip()
        check_about(self.book.options, command.key, value)
        self.editor.edit_cast_file(
            lambda document: set_about(document, command.key, value), command.describe()
        )

    def take_cover(self, picture: bytes) -> Future[messages.CommandResult]:
        """Return the future result of keeping a picture as the cover of the book."""
        return self._edits.submit(Urgency.NOW, lambda: self._take_cover(picture))

    def _take_cover(self, picture: bytes) -> messages.CommandResult:
        """Write a picture beside the book, and name it in the cast file.

        Raises:
            OptionError: it is not a complete picture, or a cover was given as an option.
            OutputError: it can't be written.
        """
        before, message = self.state, "The book has a new cover."
        check_about(self.book.options, "cover", "")
        cover = make_cover(picture)
        if cover is None:
            raise OptionError("this is not a complete picture", "choose a JPEG or PNG")
        name = self.editor.write_cover(cover)
        self.editor.edit_cast_file(lambda document: set_about(document, "cover", name), message)
        return self._refresh(before, message)

    def find_cover(self) -> Image | None:
        """Return the cover that the audiobook gets, or None.

        Raises:
            OptionError: the file that is named as the cover is not a picture.
        """
        options = apply_cast_file(self.book.paths, self.book.options)
        if options.cover:
            return read_cover(options.cover)
        return self.state.script.book.metadata.cover

    def _propose(self, line_ids: Sequence[str]) -> list[messages.Proposal]:
        """Return what the user may want to change after lines were corrected."""
        state = self.state
        if state.is_edited_script:
            return []
        proposals = propose_speakers(
            state.script.lines, state.detected.lines, line_ids, (CORRECTION_REASON,)
        )
        return [
            messages.Proposal([each.turn.line_ids[0]], each.speaker, each.turn.text, each.share)
            for each in proposals
        ]

    # ------------------------------------------------------------------ changes

    def _refresh(self, before: BookState, message: str) -> messages.CommandResult:
        """Read the side files again, and tell all pages what has changed."""
        try:
            self.book.refresh()
        finally:
            self._file_versions = self._read_file_versions()
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
            self.broadcaster.publish(messages.LinesChanged(changed, self.revision))
        self.broadcaster.publish(messages.BookChanged(self.revision, not is_same_text, message))
        return list(changed)

    def look_for_changes(self) -> Future[None]:
        """Notice changes that somebody else made to the files of the book."""
        return self._edits.submit(Urgency.NOW, self._look_for_changes)

    def _follow_settings(self) -> None:
        """Apply the settings beside the book, if they differ from the present options."""
        options = self._settings.merge_into(self.book.options)
        if options != self.book.options:
            self.book.reload(options)

    def _look_for_changes(self) -> None:
        """Read the files again if they have changed, and tell all pages."""
        versions = self._read_file_versions()
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
            self._file_problem = str(error)
            self.broadcaster.publish(messages.Announced(str(error), is_problem=True))
            return
        self._file_problem = ""
        if self.state is not before:
            self._publish_changes(before, f"{', '.join(sorted(names))} was changed elsewhere.")

    def _read_file_versions(self) -> Mapping[Path, tuple[int, int, int]]:
        """Return what tells whether the files of the book have changed, by path."""
        book = self.book
        paths = [Path(file) for path in book.paths for file in list_files(path)]
        versions = {}
        settings = find_book_settings(book.paths)
        for path in (*paths, *list_side_files(book.paths, book.options), settings):
            if path is None:
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            versions[path] = status.st_mtime_ns, status.st_size, status.st_ino
        return versions


def _check_text(kind: str, text: str, longest: int) -> None:
    """Check that a text from a page is neither empty nor too long, and is on one line.

    Raises:
        OptionError: it is not.
    """
    if not text.strip():
        raise OptionError(f"the {kind} is empty")
    if len(text) > longest or not text.isprintable():
        raise OptionError(f"this can't be a {kind}", f"give up to {longest} characters on one line")


def _check_choice(choice: VoiceChoice) -> None:
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
