"""What the commands report of scripts, casts and audiobooks."""

from pathlib import Path
from typing import Any

import pytest

from narrator.build.events import BuildForecast
from narrator.casting.cast import Casting
from narrator.casting.engine_choice import EngineChoice
from narrator.cli import reports
from narrator.model import (
    Audiobook,
    Book,
    Cast,
    Chapter,
    ChapterMark,
    Character,
    Line,
    LineKind,
    Metadata,
    Script,
    SkippedPassage,
    Source,
    Timeline,
    Voice,
)
from narrator.synthesis.rendered_chunks import LineTake
from narrator.synthesis.rendering_job import Forecast

BELLA = Voice("bella", "tone", "high", gender="female", age="old", accent="Scottish")
HORN = Voice("horn", "tone", "low", gender="male", options=(("depth", 2),))
CAST = Cast(BELLA, {"Anne": HORN})


def make_script(*skipped: SkippedPassage, text: str = "One two three.") -> Script:
    chapters = (Chapter(1, "One", 10, 50, ()), Chapter(2, "Two", 60, 90, ()))
    book = Book(Metadata("Tale", "A. N."), text, chapters, skipped, Source("tale.txt", "0" * 64))
    lines = (
        Line("1.1.1", 1, 1, 0, 14, LineKind.NARRATION, "One two three."),
        Line(
            "1.2.1", 1, 2, 0, 4, LineKind.DIALOGUE, "Four.",
            speaker="Anne", confidence=0.714, reason="alternates with Ann",
        ),
        Line("1.3.1", 1, 3, 0, 4, LineKind.DIALOGUE, "Five.", confidence=0.2),
    )  # fmt: skip
    return Script(book, (Character("Anne", line_count=1),), lines)


def test_skipped_text_is_counted_by_its_reason() -> None:
    script = make_script(
        SkippedPassage(0, 5, "front matter", "By A. N. — 1900"),
        SkippedPassage(5, 6, "scene break", "***"),
        SkippedPassage(7, 8, "scene break", "* * *"),
        SkippedPassage(8, 9, "front matter", "To my wife."),
    )
    assert reports.summarise_skipped(script) == [
        "front matter (7 words: “By A. N. — 1900”)",
        "scene break (2 ×)",
    ]


def test_only_the_first_words_of_skipped_text_are_quoted() -> None:
    script = make_script(
        SkippedPassage(0, 1, "note", "— *"), SkippedPassage(2, 9, "note", "one two three four " * 2)
    )
    assert reports.summarise_skipped(script) == ["note (8 words: “one two three four one two …”)"]


def test_a_chapter_of_which_much_is_left_out_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    passage = SkippedPassage(10, 50, "footnote", "[1] The mill burned down on May 3.")
    reports.print_book(make_script(passage, text="word " * 18))
    assert (
        "Check      80% of One is left out as footnote: “[1] The mill burned down on …”"
        in capsys.readouterr().out.splitlines()
    )


def test_marks_of_an_edited_script_are_not_counted_as_skipped() -> None:
    from narrator.scripts.text_syntax import SCRIPT_MARK_REASON  # noqa: PLC0415 - this test alone

    assert (
        reports.summarise_skipped(make_script(SkippedPassage(0, 1, SCRIPT_MARK_REASON, "@"))) == []
    )


@pytest.mark.parametrize(
    ("start", "place"),
    [
        (0, "before One"),
        (10, "One"),
        (49, "One"),
        (55, "before Two"),
        (70, "Two"),
        (95, "after the end"),
    ],
)
def test_skipped_text_is_placed_by_its_chapter(
    capsys: pytest.CaptureFixture[str], start: int, place: str
) -> None:
    reports.print_skipped(make_script(SkippedPassage(start, start + 1, "note", "words")))
    assert capsys.readouterr().out.splitlines()[1].startswith(place)


def test_a_long_skipped_text_is_shortened(capsys: pytest.CaptureFixture[str]) -> None:
    reports.print_skipped(make_script(SkippedPassage(0, 1, "note", "word " * 1020)))
    assert "word word … (1,004 more words)" in " ".join(capsys.readouterr().out.split())


def test_a_book_is_reported_with_its_size_and_encoding(capsys: pytest.CaptureFixture[str]) -> None:
    reports.print_book(make_script(SkippedPassage(0, 1, "scene break", "***")))
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "Read       Tale by A. N.: 2 chapters, 5 words, English",
        "Left out   scene break (1 ×)",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [(0, ""), (1, "alternates with Ann (71%)"), (2, "(20%)")],
)
def test_a_reason_comes_with_its_probability(line: int, reason: str) -> None:
    assert reports.format_reason(make_script().lines[line]) == reason


def test_lines_may_be_sorted_with_the_least_certain_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reports.print_lines(make_script())
    assert [row.split()[0] for row in capsys.readouterr().out.splitlines()[1:]] == [
        "1.1.1",
        "1.2.1",
        "1.3.1",
    ]
    reports.print_lines(make_script(), weakest_first=True)
    rows = capsys.readouterr().out.splitlines()[1:]
    assert [row.split()[:2] for row in rows] == [["1.3.1", "?"], ["1.2.1", "Anne"]]


