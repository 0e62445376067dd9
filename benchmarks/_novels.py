"""Reads novels with annotated speakers, computes their features, and scores predicted speakers.

The novels and the scorer are in the folder `quotes/` of the benchmarks' material (see
`benchmarks`). `docs/attribution.md` describes their source and format.
"""

from __future__ import annotations

import json
import os
import runpy
import tempfile
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import find_material
from narrator.attribution.candidate_generation import QuotationContext, build_quotation_context
from narrator.attribution.coreference.canonical_names import choose_display_names
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.features.feature_table import FeatureTable, compute_features
from narrator.attribution.postprocessing.correction import correct_probabilities
from narrator.attribution.tokens import get_quotation_key, tokenise
from narrator.languages.people_words import load_attribution_language
from narrator.model import LineKind
from narrator.readers import read
from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from narrator.model import Line

NOVELS_BY_AUTHOR = {
    "austen": "Emma MansfieldPark NorthangerAbbey Persuasion PrideAndPrejudice SenseAndSensibility",
    "forster": "APassageToIndia ARoomWithAView HowardsEnd WhereAngelsFearToTread",
}
"""Authors with several novels here; each of the other novels has a different author."""
RENAMED_ENDING = "~renamed"
"""Ending of the name of a novel whose people have other names, which is used only to measure."""
EXCERPTS_ENDING, MEASURED_EXCERPTS_ENDING = "~excerpts", "~renamed_excerpts"
"""Endings of the names of excerpts to train on, and to measure; their people have other names."""
MEASURED_ENDINGS = (RENAMED_ENDING, MEASURED_EXCERPTS_ENDING)
"""Endings of the names of texts that are used only to measure."""
PROCESS_COUNT = int(os.environ.get("NARRATOR_BENCH_PROCESSES", "2"))
"""Number of novels to analyse, or of nets to train, at the same time."""
QUOTATION_TYPES = ("explicit", "anaphoric", "implicit")
"""Types of tags: a name, a pronoun or description, or no tag."""
FIGURES = ("all", *QUOTATION_TYPES, "voice")
"""Keys of the figures in a table."""


def find_author(novel: str) -> str:
    """Return the author's key, or the novel's name if it is the only one by its author."""
    authors = (name for name, novels in NOVELS_BY_AUTHOR.items() if novel in novels.split())
    return next(authors, novel)


def list_novel_folders() -> list[Path]:
    """Return the folders of the novels; an empty list if there is no such material."""
    folder = find_material("quotes")
    return sorted(path.parent for path in folder.glob("*/quotes.json")) if folder else []


def load_scorer() -> SimpleNamespace:
    """Load the scorer that comes with the novels."""
    return SimpleNamespace(**runpy.run_path(str(find_material("quotes", "score_quotes.py"))))


@dataclass
class AnnotatedNovel:
    """A novel with its annotations and the intermediate results of attribution."""

    name: str
    gold: dict[str, Any]
    """Annotations as loaded by the scorer: quotations, characters, narrator."""
    lines: Sequence[Line]
    context: QuotationContext
    features: FeatureTable
    names: list[str]
    """Display name of each person."""

    def predict_lines(self, probabilities: NDArray[np.float32]) -> list[dict[str, Any]]:
        """Return the lines of dialogue in the scorer's format, with their likeliest speakers.

        Args:
            probabilities: shape (quotations, candidates), before post-processing.
        """
        speakers: dict[int, str] = {}
        probabilities = correct_probabilities(self.context, probabilities)
        for line_index, index in self.iterate_dialogue():
            candidates = self.context.candidates[index]
            if candidates:
                best = candidates[int(probabilities[index, : len(candidates)].argmax())]
                speakers[line_index] = self.names[best]
        return format_predictions(self.lines, speakers)

    def iterate_dialogue(self) -> Iterator[tuple[int, int]]:
        """Yield the index of each line of dialogue, and that of its quotation."""
        quotations = enumerate(self.context.tokens.quotations)
        indices = {quotation.key: index for index, quotation in quotations}
        for line_index, line in enumerate(self.lines):
            if line.kind is LineKind.DIALOGUE:
                yield line_index, indices[get_quotation_key(line, line_index)]


def format_predictions(
    lines: Sequence[Line], speakers: Mapping[int, str | None]
) -> list[dict[str, Any]]:
    """Return the lines of dialogue in the scorer's format.

    Args:
        lines: all lines of the novel.
        speakers: the speaker of each line of dialogue, by line index.
    """
    return [
        {"start": line.start, "end": line.end, "kind": "dialogue", "speaker": speakers.get(index)}
        for index, line in enumerate(lines)
        if line.kind is LineKind.DIALOGUE
    ]


def load_novel(folder: Path, scorer: SimpleNamespace) -> AnnotatedNovel:
    """Load a novel and its annotations, and compute its features."""
    return analyse_novel(folder.name, folder / "text.txt", scorer.load_gold(folder))


def analyse_novel(name: str, path: Path, gold: dict[str, Any]) -> AnnotatedNovel:
    """Compute the features of a text.

    Args:
        name: name of the novel or variation.
        path: the text file.
        gold: the annotations of the text.
    """
    book = read([str(path)])
    lines = segment_book(book)
    tokens = tokenise(book, lines, load_attribution_language("en"))
    context = build_quotation_context(tokens, detect_mentions(tokens))
    names = choose_display_names(tokens, context.people)
    return AnnotatedNovel(name, gold, lines, context, compute_features(context), names)


def analyse_text(name: str, gold: dict[str, Any]) -> AnnotatedNovel:
    """Compute the features of the text that the annotations contain."""
    with tempfile.TemporaryDirectory() as temporary_folder:
        path = Path(temporary_folder) / "text.txt"
        path.write_bytes(gold["text"].encode())
        return analyse_novel(name, path, gold)


