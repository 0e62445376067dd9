"""A podcast: a folder to put on a web server, an episode for each chapter.

The feed is RSS 2.0, with Apple's tags and those of Podcasting 2.0: chapters and transcripts, as
files beside each episode. Its addresses begin with `Performance.address`.
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
from narrator.model import FilePart, Image
from narrator.readalong import subtitles
from narrator.readalong.epub.epub_writer import remove_illegal_characters
from narrator.readalong.output_paths import stage_folder

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
_NAMES: Any = {"itunes": ITUNES_NAMESPACE, "podcast": PODCAST_NAMESPACE, "atom": ATOM_NAMESPACE}
_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of `podcast:guid`, by the specification of Podcasting 2.0."""
CHAPTERS_TYPE = "application/json+chapters"
TRANSCRIPT_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip"}
COVER_SIDE_PIXELS = 1400
"""Pixels, the least that Apple takes."""
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""When an undated book appeared: the same book gives the same bytes on every day."""


def write(_: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the podcast's folder; each track of the performance is an episode.

    Raises:
        OutputError: it can't be written.
    """
    with stage_folder(target, FEED_FILE) as folder:
        cover = rendered_book.metadata.cover or make_plain_cover(rendered_book.metadata.title)
        picture = "cover.jpg" if cover.media_type == "image/jpeg" else "cover.png"
        (folder / picture).write_bytes(cover.data)
        episodes = [*_episodes(rendered_book)]
        for episode in episodes:
            episode.write(folder)
        feed = _feed(rendered_book, episodes, picture)
        (folder / FEED_FILE).write_bytes(
            etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        )
    made = sorted(path for path in target.rglob("*") if path.is_file())
    return (target / FEED_FILE, *(path for path in made if path != target / FEED_FILE))


@dataclass(frozen=True, slots=True)
class _Episode:
    """One chapter of the book, as an episode."""

    performance: RenderedBook
    track: AudioTrack
    number: int

    @property
    def audio(self) -> str:
        """The name of its file."""
        part = FilePart(self.number, len(self.performance.tracks), self.track.title)
        return splitting.part_file_name(part, self.track.path.suffix, ascii_only=True)

    @property
    def stem(self) -> str:
        """What the names of the files beside it begin with."""
        return self.audio.removesuffix(self.track.path.suffix)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.performance.to_seconds(self.track.end_sample - self.track.start_sample)

    def write(self, folder: Path) -> None:
        """The sound, and what lies beside it."""
        shutil.copyfile(self.track.path, folder / self.audio)
        moved = replace(self.performance, tracks=(replace(self.track, path=folder / self.audio),))
        for kind in TRANSCRIPT_TYPES:
            subtitles.write_track_subtitles(kind, moved, moved.tracks[0])
        chapters = {"version": "1.2.0", "chapters": [*self.chapters()]}
        text = json.dumps(chapters, ensure_ascii=False, indent=1)
        (folder / f"{self.stem}.chapters.json").write_text(f"{text}\n", encoding="utf-8")

    def chapters(self) -> Iterator[dict[str, Any]]:
        """Its chapters: the book's, and each scene of them."""
        for scene in self.performance.time_track_chapters(self.track):
            seconds, count = self.performance.to_seconds, 1
            yield {
                "startTime": seconds(scene.chapter_mark.start),
                "title": scene.chapter_mark.title,
            }
            for before, heard in pairwise(scene.timed_lines):
                if heard.line.follows_scene_break and heard.line.paragraph != before.line.paragraph:
                    count += 1
                    title = f"{scene.chapter_mark.title} ({count})"
                    yield {"startTime": seconds(heard.start_sample), "title": title}


def _episodes(performance: RenderedBook) -> Iterator[_Episode]:
    for number, track in enumerate(performance.tracks, 1):
        yield _Episode(performance, track, number)


# ---------------------------------------------------------------------------------- the feed


