"""Values of options as users write them, and what the build makes of them."""

from pathlib import Path

import pytest

from narrator import registry
from narrator.build import option_parsing
from narrator.errors import OptionError
from narrator.export import Encoding
from narrator.readers import Policy


@pytest.mark.parametrize(
    ("texts", "voices"),
    [
        (None, {}),
        (["Elizabeth=clara"], {"Elizabeth": "clara"}),
        ([" Mr. Hobday = horn "], {"Mr. Hobday": "horn"}),
        (["A=B=horn"], {"A=B": "horn"}),
        (["Anne=flute", "Anne=horn"], {"Anne": "horn"}),
    ],
)
def test_a_character_is_given_a_voice(texts: list[str] | None, voices: dict[str, str]) -> None:
    assert option_parsing.parse_assignments(texts) == voices


@pytest.mark.parametrize("text", ["Elizabeth", "=clara", "Elizabeth=", " = "])
def test_an_assignment_needs_both_sides(text: str) -> None:
    with pytest.raises(OptionError, match=r"--set .* is not valid"):
        option_parsing.parse_assignments([text])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("3", 3, 3), ("2-5", 2, 5), (" 2 - 5 ", 2, 5), ("-6", 1, 6), ("7-7", 7, 7)],
)
def test_chapters_are_a_number_or_a_range(text: str, first: int, last: int) -> None:
    chapters = option_parsing.parse_chapters(text)
    assert chapters is not None
    assert (chapters[0], chapters[-1]) == (first, last)


def test_a_range_of_chapters_may_be_open() -> None:
    chapters = option_parsing.parse_chapters("4-")
    assert chapters is not None
    assert 3 not in chapters
    assert 4 in chapters
    assert 99_999 in chapters
    assert option_parsing.parse_chapters(None) is None


@pytest.mark.parametrize("text", ["", "-", "x", "0", "5-2", "1-x", "1,3", "-0"])
def test_what_is_not_a_range_of_chapters_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match=r"--chapters .* is not valid"):
        option_parsing.parse_chapters(text)


@pytest.mark.parametrize(("count", "jobs"), [(None, 0), (1, 1), (16, 16)])
def test_workers_are_counted(count: int | None, jobs: int) -> None:
    assert option_parsing.parse_jobs(count) == jobs


@pytest.mark.parametrize("count", [0, -1])
def test_fewer_than_one_worker_is_refused(count: int) -> None:
    with pytest.raises(OptionError, match=f"--jobs {count}"):
        option_parsing.parse_jobs(count)


@pytest.mark.parametrize(
    ("name", "output", "split", "format_name"),
    [
        (None, None, None, "mp3"),
        ("FLAC", None, None, "flac"),
        (None, "book.m4b", None, "m4b"),
        (None, "book.EPUB", None, "epub"),
        ("page", "folder", None, "page"),
        ("m4b", "book.m4b", None, "m4b"),
        (None, "vol. 2", "chapters", "mp3"),
        (None, "folder.flac", "chapters", "flac"),
    ],
)
def test_the_format_is_named_or_follows_from_the_output(
    name: str | None, output: str | None, split: str | None, format_name: str
) -> None:
    path = Path(output) if output else None
    assert option_parsing.parse_format(name, path, split) == format_name


