"""Speech is distinguished from titles, mentions, inscriptions and letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from narrator.model import LineKind
from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Book


def list_speech(book: Book) -> list[str]:
    return [line.text for line in segment_book(book) if line.kind is LineKind.DIALOGUE]


@pytest.mark.parametrize(
    "text",
    [
        "He called it “home”.",
        "They said she was “difficult,” and left it there.",
        "The word “never” hung in the air.",
        "A book called “The Last Weir” lay there.",
        "Over the door was painted “Welcome.”",
        "The headline read “Bridge Falls” that day.",
        "“Wet paint,” read the notice.",
        "“For Anna,” was engraved inside the lid.",
        "“Dear Tom, the roof is on,” wrote his sister.",
        "The clerk’s “office” was a cupboard.",
        "Her aunt had a “system.” It never worked.",
        "She told them how “he had walked for two days and had eaten nothing but what she gave him.”",
        "“…”",
    ],
)
def test_quoted_text_that_is_not_speech_is_narration(
    book_of: Callable[..., Book], text: str
) -> None:
    assert list_speech(book_of(text)) == []


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ("“Home,” he said.", ["“Home,”"]),
        ("He said “yes” at once.", ["“yes”"]),
        ("Then he shouted “Run!” and ran.", ["“Run!”"]),
        ("The sign fell. “Mind your head!”", ["“Mind your head!”"]),
        ("She put the letter down and said, “Burn it.”", ["“Burn it.”"]),
        ("“Dear me,” said Tom.", ["“Dear me,”"]),
        ("“Sold” was all he said. “Sold.”", ["“Sold.”"]),
        ("“He had gone,” she said.", ["“He had gone,”"]),
        ("The answer came: “Perhaps.”", ["“Perhaps.”"]),
        ("“ok 👍” she typed.", ["“ok 👍”"]),
    ],
)
def test_quoted_speech_is_dialogue(
    book_of: Callable[..., Book], text: str, speech: list[str]
) -> None:
    assert list_speech(book_of(text)) == speech


@pytest.mark.parametrize(
    "text",
    [
        "He read the letter.\n\n“My dear Nell,\n\n“The weir is gone. Come soon.\n\n“Yours ever, Tom.”",
        "“12 May, Harwick.\n\n“Sir,—\n\n“The weir is gone. Kindly build another.\n\n“R. PIKE.”",
        "The note said:\n\n“Dear Madam,\n\n“Your goat has been here.\n\n“Yours, B. Pike.”",
        "The telegram read:\n\n“ARRIVING FRIDAY.\n\n“BRING BOAT. OTTO.”",
        "He gave it to her.\n\n“DEAR SIR,\n“The weir is gone.\n\n“Your servant,\n“B. PIKE.”",
        "She opened it.\n\n“Dear Nell,\n“The weir is gone. Come soon.\n\n“Believe me,” &c.",
        "She opened it.\n\n“Harwick, May.\n\nMY DEAR NELL,\n“The weir is gone.\n\n“BEN PIKE.”",
        "There was a note from Ben to his aunt, Mrs. Pike:\n\n“" + "The weir is gone. " * 30 + "”",
        "There was a postscript to this effect.\n\n“" + "The weir is gone. " * 30 + "”",
        "“Harwick, May.\n\n“MY DEAR NELL,”\n\n“" + "The weir is gone. " * 60 + "”",
    ],
)
def test_a_letter_is_read_by_the_narrator(book_of: Callable[..., Book], text: str) -> None:
    assert list_speech(book_of(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "“My dear Nell,” he said, “the weir is gone.”",
        "“Dear, dear!\n\n“What a night it was.”",
        "He had the letter in his hand.\n\n“What is it?”",
        "“Dear Nell, wait,”\n“I will.”\n\n“" + "The weir is gone. " * 30 + "”",
        "He wrote to Mrs. Pike. She came.\n\n“" + "The weir is gone. " * 60 + "”",
        "“It was the 12th of May.”\n\n“Was it?”\n\n“Yes.”",
    ],
)
def test_text_that_sounds_like_a_letter_may_be_speech(
    book_of: Callable[..., Book], text: str
) -> None:
    assert list_speech(book_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "“And”—she held up the letter—“it is late,” said Ada.",
        "“This” – he looked at the envelope – “is not mine,” said Ada.",
        "“It” (she pointed at the sign) “is mine,” said Ada.",
        "“And,” she tapped the page, “it is late.”",
        "“And—” she read the screen “—it is on.”",
        "“The card”—the sign read nothing—“says otherwise,” said Ada.",
    ],
)
def test_speech_is_resumed_after_an_interruption_whatever_it_names(
    book_of: Callable[..., Book], text: str
) -> None:
    assert len(list_speech(book_of(text))) == 2


def test_an_inscription_after_a_sentence_is_still_none(book_of: Callable[..., Book]) -> None:
    text = "“Look,” said Ada. The sign said “Wet paint” in red."
    assert list_speech(book_of(text)) == ["“Look,”"]
