"""What the writing of a language leaves out is added, and offsets still refer to the text."""

import pytest

from narrator import registry
from narrator.engines import espeak, readings
from narrator.engines.readings import (
    describe_missing_reading,
    find_reading,
    load_rewriter,
    require_reading,
)
from narrator.errors import MissingExtraError
from narrator.model import Voice

SETTINGS = {"rate": 170, "pitch": 50, "range": 50}
_SAMPLES = {
    "ja": (
        "彼女が夜、家に帰ると、窓に明かりがついていた。",
        "カノジョガ ヨル、イエニ カエルト、マドニ アカリガ ツイテ イタ。",
    ),
    "zh": ("他的兄弟在那儿等着。", "他的[[S;j'ong55_|]]弟在那而等着。"),
    "ar": ("عادت آنا إلى البيت.", "عَادَتْ آنَا إِلَى الْبَيْتِ."),
    "he": ("מי שם?", "[[m'i]] [[S'am]]?"),
}


def require_language(tag: str) -> None:
    if not find_reading(tag).is_available:
        pytest.skip(f"the extra for {tag} is not installed")


@pytest.mark.parametrize("tag", _SAMPLES)
def test_a_text_is_written_as_it_is_read(tag: str) -> None:
    require_language(tag)
    text, expected = _SAMPLES[tag]
    assert load_rewriter(tag)(text).text == expected


@pytest.mark.parametrize("tag", _SAMPLES)
def test_offsets_of_the_reading_lead_back_to_the_text(tag: str) -> None:
    require_language(tag)
    text, _ = _SAMPLES[tag]
    read = load_rewriter(tag)(text)
    offsets = [read.to_source_offset(offset) for offset in range(len(read.text))]
    assert offsets == sorted(offsets)
    assert offsets[0] == 0
    assert set(offsets) <= set(range(len(text)))
    # the last word is found again
    assert text[offsets[read.text.index(read.text.split()[-1])]] in text


@pytest.mark.parametrize(
    "text", ["", "abc", "…", "[[x]] 12", "1887年10月3日 ABC", "שלום abc", "a、b"]
)
@pytest.mark.parametrize("tag", _SAMPLES)
def test_other_text_is_kept(tag: str, text: str) -> None:
    require_language(tag)
    read = load_rewriter(tag)(text)
    if tag != "ja":  # which reads Latin letters by their names
        assert ("abc" in read.text) == ("abc" in text)
    assert [read.to_source_offset(i) for i in range(len(read.text))] == sorted(
        read.to_source_offset(i) for i in range(len(read.text))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1887年10月3日のことである。", "1887 ネン 10 ガツ ミッカノ コトデ アル。"),
        ("私は東京へ行く。", "ワタシワ トウキョウエ イク。"),
        ("「誰?」", "「ダレ?」"),
    ],
)
def test_japanese_particles_and_dates_are_read_as_a_native_reads_them(
    text: str, expected: str
) -> None:
    require_language("ja")
    assert load_rewriter("ja")(text).text == expected


@pytest.mark.parametrize("base", ["jpx/ja", "sem/ar", "sem/he", "sit/cmn"])
def test_words_are_timed_in_the_text_of_the_book(base: str) -> None:
    tag = {"jpx/ja": "ja", "sem/ar": "ar", "sem/he": "he", "sit/cmn": "zh"}[base]
    require_language(tag)
    text, _ = _SAMPLES[tag]
    utterance = espeak.synthesise_utterance(text, base, SETTINGS)
    offsets = [offset for offset, _ in utterance.word_starts]
    assert offsets == sorted(offsets)
    assert len(set(offsets)) >= 2
    assert all(0 <= offset < len(text) for offset in offsets)


def test_the_versions_of_the_libraries_are_part_of_the_sound() -> None:
    require_language("ja")
    engine = registry.load_engine("pyttsx3")
    japanese = engine.sound_key(Voice("x", "pyttsx3", "jpx/ja+f2", language="ja"))
    german = engine.sound_key(Voice("x", "pyttsx3", "gmw/de", language="de"))
    assert "SudachiPy" in japanese
    assert "reading" not in german


@pytest.fixture
def without_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "_has_module", lambda _: False)


@pytest.mark.usefixtures("without_libraries")
def test_japanese_without_its_extra_is_an_error_that_says_what_to_install() -> None:
    voice = Voice("ja-bruno", "pyttsx3", "jpx/ja", language="ja")
    with pytest.raises(MissingExtraError, match="ja-bruno needs the extra 'japanese'") as caught:
        registry.load_engine("pyttsx3").validate(voice)
    assert caught.value.hint.endswith("narrator setup japanese")


@pytest.mark.usefixtures("without_libraries")
@pytest.mark.parametrize("tag", ["ar", "he", "zh"])
def test_other_languages_are_spoken_without_their_extra_and_it_is_recommended(tag: str) -> None:
    require_reading(tag, "x")
    assert load_rewriter(tag) is None
    assert f"setup {find_reading(tag).extra} adds" in describe_missing_reading(tag).replace(
        "reads", "adds"
    )


def test_a_language_that_shows_its_sounds_needs_no_reading() -> None:
    assert find_reading("de") is None
    assert load_rewriter("de") is None
    assert describe_missing_reading("de") == ""


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("兄弟", "ɕjʊŋ→ ti↘"),
        ("吃饭。", "ꭧʰɻ→ fan↘."),
        ("女儿，", "ny↓ ɚ↗,"),
        ("Ada 来了", "Ada lai↗ lɤ"),
    ],
)
def test_chinese_has_an_arrow_for_each_tone(text: str, sounds: str) -> None:
    require_language("zh")
    mandarin_sounds = pytest.importorskip("narrator.engines.readings.mandarin_sounds")
    assert mandarin_sounds.find_sounds(text) == sounds
