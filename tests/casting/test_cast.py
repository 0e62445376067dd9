from dataclasses import replace

import pytest

from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import estimate_acoustics
from narrator.casting.cast import cast_script, update_cast_file, write_casting
from narrator.casting.cast_file import CastFile, VoiceChoice, read_cast_file
from narrator.errors import (
    CastingError,
    EngineUnavailableError,
    UnknownCharacterError,
    UnknownVoiceError,
)
from narrator.files.ownership import Origin, Output
from narrator.model import Voice

WOMAN = {"gender": "female", "aliases": ("Lizzy", "Miss Bennet")}


@pytest.fixture(scope="module")
def script(scripted):
    return scripted(
        [["Elizabeth", "Darcy", "Elizabeth"]], Elizabeth=WOMAN, Darcy={"gender": "male"}
    )


def test_an_option_overrides_the_cast_file_and_that_the_automatic_choice(script, voices):
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
def test_an_unknown_name_is_an_error_with_a_suggestion(script, voices, overrides, error, hint):
    with pytest.raises(error) as caught:
        cast_script(script, voices, overrides=overrides)
    assert hint in caught.value.hint


def test_a_note_names_a_character_of_the_cast_file_who_does_not_speak_here(script, voices):
    file = CastFile(voice_choices={"Wickham": VoiceChoice("felix")})
    notes = cast_script(script, voices, cast_file=file).notes
    assert len(notes) == 1
    assert "Wickham, who does not speak here" in notes[0]


def test_a_voice_of_another_engine_is_replaced_by_the_most_similar_and_a_note_says_so(
    script, voices
):
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
    assert "Elizabeth: clara speaks with pyttsx3, so shrill is used instead" in casting.notes


def test_different_voices_get_different_stand_ins_with_their_adjustments(script, voices):
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


def test_a_cast_that_is_written_and_read_again_is_the_same(script, voices, tmp_path):
    path = tmp_path / "p.cast.toml"
    casting = cast_script(script, voices)
    write_casting(Output(path, Origin("cast")), casting, script)
    again = cast_script(script, voices, cast_file=read_cast_file(path))
    assert again.cast == casting.cast
    assert "# 2 lines, female" in path.read_text()


def test_a_second_book_keeps_the_voices_of_returning_characters_under_any_name(
    script, scripted, voices, tmp_path
):
    path = tmp_path / "series.cast.toml"
    path.write_text('[cast]\n"Elizabeth" = { voice = "ivy", rate = 150 } # she\n', "utf-8")
    first = cast_script(script, voices, cast_file=read_cast_file(path))
    update_cast_file(Output(path, Origin("cast")), first, script)
    lizzy = {"gender": "female", "aliases": ("Elizabeth",)}
    second_book = scripted([["Anne", "Anne", "Anne", "Lizzy"]], Lizzy=lizzy)
    second = cast_script(second_book, voices, cast_file=read_cast_file(path))
    assert second.cast.narrator == first.cast.narrator
    assert second.cast.voices["Lizzy"] == first.cast.voices["Elizabeth"]
    assert second.cast.voices["Lizzy"].rate == 150
    update_cast_file(Output(path, Origin("cast")), second, second_book)
    written = read_cast_file(path).voice_choices
    assert set(written) == {"Elizabeth", "Darcy", "Anne"}
    assert written["Elizabeth"] == VoiceChoice("ivy", rate=150)


def test_a_main_name_takes_precedence_over_an_alias(script, voices):
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
def test_a_correction_does_not_change_anybody_elses_voice(scripted, voices, chapters, about):
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
    """Return a script of three chapters with leads and minor characters."""
    women = {name: {"gender": "female"} for name in ("Anne", "Clara", "Eve", "Grace")}
    men = {name: {"gender": "male"} for name in ("Bob", "Dan", "Fred", "Hugh", "Ivo", "Jack")}
    chapters = [
        ["Anne", "Bob"] * 8 + ["Dan"],
        ["Anne", "Clara"] * 6 + ["Fred", "Grace", "Ivo"],
        ["Bob", "Clara"] * 4 + ["Eve", "Hugh", "Jack"],
    ]
    return scripted(chapters, **women, **men)


