"""Sentences end where golden rules say, and join back to their paragraph."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.languages import load_language
from narrator.segmentation import sentences
from narrator.segmentation.sentences import split_sentences

RULES = tomllib.loads((Path(__file__).parent / "golden_rules.toml").read_text("utf-8"))
OTHER = [(tag, rule) for tag, rules in RULES["other"].items() for rule in rules]


def split(text: str, tag: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, load_language(tag))]


@pytest.mark.parametrize("rule", RULES["rule"], ids=[" | ".join(rule) for rule in RULES["rule"]])
def test_a_sentence_of_fiction_ends_where_it_should(rule: list[str]) -> None:
    assert split(" ".join(rule), "en") == rule


@pytest.mark.parametrize(("tag", "rule"), OTHER)
def test_a_sentence_in_another_language_ends_where_it_should(tag: str, rule: list[str]) -> None:
    between = "" if tag in {"ja", "zh"} else " "
    assert split(between.join(rule), tag) == rule


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(" \n\x1c.!?“”'\"()»Ab1*-"), max_size=9))
def test_punkt_splits_no_text_without_an_inner_mark(text: str) -> None:
    tokeniser = sentences._load_tokeniser(load_language("en"))
    if not sentences._INNER_MARK.search(text):
        assert {start for start, _ in tokeniser.span_tokenize(text)} <= {0}


def test_punkt_is_not_asked_about_a_paragraph_of_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sentences, "_load_tokeniser", None)
    assert split("“Nobody came at all.”", "en") == ["“Nobody came at all.”"]
    assert split("Nobody came.", "en") == ["Nobody came."]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(" \n.!?…“”'\"()AbI1é。"), max_size=80))
def test_sentences_are_in_order_and_leave_out_only_space(text: str) -> None:
    spans = split_sentences(text, load_language("en"))
    gaps = [(0, 0), *spans, (len(text), len(text))]
    assert all(not text[a[1] : b[0]].strip() for a, b in itertools.pairwise(gaps))
