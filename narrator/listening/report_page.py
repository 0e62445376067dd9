"""Formats the report of a check as a page: loudness, chapters, lines that may be wrong, voices.

It is one file, with the sound of the lines inside, that needs neither a server nor a network. It
has the style and the content security policy of the player.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import numpy as np

from narrator import __version__
from narrator.audio.loudness import compute_gated_loudness
from narrator.inspection.measurement import BLOCKS_PER_SECOND
from narrator.listening.loudness_chart import format_loudness_chart
from narrator.listening.suspect_lines import SuspectLine, list_suspect_lines
from narrator.readalong.text_direction import find_text_direction
from narrator.readalong.web_player.security_policy import format_policy
from narrator.text.control_characters import show_controls
from narrator.text.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narrator.inspection import InspectionReport
    from narrator.inspection.measurement import Blocks
    from narrator.listening.audiobook_check import SoundReport
    from narrator.readalong.timeline import TimelineFile

_PLAYER_PACKAGE = "narrator.readalong.web_player"
_MAX_MISHEARD_WORDS = 60
"""Number of misheard words that are listed."""


@dataclass(frozen=True)
class CheckedAudiobook:
    """What is known of an audiobook after a check."""

    title: str
    language: str
    """The BCP 47 tag of its text."""
    inspections: Sequence[InspectionReport]
    """The measurements of its files, in listening order."""
    timeline: TimelineFile | None = None
    sound_report: SoundReport | None = None
    """What was heard; None if nobody listened."""
    clips: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """The sound of lines that may be wrong, as MP3 by the number of the line."""

    @property
    def suspects(self) -> list[SuspectLine]:
        """Return the lines that may be wrong."""
        return list_suspect_lines(self.timeline, self.sound_report)

    @property
    def momentary_lufs(self) -> Blocks:
        """Return the loudness of all files, ten values per second."""
        return np.concatenate([each.measurement.momentary_lufs for each in self.inspections])

    @property
    def chapters(self) -> list[tuple[str, float, float]]:
        """Return the title, start and end of each chapter, in seconds from the beginning."""
        chapters, start = [], 0.0
        for inspection in self.inspections:
            own = [(each.title, each.start, each.end) for each in inspection.chapters]
            own = own or [(inspection.tags.get("title", ""), 0.0, inspection.duration)]
            chapters += [(title, first + start, end + start) for title, first, end in own]
            start += inspection.duration
        return chapters


def format_report_page(audiobook: CheckedAudiobook) -> str:
    """Return the report of an audiobook as a page in HTML."""
    package, player = files(__package__), files(_PLAYER_PACKAGE)
    sections = "\n".join(
        [
            _format_summary(audiobook),
            _format_suspects(audiobook),
            _format_loudness(audiobook),
            _format_voices(audiobook),
            _format_misheard_words(audiobook),
            _format_names(audiobook),
        ]
    )
    # it depends on all that the page contains, so that nothing in the page can contain it
    nonce = hashlib.sha256(f"{audiobook.title}{sections}".encode(errors="replace")).hexdigest()[:32]
    style = (player / "page.css").read_text(encoding="utf-8")
    return Template((package / "report_page.html").read_text(encoding="utf-8")).substitute(
        title=_escape(audiobook.title),
        sections=sections,
        style=style + (package / "report_page.css").read_text(encoding="utf-8"),
        script=(package / "report_page.js").read_text(encoding="utf-8"),
        generator=f"narrator {__version__}",
        nonce=nonce,
        policy=format_policy(nonce, media_sources="data:"),
    )


def _format_summary(audiobook: CheckedAudiobook) -> str:
    """Return what is known of the whole audiobook."""
    seconds = sum(each.duration for each in audiobook.inspections)
    loudness = compute_gated_loudness(audiobook.momentary_lufs)
    peak = max(each.true_peak for each in audiobook.inspections)
    facts = {
        "Length": format_clock(seconds),
        "Chapters": str(len(audiobook.chapters)),
        "Loudness": f"{loudness:.1f} LUFS",
        "True peak": f"{peak:.1f} dB",
    }
    if report := audiobook.sound_report:
        share = report.listened_seconds / max(report.seconds, 1e-9)
        facts |= {"Lines": f"{report.line_count:,}", "Listened to": f"{100 * share:.0f}%"}
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return f'<dl class="facts">{rows}</dl>'


def _format_suspects(audiobook: CheckedAudiobook) -> str:
    """Return the lines that may be wrong, with a button each that plays the line."""
    suspects = audiobook.suspects
    if not suspects:
        heard = "Every line sounds as it is written." if audiobook.sound_report else ""
        text = heard or "No line is known to be suspect; add --against BOOK to listen for them."
        return _format_section("Lines that may be wrong", f"<p>{text}</p>")
    items = "\n".join(_format_suspect(suspect, audiobook) for suspect in suspects)
    return _format_section(
        f"Lines that may be wrong ({len(suspects):,})", f'<ol id="lines">{items}</ol>'
    )


def _format_suspect(suspect: SuspectLine, audiobook: CheckedAudiobook) -> str:
    """Return the item of a line: its button, place, problem, text and sound."""
    language = _escape(audiobook.language)
    attributes = f'lang="{language}" dir="{find_text_direction(audiobook.language)}"'
    speaker = f", {_escape(suspect.speaker)}" if suspect.speaker else ""
    heard = f"<p>Heard: <q {attributes}>{_escape(suspect.heard)}</q></p>" if suspect.heard else ""
    clip = audiobook.clips.get(suspect.line_id)
    sound = base64.b64encode(clip).decode("ascii") if clip else ""
    player = f'<audio controls preload="none" src="data:audio/mpeg;base64,{sound}"></audio>'
    return (
        f'<li><button type="button" hidden>Play</button>'
        f"<h3>{_escape(suspect.line_id)}{speaker}, at {format_clock(suspect.start_seconds)}</h3>"
        f'<p class="problem">{_escape("; ".join(suspect.problems))}</p>'
        f"<blockquote {attributes}>{_escape(suspect.text)}</blockquote>{heard}"
        f"{player if clip else ''}</li>"
    )


def _format_loudness(audiobook: CheckedAudiobook) -> str:
    """Return the loudness over time, and that of each chapter."""
    momentary, chapters = audiobook.momentary_lufs, audiobook.chapters
    marks = [suspect.start_seconds for suspect in audiobook.suspects]
    chart = format_loudness_chart(momentary, [start for _, start, _ in chapters], marks)
    rows = [
        (
            str(number),
            title or "–",
            format_clock(start),
            format_clock(end - start),
            f"{compute_gated_loudness(_cut_blocks(momentary, start, end)):.1f}",
        )
        for number, (title, start, end) in enumerate(chapters, 1)
    ]
    headings = ("No.", "Chapter", "Starts at", "Length", "Loudness (LUFS)")
    return _format_section("Loudness and chapters", chart + _format_table(headings, rows))


def _format_voices(audiobook: CheckedAudiobook) -> str:
    """Return the pace and the level of each voice; nothing without a timeline."""
    timeline = audiobook.timeline
    if timeline is None:
        return ""
    by_voice = defaultdict(list)
    for line in timeline.lines:
        by_voice[line.voice].append(line)
    momentary, rows = audiobook.momentary_lufs, []
    for voice, lines in sorted(by_voice.items(), key=lambda pair: -len(pair[1])):
        seconds = sum(line.end - line.start for line in lines)
        words = sum(count_words(line.text) for line in lines)
        sound = np.concatenate([_cut_blocks(momentary, line.start, line.end) for line in lines])
        rows.append(
            (
                voice,
                f"{len(lines):,}",
                format_clock(seconds),
                f"{60 * words / max(seconds, 1e-9):.0f}",
                f"{compute_gated_loudness(sound):.1f}",
            )
        )
    headings = ("Voice", "Lines", "Speech", "Words per minute", "Loudness (LUFS)")
    return _format_section("Voices", _format_table(headings, rows))


def _format_misheard_words(audiobook: CheckedAudiobook) -> str:
    """Return the words that were heard as others; nothing if nobody listened."""
    if audiobook.sound_report is None:
        return ""
    mishearings = audiobook.sound_report.count_mishearings(audiobook.language)
    rows = [
        (word, heard, f"{count:,}")
        for (word, heard), count in mishearings.most_common(_MAX_MISHEARD_WORDS)
    ]
    table = _format_table(("Word", "Heard as", "Times"), rows) if rows else "<p>None.</p>"
    return _format_section("Misheard words", table)


def _format_names(audiobook: CheckedAudiobook) -> str:
    """Return the names that one voice says in several ways; nothing if nobody listened."""
    if audiobook.sound_report is None:
        return ""
    rows = [
        (
            variants.name,
            variants.voice,
            ", ".join(f"{form} ({count})" for form, count in variants.forms),
            variants.lexicon_entry,
        )
        for variants in audiobook.sound_report.name_variants
    ]
    headings = ("Name", "Voice", "Said or heard as", "Lexicon entry that settles it")
    table = _format_table(headings, rows)
    return _format_section("Names said in several ways", table if rows else "<p>None.</p>")


def _format_section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>"


def _format_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, in a box that scrolls sideways on a narrow screen."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{_escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    label = _escape(headings[0])
    return (
        f'<div class="table" role="region" aria-label="Table: {label}" tabindex="0">{table}</div>'
    )


def _cut_blocks(momentary_lufs: Blocks, start_seconds: float, end_seconds: float) -> Blocks:
    """Return the values between two times, at least one."""
    first = min(int(start_seconds * BLOCKS_PER_SECOND), max(len(momentary_lufs) - 1, 0))
    end = max(int(end_seconds * BLOCKS_PER_SECOND), first + 1)
    return momentary_lufs[first:end]


def format_clock(seconds: float) -> str:
    """Return a time as minutes and seconds, with hours if there are any: "1:02:03"."""
    minutes, whole_seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole_seconds:02}" if hours else f"{minutes}:{whole_seconds:02}"


def _escape(text: str) -> str:
    return html.escape(show_controls(text))
