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

    from narrator.readalong.rendered_book import AudioTrack, RenderedBook

ACTIVE_CLASS = "-epub-media-overlay-active"
"""The class of what is spoken now."""
ACTIVE_STYLE = f".{ACTIVE_CLASS} {{ background-color: #ffe9a8; color: #1b1a17; }}\n"
SMIL_NAMESPACE = "http://www.w3.org/ns/SMIL"
OPS_NAMESPACE = "http://www.idpf.org/2007/ops"
_NAMES: Any = {None: SMIL_NAMESPACE, "epub": OPS_NAMESPACE}
SMIL_TYPE = "application/smil+xml"
AUDIO_TYPES = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".mp4": "audio/mp4"}
"""EPUB's core types of audio, by suffix."""


@dataclass(frozen=True, slots=True)
class TimedFragment:
    """An element of a page that is lit, and when."""

    page_entry: str
    """The entry of the archive."""
    element_id: str
    """The element's id."""
    start_sample: int
    """Sample of the timeline at which it begins to be spoken."""


@dataclass(frozen=True, slots=True)
class OverlayClip:
    """A passage, and the stretch of sound that belongs to it."""

    page_entry: str
    element_id: str
    track_index: int
    start_seconds: float
    end_seconds: float
    """Seconds from the beginning of the track."""


def make_overlay_clips(
    passages: Sequence[TimedFragment], performance: RenderedBook
) -> Iterator[OverlayClip]:
    """The clips of all passages, which are in listening order; together they are all the sound.

    What is heard but stands on no page belongs to the passage before it.
    """
    placed = [
        (_track_at(performance.tracks, passage.start_sample), passage) for passage in passages
    ]
    for index, run in groupby(placed, key=lambda pair: pair[0]):
        track = performance.tracks[index]
        found = [passage for _, passage in run]
        bounds = [
            track.start_sample,
            *(passage.start_sample for passage in found[1:]),
            track.end_sample,
        ]
        for passage, (first, last) in zip(found, pairwise(bounds), strict=True):
            begin, end = (
                performance.to_seconds(sample - track.start_sample) for sample in (first, last)
            )
            if end > begin:
                yield OverlayClip(passage.page_entry, passage.element_id, index, begin, end)


def _track_at(tracks: Sequence[AudioTrack], sample: int) -> int:
    return next(i for i, track in enumerate(tracks) if sample < track.end_sample)


def group_by_page(found: Iterable[OverlayClip]) -> dict[str, list[OverlayClip]]:
    """Clips by the page that they light, in listening order."""
    pages: dict[str, list[OverlayClip]] = {}
    for clip in found:
        pages.setdefault(clip.page_entry, []).append(clip)
    return pages


def total_clip_seconds(found: Iterable[OverlayClip]) -> float:
    """Seconds of all clips together."""
    return round(sum(clip.end_seconds - clip.start_seconds for clip in found), 3)


def build_smil(found: Sequence[OverlayClip], entry: str, audio: Sequence[str]) -> bytes:
    """The overlay of one page.

    Args:
        found: the page's clips.
        entry: the overlay's own entry in the archive, which links are relative to.
        audio: the entries of the tracks.
    """
    root = etree.Element(f"{{{SMIL_NAMESPACE}}}smil", nsmap=_NAMES, version="3.0")
    body = etree.SubElement(root, f"{{{SMIL_NAMESPACE}}}body")
    for number, clip in enumerate(found, 1):
        par = etree.SubElement(body, f"{{{SMIL_NAMESPACE}}}par", id=f"p{number}")
        page = make_relative_href(clip.page_entry, entry)
        etree.SubElement(par, f"{{{SMIL_NAMESPACE}}}text", src=f"{page}#{clip.element_id}")
        etree.SubElement(
            par,
            f"{{{SMIL_NAMESPACE}}}audio",
            src=make_relative_href(audio[clip.track_index], entry),
            clipBegin=format_smil_clock(clip.start_seconds),
            clipEnd=format_smil_clock(clip.end_seconds),
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def format_smil_clock(seconds: float) -> str:
    """A SMIL clock value: "1:02:03.045"."""
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"


def make_relative_href(target: str, entry: str) -> str:
    """The link from one entry of an archive to another."""
    return quote(posixpath.relpath(target, posixpath.dirname(entry) or "."))
