"""Each option is written down once, in the fields of `Options`."""

from dataclasses import fields

import pytest

from narrator.build.options import PARAMETERS_KEY, FieldParameters, Options, Parameter, Stage

OFFERS: dict[str, FieldParameters] = {
    field.name: field.metadata[PARAMETERS_KEY] for field in fields(Options) if field.metadata
}


def offered_names(stage: Stage) -> set[str]:
    return {
        parameter.name
        for offer in OFFERS.values()
        for parameter in offer.parameters
        if offer.is_offered(parameter, stage)
    }


@pytest.mark.parametrize(
    ("flags", "name"),
    [("--bit-rate", "bit_rate"), ("--jobs -j", "jobs"), ("--credits/--no-credits", "credits")],
)
def test_a_parameter_is_named_after_its_long_flag(flags: str, name: str) -> None:
    assert Parameter(flags, "").name == name


def test_every_field_is_offered_and_no_two_parameters_share_a_name() -> None:
    names = [parameter.name for offer in OFFERS.values() for parameter in offer.parameters]
    assert len(names) == len(set(names)) > len(OFFERS)


@pytest.mark.parametrize(("earlier", "later"), [(1, 2), (2, 3), (3, 4)])
def test_a_later_step_offers_all_options_of_the_earlier_ones(earlier: int, later: int) -> None:
    assert offered_names(Stage(earlier)) < offered_names(Stage(later))


def test_the_options_of_reading_are_those_that_shape_a_script() -> None:
    assert offered_names(Stage.READING) == {
        "cast",  # it may hold a lexicon
        "lexicon",
        "language",
        "matter",
        "notes",
        "images",
        "cues",
        "cache_dir",
        "side_files",  # the cast file beside the book may hold a lexicon
        "force",  # not for the script itself, but for the file that it is written to
    }


def test_the_defaults_of_the_command_line_give_the_default_options() -> None:
    for name, offer in OFFERS.items():
        values = [parameter.default for parameter in offer.parameters]
        if name == "encoding":
            values.append("audiobook")
        if name == "format":
            values += [None, None]
        if name == "part_limit":
            values.append(None)
        value = offer.parse(*values) if offer.parse else values[0]
        assert value == getattr(Options(), name), name


@pytest.mark.parametrize(
    ("format_name", "sound_format"), [("flac", "flac"), ("epub", "mp3"), ("podcast", "mp3")]
)
def test_formats_with_text_have_their_sound_from_an_exporter(
    format_name: str, sound_format: str
) -> None:
    assert Options(format=format_name).sound_format == sound_format
