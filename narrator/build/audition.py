"""Lets voices speak the same lines, so that a user can compare them and choose.

One voice speaks a file. Several speak one audio file, in which the narrator announces each by its
name, and each is a chapter; or a page with a button for each. The lines are a text in the language
of the voices, or lines of a character of a book, spoken as the book says.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio.loudness_profiles import resolve_loudness
from narrator.audio.pauses import Pauses, compute_pauses
from narrator.build.pipeline import cast_book
from narrator.build.preview import measure_line_gains
from narrator.build.resources import (
    choose_encoding,
    create_worker_pool,
    make_voice_selector,
    open_cache,
)
from narrator.cache.places import use_cache_dir
from narrator.casting.cast import NARRATOR_ROLE
from narrator.casting.prosody import VoiceSelector
from narrator.casting.voice_quality import look_up_quality
from narrator.engines.reference_text import NUMBERS
from narrator.errors import OptionError, UnknownCharacterError
from narrator.export import splitting
from narrator.files import outputs
from narrator.model import Book, Cast, Cue, Line, LineKind, Metadata, Script, Source
from narrator.readalong.web_player.voice_page import VoiceSample, format_voice_page
from narrator.synthesis import chunking
from narrator.synthesis.clip_jobs import speak_cues
from narrator.synthesis.render import render_chunk
from narrator.synthesis.rendered_chunks import RenderSettings, find_rendered_chunk
from narrator.synthesis.rendering_job import RenderingJob
from narrator.text.language_tags import primary_subtag
from narrator.text.suggestions import did_you_mean
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from narrator.build.options import Options
    from narrator.cache.store import Store
    from narrator.export.splitting import AudiobookFile
    from narrator.files.ownership import Output
    from narrator.model import Chunk, Voice
    from narrator.synthesis.worker_pool import WorkerPool

PAGE_SUFFIXES = (".html", ".htm")
"""The suffixes of a target that make an audition a page."""
_SAMPLE_CHARACTERS = 80
"""Preferred length of a character's line for comparing voices: about five seconds."""
_SAMPLE_LINES = 3
"""The number of lines of a character that each voice speaks."""


@dataclass(frozen=True)
class AuditionPiece:
    """What every voice speaks in an audition."""

    lines: tuple[Line, ...]
    """With their spoken forms."""
    language: str
    """The BCP 47 tag of their language."""
    selector: VoiceSelector
    """Says how the lines are spoken; the narrator of its cast announces the voices."""
    speaker: str | None = None
    """The character whose lines they are; None for a text of no book."""

    @property
    def title(self) -> str:
        """Return the title of an audition of several voices."""
        return f"Voices for {self.speaker}" if self.speaker else "Voices"


@dataclass(frozen=True, slots=True)
class VoiceReading:
    """When a voice is heard in the file of an audition, or for how long on a page."""

    voice: Voice
    start_seconds: float
    """0 on a page."""
    duration_seconds: float


def make_text_piece(text: str | None, language: str, options: Options) -> AuditionPiece:
    """Return a piece with a text of the user, or with the text of a language.

    In a language without a text, voices count, which each does in its own language.

    Raises:
        OptionError: the text has no word.
    """
    if text is None:
        text = load_audition_texts().get(primary_subtag(language), NUMBERS)
    if not has_words(text):
        raise OptionError(f"'{text}' has no word to speak", "use a sentence")
    line = Line("1.1.1", 1, 1, 0, len(text), LineKind.NARRATION, text, spoken=text)
    book = Book(Metadata("Voices", language=language), text, (), (), Source("", ""))
    cast = cast_book(Script(book, (), (line,)), (), options, measure_missing=False).cast
    return AuditionPiece((line,), language, VoiceSelector(cast))


@cache
def load_audition_texts() -> dict[str, str]:
    """Return the texts of auditions by the primary subtags of their languages."""
    source = files(__package__) / "audition_texts.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def make_character_piece(script: Script, name: str, cast: Cast, options: Options) -> AuditionPiece:
    """Return a piece with lines of a character, spoken as the book says.

    Args:
        script: With the spoken form of each line.
        name: Any name of the character in the book, or `narrator`.
        cast: The cast of the book.
        options: As for a build.

    Raises:
        UnknownCharacterError: no character of that name speaks.
    """
    speaker = resolve_speaker_name(script, name)
    selector = make_voice_selector(script, cast, options)
    language = script.book.metadata.language
    return AuditionPiece(choose_sample_lines(script, speaker), language, selector, speaker)


