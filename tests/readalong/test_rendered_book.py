from dataclasses import replace

import pytest

from narrator.readalong.rendered_book import AudioTrack
from tests.readalong.rendering import render


def test_samples_are_converted_to_seconds_of_three_decimals(tmp_path):
    rendered_book = render(tmp_path)
    rendered_book = replace(rendered_book, timeline=replace(rendered_book.timeline, rate=22_050))
    assert [rendered_book.to_seconds(sample) for sample in (0, 1, 22_050, 33_333)] == [
        0.0,
        0.0,
        1.0,
        1.512,
    ]


def test_chapters_keep_their_number_in_the_book_if_only_some_are_rendered(tmp_path):
    rendered_book = render(tmp_path)
    timeline = rendered_book.timeline
    last_chapter = timeline.marks[-1]
    second_chapter_only = replace(
        timeline,
        marks=(last_chapter,),
        line_timings=tuple(t for t in timeline.line_timings if t.start >= last_chapter.start),
    )
    partial_book = replace(rendered_book, timeline=second_chapter_only)
    assert [*partial_book.enumerate_marks()] == [(2, last_chapter)]
    (chapter,) = partial_book.time_chapters()
    assert (chapter.number, chapter.chapter_mark) == (2, last_chapter)
    assert {timed_line.line.chapter for timed_line in chapter.timed_lines} == {2}


def test_a_whole_book_has_the_same_times_in_its_only_track(tmp_path):
    rendered_book = render(tmp_path)
    (track,) = rendered_book.tracks
    assert [*rendered_book.time_track_chapters(track)] == [*rendered_book.time_chapters()]


def test_each_track_of_a_split_book_is_timed_from_its_own_beginning(tmp_path):
    rendered_book = render(tmp_path, split=True)
    whole_chapters = [*rendered_book.time_chapters()]
    for track, whole_chapter in zip(rendered_book.tracks, whole_chapters, strict=True):
        (chapter,) = rendered_book.time_track_chapters(track)
        assert chapter.number == whole_chapter.number
        assert chapter.chapter_mark.start == 0
        assert chapter.chapter_mark.end == track.end_sample - track.start_sample
        assert chapter.timed_lines[0].start_sample == 0
        assert [line.shift(track.start_sample) for line in chapter.timed_lines] == [
            *whole_chapter.timed_lines
        ]


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_chapter_that_is_cut_has_each_line_in_exactly_one_track(tmp_path, share):
    rendered_book = render(tmp_path)
    length = rendered_book.timeline.samples
    cut = int(length * share)
    tracks = (
        AudioTrack(tmp_path / "1.mp3", 0, cut, "First"),
        AudioTrack(tmp_path / "2.mp3", cut, length, "Second"),
    )
    ids = [
        timed_line.line.id
        for track in tracks
        for chapter in rendered_book.time_track_chapters(track)
        for timed_line in chapter.timed_lines
    ]
    assert ids == [line.id for line in rendered_book.script.lines]
    for track in tracks:
        for chapter in rendered_book.time_track_chapters(track):
            mark = chapter.chapter_mark
            assert 0 <= mark.start < mark.end <= track.end_sample - track.start_sample
