"""Sentence segmentation in fiction: precision, recall and F1 of boundaries within paragraphs."""

from __future__ import annotations

import json
import re

from benchmarks import find_material
from narrator.languages import load_language
from narrator.segmentation.sentences import split_sentences

PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)


def main() -> None:
    """Print the figures of all annotated excerpts together."""
    gold = find_material("dialogue", "sentences.json")
    if gold is None:
        print("skipped: no shared/dialogue/sentences.json here")
        return
    correct = predicted = expected = 0
    for item in json.loads(gold.read_text("utf-8"))["items"]:
        paragraphs = [match[0] for match in PARAGRAPH.finditer(item["text"])]
        sentences = [
            paragraph[start:end]
            for paragraph in paragraphs
            for start, end in split_sentences(paragraph, load_language("en"))
        ]
        # Ends of paragraphs are obvious from the text, and are not counted.
        paragraph_ends = find_ends(paragraphs)
        expected_ends = find_ends(item["sentences"]) - paragraph_ends
        predicted_ends = find_ends(sentences) - paragraph_ends
        correct += len(expected_ends & predicted_ends)
        predicted, expected = predicted + len(predicted_ends), expected + len(expected_ends)
    precision, recall = correct / predicted, correct / expected
    print(f"{expected} boundaries: precision {precision:.1%}, recall {recall:.1%}, ", end="")
    print(f"F1 {2 * correct / (predicted + expected):.1%}")


def find_ends(pieces: list[str]) -> set[int]:
    """Return the end of each piece, as the number of characters before it without white space.

    Args:
        pieces: consecutive parts of a text.
    """
    ends, length = set(), 0
    for piece in pieces:
        length += len("".join(piece.split()))
        ends.add(length)
    return ends
