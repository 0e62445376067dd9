from dataclasses import replace

import pytest

from narrator.errors import OptionError
from narrator.inspection import check_limits

GOOD = {"rms": -20.0, "sample_peak": -3.5, "true_peak": -3.4, "integrated": -19.0}


def failed(report, *profiles):
    return [verdict.name for verdict in check_limits(report, profiles) if not verdict.passed]


def test_a_file_as_acx_wants_it_passes(report):
    assert failed(replace(report, **GOOD), "acx", "file", "audiobook") == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"rms": -23.2}, "RMS"),
        ({"rms": -17.9}, "RMS"),
        ({"sample_peak": -2.9}, "peak"),
        ({"noise_floor": -59.0}, "noise floor"),
        ({"bit_rate": 128}, "bit rate"),
        ({"constant_bit_rate": False}, "constant bit rate"),
        ({"rate": 22_050}, "sample rate"),
        ({"codec": "aac"}, "MP3"),
        ({"head": 0.4}, "silence at the head"),
        ({"tail": 5.2}, "silence at the tail"),
        ({"duration": 7_300.0}, "duration"),
    ],
)
def test_each_limit_of_acx_is_watched(report, change, name):
    assert failed(replace(report, **{**GOOD, **change}), "acx") == [name]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"clipped_samples": 3}, "clipped samples"),
        ({"whole": False}, "end of the file"),
        ({"header_duration": 9.0}, "header off by"),
        ({"tags": {"artist": "Ann"}}, "title"),
        ({"tags": {"title": " "}}, "title"),
        ({"longest_silence": 6.0}, "longest silence"),
        ({"head": 6.0}, "longest silence"),
        ({"tail": 6.0}, "longest silence"),
        ({"chapters": (), "head": 4.0, "duration": 4.0, "header_duration": 4.0}, "silent chapters"),
        ({"chapters_cover_all": False}, "gaps around chapters"),
    ],
)
def test_each_need_of_a_player_is_watched(report, change, name):
    assert failed(replace(report, **change), "file") == [name]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"title": " "}, "chapters without a title"),
        ({"silent": True}, "silent chapters"),
        ({"contiguous": False}, "gaps around chapters"),
    ],
)
def test_each_fault_of_a_chapter_is_watched(report, change, name):
    faulty = (report.chapters[0], replace(report.chapters[1], **change))
    assert failed(replace(report, chapters=faulty), "file") == [name]


def test_a_verdict_tells_the_number_and_the_limit(report):
    (verdict, _) = check_limits(replace(report, integrated=-14.0), ["podcast"])
    assert (verdict.measured, verdict.limit, verdict.passed) == (-14.0, "-17 to -15 LUFS", False)
    assert verdict.as_json()["profile"] == "podcast"


def test_an_unknown_profile_is_told(report):
    with pytest.raises(OptionError, match="acx"):
        check_limits(report, ["axc"])
