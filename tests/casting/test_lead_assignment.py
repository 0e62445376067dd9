"""Leads are numbers on a line here, and their voices too: how far apart they are is seen at once."""

from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.casting.acoustic_distance import acoustic_distance, estimate_acoustics
from narrator.casting.cast import cast_script
from narrator.casting.lead_assignment import Lead, assign_leads

VOICES = [str(place) for place in (0, 1, 2, 5, 6, 9)]


def apart(one, other):
    return abs(float(one) - float(other))


def lead(name, others, voices=VOICES, suits=None, room=None):
    return Lead(
        name,
        {voice: (suits or {}).get(voice, 0.0) for voice in voices},
        {voice: (room or {}).get(voice, 99.0) for voice in voices},
        frozenset(others) - {name},
    )


def smallest(given_, leads):
    pairs = [(one.name, other) for one in leads for other in one.meets]
    return min((apart(given_[one], given_[other]) for one, other in pairs), default=99.0)


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.sets(st.sampled_from("abcd"[:n])), min_size=n, max_size=n)
    )
)
@settings(deadline=None, max_examples=60)
def test_no_casting_has_the_two_who_are_most_alike_further_apart(meets):
    names = "abcd"[: len(meets)]
    both = {
        name: {o for o in names if o in meets[i] or name in meets[names.index(o)]}
        for i, name in enumerate(names)
    }
    leads = [lead(name, both[name]) for name in names]
    found = assign_leads(leads, apart, 4.0)
    best = max(
        smallest(dict(zip(names, chosen, strict=True)), leads)
        for chosen in permutations(VOICES, len(names))
    )
    assert smallest(found, leads) >= min(best, 4.0) - 0.05
    assert len(set(found.values())) == len(names)


def test_the_order_of_the_leads_changes_nothing():
    leads = [lead(name, "abc") for name in "abc"]
    assert len({tuple(sorted(assign_leads(o, apart, 9).items())) for o in permutations(leads)}) == 1


def test_where_there_are_too_few_voices_nobody_is_cast():
    assert assign_leads([lead(name, "abc", ["1", "2"]) for name in "abc"], apart, 2) == {}


def test_what_is_far_enough_gives_way_to_what_suits():
    leads = [lead("a", "ab", suits={"1": 3.0}), lead("b", "ab", suits={"5": 3.0, "9": 2.0})]
    assert assign_leads(leads, apart, 3) == {"a": "1", "b": "5"}
    assert assign_leads(leads, apart, 8) == {"a": "1", "b": "9"}


def test_a_voice_that_is_known_already_is_kept_away_from():
    near = {"0": 0.5, "9": 0.5}
    leads = [lead("a", "ab", room=near), lead("b", "ab", room=near)]
    assert set(assign_leads(leads, apart, 9).values()) == {"1", "6"}


@pytest.mark.parametrize("narrator", ["edgar", "marian"])
def test_ten_who_share_a_chapter_are_twice_as_far_apart_as_need_be(scripted, voices, narrator):
    people = {name: {"gender": "male" if name in "ABCDE" else "female"} for name in "ABCDEFGHIJ"}
    script = scripted([list(people) * 5], **people)
    given_ = cast_script(script, voices, overrides={"narrator": narrator}).cast.voices
    for one, other in combinations(given_.values(), 2):
        assert acoustic_distance(estimate_acoustics(one), estimate_acoustics(other)) > 1.8


def test_who_says_little_changes_no_leads_voice(scripted, voices):
    before = cast_script(scripted(["ABCDE" * 6, "AB"]), voices).cast.voices
    after = cast_script(scripted(["ABCDEZ" + "ABCDE" * 5, "ABZY"]), voices).cast.voices
    assert {name: after[name] for name in before} == before
