"""Checks that companions on the disk are complete and consistent."""

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
from narrator.files.existence import is_folder
from narrator.readalong import LABEL_SUFFIXES, captions, lpf, podcast, timeline
from narrator.readers.containers.archive import Archive
from narrator.readers.containers.epub_package import EpubPackage
from narrator.readers.layout.markup_elements import (
    get_attribute,
    local_name,
    resolve_link,
    split_link,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Element = etree._Element
CheckResult = tuple[dict[str, Any], list[str]]
"""The values of `CompanionReport.counts` and `CompanionReport.problems`."""
_REBUILD_HINT = "build it again"
_ROUNDING_SECONDS = 0.002
"""The largest accepted disagreement of two times that were rounded to milliseconds."""
_DURATION_TOLERANCE_SECONDS = 1
"""The largest accepted difference between the duration that an EPUB states and its clips' sum."""
_CUE_PATTERN = re.compile(
    # An optional number, the line of times, and at least one line of text.
    r"(?:^|\n)(?:\d+\n)?((?:\d+:)?\d\d:\d\d[.,]\d{3}) --> ((?:\d+:)?\d\d:\d\d[.,]\d{3})[^\n]*\n"
    r"((?:[^\n]+\n?)+)"
)
_LRC_LINE = re.compile(r"^\[(\d+):(\d\d\.\d\d)\](.*)$")
_VTT_TAG = re.compile(r"<[^>]*>")
_VTT_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_TITLE_COLUMNS = 10_000
"""The maximum width of a chapter title, in columns; it is high because titles are not captions."""


@dataclass(frozen=True, slots=True)
class CompanionReport:
    """The result of checking one companion."""

    path: Path
    kind: str
    counts: dict[str, Any]
    """The numbers of lines, words, cues, chapters or seconds, depending on the kind."""
    problems: tuple[str, ...]
    """Descriptions of what is wrong; empty if everything is correct."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as values that JSON can hold."""
        return {
            "path": str(self.path),
            "kind": self.kind,
            **self.counts,
            "problems": list(self.problems),
        }


_UNREADABLE_ERRORS = (
    OSError,
    # JSON of any shape and depth may lie in a companion
    *(ValueError, LookupError, TypeError, AttributeError, RecursionError),
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
)
"""What the checks raise for a file that is damaged or of another kind."""


def detect_companion_kind(path: Path) -> str | None:
    """Return the kind of a companion by its name or its files, or `None` if it is not one."""
    if is_folder(path):
        kinds_by_marker = {podcast.FEED_FILE: "podcast", "page.js": "page"}
        return next(
            (kind for name, kind in kinds_by_marker.items() if (path / name).is_file()), None
        )
    if path.name.lower().endswith(".timeline.json"):
        return "timeline"
    if path.name.lower().endswith(LABEL_SUFFIXES):
        return "labels"
    kind = path.suffix.lower().lstrip(".")
    return kind if kind in ("srt", "vtt", "lrc", "epub", "lpf") else None


def check_companion(path: Path) -> CompanionReport:
    """Read one companion, and report its contents and its problems.

    Raises:
        BrokenInputError: it is not a companion, or its content is not of the kind in its name.
    """
    kind = detect_companion_kind(path)
    if kind is None:
        raise BrokenInputError(f"{path} can't be checked", "name an audiobook")
    try:
        counts, problems = _CHECKS_BY_KIND[kind](path)
    except _UNREADABLE_ERRORS as error:
        message = f"{path} can't be read as {kind}: {error}"
        raise BrokenInputError(message, _REBUILD_HINT) from error
    return CompanionReport(path, kind, counts, tuple(problems))


# ---------------------------------------------------------------------------------- timeline


def _check_timeline(path: Path) -> CheckResult:
    timeline_file = timeline.read_timeline(path)
    problems = [
        f"{file.path} is missing"
        for file in timeline_file.files
        if not (path.parent / file.path).exists()
    ]
    for line in timeline_file.lines:
        word_times = [time for word in line.words for time in (word.start, word.end)]
        if not _is_rising([line.start, *word_times, line.end]):
            problems.append(f"line {line.id}: its words are not in order")
    for line, next_line in pairwise(timeline_file.lines):
        if next_line.start < line.end - _ROUNDING_SECONDS:
            problems.append(f"line {next_line.id} begins before line {line.id} ends")
    counts = {
        "lines": len(timeline_file.lines),
        "words": sum(len(line.words) for line in timeline_file.lines),
        "chapters": len(timeline_file.chapters),
        "seconds": timeline_file.duration,
    }
    return counts, problems


def _is_rising(times: list[float]) -> bool:
    """Return whether no time is earlier than the one before it, apart from rounding."""
    return all(time <= next_time + _ROUNDING_SECONDS for time, next_time in pairwise(times))


# ---------------------------------------------------------------------------------- subtitles


def _check_labels(path: Path) -> CheckResult:
    """Check a label track of Audacity."""
    problems, previous_end = [], 0.0
    rows = path.read_text(encoding="utf-8").splitlines()
    for number, row in enumerate(rows, 1):
        start, end, text = row.split("\t")
        if not text or not _is_rising([previous_end, float(start), float(end)]):
            problems.append(f"label {number} is empty, or not in order")
        previous_end = float(end)
    return {"labels": len(rows), "seconds": previous_end}, problems


def _check_cues(path: Path) -> CheckResult:
    """Check SubRip or WebVTT: the order and the size of the cues."""
    text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    problems = []
    if path.suffix.lower() == ".vtt" and not text.startswith("WEBVTT"):
        problems.append("it does not begin with WEBVTT")
    cues = [
        (_parse_clock(match[1]), _parse_clock(match[2]), match[3].splitlines())
        for match in _CUE_PATTERN.finditer(text)
    ]
    # Every cue has one arrow; more arrows than cues mean that some cue is malformed.
    if len(cues) != text.count(" --> "):
        problems.append(f"only {len(cues)} of {text.count(' --> ')} cues can be read")
    # Chapter titles are not shown as captions, so their width does not matter.
    has_titles = path.name.lower().endswith(".chapters.vtt")
    max_columns = _TITLE_COLUMNS if has_titles else captions.MAX_LINE_COLUMNS
    for number, (start_seconds, end_seconds, cue_lines) in enumerate(cues, 1):
        if start_seconds >= end_seconds:
            problems.append(f"cue {number} ends before it begins")
        is_wide = any(_measure_shown_columns(line) > max_columns for line in cue_lines)
        if len(cue_lines) > captions.MAX_CAPTION_LINES or is_wide:
            problems.append(f"cue {number} is larger than two lines of {captions.MAX_LINE_COLUMNS}")
    problems += [
        f"cue {number} begins before the one before it ends"
        for number, (cue, next_cue) in enumerate(pairwise(cues), 2)
        if next_cue[0] < cue[1]
    ]
    return {"cues": len(cues), "seconds": cues[-1][1] if cues else 0.0}, problems


def _measure_shown_columns(cue_line: str) -> int:
    """Return the width of a line of a cue on the screen, where tags and escapes do not show."""
    text = _VTT_TAG.sub("", cue_line)
    for escape, character in _VTT_ESCAPES.items():
        text = text.replace(escape, character)
    return captions.measure_columns(text.replace("\u2060", ""))


def _parse_clock(clock: str) -> float:
    """Return the seconds of "1:02:03.456", "02:03,456" or "3.456"."""
    fields = [float(number) for number in clock.replace(",", ".").split(":")]
    return float(sum(value * 60**power for power, value in enumerate(reversed(fields))))


def _check_lrc(path: Path) -> CheckResult:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    timed_lines = [match for line in lines if (match := _LRC_LINE.match(line))]
    times = [int(match[1]) * 60 + float(match[2]) for match in timed_lines]
    problems = [] if _is_rising(times) else ["its lines are not in order"]
    problems += [f"'{line}' has no time" for line in lines if line and not line.startswith("[")]
    cue_count = sum(bool(match[3]) for match in timed_lines)
    return {"cues": cue_count, "seconds": times[-1] if times else 0.0}, problems


# ---------------------------------------------------------------------------------- EPUB


def _check_epub(path: Path) -> CheckResult:
    # The archive reads from the open file: most of it is audio, which is never loaded.
    with path.open("rb") as file:
        return _check_overlays(Archive(file, str(path)))


def _check_overlays(archive: Archive) -> CheckResult:
    """Check every Media Overlay of an EPUB, and the duration that the package states."""
    package = EpubPackage(archive)
    package_tree = etree.fromstring(archive.read_entry(package.opf_path))
    problems: list[str] = []
    clip_count, seconds = 0, 0.0
    items_by_id = {str(item.get("id")): item for item in package_tree.iter("{*}item")}
    overlay_pages = [item for item in package_tree.iter("{*}item") if item.get("media-overlay")]
    for page in overlay_pages:
        href = get_attribute(items_by_id[str(page.get("media-overlay"))], "href")
        overlay_entry = resolve_link(href, package.opf_path)
        overlay_clips, overlay_seconds, overlay_problems = _check_overlay(archive, overlay_entry)
        clip_count += overlay_clips
        seconds += overlay_seconds
        problems += overlay_problems
    # A duration that refines an item is the length of one overlay; the other one is the total.
    stated_seconds = next(
        (
            _parse_clock(meta.text or "0")
            for meta in package_tree.iter("{*}meta")
            if meta.get("property") == "media:duration" and not meta.get("refines")
        ),
        0.0,
    )
    if overlay_pages and abs(stated_seconds - seconds) > _DURATION_TOLERANCE_SECONDS:
        problems.append(f"it says {stated_seconds:.0f} seconds of sound, and has {seconds:.0f}")
    counts = {"pages": len(package.spine), "clips": clip_count, "seconds": round(seconds, 3)}
    return counts, problems


def _check_overlay(archive: Archive, overlay_entry: str) -> tuple[int, float, list[str]]:
    """Return the number of clips of one overlay, their seconds, and their problems."""
    ids_by_page: dict[str, set[str]] = {}
    problems, seconds, clip_count = [], 0.0, 0
    for par in etree.fromstring(archive.read_entry(overlay_entry)).iter("{*}par"):
        children = {local_name(child): child for child in par}
        text_link = resolve_link(get_attribute(children["text"], "src"), overlay_entry)
        page, fragment = split_link(text_link)
        if page not in ids_by_page:
            page_tree = etree.fromstring(archive.read_entry(page))
            ids_by_page[page] = {str(element.get("id")) for element in page_tree.iter("*")}
        if fragment not in ids_by_page[page]:
            problems.append(f"{posixpath.basename(overlay_entry)}: {page} has no {fragment}")
        audio_entry = resolve_link(get_attribute(children["audio"], "src"), overlay_entry)
        if audio_entry not in archive:
            problems.append(f"{audio_entry} is missing")
        start_seconds, end_seconds = (
            _parse_clock(get_attribute(children["audio"], name))
            for name in ("clipBegin", "clipEnd")
        )
        if start_seconds >= end_seconds:
            overlay_name = posixpath.basename(overlay_entry)
            problems.append(f"{overlay_name}: {fragment} ends before it begins")
        seconds += end_seconds - start_seconds
        clip_count += 1
    return clip_count, seconds, problems


# ---------------------------------------------------------------------------------- LPF


def _check_lpf(path: Path) -> CheckResult:
    with path.open("rb") as file:
        return _check_manifest(Archive(file, str(path)))


def _check_manifest(archive: Archive) -> CheckResult:
    manifest = json.loads(archive.read_entry(lpf.MANIFEST_FILE))
    required_keys = ("@context", "conformsTo", "name", "readingOrder")
    problems = [f"its manifest has no {key}" for key in required_keys if not manifest.get(key)]
    tracks = manifest.get("readingOrder", [])
    alternates = (alternate for track in tracks for alternate in track["alternate"])
    resources = [*tracks, *manifest.get("resources", []), *alternates]
    problems += [
        f"{resource['url']} is missing" for resource in resources if resource["url"] not in archive
    ]
    # A duration is written as "PT123.456S".
    seconds = sum(float(track["duration"].strip("PTS")) for track in tracks)
    return {"chapters": len(tracks), "seconds": round(seconds, 3)}, problems


# ---------------------------------------------------------------------------------- folders


def _check_web_player(path: Path) -> CheckResult:
    book = _load_script_argument(path / "book.js")
    problems, word_count = [], 0
    for chapter in book["chapters"]:
        missing_files = [
            name for name in (chapter["text"], chapter["audio"]) if not _is_filled_file(path / name)
        ]
        problems += [f"{name} is missing" for name in missing_files]
        if chapter["text"] in missing_files:
            continue
        paragraphs = _load_script_argument(path / chapter["text"])["paragraphs"]
        lines = [line for paragraph in paragraphs for line in paragraph["lines"]]
        times = [time for line in lines for time in (*line["times"], line["end"])]
        word_count += sum(len(line["words"]) for line in lines)
        if not _is_rising([*times, chapter["seconds"]]):
            problems.append(f"{chapter['text']}: its words are not in order")
    problems += [
        f"{name} is missing"
        for name in ("index.html", "page.css")
        if not _is_filled_file(path / name)
    ]
    seconds = round(sum(chapter["seconds"] for chapter in book["chapters"]), 3)
    return {"chapters": len(book["chapters"]), "words": word_count, "seconds": seconds}, problems


def _load_script_argument(script_path: Path) -> Any:
    """Return the JSON object that a script of the web player passes to `readalong`."""
    script = script_path.read_text(encoding="utf-8")
    return json.loads(script[script.index("{") : script.rindex("}") + 1])


def _is_filled_file(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _check_podcast(path: Path) -> CheckResult:
    channel = etree.parse(path / podcast.FEED_FILE).getroot().find("channel")
    if channel is None:
        raise ValueError("the feed has no channel")
    items = channel.findall("item")
    problems = [f"the feed has no {tag}" for tag in ("title", "link") if not channel.findtext(tag)]
    seconds = 0
    for item in items:
        problems += _check_episode(path, item)
        seconds += int(item.findtext(f"{{{podcast.ITUNES_NAMESPACE}}}duration") or 0)
    return {"episodes": len(items), "seconds": seconds}, problems


def _check_episode(folder: Path, item: Element) -> Iterator[str]:
    """Yield a problem for each file of an episode that is missing or has another size."""
    for element in item:
        url = element.get("url")
        if url is None:
            continue
        name = unquote(posixpath.basename(urlsplit(str(url)).path))
        if not _is_filled_file(folder / name):
            yield f"{name} is missing"
        elif element.tag == "enclosure":
            size_bytes = (folder / name).stat().st_size
            if element.get("length") != str(size_bytes):
                yield f"{name} has {size_bytes} bytes, and the feed says {element.get('length')}"


_CHECKS_BY_KIND: dict[str, Callable[[Path], CheckResult]] = {
    "timeline": _check_timeline,
    "srt": _check_cues,
    "vtt": _check_cues,
    "lrc": _check_lrc,
    "labels": _check_labels,
    "epub": _check_epub,
    "lpf": _check_lpf,
    "page": _check_web_player,
    "podcast": _check_podcast,
}
