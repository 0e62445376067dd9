"""Voices are numbers on a line here, so that the distance between two of them is obvious."""

from dataclasses import replace
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import estimate_acoustics
from narrator.casting.cast import cast_script
from narrator.casting.lead_assignment import Lead, assign_leads, select_leads_with_voices

VOICES = [str(position) for position in (0, 1, 2, 5, 6, 9)]


def voice_distance(first, second):
    return abs(float(first) - float(second))


def make_lead(name, encountered, voices=VOICES, suitability=None, clearance=None):
    return Lead(
        name,
        {voice: (suitability or {}).get(voice, 0.0) for voice in voices},
        {voice: (clearance or {}).get(voice, 99.0) for voice in voices},
        frozenset(encountered) - {name},
    )


def smallest_distance(assigned, leads):
    pairs = [(lead.name, name) for lead in leads for name in lead.encountered_leads]
    return min(
        (voice_distance(assigned[first], assigned[second]) for first, second in pairs),
        default=99.0,
    )


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.sets(st.sampled_from("abcd"[:n])), min_size=n, max_size=n)
    )
)
@settings(deadline=None, max_examples=60)
def test_the_smallest_distance_is_as_large_as_in_the_best_of_all_assignments(meetings):
    names = "abcd"[: len(meetings)]
    # Whom somebody meets also meets that character.
    mutual = {
        name: {
            other
            for other in names
            if other in meetings[index] or name in meetings[names.index(other)]
        }
        for index, name in enumerate(names)
    }
    leads = [make_lead(name, mutual[name]) for name in names]
    assigned = assign_leads(leads, voice_distance, 4.0)
    best = max(
        smallest_distance(dict(zip(names, voices, strict=True)), leads)
        for voices in permutations(VOICES, len(names))
    )
    assert smallest_distance(assigned, leads) >= min(best, 4.0) - 0.05
    assert len(set(assigned.values())) == len(names)


def test_the_order_of_the_leads_does_not_matter():
    leads = [make_lead(name, "abc") for name in "abc"]
    results = [assign_leads(order, voice_distance, 9) for order in permutations(leads)]
    assert all(result == results[0] for result in results)


def test_the_assignment_is_empty_if_there_are_too_few_voices():
    leads = [make_lead(name, "abc", ["1", "2"]) for name in "abc"]
    assert assign_leads(leads, voice_distance, 2) == {}


def test_leads_without_a_voice_of_their_own_are_those_who_come_last():
    leads = [
        make_lead("a", "abcd", ["1", "2"]),
        make_lead("b", "abcd", ["1"]),  # so that a has to take the other
        make_lead("c", "abcd", ["2"]),
        make_lead("d", "abcd", ["9"]),
    ]
    assert [lead.name for lead in select_leads_with_voices(leads)] == ["a", "b", "d"]


def test_a_voice_that_is_already_assigned_is_not_free_for_a_lead():
    leads = [make_lead(name, "ab", ["1", "2"], clearance={"1": -1.0}) for name in "ab"]
    assert [lead.name for lead in select_leads_with_voices(leads)] == ["a"]


def test_more_than_the_sufficient_distance_is_given_up_for_a_more_suitable_voice():
    leads = [
        make_lead("a", "ab", suitability={"1": 3.0}),
        make_lead("b", "ab", suitability={"5": 3.0, "9": 2.0}),
    ]
    assert assign_leads(leads, voice_distance, 3) == {"a": "1", "b": "5"}
    assert assign_leads(leads, voice_distance, 8) == {"a": "1", "b": "9"}


def test_leads_exchange_voices_if_that_suits_both():
    leads = [
        make_lead("a", "ab", ["0", "9"], suitability={"9": 1.0}),
        make_lead("b", "ab", ["0", "9"], suitability={"0": 1.0}),
    ]
    assert assign_leads(leads, voice_distance, 9) == {"a": "9", "b": "0"}


def test_a_voice_close_to_one_that_is_already_assigned_is_avoided():
    clearance = {"0": 0.5, "9": 0.5}
    leads = [make_lead(name, "ab", clearance=clearance) for name in "ab"]
    assert set(assign_leads(leads, voice_distance, 9).values()) == {"1", "6"}


def test_similar_voices_go_to_leads_who_seldom_answer_each_other():
    counts = {"a": {"b": 9, "c": 1}, "b": {"a": 9, "c": 8}, "c": {"a": 1, "b": 8}}
    for order in permutations("abc"):
        # a taste for the voices 0 and 1 does not outweigh that they are hard to tell apart
        leads = [
            replace(
                make_lead(name, "abc", ["0", "1", "9"], {"0": 5.0} if name in order[:2] else {}),
                exchange_counts=counts[name],
            )
            for name in "abc"
        ]
        assert assign_leads(leads, voice_distance, 5, 2)["b"] == "9"


def test_leads_who_seldom_talk_do_not_decide_which_voices_others_get():
    # b and d never meet. If they had the voices 2.0 and 2.5, nobody else would be closer than 0.6,
    # but a and c, who talk all the time, would be hard to tell apart.
    met = {"a": "abcd", "b": "abc", "c": "abcd", "d": "acd"}
    counts = {"a": {"c": 400}, "c": {"a": 400}}
    leads = [
        replace(
            make_lead(name, met[name], ["0", "0.6", "2.0", "2.5"]),
            exchange_counts=counts.get(name, {}),
        )
        for name in "abcd"
    ]
    assigned = assign_leads(leads, voice_distance, 2.2, 1.0)
    assert voice_distance(assigned["a"], assigned["c"]) > 1.0


@pytest.mark.parametrize("narrator", ["edgar", "silas"])
def test_ten_leads_of_one_chapter_are_farther_apart_than_is_needed(scripted, voices, narrator):
    people = {name: {"gender": "male" if name in "ABCDE" else "female"} for name in "ABCDEFGHIJ"}
    script = scripted([list(people) * 5], **people)
    cast_voices = cast_script(script, voices, overrides={"narrator": narrator}).cast.voices
    for first, second in combinations(cast_voices.values(), 2):
        assert (
            compute_acoustic_distance(estimate_acoustics(first), estimate_acoustics(second)) > 1.5
        )


def test_a_minor_character_does_not_change_a_leads_voice(scripted, voices):
    before = cast_script(scripted(["ABCDE" * 6, "AB"]), voices).cast.voices
    after = cast_script(scripted(["ABCDEZ" + "ABCDE" * 5, "ABZY"]), voices).cast.voices
    assert {name: after[name] for name in before} == before
