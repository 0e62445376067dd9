"""Keeps a book in memory, with its script, cast and voices, so that any line is heard at once.

A build takes the same steps, but from the beginning. Here, a change of a side file repeats only
what depends on it: a corrected speaker changes the script and the cast, and costs the speech of one
line. Clips are kept in the cache of builds, so a build does not speak them again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.audio.levels import compute_gain
from narrator.audio.loudness_profiles import resolve_loudness
from narrator.audio.pauses import compute_pauses
from narrator.build import pipeline, retakes
from narrator.build.book_files import (
    apply_cast_file,
    load_book_corrections,
    load_book_lexicon,
    load_book_pauses,
    load_cast_file,
)
from narrator.build.resources import make_voice_selector, open_cache
from narrator.build.script_creation import read_source_files
from narrator.model import Cast, Chunk, Cue, Line, LineTiming
from narrator.normalisation.script_normalisation import normalise_script
from narrator.readalong.word_timing import time_line_words
from narrator.readers.source_files import load_files
from narrator.scripts.corrections import WordIndex
from narrator.scripts.script_recognition import is_script_file
from narrator.synthesis import voice_gain
from narrator.synthesis.clips import load_or_synthesise
from narrator.synthesis.voice_norms import find_voice_norms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.audio.pauses import Pauses
    from narrator.build.options import Options
    from narrator.casting.cast import Casting
    from narrator.casting.cast_file import CastFile
    from narrator.casting.prosody import VoiceSelector
    from narrator.model import Book, Clip, Script, Voice
    from narrator.normalisation.lexicon import Lexicon
    from narrator.readers import SourceFile
    from narrator.scripts.corrections import Corrections


@dataclass(frozen=True)
class BookState:
    """A book, with everything that its side files say, at one moment. It never changes."""

    source_hash: str
    """Checksum of the files of the book."""
    is_edited_script: bool
    """Whether the input is a script that a person may have edited; corrections don't apply."""
    detected: Script
    """The script before corrections."""
    word_index: WordIndex = field(repr=False)
    """The words of `detected`."""
    lexicon: Lexicon
    corrections: Corrections
    cast_file: CastFile
    script: Script
    """The script with the corrections, as a build speaks it."""
    casting: Casting
    selector: VoiceSelector = field(repr=False)
    pauses: Pauses

    @cached_property
    def indices_by_id(self) -> Mapping[str, int]:
        """Return the index of each line by its `Line.id`."""
        return {line.id: index for index, line in enumerate(self.script.lines)}

    @cached_property
    def chapter_ranges(self) -> Mapping[int, range]:
        """Return the range of indices of the lines of each chapter, by chapter number."""
        ranges, start = {}, 0
        for chapter, lines in groupby(self.script.lines, key=lambda line: line.chapter):
            count = sum(1 for _ in lines)
            ranges[chapter] = range(start, start + count)
            start += count
        return ranges

    @cached_property
    def _pauses_by_chapter(self) -> dict[int, tuple[float, ...]]:
        """Return the pauses that `find_pause` has computed so far."""
        return {}

    def find_pause(self, index: int) -> float:
        """Return the seconds of silence after a line."""
        chapter = self.script.lines[index].chapter
        line_range = self.chapter_ranges[chapter]
        if chapter not in self._pauses_by_chapter:
            self._pauses_by_chapter[chapter] = compute_pauses(
                self.script.lines[line_range.start : line_range.stop],
                self.pauses,
                self.script.book.metadata.language,
                self.casting.cast,
            )
        return self._pauses_by_chapter[chapter][index - line_range.start]


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """The sound of one line, as it is in the audiobook, and when its words are heard."""

    pcm: bytes = field(repr=False)
    """Signed 16-bit little-endian samples, mono, with the pause after the line."""
    rate: int
    """Samples per second."""
    words: tuple[tuple[int, int, float], ...]
    """Start and end of each word as offsets into `Line.text`, and the second at which it begins."""
    speech_seconds: float
    """When the speech ends and the pause begins."""


