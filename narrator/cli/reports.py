"""Reports what the commands read, cast, spoke or found, for people and for programs.

The functions `print_…` write to the terminal. The functions `summarise_…` return values for
`--json`, whose keys are documented and therefore stay the same when fields are renamed.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from narrator.casting.engine_choice import find_voice_problem
from narrator.casting.voice_quality import look_up_quality
from narrator.cli import display
from narrator.model import LanguageOrigin, LineKind
from narrator.normalisation.phonetic_text import rewrite_annotated_words
from narrator.scripts.omissions import list_large_omissions
from narrator.scripts.text_syntax import SCRIPT_MARK_REASON
from narrator.text.credentials import hide_credentials, show_address
from narrator.text.language_names import describe_language
from narrator.text.language_tags import primary_subtag
from narrator.text.words import count_words, has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from narrator.build.events import BuildForecast, RetakesStored
    from narrator.build.preview import PreviewResult
    from narrator.casting.cast import Casting
    from narrator.inspection import ChapterReport, InspectionReport, LimitCheck
    from narrator.model import (
        Audiobook,
        Book,
        Cast,
        Character,
        Line,
        Metadata,
        Script,
        SkippedPassage,
        Voice,
    )
    from narrator.normalisation.lexicon import Lexicon
    from narrator.readalong.companion_check import CompanionReport
    from narrator.scripts.omissions import Omission
    from narrator.synthesis.rendered_chunks import LineTake

MAX_SHOWN_WORDS = 16
"""Number of words that are shown from the beginning of a skipped passage."""
MAX_LISTED_FILES = 5
MAX_LISTED_TAKES = 100
"""Number of files that are listed by name; `--json` lists all of them."""
MAX_QUOTED_WORDS = 6
"""Number of words that are quoted from the beginning of skipped text in the report of a book."""
MAX_LISTED_OMISSIONS = 3
"""Number of chapters with much skipped text that a build lists; it only counts the others."""
MAX_TITLE_LENGTH = 60
"""Longest title of a chapter, in characters, that is shown in full."""
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
"""Keeps a number on one line with its unit."""
MAX_LISTED_CHARACTERS = 12
"""Number of characters that a build lists; it only counts the others."""


def print_book(script: Script) -> None:
    """Print the title and size of the book, and how much of it will not be spoken."""
    book = script.book
    author = f" by {book.metadata.author}" if book.metadata.author else ""
    words = sum(_count_shown_words(line.text) for line in script.lines)
    facts = [
        display.format_count(len(book.chapters), "chapter"),
        display.format_count(words, "word"),
        describe_language(book.metadata.language),
    ]
    if book.source.encoding and book.source.encoding != "utf-8":
        facts.append(f"read as {book.source.encoding}")
    display.print_note("Read", f"{book.metadata.title}{author}: {', '.join(facts)}")
    if language := _describe_language(book.metadata):
        display.print_note("Language", language)
    if amounts := summarise_skipped(script):
        display.print_note("Left out", "; ".join(amounts))
    omissions = list(list_large_omissions(book))
    for omission in omissions[:MAX_LISTED_OMISSIONS]:
        display.print_note("Check", _describe_omission(omission))
    if len(omissions) > MAX_LISTED_OMISSIONS:
        count = len(omissions) - MAX_LISTED_OMISSIONS
        display.print_note("Check", f"{count} more; `narrator script --skipped` lists all")


def _count_shown_words(text: str) -> int:
    """Return the number of words of a line; in scripts without spaces, an estimate."""
    spaced_count = len(text.split())
    return max(spaced_count, count_words(text)) if spaced_count == 1 else spaced_count


def _describe_omission(omission: Omission) -> str:
    """Describe text that is left out of a chapter, with its beginning and a way to check it."""
    return (
        f"{omission.share:.0%} of {_shorten_title(omission.chapter)} is left out as"
        f" {omission.reason}: {_quote_beginning(omission.passages)}"
    )


def _quote_beginning(passages: Iterable[SkippedPassage]) -> str:
    """Quote the first words of the first passage that has words."""
    words = next((words for p in passages if has_words(" ".join(words := p.text.split()))), [])
    beginning = " ".join(words[:MAX_QUOTED_WORDS])
    return f"“{beginning}{' …' if len(words) > MAX_QUOTED_WORDS else ''}”"


def _describe_language(metadata: Metadata) -> str:
    """Return the language and where it comes from, or "" if that goes without saying."""
    name, is_english = (
        describe_language(metadata.language),
        primary_subtag(metadata.language) == "en",
    )
    if is_english:
        return ""
    match metadata.language_origin:
        case LanguageOrigin.CHOSEN:
            return f"{name}, as you chose"
        case LanguageOrigin.DECLARED:
            return f"{name}, as the book declares; --language chooses another"
        case LanguageOrigin.DETECTED | LanguageOrigin.OVERRULED:
            return f"{name}, as the text shows; --language chooses another"
    return f"{name}, as far as this short text shows; --language chooses another"


def print_notes(result: Script | PreviewResult) -> None:
    """Print the remarks about a script or a preview to standard error."""
    for remark in result.notes:
        display.print_note("Note", remark, stderr=True)


def summarise_skipped(script: Script) -> list[str]:
    """Return one text per reason for skipping: `colophon (74 words: “Set in Garamond …”)`."""
    # groupby joins only neighbours
    passages = sorted(_skipped_passages(script), key=lambda passage: passage.reason)
    amounts = []
    for reason, of_reason in groupby(passages, key=lambda passage: passage.reason):
        passages_of_reason = list(of_reason)
        texts = [passage.text for passage in passages_of_reason]
        words = sum(has_words(word) for text in texts for word in text.split())
        # an ornament such as * * * has no words, so passages are counted
        amount = f"{len(texts)} ×"
        if words:
            beginning = _quote_beginning(passages_of_reason)
            amount = f"{display.format_count(words, 'word')}: {beginning}"
        amounts.append(f"{reason} ({amount})")
    return amounts


def _skipped_passages(script: Script) -> list[SkippedPassage]:
    """Return the skipped passages of the book, except the notation of an edited script."""
    return [passage for passage in script.book.skipped if passage.reason != SCRIPT_MARK_REASON]


def print_skipped(script: Script) -> None:
    """Print a table of skipped passages, with the place of each and the reason."""
    rows = [
        (_describe_place(script.book, passage), passage.reason, _shorten_text(passage.text))
        for passage in _skipped_passages(script)
    ]
    if rows:
        display.print_table(("Place", "Reason", "Text"), rows)
    else:
        display.print_note("Left out", "nothing")


def _describe_place(book: Book, passage: SkippedPassage) -> str:
    """Return the title of the chapter that contains a passage, or `before` the next chapter."""
    for chapter in book.chapters:
        if passage.start < chapter.start:
            return f"before {chapter.title}"
        if passage.start < chapter.end:
            return chapter.title
    return "after the end"


def _shorten_text(text: str) -> str:
    """Return the first words of a text, and the number of the others."""
    words = text.split()
    beginning = " ".join(words[:MAX_SHOWN_WORDS])
    if len(words) <= MAX_SHOWN_WORDS:
        return beginning
    return f"{beginning} … ({len(words) - MAX_SHOWN_WORDS:,} more words)"


def print_lines(script: Script, *, weakest_first: bool = False) -> None:
    """Print a table of the lines, their speakers, and the reasons for the speakers.

    Args:
        script: The script.
        weakest_first: Whether to print dialogue only, with the least certain speakers first.
    """
    lines = list(script.lines)
    if weakest_first:
        lines = [line for line in lines if line.kind is LineKind.DIALOGUE]
        # a speaker without a probability is the least certain of all
        lines.sort(key=lambda line: line.confidence or 0.0)
    rows = [
        (
            line.id,
            line.speaker or ("?" if line.kind is LineKind.DIALOGUE else ""),
            line.text,
            format_reason(line),
        )
        for line in lines
    ]
    display.print_table(("Line", "Character", "Text", "Reason"), rows)


def print_lexicon_changes(script: Script, lexicon: Lexicon) -> None:
    """Print a table of the lines that a lexicon changes, as written and as pronounced."""
    rows = [
        (line.id, line.text, _show_sounds(line.spoken))
        for line in lexicon.find_affected_lines(script.lines)
    ]
    display.print_table(("Line", "Written", "Spoken"), rows)


def _show_sounds(spoken: str) -> str:
    """Return a spoken text with phonetic spelling as dictionaries show it: /ʃɪˈvɔːn/."""
    return rewrite_annotated_words(spoken, lambda _, sounds: f"/{sounds}/").text


def format_reason(line: Line) -> str:
    """Return the reason for a line's speaker and its probability: `alternates with Ann (71 %)`."""
    probability = f" ({line.confidence:.0%})" if line.confidence is not None else ""
    return f"{line.reason or ''}{probability}".strip()


