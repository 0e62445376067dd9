import pytest

from narrator.normalisation.phonetic_text import RewrittenText, join_rewritten_pieces
from narrator.takes import expected_speech
from narrator.takes.expected_speech import SOUND_CLASSES, list_sounds, predict_speech


def test_a_longer_text_takes_longer() -> None:
    short, long = predict_speech("The rain.", "en"), predict_speech("The rain had stopped.", "en")
    assert short
    assert long
    assert 0.4 < short.seconds < long.seconds < 3


def test_clauses_are_counted() -> None:
    speech = predict_speech("She came in, sat down, and said nothing.", "en-GB")
    assert speech
    assert speech.clause_count == 3


@pytest.mark.parametrize("text", ["", "…", "—"])
def test_a_text_without_sounds_has_no_prediction(text: str) -> None:
    assert predict_speech(text, "en") is None


def test_an_unknown_language_has_no_prediction() -> None:
    assert predict_speech("nuqneH", "tlh-x-none") is None
    assert list_sounds("nuqneH", "tlh-x-none") == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Sie wartete."), ("ru", "Она ждала."), ("el", "Περίμενε."), ("ar", "انتظرت")],
)
def test_every_language_of_espeak_is_predicted(language: str, text: str) -> None:
    speech = predict_speech(text, language)
    assert speech
    assert 0.3 < speech.seconds < 1.6


@pytest.mark.parametrize(
    ("word", "classes"),
    [
        ("seat", ["alveolar sibilant", "high front vowel", "voiceless stop"]),
        ("mash", ["nasal", "low front vowel", "postalveolar sibilant"]),
        ("loop", ["liquid", "high back vowel", "voiceless stop"]),
    ],
)
def test_sounds_have_their_classes(word: str, classes: list[str]) -> None:
    assert [list(SOUND_CLASSES)[number] for number in list_sounds(word, "en")] == classes


def test_no_sign_has_two_classes() -> None:
    signs = "".join(SOUND_CLASSES.values())
    assert len(set(signs)) == len(signs)


def test_the_language_does_not_depend_on_what_was_asked_before() -> None:
    german = list_sounds("Wasser", "de")
    list_sounds("Wasser", "en")
    assert list_sounds("Wasser", "de") == german


@pytest.mark.parametrize("language", ["ja", "jpx/ja"])  # the second is a voice of espeak-ng
def test_japanese_is_read_before_it_is_predicted(language: str) -> None:
    pytest.importorskip("sudachipy")
    signs = predict_speech("老いた漁師", language)
    syllables = predict_speech("おいたりょうし", language)
    assert signs
    assert signs == syllables


@pytest.mark.parametrize(
    ("language", "text", "has_tones"),
    [
        ("vi", "Bà cụ thắp đèn.", True),
        ("cmn", "你好吗", True),
        ("en", "The girl heard a bird.", False),
    ],
)
def test_languages_with_tones_are_known(language: str, text: str, has_tones: bool) -> None:
    speech = predict_speech(text, language)
    assert speech
    assert speech.has_tones == has_tones


def test_sounds_are_those_that_the_reading_of_a_language_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rewrite_text(text: str) -> RewrittenText:
        return join_rewritten_pieces([(text.replace("שלום", "[[Sal'om]]"), 0)])

    monkeypatch.setattr(expected_speech, "load_rewriter", lambda _: rewrite_text)
    classes = [list(SOUND_CLASSES)[number] for number in list_sounds("שלום, שלום.", "sem/he")]
    assert len(classes) == 2 * len("ʃalom")
    assert classes[0] == "postalveolar sibilant"
