"""One paragraph, or one voice, heard at once: only what is played is spoken."""

from __future__ import annotations

import shlex
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator import registry
from narrator.attribution import attribute_lines
from narrator.audio import levels
from narrator.audio.pauses import Pauses, compute_pauses
from narrator.build import pipeline
from narrator.build.options import (
    choose_encoding,
    load_book_corrections,
    load_book_lexicon,
    load_book_pauses,
    load_cast_file,
    open_cache,
)
from narrator.cache.places import use_cache_dir
from narrator.casting.cast import NARRATOR_ROLE
from narrator.casting.prosody import VoiceSelector
from narrator.errors import OptionError, UnknownCharacterError
from narrator.files import atomic
from narrator.model import (
    Book,
    Cast,
    Chapter,
    ChapterMark,
    Cue,
    Line,
    LineKind,
    Metadata,
    Paragraph,
    Script,
    Source,
    Timeline,
)
from narrator.normalisation import Lexicon, normalise_script
from narrator.readers import loading
from narrator.registry import did_you_mean
from narrator.scripts import text_reader
from narrator.segmentation import segment_book
from narrator.synthesis import chunking, voice_gain
from narrator.synthesis.clips import load_or_synthesise
from narrator.synthesis.render import RenderSettings, find_rendered_chunk, render_chunk
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from narrator.build.pipeline import Options
    from narrator.model import Voice

SAMPLE_CHARACTERS = 120
"""About how long the line is that a character's voices are tried on: eight seconds."""
AUDITION_TEXT = (
    "“Nobody spoke of it again,” she said. The rain had stopped an hour before, "
    "and the street shone like a river under the lamps."
)
"""What a voice speaks when nothing else is asked for."""


@dataclass(frozen=True)
class PreviewResult:
    """What a preview made."""

    target: Path
    lines: tuple[Line, ...]
    cast: Cast
    duration_seconds: float
    """Of sound."""
    notes: tuple[str, ...] = ()
    """What its listener may want to know, in whole sentences."""


def preview(
    paths: Sequence[str],
    target: Path,
    paragraph: int,
    options: Options,
    *,
    chapter: int | None = None,
) -> PreviewResult:
    """Speak one paragraph as the audiobook will have it.

    Where the book's script is kept, from a build, say, it is used. Else a paragraph is heard by as
    little as tells it: the paragraph alone where nobody speaks in it, the chapter where somebody
    does, and the whole book where a character is asked for by name. What the rest of the book may
    change, speakers and voices, is in the notes; what was read of it is kept nowhere.

    Args:
        paths: as `readers.read` takes them.
        target: where the sound goes; its suffix names the format.
        paragraph: counted from 1, through the book or within the chapter.
        options: as for a build.
        chapter: counted from 1.

    Raises:
        OptionError: there is no such chapter or paragraph.
    """
    with use_cache_dir(options.cache_dir):
        return _speak_paragraph(paths, target, paragraph, options, chapter)


def _speak_paragraph(
    paths: Sequence[str], target: Path, paragraph: int, options: Options, chapter: int | None
) -> PreviewResult:
    """Do what `preview` does, with the caches in their place."""
    with ThreadPoolExecutor(1) as meanwhile:
        meanwhile.submit(_try_narrator, paths, options)
        script, lines = _found(paths, paragraph, options, chapter)
    if not lines:
        raise OptionError(f"paragraph {paragraph} has nothing to say", "choose another")
    cast = pipeline.cast_book(script, paths, options).cast
    policy = load_book_pauses(paths, options)
    atomic.prepare_output_file(target)
    delivery = VoiceSelector(cast, options.mark_dialogue)
    gains = _level(map(delivery.select_levelling_voice, lines), options)
    seconds = _speak(lines, cast, target, options, policy, gains)
    return PreviewResult(target, lines, cast, seconds, script.notes)