CHOICES = [
    ("an unused voice", "Dan", None, set()),
    ("the voice of a character in another chapter", "Dan", "Ivo", set()),
    ("the voice of a character in the same chapter", "Fred", "Ivo", {"Ivo"}),
    ("the voice of a lead in the same chapter", "Dan", "Bob", {"Bob"}),
    ("the voice of a lead in another chapter", "Dan", "Clara", set()),
    ("a lead gets an unused voice", "Clara", None, set()),
    ("a lead gets the voice of a character in the same chapter", "Anne", "Grace", {"Grace"}),
    ("the voice that the character already has", "Dan", "Dan", set()),
]


def list_unused_names(cast, voices):
    used_names = {voice.name for voice in (cast.narrator, *cast.voices.values())}
    return [
        name
        for name, voice in voices.items()
        if voice.engine == "pyttsx3" and name not in used_names
    ]


@pytest.mark.parametrize(
    ("name", "owner", "moved"),
    [case[1:] for case in CHOICES],
    ids=[case[0] for case in CHOICES],
)
def test_a_chosen_voice_changes_only_the_voices_that_it_would_clash_with(
    play, voices, name, owner, moved
):
    cast = cast_script(play, voices).cast
    before = cast.voices
    voice_name = before[owner].name if owner else list_unused_names(cast, voices)[0]
    casting = cast_script(play, voices, overrides={name: voice_name})
    after = casting.cast.voices
    assert after[name].name == voice_name
    changed_names = {key for key in before if after[key] != before[key]}
    assert changed_names - {name} == moved
    assert not any("share" in note for note in casting.notes)


@pytest.mark.parametrize("owner", [None, "Clara", "Ivo"])
def test_a_chosen_narrator_changes_nobody_but_a_character_with_the_same_voice(play, voices, owner):
    before = cast_script(play, voices).cast
    name = before.voices[owner].name if owner else list_unused_names(before, voices)[0]
    after = cast_script(play, voices, overrides={"narrator": name}).cast
    assert after.narrator.name == name
    changed = {key for key in before.voices if after.voices[key] != before.voices[key]}
    assert changed == ({owner} if owner else set())
    assert name not in {voice.name for voice in after.voices.values()}


def test_the_voice_that_the_narrator_gave_up_is_free_for_a_character(scripted, voices):
    few = {name: voices[name] for name in ("edgar", "james", "gordon")}
    script = scripted(["ABAB"], A={"gender": "male"}, B={"gender": "male"})
    before = cast_script(script, few).cast
    after = cast_script(script, few, overrides={"narrator": before.voices["A"].name}).cast
    assert after.voices["A"].name == before.narrator.name
    assert after.voices["B"] == before.voices["B"]


def test_a_character_for_whom_the_usual_narrator_is_chosen_keeps_that_voice(play, voices):
    usual = cast_script(play, voices).cast.narrator.name
    cast = cast_script(play, voices, overrides={"narrator": "felix", "Clara": usual}).cast
    assert (cast.narrator.name, cast.voices["Clara"].name) == ("felix", usual)


def test_a_character_who_narrates_has_the_chosen_voice_of_the_narrator(scripted, voices):
    script = scripted([["Ann", "Bob", "Ann", "Bob"]], Ann={"is_narrator": True})
    cast = cast_script(script, voices, overrides={"narrator": "clara"}).cast
    assert cast.narrator.name == cast.voices["Ann"].name == "clara"


def test_a_cast_file_and_an_option_change_equally_little_for_a_minor_character(play, voices):
    by_option = cast_script(play, voices, overrides={"Dan": "felix"}).cast
    file = CastFile(voice_choices={"Dan": VoiceChoice("felix")})
    assert cast_script(play, voices, cast_file=file).cast == by_option


