"""A web page that plays the book and shows what is spoken, from a folder, without a network.

A page opened from a disk may not fetch files, so the book and its chapters are scripts that call
`readalong.book` and `readalong.chapter`; a chapter's is loaded when it is opened. What stands in
them is JSON, and becomes text on the page, never markup. The page itself lies in `web_player/`.
"""

from __future__ import annotations

import html
import json
import shutil
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby, pairwise
from string import Template
from typing import TYPE_CHECKING, Any

from narrator import __version__
from narrator.model import LineKind, ParagraphKind
from narrator.readalong import FOLDER_MARKER_FILES
from narrator.readalong.labels import load_labels
from narrator.readalong.output_paths import stage_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.model import Line
    from narrator.readalong.rendered_book import RenderedBook, TimedChapter
    from narrator.readalong.word_timing import TimedLine

SPEAKER_COLOURS = 12
"""How many speakers have a colour of their own; the narrator has the text's."""
INDEX_FILE = "index.html"
_SAID = ("play", "pause", "unplayable")
"""Labels that change while the page is used."""
_RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)


def text_direction(language: str) -> str:
    """`rtl` or `ltr`, by a BCP 47 tag."""
    primary, *rest = language.lower().split("-")
    if "latn" in rest:
        return "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT or {"arab", "hebr"} & set(rest) else "ltr"


def write(_: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the page's folder; each track of the performance is a chapter of the page.

    Raises:
        OutputError: it can't be written.
    """
    with stage_folder(target, FOLDER_MARKER_FILES["page"]) as folder:
        for name in ("text", "audio"):
            (folder / name).mkdir()
        stage = files(__package__) / "web_player"
        for name in ("page.js", "page.css"):
            (folder / name).write_bytes((stage / name).read_bytes())
        speakers = _speakers(rendered_book)
        for number, track in enumerate(rendered_book.tracks):
            shutil.copyfile(track.path, folder / _audio(rendered_book, number))
            text = _chapter(list(rendered_book.time_track_chapters(track)), rendered_book, speakers)
            (folder / _text(number)).write_text(
                f"readalong.chapter({number}, {text});\n", encoding="utf-8"
            )
        (folder / "book.js").write_text(
            f"readalong.book({_json(_book(rendered_book, speakers))});\n", encoding="utf-8"
        )
        index = _index(rendered_book, (stage / INDEX_FILE).read_text(encoding="utf-8"))
        (folder / INDEX_FILE).write_text(index, encoding="utf-8")
    made = sorted(path for path in target.rglob("*") if path.is_file())
    return (target / INDEX_FILE, *(path for path in made if path != target / INDEX_FILE))


def _text(number: int) -> str:
    return f"text/{number + 1:03}.js"


def _audio(performance: RenderedBook, number: int) -> str:
    return f"audio/{number + 1:03}{performance.tracks[number].path.suffix}"


def _json(value: object) -> str:
    """JSON that may stand in a script, wherever that stands."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _index(performance: RenderedBook, template: str) -> str:
    metadata = performance.metadata
    labels = load_labels(metadata.language)
    links = "".join(
        f'<li><a href="{_audio(performance, number)}">{html.escape(track.title)}</a></li>'
        for number, track in enumerate(performance.tracks)
    )
    return Template(template).substitute(
        {name: html.escape(word) for name, word in labels.texts.items()},
        labels=labels.language,
        title=html.escape(metadata.title),
        author=html.escape(metadata.author or ""),
        language=html.escape(metadata.language),
        direction=text_direction(metadata.language),
        generator=f"narrator {__version__}",
        links=links,
    )


# ---------------------------------------------------------------------------------- the book


def _speakers(performance: RenderedBook) -> dict[str | None, int]:
    """Who speaks, the narrator first and then by number of lines, each with a number."""
    counts: dict[str, int] = {}
    heard = {spoken.line_id for spoken in performance.timeline.line_timings}
    for line in performance.script.lines:
        if line.speaker is not None and line.id in heard:
            counts[line.speaker] = counts.get(line.speaker, 0) + 1
    ordered = sorted(counts, key=lambda name: -counts[name])
    return {name: number for number, name in enumerate([None, *ordered])}


def _book(performance: RenderedBook, speakers: dict[str | None, int]) -> dict[str, Any]:
    metadata = performance.metadata
    labels = load_labels(metadata.language).texts
    return {
        "labels": {name: labels[name] for name in _SAID},
        "title": metadata.title,
        "author": metadata.author or "",
        "key": performance.script.book.source.sha256,
        "speakers": [
            {
                "name": name or labels["narrator"],
                "voice": performance.cast.voice_of(name).name,
                "colour": (number - 1) % SPEAKER_COLOURS + 1 if number else 0,
            }
            for name, number in speakers.items()
        ],
        "chapters": [
            {
                "title": track.title,
                "seconds": performance.to_seconds(track.end_sample - track.start_sample),
                "text": _text(number),
                "audio": _audio(performance, number),
            }
            for number, track in enumerate(performance.tracks)
        ],
    }


# ---------------------------------------------------------------------------------- a chapter


@dataclass(frozen=True, slots=True)
class _Page:
    """Sets the text of chapters."""

    performance: RenderedBook
    speakers: dict[str | None, int]

    def paragraphs(self, scenes: Sequence[TimedChapter]) -> Iterator[dict[str, Any]]:
        for scene in scenes:
            if scene.timed_lines and scene.timed_lines[0].line.kind is not LineKind.HEADING:
                yield {"form": "heading", "title": scene.chapter_mark.title, "lines": []}
            for _, run in groupby(scene.timed_lines, key=lambda heard: heard.line.paragraph):
                yield self.paragraph(list(run))

    def paragraph(self, run: Sequence[TimedLine]) -> dict[str, Any]:
        first = run[0].line
        form = "heading" if first.kind is LineKind.HEADING else str(first.paragraph_kind)
        made: dict[str, Any] = {"form": form, "lines": [*self.lines(run)]}
        return {**made, "scene": True} if first.follows_scene_break else made

    def lines(self, run: Sequence[TimedLine]) -> Iterator[dict[str, Any]]:
        for heard, following in pairwise([*run, None]):
            if heard is not None:
                yield {
                    "speaker": self.speakers[heard.line.speaker],
                    "words": self.words(heard, following),
                    "times": [
                        self.performance.to_seconds(word.start_sample) for word in heard.words
                    ],
                    "end": self.performance.to_seconds(heard.end_sample),
                }

    def words(self, heard: TimedLine, following: TimedLine | None) -> list[str]:
        """The words, each with the space after it."""
        line, made = heard.line, []
        for word, after in pairwise([*heard.words, None]):
            if word is not None and after is not None:
                space = line.text[word.line_offset + len(word.text) : after.line_offset]
                broken = self.broken(line, word.source_span.end, after.source_span.start)
                made.append(word.text + ("\n" if broken else space))
            elif word is not None:
                made.append(word.text + self.space(line, following.line if following else None))
        return made

    def space(self, line: Line, following: Line | None) -> str:
        """What stands between two lines of one paragraph."""
        if following is None or following.start == line.end:
            return ""
        return "\n" if self.broken(line, line.end, following.start) else " "

    def broken(self, line: Line, start: int, end: int) -> bool:
        """Whether verse has its end of line there."""
        return (
            line.paragraph_kind is ParagraphKind.VERSE
            and "\n" in self.performance.script.book.text[start:end]
        )


def _chapter(
    scenes: Sequence[TimedChapter], performance: RenderedBook, speakers: dict[str | None, int]
) -> str:
    return _json({"paragraphs": list(_Page(performance, speakers).paragraphs(scenes))})
