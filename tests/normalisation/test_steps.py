"""Written text becomes spoken words, and no word disappears."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.model import LineKind
from narrator.normalisation.phonetic_text import remove_sounds
from narrator.normalisation.steps import normalise_text

EXPECTED = tomllib.loads((Path(__file__).parent / "spoken_text.toml").read_text("utf-8"))
HEADINGS = EXPECTED.pop("headings")
ROWS = [
    (tag, written, spoken) for tag, rows in EXPECTED.items() for written, spoken in rows.items()
]
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


@pytest.mark.parametrize(("tag", "written", "spoken"), ROWS)
def test_a_line_is_spoken_as_expected(tag: str, written: str, spoken: str) -> None:
    assert remove_sounds(normalise_text(written, tag, LineKind.NARRATION)) == spoken


@pytest.mark.parametrize(("written", "spoken"), HEADINGS.items())
def test_a_heading_is_spoken_as_expected(written: str, spoken: str) -> None:
    assert normalise_text(written, "en", LineKind.HEADING).casefold() == spoken.casefold()


@settings(deadline=None)  # the first example loads the tables
@given(
    pieces=st.lists(st.tuples(PLAIN, NOISE), min_size=1, max_size=12),
    tag=st.sampled_from(["en", "de", "fr", "es", "ru", "xx"]),
    kind=st.sampled_from(list(LineKind)),
)
def test_no_word_disappears(pieces: list[tuple[str, str]], tag: str, kind: LineKind) -> None:
    written = "".join(word + noise for word, noise in pieces)
    spoken_words = iter(WORD.findall(normalise_text(written, tag, kind)))
    assert all(word in spoken_words for word, _ in pieces)


@settings(deadline=None)
@given(text=st.text(max_size=60), kind=st.sampled_from(list(LineKind)))
def test_any_text_with_letters_has_something_to_speak(text: str, kind: LineKind) -> None:
    spoken = normalise_text(text, "en", kind)
    assert bool(WORD.search(text)) <= bool(re.search(r"[^\W_]", spoken))


@pytest.mark.parametrize(
    "piece",
    [
        *("1", "12 ", "1,000,", "a.", "_a ", "a@", "a.b@c.", "$1 ", "<a ", "`", "I ", "123 456 "),
        *(
            "ha",
            "oo",
            "A",
            "AB ",
            "½",
            "x²",
            "²",
            "1/",
            "1:",
            "1.1.",
            "b-",
            "b-b ",
            "W… ",
            "Shh-",
            "IV",
        ),
        *("+1 ", "1'000", "May 5-", "Lt ", "№ ", "10.30 at ", "1x", "-", "—", "…", "я", "1 000 "),
    ],
)
def test_a_line_of_the_same_thing_many_times_is_normalised_in_time(piece: str) -> None:
    started = time.process_time()
    normalise_text(piece * (20_000 // len(piece)), "en", LineKind.HEADING)
    assert time.process_time() - started < 5.0
