"""What a build tells a person, from what it read to what it made."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from narrator.cli import display
from narrator.model import Kind
from narrator.normalisation.phonetic_text import written
from narrator.scripts.text_syntax import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from narrator.build.pipeline import Plan
    from narrator.build.preview import Passage
    from narrator.casting.cast import Casting
    from narrator.inspection import Finding, Report, Verdict
    from narrator.model import Audiobook, Book, Cast, Character, Line, Script, Skipped, Voice
    from narrator.normalisation import Lexicon
    from narrator.readalong.companion_check import Checked

GLANCE = 16
"""Words that are shown of a long text which is left out."""
TITLE = 60
"""Characters that are shown of a chapter's title."""
NO_BREAK = "\N{NO-BREAK SPACE}"
SHOWN = 12
"""Characters that a build lists before it says how many there are beside them."""


def book(script: Script) -> None:
    """What was read, and what of it will not be spoken."""
    of = script.book
    by = f" by {of.metadata.author}" if of.metadata.author else ""
    words = sum(len(line.text.split()) for line in script.lines)
    parts = [display.count(len(of.chapters), "chapter"), display.count(words, "word")]
    if of.source.encoding and of.source.encoding != "utf-8":
        parts.append(f"read as {of.source.encoding}")
    display.note("Read", f"{of.metadata.title}{by}: {', '.join(parts)}")
    if left := skipped(script):
        display.note("Left out", "; ".join(left))


def notes(of: Script | Passage) -> None:
    """What a person may want to know of it."""
    for remark in of.notes:
        display.note("Note", remark, stderr=True)


def skipped(script: Script) -> list[str]:
    """How much is left out, by reason: `colophon (74 words)`."""
    ordered = sorted(_left_out(script), key=lambda each: each.reason)
    told = []
    for reason, of_reason in groupby(ordered, key=lambda each: each.reason):
        texts = [each.text for each in of_reason]
        words = sum(any(map(str.isalnum, word)) for text in texts for word in text.split())
        told.append(f"{reason} ({display.count(words, 'word') if words else f'{len(texts)} ×'})")
    return told


def _left_out(script: Script) -> list[Skipped]:
    """What is left out of the book; the marks of a script file are no part of it."""
    return [each for each in script.book.skipped if each.reason != MARK]


def left_out(script: Script) -> None:
    """What is not spoken, chapter by chapter."""
    rows = [
        (_place(script.book, each), each.reason, _glance(each.text)) for each in _left_out(script)
    ]
    display.table(("Where", "Why", "What"), rows)


def _place(book: Book, skipped: Skipped) -> str:
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


def lines(script: Script, *, weakest_first: bool = False) -> None:
    """What is said, by whom, and why."""
    chosen = list(script.lines)
    if weakest_first:
        chosen = [line for line in chosen if line.kind is Kind.DIALOGUE]
        chosen.sort(key=lambda line: line.confidence or 0.0)
    rows = [
        (line.id, line.speaker or ("?" if line.kind is Kind.DIALOGUE else ""), line.text, why(line))
        for line in chosen
    ]
    display.table(("Line", "Who", "What", "Why"), rows)


def touched(script: Script, lexicon: Lexicon) -> None:
    """The lines that a lexicon changes, and how they are said."""
    rows = [(line.id, line.text, _said(line.spoken)) for line in lexicon.touched(script.lines)]
    display.table(("Line", "Written", "Said"), rows)


def _said(text: str) -> str:
    """What is said, with sounds as dictionaries have them: /ʃɪˈvɔːn/."""
    return written(text, lambda _, sounds: f"/{sounds}/").text


def why(line: Line) -> str:
    """The reason for a line's speaker, and how sure it is: `alternates with Watson (71 %)`."""
    sure = f" ({line.confidence:.0%})" if line.confidence is not None else ""
    return f"{line.reason or ''}{sure}".strip()


def casting(script: Script, chosen: Casting, *, shown: int | None = SHOWN) -> None:
    """Who speaks with which voice; the characters with most lines first."""
    cast = chosen.cast
    told = sum(line.kind is not Kind.DIALOGUE for line in script.lines)
    rows = [("the narrator", f"{told:,}", cast.narrator.name, about(cast, None))]
    rows += [
        (person.name, f"{person.spoken:,}", cast.voice_of(person.name).name, about(cast, person))
        for person in script.characters[:shown]
    ]
    display.table(("Who speaks", "Lines", "Voice", ""), rows, right=(1,))
    rest = len(script.characters) - len(script.characters[:shown])
    if rest:
        display.say(f"and {display.count(rest, 'character')} more: narrator cast shows them all")
    for remark in chosen.notes:
        display.note("Note", remark)


def about(cast: Cast, person: Character | None) -> str:
    """A voice in a few words: female, old, Scottish."""
    voice = cast.voice_of(person.name if person else None)
    return ", ".join(word for word in (voice.gender, voice.age, voice.accent) if word)


def damaged(entries: int) -> None:
    """What was found damaged in the cache."""
    if entries:
        what = f"{entries:,} damaged {'entry' if entries == 1 else 'entries'} of the cache"
        display.note("Note", f"{what} made anew", stderr=True)


def audiobook(made: Audiobook, *, as_json: bool) -> None:
    """What was made."""
    if as_json:
        display.as_json(summary(made))
        return
    several = len(made.files) > 1
    facts = (
        display.duration(made.timeline.seconds),
        display.size(sum(file.stat().st_size for file in made.files)),
        display.count(len(made.timeline.marks), "chapter"),
        *([display.count(len(made.files), "file")] if several else []),
    )
    place = made.files[0].parent if several else made.files[0]
    display.note("Wrote", f"{place} ({', '.join(facts)})")
    for companion in made.companions:
        display.note("", str(companion))


