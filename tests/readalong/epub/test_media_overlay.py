from itertools import pairwise

import pytest
from lxml import etree

from narrator.readalong.epub.media_overlay import (
    OverlayClip,
    TimedFragment,
    build_smil,
    format_smil_clock,
    group_by_page,
    make_overlay_clips,
    make_relative_href,
    sum_clip_seconds,
)
from tests.readalong.rendering import RATE, render


def make_fragments(rendered_book, page_entry="one.xhtml"):
    return [
        TimedFragment(page_entry, f"id-{number}", line_timing.start)
        for number, line_timing in enumerate(rendered_book.timeline.line_timings)
    ]


@pytest.mark.parametrize("split", [False, True])
def test_the_clips_of_each_track_are_the_whole_track(tmp_path, split):
    rendered_book = render(tmp_path, split=split)
    clips = [*make_overlay_clips(make_fragments(rendered_book), rendered_book)]
    for index, track in enumerate(rendered_book.tracks):
        track_clips = [clip for clip in clips if clip.track_index == index]
        assert track_clips[0].start_seconds == 0
        assert track_clips[-1].end_seconds == (track.end_sample - track.start_sample) / RATE
        assert all(a.end_seconds == b.start_seconds for a, b in pairwise(track_clips))


def test_speech_without_an_element_belongs_to_the_clip_before(tmp_path):
    rendered_book = render(tmp_path)
    fragments = make_fragments(rendered_book)
    without_third = [*fragments[:2], *fragments[3:]]
    clips = [*make_overlay_clips(without_third, rendered_book)]
    assert clips[1].element_id == "id-1"
    assert clips[1].end_seconds == fragments[3].start_sample / RATE


def test_an_element_without_time_of_its_own_gets_no_clip(tmp_path):
    rendered_book = render(tmp_path)
    fragments = make_fragments(rendered_book)
    fragments.insert(1, TimedFragment("one.xhtml", "empty", fragments[1].start_sample))
    clips = [*make_overlay_clips(fragments, rendered_book)]
    assert "empty" not in {clip.element_id for clip in clips}
    assert len(clips) == len(fragments) - 1


def test_clips_are_grouped_by_page_in_order():
    clips = [OverlayClip(page, str(i), 0, i, i + 1.5) for i, page in enumerate("abab")]
    assert [
        (page, [c.element_id for c in found]) for page, found in group_by_page(clips).items()
    ] == [
        ("a", ["0", "2"]),
        ("b", ["1", "3"]),
    ]
    assert sum_clip_seconds(clips) == 6.0


def test_an_overlay_links_to_page_and_audio_relative_to_itself():
    clips = [OverlayClip("EPUB/text/a b.xhtml", "line-1", 1, 0.0, 62.5)]
    smil = build_smil(clips, "EPUB/overlay/1.smil", ["EPUB/audio/1.mp3", "EPUB/audio/2.mp3"])
    (par,) = etree.fromstring(smil).iter("{*}par")
    text, audio = par
    assert text.get("src") == "../text/a%20b.xhtml#line-1"
    assert audio.get("src") == "../audio/2.mp3"
    assert (audio.get("clipBegin"), audio.get("clipEnd")) == ("0:00:00.000", "0:01:02.500")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0:00:00.000"), (59.9996, "0:01:00.000"), (3725.0409, "1:02:05.041")],
)
def test_clock_values_have_hours_and_milliseconds(seconds, expected):
    assert format_smil_clock(seconds) == expected


@pytest.mark.parametrize(
    ("target", "entry", "href"),
    [
        ("a.xhtml", "b.xhtml", "a.xhtml"),
        ("EPUB/text/a.xhtml", "EPUB/nav.xhtml", "text/a.xhtml"),
        ("style.css", "OPS/text/b.xhtml", "../../style.css"),
        ("OPS/é #1.css", "OPS/b.xhtml", "%C3%A9%20%231.css"),
    ],
)
def test_links_are_relative_and_percent_encoded(target, entry, href):
    assert make_relative_href(target, entry) == href
