import math

import pytest

from narrator.engines.voice_validation import check_options, check_range, read_device
from narrator.errors import CastFileError
from narrator.model import Voice

CLARA = Voice("clara", "example", "anna")
LIMITS = (-2, 2.5)


@pytest.mark.parametrize("value", [-2, 0, 2.5, 1e-9, -1.999])
def test_a_number_within_the_limits_passes_and_so_do_both_limits(value):
    check_range(CLARA, "pitch", value, LIMITS)


@pytest.mark.parametrize("value", [-2.01, 2.6, math.inf, -math.inf, math.nan, 10**30])
def test_a_number_beyond_the_limits_is_an_error(value):
    with pytest.raises(CastFileError, match=r"voice clara: pitch .* is out of range") as caught:
        check_range(CLARA, "pitch", value, LIMITS)
    assert caught.value.hint == "choose one from -2 to 2.5"


@pytest.mark.parametrize("value", [True, False, "1", None, [1], ""])
def test_what_is_not_a_number_is_an_error_even_if_it_compares_like_one(value):
    with pytest.raises(CastFileError) as caught:
        check_range(CLARA, "pitch", value, LIMITS)
    assert str(value) in caught.value.message


@pytest.mark.parametrize(
    "options",
    [
        (),
        (("seconds", 5),),
        (("style.anna", 0.5), ("style.bob", 0.5)),
        (("seconds", 5), ("style", "anna")),
    ],
)
def test_options_that_the_engine_knows_pass_and_tables_count_by_their_name(options):
    check_options(Voice("clara", "example", "anna", options=options), ("style", "seconds"))


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("secnds", "did you mean seconds?"),
        ("Seconds", "did you mean seconds?"),
        ("quux", "there are seconds, style"),
        ("styles.anna", "did you mean style?"),
        ("", "there are seconds, style"),
    ],
)
def test_an_unknown_option_is_an_error_that_proposes_those_that_exist(key, hint):
    voice = Voice("clara", "example", "anna", options=((key, 1),))
    with pytest.raises(CastFileError) as caught:
        check_options(voice, ("style", "seconds"))
    assert caught.value.message == f"voice clara: example has no option '{key}'"
    assert caught.value.hint == hint


def test_the_first_unknown_option_is_the_one_that_is_named():
    voice = Voice("clara", "example", "anna", options=(("seconds", 1), ("b", 2), ("a", 3)))
    with pytest.raises(CastFileError, match="no option 'b'"):
        check_options(voice, ("style", "seconds"))


def test_an_engine_without_options_says_that_there_are_none():
    with pytest.raises(CastFileError) as caught:
        check_options(Voice("clara", "example", "anna", options=(("speed", 2),)), ())
    assert caught.value.hint == "there are none"


@pytest.mark.parametrize(
    ("options", "device"),
    [((), "cpu"), ((("device", "auto"),), "auto"), ((("device", "cuda"),), "cuda")],
)
def test_a_voice_runs_on_the_processor_unless_it_asks_for_another_device(options, device):
    assert read_device(Voice("clara", "piper", "anna", options=options)) == device


@pytest.mark.parametrize("device", ["gpu", "CUDA", "", 1, True])
def test_a_device_that_does_not_exist_is_an_error(device):
    with pytest.raises(CastFileError, match=r"voice clara: device .* is not known") as caught:
        read_device(Voice("clara", "piper", "anna", options=(("device", device),)))
    assert "coreml" in caught.value.hint
