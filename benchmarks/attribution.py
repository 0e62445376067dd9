"""Who says what: speakers right, one character one voice, honest confidences, time and memory.

The novels here are those that the judge was trained on, so their own figures flatter it. What it
reaches on an author it never saw is the second table: each author's novels judged by nets trained
on all the others, as `_train_attribution.py` measured it when it made the weights.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

from benchmarks import _novels
from narrator.attribution import attribute_lines
from narrator.readers import read
from narrator.segmentation import segment_book

UNSEEN = Path(__file__).parent / "attribution_unseen.json"
"""Written by the training, with the day it was made."""


def main() -> None:
    folders = _novels.novels()
    if not folders:
        print("skipped: no shared/quotes here")
        return
    tally, pace = _novels.Tally(_novels.scorer()), list[tuple[float, int]]()
    for folder in folders:
        began = time.process_time()
        book = read([str(folder / "text.txt")])
        script = attribute_lines(book, segment_book(book))
        pace.append((time.process_time() - began, len(book.text.split())))
        spoken = {index: line.speaker for index, line in enumerate(script.lines)}
        gold = tally.score.load_gold(folder)
        tally.add(folder.name, gold, _novels.as_scored(script.lines, spoken))
    print("novels that the judge was trained on")
    print(_novels.table({**tally.rows, "ALL": tally.total()}))
    print(f"dialogue found, by characters: F1 {tally.total()['found']:.1%}")
    _print_unseen()
    _print_pace(pace)


def _print_unseen() -> None:
    unseen = _novels.read_json(UNSEEN)
    print(f"\nauthors that the nets never saw, measured {unseen['day']}")
    print(_novels.table({**unseen["novels"], "ALL": unseen["total"]}))
    print(f"confidence against what came true, in ten bins: {unseen['calibration']:.1%} apart")


def _print_pace(pace: list[tuple[float, int]]) -> None:
    """Seconds of one core from the file to the script, and the memory of this whole run."""
    slowest = max(seconds / words * 120_000 for seconds, words in pace)
    middle = sorted(seconds / words * 120_000 for seconds, words in pace)[len(pace) // 2]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\nread, segmented and attributed: {middle:.1f} s of processor time for 120,000 words in "
        f"the median novel, {slowest:.1f} s in the slowest; {memory:.0f} MB at most"
    )