def print_casting(
    script: Script,
    casting: Casting,
    *,
    max_characters: int | None = MAX_LISTED_CHARACTERS,
    is_detailed: bool = False,
) -> None:
    """Print a table of speakers and their voices; characters with most lines come first.

    Args:
        script: The script.
        casting: The voices of its characters.
        max_characters: Maximum number of characters in the table; None for all.
        is_detailed: Whether the table says what is known about each character.
    """
    headings = ["Character", "Lines", "Voice", "Sound"]
    rows = [_list_cast_cells(script, casting.cast, None)]
    characters = script.characters[:max_characters]
    rows += [_list_cast_cells(script, casting.cast, character) for character in characters]
    if is_detailed:
        headings[2:2] = ["Certain", "Gender", "Age"]
        certainties = _measure_certainty(script)
        for row, character in zip(rows, (None, *characters), strict=True):
            row[2:2] = _list_character_cells(character, certainties)
    display.print_table(headings, rows, right_aligned=(1, 2) if is_detailed else (1,))
    display.print_note("Engine", describe_engines(casting))
    unlisted = len(script.characters) - len(characters)
    if unlisted:
        count = display.format_count(unlisted, "character")
        display.print_line(f"and {count} more: `narrator cast` lists all")
    for remark in casting.notes:
        display.print_note("Note", remark)


