"""Makes `narrator/attribution/weights.npz`, in three steps that may run on different machines.

python -m benchmarks._train_attribution pack NOVELS.npz        the novels as numbers
python -m benchmarks._attribution_net NOVELS.npz DIR           the training; needs torch
python -m benchmarks._train_attribution finish NOVELS.npz DIR  the weights, their calibration,
                                                               and `attribution_unseen.json`
"""

from __future__ import annotations

import datetime
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import _novels, _variations
from benchmarks.attribution import UNSEEN
from narrator.attribution.postprocessing.descriptions import reassign_vague_descriptions
from narrator.attribution.scoring import calibrate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

WEIGHTS = Path(__file__).parents[1] / "narrator" / "attribution" / "weights.npz"
LAYERS = 4
DOUBT = 0.1
"""As in `_attribution_net`, which needs torch."""
HEATS = np.arange(0.8, 2.05, 0.05)

Packed = dict[str, dict[str, "NDArray[np.generic]"]]


def pack(path: str) -> None:
    """The features and truth of the novels and their variations, in one file."""
    score, arrays = _novels.scorer(), {}
    for folder in _novels.novels():
        told = _novels.load(folder, score)
        numbers = range(len(_variations.MIXES))
        for novel in (told, *(_variations.variation(told, folder, n) for n in numbers)):
            truth = _novels.truth(novel, score)
            arrays[f"{novel.name}:author"] = np.array(_novels.author(folder.name))
            arrays[f"{novel.name}:values"] = novel.features.values.astype(np.float16)
            arrays[f"{novel.name}:persons"] = novel.features.candidate_persons
            arrays[f"{novel.name}:right"] = truth.right
            arrays[f"{novel.name}:kinds"] = truth.kinds
    np.savez_compressed(path, **arrays)


def _unpack(path: str) -> Packed:
    packed: Packed = defaultdict(dict)
    with np.load(path) as arrays:
        for key in arrays.files:
            novel, name = key.split(":")
            packed[novel][name] = arrays[key]
    return packed


def finish(path: str, folder: str) -> None:
    """The weights file, calibrated on authors left out; their figures, by the scorer."""
    packed = _unpack(path)
    chances = _averaged(sorted(Path(folder).glob("unseen*.npz")))
    heat = min(
        HEATS,
        key=lambda h: _apart(
            _fate(packed[novel], _heated(packed, novel, chance, h))
            for novel, chance in chances.items()
        ),
    )
    nets = sorted(Path(folder).glob("net*.npz"))
    shipped = {"nets": np.array(len(nets)), "layers": np.array(LAYERS)}
    shipped |= {"doubt": np.array(DOUBT), "heat": np.array(heat)}
    for number, net in enumerate(nets):
        with np.load(net) as arrays:
            for name in arrays.files:
                stays = name in {"mean", "spread"}
                shipped[name if stays else f"{number}:{name}"] = arrays[name]
    np.savez_compressed(WEIGHTS, **shipped)
    _write_unseen(packed, chances, float(heat))


def _averaged(paths: list[Path]) -> dict[str, NDArray[np.float32]]:
    logs: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    for path in paths:
        with np.load(path) as arrays:
            for novel in arrays.files:
                logs[novel].append(np.log(arrays[novel].astype(np.float32) + 1e-7))
    return {novel: np.exp(np.mean(parts, axis=0)) for novel, parts in logs.items()}


Fate = tuple["NDArray[np.float32]", "NDArray[np.int8]"]
"""How sure the nets are of whom they choose, and whether they are right, by scored quotation."""


def _fate(arrays: dict[str, NDArray[np.generic]], heated: NDArray[np.float32]) -> Fate:
    scored, right = arrays["kinds"] >= 0, arrays["right"]
    return heated.max(axis=1)[scored], right[np.arange(len(right)), heated.argmax(axis=1)][scored]


def _heated(
    packed: Packed, novel: str, chance: NDArray[np.float32], heat: float
) -> NDArray[np.float32]:
    whole = chance / chance.sum(axis=1, keepdims=True)
    return calibrate(whole, packed[novel]["persons"] >= 0, DOUBT, heat)


def _write_unseen(packed: Packed, chances: dict[str, NDArray[np.float32]], heat: float) -> None:
    score = _novels.scorer()
    tally, fates = _novels.Tally(score), []
    for folder in _novels.novels():
        novel = _novels.load(folder, score)
        heated = _heated(packed, novel.name, chances[novel.name], heat)
        fates.append(_fate(packed[novel.name], reassign_vague_descriptions(novel.around, heated)))
        tally.add(novel.name, novel.gold, novel.predictions(chances[novel.name]))
    result = {
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "calibration": round(_apart(fates), 4),
        "total": {k: round(v, 4) for k, v in tally.total().items()},
        "novels": {n: {k: round(v, 4) for k, v in row.items()} for n, row in tally.rows.items()},
    }
    UNSEEN.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(_novels.table({**tally.rows, "ALL": tally.total()}))


def _apart(fates: Iterable[Fate]) -> float:
    """The expected calibration error, in ten bins of confidence."""
    sureness, came = map(np.concatenate, zip(*fates, strict=True))
    bins = np.minimum((sureness * 10).astype(int), 9)
    return sum(
        abs(float(sureness[bins == b].sum() - came[bins == b].sum())) for b in range(10)
    ) / len(came)


if __name__ == "__main__":
    step, *arguments = sys.argv[1:]
    {"pack": pack, "finish": finish}[step](*arguments)
