"""Speaks one paragraph of a book without building the whole audiobook."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator import registry
from narrator.attribution import attribute_lines
from narrator.audio.levels import compute_gain
from narrator.audio.loudness_profiles import resolve_loudness
from narrator.audio.pauses import compute_pauses
from narrator.build import pipeline, script_creation
from narrator.build.book_files import (
    apply_cast_file,
    load_book_corrections,
    load_book_lexicon,
    load_book_pauses,
    load_cast_file,
)
from narrator.build.output_plan import describe_origin
from narrator.build.resources import choose_encoding, make_voice_selector, open_cache
from narrator.cache.places import use_cache_dir
from narrator.errors import OptionError
from narrator.files import outputs
from narrator.files.ownership import Output
from narrator.model import (
    Book,
    Cast,
    Chapter,
    ChapterMark,
    Clip,
    Cue,
    Line,
    LineKind,
    Metadata,
    Paragraph,
    Script,
    Timeline,
)
from narrator.normalisation.script_normalisation import normalise_script
from narrator.readers import DEFAULT_POLICY
from narrator.readers.source_files import load_files
from narrator.scripts.script_recognition import is_script_file
from narrator.segmentation.lines import segment_book
from narrator.synthesis import chunking, voice_gain
from narrator.synthesis.clips import load_or_synthesise
from narrator.synthesis.render import render_chunk
from narrator.synthesis.rendered_chunks import CHUNK_KIND, RenderSettings, find_rendered_chunk
from narrator.synthesis.voice_norms import find_voice_norms
from narrator.text.credentials import hide_credentials
from narrator.text.suggestions import choose_up_to
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from narrator.build.options import Options
    from narrator.casting.prosody import VoiceSelector
    from narrator.model import Voice
    from narrator.normalisation.lexicon import Lexicon


@dataclass(frozen=True)
class PreviewResult:
    """The file of a preview, with its lines, their voices and its duration."""

    target: Path
    lines: tuple[Line, ...]
    cast: Cast
    duration_seconds: float
    is_replaced: bool = False
    """Whether there was an earlier file in its place."""
    notes: tuple[str, ...] = ()
    """Remarks for the user, as whole sentences."""


def preview(
    paths: Sequence[str],
    target: Path,
    paragraph: int,
    options: Options,
    *,
    chapter: int | None = None,
) -> PreviewResult:
    """Speak one paragraph as it will sound in the audiobook.

    A script that is in the cache, for example from a build, is used. Otherwise only as much of the
    book is attributed as the paragraph needs: the paragraph if it has no dialogue, its chapter if
    it has dialogue, and the whole book if the options or files name a character. Attributing the
    rest might change speakers and voices. The notes then say so, and the script is not cached.

    Args:
        paths: Files or folders that hold the book, or `-` for standard input.
        target: Where the sound goes; the format is that of the options.
        paragraph: Counted from 1, within the chapter if one is given, or else through the book.
        options: As for a build.
        chapter: Counted from 1.

    Raises:
        OptionError: there is no such chapter or paragraph.
    """
    with use_cache_dir(options.cache_dir):
        return _speak_paragraph(paths, target, paragraph, options, chapter)


def _speak_paragraph(
    paths: Sequence[str], target: Path, paragraph: int, options: Options, chapter: int | None
) -> PreviewResult:
    """Speak one paragraph as `preview` does, with the cache folder already chosen."""
    options = apply_cast_file(paths, options)
    script, lines = _find_lines(paths, paragraph, options, chapter)
    if not lines:
        raise OptionError(f"paragraph {paragraph} has no words to speak", "choose another")
    # nothing is spoken but the paragraph
    cast = pipeline.cast_book(script, paths, options, measure_missing=False).cast
    pause_policy = load_book_pauses(paths, options)
    output = Output(target, describe_origin("preview", script.book, paths, options))
    outputs.prepare_output(output)
    voice_selector = make_voice_selector(script, cast, options)
    gains = measure_line_gains(lines, voice_selector, options)
    line_pauses = compute_pauses(lines, pause_policy, script.book.metadata.language, cast)
    is_replaced = target.exists()
    duration_seconds = _write_sound(lines, voice_selector, output, options, line_pauses, gains)
    return PreviewResult(target, lines, cast, duration_seconds, is_replaced, script.notes)


def _find_lines(
    paths: Sequence[str], paragraph: int, options: Options, chapter: int | None
) -> tuple[Script, tuple[Line, ...]]:
    """Return a script with enough of the book for casting, and the lines of the paragraph."""
    source_files = load_files(paths)
    if is_script_file(source_files):
        script = pipeline.write_script(paths, options, source_files=source_files)
    elif cached_script := pipeline.load_cached_script(paths, options, source_files):
        script = cached_script
    else:
        book = script_creation.read_source_files(source_files, paths, options)
        place = find_paragraph(book, paragraph, chapter)
        if partial := _write_partial_script(book, *place, paths, options):
            return partial
        script = pipeline.write_script(paths, options, source_files=source_files, book=book)
        return script, _select_lines(script.lines, *place)
    place = find_paragraph(script.book, paragraph, chapter)
    return script, _select_lines(script.lines, *place)


def _write_partial_script(
    book: Book, chapter: Chapter, paragraph: Paragraph, paths: Sequence[str], options: Options
) -> tuple[Script, tuple[Line, ...]] | None:
    """Attribute only as much of the book as the paragraph needs.

    Returns:
        The partial script and the lines of the paragraph; None if it needs the whole book.
    """
    # both refer to names or lines that only the whole book determines
    if options.assign or load_book_corrections(paths, options):
        return None
    one_chapter = replace(book, chapters=(chapter,))
    lexicon = load_book_lexicon(paths, options)
    lines = segment_book(one_chapter, paragraph)
    paragraph_lines = _select_lines(lines, chapter, paragraph)
    if not any(line.kind is LineKind.DIALOGUE for line in paragraph_lines):
        script = normalise_script(Script(one_chapter, (), paragraph_lines), lexicon)
        if options.voice or load_cast_file(paths, options).narrator:
            return script, script.lines
        note = _format_note("the narrator's voice is", "paragraph", paths, options)
        return replace(script, notes=(note,)), script.lines
    # the whole script of a book with one chapter takes no longer, and can be cached
    if len(book.chapters) == 1 or _names_characters(paths, options, lexicon):
        return None
    script = attribute_lines(one_chapter, lines)
    attributed_lines = _select_lines(script.lines, chapter, paragraph)
    spoken = normalise_script(replace(script, lines=attributed_lines), lexicon)
    note = _format_note("speakers and voices are", "chapter", paths, options)
    return replace(script, notes=(note,)), spoken.lines


def _names_characters(paths: Sequence[str], options: Options, lexicon: Lexicon) -> bool:
    """Return whether the user's files name characters; only the whole book determines these."""
    cast_file = load_cast_file(paths, options)
    voice_choices = options.cast_file or cast_file.voice_choices or options.house.voices
    return bool(voice_choices) or any(entry.speaker for entry in lexicon.entries)