def _list_cast_cells(script: Script, cast: Cast, character: Character | None) -> list[str]:
    """Return name, lines, voice and its sound, of a character or of the narrator."""
    if character is None:
        # the narrator reads headings too
        count = sum(line.kind is not LineKind.DIALOGUE for line in script.lines)
        return ["the narrator", f"{count:,}", cast.narrator.name, describe_voice(cast, None)]
    voice = cast.voice_of(character.name)
    lines = f"{character.line_count:,}"
    return [character.name, lines, voice.name, describe_voice(cast, character)]


def _measure_certainty(script: Script) -> dict[str, float]:
    """Return the mean probability of the lines of each speaker, 0 to 1."""
    shares: dict[str, list[float]] = {}
    for line in script.lines:
        if line.speaker is not None and line.confidence is not None:
            shares.setdefault(line.speaker, []).append(line.confidence)
    return {name: sum(values) / len(values) for name, values in shares.items()}


def _list_character_cells(
    character: Character | None, certainties: Mapping[str, float]
) -> list[str]:
    """Return how certain the lines of a character are, and its gender and age."""
    if character is None:
        return ["", "", ""]
    certainty = certainties.get(character.name)
    share = "" if certainty is None else f"{certainty:.0%}"
    return [share, character.gender or "", character.age or ""]


def describe_engines(casting: Casting) -> str:
    """Return which engine speaks and why, such as `pyttsx3, because you chose it`."""
    engines = {voice.engine for voice in (casting.cast.narrator, *casting.cast.voices.values())}
    choice = casting.engine
    if choice is None or choice.name not in engines:
        return f"{' and '.join(sorted(engines))}, because of the voices in the cast"
    others = sorted(engines - {choice.name})
    also = f" (chosen voices: {' and '.join(others)})" if others else ""
    return f"{choice.name}, because {choice.reason}{also}"


def describe_character(character: Character) -> str:
    """Return what is known about a character: 12 lines, female, young."""
    lines = display.format_count(character.line_count, "line")
    return ", ".join(filter(None, (lines, character.gender, character.age)))


def describe_voice(cast: Cast, character: Character | None) -> str:
    """Return the voice of a character, or of the narrator, in words: female, old, Scottish."""
    voice = cast.voice_of(character.name if character else None)
    return ", ".join(word for word in (voice.gender, voice.age, voice.accent) if word)


def print_damaged_entries(count: int) -> None:
    """Print the number of damaged cache entries that were replaced, unless it is 0."""
    if count:
        entries = f"{count:,} damaged {'entry' if count == 1 else 'entries'} of the cache"
        display.print_note("Note", f"{entries} replaced", stderr=True)


def print_retakes(event: RetakesStored, *, as_json: bool) -> None:
    """Print of how many lines another take is made, and which file says so."""
    if not event.line_count:
        display.print_note("Note", "No line is suspect: nothing is spoken again.", stderr=as_json)
        return
    takes = display.format_count(event.line_count, "line")
    display.print_note("Again", f"{takes}, as {event.path} says", stderr=as_json)


