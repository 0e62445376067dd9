from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.engines.speakable_text import (
    align_words,
    count_spoken_letters,
    find_word_spans,
    find_word_starts,
    replace_unspeakable,
    time_words,
)
from narrator.model import WordTiming
from narrator.normalisation.phonetic_text import annotate_sounds
from narrator.text.words import has_words


@pytest.mark.parametrize(
    ("text", "events", "expected"),
    [
        ("one two", [(0, 10), (4, 500)], [(0, 10), (4, 500)]),
        ("in the hall", [(0, 10), (7, 510)], [(0, 10), (3, 224), (7, 510)]),
        ("1984 was", [(0, 10), (0, 90), (5, 700)], [(0, 10), (5, 700)]),
        ("“Oh!”", [(0, 5), (1, 10)], [(1, 10)]),
        ("never told", [], [(0, 0), (6, 600)]),
        ("…", [(0, 0)], []),
    ],
)
def test_every_word_has_its_time(text, events, expected):
    assert time_words(text, events, 1000) == tuple(WordTiming(*pair) for pair in expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\0b", "a b"), ("\ud800x", " x"), ("tab\there", "tab here"), ("é—“”", "é—“”")],
)
def test_what_no_engine_takes_is_a_space(text, expected):
    assert replace_unspeakable(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("…", False), ("—a", True), ("1", True), ("", False)]
)
def test_punctuation_is_not_words(text, expected):
    assert has_words(text) is expected


@pytest.mark.parametrize(
    ("letters", "phonemes", "expected"),
    [
        ([3, 5], [3, 4], [(0, 0), (1, 1)]),
        ([2, 3, 6], [4, 5], [(0, 0), (2, 1)]),  # "in the garden"
        (
            [2, count_spoken_letters("1984"), 3],
            [2, 6, 8, 3],
            [(0, 0), (1, 1), (2, 3)],
        ),  # "In 1984 she"
        ([], [], []),
        ([5], [], []),
    ],
)
def test_words_are_matched_with_groups_of_phonemes(letters, phonemes, expected):
    assert align_words(letters, phonemes) == expected


WORDS = [
    ("It was noon.", ["It", "was", "noon"]),
    ("He’s well-known", ["He’s", "well-known"]),
    ("3.14 or 1,984", ["3.14", "or", "1,984"]),
    ("end.Begin", ["end.Begin"]),  # no space, so engines run it together
    ("wait—no", ["wait", "no"]),
    ("_stressed_ word", ["stressed", "word"]),
    ("£5 & 20%", ["5", "20"]),
    ("Ça va, Élodie?", ["Ça", "va", "Élodie"]),
    ("Да, да", ["Да", "да"]),
    ("rock 'n' roll", ["rock", "n", "roll"]),
    ("", []),
    ("… —", []),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_are_counted_as_engines_count_them(text, words):
    assert [text[start:end] for start, end in find_word_spans(text)] == words


def test_a_word_with_sounds_is_one_word_and_its_sounds_are_none():
    text = f"Then {annotate_sounds('shi-vawn', 'ʃɪ vɔːn')} came"
    assert [text[start:end] for start, end in find_word_spans(text)] == ["Then", "shi-vawn", "came"]


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_replaced_text_has_the_same_length_and_can_be_encoded(text):
    replaced = replace_unspeakable(text)
    assert len(replaced) == len(text)
    assert not any(character < " " for character in replaced)
    replaced.encode()
    assert replace_unspeakable(replaced) == replaced


@pytest.mark.parametrize("character", ["\0", "\n", "\x7f", "\udfff", "\uffff", "\ufff9", "\ufffb"])
def test_each_kind_of_unspeakable_character_becomes_a_space(character):
    assert replace_unspeakable(f"a{character}b") == "a b"


@pytest.mark.parametrize("character", ["\xa0", "\u200b", "é", "中", "🙂", "\ufffd", "“"])
def test_what_an_engine_can_read_or_pass_over_stays(character):
    assert replace_unspeakable(f"a{character}b") == f"a{character}b"


EVENTS = st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 5000)), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.text("ab1 .,’", max_size=50), EVENTS, st.integers(0, 5000))
def test_every_word_is_timed_once_whatever_the_engine_reports(text, events, sample_count):
    starts = [start for start, _ in find_word_spans(text)]
    assert [word.start for word in time_words(text, events, sample_count)] == starts


