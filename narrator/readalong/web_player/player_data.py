"""Builds the data of the web player: the book, its speakers, and the timed words of its chapters.

The keys of the dictionaries here are the ones that `page.js` reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from narrator.languages.page_labels import load_labels
from narrator.model import LineKind, ParagraphKind
from narrator.readalong.emphasis import find_emphasis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narrator.model import Line
    from narrator.readalong.emphasis import Emphasis
    from narrator.readalong.rendered_book import AudioTrack, RenderedBook, TimedChapter
    from narrator.readalong.word_timing import TimedLine

SPEAKER_COLOUR_COUNT = 12
"""The number of colours in `page.css`; the narrator's lines have the normal text colour."""
_SCRIPT_LABELS = ("play", "pause", "unplayable")
"""The labels that `page.js` needs; `index.html` contains all others."""


def make_chapter_file_name(track_index: int) -> str:
    """Return the path of a chapter's script, relative to the folder of the player."""
    return f"text/{track_index + 1:03}.js"


def make_audio_file_name(rendered_book: RenderedBook, track_index: int) -> str:
    """Return the path of a chapter's audio, relative to the folder of the player."""
    return f"audio/{track_index + 1:03}{rendered_book.tracks[track_index].path.suffix}"


# ---------------------------------------------------------------------------------- the book


def number_speakers(rendered_book: RenderedBook) -> dict[str | None, int]:
    """Return a number for each speaker: 0 for the narrator, 1 for whoever has most lines, ..."""
    line_counts: dict[str, int] = {}
    rendered_ids = {line_timing.line_id for line_timing in rendered_book.timeline.line_timings}
    for line in rendered_book.script.lines:
        if line.speaker is not None and line.id in rendered_ids:
            line_counts[line.speaker] = line_counts.get(line.speaker, 0) + 1
    # Sorting is stable: speakers with equally many lines stay in the order of their first line.
    sorted_names = sorted(line_counts, key=lambda name: -line_counts[name])
    return {name: number for number, name in enumerate([None, *sorted_names])}


def build_book_data(
    rendered_book: RenderedBook, speaker_numbers: Mapping[str | None, int]
) -> dict[str, Any]:
    """Return the argument of `readalong.book`: titles, speakers and files."""
    metadata = rendered_book.metadata
    labels = load_labels(metadata.language).texts
    return {
        "labels": {name: labels[name] for name in _SCRIPT_LABELS},
        "title": metadata.title,
        "author": metadata.author or "",
        "key": rendered_book.script.book.source.sha256,
        "speakers": [
            {
                "name": name or labels["narrator"],
                "voice": rendered_book.cast.voice_of(name).name,
                "colour": (number - 1) % SPEAKER_COLOUR_COUNT + 1 if number else 0,
            }
            for name, number in speaker_numbers.items()
        ],
        "chapters": [
            {
                "title": track.title,
                "seconds": rendered_book.to_seconds(track.end_sample - track.start_sample),
                "text": make_chapter_file_name(index),
                "audio": make_audio_file_name(rendered_book, index),
            }
            for index, track in enumerate(rendered_book.tracks)
        ],
    }


# ---------------------------------------------------------------------------------- a chapter


def build_chapter_data(
    rendered_book: RenderedBook, track: AudioTrack, speaker_numbers: Mapping[str | None, int]
) -> dict[str, Any]:
    """Return the argument of `readalong.chapter`: the paragraphs of one track, with their times."""
    builder = _TimedParagraphBuilder(rendered_book, speaker_numbers)
    chapters = list(rendered_book.time_track_chapters(track))
    return {"paragraphs": list(builder.build_paragraphs(chapters))}


@dataclass(frozen=True, slots=True)
class _TimedParagraphBuilder:
    """Converts timed lines to the paragraphs that the page shows."""

    rendered_book: RenderedBook
    speaker_numbers: Mapping[str | None, int]

    def build_paragraphs(self, chapters: Sequence[TimedChapter]) -> Iterator[dict[str, Any]]:
        """Yield the paragraphs of the chapters; a chapter without a heading gets its title."""
        for chapter in chapters:
            timed_lines = chapter.timed_lines
            if timed_lines and timed_lines[0].line.kind is not LineKind.HEADING:
                yield {"form": "heading", "title": chapter.chapter_mark.title, "lines": []}
            emphasis = find_emphasis(self.rendered_book.script.book, chapter.number)
            for _, paragraph_lines in groupby(
                timed_lines, key=lambda timed_line: timed_line.line.paragraph
            ):
                yield self.build_paragraph(list(paragraph_lines), emphasis)

    def build_paragraph(
        self, timed_lines: Sequence[TimedLine], emphasis: Emphasis
    ) -> dict[str, Any]:
        """Return one paragraph of the page."""
        first_line = timed_lines[0].line
        is_heading = first_line.kind is LineKind.HEADING
        form = "heading" if is_heading else str(first_line.paragraph_kind)
        paragraph: dict[str, Any] = {
            "form": form,
            "lines": [*self.build_lines(timed_lines, emphasis)],
        }
        return {**paragraph, "scene": True} if first_line.follows_scene_break else paragraph

    def build_lines(
        self, timed_lines: Sequence[TimedLine], emphasis: Emphasis
    ) -> Iterator[dict[str, Any]]:
        """Yield the lines of one paragraph, each with its speaker, words and times.

        A line with words in italics or bold also has the indices of these words.
        """
        for timed_line, next_line in pairwise([*timed_lines, None]):
            if timed_line is not None:
                to_seconds = self.rendered_book.to_seconds
                emphasised = [
                    index
                    for index, word in enumerate(timed_line.words)
                    if emphasis.covers_word(word.source_span)
                ]
                yield {
                    "speaker": self.speaker_numbers[timed_line.line.speaker],
                    "words": self.list_words(timed_line, next_line),
                    "times": [to_seconds(word.start_sample) for word in timed_line.words],
                    "end": to_seconds(timed_line.end_sample),
                    **({"emphasis": emphasised} if emphasised else {}),
                }

    def list_words(self, timed_line: TimedLine, next_line: TimedLine | None) -> list[str]:
        """Return the words of a line, each with the space or line break that follows it."""
        line, word_texts = timed_line.line, []
        for word, next_word in pairwise([*timed_line.words, None]):
            if word is not None and next_word is not None:
                space = line.text[word.line_offset + len(word.text) : next_word.line_offset]
                # The text of a line has a space where the book breaks a verse.
                has_break = self.has_verse_break(
                    line, word.source_span.end, next_word.source_span.start
                )
                word_texts.append(word.text + ("\n" if has_break else space))
            elif word is not None:
                space = self.space_between(line, next_line.line if next_line else None)
                word_texts.append(word.text + space)
        return word_texts

    def space_between(self, line: Line, next_line: Line | None) -> str:
        """Return the space between two lines of one paragraph."""
        if next_line is None or next_line.start == line.end:
            return ""
        return "\n" if self.has_verse_break(line, line.end, next_line.start) else " "

    def has_verse_break(self, line: Line, start: int, end: int) -> bool:
        """Return whether the book breaks a line of verse between two offsets of its text."""
        is_verse = line.paragraph_kind is ParagraphKind.VERSE
        return is_verse and "\n" in self.rendered_book.script.book.text[start:end]