def _try_narrator(paths: Sequence[str], options: Options) -> None:
    """Level the voice that most likely narrates, so that its gain is kept when it is asked for."""
    nothing = Script(Book(Metadata(""), "", (), (), Source("", "")), (), ())
    cast = pipeline.cast_book(nothing, paths, replace(options, assign={})).cast
    _level([cast.narrator], options)


def _found(
    paths: Sequence[str], paragraph: int, options: Options, chapter: int | None
) -> tuple[Script, tuple[Line, ...]]:
    """The script to cast, and the lines of a paragraph in it."""
    sources = loading.load_files(paths)
    if text_reader.is_script_file(sources):
        script = pipeline.write_script(paths, options, source_files=sources)
        return script, _in(script.lines, *find_paragraph(script.book, paragraph, chapter))
    if kept := pipeline.load_cached_script(paths, options, sources):
        return kept, _in(kept.lines, *find_paragraph(kept.book, paragraph, chapter))
    book = loading.read_sources(sources, paths, options.policy)
    place = find_paragraph(book, paragraph, chapter)
    if found := _glimpsed(book, *place, paths, options):
        return found
    script = pipeline.write_script(paths, options, source_files=sources, book=book)
    return script, _in(script.lines, *place)


def _glimpsed(
    book: Book, chapter: Chapter, paragraph: Paragraph, paths: Sequence[str], options: Options
) -> tuple[Script, tuple[Line, ...]] | None:
    """The same, by as little of the book as tells it; none where that is all of it."""
    if options.assign or load_book_corrections(paths):
        return None
    narrowed = replace(book, chapters=(chapter,))
    lexicon = load_book_lexicon(paths, options)
    lines = segment_book(narrowed, paragraph)
    own = _in(lines, chapter, paragraph)
    if not any(line.kind is LineKind.DIALOGUE for line in own):
        told = normalise_script(Script(narrowed, (), own), lexicon)
        chosen = options.voice or load_cast_file(paths, options).narrator
        notes = () if chosen else (_so_far("the narrator's voice is", "paragraph", paths, options),)
        return replace(told, notes=notes), told.lines
    if len(book.chapters) == 1 or _names_somebody(paths, options, lexicon):
        return None
    script = attribute_lines(narrowed, lines)
    spoken = normalise_script(replace(script, lines=_in(script.lines, chapter, paragraph)), lexicon)
    note = _so_far("speakers and voices are", "chapter", paths, options)
    return replace(script, notes=(note,)), spoken.lines


def _names_somebody(paths: Sequence[str], options: Options, lexicon: Lexicon) -> bool:
    """Whether anything is meant for characters whose names only the whole book tells."""
    listed = options.cast_file or load_cast_file(paths, options).voice_choices
    return bool(listed) or any(entry.speaker for entry in lexicon.entries)


def _so_far(what: str, part: str, paths: Sequence[str], options: Options) -> str:
    """That the audiobook may sound otherwise, and what makes a preview agree with it."""
    asked = ("--lexicon", options.lexicon), ("--cache-dir", options.cache_dir)
    words = [word for name, value in asked if value for word in (name, str(value))]
    command = shlex.join(["narrator", "script", *paths, *words])
    return f"{what} as far as this {part} tells; `{command}` makes previews exact"


def find_paragraph(book: Book, paragraph: int, chapter: int | None) -> tuple[Chapter, Paragraph]:
    """A paragraph by its number, headings not counted.

    Raises:
        OptionError: there is no such chapter or paragraph.
    """
    if chapter is not None and not 1 <= chapter <= len(book.chapters):
        raise OptionError(f"there is no chapter {chapter}", f"the book has {len(book.chapters)}")
    within = book.chapters if chapter is None else book.chapters[chapter - 1 : chapter]
    numbered = [(c, p) for c in within for p in c.paragraphs if p.number]
    if not 1 <= paragraph <= len(numbered):
        place = "the book" if chapter is None else f"chapter {chapter}"
        raise OptionError(f"there is no paragraph {paragraph}", f"{place} has {len(numbered)}")
    return numbered[paragraph - 1]


