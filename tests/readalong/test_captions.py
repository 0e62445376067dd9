from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.model import Book, Line, LineKind, LineTiming, Metadata, Source
from narrator.readalong import captions as c
from narrator.readalong.word_timing import time_line

RATE = 1000


def heard(*texts, letter=70, pause=500, speakers=()):
    """Lines of one paragraph, one after the other, at a steady pace."""
    at, place, made = 0, 0, []
    book = Book(Metadata("T"), " ".join(texts), (), (), Source("t", "0"))
    for i, text in enumerate(texts):
        who = speakers[i] if speakers else None
        end = place + len(text)
        line = Line(f"1.1.{i}", 1, 1, place, end, LineKind.NARRATION, text, text, speaker=who)
        length = len(text) * letter
        made.append(time_line(line, LineTiming(line.id, at, at + length, ()), book))
        at += length + pause
        place = end + 1
    return made


def rows(*texts, language="en", **options):
    return [
        caption.line_texts for caption in c.build_captions(heard(*texts, **options), RATE, language)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nobody saw them.", [("Nobody saw them.",)]),
        (
            "They went home by the old road, and nobody who lived there saw them.",
            [("They went home by the old road,", "and nobody who lived there saw them.")],
        ),
        (
            "The house stood at the end of the lane behind a row of old trees.",
            [("The house stood at the end", "of the lane behind a row of old trees.")],
        ),
        ("x" * 100, [("x" * 42, "x" * 42), ("x" * 16,)]),
        ("猫" * 30, [("猫" * 15, "猫" * 15)]),
    ],
)
def test_lines_break_where_the_sentence_does(text, expected):
    assert rows(text) == expected


def test_a_long_sentence_is_cut_at_its_clauses():
    text = (
        "However little known the feelings or views of such a man may be on his first entering "
        "a neighbourhood, this truth is so well fixed in the minds of the surrounding families, "
        "that he is considered as the rightful property of some one or other of their daughters."
    )
    made = rows(text)
    assert "".join(caption[-1][-1] for caption in made).count(",") == 2
    assert not {row.split()[-1] for caption in made for row in caption} & {"the", "a", "of", "his"}


def test_a_caption_too_short_to_read_is_joined_to_its_neighbour():
    (caption,) = c.build_captions(
        heard("“No,”", "she said.", pause=0, speakers=["Anna", None]), RATE, "en"
    )
    assert caption.line_texts == ("“No,” she said.",)
    assert [said.speaker for said in caption.lines[0]] == ["Anna", None]


def test_silence_is_used_for_reading():
    lines = heard("Quick as that it all went by.", "No.", letter=30, pause=2000)
    (first, second) = c.build_captions(lines, RATE, "en")
    assert first.end_seconds - first.start_seconds == pytest.approx(29 / 17)
    assert second.end_seconds - second.start_seconds == pytest.approx(c.MIN_SECONDS)


TEXTS = st.text("ab猫 ,.—", min_size=1, max_size=200).filter(str.strip)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(5, 200), st.integers(0, 3000))
def test_captions_fit_the_screen_and_never_overlap(texts, letter, pause):
    texts = [" ".join(text.split()) for text in texts]
    made = c.build_captions(heard(*texts, letter=letter, pause=pause), RATE, "en")
    for caption in made:
        assert len(caption.line_texts) <= c.MAX_LINES
        assert all(c.measure_columns(row) <= c.MAX_COLUMNS for row in caption.line_texts)
        assert caption.start_seconds < caption.end_seconds
    assert all(a.end_seconds <= b.start_seconds for a, b in pairwise(made))
    joined = "".join(caption.text for caption in made).replace(" ", "")
    assert joined == "".join(texts).replace(" ", "")


def test_no_caption_stays_longer_than_seven_seconds_where_words_allow():
    made = c.build_captions(heard("word " * 80, letter=150), RATE, "en")
    assert max(caption.end_seconds - caption.start_seconds for caption in made) <= c.MAX_SECONDS


def test_a_language_without_phrases_breaks_at_marks():
    assert rows("ab " * 12 + "cd, " + "ef " * 8 + "gh", language="xx")[0][0].endswith("cd,")
