from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import estimate_acoustics
from narrator.casting.automatic import (
    CONFUSABLE_DISTANCE,
    VoiceAssigner,
    find_encounters,
    select_leads,
)
from narrator.casting.cast import cast_script
from narrator.model import Line, LineKind

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


def test_characters_who_talk_to_each_other_sound_different(scripted, voices):
    women = "ABCD"
    cast_voices = cast(scripted([women * 3], **dict.fromkeys(women, WOMAN)), voices)
    for first, second in combinations(cast_voices.values(), 2):
        assert (
            compute_acoustic_distance(estimate_acoustics(first), estimate_acoustics(second))
            > CONFUSABLE_DISTANCE
        )


def test_no_character_has_the_narrators_voice(scripted, voices):
    casting = cast_script(scripted(["ABCDEFGHIJKLMNOP"]), voices)
    assert casting.cast.narrator.name == "edgar"
    assert "edgar" not in {voice.name for voice in casting.cast.voices.values()}


def test_the_narrator_of_a_first_person_story_has_the_narrators_voice(scripted, voices):
    script = scripted(["ABAB"], A={"gender": "female", "is_narrator": True}, B=MAN)
    casting = cast_script(script, voices)
    assert casting.cast.voices["A"] == casting.cast.narrator
    assert casting.cast.narrator.gender == "female"


def test_a_new_minor_character_does_not_change_anybody_elses_voice(scripted, voices):
    before = cast(scripted(["AABBAACC", "AADDE"], A=WOMAN, B=MAN, C=WOMAN), voices)
    after = cast(scripted(["AABBAACC", "AADDEZ"], A=WOMAN, B=MAN, C=WOMAN), voices)
    assert {name: after[name] for name in before} == before


def test_a_note_says_who_shares_a_voice_when_voices_run_out(scripted, voices):
    everyone = [chr(65 + i) for i in range(20)]
    few = {name: voices[name] for name in ("edgar", "james", "gordon")}
    men = dict.fromkeys("ABC", MAN)
    casting = cast_script(scripted([everyone[:3], everyone[:1]], **men), few)
    assert len(casting.notes) == 1
    assert casting.notes[0].startswith("voices have run out: ")
    assert "in chapter 1" in casting.notes[0]


def test_a_note_says_which_voices_are_hard_to_tell_apart(scripted, voices):
    few = {name: voices[name] for name in ("clara", "edgar", "angus")}
    assert cast_script(scripted(["ABAB"], A=MAN, B=MAN), few).notes == (
        "voices have run out: A and B share angus in chapter 1",
    )
    casting = cast_script(
        scripted(["ABAB"], A=MAN, B=MAN), voices, overrides={"A": "edgar", "B": "james"}
    )
    assert casting.notes == ("A (edgar) and B (james) talk to each other and sound alike",)


@given(
    st.lists(st.lists(st.sampled_from("ABCDEFGH"), max_size=12), max_size=4),
    st.dictionaries(st.sampled_from("ABCDEFGH"), st.sampled_from([WOMAN, MAN, {}])),
)
@settings(deadline=None, max_examples=60)
def test_voices_are_not_shared_within_a_chapter_and_casting_is_reproducible(
    scripted, voices, chapters, about
):
    script = scripted(chapters, **about)
    cast_voices = cast(script, voices)
    assert cast_voices == cast(script, voices)
    encounters = find_encounters(script)
    for first, second in combinations(cast_voices, 2):
        assert cast_voices[first] != cast_voices[second] or not encounters.find_shared_chapters(
            first, second
        )


def test_characters_who_never_meet_share_voices_evenly(scripted, voices):
    women = [f"W{number}" for number in range(25)]
    cast_voices = cast(scripted([[name] for name in women], **dict.fromkeys(women, WOMAN)), voices)
    used = Counter(voice.name for voice in cast_voices.values())
    assert max(used.values()) <= 3


def test_a_lead_has_a_plain_voice_if_that_is_distinct_enough(scripted, voices):
    sound = estimate_acoustics(cast(scripted(["AAAB"], A=WOMAN, B=MAN), voices)["A"])
    assert 160 < sound.pitch_hz < 250
    assert compute_acoustic_distance(sound, estimate_acoustics(voices["edgar"])) > 2


def lines_of(*speakers, chapter=1, follows_scene_break=False):
    """One line per speaker; None is a line of narration."""
    return [
        Line(
            f"{chapter}.{index}.1", chapter, index, 0, 1,
            LineKind.DIALOGUE if speaker else LineKind.NARRATION, "Oh!", speaker=speaker,
            follows_scene_break=follows_scene_break and index == 1,
        )
        for index, speaker in enumerate(speakers, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "exchanges"),
    [
        (lines_of("A", "B", "A"), 2),
        (lines_of("A", "A"), 0),
        (lines_of("A", *[None] * 6, "B"), 1),
        (lines_of("A", *[None] * 7, "B"), 0),
        (lines_of("A") + lines_of("B", follows_scene_break=True), 0),
        (lines_of("A") + lines_of("B", chapter=2), 0),
    ],
)
def test_two_characters_talk_if_one_speaks_soon_after_the_other(scripted, lines, exchanges):
    script = replace(scripted([]), lines=tuple(lines))
    encounters = find_encounters(script)
    assert encounters.count_exchanges("A", "B") == exchanges
    assert encounters.count_exchanges("B", "A") == exchanges


def test_characters_meet_in_the_chapters_in_which_both_speak(scripted):
    encounters = find_encounters(scripted(["AB", "A", "BA", "C"]))
    assert encounters.find_shared_chapters("A", "B") == {1, 3}
    assert encounters.find_shared_chapters("A", "C") == set()
    assert encounters.find_shared_chapters("A", "nobody") == set()


@pytest.mark.parametrize(
    ("chapter", "leads"),
    [
        ("A" * 5 + "B" * 4, ["A"]),
        ("A" * 5 + "B" * 7, ["B", "A"]),
        ("BA" * 5, ["A", "B"]),
        ("ABCDEFGHIJKL" * 5, list("ABCDEFGHIJ")),
    ],
)
def test_leads_are_the_ten_who_speak_most_and_have_five_lines(scripted, chapter, leads):
    assert [lead.name for lead in select_leads(scripted([chapter]).characters)] == leads


def test_those_whom_a_lead_talks_to_sound_different_however_many_there_are(scripted, voices):
    men = [f"M{number}" for number in range(60)]
    chapters = [["A", man, "A", man] for man in men]
    casting = cast_script(scripted(chapters, **dict.fromkeys(["A", *men], MAN)), voices)
    assert not [note for note in casting.notes if "sound alike" in note]
    users = Counter(voice.name for voice in casting.cast.voices.values())
    assert len(users) > 8


def test_voices_below_the_quality_floor_are_cast_only_if_no_other_is_free(scripted, voices):
    names = ("margot", "gwendolyn", "lenora", "philippa", "sabine")
    few = {name: voices[name] for name in names}
    acoustics = {name: estimate_acoustics(voices[name]) for name in (*names, "helena")}
    for women, lines, expected in (
        ("ABC", 6, 0),  # leads
        ("ABC", 1, 0),
        ("ABCD", 1, 1),
        ("ABCDE", 1, 2),
        ("ABCDE", 6, 2),
    ):
        script = scripted([women * lines], **dict.fromkeys(women, WOMAN))
        assigner = VoiceAssigner(few, acoustics, voices["helena"], find_encounters(script))
        assigner.assign_voices(script.characters)
        poor = {"philippa", "sabine"} & {v.name for v in assigner.assigned_voices.values()}
        assert len(poor) == expected
