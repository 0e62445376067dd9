from dataclasses import replace

import pytest

from narrator.casting.acoustic_distance import acoustic_distance, estimate_acoustics
from narrator.casting.cast import cast_script, validate_cast, write_casting
from narrator.casting.cast_file import CastFile, VoiceChoice, read_cast_file
from narrator.errors import (
    CastingError,
    EngineUnavailableError,
    UnknownCharacterError,
    UnknownVoiceError,
)
from narrator.model import Voice

WOMAN = {"gender": "female", "aliases": ("Lizzy", "Miss Bennet")}


@pytest.fixture(scope="module")
def script(scripted):
    return scripted(
        [["Elizabeth", "Darcy", "Elizabeth"]], Elizabeth=WOMAN, Darcy={"gender": "male"}
    )


def test_an_option_goes_before_the_cast_file_and_that_before_chance(script, voices):
    file = CastFile(
        voice_choices={"lizzy": VoiceChoice("ivy"), "Darcy": VoiceChoice("conrad", rate=120)}
    )
    casting = cast_script(script, voices, cast_file=file, overrides={"miss bennet": "Nora"})
    assert [(p.character.name, p.voice.name, p.origin) for p in casting.members] == [
        ("Elizabeth", "nora", "option"),
        ("Darcy", "conrad", "cast file"),
    ]
    assert casting.cast.voice_of("Darcy").rate == 120


def test_the_narrator_can_be_chosen(script, voices):
    file = CastFile(narrator=VoiceChoice("clara", rate=150))
    assert cast_script(script, voices, cast_file=file).cast.narrator.rate == 150
    casting = cast_script(script, voices, cast_file=file, overrides={"narrator": "marian"})
    assert casting.cast.narrator.name == "marian"


@pytest.mark.parametrize(
    ("overrides", "error", "hint"),
    [
        ({"Elisabeth": "clara"}, UnknownCharacterError, "did you mean Elizabeth?"),
        ({"Elizabeth": "klara"}, UnknownVoiceError, "did you mean clara"),
        ({"narator": "clara"}, UnknownCharacterError, "did you mean narrator?"),
    ],
)
def test_a_name_that_nobody_has_is_an_error(script, voices, overrides, error, hint):
    with pytest.raises(error) as caught:
        cast_script(script, voices, overrides=overrides)
    assert hint in caught.value.hint


def test_who_is_in_the_cast_file_of_a_series_but_not_in_this_book_is_noted(script, voices):
    file = CastFile(voice_choices={"Wickham": VoiceChoice("felix")})
    notes = cast_script(script, voices, cast_file=file).notes
    assert len(notes) == 1
    assert "Wickham, who does not speak here" in notes[0]


def test_another_engine_replaces_a_voice_by_its_nearest_and_says_so(script, voices):
    tones = {
        "deep": Voice("deep", "tone", "low", gender="male"),
        "shrill": Voice("shrill", "tone", "high", gender="female"),
    }
    file = CastFile(
        voice_choices={"Elizabeth": VoiceChoice("clara")}, narrator=VoiceChoice("edgar")
    )
    casting = cast_script(script, {**voices, **tones}, engine="tone", cast_file=file)
    assert casting.cast.narrator.name == "deep"
    assert casting.cast.voices["Elizabeth"].name == "shrill"
    assert "Elizabeth: clara speaks with pyttsx3, so shrill steps in" in casting.notes


def test_stand_ins_are_others_for_others_and_as_quick_and_loud_as_was_asked(script, voices):
    tones = {name: Voice(name, "tone", "low", rate=200, gender="male") for name in ("one", "two")}
    roles = {
        "Elizabeth": VoiceChoice("james", rate=voices["james"].rate * 1.2),
        "Darcy": VoiceChoice("edgar", volume=-3),
    }
    casting = cast_script(
        script,
        {**voices, **tones},
        engine="tone",
        cast_file=CastFile(None, VoiceChoice("edgar"), roles),
    )
    elizabeth, darcy = (casting.cast.voices[name] for name in ("Elizabeth", "Darcy"))
    assert {elizabeth.name, darcy.name} == {"one", "two"}
    assert casting.cast.narrator.name == darcy.name
    assert (elizabeth.rate, elizabeth.volume) == (pytest.approx(240), 0)
    assert (darcy.rate, darcy.volume) == (200, -3)


@pytest.mark.parametrize(
    ("engine", "error"), [("tone", CastingError), ("no", EngineUnavailableError)]
)
def test_an_engine_without_voices_is_an_error(script, voices, engine, error):
    with pytest.raises(error):
        cast_script(script, voices, engine=engine)


