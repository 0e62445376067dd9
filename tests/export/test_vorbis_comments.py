from dataclasses import replace

import pytest
from mutagen.flac import Picture

from narrator.export.vorbis_comments import fill_picture, list_comments
from narrator.model import ChapterMark, FilePart, Image, Metadata, Timeline
from tests.export.sample_audiobooks import METADATA
from tests.pictures import PNG

NO_CHAPTERS = Timeline(1000, (), ())


def test_what_is_not_known_has_no_comment() -> None:
    comments = list_comments(Metadata("Emma"), NO_CHAPTERS)
    assert dict(comments) == {
        "TITLE": "Emma",
        "ALBUM": "Emma",
        "LANGUAGE": "en",
        "GENRE": "Audiobook",
    }


def test_one_of_several_files_has_its_own_title_and_number() -> None:
    metadata = replace(METADATA, part=FilePart(3, 12, "Chapter 3"))
    comments = dict(list_comments(metadata, NO_CHAPTERS))
    assert (comments["TITLE"], comments["ALBUM"]) == ("Chapter 3", METADATA.title)
    assert (comments["TRACKNUMBER"], comments["TRACKTOTAL"]) == ("3", "12")


@pytest.mark.parametrize(
    ("sample", "clock"),
    [
        (0, "00:00:00.000"),
        (1_499, "00:00:00.068"),
        (22_050, "00:00:01.000"),
        (22_050 * 3_599 + 22_049, "01:00:00.000"),
        (22_050 * 360_000, "100:00:00.000"),
    ],
)
def test_a_chapter_starts_at_the_nearest_millisecond(sample: int, clock: str) -> None:
    timeline = Timeline(22_050, (ChapterMark("One", sample, sample + 1),), ())
    assert list_comments(Metadata("Emma"), timeline)[-2:] == [
        ("CHAPTER001", clock),
        ("CHAPTER001NAME", "One"),
    ]


def test_chapters_are_numbered_from_one_in_order() -> None:
    marks = tuple(ChapterMark(f"Title {n}", n * 1000, n * 1000 + 1000) for n in range(1001))
    keys = [key for key, _ in list_comments(Metadata("Emma"), Timeline(1000, marks, ()))]
    assert keys[-2:] == ["CHAPTER1001", "CHAPTER1001NAME"]
    assert keys.index("CHAPTER002") == keys.index("CHAPTER001") + 2


def test_the_cover_is_the_front_cover() -> None:
    picture = fill_picture(Image(PNG, "image/png"), Picture())
    assert (picture.data, picture.mime, picture.type) == (PNG, "image/png", 3)
