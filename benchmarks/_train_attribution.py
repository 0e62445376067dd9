"""Produces `narrator/attribution/weights.npz` in three steps, which may run on several machines.

python -m benchmarks._train_attribution pack NOVELS.npz        computes the features of the novels
python -m benchmarks._attribution_net NOVELS.npz DIR           trains the nets; needs torch
python -m benchmarks._train_attribution finish NOVELS.npz DIR  calibrates the nets, writes the
                                                               weights and the benchmark figures

`docs/attribution.md` describes the whole training run.
"""

from __future__ import annotations

import datetime
import json
import multiprocessing
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import _augmentation, _excerpts, _novels, _renaming
from benchmarks.attribution import UNSEEN_PATH
from narrator.attribution.features.feature_table import COLUMN_NAMES
from narrator.attribution.postprocessing.correction import correct_probabilities
from narrator.attribution.scoring import calibrate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import SimpleNamespace

    from numpy.typing import NDArray

WEIGHTS_PATH = Path(__file__).parents[1] / "narrator" / "attribution" / "weights.npz"
LAYER_COUNT, LABEL_SMOOTHING = 4, 0.1
"""The same as in `_attribution_net`, which cannot be imported without torch."""
TEMPERATURES = np.arange(0.8, 2.05, 0.05)
"""Temperatures to choose from in calibration."""
CALIBRATION_BINS = 10
"""Number of equally wide bins of confidence, from 0 to 1."""
EXCERPT_NAMES = len(_augmentation.EDIT_SHARES) + 1
"""Number of the version of the names in the excerpts to train on; see `rename_people`."""
TEXT_VERSIONS = ("original", "renamed", "renamed_excerpts")
"""Keys of the figures in `UNSEEN_PATH`: the novels, with other names, and excerpts of those."""
STANDARDISATION = ("feature_means", "feature_scales")
"""Names of the arrays that are the same for all shipped nets."""

UNNAMED_COLUMN, UNNAMED_WEIGHT = "person:is_description", 0.6
"""A column that counts for less in the shipped nets than in training, and its share.

The novels have fewer speakers without a name than other stories; `docs/attribution.md` says more.
"""

PackedNovels = dict[str, dict[str, "NDArray[np.generic]"]]
"""Name of a novel to its arrays by name."""


def pack_novels(path: str) -> None:
    """Write the features and gold speakers of all novels and their variations to one file."""
    arrays: dict[str, NDArray[np.generic]] = {}
    with multiprocessing.get_context("spawn").Pool(_novels.PROCESS_COUNT) as pool:
        for packed in pool.imap(_pack_novel, _novels.list_novel_folders(), chunksize=1):
            arrays |= packed
    np.savez_compressed(path, **arrays)