def resolve_speaker_name(script: Script, name: str) -> str:
    """Return a speaker's main name, given any of its names; `narrator` means the narrator.

    Raises:
        UnknownCharacterError: no character of that name speaks.
    """
    speakers = [character for character in script.characters if character.line_count]
    main_names = {
        any_name.casefold(): speaker.name
        for speaker in speakers
        for any_name in (*speaker.aliases, speaker.name)
    }
    if any(line.speaker is None for line in script.lines):
        # a character whose name is "narrator" keeps it
        main_names.setdefault(NARRATOR_ROLE, NARRATOR_ROLE)
    main_name = main_names.get(name.strip().casefold())
    if main_name is None:
        hint = did_you_mean(name, dict.fromkeys(main_names.values()))
        raise UnknownCharacterError(f"nobody called '{name}' speaks", hint)
    return main_name


def choose_sample_lines(script: Script, speaker: str) -> tuple[Line, ...]:
    """Return a few lines of a speaker, those whose length is best for comparing voices.

    Args:
        script: With the spoken form of each line.
        speaker: The main name of a character who speaks, or `narrator`.

    Returns:
        The lines in reading order; headings only if there is nothing else.
    """
    own_lines = [line for line in script.lines if (line.speaker or NARRATOR_ROLE) == speaker]
    ranked = sorted(
        own_lines,
        key=lambda line: (
            line.kind is LineKind.HEADING,
            not has_words(line.spoken),
            abs(len(line.spoken) - _SAMPLE_CHARACTERS),
        ),
    )
    chosen = {line.spoken: line for line in reversed(ranked[: _SAMPLE_LINES * 2])}
    best = sorted(chosen.values(), key=ranked.index)[:_SAMPLE_LINES]
    return tuple(sorted(best, key=own_lines.index))


def audition_voices(
    piece: AuditionPiece,
    voices: Sequence[Voice],
    output: Output,
    options: Options,
    on_progress: Callable[[float], None] = lambda _: None,
) -> tuple[VoiceReading, ...]:
    """Write a file in which voices speak the same lines.

    The level of a new voice is measured on these lines, because speaking the longer reference text
    takes a slow engine a minute.

    Args:
        piece: What is spoken.
        voices: Who speaks, in this order.
        output: The file. `PAGE_SUFFIXES` make it a page.
        options: As for a build. Their format is that of the sound, also in a page.
        on_progress: Called with the share of the voices that have spoken, from 0 to 1.

    Raises:
        EngineError: a voice can't speak here.
        OutputError: the file can't be written.
    """
    for voice in voices:
        registry.load_engine(voice.engine).validate(voice)
    outputs.prepare_output(output)
    is_page = output.target.suffix.lower() in PAGE_SUFFIXES
    with use_cache_dir(options.cache_dir), create_worker_pool(options) as worker_pool:
        if len(voices) > 1:  # one voice speaks sooner than workers start
            _speak_lines(piece, voices, options, worker_pool, on_progress)
        is_announced = len(voices) > 1 and not is_page
        cues = _make_cues(piece, voices, options, is_announced=is_announced)
        chunks = chunking.cut_chunks(cues, Pauses().head, every_chapter=is_page)
        loudness, encoding = resolve_loudness(options.loudness), choose_encoding(options)
        settings = RenderSettings(options.format, encoding, loudness)
        job = _render_chunks(chunks, settings, open_cache(options), worker_pool)
        files = job.collect_chunk_files()
    timeline = job.build_timeline({number: voice.name for number, voice in enumerate(voices, 1)})
    if is_page:
        parts = splitting.split_by_chapter(files, job.chunk_sample_counts, timeline)
        _write_page(piece, voices, parts, settings, output)
    else:
        title = piece.title if len(voices) > 1 else voices[0].name
        with outputs.write_file(output) as path:
            registry.load_exporter(options.format).join(
                files, timeline, Metadata(title, language=piece.language), encoding, path
            )
    return tuple(
        VoiceReading(
            voice,
            0.0 if is_page else mark.start / timeline.rate,
            (mark.end - mark.start) / timeline.rate,
        )
        for voice, mark in zip(voices, timeline.marks, strict=True)
    )