class ResidentBook:
    """A book that is kept in memory. `load` and `refresh` replace `state` by a new one.

    They must not run at the same time. Lines may be spoken meanwhile, by any thread.

    Args:
        paths: Files or folders that hold the book.
        options: As for a build.
        on_book_read: Called with the book before its script is written, which takes longer. It is
            not called if the script is in the cache.
    """

    def __init__(
        self,
        paths: Sequence[str],
        options: Options,
        on_book_read: Callable[[Book], None] | None = None,
    ) -> None:
        self.paths = tuple(paths)
        self.options = options
        source_files, book = load_files(self.paths), None
        if on_book_read is not None and self._needs_reading(source_files):
            book = read_source_files(source_files, self.paths, options)
            on_book_read(book)
        self.state = self._load(source_files, book)

    def _needs_reading(self, source_files: Sequence[SourceFile]) -> bool:
        """Return whether the book is no script, and its script is not in the cache."""
        if is_script_file(source_files):
            return False
        return pipeline.load_cached_script(self.paths, self.options, source_files) is None

    def _load(self, source_files: Sequence[SourceFile], book: Book | None = None) -> BookState:
        """Return the state of the book, read from its files."""
        detected = pipeline.detect_script(
            self.paths, self.options, source_files=source_files, book=book
        )
        is_edited_script = is_script_file(source_files)
        lexicon = load_book_lexicon(self.paths, self.options)
        word_index = WordIndex(detected.lines)
        book_corrections = load_book_corrections(self.paths, self.options)
        script = detected
        if not is_edited_script:
            script = pipeline.correct_script(detected, book_corrections, lexicon, word_index)
        casting = pipeline.cast_book(script, self.paths, self.options)
        return BookState(
            _hash_sources(source_files),
            is_edited_script,
            detected,
            word_index,
            lexicon,
            book_corrections,
            load_cast_file(self.paths, self.options),
            script,
            casting,
            self._make_selector(script, casting.cast),
            load_book_pauses(self.paths, self.options),
        )

    def refresh(self) -> BookState:
        """Read the files that have changed, make again what depends on them, and return the state.

        If a file is not valid, the state stays as it was.

        Raises:
            NarratorError: a file can't be read, or is not valid.
        """
        source_files = load_files(self.paths)
        inclusions = load_book_corrections(self.paths, self.options).inclusions
        is_same_book = inclusions == self.state.corrections.inclusions
        if not is_same_book or _hash_sources(source_files) != self.state.source_hash:
            self.state = self._load(source_files)
        else:
            self.state = self._refresh_side_files(self.state)
        return self.state

    def reload(self, options: Options) -> BookState:
        """Read the book again with other options, such as another policy.

        Raises:
            NarratorError: an option is not valid for the book.
        """
        previous_options, self.options = self.options, options
        try:
            self.state = self._load(load_files(self.paths))
        except BaseException:
            self.options = previous_options
            raise
        return self.state

    def _refresh_side_files(self, state: BookState) -> BookState:
        """Return the state with the content that the side files have now."""
        cast_file = load_cast_file(self.paths, self.options)
        lexicon = load_book_lexicon(self.paths, self.options)
        book_corrections = load_book_corrections(self.paths, self.options)
        pauses = load_book_pauses(self.paths, self.options)
        detected = state.detected
        if lexicon != state.lexicon:
            # attribution comes before normalisation, so it does not depend on the lexicon
            detected = normalise_script(detected, lexicon)
        script, casting = state.script, state.casting
        if lexicon != state.lexicon or book_corrections != state.corrections:
            script = detected
            if not state.is_edited_script:
                script = pipeline.correct_script(
                    detected, book_corrections, lexicon, state.word_index
                )
        if script is not state.script or cast_file != state.cast_file:
            casting = pipeline.cast_book(script, self.paths, self.options)
        return replace(
            state,
            detected=detected,
            lexicon=lexicon,
            corrections=book_corrections,
            cast_file=cast_file,
            script=script,
            casting=casting,
            selector=self._refresh_selector(state, cast_file, script, casting.cast),
            pauses=pauses,
        )

    def _refresh_selector(
        self, state: BookState, cast_file: CastFile, script: Script, cast: Cast
    ) -> VoiceSelector:
        """Return the voice selector of a changed script or cast.

        Manners, questions and stress depend on everything about the lines except who speaks them.
        To find them takes a quarter of a second in a long novel.
        """
        is_same_delivery = (
            cast_file.delivery == state.cast_file.delivery
            and cast.deliveries == state.casting.cast.deliveries
        )
        inputs, previous_inputs = map(_list_delivery_inputs, (script.lines, state.script.lines))
        if not is_same_delivery or inputs != previous_inputs:
            return self._make_selector(script, cast)
        if cast == state.casting.cast:
            return state.selector
        return state.selector.recast(cast)

    def _make_selector(self, script: Script, cast: Cast) -> VoiceSelector:
        """Return what chooses the voice and prosody of each line."""
        return make_voice_selector(script, cast, apply_cast_file(self.paths, self.options))

    # ------------------------------------------------------------------ sound

    def speak_line(self, state: BookState, index: int, loudness: str = "") -> SpokenLine:
        """Return the sound of a line as the audiobook has it, with the pause after it.

        Args:
            state: The book.
            index: The index of the line in the script.
            loudness: As in `Options`; empty for the loudness of the book.

        Raises:
            EngineError: the voice does not work here, or could not speak the line.
        """
        line, pause_seconds = state.script.lines[index], state.find_pause(index)
        return self.speak(state, line, pause_seconds, loudness=loudness)

    def speak(
        self,
        state: BookState,
        line: Line,
        pause_seconds: float = 0.0,
        voice: Voice | None = None,
        loudness: str = "",
    ) -> SpokenLine:
        """Return the sound of a line that may differ from that of the script.

        Args:
            state: The book.
            line: The line, with its spoken text.
            pause_seconds: The silence after it.
            voice: The voice of its speaker; None for the one in the cast.
            loudness: As in `Options`; empty for the loudness of the book.

        Raises:
            EngineError: the voice does not work here, or could not speak the line.
        """
        # pydub takes a tenth of a second to load
        from narrator.audio import stitching  # noqa: PLC0415

        selector = state.selector
        if voice is not None:
            selector = selector.recast(_replace_voice(state.casting.cast, line, voice))
        cue = _make_cue(selector, line, pause_seconds)
        store = open_cache(self.options)
        norms = find_voice_norms((line,), selector, store)
        clip = load_or_synthesise(cue, store, norms.get(cue.voice)).clip
        target = resolve_loudness(loudness or self.options.loudness)
        gain_db = self._find_gain(selector.select_levelling_voice(line), clip, target)
        gain_db += selector.select_prosody(line).gain_db
        chunk = Chunk(line.chapter, (replace(cue, gain_db=gain_db),))
        stitched = stitching.stitch_chunk(chunk, (clip,), clip.rate, lambda _: 0, target)
        return _time_words(
            line, state.script, b"".join(stitched.pcm_blocks), stitched.line_timings[0], clip.rate
        )

    def choose_next_take(self, state: BookState, index: int) -> int:
        """Return the number of the take that comes after the one that is heard of a line."""
        cue = _make_cue(state.selector, state.script.lines[index], 0.0)
        return retakes.choose_next_take(cue, open_cache(self.options))

    def _find_gain(self, voice: Voice, clip: Clip, loudness: LoudnessTarget) -> float:
        """Return the gain of a voice in decibels.

        A voice that was never measured is measured on a clip of one line, because the reference
        text takes too long. So the level may differ by a decibel from that in the audiobook.
        """
        store = open_cache(self.options)
        if voice_gain.find_unmeasured_voices((voice,), loudness, store):
            return compute_gain(clip, loudness, voice.volume)
        return voice_gain.load_or_measure_gains((voice,), loudness, store)[voice]


