"""Writes a podcast: a folder for a web server, with one episode per chapter.

The feed is RSS 2.0 with the tags of Apple and of Podcasting 2.0. Chapters and transcripts are files
beside each episode. All links in the feed begin with `RenderedBook.podcast_url`.
"""

from __future__ import annotations

import json
import shutil
import struct
import uuid
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lxml import etree

from narrator import __version__
from narrator.export import splitting
from narrator.files.cover_conversion import fit_square
from narrator.files.os_errors import convert_os_errors
from narrator.model import FilePart, Image
from narrator.readalong import subtitles
from narrator.readalong.epub.epub_writer import remove_illegal_characters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.model import Metadata
    from narrator.readalong.rendered_book import AudioTrack, RenderedBook

Element = etree._Element
FEED_FILE = "feed.xml"
ITUNES_NAMESPACE = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST_NAMESPACE = "https://podcastindex.org/namespace/1.0"
ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
_NAMESPACES: Any = {
    "itunes": ITUNES_NAMESPACE,
    "podcast": PODCAST_NAMESPACE,
    "atom": ATOM_NAMESPACE,
}
_GUID_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of `podcast:guid`, from the specification of Podcasting 2.0."""
_CHAPTERS_TYPE = "application/json+chapters"
TRANSCRIPT_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip"}
"""The kinds of subtitles that serve as transcripts, and their media types."""
COVER_SIDE_PIXELS = 1400
"""The side of a plain cover, in pixels: the smallest that Apple accepts."""
MAX_COVER_SIDE_PIXELS = 3000
"""The side of the largest cover that Apple accepts."""
_DEFAULT_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""The publication date of an undated book. It is fixed because the same book must always give the
same feed."""


