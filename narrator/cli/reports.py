"""What a build tells a person, from what it read to what it made."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from narrator.cli import display
from narrator.model import LineKind
from narrator.normalisation.phonetic_text import rewrite_annotated_words
from narrator.scripts.text_syntax import SCRIPT_MARK_REASON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from narrator.build.pipeline import BuildPlan
    from narrator.build.preview import PreviewResult
    from narrator.casting.cast import Casting
    from narrator.inspection import ChapterReport, InspectionReport, LimitCheck
    from narrator.model import Audiobook, Book, Cast, Character, Line, Script, SkippedPassage, Voice
    from narrator.normalisation import Lexicon
    from narrator.readalong.companion_check import CompanionReport

GLANCE = 16
"""Words that are shown of a long text which is left out."""
TITLE = 60
"""Characters that are shown of a chapter's title."""
NO_BREAK = "\N{NO-BREAK SPACE}"
SHOWN = 12
"""Characters that a build lists before it says how many there are beside them."""


def print_book(script: Script) -> None:
    """What was read, and what of it will not be spoken."""
    of = script.book
    by = f" by {of.metadata.author}" if of.metadata.author else ""
    words = sum(len(line.text.split()) for line in script.lines)
    parts = [display.format_count(len(of.chapters), "chapter"), display.format_count(words, "word")]
    if of.source.encoding and of.source.encoding != "utf-8":
        parts.append(f"read as {of.source.encoding}")
    display.print_note("Read", f"{of.metadata.title}{by}: {', '.join(parts)}")
    if left := summarise_skipped(script):
        display.print_note("Left out", "; ".join(left))


def print_notes(of: Script | PreviewResult) -> None:
    """What a person may want to know of it."""
    for remark in of.notes:
        display.print_note("Note", remark, stderr=True)


def summarise_skipped(script: Script) -> list[str]:
    """How much is left out, by reason: `colophon (74 words)`."""
    ordered = sorted(_left_out(script), key=lambda each: each.reason)
    told = []
    for reason, of_reason in groupby(ordered, key=lambda each: each.reason):
        texts = [each.text for each in of_reason]
        words = sum(any(map(str.isalnum, word)) for text in texts for word in text.split())
        told.append(
            f"{reason} ({display.format_count(words, 'word') if words else f'{len(texts)} ×'})"
        )
    return told


def _left_out(script: Script) -> list[SkippedPassage]:
    """What is left out of the book; the marks of a script file are no part of it."""
    return [each for each in script.book.skipped if each.reason != SCRIPT_MARK_REASON]


def print_skipped(script: Script) -> None:
    """What is not spoken, chapter by chapter."""
    rows = [
        (_place(script.book, each), each.reason, _glance(each.text)) for each in _left_out(script)
    ]
    display.print_table(("Where", "Why", "What"), rows)


def _place(book: Book, skipped: SkippedPassage) -> str:
    for chapter in book.chapters:
        if skipped.start < chapter.start:
            return f"before {chapter.title}"
        if skipped.start < chapter.end:
            return chapter.title
    return "after the end"


def _glance(text: str) -> str:
    """The first words of a text, and how many more there are."""
    words = text.split()
    shown = " ".join(words[:GLANCE])
    return shown if len(words) <= GLANCE else f"{shown} … ({len(words) - GLANCE:,} more words)"


def print_lines(script: Script, *, weakest_first: bool = False) -> None:
    """What is said, by whom, and why."""
    chosen = list(script.lines)
    if weakest_first:
        chosen = [line for line in chosen if line.kind is LineKind.DIALOGUE]
        chosen.sort(key=lambda line: line.confidence or 0.0)
    rows = [
        (
            line.id,
            line.speaker or ("?" if line.kind is LineKind.DIALOGUE else ""),
            line.text,
            format_reason(line),
        )
        for line in chosen
    ]
    display.print_table(("Line", "Who", "What", "Why"), rows)


def print_lexicon_changes(script: Script, lexicon: Lexicon) -> None:
    """The lines that a lexicon changes, and how they are said."""
    rows = [
        (line.id, line.text, _said(line.spoken))
        for line in lexicon.find_affected_lines(script.lines)
    ]
    display.print_table(("Line", "Written", "Said"), rows)


def _said(text: str) -> str:
    """What is said, with sounds as dictionaries have them: /ʃɪˈvɔːn/."""
    return rewrite_annotated_words(text, lambda _, sounds: f"/{sounds}/").text


def format_reason(line: Line) -> str:
    """The reason for a line's speaker, and how sure it is: `alternates with Watson (71 %)`."""
    sure = f" ({line.confidence:.0%})" if line.confidence is not None else ""
    return f"{line.reason or ''}{sure}".strip()


