import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.model import Book, Line, LineKind, LineTiming, Metadata, Source, WordTiming
from narrator.readalong.word_timing import align_written_words, split_word_tokens, time_line_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two.", ["One", "two."]),
        ("“Well—” he said", ["“Well—”", "he", "said"]),
        ("café—his eyes", ["café—", "his", "eyes"]),
        ("and then—“‘What?’ she", ["and", "then—", "“‘What?’", "she"]),
        ("„Halt—“ rief er", ["„Halt—“", "rief", "er"]),
        ("a — b", ["a —", "b"]),
        ("— Non, dit-il.", ["— Non,", "dit-il."]),
        ("...", ["..."]),
        ("吾輩は猫", ["吾", "輩", "は", "猫"]),
        ("「行け。」「雨」", ["「行", "け。」", "「雨」"]),
        ("« Oui. » « Non. »", ["« Oui. »", "« Non. »"]),
        ("Oui « … »", ["Oui « … »"]),
        ("« … » Oui", ["« … » Oui"]),
        ("猫が好き。", ["猫", "が", "好", "き。"]),
        ("السلام عليكم", ["السلام", "عليكم"]),
        ("snake_case word", ["snake_case", "word"]),
        ("", []),
    ],
)
def test_words_include_the_punctuation_around_them(text, expected):
    assert [text[token.start : token.end] for token in split_word_tokens(text)] == expected


@pytest.mark.parametrize(
    ("text", "match_key", "letter_weight"),
    [
        ("cat", "cat", 3 + 1),
        ("“Cat", "cat", 3 + 1),
        ("cat,", "cat", 3 + 3 + 1),
        ("cat.”", "cat", 3 + 3 + 1),
        ("Katze!“", "katze", 5 + 3 + 1),
        ("(cat?)", "cat", 3 + 3 + 1),
        ("1984", "1984", 4 * 4 + 1),
        ("£5", "5", 4 + 1),
        ("don’t", "dont", 4 + 1),
    ],
)
def test_the_weight_of_a_word_depends_on_letters_digits_and_pauses(text, match_key, letter_weight):
    (token,) = split_word_tokens(text)
    assert (token.match_key, token.letter_weight) == (match_key, letter_weight)


@pytest.mark.parametrize(
    ("written", "spoken", "expected"),
    [
        ("one two", "one two", [0, 1, 2]),
        ("Dr. Lee came", "Doctor Lee came", [0, 1, 2, 3]),
        ("paid £5 then", "paid five pounds then", [0, 1, 3, 4]),
        ("in 1984 he", "in nineteen eighty four he", [0, 1, 4, 5]),
        ("aa bb cc", "aa cc", [0, 0.5, 1, 2]),
        ("b c", "a b c", [0, 2, 3]),
        ("x y", "", [0, 0, 0]),
        ("", "a b", [0]),
    ],
)
def test_written_words_are_placed_among_the_spoken_ones(written, spoken, expected):
    positions = align_written_words(split_word_tokens(written), split_word_tokens(spoken))
    assert positions == pytest.approx(expected, abs=0.01)


def make_line(text, spoken=""):
    return Line("1.1.1", 1, 1, 0, len(text), LineKind.NARRATION, text, spoken or text)


def make_book(text):
    return Book(Metadata("T"), text, (), (), Source("t.txt", "0"))


def time_words(text, end, *reports, spoken=""):
    word_timings = tuple(WordTiming(*report) for report in reports)
    line_timing = LineTiming("1.1.1", 0, end, word_timings)
    return time_line_words(make_line(text, spoken), line_timing, make_book(text)).words


def test_a_word_begins_when_the_engine_reports_and_ends_when_the_next_begins():
    words = time_words("Dr. Lee paid.", 1000, (0, 10), (4, 300), (8, 600))
    assert [(w.text, w.start_sample, w.end_sample, w.is_estimated) for w in words] == [
        ("Dr.", 10, 300, False),
        ("Lee", 300, 600, False),
        ("paid.", 600, 1000, False),
    ]


