"""A W3C audiobook: the tracks and a manifest in one file of the Lightweight Packaging Format.

W3C Audiobooks (Recommendation of 10 November 2020) and Lightweight Packaging Format (Note of 2020).
Subtitles lie beside each track, as its alternate.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from narrator.readalong import subtitles
from narrator.readalong.epub.epub_writer import DATED, identifier, navigation
from narrator.readalong.epub.media_overlay import AUDIO_TYPES
from narrator.readalong.epub.zip_packing import Box
from narrator.readalong.output_paths import whole_file
from narrator.readalong.web_page import direction

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.readalong.rendered_book import Performance, Track

MANIFEST = "publication.json"
CONTENTS = "contents.xhtml"
CONTEXT = ("https://schema.org", "https://www.w3.org/ns/pub-context")
CONFORMS = "https://www.w3.org/TR/audiobooks/"


def write(_: str, performance: Performance, target: Path) -> tuple[Path, ...]:
    """Write the audiobook; each track of the performance becomes a file in it.

    Raises:
        OutputError: it can't be written.
    """
    with whole_file(target) as part, zipfile.ZipFile(part, "w") as file:
        made = Box(file)
        manifest = _manifest(performance)
        if cover := performance.metadata.cover:
            made.add(_cover(cover.media_type), cover.data)
        made.add(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        titles = [(_audio(track, n), track.title) for n, track in _numbered(performance)]
        made.add(CONTENTS, navigation(titles, performance.metadata, CONTENTS, ""))
        for number, track in _numbered(performance):
            made.copy(_audio(track, number), track.path)
            made.add(_text(number), "".join(subtitles.vtt(performance, track)).encode())
    return (target,)


def _numbered(performance: Performance) -> list[tuple[int, Track]]:
    return list(enumerate(performance.tracks, 1))


def _audio(track: Track, number: int) -> str:
    return f"audio/{number:03}{track.path.suffix}"


def _text(number: int) -> str:
    return f"text/{number:03}.vtt"


def _cover(media_type: str) -> str:
    return "cover.jpg" if media_type == "image/jpeg" else "cover.png"


def _manifest(performance: Performance) -> dict[str, Any]:
    metadata = performance.metadata
    published = metadata.published if DATED.fullmatch(metadata.published or "") else None
    told = {
        "author": metadata.author,
        "readBy": metadata.narrator,
        "publisher": metadata.publisher,
        "datePublished": published,
    }
    return {
        "@context": [*CONTEXT, {"language": metadata.language}],
        "conformsTo": CONFORMS,
        "type": "Audiobook",
        "id": identifier(performance.script.book.source),
        "name": metadata.title,
        **{key: value for key, value in told.items() if value},
        "inLanguage": metadata.language,
        "readingProgression": direction(metadata.language),
        "duration": _duration(performance, performance.timeline.samples),
        "accessMode": ["auditory"],
        "accessModeSufficient": [{"type": "ItemList", "itemListElement": ["auditory"]}],
        "readingOrder": [_item(performance, *each) for each in _numbered(performance)],
        "resources": _resources(performance),
    }


def _item(performance: Performance, number: int, track: Track) -> dict[str, Any]:
    return {
        "type": "LinkedResource",
        "url": _audio(track, number),
        "encodingFormat": AUDIO_TYPES[track.path.suffix],
        "name": track.title,
        "duration": _duration(performance, track.end - track.start),
        "alternate": [
            {"type": "LinkedResource", "url": _text(number), "encodingFormat": "text/vtt"}
        ],
    }


def _resources(performance: Performance) -> list[dict[str, str]]:
    contents = {
        "type": "LinkedResource",
        "rel": "contents",
        "url": CONTENTS,
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


def _duration(performance: Performance, samples: int) -> str:
    """An ISO 8601 duration."""
    return f"PT{performance.seconds(samples):.3f}S"
