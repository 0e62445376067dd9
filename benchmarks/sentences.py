"""Sentence boundaries in fiction: precision, recall and F1 within paragraphs."""

from __future__ import annotations

import json
import re

from benchmarks import shared
from narrator.segmentation.languages import load_language
from narrator.segmentation.sentences import split_sentences

PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)


def main() -> None:
    gold = shared("dialogue", "sentences.json")
    if gold is None:
        print("skipped: no shared/dialogue/sentences.json here")
        return
    both = found = right = 0
    for item in json.loads(gold.read_text("utf-8"))["items"]:
        blocks = [match[0] for match in PARAGRAPH.finditer(item["text"])]
        cut = [p[a:b] for p in blocks for a, b in split_sentences(p, load_language("en"))]
        ends = _ends(blocks)
        expected, got = _ends(item["sentences"]) - ends, _ends(cut) - ends
        both, found, right = both + len(expected & got), found + len(got), right + len(expected)
    print(f"{right} boundaries: precision {both / found:.1%}, recall {both / right:.1%}, ", end="")
    print(f"F1 {2 * both / (found + right):.1%}")


def _ends(pieces: list[str]) -> set[int]:
    """How many characters that are no space stand before the end of each piece."""
    ends, at = set(), 0
    for piece in pieces:
        at += len("".join(piece.split()))
        ends.add(at)
    return ends