def _feed(performance: RenderedBook, episodes: list[_Episode], picture: str) -> Element:
    metadata, address = performance.metadata, performance.podcast_url.rstrip("/") + "/"
    root = etree.Element("rss", nsmap=_NAMES, version="2.0")
    channel = etree.SubElement(root, "channel")
    self_ = f"{address}{FEED_FILE}"
    _add(channel, "title", metadata.title)
    _add(channel, "link", address)
    _add(channel, f"{{{ATOM_NAMESPACE}}}link", href=self_, rel="self", type="application/rss+xml")
    _add(channel, "language", metadata.language)
    _add(channel, "description", metadata.description or _by(metadata))
    _add(channel, "generator", f"narrator {__version__}")
    _add(
        channel, f"{{{ITUNES_NAMESPACE}}}author", metadata.author or metadata.narrator or "narrator"
    )
    _add(channel, f"{{{ITUNES_NAMESPACE}}}image", href=f"{address}{picture}")
    arts = _add(channel, f"{{{ITUNES_NAMESPACE}}}category", text="Arts")
    _add(arts, f"{{{ITUNES_NAMESPACE}}}category", text="Books")
    _add(channel, f"{{{ITUNES_NAMESPACE}}}explicit", "false")
    _add(channel, f"{{{ITUNES_NAMESPACE}}}type", "serial")
    guid = uuid.uuid5(_GUIDS, self_.partition("://")[2].rstrip("/"))
    _add(channel, f"{{{PODCAST_NAMESPACE}}}guid", str(guid))
    _add(channel, f"{{{PODCAST_NAMESPACE}}}medium", "audiobook")
    people = (
        (metadata.author, "author", "writing"),
        (metadata.narrator, "narrator", "cast"),
    )
    for name, role, group in people:
        if name:
            _add(channel, f"{{{PODCAST_NAMESPACE}}}person", name, role=role, group=group)
    first = _appeared(metadata)
    for episode in episodes:
        when = first + timedelta(hours=episode.number - 1)
        _item(_add(channel, "item"), episode, address, when)
    return root


def _item(item: Element, episode: _Episode, address: str, when: datetime) -> None:
    track, source = episode.track, episode.performance.script.book.source
    _add(item, "title", track.title)
    _add(item, "description", f"{episode.performance.metadata.title}: {track.title}")
    _add(
        item,
        "enclosure",
        url=address + quote(episode.audio),
        length=str(track.path.stat().st_size),
        type="audio/mpeg",
    )
    name = f"{source.sha256[:32]}-{episode.number}"
    _add(item, "guid", name, isPermaLink="false")
    _add(item, "pubDate", format_datetime(when))
    _add(item, f"{{{ITUNES_NAMESPACE}}}duration", str(round(episode.seconds)))
    _add(item, f"{{{ITUNES_NAMESPACE}}}episode", str(episode.number))
    _add(item, f"{{{ITUNES_NAMESPACE}}}episodeType", "full")
    _add(item, f"{{{ITUNES_NAMESPACE}}}explicit", "false")
    stem = address + quote(episode.stem)
    _add(item, f"{{{PODCAST_NAMESPACE}}}chapters", url=f"{stem}.chapters.json", type=CHAPTERS_TYPE)
    language = remove_illegal_characters(episode.performance.metadata.language)
    for kind, media_type in TRANSCRIPT_TYPES.items():
        url = f"{stem}.{kind}"
        _add(
            item, f"{{{PODCAST_NAMESPACE}}}transcript", url=url, type=media_type, language=language
        )


def _add(parent: Element, tag: str, said: str = "", **attributes: str) -> Element:
    element = etree.SubElement(
        parent, tag, {k: remove_illegal_characters(v) for k, v in attributes.items()}
    )
    element.text = remove_illegal_characters(said) or None
    return element


def _by(metadata: Metadata) -> str:
    return f"{metadata.title}, by {metadata.author}" if metadata.author else metadata.title


def _appeared(metadata: Metadata) -> datetime:
    """When the book appeared, as far as it says."""
    try:
        return datetime.fromisoformat((metadata.published or "")[:10]).replace(tzinfo=UTC)
    except ValueError:
        return _FIRST


# ---------------------------------------------------------------------------------- the cover


def make_plain_cover(title: str) -> Image:
    """A square of one colour, by the title, with a lighter band: for a book that has no cover."""
    seed = zlib.crc32(title.encode())
    dark = bytes(40 + (seed >> shift & 63) for shift in (0, 8, 16))
    light = bytes(min(255, value + 110) for value in dark)
    top, bottom = COVER_SIDE_PIXELS * 3 // 5, COVER_SIDE_PIXELS * 3 // 4
    rows = b"".join(
        b"\0" + (light if top <= row < bottom else dark) * COVER_SIDE_PIXELS
        for row in range(COVER_SIDE_PIXELS)
    )
    head = struct.pack(">IIBBBBB", COVER_SIDE_PIXELS, COVER_SIDE_PIXELS, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return Image(b"\x89PNG\r\n\x1a\n" + body, "image/png")


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