def _speak_lines(
    piece: AuditionPiece,
    voices: Sequence[Voice],
    options: Options,
    worker_pool: WorkerPool,
    on_progress: Callable[[float], None],
) -> None:
    """Let workers speak the lines in each voice, so that all clips are in the cache.

    Raises:
        SynthesisError: a line could not be spoken.
    """
    cues = [
        Cue(line.id, line.spoken, selector.select_voice(line), 0, 0, selector.select_effects(line))
        for selector in (piece.selector.recast(Cast(voice, {})) for voice in voices)
        for line in piece.lines
    ]
    for done_count in speak_cues(cues, open_cache(options), worker_pool):
        on_progress(done_count / len(cues))


def _render_chunks(
    chunks: Sequence[Chunk], settings: RenderSettings, store: Store, worker_pool: WorkerPool
) -> RenderingJob:
    """Stitch and encode chunks whose clips are in the cache; return a job that is done."""
    for chunk in chunks:
        name = settings.chunk_name(chunk)
        if find_rendered_chunk(name, chunk, store) is None:
            render_chunk(chunk, settings, name, store)
    return RenderingJob(chunks, settings, store, worker_pool)


def _make_cues(
    piece: AuditionPiece, voices: Sequence[Voice], options: Options, *, is_announced: bool
) -> Iterator[tuple[Line, Cue]]:
    """Yield the lines of all voices with their cues; the lines of each voice are a chapter."""
    narrator = piece.selector.recast(Cast(piece.selector.cast.narrator, {}))
    names = [_make_announcement(number, voice) for number, voice in enumerate(voices, 1)]
    narrator_gains = measure_line_gains(names, narrator, options) if is_announced else {}
    for number, (voice, name) in enumerate(zip(voices, names, strict=True), 1):
        selector = piece.selector.recast(Cast(voice, {}))
        gains = measure_line_gains(piece.lines, selector, options)
        pauses = compute_pauses((name, *piece.lines), Pauses(), piece.language)
        if is_announced:
            yield from chunking.make_cues((name,), narrator, narrator_gains, pauses[:1])
        for index, (line, cue) in enumerate(
            chunking.make_cues(piece.lines, selector, gains, pauses[1:]), 1
        ):
            line_id = f"{number}.1.{index}"
            yield replace(line, id=line_id, chapter=number), replace(cue, line_id=line_id)


def _make_announcement(number: int, voice: Voice) -> Line:
    """Return the heading that announces a voice by its name."""
    name = voice.name.replace("-", " ").replace("_", " ").title()
    return Line(f"{number}.0.1", number, 0, 0, 0, LineKind.HEADING, f"{name}.", spoken=f"{name}.")


def _write_page(
    piece: AuditionPiece,
    voices: Sequence[Voice],
    parts: Sequence[AudiobookFile],
    settings: RenderSettings,
    output: Output,
) -> None:
    """Write the page on which each voice has a button; `parts` has the sound of each voice.

    Raises:
        OutputError: the page can't be written.
    """
    exporter = registry.load_exporter(settings.exporter_name)
    samples = []
    with outputs.create_scratch_folder(output) as folder:
        for voice, part in zip(voices, parts, strict=True):
            path = folder / f"{part.part.number}{exporter.suffix}"
            metadata = Metadata(voice.name, language=piece.language)
            exporter.join(part.chunks, part.timeline, metadata, settings.encoding, path)
            samples.append(VoiceSample(voice, look_up_quality(voice), path.read_bytes()))
    page = format_voice_page(piece.title, piece.language, [ln.text for ln in piece.lines], samples)
    with outputs.write_file(output) as path:
        path.write_text(page, encoding="utf-8")
