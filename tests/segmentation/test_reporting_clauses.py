"""Clauses that report speech are recognised, and say who speaks."""

from __future__ import annotations

import pytest

from narrator.languages import load_language
from narrator.segmentation.reporting_clauses import (
    compile_clause,
    compile_plain_clause,
    compile_speaker_change,
    compile_writing_clause,
    find_inline_clause,
    find_reporter,
)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", " said the old man"),
        ("en", " she asked"),
        ("en", ", Holmes remarked"),
        ("en", " — he cried"),
        ("en", " and he added"),
        ("en", " the tall woman slowly said"),
        ("de", ", sagte Martha"),
        ("de", " fragte sie"),
        ("fr", ", dit-il"),
        ("fr", " demanda Anne"),
        ("es", " —dijo Elena"),
        ("ru", ", — сказал он"),
    ],
)
def test_a_reporting_clause_is_recognised_right_after_a_quotation(tag: str, text: str) -> None:
    assert compile_clause(load_language(tag)).match(text)


@pytest.mark.parametrize(
    "text", [" He rose from his chair.", " The door flew open.", " Never had it rained so much."]
)
def test_other_narration_is_not_a_reporting_clause(text: str) -> None:
    assert not compile_clause(load_language("en")).match(text)


def test_a_plain_clause_has_no_gesture_for_its_verb() -> None:
    english = load_language("en")
    assert compile_clause(english).match(" she laughed")
    assert not compile_plain_clause(english).match(" she laughed")
    assert compile_plain_clause(english).match(" she asked")


@pytest.mark.parametrize(
    "text", [" wrote Miss Catharine", " was engraved on it", " read the notice"]
)
def test_a_clause_about_writing_is_recognised(text: str) -> None:
    assert compile_writing_clause(load_language("en")).match(text)


@pytest.mark.parametrize(
    ("text", "is_handover"),
    [
        (" and the old man said, ", True),
        (" sighed Ada, while Bruno cried, ", True),
        (" he said, and added, ", False),
        (" he said, and the rain fell. ", False),
    ],
)
def test_another_speaker_may_take_over_within_a_paragraph(text: str, *, is_handover: bool) -> None:
    pattern = compile_speaker_change(load_language("en"))
    assert pattern is not None
    assert (pattern.search(text) is not None) is is_handover


def test_a_language_without_conjunctions_has_no_pattern_for_a_handover() -> None:
    assert compile_speaker_change(load_language("xx")) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" said Aunt Ottilie.", "Aunt Ottilie"),
        (" Tom Sawyer said.", "Tom Sawyer"),
        (" asked Mr. O’Hara sharply.", "Mr O’Hara"),
        (" she said.", None),
        (" The door opened.", None),
    ],
)
def test_the_name_in_a_clause_is_that_of_the_speaker(text: str, name: str | None) -> None:
    assert find_reporter(text, 0, load_language("en")) == name


@pytest.mark.parametrize(
    ("tag", "text", "clause"),
    [
        ("en", "You're early, said Frank. Sit down.", " said Frank."),
        ("en", "You're early, said Mr. Pike. Sit down.", " said Mr. Pike."),
        ("en", "Is it? asked Ann", " asked Ann"),
        ("fr", "Oui, dit Luc, demain.", " dit Luc,"),
        ("en", "You're early, Frank. Sit down.", None),
    ],
)
def test_a_clause_within_speech_is_found_up_to_its_end(
    tag: str, text: str, clause: str | None
) -> None:
    span = find_inline_clause(text, 0, len(text), load_language(tag))
    assert (None if span is None else text[slice(*span)]) == clause