def test_a_cast_of_the_projects_voices_is_valid(script, voices):
    validate_cast(cast_script(script, voices).cast)


def test_what_is_written_is_what_was_cast(script, voices, tmp_path):
    path = tmp_path / "p.cast.toml"
    casting = cast_script(script, voices)
    write_casting(path, casting, script)
    again = cast_script(script, voices, cast_file=read_cast_file(path))
    assert again.cast == casting.cast
    assert "# 2 lines, female" in path.read_text()


def test_a_second_book_keeps_the_voices_of_those_who_return_under_any_name(
    script, scripted, voices, tmp_path
):
    path = tmp_path / "series.cast.toml"
    path.write_text('[cast]\n"Elizabeth" = { voice = "ivy", rate = 150 } # she\n', "utf-8")
    first = cast_script(script, voices, cast_file=read_cast_file(path))
    write_casting(path, first, script)
    lizzy = {"gender": "female", "aliases": ("Elizabeth",)}
    second_book = scripted([["Anne", "Anne", "Anne", "Lizzy"]], Lizzy=lizzy)
    second = cast_script(second_book, voices, cast_file=read_cast_file(path))
    assert second.cast.narrator == first.cast.narrator
    assert second.cast.voices["Lizzy"] == first.cast.voices["Elizabeth"]
    assert second.cast.voices["Lizzy"].rate == 150
    write_casting(path, second, second_book)
    written = read_cast_file(path).voice_choices
    assert set(written) == {"Elizabeth", "Darcy", "Anne"}
    assert written["Elizabeth"] == VoiceChoice("ivy", rate=150)


def test_a_main_name_counts_before_an_alias(script, voices):
    for roles in (
        {"Lizzy": VoiceChoice("ivy"), "Elizabeth": VoiceChoice("nora")},
        {"Elizabeth": VoiceChoice("nora"), "Lizzy": VoiceChoice("ivy")},
    ):
        cast = cast_script(script, voices, cast_file=CastFile(voice_choices=roles)).cast
        assert cast.voices["Elizabeth"].name == "nora"


CORRECTIONS = [
    ([["Darcy", "Darcy", "Elizabeth", "Darcy", "Jane"]], {}),
    ([["Elizabeth", "Darcy", "Elizabeth"], ["Darcy", "Darcy"]], {}),
    ([["Elizabeth", "Darcy", "Elizabeth", "Zoe", "Zoe", "Zoe", "Zoe"]], {}),
]


@pytest.mark.parametrize(("chapters", "about"), CORRECTIONS)
def test_a_correction_changes_nobody_elses_voice(scripted, voices, chapters, about):
    people = {"Elizabeth": WOMAN, "Darcy": {"gender": "male"}, "Jane": {"gender": "female"}}
    found = scripted([["Elizabeth", "Darcy", "Elizabeth", "Jane", "Jane", "Jane"]], **people)
    before = cast_script(found, voices).cast
    corrected = replace(scripted(chapters, **{**people, **about}), uncorrected=found)
    after = cast_script(corrected, voices)
    kept = {part.character.name for part in after.members} & before.voices.keys()
    assert {name: after.cast.voices[name] for name in kept} == {
        name: before.voices[name] for name in kept
    }
    assert {part.character.name for part in after.members} == after.cast.voices.keys()


def test_a_corrected_name_keeps_the_voice_and_a_corrected_gender_does_not(scripted, voices):
    found = scripted(
        [["Lizzy", "Darcy", "Lizzy"]], Lizzy={"gender": "female"}, Darcy={"gender": "male"}
    )
    before = cast_script(found, voices).cast.voices
    renamed = scripted(
        [["Elizabeth", "Darcy", "Elizabeth"]], Elizabeth=WOMAN, Darcy={"gender": "female"}
    )
    after = cast_script(replace(renamed, uncorrected=found), voices).cast.voices
    assert after["Elizabeth"] == before["Lizzy"]
    assert after["Darcy"].gender == "female"


@pytest.fixture(scope="module")
def play(scripted):
    """Three chapters; who has many lines in them, and who has few."""
    women = {name: {"gender": "female"} for name in ("Anne", "Clara", "Eve", "Grace")}
    men = {name: {"gender": "male"} for name in ("Bob", "Dan", "Fred", "Hugh", "Ivo", "Jack")}
    chapters = [
        ["Anne", "Bob"] * 8 + ["Dan"],
        ["Anne", "Clara"] * 6 + ["Fred", "Grace", "Ivo"],
        ["Bob", "Clara"] * 4 + ["Eve", "Hugh", "Jack"],
    ]
    return scripted(chapters, **women, **men)