def _pack_novel(folder: Path) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a novel, its variations and excerpts, and copies to measure."""
    scorer = _novels.load_scorer()
    original = _novels.load_novel(folder, scorer)
    renamed = rename_novel(original)
    packed = {
        novel.name: _pack_text(novel, scorer)
        for novel in (original, renamed, *_make_variations(original))
    }
    _, gold = _renaming.rename_people(original.gold["text"], original.gold, EXCERPT_NAMES)
    for ending, excerpts in (
        (_novels.EXCERPTS_ENDING, _excerpts.cut_excerpts(gold, _excerpts.TRAINING_WORDS)),
        (_novels.MEASURED_EXCERPTS_ENDING, _excerpts.choose_measured_excerpts(renamed.gold)),
    ):
        name = f"{original.name}{ending}"
        texts = analyse_excerpts(name, excerpts)
        packed[name] = _excerpts.join_arrays([_pack_text(text, scorer) for text in texts])
    author = np.array(_novels.find_author(folder.name))
    return {
        f"{name}:{key}": array
        for name, arrays in packed.items()
        for key, array in {**arrays, "author": author}.items()
    }


def _pack_text(
    novel: _novels.AnnotatedNovel, scorer: SimpleNamespace
) -> dict[str, NDArray[np.generic]]:
    """Return the features and gold speakers of a text."""
    gold = _novels.find_gold_speakers(novel, scorer)
    return {
        "values": novel.features.values.astype(np.float16),
        "persons": novel.features.candidate_persons,
        "is_right": gold.is_right,
        "types": gold.types,
    }


def analyse_excerpts(name: str, excerpts: Iterable[dict[str, Any]]) -> list[_novels.AnnotatedNovel]:
    """Compute the features of excerpts, without those in which no dialogue is found."""
    novels = (
        _novels.analyse_text(f"{name}{number}", gold)
        for number, gold in enumerate(excerpts)
        if gold["quotes"]
    )
    return [novel for novel in novels if novel.context.tokens.quotations]


def rename_novel(original: _novels.AnnotatedNovel) -> _novels.AnnotatedNovel:
    """Return a copy of a novel with other names, for measuring."""
    _, gold = _renaming.rename_people(original.gold["text"], original.gold, 0)
    return _novels.analyse_text(f"{original.name}{_novels.RENAMED_ENDING}", gold)


def _make_variations(original: _novels.AnnotatedNovel) -> Iterator[_novels.AnnotatedNovel]:
    """Yield copies of a novel with other names and fewer tags, for training."""
    for number in range(len(_augmentation.EDIT_SHARES)):
        edited = _augmentation.edit_tags(original, number)
        # Version 0 of the names is kept for measuring.
        _, gold = _renaming.rename_people(edited["text"], edited, number + 1)
        yield _novels.analyse_text(f"{original.name}~{number}", gold)


def load_packed_novels(path: str) -> PackedNovels:
    """Return what `pack_novels` wrote."""
    novels: PackedNovels = defaultdict(dict)
    with np.load(path) as arrays:
        for key in arrays.files:
            novel, name = key.split(":")
            novels[novel][name] = arrays[key]
    return novels


def finish_training(path: str, folder: str) -> None:
    """Write the weights file, and measure the accuracy on unseen authors.

    The temperature is fitted to the probabilities of unseen authors, because the nets are
    overconfident on novels that they were trained on.

    Args:
        path: the file written by `pack_novels`.
        folder: the folder DIR written by `_attribution_net`.
    """
    novels = load_packed_novels(path)
    unseen = average_probabilities(sorted(Path(folder).glob("unseen*.npz")))
    temperature = min(
        TEMPERATURES,
        key=lambda temperature: measure_calibration_error(
            _compare_with_gold(novels[name], _calibrate_novel(novels[name], rows, temperature))
            for name, rows in unseen.items()
            if name in novels
        ),
    )
    arrays = collect_weights(sorted(Path(folder).glob("net*.npz")), float(temperature))
    np.savez_compressed(WEIGHTS_PATH, **arrays)
    _write_unseen_figures(novels, unseen, folder, float(temperature))


def collect_weights(paths: list[Path], temperature: float) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of the weights file.

    They include the names of the columns, to check their order when the file is loaded.

    Args:
        paths: the files of the nets to ship.
        temperature: the fitted temperature.
    """
    arrays: dict[str, NDArray[np.generic]] = {
        "net_count": np.array(len(paths)),
        "layer_count": np.array(LAYER_COUNT),
        "label_smoothing": np.array(LABEL_SMOOTHING),
        "temperature": np.array(temperature),
        "column_names": np.array(COLUMN_NAMES),
    }
    for number, path in enumerate(paths):
        with np.load(path) as net:
            for name in net.files:
                arrays[name if name in STANDARDISATION else f"{number}:{name}"] = net[name]
    for number in range(len(paths)):
        weaken_column(arrays, number, UNNAMED_COLUMN, UNNAMED_WEIGHT)
    return arrays


def weaken_column(
    arrays: dict[str, NDArray[np.generic]], number: int, column: str, share: float
) -> None:
    """Let a net see a share of each value of a column; the value 0 means what it did.

    Args:
        arrays: the arrays of the weights file; those of the net are replaced.
        number: number of the net.
        column: name of the column.
        share: factor of the column's values, from 0 to 1.
    """
    row = arrays["column_names"].tolist().index(column)
    standard_mean = arrays["feature_means"][row] / arrays["feature_scales"][row]
    weights = arrays[f"{number}:input_hidden.weight"].astype(np.float32)
    bias = arrays[f"{number}:input_hidden.bias"].astype(np.float32)
    bias -= (1 - share) * standard_mean * weights[row]
    weights[row] *= share
    arrays[f"{number}:input_hidden.weight"] = weights.astype(np.float16)
    arrays[f"{number}:input_hidden.bias"] = bias.astype(np.float16)


def average_probabilities(paths: list[Path]) -> dict[str, NDArray[np.float32]]:
    """Return the geometric mean of several nets' probabilities for each novel, by novel name."""
    logs: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    for path in paths:
        with np.load(path) as arrays:
            for novel in arrays.files:
                logs[novel].append(np.log(arrays[novel].astype(np.float32) + 1e-7))
    return {novel: np.exp(np.mean(rows, axis=0)) for novel, rows in logs.items()}


Outcomes = tuple["NDArray[np.float32]", "NDArray[np.int8]"]
"""Probability of the likeliest candidate, and whether it is right (1 or 0).

Both have the shape (scored quotations,).
"""


def _compare_with_gold(
    novel: Mapping[str, NDArray[np.generic]], probabilities: NDArray[np.float32]
) -> Outcomes:
    """Return the confidence of each scored quotation, and whether its speaker is right."""
    is_scored, is_right = novel["types"] >= 0, novel["is_right"]
    best_is_right = is_right[np.arange(len(is_right)), probabilities.argmax(axis=1)]
    return probabilities.max(axis=1)[is_scored], best_is_right[is_scored]


