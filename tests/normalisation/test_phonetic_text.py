import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.engines.tone import Tone
from narrator.engines.verified_speech import speak_line, split_text
from narrator.model import Voice
from narrator.normalisation import phonetic_text as p

SHIVAWN = p.annotate_sounds("Shivawn", "ʃɪˈvɔːn")
TEXT = f"So {SHIVAWN}, who came, met {SHIVAWN}."


def test_an_annotated_word_is_read_as_spelling_or_as_sounds():
    assert p.remove_sounds(TEXT) == "So Shivawn, who came, met Shivawn."
    sounded = p.rewrite_annotated_words(TEXT, lambda _, sounds: f"[{sounds}]")
    assert sounded.text == "So [ʃɪˈvɔːn], who came, met [ʃɪˈvɔːn]."
    assert p.has_sounds(TEXT)
    assert not p.has_sounds(p.remove_sounds(TEXT))


@given(st.text(alphabet="ab \ufff9\ufffa\ufffb", max_size=30))
def test_offsets_stay_within_any_text(text):
    assert len(p.blank_sounds(text)) == len(p.mask_annotated_words(text)) == len(text)
    plain = p.rewrite_annotated_words(text, lambda spelling, _: spelling)
    places = [plain.to_source_offset(at) for at in range(len(plain.text))]
    assert places == sorted(places)
    assert all(0 <= place < max(len(text), 1) for place in places)
    if not p.has_sounds(text):
        assert plain.text == p.blank_sounds(text) == text


def test_every_word_of_a_rewritten_text_has_an_offset_in_its_source():
    plain = p.rewrite_annotated_words(TEXT, lambda spelling, _: spelling)
    for word in ("So", "Shivawn", "who", "met"):
        assert plain.to_source_offset(plain.text.index(word)) == TEXT.index(word)
    assert plain.to_source_offset(plain.text.rindex(".")) == TEXT.rindex(".")


def test_an_engine_without_phonetics_reads_the_spelling_and_keeps_its_times():
    voice = Voice("x", "tone", "low")
    sounded, plain = (speak_line(Tone(), text, voice) for text in (TEXT, p.remove_sounds(TEXT)))
    assert sounded.pcm == plain.pcm
    assert [TEXT[word.start :][:3] for word in sounded.words] == [
        "So ", "Shi", "who", "cam", "met", "Shi",
    ]  # fmt: skip


def test_a_line_is_never_cut_within_a_word_with_sounds():
    text = (
        p.annotate_sounds("St. John", "ˈsɪn. dʒən")
        + " and "
        + p.annotate_sounds("a, b", "ˌeɪ bˈiː")
    )
    pieces = [text[start:end] for start, end in split_text(p.mask_annotated_words(text), 25)]
    assert "".join(pieces) == text
    assert all(piece.count("\ufff9") == piece.count("\ufffb") for piece in pieces)


@pytest.mark.parametrize("stray", ["\ufff9", "\ufffb\ufff9", "a\ufffa"])
def test_stray_annotation_marks_become_spaces(stray):
    assert p.remove_sounds(p.annotate_sounds(stray, "x")).strip("a ") == ""
