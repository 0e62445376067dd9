"""Verifies what this package writes, as read from the disk: that it is whole, and fits together."""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from narrator.errors import BrokenInputError
from narrator.readalong import captions, lpf, podcast, timeline
from narrator.readers.containers.archive import Archive
from narrator.readers.containers.epub_package import EpubPackage
from narrator.readers.layout.markup_elements import get_attribute, local_name, resolve_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Element = etree._Element
Found = tuple[dict[str, Any], list[str]]
"""What a thing holds, in numbers, and what is wrong with it."""
_AGAIN = "build it again"
_ROUNDING = 0.002
"""Seconds by which rounded times may disagree."""
_CUE = re.compile(
    r"(?:^|\n)(?:\d+\n)?((?:\d+:)?\d\d:\d\d[.,]\d{3}) --> ((?:\d+:)?\d\d:\d\d[.,]\d{3})[^\n]*\n"
    r"((?:[^\n]+\n?)+)"
)
_STAMP = re.compile(r"^\[(\d+):(\d\d\.\d\d)\](.*)$")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class CompanionReport:
    """What was found out about one output."""

    path: Path
    kind: str
    counts: dict[str, Any]
    """Numbers of lines, words, cues, chapters, and seconds, as far as it has them."""
    problems: tuple[str, ...]
    """In words; none where all is well."""

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "path": str(self.path),
            "kind": self.kind,
            **self.counts,
            "problems": list(self.problems),
        }


def detect_companion_kind(path: Path) -> str | None:
    """What of this package's a path is, by its name and what lies in it; none for all else."""
    if path.is_dir():
        named = {podcast.FEED_FILE: "podcast", "page.js": "page"}
        return next((kind for name, kind in named.items() if (path / name).is_file()), None)
    if path.name.lower().endswith(".timeline.json"):
        return "timeline"
    kind = path.suffix.lower().lstrip(".")
    return kind if kind in ("srt", "vtt", "lrc", "epub", "lpf") else None


