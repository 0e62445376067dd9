"""Vorbis comments: the tags and chapters of FLAC and Opus.

A chapter is a pair of comments, `CHAPTER001=HH:MM:SS.mmm` and `CHAPTER001NAME=TITLE`, as players of
Ogg files expect (https://wiki.xiph.org/Chapter_Extension). ffmpeg could write them too, but rounds
the starts to whole seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutagen.id3 import PictureType

from narrator.export.named_tags import DEFAULT_GENRE, list_named_tags

if TYPE_CHECKING:
    from mutagen.flac import Picture

    from narrator.model import Image, Metadata, Timeline


def list_comments(metadata: Metadata, timeline: Timeline) -> list[tuple[str, str]]:
    """Return all comments as pairs of key and value: tags first, then chapters in order."""
    tags = {
        "TITLE": metadata.part.title if metadata.part else metadata.title,
        "ALBUM": metadata.title,
        "ARTIST": metadata.author,
        "ALBUMARTIST": metadata.author,
        "COMPOSER": metadata.narrator,
        "PERFORMER": metadata.narrator,
        "DATE": metadata.published,
        "GENRE": metadata.genre or DEFAULT_GENRE,
        **dict(list_named_tags(metadata)),
        "TRACKNUMBER": str(metadata.part.number) if metadata.part else None,
        "TRACKTOTAL": str(metadata.part.total) if metadata.part else None,
    }
    return [(key, value) for key, value in tags.items() if value] + _list_chapters(timeline)


def _list_chapters(timeline: Timeline) -> list[tuple[str, str]]:
    """Return two comments per chapter: its start and its title."""
    comments = []
    for number, mark in enumerate(timeline.marks, 1):
        comments += [
            (f"CHAPTER{number:03}", _format_clock(mark.start, timeline.rate)),
            (f"CHAPTER{number:03}NAME", mark.title),
        ]
    return comments


def _format_clock(sample: int, sample_rate: int) -> str:
    """Format a number of samples as hours, minutes, seconds and rounded milliseconds."""
    milliseconds = (sample * 1000 + sample_rate // 2) // sample_rate
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def fill_picture(cover: Image, picture: Picture) -> Picture:
    """Fill an empty mutagen picture block with the cover, and return the block."""
    picture.data = cover.data
    picture.mime = cover.media_type
    picture.type = PictureType.COVER_FRONT
    picture.desc = "Cover"
    return picture