def _in(lines: Sequence[Line], chapter: Chapter, paragraph: Paragraph) -> tuple[Line, ...]:
    place = (chapter.number, paragraph.number)
    return tuple(line for line in lines if (line.chapter, line.paragraph) == place)


def resolve_speaker_name(script: Script, name: str) -> str:
    """The main name of a character who speaks, by any name that the book uses; or the narrator.

    Raises:
        UnknownCharacterError: nobody of that name speaks.
    """
    speakers = [person for person in script.characters if person.line_count]
    names = {n.casefold(): p.name for p in speakers for n in (*p.aliases, p.name)}
    if any(line.speaker is None for line in script.lines):
        names.setdefault(NARRATOR_ROLE, NARRATOR_ROLE)
    if (found := names.get(name.strip().casefold())) is None:
        hint = did_you_mean(name, dict.fromkeys(names.values()))
        raise UnknownCharacterError(f"nobody called '{name}' speaks", hint)
    return found


def choose_sample_text(script: Script, name: str) -> str:
    """What a character says, or the narrator tells, at length, for trying voices on.

    Args:
        script: with the spoken form of each line.
        name: the main name, or any other that the book uses.

    Raises:
        UnknownCharacterError: nobody of that name speaks.
    """
    wanted = resolve_speaker_name(script, name)
    own = [line.spoken for line in script.lines if (line.speaker or NARRATOR_ROLE) == wanted]
    return min(own, key=lambda text: abs(len(text) - SAMPLE_CHARACTERS))


def audition_voice(voice: Voice, target: Path, text: str | None, options: Options) -> float:
    """Let a voice speak a text; returns how many seconds it took to say.

    It is levelled by that text, and not by a page that the slowest voices read for a minute.

    Raises:
        OptionError: the text has no word.
    """
    said = AUDITION_TEXT if text is None else text
    if not has_words(said):
        raise OptionError(f"'{said}' holds no word to speak", "give a sentence")
    line = Line("1.1.1", 1, 1, 0, len(said), LineKind.NARRATION, said, spoken=said)
    registry.load_engine(voice.engine).validate(voice)
    atomic.prepare_output_file(target)
    with use_cache_dir(options.cache_dir):
        clip, _ = load_or_synthesise(Cue(line.id, said, voice, 0.0, 0.0), open_cache(options))
        gain = levels.compute_gain(clip, levels.resolve_loudness(options.loudness), voice.volume)
        return _speak((line,), Cast(voice, {}), target, options, Pauses(), {voice: gain})


def _level(voices: Iterable[Voice], options: Options) -> dict[Voice, float]:
    return voice_gain.load_or_measure_gains(
        voices, levels.resolve_loudness(options.loudness), open_cache(options)
    )


def _speak(  # noqa: PLR0913, PLR0917 - a passage is where all that was decided comes together
    lines: tuple[Line, ...],
    cast: Cast,
    target: Path,
    options: Options,
    policy: Pauses,
    gains: Mapping[Voice, float],
) -> float:
    store = open_cache(options)
    loudness, encoding = levels.resolve_loudness(options.loudness), choose_encoding(options)
    delivery = VoiceSelector(cast, options.mark_dialogue)
    silences = compute_pauses(lines, policy)
    [reel] = chunking.cut_chunks(chunking.make_cues(lines, delivery, gains, silences))
    recipe = RenderSettings(options.format, encoding, loudness)
    name = recipe.chunk_name(reel)
    made = find_rendered_chunk(name, reel, store) or render_chunk(reel, recipe, name, store)
    metadata = Metadata(target.stem)
    timeline = Timeline(
        encoding.sample_rate, (ChapterMark(target.stem, 0, made.sample_count),), made.line_timings
    )
    with atomic.write_atomically(target) as part:
        registry.load_exporter(options.format).join(
            [store.path("reel", made.name)], timeline, metadata, encoding, part
        )
    return timeline.seconds
