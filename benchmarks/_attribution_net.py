"""The net of `narrator.attribution.judge`, for training: the same arithmetic, in torch.

    python -m benchmarks._attribution_net NOVELS.npz DIR

trains, for each author and seed, a net on the novels of all other authors, whose chances show what
is reached on unseen ones; then the nets that ship, on all novels. Three minutes on one graphics
card. torch is no dependency of the project: install it where you train.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from narrator.attribution.judge import BELIEFS, OFFSETS, alignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
WIDTH, HIDDEN, LAYERS, DROPOUT = 48, 96, 4, 0.3
EPOCHS, CHUNK, BATCH, RATE, DECAY = 40, 64, 12, 2e-3, 0.05
LEFT_OUT_SEEDS, SHIPPED_SEEDS = range(3), range(4)
PROCESSES = 14
EARLY = 0.25
"""Weight of what the net believes before its last layer."""
IMPOSSIBLE = -1e4


@dataclass
class Example:
    """A novel as numbers: features, who is weighed, who is right."""

    author: str
    values: NDArray[np.float32]
    persons: NDArray[np.int32]
    places: NDArray[np.int64]
    right: NDArray[np.int8]
    kinds: NDArray[np.int8]


def shifted(x: torch.Tensor, offset: int) -> torch.Tensor:
    """Row i of the result is row i + offset; zeros beyond the ends."""
    rolled = torch.roll(x, -offset, 1).clone()
    if offset > 0:
        rolled[:, -offset:] = 0
    else:
        rolled[:, :-offset] = 0
    return rolled


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.u = nn.Linear(WIDTH, 1)
        self.m = nn.Linear(WIDTH * len(OFFSETS), WIDTH, bias=False)
        self.c = nn.Linear(WIDTH, WIDTH, bias=False)
        self.n = nn.Linear(WIDTH * len(BELIEFS), WIDTH, bias=False)
        self.ln = nn.LayerNorm(WIDTH)
        self.a, self.b = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)
        self.drop = nn.Dropout(DROPOUT)

    def forward(
        self, h: torch.Tensor, places: torch.Tensor, weighed: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        batch, count, width, size = h.shape
        scores = self.u(h).squeeze(-1).masked_fill(~weighed, IMPOSSIBLE)
        belief = scores.softmax(-1).unsqueeze(-1)
        normal = self.ln(h)
        pooled = (normal * belief * 4).sum(2)
        none = torch.zeros(batch, count, 1, size, device=h.device)
        told = torch.cat([normal * (0.25 + 2 * belief), none], 2)
        heard = [
            torch.gather(
                shifted(told, offset),
                2,
                places[..., column].unsqueeze(-1).expand(batch, count, width, size),
            )
            for column, offset in enumerate(OFFSETS)
        ]
        around = torch.cat([shifted(pooled, offset) for offset in BELIEFS], -1)
        shared = (self.n(around) + self.c(pooled)).unsqueeze(2)
        mixed = normal + self.m(torch.cat(heard, -1)) + shared
        return h + self.b(self.drop(functional.relu(self.a(mixed)))), scores


class Net(nn.Module):
    def __init__(self, columns: int) -> None:
        super().__init__()
        self.inp = nn.Sequential(
            nn.Linear(columns, HIDDEN), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(HIDDEN, WIDTH)
        )
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.out, self.blur = nn.Linear(WIDTH, 1), nn.Dropout(0.1)

    def forward(
        self, values: torch.Tensor, places: torch.Tensor, weighed: torch.Tensor
    ) -> list[torch.Tensor]:
        """The scores after each layer; the last are the net's word."""
        h, scores = self.inp(self.blur(values)), []
        for layer in self.layers:
            h, early = layer(h, places, weighed)
            scores.append(early)
        return [*scores, self.out(h).squeeze(-1).masked_fill(~weighed, IMPOSSIBLE)]


def loss(scores: list[torch.Tensor], right: torch.Tensor, use: torch.Tensor) -> torch.Tensor:
    """How surprised the net is by the truth, where several candidates may be right."""
    parts = []
    for at, score in enumerate(scores):
        chance = score.log_softmax(-1).masked_fill(right == 0, IMPOSSIBLE).logsumexp(-1)
        weight = 1.0 if at == len(scores) - 1 else EARLY
        parts.append(-weight * (chance * use).sum() / use.sum().clamp(min=1))
    return torch.stack(parts).sum()


@dataclass
class Trained:
    net: Net
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    def chances(self, example: Example) -> NDArray[np.float32]:
        tensors = _tensors(example, self.mean, self.spread)
        with torch.no_grad():
            scores = self.net(*(t[None] for t in tensors[:3]))[-1][0]
        return scores.softmax(-1).cpu().numpy()