def summary(made: Audiobook) -> dict[str, Any]:
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


def read_along(found: Checked) -> None:
    """What a companion of an audiobook holds, and what is wrong with it."""
    facts = [
        display.duration(number) if name == "seconds" else f"{number:,} {name}"
        for name, number in found.holds.items()
    ]
    display.note("File", f"{found.path} ({', '.join([found.kind, *facts])})")
    for problem in found.problems:
        display.note("Problem", problem)


def report(found: Report, verdicts: Sequence[Verdict], wanted: Sequence[str]) -> None:
    """What an audiobook is like, and the limits that it keeps or misses."""
    kind = f"{found.codec}, {found.rate:,} Hz, {found.bit_rate} kb/s"
    display.note("File", f"{found.path} ({kind}, {display.size(found.bytes)})")
    display.note("Length", display.duration(found.duration))
    tags = {key: found.tags[key] for key in ("title", "artist", "composer") if found.tags.get(key)}
    display.note("Tags", "; ".join(f"{key} {value}" for key, value in tags.items()) or "none")
    display.note("Sound", ", ".join(_sound(found)))
    rows = [
        (str(number), _titled(chapter), display.duration(chapter.start), _flaws(chapter))
        for number, chapter in enumerate(found.chapters, 1)
    ]
    if rows:
        display.table(("", "Chapter", "Starts", ""), rows, right=(0, 2))
    display.table(
        ("Profile", "What", "Measured", "Limit", ""),
        [(v.profile, v.name, v.shown, v.limit, _verdict(v, wanted)) for v in verdicts],
        right=(2,),
    )
    for profile, of_profile in groupby(verdicts, key=lambda verdict: verdict.profile):
        missed = [v.missed for v in of_profile if not v.passed]
        display.note(profile, f"no: {', '.join(missed)}" if missed else "ok")


def _titled(chapter: Finding) -> str:
    title = " ".join(chapter.title.split())
    return title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"


def _sound(found: Report) -> list[str]:
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


def _flaws(chapter: Finding) -> str:
    flaws = {"silent": chapter.silent, "apart from its neighbour": not chapter.contiguous}
    return ", ".join(flaw for flaw, has in flaws.items() if has)


def _verdict(verdict: Verdict, wanted: Sequence[str]) -> str:
    if verdict.passed:
        return "ok"
    return "FAILS" if verdict.profile in wanted else "no"


def balanced(path: Path, lines: int, skipped: int) -> None:
    """That a script loses no word."""
    kept = f"{display.count(lines, 'line')} and {display.count(skipped, 'stretch')} left out"
    display.note("Balanced", f"{path}: every word of the book is in {kept}")


def price(amount: float) -> None:
    """What speech servers will charge, before they are asked for anything."""
    if amount:
        what = f"about {amount:,.2f}, by the prices in the profiles of its voices"
        display.note(
            "Costs", f"{what}; what is spoken is kept, and never paid for again", stderr=True
        )


def trying_out(voices: int) -> AbstractContextManager[None]:
    """Why it takes a while until the book is spoken, for as long as it does."""
    if voices:
        display.note("Tries out", f"{display.count(voices, 'voice')}, once, to level them")
    return display.waiting(shown=voices > 0)


def dry_run(plan: Plan, price: float, *, as_json: bool) -> None:
    """What a build would make, and what speech servers would charge for it."""
    forecast = plan.production.forecast()
    if as_json:
        display.as_json({**asdict(forecast), "price": round(price, 4)})
        return
    new = f"{forecast.missing:,} of them new"
    display.note("Would", f"speak {display.count(forecast.lines, 'line')}, {new}")
    length = f"about {display.duration(forecast.seconds)}"
    display.note("Would", f"write {plan.target}: {length}, {display.size(forecast.size)}")
    if forecast.work is not None:
        took = display.duration(forecast.work)
        display.note("Would", f"take about {took}, by what earlier builds took here")


def passage(made: Passage) -> None:
    """What a preview speaks, and where it is."""
    for line in made.lines:
        display.note(made.cast.voice_of(line.speaker).name, line.text)
    display.note("Wrote", f"{made.target} ({display.duration(made.seconds)})")


def passage_summary(made: Passage) -> dict[str, Any]:
    """What a preview speaks, as plain values."""
    return {
        "file": str(made.target),
        "duration": round(made.seconds, 3),
        "lines": [
            {
                "speaker": line.speaker,
                "voice": made.cast.voice_of(line.speaker).name,
                "text": line.text,
            }
            for line in made.lines
        ],
    }


def cast_summary(script: Script, chosen: Casting) -> dict[str, Any]:
    """Who speaks with which voice, as plain values."""
    people = [
        {
            "name": person.name,
            "aliases": list(person.aliases),
            "gender": person.gender,
            "age": person.age,
            "spoken": person.spoken,
            "voice": chosen.cast.voice_of(person.name).name,
        }
        for person in script.characters
    ]
    return {
        "narrator": chosen.cast.narrator.name,
        "characters": people,
        "notes": list(chosen.notes),
    }


def voices(found: Sequence[Voice]) -> None:
    """A list of voices."""
    if not found:
        display.note("Note", "no voice is like that: narrator voices lists them all", stderr=True)
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
    display.table(("Voice", "Gender", "Age", "Accent", "Engine", ""), rows)


def voice(found: Voice) -> None:
    """All that a profile says."""
    rows = [
        (key.replace("_", " "), f"{value:g}" if isinstance(value, float) else str(value))
        for key, value in {**asdict(found), "options": "", **dict(found.options)}.items()
        if value not in (None, "", {})
    ]
    display.table(("", ""), rows)


def voice_summary(found: Voice) -> dict[str, Any]:
    """A voice as plain values."""
    return {**asdict(found), "options": dict(found.options)}
