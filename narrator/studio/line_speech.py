"""Speaks lines of the open book for the page: as they are, in other voices, or in other words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.audio.loudness_profiles import resolve_loudness
from narrator.audio.pauses import PAUSE_PRESETS, load_pauses
from narrator.model import LineKind
from narrator.normalisation.lexicon import Lexicon, LexiconEntry
from narrator.normalisation.script_normalisation import normalise_script
from narrator.studio import messages
from narrator.studio.book_lookup import MAX_NAME, check_text, find_line, find_speaker
from narrator.studio.cast_views import find_sample_line
from narrator.studio.task_lane import Urgency
from narrator.studio.voice_edits import check_choice

if TYPE_CHECKING:
    from concurrent.futures import Future

    from narrator.build.resident_book import ResidentBook, SpokenLine
    from narrator.casting.cast_file import VoiceChoice
    from narrator.model import Line, Voice
    from narrator.studio.clip_shelf import ClipShelf
    from narrator.studio.task_lane import SpeechLanes
    from narrator.studio.voice_catalogue import VoiceCatalogue


class LineSpeech:
    """Speaks lines on the lanes of their engines.

    Args:
        book: The open book.
        catalogue: The voices of this machine.
        lanes: Speak the lines.
        shelf: Keeps sounds until a page asks for them.
    """

    def __init__(
        self,
        book: ResidentBook,
        catalogue: VoiceCatalogue,
        lanes: SpeechLanes,
        shelf: ClipShelf,
    ) -> None:
        self._book = book
        self._catalogue = catalogue
        self._lanes = lanes
        self._shelf = shelf

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
        index = find_line(self._book.state, line_id)
        pause_policy = load_pauses(pauses) if pauses in PAUSE_PRESETS else None
        if loudness:
            resolve_loudness(loudness)

        def speak() -> messages.SpeechView:
            state = (
                self._book.state
            )  # newer than when this was asked for, if a command came between
            if pause_policy is not None:
                state = replace(state, pauses=pause_policy)
            line = state.script.lines[index]
            spoken = self._book.speak_line(state, index, loudness)
            return self._shelve(spoken, line, state.casting.cast.voice_of(line.speaker))

        line = self._book.state.script.lines[index]
        voice = self._book.state.casting.cast.voice_of(line.speaker, line.language)
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
        state, speaker = self._book.state, find_speaker(self._book.state, character)
        check_choice(choice)
        voice = choice.resolve_voice(self._catalogue.voices)
        if choice.rate is None:
            # the tempo that automatic casting would give it
            castable = self._catalogue.fit(self._book.state).voices.get(voice.name, voice)
            voice = replace(voice, rate=castable.rate * self._book.options.speed)
        lines = [
            line
            for line in state.script.lines
            if line.speaker == speaker and line.kind is not LineKind.HEADING
        ]
        line = state.script.lines[find_line(self._book.state, line_id or find_sample_line(lines))]
        line = replace(line, speaker=speaker)

        def speak() -> messages.SpeechView:
            return self._shelve(self._book.speak(state, line, voice=voice), line, voice)

        return self._lanes.submit(voice.engine, Urgency.NOW, speak)

    def say_word(self, word: str, say: str, line_id: str) -> Future[messages.SpeechView]:
        """Return the future sound of a line with another pronunciation of a word.

        Without a line, the word alone is spoken by the narrator.

        Raises:
            OptionError: there is no such line, or the word is empty or too long.
        """
        state = self._book.state
        check_text("word", word, MAX_NAME)
        if line_id:
            line = state.script.lines[find_line(self._book.state, line_id)]
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
            return self._shelve(self._book.speak(state, spoken_line), spoken_line, voice)

        return self._lanes.submit(voice.engine, Urgency.NOW, speak)

    def _shelve(self, spoken: SpokenLine, line: Line, voice: Voice) -> messages.SpeechView:
        """Keep a sound for the page, and return what describes it."""
        name = self._shelf.add(spoken)
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
