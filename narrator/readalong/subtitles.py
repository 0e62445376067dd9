"""Captions become subtitles: SubRip, WebVTT and LRC, one file a track; and WebVTT's chapters.

What a book says is text, and never markup: WebVTT has escapes (W3C, WebVTT, 2019, section 4.2). In
SubRip and LRC, which have none, an invisible word joiner is put where a player would see a tag.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from narrator.readalong.captions import build_captions
from narrator.readalong.output_paths import stage_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from narrator.readalong.captions import Caption, SpeakerRun
    from narrator.readalong.rendered_book import AudioTrack, RenderedBook

NARRATOR_NAME = "Narrator"
"""The name of who is no character."""
_JOINER = "\u2060"
_TAGLIKE = re.compile(r"(<)(?=[/!?A-Za-z])|(\{)(?=\\|[A-Za-z]:)|(--)(?=>)")
_BRACKETS = re.compile(r"([\[<])(?=[\w:])")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write(kind: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the subtitles of each file of the audiobook, beside it and with its name.

    With WebVTT, `BOOK.chapters.vtt` is written too, beside `target`.

    Args:
        kind: `srt`, `vtt` or `lrc`.
        performance: what was made.
        target: the audiobook, or where a whole one would be.

    Raises:
        OutputError: one can't be written.
    """
    made = [write_track_subtitles(kind, rendered_book, track) for track in rendered_book.tracks]
    if kind == "vtt":
        path = target.with_suffix(".chapters.vtt")
        _save(path, format_chapters_vtt(rendered_book))
        made.append(path)
    return tuple(made)


def write_track_subtitles(kind: str, performance: RenderedBook, track: AudioTrack) -> Path:
    """Write the subtitles of one file, beside it.

    Raises:
        OutputError: they can't be written.
    """
    path = track.path.with_suffix(f".{kind}")
    _save(path, _WRITERS[kind](performance, track))
    return path


def _save(path: Path, pieces: Iterable[str]) -> None:
    with stage_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def iterate_captions(performance: RenderedBook, track: AudioTrack) -> Iterator[Caption]:
    """The captions of a file, on its own time, a chapter at a time."""
    return chain.from_iterable(caption_chapters(performance, track))


def caption_chapters(performance: RenderedBook, track: AudioTrack) -> Iterator[Sequence[Caption]]:
    """The captions of a file, chapter by chapter."""
    rate, language = performance.timeline.rate, performance.metadata.language
    for scene in performance.time_track_chapters(track):
        yield build_captions(scene.timed_lines, rate, language)


# ---------------------------------------------------------------------------------- SubRip


def format_srt(performance: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """SubRip, piece by piece."""
    for number, caption in enumerate(iterate_captions(performance, track), 1):
        times = f"{_clock(caption.start_seconds, ',')} --> {_clock(caption.end_seconds, ',')}"
        rows = "\n".join(_TAGLIKE.sub(rf"\g<0>{_JOINER}", row) for row in caption.line_texts)
        yield f"{number}\n{times}\n{rows}\n\n"


# ---------------------------------------------------------------------------------- WebVTT


def format_vtt(performance: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """WebVTT, piece by piece: each voice in a `<v>` of its own."""
    yield "WEBVTT\n\n"
    for number, caption in enumerate(iterate_captions(performance, track), 1):
        times = _vtt_times(caption.start_seconds, caption.end_seconds)
        yield f"{number}\n{times}\n{_voices(caption)}\n\n"


def format_chapters_vtt(performance: RenderedBook) -> Iterator[str]:
    """The chapters of the whole audiobook, as WebVTT for a track of chapters."""
    yield "WEBVTT\n\n"
    for number, mark in performance.enumerate_marks():
        times = _vtt_times(performance.to_seconds(mark.start), performance.to_seconds(mark.end))
        yield f"{number}\n{times}\n{_escaped(mark.title)}\n\n"


def _voices(caption: Caption) -> str:
    speakers = {said.speaker for line in caption.lines for said in line}
    if len(speakers) == 1:
        rows = "\n".join(map(_escaped, caption.line_texts))
        return f"<v {_escaped(speakers.pop() or NARRATOR_NAME)}>{rows}</v>"
    return "\n".join("".join(map(_voiced, line)) for line in caption.lines)


def _voiced(said: SpeakerRun) -> str:
    text = said.text.lstrip()
    space = said.text[: len(said.text) - len(text)]
    return f"{space}<v {_escaped(said.speaker or NARRATOR_NAME)}>{_escaped(text)}</v>"


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPES)


def _vtt_times(start: float, end: float) -> str:
    return f"{_clock(start, '.')} --> {_clock(end, '.')}"


def _clock(seconds: float, point: str) -> str:
    """Hours, minutes, seconds and milliseconds."""
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}{point}{ms % 1000:03}"


# ---------------------------------------------------------------------------------- LRC


def format_lrc(performance: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """LRC, line by line; an empty line ends a caption that silence follows."""
    metadata = performance.metadata
    heads = {
        "ti": metadata.title if len(performance.tracks) == 1 else track.title,
        "ar": metadata.author,
        "al": metadata.title,
        "length": _minutes(performance.to_seconds(track.end_sample - track.start_sample)),
    }
    for key, value in heads.items():
        if value:
            yield f"[{key}:{' '.join(value.replace(']', ')').split())}]\n"
    end = 0.0
    for caption in iterate_captions(performance, track):
        if end and caption.start_seconds - end > 1:
            yield f"[{_minutes(end)}]\n"
        text = _BRACKETS.sub(rf"\1{_JOINER}", caption.text)
        yield f"[{_minutes(caption.start_seconds)}]{text}\n"
        end = caption.end_seconds
    yield f"[{_minutes(end)}]\n"


def _minutes(seconds: float) -> str:
    """Minutes, of any number, seconds and hundredths."""
    minutes, hundredths = divmod(round(seconds * 100), 6000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"


_WRITERS: dict[str, Callable[[RenderedBook, AudioTrack], Iterator[str]]] = {
    "srt": format_srt,
    "vtt": format_vtt,
    "lrc": format_lrc,
}