def _format_note(subject: str, part: str, paths: Sequence[str], options: Options) -> str:
    """Return a note that the audiobook may differ, with a command that makes previews exact."""
    policy = options.policy
    values = (
        ("--cast", options.cast_file),
        ("--lexicon", options.lexicon),
        ("--language", options.about.get("language")),
        ("--matter", policy.matter if policy.matter != DEFAULT_POLICY.matter else None),
        ("--notes", policy.notes if policy.notes != DEFAULT_POLICY.notes else None),
        ("--images", policy.images if policy.images != DEFAULT_POLICY.images else None),
        ("--cache-dir", options.cache_dir),
    )
    switches = () if options.side_files else ("--no-side-files",)
    arguments = [
        word for flag, value in values if value for word in (flag, hide_credentials(str(value)))
    ]
    command = shlex.join(["narrator", "script", *paths, *switches, *arguments])
    return f"{subject} as far as this {part} shows; after `{command}`, previews are exact"


def find_paragraph(book: Book, paragraph: int, chapter: int | None) -> tuple[Chapter, Paragraph]:
    """Return the paragraph with this number, in a pair with its chapter; headings do not count.

    Raises:
        OptionError: there is no such chapter or paragraph.
    """
    if chapter is not None and not 1 <= chapter <= len(book.chapters):
        raise OptionError(f"there is no chapter {chapter}", choose_up_to(len(book.chapters)))
    chapters = book.chapters if chapter is None else book.chapters[chapter - 1 : chapter]
    numbered = [(c, p) for c in chapters for p in c.paragraphs if p.number]
    if not 1 <= paragraph <= len(numbered):
        place = "" if chapter is None else f" in chapter {chapter}"
        raise OptionError(f"there is no paragraph {paragraph}{place}", choose_up_to(len(numbered)))
    return numbered[paragraph - 1]


