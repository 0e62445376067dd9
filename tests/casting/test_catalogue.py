import re
from itertools import combinations

import pytest

from narrator import registry
from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import look_up_acoustics
from narrator.casting.catalogue import list_catalogue_voices, rank_narrator
from narrator.casting.profiles import AGES, GENDERS, list_profile_folders, load_voices
from narrator.casting.voice_quality import is_within_bounds
from narrator.engines.espeak_languages import list_espeak_languages
from narrator.text.language_names import describe_language

VOICES = list_catalogue_voices()
GERMAN = [voice for voice in VOICES if voice.language == "de" and voice.engine == "pyttsx3"]


def test_names_are_unique_also_beside_those_of_profiles_and_can_be_typed() -> None:
    names = [voice.name for voice in VOICES]
    profiles = load_voices(list_profile_folders()[:1])
    assert len(names) == len(set(names))
    assert not profiles.keys() & set(names)
    assert all(re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)+", name) for name in names)


def test_every_language_of_espeak_has_voices_of_both_genders_and_all_ages() -> None:
    for language in list_espeak_languages():
        own = [voice for voice in VOICES if voice.engine_voice.partition("+")[0] == language.base]
        if language.tag.startswith("en"):
            assert own == []  # English voices have profiles
            continue
        assert 8 <= len(own) <= 12
        assert {(voice.gender, voice.age) for voice in own} == {
            (gender, age) for gender in GENDERS for age in AGES
        }


def test_every_voice_names_a_language_that_has_a_name() -> None:
    unnamed = {
        voice.language for voice in VOICES if describe_language(voice.language) == voice.language
    }
    assert unnamed == set()


def test_the_engine_has_every_voice() -> None:
    engine = registry.load_engine("pyttsx3")
    for voice in VOICES:
        # Japanese needs an extra
        if voice.engine == "pyttsx3" and voice.language != "ja":
            engine.validate(voice)


def test_the_pitch_of_each_voice_fits_its_gender_and_age() -> None:
    for voice in GERMAN:
        acoustics = look_up_acoustics(voice)
        assert acoustics is not None, voice.name
        assert is_within_bounds(voice, acoustics), voice.name


def test_the_voices_of_a_language_can_be_told_apart() -> None:
    for first, second in combinations(GERMAN, 2):
        sounds = [look_up_acoustics(voice) for voice in (first, second)]
        assert compute_acoustic_distance(*sounds) > 0.2, (first.name, second.name)


def test_the_first_voice_of_a_language_narrates_and_others_follow_in_order() -> None:
    ranks = [rank_narrator(voice) for voice in GERMAN]
    assert ranks == list(range(len(GERMAN)))
    piper = [v for v in VOICES if v.engine == "piper" and v.language == "de"]
    assert min(piper, key=rank_narrator).name == "de-thorsten"
    assert min(map(rank_narrator, piper)) == len(GERMAN)


def test_a_profile_of_the_user_replaces_a_voice_of_the_catalogue(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("NARRATOR_VOICES", str(tmp_path))
    (tmp_path / "de-bruno.toml").write_text(
        'description = "Mine."\nengine = "pyttsx3"\nvoice = "gmw/de+m7"\n', "utf-8"
    )
    voice = load_voices()["de-bruno"]
    assert (voice.description, voice.language) == ("Mine.", "de")


@pytest.mark.parametrize("engine", ["kokoro", "piper"])
def test_neural_voices_say_whose_model_they_are(engine: str) -> None:
    own = [voice for voice in VOICES if voice.engine == engine]
    assert len({voice.language for voice in own}) >= 7
    assert all(voice.engine_voice in voice.description for voice in own)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("de", "bruno"),
        ("ar", "amaro"),
        ("he", "marco"),
        ("cs", "viktor"),
        ("nl", "joost"),
        ("zh", "milo"),
    ],
)
def test_a_language_is_narrated_by_the_voice_that_a_recogniser_understands(
    tag: str, name: str
) -> None:
    voices = [voice for voice in VOICES if voice.language == tag]
    assert min(voices, key=rank_narrator).name == f"{tag}-{name}"
    assert len({rank_narrator(v) for v in voices if v.engine == "pyttsx3"}) >= 8


def test_a_local_voice_exists_only_in_its_languages() -> None:
    assert {voice.language for voice in VOICES if voice.name.endswith("-marco")} == {
        "he",
        "hi",
        "tr",
    }