def print_line_takes(line_takes: Sequence[LineTake]) -> None:
    """Print which lines took more than one take, and which of them may still be wrong."""
    retaken_ids = [line.line_id for line in line_takes if line.take]
    if retaken_ids:
        count = display.format_count(len(retaken_ids), "line")
        display.print_note("Takes", f"{count} spoken more than once: {_list_ids(retaken_ids)}")
    suspects = [line for line in line_takes if line.flaws]
    for line in suspects[:MAX_LISTED_TAKES]:
        display.print_note("Suspect", f"{line.line_id}: {', '.join(line.flaws)}")
    if (more := len(suspects) - MAX_LISTED_TAKES) > 0:
        display.print_note("", f"and {more:,} more: --json lists them all")
    if suspects:
        display.print_note(
            "", "Hear them with `narrator preview`; --again suspect makes another take of each."
        )


def summarise_line_takes(line_takes: Sequence[LineTake]) -> list[dict[str, Any]]:
    """Return the lines that did not succeed at once as a value for JSON."""
    return [
        {"line": line.line_id, "take": line.take, "flaws": list(line.flaws)} for line in line_takes
    ]


def _list_ids(line_ids: Sequence[str]) -> str:
    """Return the first numbers of lines, and how many more there are."""
    more = len(line_ids) - MAX_LISTED_TAKES
    rest = f" and {more:,} more: --json lists them all" if more > 0 else ""
    return ", ".join(line_ids[:MAX_LISTED_TAKES]) + rest


def print_audiobook(audiobook: Audiobook, label: str = "Wrote", *, is_short: bool = False) -> None:
    """Print where the audiobook is, its length and its size.

    Args:
        audiobook: The audiobook.
        label: Stands before the line.
        is_short: Whether this one line is all.
    """
    has_parts = len(audiobook.files) > 1
    facts = (
        display.format_duration(audiobook.timeline.seconds),
        display.format_size(sum(file.stat().st_size for file in audiobook.files)),
        display.format_count(len(audiobook.timeline.marks), "chapter"),
        *([display.format_count(len(audiobook.files), "file")] if has_parts else []),
    )
    place = audiobook.files[0].parent if has_parts else audiobook.files[0]
    display.print_note(label, f"{place} ({', '.join(facts)})")
    if is_short:
        return
    for companion in audiobook.companions:
        display.print_note("", str(companion))
    if audiobook.stems:
        speakers = len({stem.name for stem in audiobook.stems})
        folder = os.path.commonpath([stem.parent for stem in audiobook.stems])
        display.print_note("Stems", f"{folder} ({display.format_count(speakers, 'speaker')})")
    print_changes("Replaced", audiobook.replaced)
    print_changes("Removed", audiobook.removed)


def print_changes(label: str, files: Sequence[Path]) -> None:
    """Print which files were there before and have been replaced or removed, if any."""
    for file in files[:MAX_LISTED_FILES]:
        display.print_note(label, str(file))
    if len(files) > MAX_LISTED_FILES:
        display.print_note(label, f"and {len(files) - MAX_LISTED_FILES:,} more files")


def summarise_audiobook(audiobook: Audiobook) -> dict[str, Any]:
    """Return the files and chapters of an audiobook as a value for JSON, times in seconds."""
    rate = audiobook.timeline.rate
    return {
        "files": [str(file) for file in audiobook.files],
        "companions": [str(file) for file in audiobook.companions],
        "stems": [str(file) for file in audiobook.stems],
        "replaced": [str(file) for file in audiobook.replaced],
        "removed": [str(file) for file in audiobook.removed],
        "title": audiobook.metadata.title,
        "author": audiobook.metadata.author,
        "duration": round(audiobook.timeline.seconds, 3),
        "chapters": [
            {"title": mark.title, "start": mark.start / rate, "end": mark.end / rate}
            for mark in audiobook.timeline.marks
        ],
    }


def print_companion_check(report: CompanionReport) -> None:
    """Print the contents of a companion file, such as subtitles, and its problems."""
    facts = [
        display.format_duration(number) if name == "seconds" else f"{number:,} {name}"
        for name, number in report.counts.items()
    ]
    display.print_note("File", f"{report.path} ({', '.join([report.kind, *facts])})")
    for problem in report.problems:
        display.print_note("Problem", problem)