def print_casting(script: Script, chosen: Casting, *, shown: int | None = SHOWN) -> None:
    """Who speaks with which voice; the characters with most lines first."""
    cast = chosen.cast
    told = sum(line.kind is not LineKind.DIALOGUE for line in script.lines)
    rows = [("the narrator", f"{told:,}", cast.narrator.name, describe_voice(cast, None))]
    rows += [
        (
            person.name,
            f"{person.line_count:,}",
            cast.voice_of(person.name).name,
            describe_voice(cast, person),
        )
        for person in script.characters[:shown]
    ]
    display.print_table(("Who speaks", "Lines", "Voice", ""), rows, right=(1,))
    rest = len(script.characters) - len(script.characters[:shown])
    if rest:
        display.print_line(
            f"and {display.format_count(rest, 'character')} more: narrator cast shows them all"
        )
    for remark in chosen.notes:
        display.print_note("Note", remark)


def describe_voice(cast: Cast, person: Character | None) -> str:
    """A voice in a few words: female, old, Scottish."""
    voice = cast.voice_of(person.name if person else None)
    return ", ".join(word for word in (voice.gender, voice.age, voice.accent) if word)


def print_damaged(entries: int) -> None:
    """What was found damaged in the cache."""
    if entries:
        what = f"{entries:,} damaged {'entry' if entries == 1 else 'entries'} of the cache"
        display.print_note("Note", f"{what} made anew", stderr=True)


def print_audiobook(made: Audiobook, *, as_json: bool) -> None:
    """What was made."""
    if as_json:
        display.print_json(summarise_audiobook(made))
        return
    several = len(made.files) > 1
    facts = (
        display.format_duration(made.timeline.seconds),
        display.format_size(sum(file.stat().st_size for file in made.files)),
        display.format_count(len(made.timeline.marks), "chapter"),
        *([display.format_count(len(made.files), "file")] if several else []),
    )
    place = made.files[0].parent if several else made.files[0]
    display.print_note("Wrote", f"{place} ({', '.join(facts)})")
    for companion in made.companions:
        display.print_note("", str(companion))


def summarise_audiobook(made: Audiobook) -> dict[str, Any]:
    """What was made, as plain values; times are in seconds."""
    rate = made.timeline.rate
    return {
        "files": [str(file) for file in made.files],
        "companions": [str(file) for file in made.companions],
        "title": made.metadata.title,
        "author": made.metadata.author,
        "duration": round(made.timeline.seconds, 3),
        "chapters": [
            {"title": mark.title, "start": mark.start / rate, "end": mark.end / rate}
            for mark in made.timeline.marks
        ],
    }


def print_companion_check(found: CompanionReport) -> None:
    """What a companion of an audiobook holds, and what is wrong with it."""
    facts = [
        display.format_duration(number) if name == "seconds" else f"{number:,} {name}"
        for name, number in found.counts.items()
    ]
    display.print_note("File", f"{found.path} ({', '.join([found.kind, *facts])})")
    for problem in found.problems:
        display.print_note("Problem", problem)


def print_inspection(
    found: InspectionReport, verdicts: Sequence[LimitCheck], wanted: Sequence[str]
) -> None:
    """What an audiobook is like, and the limits that it keeps or misses."""
    kind = f"{found.codec}, {found.rate:,} Hz, {found.bit_rate} kb/s"
    display.print_note("File", f"{found.path} ({kind}, {display.format_size(found.bytes)})")
    display.print_note("Length", display.format_duration(found.duration))
    tags = {key: found.tags[key] for key in ("title", "artist", "composer") if found.tags.get(key)}
    display.print_note("Tags", "; ".join(f"{key} {value}" for key, value in tags.items()) or "none")
    display.print_note("Sound", ", ".join(_sound(found)))
    rows = [
        (str(number), _titled(chapter), display.format_duration(chapter.start), _flaws(chapter))
        for number, chapter in enumerate(found.chapters, 1)
    ]
    if rows:
        display.print_table(("", "Chapter", "Starts", ""), rows, right=(0, 2))
    display.print_table(
        ("Profile", "What", "Measured", "Limit", ""),
        [(v.profile, v.name, v.measured_text, v.limit, _verdict(v, wanted)) for v in verdicts],
        right=(2,),
    )
    for profile, of_profile in groupby(verdicts, key=lambda verdict: verdict.profile):
        missed = [v.failure_summary for v in of_profile if not v.passed]
        display.print_note(profile, f"no: {', '.join(missed)}" if missed else "ok")


def _titled(chapter: ChapterReport) -> str:
    title = " ".join(chapter.title.split())
    return title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"


