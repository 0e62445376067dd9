"""The net of `narrator.attribution.scoring`, for training: the same arithmetic, in torch.

    python -m benchmarks._attribution_net NOVELS.npz DIR

trains the nets that ship, on all novels; then, for each author and seed, a net on the novels of all
other authors, whose chances show what is reached on unseen ones. Half of the lessons come from
variations of the novels. Each net is a file of its own, two minutes of one processor core; what is
there already is not made again. torch is no dependency of the project: install it where you train.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from narrator.attribution.scoring import BELIEF_OFFSETS, NEIGHBOUR_OFFSETS, align_candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
WIDTH, HIDDEN, LAYERS, DROPOUT = 48, 96, 4, 0.3
EPOCHS, CHUNK, BATCH, RATE, DECAY = 40, 64, 12, 2e-3, 0.05
LEFT_OUT_SEEDS, SHIPPED_SEEDS = range(3), range(5)
PROCESSES = int(os.environ.get("NARRATOR_BENCH_PROCESSES", "2"))
VARIED = 0.5
"""Share of the lessons that come from variations of the novels."""
EARLY = 0.25
"""Weight of what the net believes before its last layer."""
DOUBT = 0.1
"""Share of the truth that is spread over all candidates, so that a net is never quite sure."""
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
    varied: bool
    """Whether it is a variation of a novel."""


def shifted(x: torch.Tensor, offset: int) -> torch.Tensor:
    """Row i of the result is row i + offset; zeros beyond the ends."""
    none = torch.zeros_like(x[:, : abs(offset)])
    if offset > 0:
        return torch.cat([x[:, offset:], none], 1)
    return torch.cat([none, x[:, :offset]], 1)


class Drop(nn.Module):
    """Dropout whose masks are slices of one long mask: fresh ones take a sixth of the training."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.mask = (torch.rand(1 << 23, device=DEVICE) >= share).float() / (1 - share)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        begin = int(torch.randint(0, len(self.mask) - x.numel(), (1,)))
        return x * self.mask[begin : begin + x.numel()].view(x.shape)


class Hear(torch.autograd.Function):
    """Sums of rows of a table; a row is in one sum at most, which makes the way back quick."""

    @staticmethod
    def forward(ctx, table: torch.Tensor, heard: torch.Tensor, hearers: torch.Tensor):  # type: ignore[no-untyped-def]
        ctx.save_for_backward(hearers)
        return functional.embedding_bag(heard, table, mode="sum")

    @staticmethod
    def backward(ctx, gradient: torch.Tensor):  # type: ignore[no-untyped-def]
        (hearers,) = ctx.saved_tensors
        none = gradient.new_zeros(1, gradient.shape[1])
        return torch.cat([gradient, none])[hearers], None, None


@dataclass
class Ears:
    """Which vectors each vector hears: those of the same person at the quotations around."""

    heard: torch.Tensor
    """Vectors x offsets: rows of the table of what is told, by vector and offset."""
    hearers: torch.Tensor
    """By row of that table, and one for silence: the vector that hears it."""