def print_inspection(
    report: InspectionReport, checks: Sequence[LimitCheck], required_profiles: Sequence[str]
) -> None:
    """Print the properties of an audiobook, and its limits: the required ones, or else all."""
    # a damaged file always matters, so its profile is always required
    if len(required_profiles) > 1:
        checks = [check for check in checks if check.profile in required_profiles]
    kind = f"{report.codec}, {report.rate:,} Hz, {report.bit_rate} kb/s"
    display.print_note("File", f"{report.path} ({kind}, {display.format_size(report.bytes)})")
    display.print_note("Length", display.format_duration(report.duration))
    tags = [f"{key} {report.tags[key]}" for key in _SHOWN_TAGS if report.tags.get(key)]
    display.print_note("Tags", "; ".join(tags) or "none")
    display.print_note("Sound", ", ".join(_describe_sound(report)))
    rows = [
        (
            str(number),
            _shorten_title(chapter.title),
            display.format_duration(chapter.start),
            _describe_flaws(chapter),
        )
        for number, chapter in enumerate(report.chapters, 1)
    ]
    if rows:
        display.print_table(("No.", "Chapter", "Starts", "Problems"), rows, right_aligned=(0, 2))
    display.print_table(
        ("Profile", "Property", "Measured", "Limit", "Result"),
        [
            (
                check.profile,
                check.name,
                check.measured_text,
                check.limit,
                _format_outcome(check, required_profiles),
            )
            for check in checks
        ],
        right_aligned=(2,),
    )
    # the checks of each profile come one after the other
    for profile, of_profile in groupby(checks, key=lambda check: check.profile):
        failures = [check.failure_summary for check in of_profile if not check.passed]
        display.print_note(profile, f"fails: {', '.join(failures)}" if failures else "passes")


_SHOWN_TAGS = ("title", "artist", "composer")
"""Tags that are printed, in this order; the composer of an audiobook is its narrator."""


def _shorten_title(title: str) -> str:
    """Return the title of a chapter on one line, cut off if it is long."""
    title = " ".join(title.split())
    return title if len(title) <= MAX_TITLE_LENGTH else f"{title[: MAX_TITLE_LENGTH - 1]}…"


def _describe_sound(report: InspectionReport) -> list[str]:
    """Return the measurements of the sound, each in a text that is not broken over lines."""
    measurements = (
        f"{report.integrated:.1f} LUFS",
        f"true peak {report.true_peak:.1f} dB",
        f"RMS {report.rms:.1f} dB",
        f"noise floor {report.noise_floor:.0f} dB",
        f"head {report.head:.1f} s",
        f"tail {report.tail:.1f} s",
        f"longest silence {report.longest_silence:.1f} s",
    )
    return [text.replace(" ", NO_BREAK_SPACE) for text in measurements]


def _describe_flaws(chapter: ChapterReport) -> str:
    """Return what is wrong with a chapter, or an empty text."""
    flaws = {"silent": chapter.silent, "a gap before or after": not chapter.contiguous}
    return ", ".join(flaw for flaw, is_present in flaws.items() if is_present)


def _format_outcome(check: LimitCheck, required_profiles: Sequence[str]) -> str:
    """Return the outcome of a check; only a failure of a required profile is in capitals."""
    if check.passed:
        return "ok"
    return "FAILS" if check.profile in required_profiles else "no"


def print_script_check(path: Path, line_count: int, skipped_count: int) -> None:
    """Print that every word of the book is in the script."""
    lines = display.format_count(line_count, "line")
    passages = display.format_count(skipped_count, "passage")
    display.print_note(
        "Complete", f"{path}: every word of the book is in {lines} or in {passages} left out"
    )


def print_price(amount: float) -> None:
    """Print what speech servers will charge, unless it is nothing."""
    if amount:
        price = f"about {amount:,.2f}, by the prices in the profiles of its voices"
        display.print_note(
            "Costs", f"{price}; speech is kept, so you pay for each line only once", stderr=True
        )


def show_levelling_status(voice_count: int) -> AbstractContextManager[None]:
    """Show a spinner while voice levels are measured."""
    if voice_count:
        voices = display.format_count(voice_count, "voice")
        display.print_note("Measures", f"the loudness of {voices}; only needed once")
    return display.show_spinner(shown=voice_count > 0)


def print_forecast(event: BuildForecast, *, as_json: bool) -> None:
    """Print what a build would make, and how long it would take."""
    forecast = event.forecast
    if as_json:
        display.print_json(summarise_forecast(event))
        return
    new_lines = f"{forecast.missing_count:,} of them new"
    display.print_note(
        "Would", f"speak {display.format_count(forecast.line_count, 'line')}, {new_lines}"
    )
    duration = f"about {display.format_duration(forecast.audio_seconds)}"
    size = display.format_size(forecast.size_bytes)
    display.print_note("Would", f"write {event.target}: {duration}, {size}")
    if forecast.build_seconds is not None:
        work_time = display.format_duration(forecast.build_seconds)
        display.print_note(
            "Would", f"take about {work_time}, judging by earlier builds on this machine"
        )


