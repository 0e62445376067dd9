"""What is said for what is written, and that no word disappears on the way."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.model import LineKind
from narrator.normalisation import normalise_text

SAID = tomllib.loads((Path(__file__).parent / "said.toml").read_text("utf-8"))
HEADINGS = SAID.pop("headings")
ROWS = [(tag, written, said) for tag, rows in SAID.items() for written, said in rows.items()]
WORD = re.compile(r"[^\W\d_]+")

PLAIN = st.sampled_from(["harbour", "winter", "Nell", "quietly", "bridge", "été", "straße", "мост"])
NOISE = st.sampled_from(
    [
        ", ",
        ". ",
        "—",
        " -- ",
        "…",
        "“",
        "” ",
        " ‘",
        "’ ",
        "! ",
        " 12 ",
        " $5 ",
        " & ",
        " <",
        "> ",
        " [[",
        "]] ",
        " _",
        "_ ",
        " *",
        "* ",
        " 1/2 ",
        " 6:30 ",
        " #3 ",
        " IV ",
        " 🚲 ",
        " @ ",
        " 3rd ",
        "\xa0",
        " ",
    ]
)


@pytest.mark.parametrize(("tag", "written", "said"), ROWS)
def test_this_is_said_for_that(tag: str, written: str, said: str) -> None:
    assert normalise_text(written, tag, LineKind.NARRATION) == said


@pytest.mark.parametrize(("written", "said"), HEADINGS.items())
def test_this_is_said_for_that_heading(written: str, said: str) -> None:
    assert normalise_text(written, "en", LineKind.HEADING).casefold() == said.casefold()


@settings(deadline=None)  # the first example loads the tables
@given(
    pieces=st.lists(st.tuples(PLAIN, NOISE), min_size=1, max_size=12),
    tag=st.sampled_from(["en", "de", "fr", "es", "ru", "xx"]),
    kind=st.sampled_from(list(LineKind)),
)
def test_no_word_disappears(pieces: list[tuple[str, str]], tag: str, kind: LineKind) -> None:
    written = "".join(word + noise for word, noise in pieces)
    heard = iter(WORD.findall(normalise_text(written, tag, kind)))
    assert all(word in heard for word, _ in pieces)


@settings(deadline=None)
@given(text=st.text(max_size=60), kind=st.sampled_from(list(LineKind)))
def test_whatever_comes_in_something_is_said_for_its_letters(text: str, kind: LineKind) -> None:
    said = normalise_text(text, "en", kind)
    assert bool(WORD.search(text)) <= bool(re.search(r"[^\W_]", said))


@pytest.mark.parametrize(
    "piece",
    ["1", "12 ", "1,000,", "a.", "_a ", "a@", "a.b@c.", "$1 ", "<a ", "`", "I ", "123 456 "],
)
def test_a_line_of_one_thing_over_and_over_is_said_in_time(piece: str) -> None:
    started = time.process_time()
    normalise_text(piece * (20_000 // len(piece)), "en", LineKind.HEADING)
    assert time.process_time() - started < 5.0
