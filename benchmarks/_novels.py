"""The novels with gold speakers: read, attributed, and scored as their scorer defines it."""

from __future__ import annotations

import json
import runpy
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import shared
from narrator.attribution.candidate_generation import QuotationContext, build_quotation_context
from narrator.attribution.coreference.canonical_names import choose_display_names
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.features.feature_table import FeatureTable, compute_features
from narrator.attribution.language import load_attribution_language
from narrator.attribution.postprocessing.descriptions import reassign_vague_descriptions
from narrator.attribution.tokens import tokenise
from narrator.model import LineKind
from narrator.readers import read
from narrator.segmentation import segment_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from narrator.model import Line

AUTHORS = {
    "austen": "Emma MansfieldPark NorthangerAbbey Persuasion PrideAndPrejudice SenseAndSensibility",
    "forster": "APassageToIndia ARoomWithAView HowardsEnd WhereAngelsFearToTread",
}
"""Authors of several novels; every other novel here has an author of its own."""
TYPES = ("explicit", "anaphoric", "implicit")
FIGURES = ("all", *TYPES, "voice")


def author(novel: str) -> str:
    return next((name for name, novels in AUTHORS.items() if novel in novels.split()), novel)


def novels() -> list[Path]:
    """The folders of the novels; none where they are not here."""
    folder = shared("quotes")
    return sorted(path.parent for path in folder.glob("*/quotes.json")) if folder else []


def scorer() -> SimpleNamespace:
    """The scorer that comes with the novels."""
    return SimpleNamespace(**runpy.run_path(str(shared("quotes", "score_quotes.py"))))


@dataclass
class Novel:
    """A novel with what the attribution sees of it, and the truth."""

    name: str
    gold: dict[str, Any]
    lines: Sequence[Line]
    around: QuotationContext
    features: FeatureTable
    names: list[str]

    def predictions(self, chances: NDArray[np.float32]) -> list[dict[str, Any]]:
        """Lines as the scorer reads them, each quotation spoken by its likeliest candidate."""
        spoken: dict[int, str] = {}
        chances = reassign_vague_descriptions(self.around, chances)
        for number, quotation in enumerate(self.around.tokens.quotations):
            chosen = self.around.candidates[number]
            if chosen:
                best = chosen[int(chances[number, : len(chosen)].argmax())]
                spoken.update(dict.fromkeys(quotation.line_indices, self.names[best]))
        return as_scored(self.lines, spoken)


def as_scored(lines: Sequence[Line], spoken: Mapping[int, str | None]) -> list[dict[str, Any]]:
    return [
        {"start": line.start, "end": line.end, "kind": "dialogue", "speaker": spoken.get(index)}
        for index, line in enumerate(lines)
        if line.kind is LineKind.DIALOGUE
    ]


def load(folder: Path, score: SimpleNamespace) -> Novel:
    return understood(folder.name, folder / "text.txt", score.load_gold(folder))


def understood(name: str, path: Path, gold: dict[str, Any]) -> Novel:
    """A novel as the attribution sees it."""
    book = read([str(path)])
    lines = segment_book(book)
    page = tokenise(book, lines, load_attribution_language("en"))
    around = build_quotation_context(page, detect_mentions(page))
    return Novel(
        name,
        gold,
        lines,
        around,
        compute_features(around),
        choose_display_names(page, around.people),
    )