def _sound(found: InspectionReport) -> list[str]:
    """What was measured; a number stays on one row with its name and its unit."""
    told = (
        f"{found.integrated:.1f} LUFS",
        f"true peak {found.true_peak:.1f} dB",
        f"RMS {found.rms:.1f} dB",
        f"noise floor {found.noise_floor:.0f} dB",
        f"head {found.head:.1f} s",
        f"tail {found.tail:.1f} s",
        f"longest silence {found.longest_silence:.1f} s",
    )
    return [each.replace(" ", NO_BREAK) for each in told]


def _flaws(chapter: ChapterReport) -> str:
    flaws = {"silent": chapter.silent, "apart from its neighbour": not chapter.contiguous}
    return ", ".join(flaw for flaw, has in flaws.items() if has)


def _verdict(verdict: LimitCheck, wanted: Sequence[str]) -> str:
    if verdict.passed:
        return "ok"
    return "FAILS" if verdict.profile in wanted else "no"


def print_script_check(path: Path, lines: int, skipped: int) -> None:
    """That a script loses no word."""
    kept = f"{display.format_count(lines, 'line')} and {display.format_count(skipped, 'stretch')} left out"
    display.print_note("Balanced", f"{path}: every word of the book is in {kept}")


def print_price(amount: float) -> None:
    """What speech servers will charge, before they are asked for anything."""
    if amount:
        what = f"about {amount:,.2f}, by the prices in the profiles of its voices"
        display.print_note(
            "Costs", f"{what}; what is spoken is kept, and never paid for again", stderr=True
        )


def levelling_status(voices: int) -> AbstractContextManager[None]:
    """Why it takes a while until the book is spoken, for as long as it does."""
    if voices:
        display.print_note(
            "Tries out", f"{display.format_count(voices, 'voice')}, once, to level them"
        )
    return display.spinner(shown=voices > 0)


def print_forecast(plan: BuildPlan, price: float, *, as_json: bool) -> None:
    """What a build would make, and what speech servers would charge for it."""
    forecast = plan.rendering_job.forecast_build()
    if as_json:
        display.print_json(
            {
                "lines": forecast.line_count,
                "missing": forecast.missing_count,
                "seconds": forecast.audio_seconds,
                "size": forecast.size_bytes,
                "work": forecast.build_seconds,
                "price": round(price, 4),
            }
        )
        return
    new = f"{forecast.missing_count:,} of them new"
    display.print_note("Would", f"speak {display.format_count(forecast.line_count, 'line')}, {new}")
    length = f"about {display.format_duration(forecast.audio_seconds)}"
    display.print_note(
        "Would", f"write {plan.target}: {length}, {display.format_size(forecast.size_bytes)}"
    )
    if forecast.build_seconds is not None:
        took = display.format_duration(forecast.build_seconds)
        display.print_note("Would", f"take about {took}, by what earlier builds took here")


def print_preview(made: PreviewResult) -> None:
    """What a preview speaks, and where it is."""
    for line in made.lines:
        display.print_note(made.cast.voice_of(line.speaker).name, line.text)
    display.print_note("Wrote", f"{made.target} ({display.format_duration(made.duration_seconds)})")


def summarise_preview(made: PreviewResult) -> dict[str, Any]:
    """What a preview speaks, as plain values."""
    return {
        "file": str(made.target),
        "duration": round(made.duration_seconds, 3),
        "lines": [
            {
                "speaker": line.speaker,
                "voice": made.cast.voice_of(line.speaker).name,
                "text": line.text,
            }
            for line in made.lines
        ],
    }


def summarise_cast(script: Script, chosen: Casting) -> dict[str, Any]:
    """Who speaks with which voice, as plain values."""
    people = [
        {
            "name": person.name,
            "aliases": list(person.aliases),
            "gender": person.gender,
            "age": person.age,
            "spoken": person.line_count,
            "voice": chosen.cast.voice_of(person.name).name,
        }
        for person in script.characters
    ]
    return {
        "narrator": chosen.cast.narrator.name,
        "characters": people,
        "notes": list(chosen.notes),
    }


def print_voices(found: Sequence[Voice]) -> None:
    """A list of voices."""
    if not found:
        display.print_note(
            "Note", "no voice is like that: narrator voices lists them all", stderr=True
        )
        return
    rows = [
        (
            each.name,
            each.gender or "",
            each.age or "",
            each.accent or "",
            each.engine,
            each.description,
        )
        for each in found
    ]
    display.print_table(("Voice", "Gender", "Age", "Accent", "Engine", ""), rows)


def print_voice(found: Voice) -> None:
    """All that a profile says."""
    rows = [
        (key.replace("_", " "), f"{value:g}" if isinstance(value, float) else str(value))
        for key, value in {**asdict(found), "options": "", **dict(found.options)}.items()
        if value not in (None, "", {})
    ]
    display.print_table(("", ""), rows)


def summarise_voice(found: Voice) -> dict[str, Any]:
    """A voice as plain values."""
    return {**asdict(found), "options": dict(found.options)}