def _make_cue(selector: VoiceSelector, line: Line, pause_seconds: float) -> Cue:
    """Return what an engine needs for a line, with the silence after it and without a gain."""
    return Cue(
        line.id,
        line.spoken,
        selector.select_voice(line),
        0.0,
        pause_seconds,
        selector.select_effects(line),
        line.directions.take,
    )


def _replace_voice(cast: Cast, line: Line, voice: Voice) -> Cast:
    """Return a cast in which the speaker of a line has a voice."""
    if line.speaker is None:
        return replace(cast, narrator=voice)
    return replace(cast, voices={**cast.voices, line.speaker: voice})


def _list_delivery_inputs(lines: Sequence[Line]) -> list[tuple[object, ...]]:
    """Return what the manner and stress of lines depend on, as far as it may change."""
    return [(line.kind, line.quotation, line.directions, line.spoken) for line in lines]


def _hash_sources(source_files: Sequence[SourceFile]) -> str:
    """Return a checksum of the names and contents of the files of a book."""
    content = hashlib.sha256()
    for source in source_files:
        content.update(f"{source.path}\0{len(source.data)}\0".encode(errors="surrogatepass"))
        content.update(source.data)
    return content.hexdigest()


def _time_words(
    line: Line, script: Script, pcm: bytes, timing: LineTiming, rate: int
) -> SpokenLine:
    """Return the sound of a line with the times of its words."""
    timed_line = time_line_words(line, timing, script.book)
    words = tuple(
        (word.line_offset, word.line_offset + len(word.text), round(word.start_sample / rate, 3))
        for word in timed_line.words
    )
    return SpokenLine(pcm, rate, words, timing.end / rate)