class ScoreTable:
    """The scores of each novel, and of all novels together."""

    def __init__(self, scorer: SimpleNamespace) -> None:
        self.scorer, self.counts, self.quotes = scorer, Counter[str](), list[dict[str, Any]]()
        self.rows: dict[str, dict[str, float]] = {}

    def add_novel(self, name: str, gold: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        """Score the predicted lines of a novel."""
        counts, quotes = self.scorer.score_novel(gold, lines)
        self.rows[name] = _extract_figures(self.scorer.summarise(counts, quotes))
        self.counts += counts
        # Names are qualified by the novel, so that B-cubed does not merge characters of two novels.
        self.quotes += [
            dict(q, gold=(name, q["gold"]), label=q["label"] and (name, q["label"])) for q in quotes
        ]

    def compute_total(self) -> dict[str, float]:
        """Return the figures of all quotations of all novels together."""
        return _extract_figures(self.scorer.summarise(self.counts, self.quotes))


def _extract_figures(summary: dict[str, Any]) -> dict[str, float]:
    """Return the figures to report, selected from the scorer's summary."""
    by_type = {kind: summary["by_type"].get(kind, {}).get("acc") or 0.0 for kind in QUOTATION_TYPES}
    return {
        "all": summary["attribution"]["accuracy"],
        **by_type,
        "voice": summary["voices"]["f1"],
        "found": summary["detection"]["char"]["f1"],
    }


# Training targets


@dataclass
class GoldSpeakers:
    """The training targets: the true speakers, as annotated."""

    is_right: NDArray[np.int8]
    """Shape (quotations, candidates): 1 for each candidate who is the annotated speaker."""
    types: NDArray[np.int8]
    """Shape (quotations,): 1 + index in `QUOTATION_TYPES`; 0 without a type; -1 if not scored."""


def find_gold_speakers(novel: AnnotatedNovel, scorer: SimpleNamespace) -> GoldSpeakers:
    """Return which candidates of each quotation are right, and the type of each quotation."""
    speakers, speaker_types = match_quotations(novel)
    characters = match_characters(novel, speakers, scorer)
    scored = {c["id"] for c in novel.gold["characters"] if c.get("scored", True)}
    persons = novel.features.candidate_persons
    is_right = np.zeros(persons.shape, dtype=np.int8)
    types = np.full(len(persons), -1, dtype=np.int8)
    for index, speaker in speakers.items():
        is_right[index] = [
            person >= 0 and characters.get(person) == speaker for person in persons[index]
        ]
        if speaker in scored:
            kind = speaker_types[index]
            types[index] = QUOTATION_TYPES.index(kind) + 1 if kind in QUOTATION_TYPES else 0
    return GoldSpeakers(is_right, types)


def match_quotations(novel: AnnotatedNovel) -> tuple[dict[int, int], dict[int, str | None]]:
    """Return the annotated speaker id and type of each detected quotation, by quotation index.

    Detected and annotated quotations are matched by overlap. If several annotated quotations
    overlap a detected one, the speaker with the largest overlap in characters is taken.
    """
    spans = sorted(
        (novel.lines[line].start, novel.lines[line].end, index)
        for line, index in novel.iterate_dialogue()
    )
    span_starts = [span[0] for span in spans]
    overlaps: dict[int, Counter[int]] = {}
    types: dict[int, str | None] = {}
    for quote in novel.gold["quotes"]:
        for gold_start, gold_end in quote["parts"]:
            first = max(0, bisect_left(span_starts, gold_start) - 3)
            for start, end, index in spans[first:]:
                if start >= gold_end:
                    break
                if (overlap := min(gold_end, end) - max(gold_start, start)) > 0:
                    overlaps.setdefault(index, Counter())[quote["speaker_id"]] += overlap
                    types[index] = quote.get("type")
    return {index: counts.most_common(1)[0][0] for index, counts in overlaps.items()}, types


def match_characters(
    novel: AnnotatedNovel, speakers: dict[int, int], scorer: SimpleNamespace
) -> dict[int, int]:
    """Return the annotated character id of each person, by person index.

    The scorer lists the characters whose names fit. Of several, the one is taken who speaks most of
    the quotations whose tag names the person.

    Args:
        novel: the novel.
        speakers: annotated speaker id of each quotation, by quotation index.
        scorer: the scorer's module.
    """
    tagged: dict[int, Counter[int]] = {}
    for index, tag in enumerate(novel.context.best_tags):
        if tag is not None and tag.person_index >= 0 and index in speakers:
            tagged.setdefault(tag.person_index, Counter())[speakers[index]] += 1
    spoken_counts, narrator = Counter(speakers.values()), novel.gold["narrator"]
    characters: dict[int, int] = {}
    for index, person in enumerate(novel.context.people.persons):
        fitting = scorer.candidates(novel.names[index], novel.gold["characters"], narrator)
        if person.is_narrator and narrator is not None:
            characters[index] = narrator
        elif fitting:
            tag_counts = tagged.get(index, Counter())
            characters[index] = max(fitting, key=lambda c: (tag_counts[c], spoken_counts[c]))
    return characters


def format_table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Return a text table of figures in percent, with a row for each novel."""
    headings = {"all": "right", "anaphoric": "pronoun", "voice": "one voice"}
    head = " ".join(f"{headings.get(figure, figure):>9}" for figure in FIGURES)
    body = [
        f"{name[:28]:28} " + " ".join(f"{100 * row[figure]:9.1f}" for figure in FIGURES)
        for name, row in rows.items()
    ]
    return "\n".join([f"{'':28} {head}", *body])


def read_json(path: Path) -> Any:
    """Return the content of a JSON file."""
    return json.loads(path.read_text("utf-8"))