def _calibrate_novel(
    novel: Mapping[str, NDArray[np.generic]],
    probabilities: NDArray[np.float32],
    temperature: float,
) -> NDArray[np.float32]:
    """Return calibrated probabilities; shape (quotations, candidates)."""
    # The geometric means of a quotation do not add up to 1.
    normalised = probabilities / probabilities.sum(axis=1, keepdims=True)
    return calibrate(normalised, novel["persons"] >= 0, LABEL_SMOOTHING, temperature)


def measure_calibration_error(outcomes: Iterable[Outcomes]) -> float:
    """Return the expected calibration error (Guo et al. 2017), 0 to 1.

    This is the difference between mean confidence and share of right speakers in each bin of
    confidence, averaged over the bins with their numbers of quotations as weights.
    """
    confidences, is_right = map(np.concatenate, zip(*outcomes, strict=True))
    bins = np.minimum((confidences * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    differences = (
        abs(float(confidences[bins == b].sum() - is_right[bins == b].sum()))
        for b in range(CALIBRATION_BINS)
    )
    return sum(differences) / len(is_right)


def _write_unseen_figures(
    novels: PackedNovels, unseen: dict[str, NDArray[np.float32]], folder: str, temperature: float
) -> None:
    """Score the novels of unseen authors; write the figures to `UNSEEN_PATH` and print them.

    Args:
        novels: as returned by `load_packed_novels`.
        unseen: uncalibrated probabilities of each novel, by nets that have not seen its author.
        folder: the folder with the files of the nets.
        temperature: the fitted temperature.
    """
    scorer = _novels.load_scorer()
    figures = {version: UnseenFigures(scorer, temperature) for version in TEXT_VERSIONS}
    for novel_folder in _novels.list_novel_folders():
        original = _novels.load_novel(novel_folder, scorer)
        renamed = rename_novel(original)
        name = f"{original.name}{_novels.MEASURED_EXCERPTS_ENDING}"
        excerpts = analyse_excerpts(name, _excerpts.choose_measured_excerpts(renamed.gold))
        figures["original"].add_text(original, novels[original.name], unseen[original.name])
        figures["renamed"].add_text(renamed, novels[renamed.name], unseen[renamed.name])
        for excerpt, packed, rows in split_excerpts(excerpts, novels[name], unseen[name]):
            figures["renamed_excerpts"].add_text(excerpt, packed, rows)
    result = {
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "nets": count_nets(folder),
        **{version: measured.summarise() for version, measured in figures.items()},
    }
    UNSEEN_PATH.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    for version, measured in figures.items():
        print(version)
        print(_novels.format_table({**measured.table.rows, "ALL": measured.table.compute_total()}))


class UnseenFigures:
    """The figures of one version of the texts, by nets that have not seen their authors."""

    def __init__(self, scorer: SimpleNamespace, temperature: float) -> None:
        self.table, self.temperature = _novels.ScoreTable(scorer), temperature
        self.outcomes: list[Outcomes] = []

    def add_text(
        self,
        text: _novels.AnnotatedNovel,
        packed: Mapping[str, NDArray[np.generic]],
        rows: NDArray[np.float32],
    ) -> None:
        """Score a text.

        Args:
            text: the text, analysed.
            packed: its arrays.
            rows: uncalibrated probabilities; shape (quotations, candidates).
        """
        calibrated = _calibrate_novel(packed, rows, self.temperature)
        final = correct_probabilities(text.context, calibrated)
        self.outcomes.append(_compare_with_gold(packed, final))
        self.table.add_novel(text.name, text.gold, text.predict_lines(calibrated))

    def summarise(self) -> dict[str, Any]:
        """Return the calibration error, and the figures of all texts together and of each."""
        return {
            "calibration": round(measure_calibration_error(self.outcomes), 4),
            "total": _round_figures(self.table.compute_total()),
            "novels": {name: _round_figures(row) for name, row in self.table.rows.items()},
        }


def split_excerpts(
    excerpts: Iterable[_novels.AnnotatedNovel],
    packed: Mapping[str, NDArray[np.generic]],
    rows: NDArray[np.float32],
) -> Iterator[tuple[_novels.AnnotatedNovel, dict[str, NDArray[np.generic]], NDArray[np.float32]]]:
    """Yield each excerpt with its part of the arrays that `_excerpts.join_arrays` joined."""
    start = 0
    for excerpt in excerpts:
        end = start + len(excerpt.context.tokens.quotations)
        arrays = {name: array[start:end] for name, array in packed.items() if array.ndim}
        yield excerpt, arrays, rows[start:end]
        start = end + _excerpts.EMPTY_ROWS


def count_nets(folder: str) -> dict[str, int]:
    """Return the number of nets to ship, and of nets for each author left out."""
    counts = Counter(path.stem.partition("-")[2] for path in Path(folder).glob("unseen*.npz"))
    return {"shipped": len([*Path(folder).glob("net*.npz")]), **dict(sorted(counts.items()))}


def _round_figures(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    step, *arguments = sys.argv[1:]
    {"pack": pack_novels, "finish": finish_training}[step](*arguments)