def ears(places: torch.Tensor) -> Ears:
    """From the places of the same person, batch x quotations x candidates x offsets."""
    batch, count, width, offsets = places.shape
    many = batch * count * width
    book = torch.arange(batch, device=places.device).view(-1, 1, 1, 1)
    here = torch.arange(count, device=places.device).view(1, -1, 1, 1)
    offset = torch.tensor(NEIGHBOUR_OFFSETS, device=places.device).view(1, 1, 1, -1)

    def vectors(there: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        known = (places < width) & (there >= 0) & (there < count)
        row = book * count + there.clamp(0, count - 1)
        return known, row * width + places.clamp(max=width - 1)

    known, vector = vectors(here + offset, places)
    rows = vector * offsets + torch.arange(offsets, device=places.device)
    heard = torch.where(known, rows, many * offsets).view(many, offsets)
    known, vector = vectors(here - offset, places.flip(-1))
    hearers = torch.where(known, vector, many).view(-1)
    return Ears(heard, torch.cat([hearers, hearers.new_full((1,), many)]))


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.u = nn.Linear(WIDTH, 1)
        self.m = nn.Linear(WIDTH * len(NEIGHBOUR_OFFSETS), WIDTH, bias=False)
        self.c = nn.Linear(WIDTH, WIDTH, bias=False)
        self.n = nn.Linear(WIDTH * len(BELIEF_OFFSETS), WIDTH, bias=False)
        self.ln = nn.LayerNorm(WIDTH)
        self.a, self.b = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)
        self.drop = Drop(DROPOUT)

    def forward(
        self, h: torch.Tensor, same: Ears, weighed: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        size = h.shape[-1]
        scores = self.u(h).squeeze(-1).masked_fill(~weighed, IMPOSSIBLE)
        belief = scores.softmax(-1).unsqueeze(-1)
        normal = self.ln(h)
        pooled = (normal * belief * 4).sum(2)
        told = normal * (0.25 + 2 * belief)
        parts = (
            self.m.weight.view(size, len(NEIGHBOUR_OFFSETS), size)
            .permute(2, 1, 0)
            .reshape(size, -1)
        )
        table = (told.reshape(-1, size) @ parts).view(-1, size)
        silence = table.new_zeros(1, size)
        heard = Hear.apply(torch.cat([table, silence]), same.heard, same.hearers)
        around = torch.cat([shifted(pooled, offset) for offset in BELIEF_OFFSETS], -1)
        shared = (self.n(around) + self.c(pooled)).unsqueeze(2)
        mixed = normal + heard.view(h.shape) + shared
        return h + self.b(self.drop(functional.relu(self.a(mixed)))), scores


class Net(nn.Module):
    def __init__(self, columns: int) -> None:
        super().__init__()
        self.inp = nn.Sequential(
            nn.Linear(columns, HIDDEN), nn.ReLU(), Drop(DROPOUT), nn.Linear(HIDDEN, WIDTH)
        )
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.out, self.blur = nn.Linear(WIDTH, 1), Drop(0.1)

    def forward(
        self, values: torch.Tensor, places: torch.Tensor, weighed: torch.Tensor
    ) -> list[torch.Tensor]:
        """The scores after each layer; the last are the net's word."""
        same = ears(places)
        h, scores = self.inp(self.blur(values)), []
        for layer in self.layers:
            h, early = layer(h, same, weighed)
            scores.append(early)
        return [*scores, self.out(h).squeeze(-1).masked_fill(~weighed, IMPOSSIBLE)]


def loss(
    scores: list[torch.Tensor], right: torch.Tensor, use: torch.Tensor, weighed: torch.Tensor
) -> torch.Tensor:
    """How surprised the net is by the truth, where several candidates may be right."""
    parts, many = [], weighed.sum(-1).clamp(min=1)
    for at, score in enumerate(scores):
        logs = score.log_softmax(-1)
        chance = logs.masked_fill(right == 0, IMPOSSIBLE).logsumexp(-1)
        anybody = (logs * weighed).sum(-1) / many
        weight = 1.0 if at == len(scores) - 1 else EARLY
        surprise = (1 - DOUBT) * chance + DOUBT * anybody
        parts.append(-weight * (surprise * use).sum() / use.sum().clamp(min=1))
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
    examples = sorted(examples, key=lambda example: example.varied)
    plain = [example for example in examples if not example.varied]
    rows = np.concatenate([e.values[e.persons >= 0] for e in plain])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)
    novels = [_tensors(example, mean, spread) for example in examples]
    net = Net(rows.shape[1]).to(DEVICE)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * sum(max(1, len(example.persons) // CHUNK) for example in plain) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps + 1, pct_start=0.15)
    weights = _weights(examples)
    running = {name: value.clone() for name, value in net.state_dict().items()}
    for step in range(steps):
        batch = _batch(novels, weights, rng)
        optimizer.zero_grad()
        loss(net(*batch[:3]), batch[3], batch[4], batch[2]).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        keep = min(0.99, step / (step + 50))
        for name, value in net.state_dict().items():
            running[name].mul_(keep).add_(value, alpha=1 - keep)
    net.load_state_dict(running)
    return Trained(net.eval(), mean, spread)


def _weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """How often each novel is learned from: the long ones more, and variations by their share."""
    weights = np.array([len(example.persons) for example in examples]) ** 0.75
    varied = np.array([example.varied for example in examples])
    if varied.any():
        for kind, share in ((varied, VARIED), (~varied, 1 - VARIED)):
            weights[kind] *= share / weights[kind].sum()
    return weights / weights.sum()


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
            align_candidates(arrays["persons"]),
            arrays["right"],
            arrays["kinds"],
            "~" in novel,
        )
        for novel, arrays in packed.items()
    }


def leave_out(path: str, author: str, seed: int, file: Path) -> None:
    """The chances of an author's novels, by a net that never saw them."""
    torch.set_num_threads(1)
    novels = examples(path)
    trained = train([e for e in novels.values() if e.author != author], seed)
    chances = {
        novel: trained.chances(example).astype(np.float16)
        for novel, example in novels.items()
        if example.author == author and not example.varied
    }
    np.savez_compressed(file, **chances)


def ship(path: str, seed: int, file: Path) -> None:
    """A net trained on all novels, in half precision, matrices turned as numpy multiplies them."""
    torch.set_num_threads(1)
    trained = train(list(examples(path).values()), seed)
    arrays = {name: value.cpu().numpy() for name, value in trained.net.state_dict().items()}
    halves = {name: array.T.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(file, mean=trained.mean, spread=trained.spread, **halves)


def train_all(path: str, folder: str) -> None:
    """Every net that is not in the folder yet, several at once."""
    authors = sorted({example.author for example in examples(path).values()})
    home = Path(folder)
    jobs = [(ship, (path, seed, home / f"net{seed}.npz")) for seed in SHIPPED_SEEDS]
    jobs += [
        (leave_out, (path, author, seed, home / f"unseen{seed}-{author}.npz"))
        for seed in LEFT_OUT_SEEDS
        for author in authors
    ]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        running = [pool.apply_async(job, args) for job, args in jobs if not args[-1].exists()]
        for result in running:
            result.get()


if __name__ == "__main__":
    train_all(*sys.argv[1:])