MOVES = [
    ("a voice that nobody has", "Dan", None, set()),
    ("the voice of somebody in another chapter", "Dan", "Ivo", set()),
    ("the voice of somebody in the same chapter", "Fred", "Ivo", {"Ivo"}),
    ("the voice of a lead in the same chapter", "Dan", "Bob", {"Bob"}),
    ("the voice of a lead in another chapter", "Dan", "Clara", set()),
    ("a lead gets a voice that nobody has", "Clara", None, set()),
    ("a lead gets the voice of somebody whom he meets", "Anne", "Grace", {"Grace"}),
    ("the voice that he has", "Dan", "Dan", set()),
]


@pytest.mark.parametrize(
    ("who", "whose", "moved"),
    [case[1:] for case in MOVES],
    ids=[case[0] for case in MOVES],
)
def test_a_chosen_voice_changes_only_who_would_be_heard_beside_his_own(
    play, voices, who, whose, moved
):
    before = cast_script(play, voices).cast.voices
    given = {"edgar", *(voice.name for voice in before.values())}
    unused = (name for name, voice in voices.items() if voice.engine == "pyttsx3")
    voice = before[whose].name if whose else next(n for n in unused if n not in given)
    casting = cast_script(play, voices, overrides={who: voice})
    after = casting.cast.voices
    assert after[who].name == voice
    assert {name for name in before if after[name] != before[name]} - {who} == moved
    assert not any("share" in note for note in casting.notes)


def test_a_minor_character_of_a_cast_file_changes_as_little_as_one_that_is_told(play, voices):
    told = cast_script(play, voices, overrides={"Dan": "felix"}).cast
    file = CastFile(voice_choices={"Dan": VoiceChoice("felix")})
    assert cast_script(play, voices, cast_file=file).cast == told


def test_leads_are_cast_around_a_lead_of_the_cast_file(play, voices):
    before = cast_script(play, voices).cast.voices
    file = CastFile(
        voice_choices={"Anne": VoiceChoice(before["Clara"].name), "Bob": VoiceChoice("conrad")}
    )
    after = cast_script(play, voices, cast_file=file).cast.voices
    apart = acoustic_distance(estimate_acoustics(after["Clara"]), estimate_acoustics(after["Anne"]))
    assert apart > 1.8


def test_what_is_told_changes_nobody_else_beside_a_cast_file_either(play, voices):
    file = CastFile(
        voice_choices={"Anne": VoiceChoice("ivy"), "Dan": VoiceChoice("conrad")},
        narrator=VoiceChoice("marian"),
    )
    before = cast_script(play, voices, cast_file=file).cast
    after = cast_script(
        play, voices, cast_file=file, overrides={"Anne": "nora", "Dan": "felix"}
    ).cast
    changed = {name for name in before.voices if after.voices[name] != before.voices[name]}
    assert changed == {"Anne", "Dan"}
    assert after.narrator == before.narrator


def test_two_who_are_given_one_voice_keep_it_and_a_note_says_so(play, voices):
    both = {"Anne": "clara", "Clara": "clara"}
    casting = cast_script(play, voices, overrides=both)
    assert {casting.cast.voices[name].name for name in both} == {"clara"}
    assert "Anne and Clara share clara in chapter 2" in casting.notes


def test_who_tells_the_story_keeps_the_narrators_voice_that_somebody_is_given(scripted, voices):
    script = scripted(["ABAB"], A={"gender": "male", "narrates": True}, B={"gender": "male"})
    casting = cast_script(script, voices, overrides={"B": "edgar"})
    assert {voice.name for voice in casting.cast.voices.values()} == {"edgar"}
    assert casting.notes == ("A and B share edgar in chapter 1",)


def test_a_chosen_voice_of_another_engine_changes_nobody_else_where_one_steps_in(play, voices):
    tones = {f"t{n}": Voice(f"t{n}", "tone", "low", rate=100 + 10 * n) for n in range(15)}
    every = {**voices, **tones}
    before = cast_script(play, every, engine="tone").cast.voices
    casting = cast_script(play, every, engine="tone", overrides={"Dan": "felix"})
    after, stand_in = casting.cast.voices, casting.cast.voices["Dan"].name
    moved = {name for name in before if after[name] != before[name]} - {"Dan"}
    assert moved <= {name for name in before if before[name].name == stand_in}
    assert [note for note in casting.notes if "steps in" in note] == [
        f"Dan: felix speaks with pyttsx3, so {stand_in} steps in"
    ]