@pytest.mark.parametrize(
    ("name", "output", "message"),
    [
        ("mp4", None, "did you mean mp3"),
        (None, "book.epup", "did you mean epub"),
        (None, "vol. 2", "no format is called"),
        ("m4b", "book.mp3", "write -o book.m4b"),
    ],
)
def test_a_format_that_is_unknown_or_ambiguous_is_refused(
    name: str | None, output: str | None, message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        option_parsing.parse_format(name, Path(output) if output else None)


@pytest.mark.parametrize("name", ["epub", "PAGE", "podcast", "lpf"])
def test_a_format_with_chapters_of_its_own_is_not_split(name: str) -> None:
    with pytest.raises(OptionError, match=f"--split does not go with --format {name.lower()}"):
        option_parsing.parse_format(name, None, "chapters")
    with pytest.raises(OptionError, match="--split"):
        option_parsing.parse_format(None, Path(f"book.{name}"), "chapters")


def test_every_exporter_is_among_the_formats() -> None:
    formats = option_parsing.list_formats()
    assert set(registry.list_plugins("exporters")) < set(formats)
    assert {"epub", "page", "podcast", "lpf"} < set(formats)


@pytest.mark.parametrize(("unit", "is_split"), [(None, False), ("chapters", True)])
def test_a_book_is_split_by_chapters(unit: str | None, is_split: bool) -> None:
    assert option_parsing.parse_split(unit) is is_split


@pytest.mark.parametrize(
    ("unit", "seconds", "size"),
    [
        ("30min", 1800, float("inf")),
        ("1.5 H", 5400, float("inf")),
        ("50MB", float("inf"), 50_000_000),
        ("2gb", float("inf"), 2_000_000_000),
    ],
)
def test_a_book_is_split_by_length_or_size(unit: str, seconds: float, size: float) -> None:
    limit = option_parsing.parse_part_limit(unit)
    assert limit is not None
    assert (limit.max_seconds, limit.max_bytes) == (seconds, size)
    assert option_parsing.parse_split(unit)


@pytest.mark.parametrize("unit", ["hours", "0min", "5kb", "99h", "-3min", "1e9min", "9gb", ""])
def test_a_book_is_not_split_by_anything_else(unit: str) -> None:
    with pytest.raises(OptionError, match=f"--split '{unit}'"):
        option_parsing.parse_split(unit)


@pytest.mark.parametrize(
    ("name", "output", "expected"),
    [
        (None, "a.m4a", "m4b"),
        (None, "a.OGG", "opus"),
        ("m4a", None, "m4b"),
        ("m4b", "a.m4a", "m4b"),
    ],
)
def test_other_suffixes_mean_the_same_formats(
    name: str | None, output: str | None, expected: str
) -> None:
    assert option_parsing.parse_format(name, Path(output) if output else None) == expected


@pytest.mark.parametrize(
    ("subtitles", "timeline", "companions"),
    [
        (None, False, ()),
        (None, True, ("timeline",)),
        ("vtt,SRT", False, ("srt", "vtt")),
        (".lrc", True, ("lrc", "timeline")),
    ],
)
def test_companions_are_subtitles_and_a_timeline(
    subtitles: str | None, timeline: bool, companions: tuple[str, ...]
) -> None:
    assert option_parsing.parse_companions(subtitles, timeline) == companions


@pytest.mark.parametrize("subtitles", ["", "ass", "vtt,ass", "timeline"])
def test_subtitles_of_an_unknown_kind_are_refused(subtitles: str) -> None:
    with pytest.raises(OptionError, match="srt, vtt or lrc"):
        option_parsing.parse_companions(subtitles, timeline=False)


@pytest.mark.parametrize(
    ("bit_rate", "loudness", "encoding"),
    [
        (None, "audiobook", None),
        (64, "audiobook", Encoding(22_050, 64)),
        (160, "audiobook", Encoding(22_050, 160)),
        (192, "audiobook", Encoding(44_100, 192)),
        (64, "acx", Encoding(44_100, 64)),
    ],
)
def test_the_sample_rate_follows_from_bit_rate_and_publisher(
    bit_rate: int | None, loudness: str, encoding: Encoding | None
) -> None:
    assert option_parsing.parse_encoding(bit_rate, loudness) == encoding


@pytest.mark.parametrize("bit_rate", [15, 321, 0, -64])
def test_a_bit_rate_that_no_encoder_has_is_refused(bit_rate: int) -> None:
    with pytest.raises(OptionError, match="16 to 320"):
        option_parsing.parse_encoding(bit_rate, "audiobook")


def test_without_a_cluster_workers_are_on_this_machine() -> None:
    assert option_parsing.parse_cluster(None) is None


def test_metadata_is_replaced_only_where_the_user_says() -> None:
    assert option_parsing.parse_metadata() == {}
    assert option_parsing.parse_metadata("Ferries", series_index="2", narrator="Me") == {
        "title": "Ferries",
        "series_index": "2",
        "narrator": "Me",
    }


def test_a_policy_is_made_of_four_choices() -> None:
    assert option_parsing.parse_policy("skip", "skip", "skip", "skip") == Policy()
    kept = Policy("keep", "inline", "keep", "speak")
    assert option_parsing.parse_policy("keep", "inline", "keep", "speak") == kept


@pytest.mark.parametrize(
    ("choices", "option"),
    [
        (("no", "skip", "skip", "skip"), "--matter 'no'"),
        (("skip", "keep", "skip", "skip"), "--notes 'keep'"),
        (("skip", "skip", "inline", "skip"), "--images 'inline'"),
        (("skip", "skip", "skip", "keep"), "--cues 'keep'"),
    ],
)
def test_a_choice_that_does_not_exist_names_its_option(
    choices: tuple[str, str, str, str], option: str
) -> None:
    with pytest.raises(OptionError, match=option):
        option_parsing.parse_policy(*choices)
