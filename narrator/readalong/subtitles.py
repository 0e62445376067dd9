"""Writes captions as subtitles: SubRip, WebVTT and LRC, one file per track.

With WebVTT, the chapters of the whole audiobook are written as well.

A player must never read the text of a book as markup. WebVTT has escapes (W3C, WebVTT, 2019,
section 4.2). SubRip and LRC have none, so an invisible word joiner is inserted wherever a player
would find a tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.files.os_errors import convert_os_errors
from narrator.languages.credit_forms import name_narrator
from narrator.readalong.captions import build_captions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from narrator.readalong.captions import Caption, SpeakerRun
    from narrator.readalong.rendered_book import AudioTrack, RenderedBook

_WORD_JOINER = "\u2060"
"""An invisible character that does not allow a line break."""
_SRT_TAG_START = re.compile(r"(<)(?=[/!?A-Za-z])|(\{)(?=\\|[A-Za-z]:)|(--)(?=>)")
"""The start of text that players read as an HTML tag ("<b>"), as a tag of Advanced SubStation
("{\\an8}"), or as the arrow between two times."""
_LRC_TAG_START = re.compile(r"([\[<])(?=[\w:])")
"""The start of text that players read as the time of a line ("[00:01.00]") or of a word
("<00:01.00>")."""
_VTT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write(kind: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the subtitles of each audio file beside that file, and return the paths.

    With WebVTT, `BOOK.chapters.vtt` is written too, beside `target`.

    Args:
        kind: `srt`, `vtt` or `lrc`.
        rendered_book: the book and its audio.
        target: the audiobook; for a split one, the path that a single file would have.

    Raises:
        OutputError: a file can't be written.
    """
    paths = [write_track_subtitles(kind, rendered_book, track) for track in rendered_book.tracks]
    if kind == "vtt":
        path = target.with_suffix(".chapters.vtt")
        _write_text(path, format_chapters_vtt(rendered_book))
        paths.append(path)
    return tuple(paths)


def write_track_subtitles(kind: str, rendered_book: RenderedBook, track: AudioTrack) -> Path:
    """Write the subtitles of one audio file beside it, and return their path.

    Raises:
        OutputError: they can't be written.
    """
    path = track.path.with_suffix(f".{kind}")
    _write_text(path, _FORMATTERS[kind](rendered_book, track))
    return path


def _write_text(path: Path, blocks: Iterable[str]) -> None:
    with convert_os_errors(path), path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(blocks)


def iterate_captions(rendered_book: RenderedBook, track: AudioTrack) -> Iterator[Caption]:
    """Yield the captions of one audio file, timed from its beginning."""
    sample_rate, language = rendered_book.timeline.rate, rendered_book.metadata.language
    for chapter in rendered_book.time_track_chapters(track):
        yield from build_captions(chapter.timed_lines, sample_rate, language)


# ---------------------------------------------------------------------------------- SubRip