def test_leads_are_cast_to_differ_from_a_lead_of_the_cast_file(play, voices):
    before = cast_script(play, voices).cast.voices
    file = CastFile(
        voice_choices={"Anne": VoiceChoice(before["Clara"].name), "Bob": VoiceChoice("conrad")}
    )
    after = cast_script(play, voices, cast_file=file).cast.voices
    apart = compute_acoustic_distance(
        estimate_acoustics(after["Clara"]), estimate_acoustics(after["Anne"])
    )
    assert apart > 1.8


@pytest.mark.parametrize("name", ["Anne", "Bob", "Clara", "Dan", "narrator"])
def test_a_row_that_keeps_others_changes_one_voice_whatever_it_is(play, voices, name):
    before = cast_script(play, voices).cast
    speaker = None if name == "narrator" else name
    for voice in ("conrad", before.narrator.name, *(v.name for v in before.voices.values())):
        choice = VoiceChoice(voice, keep_others=True)
        file = CastFile(voice_choices={name: choice}) if speaker else CastFile(narrator=choice)
        after = cast_script(play, voices, cast_file=file).cast
        assert after.voice_of(speaker).name == voice
        changed = {
            other
            for other in (None, *before.voices)
            if after.voice_of(other) != before.voice_of(other)
        }
        assert changed <= {speaker}


def test_an_option_does_not_change_the_voices_of_others_in_the_cast_file(play, voices):
    anne, dan, narrator = list_unused_names(cast_script(play, voices).cast, voices)[:3]
    file = CastFile(
        voice_choices={"Anne": VoiceChoice(anne), "Dan": VoiceChoice(dan)},
        narrator=VoiceChoice(narrator),
    )
    before = cast_script(play, voices, cast_file=file).cast
    first, second = list_unused_names(before, voices)[-2:]
    after = cast_script(play, voices, cast_file=file, overrides={"Anne": first, "Dan": second}).cast
    changed = {name for name in before.voices if after.voices[name] != before.voices[name]}
    assert changed == {"Anne", "Dan"}
    assert after.narrator == before.narrator


def test_two_characters_keep_one_voice_that_is_chosen_for_both_and_a_note_says_so(play, voices):
    both = {"Anne": "clara", "Clara": "clara"}
    casting = cast_script(play, voices, overrides=both)
    assert {casting.cast.voices[name].name for name in both} == {"clara"}
    assert "Anne and Clara share clara in chapter 2" in casting.notes


def test_a_narrating_character_keeps_the_narrators_voice_if_it_is_chosen_for_another(
    scripted, voices
):
    script = scripted(["ABAB"], A={"gender": "male", "is_narrator": True}, B={"gender": "male"})
    casting = cast_script(script, voices, overrides={"B": "edgar"})
    assert {voice.name for voice in casting.cast.voices.values()} == {"edgar"}
    assert casting.notes == ("A and B share edgar in chapter 1",)


def test_a_stand_in_for_a_chosen_voice_changes_only_the_voices_that_it_clashes_with(play, voices):
    tones = {f"t{n}": Voice(f"t{n}", "tone", "low", rate=100 + 10 * n) for n in range(15)}
    every = {**voices, **tones}
    before = cast_script(play, every, engine="tone").cast.voices
    casting = cast_script(play, every, engine="tone", overrides={"Dan": "felix"})
    after, stand_in = casting.cast.voices, casting.cast.voices["Dan"].name
    moved = {name for name in before if after[name] != before[name]} - {"Dan"}
    assert moved <= {name for name in before if before[name].name == stand_in}
    assert [note for note in casting.notes if "is used instead" in note] == [
        f"Dan: felix speaks with pyttsx3, so {stand_in} is used instead"
    ]