def check_companion(path: Path) -> CompanionReport:
    """Read one output again, and see whether it is whole.

    Raises:
        BrokenInputError: it can't be read as what it says it is.
    """
    kind = detect_companion_kind(path)
    if kind is None:
        raise BrokenInputError(f"{path} is nothing that can be checked", "give an audiobook")
    try:
        holds, problems = _CHECKS[kind](path)
    except (OSError, ValueError, KeyError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
        raise BrokenInputError(f"{path} is no {kind} that can be read: {error}", _AGAIN) from error
    return CompanionReport(path, kind, holds, tuple(problems))


# ---------------------------------------------------------------------------------- timeline


def _timeline(path: Path) -> Found:
    found = timeline.read_timeline(path)
    problems = [
        f"{file.path} is missing" for file in found.files if not (path.parent / file.path).exists()
    ]
    for line in found.lines:
        times = [line.start, *(t for word in line.words for t in (word.start, word.end)), line.end]
        if not _rising(times):
            problems.append(f"line {line.id}: its words are not in order")
    for one, other in pairwise(found.lines):
        if other.start < one.end - _ROUNDING:
            problems.append(f"line {other.id} begins before line {one.id} ends")
    words = sum(len(line.words) for line in found.lines)
    holds = {"lines": len(found.lines), "words": words, "chapters": len(found.chapters)}
    return {**holds, "seconds": found.duration}, problems


def _rising(times: list[float]) -> bool:
    return all(one <= other + _ROUNDING for one, other in pairwise(times))


# ---------------------------------------------------------------------------------- subtitles


def _cues(path: Path) -> Found:
    text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    problems = []
    if path.suffix.lower() == ".vtt" and not text.startswith("WEBVTT"):
        problems.append("it does not begin with WEBVTT")
    cues = [(_seconds(m[1]), _seconds(m[2]), m[3].splitlines()) for m in _CUE.finditer(text)]
    if len(cues) != text.count(" --> "):
        problems.append(f"only {len(cues)} of {text.count(' --> ')} cues can be read")
    wide = captions.MAX_COLUMNS if not path.name.lower().endswith(".chapters.vtt") else 10_000
    for number, (start, end, rows) in enumerate(cues, 1):
        if start >= end:
            problems.append(f"cue {number} ends before it begins")
        if len(rows) > captions.MAX_LINES or any(_columns(row) > wide for row in rows):
            problems.append(f"cue {number} is larger than two lines of {captions.MAX_COLUMNS}")
    problems += [
        f"cue {number} begins before the one before it ends"
        for number, (one, other) in enumerate(pairwise(cues), 2)
        if other[0] < one[1]
    ]
    return {"cues": len(cues), "seconds": cues[-1][1] if cues else 0.0}, problems


def _columns(row: str) -> int:
    plain = _TAG.sub("", row)
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(name, character)
    return captions.measure_columns(plain.replace("\u2060", ""))


def _seconds(clock: str) -> float:
    parts = [float(part) for part in clock.replace(",", ".").split(":")]
    return float(sum(part * 60**power for power, part in enumerate(reversed(parts))))


def _lrc(path: Path) -> Found:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    stamps = [match for line in lines if (match := _STAMP.match(line))]
    times = [int(match[1]) * 60 + float(match[2]) for match in stamps]
    problems = [] if _rising(times) else ["its lines are not in order"]
    problems += [f"'{line}' has no time" for line in lines if line and not line.startswith("[")]
    cues = sum(bool(match[3]) for match in stamps)
    return {"cues": cues, "seconds": times[-1] if times else 0.0}, problems


# ---------------------------------------------------------------------------------- EPUB


def _epub(path: Path) -> Found:
    with path.open("rb") as file:  # most of it is sound, and stays there
        return _overlays(Archive(file, str(path)))


def _overlays(archive: Archive) -> Found:
    package = EpubPackage(archive)
    tree = etree.fromstring(archive.read(package.opf_path))
    problems: list[str] = []
    clips, seconds = 0, 0.0
    overlays = [item for item in tree.iter("{*}item") if item.get("media-overlay")]
    targets = {str(item.get("id")): item for item in tree.iter("{*}item")}
    for item in overlays:
        entry = resolve_link(
            get_attribute(targets[str(item.get("media-overlay"))], "href"), package.opf_path
        )
        count, length, wrong = _overlay(archive, entry)
        clips, seconds, problems = clips + count, seconds + length, [*problems, *wrong]
    told = [m for m in tree.iter("{*}meta") if m.get("property") == "media:duration"]
    total = next((_seconds(m.text or "0") for m in told if not m.get("refines")), 0.0)
    if overlays and abs(total - seconds) > 1:
        problems.append(f"it says {total:.0f} seconds of sound, and has {seconds:.0f}")
    pages = len(package.spine)
    return {"pages": pages, "clips": clips, "seconds": round(seconds, 3)}, problems


def _overlay(archive: Archive, entry: str) -> tuple[int, float, list[str]]:
    """Number of clips, seconds, and what is wrong with them."""
    ids: dict[str, set[str]] = {}
    problems, seconds, count = [], 0.0, 0
    for par in etree.fromstring(archive.read(entry)).iter("{*}par"):
        parts = {local_name(part): part for part in par}
        page, _, fragment = resolve_link(get_attribute(parts["text"], "src"), entry).partition("#")
        if page not in ids:
            ids[page] = {str(e.get("id")) for e in etree.fromstring(archive.read(page)).iter("*")}
        if fragment not in ids[page]:
            problems.append(f"{posixpath.basename(entry)}: {page} has no {fragment}")
        sound = resolve_link(get_attribute(parts["audio"], "src"), entry)
        if sound not in archive:
            problems.append(f"{sound} is missing")
        begin, end = (_seconds(get_attribute(parts["audio"], f"clip{x}")) for x in ("Begin", "End"))
        if begin >= end:
            problems.append(f"{posixpath.basename(entry)}: {fragment} ends before it begins")
        seconds, count = seconds + end - begin, count + 1
    return count, seconds, problems


def _lpf(path: Path) -> Found:
    with path.open("rb") as file:
        return _manifest(Archive(file, str(path)))


def _manifest(archive: Archive) -> Found:
    manifest = json.loads(archive.read(lpf.MANIFEST_FILE))
    required = ("@context", "conformsTo", "name", "readingOrder")
    problems = [f"its manifest has no {key}" for key in required if not manifest.get(key)]
    order = manifest.get("readingOrder", [])
    linked = [*order, *manifest.get("resources", []), *(a for i in order for a in i["alternate"])]
    problems += [f"{link['url']} is missing" for link in linked if link["url"] not in archive]
    seconds = sum(float(item["duration"].strip("PTS")) for item in order)
    return {"chapters": len(order), "seconds": round(seconds, 3)}, problems


# ---------------------------------------------------------------------------------- folders


def _page(path: Path) -> Found:
    book = _argument(path / "book.js")
    problems, words = [], 0
    for chapter in book["chapters"]:
        missing = [name for name in (chapter["text"], chapter["audio"]) if not _holds(path, name)]
        problems += [f"{name} is missing" for name in missing]
        if chapter["text"] in missing:
            continue
        lines = [
            line for p in _argument(path / chapter["text"])["paragraphs"] for line in p["lines"]
        ]
        times = [time for line in lines for time in (*line["times"], line["end"])]
        words += sum(len(line["words"]) for line in lines)
        if not _rising([*times, chapter["seconds"]]):
            problems.append(f"{chapter['text']}: its words are not in order")
    problems += [
        f"{name} is missing" for name in ("index.html", "page.css") if not _holds(path, name)
    ]
    seconds = round(sum(chapter["seconds"] for chapter in book["chapters"]), 3)
    return {"chapters": len(book["chapters"]), "words": words, "seconds": seconds}, problems


def _argument(script: Path) -> Any:
    """The JSON that a script of a page calls its function with."""
    text = script.read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def _holds(folder: Path, name: str) -> bool:
    file = folder / name
    return file.is_file() and file.stat().st_size > 0


def _podcast(path: Path) -> Found:
    channel = etree.parse(path / podcast.FEED_FILE).getroot().find("channel")
    if channel is None:
        raise ValueError("the feed has no channel")
    items = channel.findall("item")
    problems = [f"the feed has no {tag}" for tag in ("title", "link") if not channel.findtext(tag)]
    seconds = 0
    for item in items:
        problems += _episode(path, item)
        seconds += int(item.findtext(f"{{{podcast.ITUNES_NAMESPACE}}}duration") or 0)
    return {"episodes": len(items), "seconds": seconds}, problems


def _episode(path: Path, item: Element) -> Iterator[str]:
    for element in item:
        url = element.get("url")
        if url is None:
            continue
        name = unquote(posixpath.basename(urlsplit(str(url)).path))
        if not _holds(path, name):
            yield f"{name} is missing"
        elif element.tag == "enclosure":
            size = (path / name).stat().st_size
            if element.get("length") != str(size):
                yield f"{name} has {size} bytes, and the feed says {element.get('length')}"


_CHECKS: dict[str, Callable[[Path], Found]] = {
    "timeline": _timeline,
    "srt": _cues,
    "vtt": _cues,
    "lrc": _lrc,
    "epub": _epub,
    "lpf": _lpf,
    "page": _page,
    "podcast": _podcast,
}
