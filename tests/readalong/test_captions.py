from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.languages.caption_words import load_break_words
from narrator.model import Book, Line, LineKind, LineTiming, Metadata, Source
from narrator.readalong import captions
from narrator.readalong.captions import build_captions, measure_columns
from narrator.readalong.word_timing import time_line_words

RATE = 1000


def time_lines(*texts, letter=70, pause=500, speakers=(), paragraphs=()):
    """Return the lines of one paragraph, one after the other, at a steady pace."""
    sample, offset, timed_lines = 0, 0, []
    book = Book(Metadata("T"), " ".join(texts), (), (), Source("t", "0"))
    for i, text in enumerate(texts):
        speaker = speakers[i] if speakers else None
        paragraph = paragraphs[i] if paragraphs else 1
        end = offset + len(text)
        line = Line(
            f"1.{paragraph}.{i}", 1, paragraph, offset, end, LineKind.NARRATION, text, text,
            speaker=speaker,
        )  # fmt: skip
        length = len(text) * letter
        timed_lines.append(
            time_line_words(line, LineTiming(line.id, sample, sample + length, ()), book)
        )
        sample += length + pause
        offset = end + 1
    return timed_lines


def list_line_texts(*texts, language="en", **options):
    timed_lines = time_lines(*texts, **options)
    return [caption.line_texts for caption in build_captions(timed_lines, RATE, language)]


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
    assert list_line_texts(text) == expected


@pytest.mark.parametrize(
    "quotation", ["“{}”", "‘{}’", "„{}“", "‚{}‘", "»{}«", "«{}»", '"{}"', "({})", "„{}”"]
)
@pytest.mark.parametrize("mark", ["!", "?", "...", ","])
def test_a_line_breaks_after_the_closing_mark_of_any_language(quotation, mark):
    quoted = quotation.format(f"Come home with them{mark}")
    assert list_line_texts(f"{quoted} Nobody else can ever find out", language="xx") == [
        (quoted, "Nobody else can ever find out")
    ]


def test_a_long_sentence_is_cut_at_its_clauses():
    text = (
        "However little known the feelings or views of such a man may be on his first entering "
        "a neighbourhood, this truth is so well fixed in the minds of the surrounding families, "
        "that he is considered as the rightful property of some one or other of their daughters."
    )
    line_texts = list_line_texts(text)
    assert "".join(lines[-1][-1] for lines in line_texts).count(",") == 2
    last_words = {line.split()[-1] for lines in line_texts for line in lines}
    assert not last_words & {"the", "a", "of", "his"}


def test_a_caption_too_short_to_read_is_joined_to_its_neighbour():
    (caption,) = build_captions(
        time_lines("“No,”", "she said.", pause=0, speakers=["Anna", None]), RATE, "en"
    )
    assert caption.line_texts == ("“No,” she said.",)
    assert [run.speaker for run in caption.lines[0]] == ["Anna", None]


def test_a_short_caption_is_not_joined_to_another_paragraph():
    assert list_line_texts("“No.”", "“Yes.”", pause=0, paragraphs=[1, 2]) == [
        ("“No.”",),
        ("“Yes.”",),
    ]


def test_two_lines_break_where_the_speaker_changes():
    (lines,) = list_line_texts(
        "“Never, never again,”", "said Anna to her sister and to her aunt.",
        letter=30, pause=0, speakers=["Anna", None],
    )  # fmt: skip
    assert lines == ("“Never, never again,”", "said Anna to her sister and to her aunt.")


def test_silence_is_used_for_reading():
    timed_lines = time_lines("Quick as that it all went by.", "No.", letter=30, pause=2000)
    (first, second) = build_captions(timed_lines, RATE, "en")
    assert first.end_seconds - first.start_seconds == pytest.approx(29 / 17)
    assert second.end_seconds - second.start_seconds == pytest.approx(captions.MIN_CAPTION_SECONDS)


TEXTS = st.text("ab猫 ,.—", min_size=1, max_size=200).filter(str.strip)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(5, 200), st.integers(0, 3000))
def test_captions_fit_the_screen_and_never_overlap(texts, letter, pause):
    texts = [" ".join(text.split()) for text in texts]
    built_captions = build_captions(time_lines(*texts, letter=letter, pause=pause), RATE, "en")
    for caption in built_captions:
        assert len(caption.line_texts) <= captions.MAX_CAPTION_LINES
        assert all(
            measure_columns(text) <= captions.MAX_LINE_COLUMNS for text in caption.line_texts
        )
        assert caption.start_seconds < caption.end_seconds
    assert all(a.end_seconds <= b.start_seconds for a, b in pairwise(built_captions))
    joined_text = "".join(caption.text for caption in built_captions).replace(" ", "")
    assert joined_text == "".join(texts).replace(" ", "")


def test_no_caption_stays_longer_than_seven_seconds_if_words_allow():
    built_captions = build_captions(time_lines("word " * 80, letter=150), RATE, "en")
    durations = [caption.end_seconds - caption.start_seconds for caption in built_captions]
    assert max(durations) <= captions.MAX_CAPTION_SECONDS


def test_a_language_without_break_words_breaks_at_punctuation():
    text = "ab " * 12 + "cd, " + "ef " * 8 + "gh"
    assert list_line_texts(text, language="xx")[0][0].endswith("cd,")


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("cat", 3), ("猫", 2), ("cafe\u0301", 4), ("ｆｕｌｌ", 8), ("한국", 4)],
)
def test_wide_characters_take_two_columns_and_combining_marks_none(text, columns):
    assert measure_columns(text) == columns


@pytest.mark.parametrize(("tag", "opener"), [("en_GB", "and"), ("DE", "und"), ("fr-CA", "et")])
def test_break_words_are_those_of_the_primary_language(tag, opener):
    assert opener in load_break_words(tag).phrase_openers