def _tensors(
    example: Example, mean: NDArray[np.float32], spread: NDArray[np.float32]
) -> tuple[torch.Tensor, ...]:
    values = np.clip((example.values - mean) / spread, -4, 4)
    values[example.persons < 0] = 0
    arrays = (
        values.astype(np.float32),
        example.places,
        example.persons >= 0,
        example.right.astype(np.int64),
        (example.right.any(axis=1) & (example.kinds >= 0)).astype(np.float32),
    )
    return tuple(torch.tensor(array, device=DEVICE) for array in arrays)


def train(examples: Sequence[Example], seed: int) -> Trained:
    """A net trained on these novels: the running mean of its weights, which swings less."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows = np.concatenate([e.values[e.persons >= 0] for e in examples])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)
    novels = [_tensors(example, mean, spread) for example in examples]
    net = Net(rows.shape[1]).to(DEVICE)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * sum(max(1, len(novel[0]) // CHUNK) for novel in novels) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps + 1, pct_start=0.15)
    weights = np.array([len(novel[0]) for novel in novels]) ** 0.75
    running = {name: value.clone() for name, value in net.state_dict().items()}
    for step in range(steps):
        batch = _batch(novels, weights / weights.sum(), rng)
        optimizer.zero_grad()
        loss(net(*batch[:3]), batch[3], batch[4]).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        keep = min(0.99, step / (step + 50))
        for name, value in net.state_dict().items():
            running[name].mul_(keep).add_(value, alpha=1 - keep)
    net.load_state_dict(running)
    return Trained(net.eval(), mean, spread)


def _batch(
    novels: list[tuple[torch.Tensor, ...]], weights: NDArray[np.float64], rng: np.random.Generator
) -> list[torch.Tensor]:
    chosen = [novels[at] for at in rng.choice(len(novels), BATCH, p=weights)]
    length = min(CHUNK, *(len(novel[0]) for novel in chosen))
    begins = [int(rng.integers(0, len(novel[0]) - length + 1)) for novel in chosen]
    return [
        torch.stack([novel[part][b : b + length] for novel, b in zip(chosen, begins, strict=True)])
        for part in range(5)
    ]


def examples(path: str) -> dict[str, Example]:
    """The novels of a file that `_train_attribution` packed."""
    packed: dict[str, dict[str, NDArray[np.generic]]] = defaultdict(dict)
    with np.load(path) as arrays:
        for key in arrays.files:
            novel, name = key.split(":")
            packed[novel][name] = arrays[key]
    return {
        novel: Example(
            str(arrays["author"]),
            arrays["values"].astype(np.float32),
            arrays["persons"],
            alignment(arrays["persons"]),
            arrays["right"],
            arrays["kinds"],
        )
        for novel, arrays in packed.items()
    }


def leave_out(path: str, author: str, seed: int) -> dict[str, NDArray[np.float16]]:
    """The chances of an author's novels, by a net that never saw them."""
    torch.set_num_threads(1)
    novels = examples(path)
    trained = train([e for e in novels.values() if e.author != author], seed)
    return {
        novel: trained.chances(example).astype(np.float16)
        for novel, example in novels.items()
        if example.author == author
    }


def ship(path: str, seed: int) -> dict[str, NDArray[np.generic]]:
    """A net trained on all novels, in half precision, matrices turned as numpy multiplies them."""
    torch.set_num_threads(1)
    trained = train(list(examples(path).values()), seed)
    arrays = {name: value.cpu().numpy() for name, value in trained.net.state_dict().items()}
    halves = {name: array.T.astype(np.float16) for name, array in arrays.items()}
    return {"mean": trained.mean, "spread": trained.spread, **halves}


def train_all(path: str, folder: str) -> None:
    """Every net, several at once, into a folder."""
    authors = sorted({example.author for example in examples(path).values()})
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        left_out = [
            (seed, pool.apply_async(leave_out, (path, author, seed)))
            for seed in LEFT_OUT_SEEDS
            for author in authors
        ]
        shipped = [pool.apply_async(ship, (path, seed)) for seed in SHIPPED_SEEDS]
        for seed in LEFT_OUT_SEEDS:
            parts = [job.get() for owner, job in left_out if owner == seed]
            chances = {novel: chance for part in parts for novel, chance in part.items()}
            np.savez_compressed(Path(folder) / f"unseen{seed}.npz", **chances)
        for seed, job in enumerate(shipped):
            np.savez_compressed(Path(folder) / f"net{seed}.npz", **job.get())


if __name__ == "__main__":
    train_all(*sys.argv[1:])
