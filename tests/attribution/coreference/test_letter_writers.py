"""Who writes a chapter that is a letter or a record."""

import pytest

from narrator.attribution.coreference.letter_writers import find_writer
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.tokens import tokenise
from narrator.languages.people_words import load_attribution_language
from narrator.readers import read
from narrator.segmentation.lines import segment_book

BODY = "I am well. Nora Pell and Max Reed came to see me. “Stay,” said Max Reed to Nora Pell.\n\n"


@pytest.mark.parametrize(
    ("opening", "closing", "writer"),
    [
        ("Nora Pell to Max Reed.", "Adieu.", "Nora Pell"),
        ("Letter from Nora Pell to Max Reed", "Adieu.", "Nora Pell"),
        ("Nora Pell's Diary", "It rained.", "Nora Pell"),
        ("Dear Max,", "Yours ever,\n\nNora Pell", "Nora Pell"),
        ("My dear Max Reed,", "Your friend,\n\nNORA PELL.", "Nora Pell"),
        ("It rained.", "Yours ever,\n\nNora Pell", ""),
        ("Dear Max,", "It rained on Nora Pell.", ""),
        ("Nora Pell's House", "It rained.", ""),
        ("Nora Pell went to town.", "It rained.", ""),
    ],
)
def test_a_heading_or_a_signature_names_the_writer(
    opening: str, closing: str, writer: str, tmp_path
) -> None:
    path = tmp_path / "book.txt"
    path.write_text(f"Chapter 1\n\n{opening}\n\n{BODY}{closing}\n", "utf-8")
    book = read([str(path)])
    tokens = tokenise(book, segment_book(book), load_attribution_language("en"))
    people = detect_mentions(tokens)
    person = find_writer(tokens, people.mentions, 0, len(tokens.words))
    names = [" ".join(next(iter(p.name_forms)).words) for p in people.persons]
    assert (names[person].title() if person >= 0 else "") == writer
