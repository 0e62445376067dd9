"""Words in capitals are initialisms, names or shouting."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import capitals
from narrator.normalisation.book_evidence import BookEvidence
from narrator.normalisation.context import NormalisationContext

BOOK = BookEvidence(frozenset({"tom", "sam"}))


def context(tag: str = "en", line_kind: LineKind = LineKind.NARRATION) -> NormalisationContext:
    return NormalisationContext(load_rules(tag), line_kind)


HEADING = context(line_kind=LineKind.HEADING)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hey, SAM, come", "Hey, Sam, come"),
        ("Hey, JVB, come", "Hey, J V B, come"),
        ("TOM!", "Tom!"),
        ("the NCO told the DEA man", "the N C O told the D E A man"),
        ("a sign: KEEP OUT", "a sign: Keep Out"),
        ("the DVLA wrote", "the D V L A wrote"),
        ("the MPs voted", "the M P's voted"),
        ("LET US GO", "Let Us Go"),
        ("AT&T", "A T & T"),
        ("MI5", "M I 5"),
        ("AM radio, I AM", "A M radio, I Am"),
        ("quiet", "quiet"),
    ],
)
def test_capitals_are_spelt_unless_they_are_words(text: str, words: str) -> None:
    context = NormalisationContext(load_rules("en"), LineKind.NARRATION, BOOK)
    assert capitals.spell_capitals(text, context) == words


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "the BBC", "the B B C"),
        ("en", "the BBC's man", "the B B C's man"),
        ("en", "he cried STOP", "he cried Stop"),
        ("en", "NASA", "Nasa"),
        ("en", "SHH", "Shh"),
        ("en", "ABQ", "A B Q"),
        ("de", "LKW", "L K W"),
        ("de", "HALT", "HALT"),
    ],
)
def test_capitals_are_spelt_unless_they_are_a_word(tag: str, text: str, words: str) -> None:
    assert capitals.spell_capitals(text, context(tag)) == words


def test_capitals_of_a_heading_are_words() -> None:
    assert capitals.spell_capitals("THE OLD INN", HEADING) == "The Old Inn"