def test_a_voice_is_described_in_words() -> None:
    assert reports.describe_voice(CAST, None) == "female, old, Scottish"
    assert reports.describe_voice(CAST, Character("Anne")) == "male"
    assert reports.describe_voice(CAST, Character("Nobody")) == "female, old, Scottish"


def make_audiobook(*files: Path) -> Audiobook:
    marks = (ChapterMark("One", 0, 8000), ChapterMark("Two", 8000, 12_000))
    return Audiobook(files, Timeline(4000, marks, ()), Metadata("Tale"), (Path("tale.srt"),))


def test_an_audiobook_is_summarised_in_seconds() -> None:
    assert reports.summarise_audiobook(make_audiobook(Path("tale.mp3"))) == {
        "files": ["tale.mp3"],
        "companions": ["tale.srt"],
        "replaced": [],
        "removed": [],
        "stems": [],
        "title": "Tale",
        "author": None,
        "duration": 3.0,
        "chapters": [
            {"title": "One", "start": 0.0, "end": 2.0},
            {"title": "Two", "start": 2.0, "end": 3.0},
        ],
    }


def test_a_split_audiobook_is_reported_by_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "1.mp3", tmp_path / "2.mp3"]
    for file in files:
        file.write_bytes(b"x" * 600)
    reports.print_audiobook(make_audiobook(*files))
    wrote, companion = capsys.readouterr().out.splitlines()
    assert wrote == f"Wrote      {tmp_path} (0:03, 1.2 kB, 2 chapters, 2 files)"
    assert companion.strip() == "tale.srt"


FORECAST = BuildForecast(Path("out.mp3"), Forecast(12, 5, 62.0, 480_000, 30.0), 1.23456)


def test_a_forecast_has_the_documented_keys() -> None:
    assert reports.summarise_forecast(FORECAST) == {
        "lines": 12,
        "missing": 5,
        "seconds": 62.0,
        "size": 480_000,
        "work": 30.0,
        "price": 1.2346,
    }


def test_a_forecast_says_what_a_build_would_do(capsys: pytest.CaptureFixture[str]) -> None:
    reports.print_forecast(FORECAST, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "Would      speak 12 lines, 5 of them new",
        "Would      write out.mp3: about 1:02, 480.0 kB",
        "Would      take about 0:30, judging by earlier builds on this machine",
    ]


@pytest.mark.parametrize(
    ("count", "printed"),
    [(0, ""), (1, "1 damaged entry of the cache"), (2, "2 damaged entries of the cache")],
)
def test_damage_in_the_cache_is_reported_if_there_is_any(
    capsys: pytest.CaptureFixture[str], count: int, printed: str
) -> None:
    reports.print_damaged_entries(count)
    assert printed in capsys.readouterr().err


@pytest.mark.parametrize(("amount", "printed"), [(0.0, ""), (1234.5, "about 1,234.50")])
def test_a_price_is_reported_if_there_is_one(
    capsys: pytest.CaptureFixture[str], amount: float, printed: str
) -> None:
    reports.print_price(amount)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert printed in captured.err
    assert bool(captured.err) == bool(amount)


def test_a_voice_is_summarised_with_the_options_of_its_engine() -> None:
    summary: dict[str, Any] = reports.summarise_voice(HORN)
    assert summary["options"] == {"depth": 2}
    assert (summary["name"], summary["rate"], summary["accent"]) == ("horn", 170.0, None)


def test_a_profile_is_printed_without_what_it_does_not_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reports.print_voice(HORN)
    rows = dict(
        line.strip().split(maxsplit=1)
        for line in capsys.readouterr().out.splitlines()
        if line.split()
    )
    assert rows["depth"].strip() == "2"
    assert "accent" not in rows
    assert "options" not in rows


def test_no_voice_is_reported_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    reports.print_voices([])
    assert "no voice matches" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("choice", "engines", "expected"),
    [
        (EngineChoice("tone", "you chose it"), ["tone"], "tone, because you chose it"),
        (
            EngineChoice("tone", "you chose it"),
            ["tone", "piper"],
            "tone, because you chose it (chosen voices: piper)",
        ),
        (
            EngineChoice("tone", "you chose it"),
            ["piper", "kokoro"],
            "kokoro and piper, because of the voices in the cast",
        ),
    ],
)
def test_a_build_says_which_engine_speaks_and_why(
    choice: EngineChoice, engines: list[str], expected: str
) -> None:
    voices = [Voice(engine, engine, "any") for engine in engines]
    cast = Cast(voices[0], {voice.name: voice for voice in voices[1:]})
    assert reports.describe_engines(Casting(cast, (), (), choice)) == expected


def test_all_lines_with_several_takes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    retaken = [LineTake(f"1.{number}.1", 1, ()) for number in range(1, 101)]
    suspects = [LineTake(f"2.{number}.1", 0, ("24% too short",)) for number in range(1, 102)]
    reports.print_line_takes([*retaken, *suspects])
    output = capsys.readouterr().out
    assert "100 lines spoken more than once: 1.1.1, 1.2.1, " in output
    assert "1.100.1\n" in output
    assert "2.100.1: 24% too short" in output
    assert "2.101.1" not in output
    assert "and 1 more: --json lists them all" in output