class Tally:
    """Scores of several novels, and of all of them together."""

    def __init__(self, score: SimpleNamespace) -> None:
        self.score, self.counts, self.quotes = score, Counter[str](), list[dict[str, Any]]()
        self.rows: dict[str, dict[str, float]] = {}

    def add(self, name: str, gold: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        counts, quotes = self.score.score_novel(gold, lines)
        self.rows[name] = _row(self.score.summarise(counts, quotes))
        self.counts += counts
        self.quotes += [
            dict(q, gold=(name, q["gold"]), label=q["label"] and (name, q["label"])) for q in quotes
        ]

    def total(self) -> dict[str, float]:
        return _row(self.score.summarise(self.counts, self.quotes))


def _row(summary: dict[str, Any]) -> dict[str, float]:
    by_type = {kind: summary["by_type"].get(kind, {}).get("acc") or 0.0 for kind in TYPES}
    return {
        "all": summary["attribution"]["accuracy"],
        **by_type,
        "voice": summary["voices"]["f1"],
        "found": summary["detection"]["char"]["f1"],
    }


# ------------------------------------------------------------------------------ the truth


@dataclass
class Truth:
    """Who really speaks, candidate by candidate."""

    right: NDArray[np.int8]
    """Quotations x candidates: 1 for each that stands for the gold speaker."""
    kinds: NDArray[np.int8]
    """By quotation: 1 to 3 as in `TYPES`, 0 untyped, -1 where nothing is scored."""


def truth(novel: Novel, score: SimpleNamespace) -> Truth:
    speakers, kinds = _speakers(novel)
    people = _people(novel, speakers, score)
    scored = {c["id"] for c in novel.gold["characters"] if c.get("scored", True)}
    persons = novel.features.candidate_persons
    right = np.zeros(persons.shape, dtype=np.int8)
    typed = np.full(len(persons), -1, dtype=np.int8)
    for number, speaker in speakers.items():
        right[number] = [
            person >= 0 and people.get(person) == speaker for person in persons[number]
        ]
        if speaker in scored:
            kind = kinds[number]
            typed[number] = TYPES.index(kind) + 1 if kind in TYPES else 0
    return Truth(right, typed)


def _speakers(novel: Novel) -> tuple[dict[int, int], dict[int, str | None]]:
    """The gold speaker and type of each quotation that the segmentation found."""
    spans = sorted(
        (novel.lines[index].start, novel.lines[index].end, number)
        for number, quotation in enumerate(novel.around.tokens.quotations)
        for index in quotation.line_indices
    )
    starts = [span[0] for span in spans]
    votes: dict[int, Counter[int]] = {}
    kinds: dict[int, str | None] = {}
    for quote in novel.gold["quotes"]:
        for begin, end in quote["parts"]:
            for start, stop, number in spans[max(0, bisect_left(starts, begin) - 3) :]:
                if start >= end:
                    break
                if (shared_part := min(end, stop) - max(begin, start)) > 0:
                    votes.setdefault(number, Counter())[quote["speaker_id"]] += shared_part
                    kinds[number] = quote.get("type")
    return {number: count.most_common(1)[0][0] for number, count in votes.items()}, kinds


def _people(novel: Novel, speakers: dict[int, int], score: SimpleNamespace) -> dict[int, int]:
    """The gold character that each person stands for, by the scorer's own mapping of names."""
    tagged: dict[int, Counter[int]] = {}
    for number, clue in enumerate(novel.around.best_tags):
        if clue is not None and clue.person_index >= 0 and number in speakers:
            tagged.setdefault(clue.person_index, Counter())[speakers[number]] += 1
    often, narrator = Counter(speakers.values()), novel.gold["narrator"]
    people: dict[int, int] = {}
    for number, person in enumerate(novel.around.people.persons):
        found = score.candidates(novel.names[number], novel.gold["characters"], narrator)
        if person.is_narrator and narrator is not None:
            people[number] = narrator
        elif found:
            seen = tagged.get(number, Counter())
            people[number] = max(found, key=lambda c: (seen[c], often[c]))
    return people


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Figures in percent, one novel a line."""
    names = {"all": "right", "anaphoric": "pronoun", "voice": "one voice"}
    head = " ".join(f"{names.get(figure, figure):>9}" for figure in FIGURES)
    body = [
        f"{name[:28]:28} " + " ".join(f"{100 * row[figure]:9.1f}" for figure in FIGURES)
        for name, row in rows.items()
    ]
    return "\n".join([f"{'':28} {head}", *body])


def read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
