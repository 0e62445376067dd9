"""Builds Media Overlays: which element is highlighted while its audio plays (EPUB 3.3, section 9).

An overlay is a SMIL document that pairs elements of one page with clips. A clip is a stretch of an
audio file: it begins with the speech of its element and ends where the next clip begins, because
the pauses must be played too.
"""

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
"""The CSS class that readers give to the element whose audio is playing."""
ACTIVE_STYLE = f".{ACTIVE_CLASS} {{ background-color: #ffe9a8; color: #1b1a17; }}\n"
SMIL_NAMESPACE = "http://www.w3.org/ns/SMIL"
OPS_NAMESPACE = "http://www.idpf.org/2007/ops"
_NAMESPACES: Any = {None: SMIL_NAMESPACE, "epub": OPS_NAMESPACE}
SMIL_TYPE = "application/smil+xml"
AUDIO_TYPES = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".mp4": "audio/mp4"}
"""The audio formats that every EPUB reader must support, by suffix."""


@dataclass(frozen=True, slots=True)
class TimedFragment:
    """An element of a page, and the sample at which the speech of its text begins."""

    page_entry: str
    """The path of the page in the archive."""
    element_id: str
    start_sample: int
    """Counted from the beginning of the audiobook."""


@dataclass(frozen=True, slots=True)
class OverlayClip:
    """An element of a page, and the stretch of audio that plays while it is highlighted."""

    page_entry: str
    """The path of the page in the archive."""
    element_id: str
    track_index: int
    start_seconds: float
    """Counted from the beginning of the track."""
    end_seconds: float


def make_overlay_clips(
    fragments: Sequence[TimedFragment], rendered_book: RenderedBook
) -> Iterator[OverlayClip]:
    """Yield the clips of all fragments, which must be in listening order.

    Together the clips cover all of the audio: speech that is not on any page belongs to the clip
    before it.
    """
    tracks = rendered_book.tracks
    placed_fragments = [
        (_find_track_index(tracks, fragment.start_sample), fragment) for fragment in fragments
    ]
    for track_index, placed_run in groupby(placed_fragments, key=lambda placed: placed[0]):
        track = tracks[track_index]
        track_fragments = [fragment for _, fragment in placed_run]
        # The first clip begins at the start of the track, where there may be silence.
        boundary_samples = [
            track.start_sample,
            *(fragment.start_sample for fragment in track_fragments[1:]),
            track.end_sample,
        ]
        for fragment, clip_samples in zip(track_fragments, pairwise(boundary_samples), strict=True):
            start_seconds, end_seconds = (
                rendered_book.to_seconds(sample - track.start_sample) for sample in clip_samples
            )
            # A clip of less than half a millisecond would be rounded to nothing, which is invalid.
            if end_seconds > start_seconds:
                yield OverlayClip(
                    fragment.page_entry,
                    fragment.element_id,
                    track_index,
                    start_seconds,
                    end_seconds,
                )


def _find_track_index(tracks: Sequence[AudioTrack], sample: int) -> int:
    return next(index for index, track in enumerate(tracks) if sample < track.end_sample)


def group_by_page(clips: Iterable[OverlayClip]) -> dict[str, list[OverlayClip]]:
    """Return the clips of each page, in listening order."""
    clips_by_page: dict[str, list[OverlayClip]] = {}
    for clip in clips:
        clips_by_page.setdefault(clip.page_entry, []).append(clip)
    return clips_by_page


def sum_clip_seconds(clips: Iterable[OverlayClip]) -> float:
    """Return the length of all clips together, to the millisecond."""
    return round(sum(clip.end_seconds - clip.start_seconds for clip in clips), 3)


def build_smil(
    clips: Sequence[OverlayClip], entry_name: str, audio_entries: Sequence[str]
) -> bytes:
    """Return the overlay of one page as a SMIL document.

    Args:
        clips: the clips of the page.
        entry_name: the path of the overlay in the archive; links are relative to it.
        audio_entries: the path of each track in the archive.
    """
    root = etree.Element(f"{{{SMIL_NAMESPACE}}}smil", nsmap=_NAMESPACES, version="3.0")
    body = etree.SubElement(root, f"{{{SMIL_NAMESPACE}}}body")
    for number, clip in enumerate(clips, 1):
        par = etree.SubElement(body, f"{{{SMIL_NAMESPACE}}}par", id=f"p{number}")
        page_href = make_relative_href(clip.page_entry, entry_name)
        etree.SubElement(par, f"{{{SMIL_NAMESPACE}}}text", src=f"{page_href}#{clip.element_id}")
        etree.SubElement(
            par,
            f"{{{SMIL_NAMESPACE}}}audio",
            src=make_relative_href(audio_entries[clip.track_index], entry_name),
            clipBegin=format_smil_clock(clip.start_seconds),
            clipEnd=format_smil_clock(clip.end_seconds),
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def format_smil_clock(seconds: float) -> str:
    """Return a clock value of SMIL: "1:02:03.045"."""
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def make_relative_href(target_entry: str, entry_name: str) -> str:
    """Return the link to one entry of an archive from another, percent-encoded."""
    return quote(posixpath.relpath(target_entry, posixpath.dirname(entry_name) or "."))
