import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.model import Book, Line, LineKind, LineTiming, Metadata, Source, WordTiming
from narrator.readalong.word_timing import align_written_words, split_word_tokens, time_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two.", ["One", "two."]),
        ("“Well—” he said", ["“Well—”", "he", "said"]),
        ("café—his eyes", ["café—", "his", "eyes"]),
        ("a — b", ["a —", "b"]),
        ("— Non, dit-il.", ["— Non,", "dit-il."]),
        ("...", ["..."]),
        ("吾輩は猫", ["吾", "輩", "は", "猫"]),
        ("「行け。」「雨」", ["「行", "け。」", "「雨」"]),
        ("« Oui. » « Non. »", ["« Oui. »", "« Non. »"]),
        ("Oui « … »", ["Oui « … »"]),
        ("« … » Oui", ["« … » Oui"]),
        ("السلام عليكم", ["السلام", "عليكم"]),
        ("", []),
    ],
)
def test_words_keep_the_marks_around_them(text, expected):
    assert [text[p.start : p.end] for p in split_word_tokens(text)] == expected


@pytest.mark.parametrize(
    ("written", "said", "expected"),
    [
        ("one two", "one two", [0, 1, 2]),
        ("Dr. Lee came", "Doctor Lee came", [0, 1, 2, 3]),
        ("paid £5 then", "paid five pounds then", [0, 1, 3, 4]),
        ("in 1984 he", "in nineteen eighty four he", [0, 1, 4, 5]),
        ("aa bb cc", "aa cc", [0, 0.5, 1, 2]),
        ("b c", "a b c", [0, 2, 3]),
        ("x y", "", [0, 0, 0]),
    ],
)
def test_written_words_find_their_place_among_spoken_ones(written, said, expected):
    assert align_written_words(
        split_word_tokens(written), split_word_tokens(said)
    ) == pytest.approx(expected, abs=0.01)


def line_of(text, spoken=""):
    return Line("1.1.1", 1, 1, 0, len(text), LineKind.NARRATION, text, spoken or text)


def book_of(text):
    return Book(Metadata("T"), text, (), (), Source("t.txt", "0"))


def timed(text, end, *told):
    words = tuple(WordTiming(*pair) for pair in told)
    return time_line(line_of(text), LineTiming("1.1.1", 0, end, words), book_of(text)).words


def test_a_word_begins_when_the_engine_says_and_ends_when_the_next_begins():
    words = timed("Dr. Lee paid.", 1000, (0, 10), (4, 300), (8, 600))
    assert [(w.text, w.start_sample, w.end_sample, w.is_estimated) for w in words] == [
        ("Dr.", 10, 300, False),
        ("Lee", 300, 600, False),
        ("paid.", 600, 1000, False),
    ]


def test_a_word_that_the_engine_passed_over_is_estimated_between_its_neighbours():
    words = timed("in the end", 900, (0, 0), (7, 600))
    assert [(w.start_sample, w.is_estimated) for w in words] == [
        (0, False),
        (257, True),
        (600, False),
    ]


def test_without_an_engines_word_all_is_an_estimate_and_commas_take_time():
    one, two, six = timed("one, two six", 1500)
    assert one.is_estimated
    assert two.is_estimated
    assert (
        one.end_sample - one.start_sample
        > two.end_sample - two.start_sample
        == six.end_sample - six.start_sample
    )


def test_source_offsets_are_those_of_the_page_whatever_its_spaces():
    text = "  The\ncaf\u00ade\u200b was\t full."
    line = Line("1.1.1", 1, 1, 2, len(text), LineKind.NARRATION, "The cafe was full.", "The cafe.")
    words = time_line(line, LineTiming("1.1.1", 0, 100, ()), book_of(text)).words
    assert [text[w.source_span.start : w.source_span.end] for w in words] == [
        "The",
        "caf\u00ade",
        "was",
        "full.",
    ]


def test_words_that_somebody_edited_stand_for_the_whole_line():
    edited = Line("1.1.1", 1, 1, 0, 8, LineKind.NARRATION, "The big cat.", "The big cat.")
    words = time_line(edited, LineTiming("1.1.1", 0, 100, ()), book_of("The cat.")).words
    assert {(w.source_span.start, w.source_span.end) for w in words} == {(0, 8)}


TEXTS = st.text("ab1 .,—-'’猫ק\u00ad", max_size=40)


@given(TEXTS, TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2000)), max_size=6))
def test_times_never_fall_and_no_character_is_lost(text, spoken, told):
    words = tuple(WordTiming(*pair) for pair in told)
    shown = " ".join(text.replace("\u00ad", "").split())
    line = Line("1.1.1", 1, 1, 0, len(text), LineKind.NARRATION, shown, spoken)
    heard = time_line(line, LineTiming("1.1.1", 50, 1050, words), book_of(text)).words
    times = [t for w in heard for t in (w.start_sample, w.end_sample)]
    assert times == sorted(times)
    assert all(50 <= t <= 1050 for t in times)
    assert "".join(w.text for w in heard).replace(" ", "") == shown.replace(" ", "")
