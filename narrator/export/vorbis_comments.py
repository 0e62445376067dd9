"""Vorbis comments: the tags and chapters of FLAC and Opus.

Chapters are `CHAPTER001=HH:MM:SS.mmm` with `CHAPTER001NAME=`, as players of Ogg files agreed upon.
ffmpeg's own writer of them rounds their beginnings to whole seconds, so it is not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutagen.id3 import PictureType

if TYPE_CHECKING:
    from mutagen.flac import Picture

    from narrator.model import Image, Metadata, Timeline


def list_comments(metadata: Metadata, timeline: Timeline) -> list[tuple[str, str]]:
    """Every comment, in order."""
    told = {
        "TITLE": metadata.part.title if metadata.part else metadata.title,
        "ALBUM": metadata.title,
        "ARTIST": metadata.author,
        "ALBUMARTIST": metadata.author,
        "NARRATOR": metadata.narrator,
        "PERFORMER": metadata.narrator,
        "SERIES": metadata.series,
        "SERIES-PART": metadata.series_index,
        "PUBLISHER": metadata.publisher,
        "DATE": metadata.published,
        "LANGUAGE": metadata.language,
        "GENRE": "Audiobook",
        "DESCRIPTION": metadata.description,
        "TRACKNUMBER": str(metadata.part.number) if metadata.part else None,
        "TRACKTOTAL": str(metadata.part.total) if metadata.part else None,
    }
    return [(key, value) for key, value in told.items() if value] + _chapters(timeline)


def _chapters(timeline: Timeline) -> list[tuple[str, str]]:
    told = []
    for number, mark in enumerate(timeline.marks, 1):
        told += [
            (f"CHAPTER{number:03}", _clock(mark.start, timeline.rate)),
            (f"CHAPTER{number:03}NAME", mark.title),
        ]
    return told


def _clock(sample: int, rate: int) -> str:
    milliseconds = (sample * 1000 + rate // 2) // rate
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def fill_picture(cover: Image, blank: Picture) -> Picture:
    """The cover, in a blank picture block."""
    blank.data = cover.data
    blank.mime = cover.media_type
    blank.type = PictureType.COVER_FRONT
    blank.desc = "Cover"
    return blank
