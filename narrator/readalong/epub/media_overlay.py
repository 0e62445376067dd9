"""Media Overlays: which element is lit while which clip plays (EPUB 3.3, section 9)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.readalong.rendered_book import Performance, Track

ACTIVE = "-epub-media-overlay-active"
"""The class of what is spoken now."""
STYLE = f".{ACTIVE} {{ background-color: #ffe9a8; color: #1b1a17; }}\n"
SMIL = "http://www.w3.org/ns/SMIL"
OPS = "http://www.idpf.org/2007/ops"
_NAMES: Any = {None: SMIL, "epub": OPS}
SMIL_TYPE = "application/smil+xml"
AUDIO_TYPES = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".mp4": "audio/mp4"}
"""EPUB's core types of audio, by suffix."""


@dataclass(frozen=True, slots=True)
class Passage:
    """An element of a page that is lit, and when."""

    page: str
    """The entry of the archive."""
    fragment: str
    """The element's id."""
    start: int
    """Sample of the timeline at which it begins to be spoken."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A passage, and the stretch of sound that belongs to it."""

    page: str
    fragment: str
    track: int
    begin: float
    end: float
    """Seconds from the beginning of the track."""


def clips(passages: Sequence[Passage], performance: Performance) -> Iterator[Clip]:
    """The clips of all passages, which are in listening order; together they are all the sound.

    What is heard but stands on no page belongs to the passage before it.
    """
    placed = [(_track_at(performance.tracks, passage.start), passage) for passage in passages]
    for index, run in groupby(placed, key=lambda pair: pair[0]):
        track = performance.tracks[index]
        found = [passage for _, passage in run]
        bounds = [track.start, *(passage.start for passage in found[1:]), track.end]
        for passage, (first, last) in zip(found, pairwise(bounds), strict=True):
            begin, end = (performance.seconds(sample - track.start) for sample in (first, last))
            if end > begin:
                yield Clip(passage.page, passage.fragment, index, begin, end)


def _track_at(tracks: Sequence[Track], sample: int) -> int:
    return next(i for i, track in enumerate(tracks) if sample < track.end)


def by_page(found: Iterable[Clip]) -> dict[str, list[Clip]]:
    """Clips by the page that they light, in listening order."""
    pages: dict[str, list[Clip]] = {}
    for clip in found:
        pages.setdefault(clip.page, []).append(clip)
    return pages


def duration(found: Iterable[Clip]) -> float:
    """Seconds of all clips together."""
    return round(sum(clip.end - clip.begin for clip in found), 3)


def smil(found: Sequence[Clip], entry: str, audio: Sequence[str]) -> bytes:
    """The overlay of one page.

    Args:
        found: the page's clips.
        entry: the overlay's own entry in the archive, which links are relative to.
        audio: the entries of the tracks.
    """
    root = etree.Element(f"{{{SMIL}}}smil", nsmap=_NAMES, version="3.0")
    body = etree.SubElement(root, f"{{{SMIL}}}body")
    for number, clip in enumerate(found, 1):
        par = etree.SubElement(body, f"{{{SMIL}}}par", id=f"p{number}")
        page = relative(clip.page, entry)
        etree.SubElement(par, f"{{{SMIL}}}text", src=f"{page}#{clip.fragment}")
        etree.SubElement(
            par,
            f"{{{SMIL}}}audio",
            src=relative(audio[clip.track], entry),
            clipBegin=clock(clip.begin),
            clipEnd=clock(clip.end),
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def clock(seconds: float) -> str:
    """A SMIL clock value: "1:02:03.045"."""
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"


def relative(target: str, entry: str) -> str:
    """The link from one entry of an archive to another."""
    return quote(posixpath.relpath(target, posixpath.dirname(entry) or "."))
