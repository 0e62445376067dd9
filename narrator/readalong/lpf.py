"""A W3C audiobook: the tracks and a manifest in one file of the Lightweight Packaging Format.

W3C Audiobooks (Recommendation of 10 November 2020) and Lightweight Packaging Format (Note of 2020).
Subtitles lie beside each track, as its alternate.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from narrator.readalong import subtitles
from narrator.readalong.epub.epub_writer import DATE_PATTERN, build_navigation, derive_identifier
from narrator.readalong.epub.media_overlay import AUDIO_TYPES
from narrator.readalong.epub.zip_packing import ArchiveWriter
from narrator.readalong.output_paths import stage_file
from narrator.readalong.web_page import text_direction

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.readalong.rendered_book import AudioTrack, RenderedBook

MANIFEST_FILE = "publication.json"
CONTENTS_FILE = "contents.xhtml"
JSON_LD_CONTEXT = ("https://schema.org", "https://www.w3.org/ns/pub-context")
PROFILE_URL = "https://www.w3.org/TR/audiobooks/"


def write(_: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the audiobook; each track of the performance becomes a file in it.

    Raises:
        OutputError: it can't be written.
    """
    with stage_file(target) as part, zipfile.ZipFile(part, "w") as file:
        made = ArchiveWriter(file)
        manifest = _manifest(rendered_book)
        if cover := rendered_book.metadata.cover:
            made.add_bytes(_cover(cover.media_type), cover.data)
        made.add_bytes(MANIFEST_FILE, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        titles = [(_audio(track, n), track.title) for n, track in _numbered(rendered_book)]
        made.add_bytes(
            CONTENTS_FILE, build_navigation(titles, rendered_book.metadata, CONTENTS_FILE, "")
        )
        for number, track in _numbered(rendered_book):
            made.copy_file(_audio(track, number), track.path)
            made.add_bytes(
                _text(number), "".join(subtitles.format_vtt(rendered_book, track)).encode()
            )
    return (target,)


def _numbered(performance: RenderedBook) -> list[tuple[int, AudioTrack]]:
    return list(enumerate(performance.tracks, 1))


def _audio(track: AudioTrack, number: int) -> str:
    return f"audio/{number:03}{track.path.suffix}"


def _text(number: int) -> str:
    return f"text/{number:03}.vtt"


def _cover(media_type: str) -> str:
    return "cover.jpg" if media_type == "image/jpeg" else "cover.png"


def _manifest(performance: RenderedBook) -> dict[str, Any]:
    metadata = performance.metadata
    published = metadata.published if DATE_PATTERN.fullmatch(metadata.published or "") else None
    told = {
        "author": metadata.author,
        "readBy": metadata.narrator,
        "publisher": metadata.publisher,
        "datePublished": published,
    }
    return {
        "@context": [*JSON_LD_CONTEXT, {"language": metadata.language}],
        "conformsTo": PROFILE_URL,
        "type": "Audiobook",
        "id": derive_identifier(performance.script.book.source),
        "name": metadata.title,
        **{key: value for key, value in told.items() if value},
        "inLanguage": metadata.language,
        "readingProgression": text_direction(metadata.language),
        "duration": _duration(performance, performance.timeline.samples),
        "accessMode": ["auditory"],
        "accessModeSufficient": [{"type": "ItemList", "itemListElement": ["auditory"]}],
        "readingOrder": [_item(performance, *each) for each in _numbered(performance)],
        "resources": _resources(performance),
    }


def _item(performance: RenderedBook, number: int, track: AudioTrack) -> dict[str, Any]:
    return {
        "type": "LinkedResource",
        "url": _audio(track, number),
        "encodingFormat": AUDIO_TYPES[track.path.suffix],
        "name": track.title,
        "duration": _duration(performance, track.end_sample - track.start_sample),
        "alternate": [
            {"type": "LinkedResource", "url": _text(number), "encodingFormat": "text/vtt"}
        ],
    }


def _resources(performance: RenderedBook) -> list[dict[str, str]]:
    contents = {
        "type": "LinkedResource",
        "rel": "contents",
        "url": CONTENTS_FILE,
        "encodingFormat": "application/xhtml+xml",
    }
    cover = performance.metadata.cover
    if cover is None:
        return [contents]
    picture = {
        "type": "LinkedResource",
        "rel": "cover",
        "url": _cover(cover.media_type),
        "encodingFormat": cover.media_type,
        "name": "Cover",
    }
    return [contents, picture]


def _duration(performance: RenderedBook, samples: int) -> str:
    """An ISO 8601 duration."""
    return f"PT{performance.to_seconds(samples):.3f}S"