def summarise_forecast(event: BuildForecast) -> dict[str, Any]:
    """Return the forecast of a build as a value for JSON, in seconds and bytes."""
    forecast = event.forecast
    return {
        "lines": forecast.line_count,
        "missing": forecast.missing_count,
        "seconds": forecast.audio_seconds,
        "size": forecast.size_bytes,
        "work": forecast.build_seconds,
        "price": round(event.price, 4),
    }


def print_preview(result: PreviewResult) -> None:
    """Print the lines of a preview with their characters and voices, and where its sound is."""
    rows = [
        (
            line.speaker or "the narrator",
            result.cast.voice_of(line.speaker, line.language).name,
            line.text,
        )
        for line in result.lines
    ]
    display.print_table(("Character", "Voice", "Text"), rows)
    duration = display.format_duration(result.duration_seconds)
    label = "Replaced" if result.is_replaced else "Wrote"
    display.print_note(label, f"{result.target} ({duration})")


def summarise_preview(result: PreviewResult) -> dict[str, Any]:
    """Return the lines of a preview as a value for JSON, with the duration in seconds."""
    return {
        "file": str(result.target),
        "replaced": result.is_replaced,
        "duration": round(result.duration_seconds, 3),
        "lines": [
            {
                "speaker": line.speaker,
                "voice": result.cast.voice_of(line.speaker, line.language).name,
                "text": line.text,
            }
            for line in result.lines
        ],
    }


def summarise_cast(script: Script, casting: Casting) -> dict[str, Any]:
    """Return the speakers and their voices as a value for JSON."""
    characters = [
        {
            "name": character.name,
            "aliases": list(character.aliases),
            "gender": character.gender,
            "age": character.age,
            "spoken": character.line_count,
            "voice": casting.cast.voice_of(character.name).name,
        }
        for character in script.characters
    ]
    return {
        "narrator": casting.cast.narrator.name,
        "characters": characters,
        "notes": list(casting.notes),
    }


def print_voices(voices: Sequence[Voice]) -> None:
    """Print a table of voices, or that there are none."""
    if not voices:
        display.print_note("Note", "no voice matches; `narrator voices` lists all", stderr=True)
        return
    rows = [
        (
            voice.name,
            voice.gender or "",
            voice.age or "",
            voice.accent or "",
            voice.engine,
            describe_quality(voice),
            "yes" if find_voice_problem(voice) is None else "no",
            voice.description,
        )
        for voice in voices
    ]
    columns = ("Voice", "Gender", "Age", "Accent", "Engine", "Quality", "Ready", "Description")
    display.print_table(columns, rows, right_aligned=(5,))
    if any(row[6] == "no" for row in rows):
        display.print_line(
            "`narrator voices fetch NAME` downloads the model of a voice that is not ready"
        )


def describe_quality(voice: Voice) -> str:
    """Return the estimated mean opinion score of a voice, 1 to 5, or an empty text."""
    score = look_up_quality(voice)
    return "" if score is None else f"{score:.1f}"


def print_voice(voice: Voice) -> None:
    """Print everything that the profile of a voice contains."""
    problem = find_voice_problem(voice)
    values = {
        **asdict(voice),
        "options": "",
        **_show_options(voice),
        "quality": describe_quality(voice),
        "ready": "yes" if problem is None else f"no: {problem}",
    }
    rows = [
        (key.replace("_", " "), f"{value:g}" if isinstance(value, float) else str(value))
        for key, value in values.items()
        if value not in (None, "", {})
    ]
    display.print_table(("Property", "Value"), rows)


def summarise_voice(voice: Voice) -> dict[str, Any]:
    """Return the profile of a voice as a value for JSON."""
    return {
        **asdict(voice),
        "options": _show_options(voice),
        "quality": look_up_quality(voice),
        "ready": find_voice_problem(voice) is None,
    }


def _show_options(voice: Voice) -> dict[str, str | int | float | bool]:
    """Return the options of a voice, without the passwords and keys in addresses."""
    return {
        key: hide_credentials(show_address(value) if key == "url" else value)
        if isinstance(value, str)
        else value
        for key, value in voice.options
    }
