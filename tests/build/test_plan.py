"""The checks before a build, and what is prepared by them."""

from dataclasses import replace
from pathlib import Path

import pytest

from narrator.build import pipeline
from narrator.build.options import Options
from narrator.build.plan import (
    BuildPlan,
    add_credits,
    count_unmeasured_voices,
    estimate_build_price,
    merge_metadata,
    outline_build,
    plan_build,
)
from narrator.build.resources import choose_encoding, create_worker_pool, open_cache
from narrator.errors import OptionError, OutputError
from narrator.export import Encoding
from narrator.model import Cast, Image, Metadata, Script, Voice
from tests.conftest import inline
from tests.pictures import JPEG, PNG

TONE = Options(engine="tone", pool=inline, jobs=1)


@pytest.fixture
def script(story: Path) -> Script:
    return pipeline.write_script([str(story)], TONE)


@pytest.fixture
def cast(script: Script, story: Path) -> Cast:
    return pipeline.cast_book(script, [str(story)], TONE).cast


def make_plan(script: Script, cast: Cast, target: Path, options: Options = TONE) -> BuildPlan:
    outline = outline_build(script, cast, target, options)
    return plan_build(outline, create_worker_pool(options), measure_voices=False)


def test_a_plan_has_every_line_and_chapter(script: Script, cast: Cast, tmp_path: Path) -> None:
    plan = make_plan(script, cast, tmp_path / "out.mp3")
    spoken = [cue.line_id for chunk in plan.rendering_job.chunks for cue in chunk.cues]
    assert spoken == [line.id for line in script.lines]
    assert plan.chapter_titles == {1: "Chapter I", 2: "Chapter II"}
    assert not (tmp_path / "out.mp3").exists()


def test_a_plan_of_chosen_chapters_has_their_lines_alone(
    script: Script, cast: Cast, tmp_path: Path
) -> None:
    plan = make_plan(script, cast, tmp_path / "out.mp3", replace(TONE, chapters=range(2, 9)))
    assert {line.chapter for line in plan.script.lines} == {2}
    with pytest.raises(OptionError, match="there is no chapter 3"):
        make_plan(script, cast, tmp_path / "out.mp3", replace(TONE, chapters=range(3, 9)))


@pytest.mark.parametrize(
    ("options", "has_credits"),
    [
        (TONE, False),
        (replace(TONE, credits=True), True),
        (replace(TONE, split=True, loudness="acx"), True),
        (replace(TONE, split=True, loudness="acx", credits=False), False),
        (replace(TONE, loudness="acx"), False),
    ],
)
def test_credits_are_spoken_if_the_user_or_the_publisher_wants_them(
    script: Script, cast: Cast, tmp_path: Path, options: Options, has_credits: bool
) -> None:
    plan = make_plan(script, cast, tmp_path / "out", options)
    assert (plan.script.lines[0].chapter == 0) is has_credits
    assert (len(plan.chapter_titles) == 4) is has_credits


def test_credits_are_chapters_before_the_first_and_after_the_last(script: Script) -> None:
    metadata = Metadata("The Ferry", "Ann Miller", narrator="Clara")
    credited, titles = add_credits(script, metadata, {1: "I", 2: "II"})
    assert sorted(titles) == [0, 1, 2, 3]
    assert credited.lines[1:-1] == script.lines
    opening, closing = credited.lines[0], credited.lines[-1]
    assert "The Ferry" in opening.spoken
    assert "Ann Miller" in opening.spoken
    assert (opening.id, closing.id) == ("0.1.1", "3.1.1")


def test_the_book_and_a_file_in_place_of_a_folder_are_not_written_over(
    script: Script, cast: Cast, story: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="the book itself"):
        make_plan(script, cast, story)
    letter = tmp_path / "letter"
    letter.write_text("Dear Anne,", "utf-8")
    with pytest.raises(OutputError, match="is a file"):
        make_plan(script, cast, letter, replace(TONE, split=True))
    assert letter.read_text("utf-8") == "Dear Anne,"


def test_metadata_are_the_users_then_the_books_then_the_casts(script: Script) -> None:
    cast = Cast(Voice("clara", "tone", "high"), {})
    assert merge_metadata(script, cast, Options()).narrator == "Clara"
    about = {"title": "Boats", "narrator": "Me", "series_index": "2"}
    merged = merge_metadata(script, cast, Options(about=about))
    assert (merged.title, merged.narrator, merged.series_index) == ("Boats", "Me", "2")
    book = replace(script.book, metadata=Metadata("Tale", narrator="Ann"))
    assert merge_metadata(replace(script, book=book), cast, Options()).narrator == "Ann"


@pytest.mark.parametrize(("data", "media_type"), [(JPEG, "image/jpeg"), (PNG, "image/png")])
def test_a_cover_of_the_users_takes_the_place_of_the_books(
    script: Script, cast: Cast, tmp_path: Path, data: bytes, media_type: str
) -> None:
    cover = tmp_path / "cover"
    cover.write_bytes(data)
    merged = merge_metadata(script, cast, replace(TONE, cover=cover))
    assert merged.cover == Image(data, media_type)


@pytest.mark.parametrize("data", [None, b"", b"GIF89a", JPEG[:20]])
def test_a_cover_that_is_not_a_whole_picture_is_refused(
    script: Script, cast: Cast, tmp_path: Path, data: bytes | None
) -> None:
    cover = tmp_path / "cover.jpg"
    if data is not None:
        cover.write_bytes(data)
    with pytest.raises(OptionError, match="--cover"):
        merge_metadata(script, cast, replace(TONE, cover=cover))


def test_voices_that_were_measured_are_not_counted(
    script: Script, cast: Cast, tmp_path: Path
) -> None:
    before = count_unmeasured_voices(script, cast, TONE)
    assert before >= 2
    outline = outline_build(script, cast, tmp_path / "out.mp3", TONE)
    plan_build(outline, create_worker_pool(TONE))
    assert count_unmeasured_voices(script, cast, TONE) == 0
    assert count_unmeasured_voices(script, cast, replace(TONE, loudness="podcast")) == before


def test_voices_of_this_machine_cost_nothing(script: Script, cast: Cast) -> None:
    assert estimate_build_price(script, cast, TONE) == 0.0


@pytest.mark.parametrize(
    ("options", "encoding"),
    [
        (Options(), Encoding(22_050, 64)),
        (Options(format="opus"), Encoding(22_050, 32)),
        (Options(format="epub"), Encoding(22_050, 64)),
        (Options(loudness="acx"), Encoding(44_100, 192)),
        (Options(encoding=Encoding(8000, 16), loudness="acx"), Encoding(8000, 16)),
    ],
)
def test_the_encoding_suits_the_user_the_publisher_or_the_format(
    options: Options, encoding: Encoding
) -> None:
    assert choose_encoding(options) == encoding


def test_a_cache_is_opened_once_for_all_steps(tmp_path: Path) -> None:
    options = Options(cache_dir=tmp_path / "cache")
    assert open_cache(options) is open_cache(replace(options, speed=2.0))
    assert open_cache(options).root == tmp_path / "cache"
