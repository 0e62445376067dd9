"""Writes a W3C audiobook: the tracks and a manifest in one Lightweight Packaging Format file.

WebVTT subtitles accompany each track as its alternate. Sources: W3C Audiobooks (Recommendation of
10 November 2020) and Lightweight Packaging Format (W3C Note of 2020).
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from narrator.files.os_errors import convert_os_errors
from narrator.readalong import subtitles
from narrator.readalong.epub.epub_writer import DATE_PATTERN, build_navigation, derive_identifier
from narrator.readalong.epub.media_overlay import AUDIO_TYPES
from narrator.readalong.text_direction import find_text_direction
from narrator.readalong.zip_writer import ArchiveWriter

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.readalong.rendered_book import AudioTrack, RenderedBook

MANIFEST_FILE = "publication.json"
CONTENTS_FILE = "contents.xhtml"
JSON_LD_CONTEXT = ("https://schema.org", "https://www.w3.org/ns/pub-context")
PROFILE_URL = "https://www.w3.org/TR/audiobooks/"


def write(_companion: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the audiobook and return its path; each track of the book becomes a file in it.

    Raises:
        OutputError: it can't be written.
    """
    with convert_os_errors(target), zipfile.ZipFile(target, "w") as zip_file:
        archive = ArchiveWriter(zip_file)
        manifest = _build_manifest(rendered_book)
        if cover := rendered_book.metadata.cover:
            archive.add_bytes(_cover_entry(cover.media_type), cover.data)
        manifest_json = json.dumps(manifest, ensure_ascii=False, indent=1)
        archive.add_bytes(MANIFEST_FILE, manifest_json.encode())
        toc_entries = [
            (_audio_entry(track, number), track.title)
            for number, track in _enumerate_tracks(rendered_book)
        ]
        contents = build_navigation(toc_entries, rendered_book.metadata, CONTENTS_FILE, "")
        archive.add_bytes(CONTENTS_FILE, contents)
        for number, track in _enumerate_tracks(rendered_book):
            archive.copy_file(_audio_entry(track, number), track.path)
            track_subtitles = "".join(subtitles.format_vtt(rendered_book, track))
            archive.add_bytes(_subtitles_entry(number), track_subtitles.encode())
    return (target,)


def _enumerate_tracks(rendered_book: RenderedBook) -> list[tuple[int, AudioTrack]]:
    return list(enumerate(rendered_book.tracks, 1))


def _audio_entry(track: AudioTrack, number: int) -> str:
    return f"audio/{number:03}{track.path.suffix}"


def _subtitles_entry(number: int) -> str:
    return f"text/{number:03}.vtt"


def _cover_entry(media_type: str) -> str:
    return "cover.jpg" if media_type == "image/jpeg" else "cover.png"


def _build_manifest(rendered_book: RenderedBook) -> dict[str, Any]:
    """Return the manifest: metadata, tracks and other files."""
    metadata = rendered_book.metadata
    published = metadata.published if DATE_PATTERN.fullmatch(metadata.published or "") else None
    optional_metadata = {
        "author": metadata.author,
        "readBy": metadata.narrator,
        "publisher": metadata.publisher,
        "datePublished": published,
    }
    return {
        "@context": [*JSON_LD_CONTEXT, {"language": metadata.language}],
        "conformsTo": PROFILE_URL,
        "type": "Audiobook",
        "id": derive_identifier(rendered_book.script.book.source),
        "name": metadata.title,
        **{key: value for key, value in optional_metadata.items() if value},
        "inLanguage": metadata.language,
        "readingProgression": find_text_direction(metadata.language),
        "duration": _format_duration(rendered_book, rendered_book.timeline.samples),
        "accessMode": ["auditory"],
        "accessModeSufficient": [{"type": "ItemList", "itemListElement": ["auditory"]}],
        "readingOrder": [
            _build_track_resource(rendered_book, number, track)
            for number, track in _enumerate_tracks(rendered_book)
        ],
        "resources": _build_resources(rendered_book),
    }


def _build_track_resource(
    rendered_book: RenderedBook, number: int, track: AudioTrack
) -> dict[str, Any]:
    """Return the manifest's entry for a track, with its subtitles."""
    subtitles_resource = {
        "type": "LinkedResource",
        "url": _subtitles_entry(number),
        "encodingFormat": "text/vtt",
    }
    return {
        "type": "LinkedResource",
        "url": _audio_entry(track, number),
        "encodingFormat": AUDIO_TYPES[track.path.suffix],
        "name": track.title,
        "duration": _format_duration(rendered_book, track.end_sample - track.start_sample),
        "alternate": [subtitles_resource],
    }


def _build_resources(rendered_book: RenderedBook) -> list[dict[str, str]]:
    """Return the manifest's entries for files that are not tracks: the contents and any cover."""
    contents_resource = {
        "type": "LinkedResource",
        "rel": "contents",
        "url": CONTENTS_FILE,
        "encodingFormat": "application/xhtml+xml",
    }
    cover = rendered_book.metadata.cover
    if cover is None:
        return [contents_resource]
    cover_resource = {
        "type": "LinkedResource",
        "rel": "cover",
        "url": _cover_entry(cover.media_type),
        "encodingFormat": cover.media_type,
        "name": "Cover",
    }
    return [contents_resource, cover_resource]


def _format_duration(rendered_book: RenderedBook, sample_count: int) -> str:
    """Return a duration in the format of ISO 8601, in seconds: "PT123.456S"."""
    return f"PT{rendered_book.to_seconds(sample_count):.3f}S"