def format_srt(rendered_book: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """Yield the cues of one audio file as SubRip."""
    for number, caption in enumerate(iterate_captions(rendered_book, track), 1):
        times = _format_cue_times(caption.start_seconds, caption.end_seconds, ",")
        text = "\n".join(
            _SRT_TAG_START.sub(rf"\g<0>{_WORD_JOINER}", line_text)
            for line_text in caption.line_texts
        )
        yield f"{number}\n{times}\n{text}\n\n"


# ---------------------------------------------------------------------------------- WebVTT


def format_vtt(rendered_book: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """Yield the header and the cues of one audio file as WebVTT, with a `<v>` per speaker."""
    yield "WEBVTT\n\n"
    narrator_name = name_narrator(rendered_book.metadata.language)
    for number, caption in enumerate(iterate_captions(rendered_book, track), 1):
        times = _format_cue_times(caption.start_seconds, caption.end_seconds, ".")
        yield f"{number}\n{times}\n{_format_voices(caption, narrator_name)}\n\n"


def format_chapters_vtt(rendered_book: RenderedBook) -> Iterator[str]:
    """Yield the chapters of the whole audiobook as WebVTT, for a track of kind `chapters`."""
    yield "WEBVTT\n\n"
    for number, mark in rendered_book.enumerate_marks():
        start_seconds = rendered_book.to_seconds(mark.start)
        times = _format_cue_times(start_seconds, rendered_book.to_seconds(mark.end), ".")
        yield f"{number}\n{times}\n{_escape_vtt(mark.title)}\n\n"


def _format_voices(caption: Caption, narrator_name: str) -> str:
    """Return the text of a cue: in one `<v>` if there is one speaker, else in one `<v>` per run.

    `narrator_name` is the name of the narrator in the language of the book.
    """
    speakers = {run.speaker for line in caption.lines for run in line}
    if len(speakers) == 1:
        text = "\n".join(map(_escape_vtt, caption.line_texts))
        return f"<v {_escape_vtt(speakers.pop() or narrator_name)}>{text}</v>"
    return "\n".join(
        "".join(_format_run(run, narrator_name) for run in line) for line in caption.lines
    )


def _format_run(run: SpeakerRun, narrator_name: str) -> str:
    text = run.text.lstrip()
    leading_space = run.text[: len(run.text) - len(text)]
    return f"{leading_space}<v {_escape_vtt(run.speaker or narrator_name)}>{_escape_vtt(text)}</v>"


def _escape_vtt(text: str) -> str:
    return " ".join(text.split()).translate(_VTT_ESCAPES)


def _format_cue_times(start_seconds: float, end_seconds: float, decimal_mark: str) -> str:
    """Return the line of times in a cue: "00:00:01,000 --> 00:00:02,000"."""
    start, end = (_format_clock(seconds, decimal_mark) for seconds in (start_seconds, end_seconds))
    return f"{start} --> {end}"


def _format_clock(seconds: float, decimal_mark: str) -> str:
    """Return hours, minutes, seconds and milliseconds: "00:01:02,345"."""
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return (
        f"{minutes // 60:02}:{minutes % 60:02}:"
        f"{milliseconds // 1000:02}{decimal_mark}{milliseconds % 1000:03}"
    )


# ---------------------------------------------------------------------------------- LRC


def format_lrc(rendered_book: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """Yield the tags and the lines of one audio file as LRC.

    LRC has no end times: a line stays until the next one. A line without text therefore ends
    a caption that is followed by more than a second of silence.
    """
    metadata = rendered_book.metadata
    tags = {
        "ti": metadata.title if len(rendered_book.tracks) == 1 else track.title,
        "ar": metadata.author,
        "al": metadata.title,
        "length": _format_minutes(rendered_book.to_seconds(track.end_sample - track.start_sample)),
    }
    for name, value in tags.items():
        if value:
            yield f"[{name}:{' '.join(value.replace(']', ')').split())}]\n"
    end_seconds = 0.0
    for caption in iterate_captions(rendered_book, track):
        if end_seconds and caption.start_seconds - end_seconds > 1:
            yield f"[{_format_minutes(end_seconds)}]\n"
        text = _LRC_TAG_START.sub(rf"\1{_WORD_JOINER}", caption.text)
        yield f"[{_format_minutes(caption.start_seconds)}]{text}\n"
        end_seconds = caption.end_seconds
    yield f"[{_format_minutes(end_seconds)}]\n"


def _format_minutes(seconds: float) -> str:
    """Return minutes, seconds and hundredths: "62:03.45". LRC has no hours."""
    minutes, hundredths = divmod(round(seconds * 100), 6000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"


_FORMATTERS: dict[str, Callable[[RenderedBook, AudioTrack], Iterator[str]]] = {
    "srt": format_srt,
    "vtt": format_vtt,
    "lrc": format_lrc,
}
