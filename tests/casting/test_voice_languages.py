import pytest

from narrator.casting.voice_languages import (
    ANY_LANGUAGE,
    can_speak,
    count_voices_by_language,
    find_engine_language,
    find_voice_language,
    select_listed_voices,
    select_speaking_voices,
    settle_language,
)
from narrator.model import Voice


@pytest.mark.parametrize(
    ("engine", "engine_voice", "tag"),
    [
        ("pyttsx3", "gmw/en-GB-scotland+m3", "en-GB-scotland"),
        ("pyttsx3", "zle/ru", "ru"),
        ("pyttsx3", "no/such", ""),
        ("piper", "de_DE-thorsten-high", "de-DE"),
        ("piper", "/models/own.onnx", ""),
        ("kokoro", "bm_george", "en-GB"),
        ("kokoro", "pf_dora", "pt-BR"),
        ("kokoro", "blend", "en-US"),
        ("natural", "emma", "en-GB"),
        ("server", "alloy", ""),
    ],
)
def test_an_engines_name_of_a_voice_may_imply_its_language(
    engine: str, engine_voice: str, tag: str
) -> None:
    assert find_engine_language(engine, engine_voice) == tag


def test_the_accent_of_a_voice_follows_from_its_base_unless_the_profile_names_one() -> None:
    scot = Voice("angus", "pyttsx3", "gmw/en-GB-scotland", language="en")
    assert find_voice_language(scot) == "en-GB-scotland"
    named = Voice("amy", "pyttsx3", "gmw/en-US", language="en-AU")
    assert find_voice_language(named) == "en-AU"
    # a Japanese speaker who is made to speak English
    assert find_voice_language(Voice("cora", "kokoro", "jf_alpha", language="en")) == "en"


def names_of(voices: dict[str, Voice], engine: str) -> set[str]:
    return {voice.name for voice in voices.values() if voice.engine == engine}


@pytest.mark.parametrize(
    ("tag", "present", "absent"),
    [
        ("en", "abel", "de-bruno"),
        ("en-GB", "abel", "de-bruno"),
        ("de", "de-bruno", "edgar"),
        ("de-CH", "de-bruno", "edgar"),
        ("pt", "pt-bruno", "pt-br-bruno"),
        ("pt-BR", "pt-br-bruno", "pt-bruno"),
        ("es-AR", "es-419-bruno", "es-bruno"),
        ("fr-CA", "fr-bruno", "fr-be-bruno"),
        ("yue", "yue-bruno", "zh-bruno"),
        ("zh-TW", "zh-bruno", "yue-bruno"),
        ("ca", "ca-bruno", "ca-valencia-bruno"),
    ],
)
def test_a_book_has_voices_of_its_language_and_of_the_closest_accent(
    voices, tag: str, present: str, absent: str
) -> None:
    speaking = select_speaking_voices(voices, tag)
    assert present in speaking
    assert absent not in speaking


def test_each_engine_gives_the_accent_that_is_closest_of_its_own(voices) -> None:
    speaking = select_speaking_voices(voices, "pt-PT")
    assert "pt-bruno" in names_of(speaking, "pyttsx3")
    assert names_of(speaking, "piper") == {"pt-pt-tugao"}
    assert names_of(speaking, "kokoro") == {"pt-br-dora", "pt-br-alex", "pt-br-santa"}


def test_a_list_of_british_voices_has_all_of_great_britain_and_nobody_else(voices) -> None:
    listed = select_listed_voices(voices, "en-GB")
    assert {"angus", "edith"} & listed.keys() == {"angus"}
    assert {voice.accent for voice in listed.values()} <= {"British", "Scottish"}
    assert len(listed) >= 40


def test_there_is_no_voice_for_a_language_that_nobody_speaks_here(voices) -> None:
    assert select_speaking_voices(voices, "gl") == {}
    assert select_listed_voices(voices, "gl") == {}


def test_a_voice_without_a_language_speaks_that_of_the_book() -> None:
    server = Voice("ann", "server", "alloy", language=ANY_LANGUAGE)
    assert select_speaking_voices({"ann": server}, "de") == {"ann": server}
    assert can_speak(server, "de")
    assert settle_language(server, "de").language == "de"
    german = Voice("hans", "server", "alloy", language="de")
    assert settle_language(german, "fr") is german
    assert not can_speak(german, "fr")
    assert can_speak(german, "de-AT")


def test_voices_are_counted_by_language_and_engine(voices) -> None:
    counts = count_voices_by_language(voices.values())
    assert counts["de"]["pyttsx3"] >= 8
    assert counts["de"]["piper"] >= 1
    assert ANY_LANGUAGE not in counts