@settings(max_examples=60, deadline=None)
@given(st.text("ab1 .,’", max_size=50), st.integers(0, 5000))
def test_without_reports_the_time_is_shared_out_by_letters(text, sample_count):
    samples = [word.sample for word in time_words(text, [], sample_count)]
    assert samples == sorted(samples)
    assert all(0 <= sample <= sample_count for sample in samples)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ((0, 70), [(0, 70), (4, 535)]),  # the rest follows in proportion
        ((2, 70), [(0, 70), (4, 535)]),  # anywhere within a word counts
        ((3, 70), [(0, 0), (4, 500)]),  # a space belongs to no word
        ((99, 70), [(0, 0), (4, 500)]),  # beyond the text
        ((-1, 70), [(0, 0), (4, 500)]),
    ],
)
def test_a_report_counts_for_the_word_that_it_falls_into(event, expected):
    words = time_words("one two.", [event], 1000)
    assert words == tuple(WordTiming(*pair) for pair in expected)


@pytest.mark.parametrize(
    ("word", "count"), [("noon", 4), ("7", 4), ("1984", 16), ("2nd", 6), ("", 0), ("o'clock", 7)]
)
def test_a_digit_counts_as_the_letters_of_its_name(word, count):
    assert count_spoken_letters(word) == count


COUNTS = st.lists(st.integers(1, 12), max_size=8)


@settings(max_examples=60, deadline=None)
@given(COUNTS, COUNTS)
def test_an_alignment_begins_at_the_beginning_and_skips_nothing_backwards(letters, phonemes):
    pairs = align_words(letters, phonemes)
    if pairs:
        assert pairs[0] == (0, 0)
        assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
        assert pairs[-1][0] < len(letters)
        assert pairs[-1][1] < len(phonemes)


@settings(max_examples=60, deadline=None)
@given(COUNTS)
def test_as_many_groups_as_words_of_fitting_length_are_matched_one_by_one(letters):
    phonemes = [0.85 * count for count in letters]
    assert align_words(letters, phonemes) == [(index, index) for index in range(len(letters))]


@pytest.mark.parametrize(
    ("word_count", "group_count"), [(4, 1), (1, 10), (0, 1), (1, 0), (7, 2), (2, 19)]
)
def test_too_many_words_or_groups_for_each_other_have_no_alignment(word_count, group_count):
    assert align_words([4] * word_count, [4] * group_count) == []


@pytest.mark.parametrize(("word_count", "group_count"), [(3, 1), (1, 9), (6, 2), (2, 18)])
def test_as_many_as_an_engine_runs_together_are_still_aligned(word_count, group_count):
    assert align_words([4] * word_count, [4] * group_count)


def timed(phonemes):
    """Each phoneme with its first sample; every one lasts 100 samples."""
    return [(phoneme, 100 * index) for index, phoneme in enumerate(phonemes)]


WORD_STARTS = [
    # A group of phonemes between spaces is a word.
    ("She came.", "ʃiː kˈeɪm.", [("She", 0), ("came", 4)]),
    ("Oh, no!", "ˈoʊ, nˈoʊ!", [("Oh", 0), ("no", 5)]),
    # A pause before the first word belongs to no word.
    ("Yes.", "  jˈɛs.", [("Yes", 2)]),
    # Words that are run together begin with their group.
    ("in the garden", "ɪnðə ɡˈɑːɹdən", [("in", 0), ("garden", 5)]),
    # A number is one word in the text and several in the sound.
    ("In 1984 she won", "ɪn nˈaɪntiːn ˈeɪɾifˈoːɹ ʃiː wˈʌn", [("In", 0), ("1984", 3), ("she", 24), ("won", 28)]),
    # Quotation marks and dashes are not words.
    ("“He”—she", "hiː ʃiː", [("He", 0), ("she", 4)]),
    ("…", "", []),
    ("Yes.", "", []),
    ("…", "hˈɛm", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "phonemes", "expected"), WORD_STARTS)
def test_a_word_begins_with_the_first_phoneme_of_its_group(text, phonemes, expected):
    starts = [(text.index(word), 100 * index) for word, index in expected]
    assert list(find_word_starts(text, timed(phonemes))) == starts


@settings(max_examples=60, deadline=None)
@given(st.text("ab cd1,", max_size=30), st.text("ɪnˈ ə,", max_size=40))
def test_words_and_samples_rise_together_whatever_the_phonemes(text, phonemes):
    starts = list(find_word_starts(text, timed(phonemes)))
    offsets = [offset for offset, _ in starts]
    samples = [sample for _, sample in starts]
    assert offsets == sorted(set(offsets))
    assert samples == sorted(set(samples))
    assert all(text[offset].isalnum() for offset in offsets)
    assert all(phonemes[sample // 100] not in " ," for sample in samples)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("彼は12時、帰る。", ["彼", "は", "12", "時", "帰", "る"]),
        ("王小梅 said it's 3.14", ["王", "小", "梅", "said", "it's", "3.14"]),
        ("누가 왔어?", ["누가", "왔어"]),
    ],
)
def test_each_han_or_kana_character_is_a_word(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in find_word_spans(text)] == words
