"""The benchmarks of text: words lost and doubled, ends of sentences, characters of speech."""

import pytest

from benchmarks.dialogue import DetectionCounts, count_speech, join_lines, normalise_texts
from benchmarks.sentences import find_ends
from benchmarks.words import compare_words, list_script_words
from narrator.readers import read
from narrator.segmentation.lines import segment_book

COMPARISONS = [
    ("a b c d", "a b c d", (0, 0)),
    ("a b c d", "a c d", (1, 0)),
    ("a b c d", "a b b c d", (0, 1)),
    ("a b c d", "a x c d", (1, 1)),
    ("", "a", (0, 1)),
    ("a b c d", "", (4, 0)),
]


@pytest.mark.parametrize(("source", "script", "expected"), COMPARISONS)
def test_lost_and_doubled_words_are_counted(source, script, expected):
    assert compare_words(source.split(), script.split()) == expected


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text('Ada came in. "Go away," said Tom.\n\n[1] It rained.\n', "utf-8")
    return read([str(path)])


def test_the_words_of_a_script_are_those_of_its_source(book):
    words = list_script_words(book)
    assert words == ["Ada", "came", "in", "Go", "away", "said", "Tom", "1", "It", "rained"]


def test_ends_of_sentences_do_not_depend_on_white_space():
    assert (
        find_ends(["Go  away.", "It rained."])
        == find_ends(["Go away. ", " It rained."])
        == {
            7,
            16,
        }
    )


def test_lines_of_one_kind_in_a_paragraph_are_joined(book):
    texts = normalise_texts(join_lines(book))
    assert texts[:3] == [
        ("narration", "Adacamein."),
        ("dialogue", "Goaway,"),
        ("narration", "saidTom."),
    ]


def test_scene_breaks_and_marks_at_the_edges_are_not_compared():
    texts = [("dialogue", "“Go!”"), ("scene_break", "* * *"), ("dialogue", "_No_")]
    assert normalise_texts(texts) == [("dialogue", "Go!"), ("dialogue", "No")]


def test_characters_of_speech_are_counted_without_marks_and_spaces(book):
    start = book.text.index("Go away")
    counts = count_speech(book, segment_book(book), [[start, start + len("Go")]])
    assert counts == DetectionCounts(correct=2, predicted=len("Goaway,"), expected=2)


def test_counts_of_several_books_add_up():
    total = DetectionCounts(2, 4, 3) + DetectionCounts(1, 1, 2)
    assert total == DetectionCounts(3, 5, 5)
    assert str(total) == "precision 60.0%, recall 60.0%, F1 60.0%"
