from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.casting.acoustic_distance import acoustic_distance, estimate_acoustics
from narrator.casting.automatic import CONFUSABLE_DISTANCE, find_encounters
from narrator.casting.cast import cast_script

WOMAN, MAN = {"gender": "female"}, {"gender": "male"}


def cast(script, voices):
    return cast_script(script, voices).cast.voices


@pytest.mark.parametrize(
    ("about", "gender", "ages"),
    [
        (WOMAN, "female", {"adult", "young"}),
        (MAN, "male", {"adult", "young"}),
        ({**MAN, "age": "old"}, "male", {"old"}),
        ({**WOMAN, "age": "old"}, "female", {"old"}),
        ({**WOMAN, "age": "child"}, "female", {"child"}),
        ({**MAN, "age": "child"}, "male", {"child"}),
    ],
)
def test_a_voice_fits_gender_and_age(scripted, voices, about, gender, ages):
    voice = cast(scripted(["AB"], A=about, B=MAN), voices)["A"]
    assert voice.gender == gender
    assert voice.age in ages


def test_those_who_talk_to_each_other_are_told_apart(scripted, voices):
    women = "ABCD"
    given_ = cast(scripted([women * 3], **dict.fromkeys(women, WOMAN)), voices)
    for one, other in combinations(given_.values(), 2):
        assert (
            acoustic_distance(estimate_acoustics(one), estimate_acoustics(other))
            > CONFUSABLE_DISTANCE
        )


def test_nobody_has_the_narrators_voice(scripted, voices):
    casting = cast_script(scripted(["ABCDEFGHIJKLMNOP"]), voices)
    assert casting.cast.narrator.name == "edgar"
    assert "edgar" not in {voice.name for voice in casting.cast.voices.values()}


def test_who_tells_a_first_person_story_has_the_narrators_voice(scripted, voices):
    script = scripted(["ABAB"], A={"gender": "female", "narrates": True}, B=MAN)
    casting = cast_script(script, voices)
    assert casting.cast.voices["A"] == casting.cast.narrator
    assert casting.cast.narrator.gender == "female"


def test_a_new_minor_character_changes_no_one_else(scripted, voices):
    before = cast(scripted(["AABBAACC", "AADDE"], A=WOMAN, B=MAN, C=WOMAN), voices)
    after = cast(scripted(["AABBAACC", "AADDEZ"], A=WOMAN, B=MAN, C=WOMAN), voices)
    assert {name: after[name] for name in before} == before


def test_when_voices_run_out_a_note_says_who_shares_one(scripted, voices):
    everyone = [chr(65 + i) for i in range(20)]
    few = {name: voices[name] for name in ("edgar", "james", "gordon")}
    casting = cast_script(scripted([everyone[:3], everyone[:1]]), few)
    assert len(casting.notes) == 1
    assert casting.notes[0].startswith("voices have run out: ")
    assert "in chapter 1" in casting.notes[0]


def test_voices_that_are_hard_to_tell_apart_are_told_of(scripted, voices):
    few = {name: voices[name] for name in ("clara", "edgar", "angus")}
    assert cast_script(scripted(["ABAB"], A=MAN, B=MAN), few).notes == (
        "voices have run out: A and B share angus in chapter 1",
    )
    casting = cast_script(
        scripted(["ABAB"], A=MAN, B=MAN), voices, overrides={"A": "edgar", "B": "james"}
    )
    assert casting.notes == ("A (edgar) and B (james) talk and sound alike",)


@given(
    st.lists(st.lists(st.sampled_from("ABCDEFGH"), max_size=12), max_size=4),
    st.dictionaries(st.sampled_from("ABCDEFGH"), st.sampled_from([WOMAN, MAN, {}])),
)
@settings(deadline=None, max_examples=60)
def test_nobody_shares_a_voice_in_a_chapter_and_the_same_book_is_cast_the_same(
    scripted, voices, chapters, about
):
    script = scripted(chapters, **about)
    given_ = cast(script, voices)
    assert given_ == cast(script, voices)
    met = find_encounters(script)
    for one, other in combinations(given_, 2):
        assert given_[one] != given_[other] or not met.shared_chapters(one, other)


def test_those_who_never_meet_share_voices_evenly(scripted, voices):
    women = [f"W{number}" for number in range(25)]
    given_ = cast(scripted([[name] for name in women], **dict.fromkeys(women, WOMAN)), voices)
    used = Counter(voice.name for voice in given_.values())
    assert max(used.values()) <= 3


def test_a_lead_has_a_plain_voice_where_that_is_distinct_enough(scripted, voices):
    sound = estimate_acoustics(cast(scripted(["AAAB"], A=WOMAN, B=MAN), voices)["A"])
    assert 160 < sound.pitch_hz < 250
    assert acoustic_distance(sound, estimate_acoustics(voices["edgar"])) > 2