def write(_companion: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the folder of a podcast and return its files, the feed first.

    Each track of the book is an episode.

    Raises:
        OutputError: it can't be written.
    """
    with convert_os_errors(target):
        target.mkdir(parents=True, exist_ok=True)
        own_cover = rendered_book.metadata.cover
        cover = (
            fit_square(own_cover, COVER_SIDE_PIXELS, MAX_COVER_SIDE_PIXELS)
            if own_cover
            else make_plain_cover(rendered_book.metadata.title)
        )
        cover_file = "cover.jpg" if cover.media_type == "image/jpeg" else "cover.png"
        (target / cover_file).write_bytes(cover.data)
        episodes = [
            _PodcastEpisode(rendered_book, track, number)
            for number, track in enumerate(rendered_book.tracks, 1)
        ]
        for episode in episodes:
            episode.write_files(target)
        feed = _build_feed(rendered_book, episodes, cover_file)
        (target / FEED_FILE).write_bytes(
            etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        )
    paths = sorted(path for path in target.rglob("*") if path.is_file())
    return (target / FEED_FILE, *(path for path in paths if path != target / FEED_FILE))


@dataclass(frozen=True, slots=True)
class _PodcastEpisode:
    """One chapter of the book as an episode."""

    rendered_book: RenderedBook
    track: AudioTrack
    number: int
    """Counted from 1."""

    @property
    def audio_file(self) -> str:
        """Return the name of the audio file, in ASCII because some servers require it."""
        part = FilePart(self.number, len(self.rendered_book.tracks), self.track.title)
        return splitting.part_file_name(part, self.track.path.suffix, ascii_only=True)

    @property
    def stem(self) -> str:
        """Return the name that all files of the episode share, without a suffix."""
        return self.audio_file.removesuffix(self.track.path.suffix)

    @property
    def duration_seconds(self) -> float:
        """Return the length of the audio."""
        return self.rendered_book.to_seconds(self.track.end_sample - self.track.start_sample)

    def write_files(self, folder: Path) -> None:
        """Write the audio, the transcripts and the chapters."""
        shutil.copyfile(self.track.path, folder / self.audio_file)
        # Subtitles are written beside the track, so the track must be the copy in this folder.
        episode_track = replace(self.track, path=folder / self.audio_file)
        episode_book = replace(self.rendered_book, tracks=(episode_track,))
        for kind in TRANSCRIPT_TYPES:
            subtitles.write_track_subtitles(kind, episode_book, episode_track)
        chapters = {"version": "1.2.0", "chapters": [*self.list_chapters()]}
        text = json.dumps(chapters, ensure_ascii=False, indent=1)
        (folder / f"{self.stem}.chapters.json").write_text(f"{text}\n", encoding="utf-8")

    def list_chapters(self) -> Iterator[dict[str, Any]]:
        """Yield the chapters of the episode: one for each scene of the book's chapter."""
        for chapter in self.rendered_book.time_track_chapters(self.track):
            to_seconds, scene_number = self.rendered_book.to_seconds, 1
            title = chapter.chapter_mark.title
            yield {"startTime": to_seconds(chapter.chapter_mark.start), "title": title}
            for previous_line, timed_line in pairwise(chapter.timed_lines):
                line = timed_line.line
                if line.follows_scene_break and line.paragraph != previous_line.line.paragraph:
                    scene_number += 1
                    start_seconds = to_seconds(timed_line.start_sample)
                    yield {"startTime": start_seconds, "title": f"{title} ({scene_number})"}


# ---------------------------------------------------------------------------------- the feed


def _build_feed(
    rendered_book: RenderedBook, episodes: list[_PodcastEpisode], cover_file: str
) -> Element:
    """Return the RSS document."""
    metadata, base_url = rendered_book.metadata, rendered_book.podcast_url.rstrip("/") + "/"
    root = etree.Element("rss", nsmap=_NAMESPACES, version="2.0")
    channel = etree.SubElement(root, "channel")
    feed_url = f"{base_url}{FEED_FILE}"
    _add_element(channel, "title", metadata.title)
    _add_element(channel, "link", base_url)
    _add_element(
        channel, f"{{{ATOM_NAMESPACE}}}link", href=feed_url, rel="self", type="application/rss+xml"
    )
    _add_element(channel, "language", metadata.language)
    _add_element(channel, "description", metadata.description or _describe_book(metadata))
    _add_element(channel, "generator", f"narrator {__version__}")
    author = metadata.author or metadata.narrator or "narrator"
    _add_element(channel, f"{{{ITUNES_NAMESPACE}}}author", author)
    _add_element(channel, f"{{{ITUNES_NAMESPACE}}}image", href=f"{base_url}{cover_file}")
    category = _add_element(channel, f"{{{ITUNES_NAMESPACE}}}category", text="Arts")
    _add_element(category, f"{{{ITUNES_NAMESPACE}}}category", text="Books")
    _add_element(channel, f"{{{ITUNES_NAMESPACE}}}explicit", "false")
    _add_element(channel, f"{{{ITUNES_NAMESPACE}}}type", "serial")
    # The specification derives the GUID from the URL without its scheme and trailing slashes.
    guid = uuid.uuid5(_GUID_NAMESPACE, feed_url.partition("://")[2].rstrip("/"))
    _add_element(channel, f"{{{PODCAST_NAMESPACE}}}guid", str(guid))
    _add_element(channel, f"{{{PODCAST_NAMESPACE}}}medium", "audiobook")
    people = (
        (metadata.author, "author", "writing"),
        (metadata.narrator, "narrator", "cast"),
    )
    for name, role, group in people:
        if name:
            _add_element(channel, f"{{{PODCAST_NAMESPACE}}}person", name, role=role, group=group)
    first_date = _parse_publication_date(metadata)
    for episode in episodes:
        # Players sort episodes by date, so each is an hour later than the one before.
        date = first_date + timedelta(hours=episode.number - 1)
        _fill_item(_add_element(channel, "item"), episode, base_url, date)
    return root


def _fill_item(item: Element, episode: _PodcastEpisode, base_url: str, date: datetime) -> None:
    """Add the elements of one episode to its item."""
    track, metadata = episode.track, episode.rendered_book.metadata
    _add_element(item, "title", track.title)
    _add_element(item, "description", f"{metadata.title}: {track.title}")
    _add_element(
        item,
        "enclosure",
        url=base_url + quote(episode.audio_file),
        length=str(track.path.stat().st_size),
        type="audio/mpeg",
    )
    # The GUID depends only on the source, so a new build does not look like new episodes.
    guid = f"{episode.rendered_book.script.book.source.sha256[:32]}-{episode.number}"
    _add_element(item, "guid", guid, isPermaLink="false")
    _add_element(item, "pubDate", format_datetime(date))
    duration = str(round(episode.duration_seconds))
    _add_element(item, f"{{{ITUNES_NAMESPACE}}}duration", duration)
    _add_element(item, f"{{{ITUNES_NAMESPACE}}}episode", str(episode.number))
    _add_element(item, f"{{{ITUNES_NAMESPACE}}}episodeType", "full")
    _add_element(item, f"{{{ITUNES_NAMESPACE}}}explicit", "false")
    stem_url = base_url + quote(episode.stem)
    chapters_url = f"{stem_url}.chapters.json"
    _add_element(item, f"{{{PODCAST_NAMESPACE}}}chapters", url=chapters_url, type=_CHAPTERS_TYPE)
    for kind, media_type in TRANSCRIPT_TYPES.items():
        _add_element(
            item,
            f"{{{PODCAST_NAMESPACE}}}transcript",
            url=f"{stem_url}.{kind}",
            type=media_type,
            language=metadata.language,
        )


def _add_element(parent: Element, tag: str, content: str = "", **attributes: str) -> Element:
    """Append an element and return it; characters that XML does not allow are removed."""
    legal_attributes = {
        name: remove_illegal_characters(value) for name, value in attributes.items()
    }
    element = etree.SubElement(parent, tag, legal_attributes)
    element.text = remove_illegal_characters(content) or None
    return element


def _describe_book(metadata: Metadata) -> str:
    return f"{metadata.title}, by {metadata.author}" if metadata.author else metadata.title


def _parse_publication_date(metadata: Metadata) -> datetime:
    """Return the date of publication, or a fixed one if the book states no full date."""
    try:
        return datetime.fromisoformat((metadata.published or "")[:10]).replace(tzinfo=UTC)
    except ValueError:
        return _DEFAULT_DATE


# ---------------------------------------------------------------------------------- the cover


def make_plain_cover(title: str) -> Image:
    """Return a square cover with a lighter band, in a colour that depends on the title.

    It is for books without a cover, because a podcast must have one.
    """
    checksum = zlib.crc32(title.encode())
    # Three groups of six bits, plus 40, give values up to 103: dark enough for the band to show.
    dark_colour = bytes(40 + (checksum >> shift & 63) for shift in (0, 8, 16))
    light_colour = bytes(min(255, value + 110) for value in dark_colour)
    band_top, band_bottom = COVER_SIDE_PIXELS * 3 // 5, COVER_SIDE_PIXELS * 3 // 4
    # Each row begins with its filter type, 0 for none, and has three bytes per pixel.
    pixel_rows = b"".join(
        b"\0" + (light_colour if band_top <= row < band_bottom else dark_colour) * COVER_SIDE_PIXELS
        for row in range(COVER_SIDE_PIXELS)
    )
    # Eight bits per channel, RGB, the standard compression and filter methods, no interlacing.
    header = struct.pack(">IIBBBBB", COVER_SIDE_PIXELS, COVER_SIDE_PIXELS, 8, 2, 0, 0, 0)
    chunks = (
        _png_chunk(b"IHDR", header)
        + _png_chunk(b"IDAT", zlib.compress(pixel_rows, 9))
        + _png_chunk(b"IEND", b"")
    )
    return Image(b"\x89PNG\r\n\x1a\n" + chunks, "image/png")


def _png_chunk(chunk_type: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG: length, type, data and checksum."""
    checksum = zlib.crc32(chunk_type + data)
    return struct.pack(">I", len(data)) + chunk_type + data + struct.pack(">I", checksum)
