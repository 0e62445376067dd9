"""Excerpts of annotated novels, for training and measuring."""

import numpy as np

from benchmarks._excerpts import (
    EMPTY_ROWS,
    MEASURED_COUNT,
    choose_measured_excerpts,
    cut_excerpts,
    join_arrays,
)

PARAGRAPHS = [f'"Go{number}," said Ada to the others.' for number in range(10)]
TEXT = "\n\n".join(PARAGRAPHS) + "\n\n"
GOLD = {
    "text": TEXT,
    "narrator": None,
    "characters": [{"id": 0, "name": "Ada", "aliases": ["Ada"]}],
    "quotes": [
        {"id": f"Q{number}", "parts": [[start, start + len(f"Go{number}")]]}
        for number in range(10)
        for start in [TEXT.index(f"Go{number}")]
    ],
}


def test_excerpts_have_at_least_their_lengths_and_end_with_a_paragraph():
    excerpts = list(cut_excerpts(GOLD, (6, 12)))
    assert [len(excerpt["text"].split()) for excerpt in excerpts] == [6, 12, 6, 12, 6, 12, 6]
    assert "\n\n".join(excerpt["text"] for excerpt in excerpts) == TEXT.strip()


def test_quotations_keep_their_words_in_an_excerpt():
    found = [
        excerpt["text"][start:end]
        for excerpt in cut_excerpts(GOLD, (12,))
        for quote in excerpt["quotes"]
        for start, end in quote["parts"]
    ]
    assert found == [f"Go{number}" for number in range(10)]
    assert GOLD["quotes"][9]["parts"][0][0] == TEXT.index("Go9")


def test_a_quotation_that_is_cut_is_left_out():
    gold = {**GOLD, "quotes": [{"id": "Q", "parts": [[1, 3], [TEXT.index("Go9"), len(TEXT)]]}]}
    assert not any(excerpt["quotes"] for excerpt in cut_excerpts(gold, (12,)))


def test_few_excerpts_of_a_long_novel_are_measured(monkeypatch):
    monkeypatch.setattr("benchmarks._excerpts.MEASURED_WORDS", 6)
    excerpts = choose_measured_excerpts(GOLD)
    assert len(excerpts) == MEASURED_COUNT
    assert "Go0" in excerpts[0]["text"]
    assert "Go9" in excerpts[-1]["text"]


def test_persons_of_different_excerpts_stay_different():
    part = {
        "values": np.ones((2, 3, 4), np.float16),
        "persons": np.array([[0, 2, -1], [1, -1, -1]], np.int32),
        "is_right": np.ones((2, 3), np.int8),
        "types": np.ones(2, np.int8),
    }
    joined = join_arrays([part, part])
    empty = [[-1, -1, -1]] * EMPTY_ROWS
    assert joined["persons"].tolist() == [
        [0, 2, -1],
        [1, -1, -1],
        *empty,
        [3, 5, -1],
        [4, -1, -1],
        *empty,
    ]
    assert joined["types"].tolist() == [1, 1, *[-1] * EMPTY_ROWS] * 2
    assert joined["values"].shape == (2 * (2 + EMPTY_ROWS), 3, 4)
    assert not joined["is_right"][2:4].any()