@pytest.fixture
def german_play(scripted):
    play = scripted(
        [["Anna", "Brandt", "Anna", "Brandt"], ["Oma", "Kind", "Oma", "Kind"]],
        Anna={"gender": "female"},
        Brandt={"gender": "male"},
        Oma={"gender": "female", "age": "old"},
        Kind={"age": "child"},
    )
    return in_language(play, "de")


def in_language(script, tag):
    metadata = replace(script.book.metadata, language=tag)
    return replace(script, book=replace(script.book, metadata=metadata))


def test_a_german_book_is_spoken_by_german_voices_that_fit(german_play, voices):
    casting = cast_script(german_play, voices)
    assert casting.cast.narrator.name == "de-bruno"
    assert {voice.language for voice in casting.cast.voices.values()} == {"de"}
    genders = {name: (v.gender, v.age) for name, v in casting.cast.voices.items()}
    assert genders["Anna"][0] == "female"
    assert genders["Brandt"][0] == "male"
    assert genders["Oma"] == ("female", "old")
    assert genders["Kind"][1] == "child"
    assert len({voice.name for voice in casting.cast.voices.values()}) == 4
    assert casting.engine.name == "pyttsx3"


@pytest.mark.parametrize(
    ("tag", "prefix"), [("pt-BR", "pt-br-"), ("es-MX", "es-419-"), ("no", "nb-")]
)
def test_a_region_has_voices_of_its_own(german_play, voices, tag, prefix):
    cast = cast_script(in_language(german_play, tag), voices).cast
    assert all(v.name.startswith(prefix) for v in (cast.narrator, *cast.voices.values()))


def test_a_language_without_voices_is_an_error_of_the_engine(german_play, voices):
    with pytest.raises(
        EngineUnavailableError, match="no voice of pyttsx3 speaks Galician"
    ) as caught:
        cast_script(in_language(german_play, "gl"), voices)
    assert caught.value.exit_code == 6
    assert "--voice" in caught.value.hint


def test_a_chosen_voice_may_speak_a_language_without_voices(german_play, voices):
    casting = cast_script(
        in_language(german_play, "gl"), voices, overrides={"narrator": "es-bruno"}
    )
    assert {voice.name for voice in casting.cast.voices.values()} == {"es-bruno"}
    assert "narrator: es-bruno speaks Spanish, and the book is in Galician" in casting.notes


def test_a_chosen_voice_of_another_language_is_used_and_reported(german_play, voices):
    casting = cast_script(german_play, voices, overrides={"Anna": "clara", "narrator": "edgar"})
    assert casting.cast.voices["Anna"].name == "clara"
    assert casting.cast.voices["Brandt"].language == "de"
    assert "Anna: clara speaks English, and the book is in German" in casting.notes
    assert "narrator: edgar speaks English, and the book is in German" in casting.notes


def test_a_voice_of_another_engine_is_replaced_by_one_of_the_language(german_play, voices):
    cast = cast_script(german_play, voices, engine="pyttsx3", overrides={"Anna": "heart"}).cast
    assert cast.voices["Anna"].language == "de"
    assert cast.voices["Anna"].gender == "female"


def test_an_engine_without_voices_of_the_language_is_an_error(german_play, voices):
    english = {name: voice for name, voice in voices.items() if voice.language == "en"}
    with pytest.raises(EngineUnavailableError, match="no voice of piper speaks German"):
        cast_script(german_play, english, engine="piper")


def test_a_default_engine_that_does_not_speak_the_language_is_passed_over(
    german_play, voices, monkeypatch
):
    monkeypatch.setenv("NARRATOR_ENGINE", "natural")
    casting = cast_script(german_play, voices)
    assert casting.cast.narrator.language == "de"
    assert (
        casting.engine.reason
        == "the book is in German, as it declares, and natural does not speak it"
    )


def test_a_voice_without_a_language_speaks_that_of_the_book(german_play):
    low = Voice("low", "tone", "low", language="")
    cast = cast_script(german_play, {"low": low}, engine="tone").cast
    assert (cast.narrator.name, cast.narrator.language) == ("low", "de")
