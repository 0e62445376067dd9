from dataclasses import replace

import pytest

from narrator.errors import OptionError
from narrator.inspection import check_limits
from narrator.inspection.publisher_limits import Limit

GOOD_LEVELS = {"rms": -20.0, "sample_peak": -3.5, "true_peak": -3.4, "integrated": -19.0}


def failed_limits(report, *profiles):
    return [check.name for check in check_limits(report, profiles) if not check.passed]


def test_a_file_as_acx_requires_it_passes(report):
    assert failed_limits(replace(report, **GOOD_LEVELS), "acx", "file", "audiobook") == []


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
def test_each_limit_of_acx_is_checked(report, change, name):
    assert failed_limits(replace(report, **{**GOOD_LEVELS, **change}), "acx") == [name]


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
def test_each_requirement_of_players_is_checked(report, change, name):
    assert failed_limits(replace(report, **change), "file") == [name]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"title": " "}, "chapters without a title"),
        ({"silent": True}, "silent chapters"),
        ({"contiguous": False}, "gaps around chapters"),
    ],
)
def test_each_problem_of_a_chapter_is_found(report, change, name):
    faulty_chapters = (report.chapters[0], replace(report.chapters[1], **change))
    assert failed_limits(replace(report, chapters=faulty_chapters), "file") == [name]


def test_a_measure_that_reads_like_the_limit_passes(report):
    assert failed_limits(replace(report, **{**GOOD_LEVELS, "rms": -23.004}), "acx") == []
    assert failed_limits(replace(report, **{**GOOD_LEVELS, "rms": -23.006}), "acx") == ["RMS"]


def test_a_check_states_the_measure_and_the_limit(report):
    (check, _) = check_limits(replace(report, integrated=-14.0), ["podcast"])
    assert (check.measured, check.limit, check.passed) == (-14.0, "-17 to -15 LUFS", False)
    assert check.failure_message == "podcast: loudness -14, and should be -17 to -15 LUFS"
    assert check.as_json()["profile"] == "podcast"


def test_a_missing_fact_is_reported_without_a_number(report):
    checks = check_limits(replace(report, tags={}), ["file"])
    (check,) = (check for check in checks if not check.passed)
    assert (check.measured_text, check.failure_message) == ("no", "file: no title")


@pytest.mark.parametrize(
    ("limit", "description"),
    [
        ({"minimum": 1, "maximum": 1}, "yes"),
        ({"minimum": 44_100, "maximum": 44_100, "unit": "Hz"}, "44100 Hz"),
        ({"maximum": -3.0, "unit": "dB"}, "at most -3 dB"),
        ({"minimum": 192.0, "unit": "kb/s"}, "at least 192 kb/s"),
        ({"minimum": 0.5, "maximum": 1.0, "unit": "s"}, "0.5 to 1 s"),
        ({"maximum": 0}, "at most 0"),
    ],
)
def test_limits_are_described_in_words(limit, description):
    assert Limit("x", lambda _: 0.0, **limit).description == description


def test_an_unknown_profile_is_answered_with_a_similar_one(report):
    with pytest.raises(OptionError, match="acx"):
        check_limits(report, ["axc"])