def test_a_word_that_the_engine_did_not_report_is_estimated_between_its_neighbours():
    words = time_words("in the end", 900, (0, 0), (7, 600))
    assert [(w.start_sample, w.is_estimated) for w in words] == [
        (0, False),
        (257, True),
        (600, False),
    ]


def test_a_number_lasts_as_long_as_the_words_it_is_spoken_as():
    words = time_words(
        "paid £5 then", 1000, (0, 0), (5, 200), (10, 400), (17, 700), spoken="paid five pounds then"
    )
    assert [(w.text, w.start_sample, w.is_estimated) for w in words] == [
        ("paid", 0, False),
        ("£5", 200, False),
        ("then", 700, False),
    ]


def test_reports_that_fall_or_exceed_the_speech_are_corrected():
    words = time_words("a b c d", 1000, (0, 0), (2, 500), (4, 300), (6, 4000))
    assert [w.start_sample for w in words] == [0, 500, 500, 1000]
    assert words[-1].end_sample == 1000


def test_without_reports_all_words_are_estimates_and_commas_take_time():
    one, two, six = time_words("one, two six", 1500)
    assert one.is_estimated
    assert two.is_estimated
    one_length = one.end_sample - one.start_sample
    two_length = two.end_sample - two.start_sample
    assert one_length > two_length == six.end_sample - six.start_sample


def test_a_line_can_be_shifted_with_all_its_words():
    line_timing = LineTiming("1.1.1", 100, 300, ())
    timed_line = time_line_words(make_line("one two"), line_timing, make_book("one two"))
    shifted = timed_line.shift(-100)
    assert (shifted.start_sample, shifted.end_sample) == (0, 200)
    assert [w.start_sample for w in shifted.words] == [
        w.start_sample - 100 for w in timed_line.words
    ]
    assert shifted.shift(100) == timed_line


def test_source_spans_are_those_of_the_page_whatever_its_spaces():
    text = "  The\ncaf\u00ade\u200b was\t full."
    line = Line("1.1.1", 1, 1, 2, len(text), LineKind.NARRATION, "The cafe was full.", "The cafe.")
    words = time_line_words(line, LineTiming("1.1.1", 0, 100, ()), make_book(text)).words
    spans = [text[w.source_span.start : w.source_span.end] for w in words]
    assert spans == ["The", "caf\u00ade", "was", "full."]


@pytest.mark.parametrize("edited_text", ["The big cat.", "The cut.", "A cat."])
def test_words_of_an_edited_line_have_the_span_of_the_whole_line(edited_text):
    line = Line("1.1.1", 1, 1, 0, 8, LineKind.NARRATION, edited_text, edited_text)
    words = time_line_words(line, LineTiming("1.1.1", 0, 100, ()), make_book("The cat.")).words
    assert {(w.source_span.start, w.source_span.end) for w in words} == {(0, 8)}


TEXTS = st.text("ab1 .,—-'’猫ק\u00ad", max_size=40)


@given(TEXTS, TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2000)), max_size=6))
def test_times_never_fall_and_no_character_is_lost(text, spoken, reports):
    word_timings = tuple(WordTiming(*report) for report in reports)
    shown_text = " ".join(text.replace("\u00ad", "").split())
    line = Line("1.1.1", 1, 1, 0, len(text), LineKind.NARRATION, shown_text, spoken)
    line_timing = LineTiming("1.1.1", 50, 1050, word_timings)
    words = time_line_words(line, line_timing, make_book(text)).words
    times = [time for w in words for time in (w.start_sample, w.end_sample)]
    assert times == sorted(times)
    assert all(50 <= time <= 1050 for time in times)
    assert "".join(w.text for w in words).replace(" ", "") == shown_text.replace(" ", "")