def _select_lines(
    lines: Sequence[Line], chapter: Chapter, paragraph: Paragraph
) -> tuple[Line, ...]:
    """Return the lines of one paragraph."""
    place = (chapter.number, paragraph.number)
    return tuple(line for line in lines if (line.chapter, line.paragraph) == place)


def measure_line_gains(
    lines: Sequence[Line], voice_selector: VoiceSelector, options: Options
) -> dict[Voice, float]:
    """Return the gain in decibels of each voice that speaks one of the lines.

    A voice that was never measured is measured on its lines here: the reference text of a build is
    much longer than a preview. So its level may differ by a decibel from that in the audiobook.

    Raises:
        UnknownVoiceError: an engine does not have a voice.
        EngineUnavailableError: an engine does not work here.
        SynthesisError: a line could not be spoken.
    """
    loudness, store = resolve_loudness(options.loudness), open_cache(options)
    lines_by_voice: dict[Voice, list[Line]] = {}
    for line in lines:
        lines_by_voice.setdefault(voice_selector.select_levelling_voice(line), []).append(line)
    # checks the voices, and finds the gains of those that were measured
    gains = voice_gain.load_or_measure_gains(lines_by_voice, loudness, store, measure_missing=False)
    for voice in voice_gain.find_unmeasured_voices(lines_by_voice, loudness, store):
        clips = [
            load_or_synthesise(
                Cue(line.id, line.spoken, voice_selector.select_voice(line), 0.0, 0.0), store
            ).clip
            for line in lines_by_voice[voice]
            if has_words(line.spoken)
        ]
        if clips:
            speech = Clip(b"".join(clip.pcm for clip in clips), clips[0].rate)
            gains[voice] = compute_gain(speech, loudness, voice.volume)
    return gains


def _write_sound(  # noqa: PLR0913, PLR0917 - combines the results of all earlier steps
    lines: tuple[Line, ...],
    voice_selector: VoiceSelector,
    output: Output,
    options: Options,
    line_pauses: tuple[float, ...],
    gains: Mapping[Voice, float],
) -> float:
    """Speak lines as one chunk, write it to the target, and return its length in seconds.

    `line_pauses` has the seconds of silence after each line.
    """
    store = open_cache(options)
    loudness, encoding = resolve_loudness(options.loudness), choose_encoding(options)
    [chunk] = chunking.cut_chunks(chunking.make_cues(lines, voice_selector, gains, line_pauses))
    norms = find_voice_norms(lines, voice_selector, store)
    settings = RenderSettings(options.format, encoding, loudness, norms=norms)
    name = settings.chunk_name(chunk)
    rendered = find_rendered_chunk(name, chunk, store) or render_chunk(chunk, settings, name, store)
    title = output.target.stem
    marks = (ChapterMark(title, 0, rendered.sample_count),)
    timeline = Timeline(encoding.sample_rate, marks, rendered.line_timings)
    with outputs.write_file(output) as part:
        registry.load_exporter(options.format).join(
            [store.path(CHUNK_KIND, rendered.name)], timeline, Metadata(title), encoding, part
        )
    return timeline.seconds
