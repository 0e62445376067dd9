"""Attribution: accuracy of speakers, one voice per character, calibration, time, memory.

The shipped nets were trained on these novels, so the first table is too favourable. In the second
table, the same nets attribute the novels after all people were given other names: what is lost
depends on names. The third table shows the accuracy on unseen authors, as measured by
`_train_attribution.py` when it made the weights: each author's novels are scored by nets that were
trained on all other authors.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import _novels, _renaming
from narrator.attribution import attribute_lines
from narrator.readers import read
from narrator.segmentation.lines import segment_book

UNSEEN_PATH = Path(__file__).parent / "attribution_unseen.json"
"""Figures of unseen authors, written by `_train_attribution.py`."""
UNSEEN_HEADINGS = {
    "original": "",
    "renamed": ", with other names",
    "renamed_excerpts": ", with other names, in excerpts of 2,000 words",
}
"""Heading of each version of the novels in `UNSEEN_PATH`."""
REFERENCE_WORDS = 120_000
"""Length of the book, in words, for which times are stated."""


def main() -> None:
    """Attribute all novels, and print accuracy, time and memory."""
    folders = _novels.list_novel_folders()
    if not folders:
        print("skipped: no shared/quotes here")
        return
    table, times = _novels.ScoreTable(_novels.load_scorer()), list[tuple[float, int]]()
    for folder in folders:
        gold = table.scorer.load_gold(folder)
        times.append(_score_text(table, folder.name, folder / "text.txt", gold))
    print("novels that the nets were trained on")
    print(_novels.format_table({**table.rows, "ALL": table.compute_total()}))
    print(f"dialogue found, by characters: F1 {table.compute_total()['found']:.1%}")
    _print_renamed_figures(folders)
    _print_unseen_figures()
    _print_times(times)


def _score_text(
    table: _novels.ScoreTable, name: str, path: Path, gold: dict[str, Any]
) -> tuple[float, int]:
    """Attribute a text, add its figures to a table, and return its seconds and words."""
    start = time.process_time()
    book = read([str(path)])
    script = attribute_lines(book, segment_book(book))
    seconds = time.process_time() - start
    speakers = {index: line.speaker for index, line in enumerate(script.lines)}
    table.add_novel(name, gold, _novels.format_predictions(script.lines, speakers))
    return seconds, len(book.text.split())


def _print_renamed_figures(folders: list[Path]) -> None:
    """Attribute each novel with other names of its people, and print the accuracy."""
    table = _novels.ScoreTable(_novels.load_scorer())
    with tempfile.TemporaryDirectory() as temporary_folder:
        path = Path(temporary_folder) / "text.txt"
        for folder in folders:
            original = table.scorer.load_gold(folder)
            text, gold = _renaming.rename_people(original["text"], original, 0)
            path.write_bytes(text.encode())
            _score_text(table, folder.name, path, gold)
    print("\nthe same novels, with other names")
    print(_novels.format_table({**table.rows, "ALL": table.compute_total()}))


def _print_unseen_figures() -> None:
    unseen = _novels.read_json(UNSEEN_PATH)
    for names, heading in UNSEEN_HEADINGS.items():
        if names in unseen:
            figures = unseen[names]
            print(f"\nauthors that the nets have not seen{heading}, measured {unseen['day']}")
            rows = {} if names == "renamed_excerpts" else figures["novels"]
            print(_novels.format_table({**rows, "ALL": figures["total"]}))
            print(f"expected calibration error in ten bins: {figures['calibration']:.1%}")


def _print_times(times: list[tuple[float, int]]) -> None:
    """Print the processor time per book, and the peak memory of this process.

    Args:
        times: processor seconds from file to script, and number of words, of each novel.
    """
    seconds_per_book = sorted(seconds / words * REFERENCE_WORDS for seconds, words in times)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        "\nread, segmented and attributed: "
        f"{seconds_per_book[len(seconds_per_book) // 2]:.1f} s of processor time "
        f"for {REFERENCE_WORDS:,} words in the median novel, "
        f"{seconds_per_book[-1]:.1f} s in the slowest; {peak_mb:.0f} MB at most"
    )
