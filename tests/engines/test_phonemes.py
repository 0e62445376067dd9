from types import SimpleNamespace

import pytest
from kokoro_onnx.tokenizer import Tokenizer

from narrator import registry
from narrator.engines import espeak, kokoro, piper
from narrator.engines.model_files import locate_piper_model
from narrator.engines.phonemes import to_espeak_ipa, to_espeak_mnemonics, to_misaki
from narrator.engines.verified_speech import speak_line
from narrator.model import Voice
from narrator.normalisation.lexicon import parse_lexicon
from narrator.normalisation.phonetic_text import annotate_sounds, remove_sounds
from narrator.normalisation.script_normalisation import normalise_script
from tests.scripts import sample_scripts

SHIVAWN = annotate_sounds("shivawn", "ʃɪˈvɔːn")
TEXT = f"She met {SHIVAWN}, and then Nora."
VOICES = [
    Voice("clara", "pyttsx3", "gmw/en-US+f2"),
    Voice("joe", "piper", "en_US-joe-medium"),
]


@pytest.mark.parametrize(
    ("ipa", "language", "sounds"),
    [
        ("ʃɪˈvɔːn", "en", "ʃɪvˈɔːn"),
        ("/ˈstr.iːt/", "en", "stɹˈiːt"),
        ("t͡ʃɛk", "en", "tʃɛk"),
        ("'red", "en-US", "ɹˈed"),
        ("ˈrɔt", "de", "rˈɔt"),
        ("ˌʌndəˈstænd", "en", "ˌʌndəstˈænd"),
        ("g", "en", "ɡ"),
    ],
)
def test_sounds_are_written_as_espeak_writes_them(ipa, language, sounds):
    assert to_espeak_ipa(ipa, language) == sounds


@pytest.mark.parametrize(
    ("ipa", "american", "british"),
    [
        ("ˈθɪər.i", "θˈɪɹi", "θˈɪəɹi"),
        ("ɡəʊt", "ɡOt", "ɡQt"),
        ("goʊ", "ɡO", "ɡQ"),
        ("bɜːd", "bɜɹd", "bɜːd"),
        ("ˈt͡ʃeɪndʒ", "ʧˈAnʤ", "ʧˈAnʤ"),
        ("həˈloʊ", "həlˈO", "həlˈQ"),
        ("nɒt", "nɑt", "nɒt"),
        ("ˈbʌtn̩", "bˈʌtᵊn", "bˈʌtᵊn"),
        ("bax", "bɑk", "bak"),
        ("ǃ", "", ""),
    ],
)
def test_sounds_are_written_as_misaki_writes_them(ipa, american, british):
    assert to_misaki(ipa, is_british=False) == american
    assert to_misaki(ipa, is_british=True) == british


@pytest.mark.parametrize(
    ("ipa", "names"), [("ʃɪˈvɔːn", "SIv'O:n"), ("dʒoʊ", "dZoU"), ("ŋwiən", "Nwi:@n"), ("ʘa", "a")]
)
def test_sounds_have_espeaks_names(ipa, names):
    assert to_espeak_mnemonics(ipa) == names


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.engine)
def test_the_sounds_are_heard_and_not_the_spelling(voice):
    engine = registry.load_engine(voice.engine)
    clip = speak_line(engine, TEXT, voice)
    other = speak_line(engine, TEXT.replace("ɔː", "aɪ"), voice)
    assert len({clip.pcm, other.pcm, speak_line(engine, remove_sounds(TEXT), voice).pcm}) == 3
    assert [TEXT[word.start :][:3] for word in clip.words] == [
        "She",
        "met",
        "shi",
        "and",
        "the",
        "Nor",
    ]


def test_a_word_sounds_as_one_that_espeak_knows():
    known = espeak.synthesise_utterance("She met Siobhan.", "gmw/en-US", {})
    told = espeak.synthesise_utterance(f"She met {SHIVAWN}.", "gmw/en-US", {})
    respelt = espeak.synthesise_utterance("She met shivawn.", "gmw/en-US", {})
    assert len(known.pcm) == len(told.pcm) != len(respelt.pcm)


def test_a_voice_of_another_language_reads_the_spelling():
    told = espeak.synthesise_utterance(f"Das ist {SHIVAWN}.", "gmw/de", {})
    assert told.pcm == espeak.synthesise_utterance("Das ist shivawn.", "gmw/de", {}).pcm


def test_brackets_of_a_book_name_no_phonemes_beside_a_word_with_sounds():
    for voice in VOICES:
        engine = registry.load_engine(voice.engine)
        text = f"[[h@l'oU]] {SHIVAWN}"
        round_ = text.replace("[[", "((").replace("]]", "))")
        assert engine.speak(text, voice).pcm == engine.speak(round_, voice).pcm


def test_pipers_model_is_given_the_sounds(monkeypatch):
    given = []
    model = piper._load_voice(locate_piper_model("en_US-joe-medium"), "cpu")
    ids = model.phonemes_to_ids
    monkeypatch.setattr(model, "phonemes_to_ids", lambda p: given.append("".join(p)) or ids(p))
    registry.load_engine("piper").speak(TEXT, VOICES[1])
    assert "ʃɪvˈɔːn," in "".join(given)
    assert "nˈɔːɹə" in "".join(given)


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        (TEXT, "ʃiː mˈɛt ʃɪvˈɔːn, ænd ðˈɛn nˈɔːɹə."),
        (f"{SHIVAWN}!", "ʃɪvˈɔːn!"),
        (SHIVAWN * 2, "ʃɪvˈɔːnʃɪvˈɔːn"),
    ],
)
def test_kokoros_model_is_given_the_sounds(text, phonemes):
    model = SimpleNamespace(tokenizer=Tokenizer())
    assert kokoro._phonemise(model, text, "en-us") == phonemes


def test_a_lexicon_brings_the_sounds_to_the_engine():
    lexicon = parse_lexicon({"entry": [{"word": "Siobhan", "ipa": "ʃɪˈvɔːn"}]}, None)
    script = sample_scripts.read("[narrator script 1]\n\n[chapter] I\n\nThen Siobhan\ufff9 came.\n")
    [line] = [each for each in normalise_script(script, lexicon).lines if "Siobhan" in each.text]
    assert line.spoken == f"Then {annotate_sounds('shi-vawn', 'ʃɪˈvɔːn')} came."
