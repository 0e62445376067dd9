"""Trains the nets of `narrator.attribution.scoring`: the same arithmetic, in torch.

    python -m benchmarks._attribution_net NOVELS.npz DIR

trains the nets to ship, on all novels. Then, for each author and seed, it trains a net on the
novels of all other authors, to measure the accuracy on unseen authors. Half of the training samples
come from variations of the novels. Each net is written to a separate file in DIR, and takes two
minutes on one processor core; nets whose file exists are skipped. torch is not a dependency of the
project: install it before training. `docs/attribution.md` describes the whole training run.
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

from benchmarks._novels import MEASURED_ENDINGS, PROCESS_COUNT
from narrator.attribution.scoring import (
    BELIEF_OFFSETS,
    MAX_INPUT,
    MESSAGE_WEIGHTS,
    NEIGHBOUR_OFFSETS,
    SUMMARY_SCALE,
    find_neighbour_slots,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
VECTOR_SIZE, HIDDEN_SIZE, LAYER_COUNT = 48, 96, 4
DROPOUT, INPUT_DROPOUT = 0.3, 0.1
EPOCHS = 40
"""Number of times that each quotation is used, on average."""
SEQUENCE_LENGTH, BATCH_SIZE = 64, 12
"""Number of consecutive quotations per sequence, and of sequences per step."""
LEARNING_RATE, WEIGHT_DECAY, WARM_UP_SHARE = 2e-3, 0.05, 0.15
"""Peak learning rate, weight decay, and share of the steps in which the learning rate rises."""
MAX_GRADIENT_NORM = 1.0
UNSEEN_SEEDS, SHIPPED_SEEDS = range(3), range(5)
"""Random seeds of the nets for each author left out, and of those to ship."""
VARIATION_SHARE = 0.5
"""Share of the training sequences that come from variations of the novels."""
BELIEF_LOSS_WEIGHT = 0.25
"""Weight of each layer's belief in the loss; the output has weight 1."""
LABEL_SMOOTHING = 0.1
"""Share of each training target that is spread over all candidates, against overconfidence.

C. Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2016.
"""
IMPOSSIBLE_SCORE = -1e4
MIN_SCALE = np.float32(1e-3)
"""Added to standard deviations, which are 0 for columns that are constant in a training set."""
MAX_AVERAGE_DECAY, AVERAGING_DELAY = 0.99, 50
"""Maximum decay of the running mean of the weights, and the step at which the decay is 0.5."""


@dataclass
class NovelSample:
    """The training data of one novel: features, candidates and true speakers."""

    author: str
    values: NDArray[np.float32]
    """Shape (quotations, candidates, columns): features."""
    persons: NDArray[np.int32]
    """Shape (quotations, candidates): person indices; -1 in empty slots."""
    neighbour_slots: NDArray[np.int64]
    """As returned by `find_neighbour_slots`."""
    is_right: NDArray[np.int8]
    """Shape (quotations, candidates): 1 for each candidate who is the true speaker."""
    types: NDArray[np.int8]
    """Shape (quotations,): as in `_novels.GoldSpeakers`; -1 for quotations that are not scored."""
    is_variation: bool
    """Whether the text is a variation of a novel; see `_augmentation`."""


def shift_rows(rows: torch.Tensor, offset: int) -> torch.Tensor:
    """Return a tensor whose row i along axis 1 is row i + offset of the input, or zeros."""
    zeros = torch.zeros_like(rows[:, : abs(offset)])
    if offset > 0:
        return torch.cat([rows[:, offset:], zeros], 1)
    return torch.cat([zeros, rows[:, :offset]], 1)


class FastDropout(nn.Module):
    """Dropout with masks that are random slices of one long mask.

    A new random mask for every call took a sixth of the training time.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.mask = (torch.rand(1 << 23, device=DEVICE) >= share).float() / (1 - share)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the inputs; in training, with some set to zero and the others scaled up."""
        if not self.training:
            return inputs
        start = int(torch.randint(0, len(self.mask) - inputs.numel(), (1,)))
        return inputs * self.mask[start : start + inputs.numel()].view(inputs.shape)


class GatherSum(torch.autograd.Function):
    """Sums rows of a table.

    Each row is used in at most one sum, which allows a fast backward pass.
    """

    @staticmethod
    def forward(ctx, table: torch.Tensor, senders: torch.Tensor, receivers: torch.Tensor):  # type: ignore[no-untyped-def]
        """Return the sum of the rows for each receiver.

        Args:
            ctx: torch's context, which keeps tensors for the backward pass.
            table: shape (rows, size).
            senders: as in `MessageRoutes`.
            receivers: as in `MessageRoutes`.
        """
        ctx.save_for_backward(receivers)
        return functional.embedding_bag(senders, table, mode="sum")

    @staticmethod
    def backward(ctx, gradient: torch.Tensor):  # type: ignore[no-untyped-def]
        """Return the gradient of the table: for each row, that of its receiver, or zero."""
        (receivers,) = ctx.saved_tensors
        zeros = gradient.new_zeros(1, gradient.shape[1])
        return torch.cat([gradient, zeros])[receivers], None, None


@dataclass
class MessageRoutes:
    """The routes of the messages from each candidate to the same person in nearby quotations."""

    senders: torch.Tensor
    """Shape (vectors, offsets): the rows of the message table that each vector receives."""
    receivers: torch.Tensor
    """Shape (vectors * offsets + 1,): the vector that receives each row of the message table.

    The number of vectors if none does. The last row is all zeros, for missing messages.
    """


def route_messages(neighbour_slots: torch.Tensor) -> MessageRoutes:
    """Return the routes of a batch.

    Vectors are numbered `(sample * quotations + quotation) * candidates + slot`. The message table
    has one row per vector and offset: the message of the vector to the quotation at that offset.

    Args:
        neighbour_slots: shape (samples, quotations, candidates, offsets); see
            `find_neighbour_slots`.
    """
    samples, count, width, offset_count = neighbour_slots.shape
    vector_count = samples * count * width
    device = neighbour_slots.device
    # Each broadcasts to the shape of `neighbour_slots`.
    sample = torch.arange(samples, device=device).view(-1, 1, 1, 1)
    quotation = torch.arange(count, device=device).view(1, -1, 1, 1)
    offset = torch.tensor(NEIGHBOUR_OFFSETS, device=device).view(1, 1, 1, -1)

    def number_vectors(
        quotations: torch.Tensor, slots: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return whether vectors exist, and their numbers, clamped to valid ones."""
        exists = (slots < width) & (quotations >= 0) & (quotations < count)
        row = sample * count + quotations.clamp(0, count - 1)
        return exists, row * width + slots.clamp(max=width - 1)

    # Each vector receives the message of the same person `offset` quotations away, or zeros.
    exists, vector = number_vectors(quotation + offset, neighbour_slots)
    rows = vector * offset_count + torch.arange(offset_count, device=device)
    zero_row = vector_count * offset_count
    senders = torch.where(exists, rows, zero_row).view(vector_count, offset_count)
    # From the sender, the receiver is `-offset` away. Because the offsets are symmetric, reversing
    # their axis gives the receiver's slot.
    exists, vector = number_vectors(quotation - offset, neighbour_slots.flip(-1))
    receivers = torch.where(exists, vector, vector_count).view(-1)
    return MessageRoutes(senders, torch.cat([receivers, receivers.new_full((1,), vector_count)]))


class MessageLayer(nn.Module):
    """One layer, with the same names of weights as in `ScoringNet._apply_layer`."""

    def __init__(self) -> None:
        super().__init__()
        self.belief = nn.Linear(VECTOR_SIZE, 1)
        self.messages = nn.Linear(VECTOR_SIZE * len(NEIGHBOUR_OFFSETS), VECTOR_SIZE, bias=False)
        self.speaker = nn.Linear(VECTOR_SIZE, VECTOR_SIZE, bias=False)
        self.nearby_speakers = nn.Linear(VECTOR_SIZE * len(BELIEF_OFFSETS), VECTOR_SIZE, bias=False)
        self.norm = nn.LayerNorm(VECTOR_SIZE)
        self.hidden = nn.Linear(VECTOR_SIZE, HIDDEN_SIZE)
        self.update = nn.Linear(HIDDEN_SIZE, VECTOR_SIZE)
        self.dropout = FastDropout(DROPOUT)

    def forward(
        self, vectors: torch.Tensor, routes: MessageRoutes, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the updated vectors, and the scores from which the layer's belief is computed.

        Args:
            vectors: shape (samples, quotations, candidates, vector size).
            routes: as returned by `route_messages`.
            mask: shape (samples, quotations, candidates): whether a slot holds a candidate.
        """
        size = vectors.shape[-1]
        scores = self.belief(vectors).squeeze(-1).masked_fill(~mask, IMPOSSIBLE_SCORE)
        belief = scores.softmax(-1).unsqueeze(-1)
        normal = self.norm(vectors)
        summary = (normal * belief * SUMMARY_SCALE).sum(2)
        base, slope = MESSAGE_WEIGHTS
        messages = normal * (base + slope * belief)
        # Each message is multiplied by the matrix of its offset before it is sent, so receivers
        # only add up rows. The NumPy code concatenates messages first, with the same result.
        matrices = (
            self.messages.weight.view(size, len(NEIGHBOUR_OFFSETS), size)
            .permute(2, 1, 0)
            .reshape(size, -1)
        )
        table = (messages.reshape(-1, size) @ matrices).view(-1, size)
        zero_row = table.new_zeros(1, size)
        received = GatherSum.apply(torch.cat([table, zero_row]), routes.senders, routes.receivers)
        nearby = torch.cat([shift_rows(summary, offset) for offset in BELIEF_OFFSETS], -1)
        shared = (self.nearby_speakers(nearby) + self.speaker(summary)).unsqueeze(2)
        mixed = normal + received.view(vectors.shape) + shared
        update = self.update(self.dropout(functional.relu(self.hidden(mixed))))
        return vectors + update, scores


class TrainableNet(nn.Module):
    """The torch version of `narrator.attribution.scoring.ScoringNet`."""

    def __init__(self, column_count: int) -> None:
        super().__init__()
        self.input_hidden = nn.Linear(column_count, HIDDEN_SIZE)
        self.dropout = FastDropout(DROPOUT)
        self.input_output = nn.Linear(HIDDEN_SIZE, VECTOR_SIZE)
        self.layers = nn.ModuleList([MessageLayer() for _ in range(LAYER_COUNT)])
        self.output, self.input_dropout = nn.Linear(VECTOR_SIZE, 1), FastDropout(INPUT_DROPOUT)

    def forward(
        self, values: torch.Tensor, neighbour_slots: torch.Tensor, mask: torch.Tensor
    ) -> list[torch.Tensor]:
        """Return the scores of each layer's belief, and finally those of the output.

        Each tensor has the shape (samples, quotations, candidates).
        """
        routes = route_messages(neighbour_slots)
        hidden = functional.relu(self.input_hidden(self.input_dropout(values)))
        vectors, scores = self.input_output(self.dropout(hidden)), []
        for layer in self.layers:
            vectors, belief_scores = layer(vectors, routes, mask)
            scores.append(belief_scores)
        return [*scores, self.output(vectors).squeeze(-1).masked_fill(~mask, IMPOSSIBLE_SCORE)]


def compute_loss(
    scores: list[torch.Tensor], is_right: torch.Tensor, is_used: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Return the weighted sum of the layers' cross entropies, with label smoothing.

    If several candidates of a quotation are right, because one character was detected as two
    persons, the sum of their probabilities is used.

    Args:
        scores: as returned by `TrainableNet`.
        is_right: shape (samples, quotations, candidates): 1 for a true speaker.
        is_used: shape (samples, quotations): 1 where the true speaker is among the candidates.
        mask: shape (samples, quotations, candidates): whether a slot holds a candidate.
    """
    losses, candidate_counts = [], mask.sum(-1).clamp(min=1)
    for index, layer_scores in enumerate(scores):
        log_probabilities = layer_scores.log_softmax(-1)
        right_log = log_probabilities.masked_fill(is_right == 0, IMPOSSIBLE_SCORE).logsumexp(-1)
        mean_log = (log_probabilities * mask).sum(-1) / candidate_counts
        weight = 1.0 if index == len(scores) - 1 else BELIEF_LOSS_WEIGHT
        smoothed_log = (1 - LABEL_SMOOTHING) * right_log + LABEL_SMOOTHING * mean_log
        losses.append(-weight * (smoothed_log * is_used).sum() / is_used.sum().clamp(min=1))
    return torch.stack(losses).sum()


@dataclass
class TrainedNet:
    """A net, with the means and standard deviations that standardise its inputs."""

    net: TrainableNet
    feature_means: NDArray[np.float32]
    """Shape (columns,)."""
    feature_scales: NDArray[np.float32]
    """Shape (columns,)."""

    def estimate_probabilities(self, sample: NovelSample) -> NDArray[np.float32]:
        """Return the probability that each candidate speaks; shape (quotations, candidates)."""
        tensors = _convert_sample(sample, self.feature_means, self.feature_scales)
        with torch.no_grad():
            scores = self.net(*(tensor[None] for tensor in tensors[:3]))[-1][0]
        return scores.softmax(-1).cpu().numpy()


def _convert_sample(
    sample: NovelSample, means: NDArray[np.float32], scales: NDArray[np.float32]
) -> tuple[torch.Tensor, ...]:
    """Return a novel as tensors: inputs, neighbour slots, mask, `is_right` and `is_used`.

    See `TrainableNet.forward` and `compute_loss`.
    """
    values = np.clip((sample.values - means) / scales, -MAX_INPUT, MAX_INPUT)
    values[sample.persons < 0] = 0
    is_used = sample.is_right.any(axis=1) & (sample.types >= 0)
    arrays = (
        values.astype(np.float32),
        sample.neighbour_slots,
        sample.persons >= 0,
        sample.is_right.astype(np.int64),
        is_used.astype(np.float32),
    )
    return tuple(torch.tensor(array, device=DEVICE) for array in arrays)


def train_net(samples: Sequence[NovelSample], seed: int) -> TrainedNet:
    """Train a net on novels and their variations.

    The resulting weights are a running mean over the steps, which is more accurate than the last
    step, and varies less with the seed.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    samples = sorted(samples, key=lambda sample: sample.is_variation)
    originals = [sample for sample in samples if not sample.is_variation]
    rows = np.concatenate([sample.values[sample.persons >= 0] for sample in originals])
    means, scales = rows.mean(axis=0), rows.std(axis=0) + MIN_SCALE
    novels = [_convert_sample(sample, means, scales) for sample in samples]
    net = TrainableNet(rows.shape[1]).to(DEVICE)
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    sequences = sum(max(1, len(sample.persons) // SEQUENCE_LENGTH) for sample in originals)
    steps = EPOCHS * sequences // BATCH_SIZE
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, steps + 1, pct_start=WARM_UP_SHARE
    )
    weights = _weigh_samples(samples)
    averages = {name: value.clone() for name, value in net.state_dict().items()}
    for step in range(steps):
        values, neighbour_slots, mask, is_right, is_used = _draw_batch(novels, weights, rng)
        optimiser.zero_grad()
        compute_loss(net(values, neighbour_slots, mask), is_right, is_used, mask).backward()
        nn.utils.clip_grad_norm_(net.parameters(), MAX_GRADIENT_NORM)
        optimiser.step()
        schedule.step()
        decay = min(MAX_AVERAGE_DECAY, step / (step + AVERAGING_DELAY))
        for name, value in net.state_dict().items():
            averages[name].mul_(decay).add_(value, alpha=1 - decay)
    net.load_state_dict(averages)
    return TrainedNet(net.eval(), means, scales)


def _weigh_samples(samples: Sequence[NovelSample]) -> NDArray[np.float64]:
    """Return the probability that each novel or variation is drawn; they add up to 1.

    It rises with the length. Variations together have the probability `VARIATION_SHARE`.
    """
    # The exponent below 1 gives short novels more weight than their length.
    weights = np.array([len(sample.persons) for sample in samples]) ** 0.75
    is_variation = np.array([sample.is_variation for sample in samples])
    if is_variation.any():
        for group, share in ((is_variation, VARIATION_SHARE), (~is_variation, 1 - VARIATION_SHARE)):
            weights[group] *= share / weights[group].sum()
    return weights / weights.sum()


def _draw_batch(
    novels: list[tuple[torch.Tensor, ...]], weights: NDArray[np.float64], rng: np.random.Generator
) -> list[torch.Tensor]:
    """Return a batch of random sequences from randomly chosen novels.

    It consists of the five tensors that `_convert_sample` returns, with a leading axis of samples.
    """
    chosen = [novels[index] for index in rng.choice(len(novels), BATCH_SIZE, p=weights)]
    length = min(SEQUENCE_LENGTH, *(len(novel[0]) for novel in chosen))
    starts = [int(rng.integers(0, len(novel[0]) - length + 1)) for novel in chosen]
    return [
        torch.stack(
            [
                novel[part][start : start + length]
                for novel, start in zip(chosen, starts, strict=True)
            ]
        )
        for part in range(5)
    ]


def load_samples(path: str) -> dict[str, NovelSample]:
    """Load the novels and variations packed by `_train_attribution`, by name."""
    novels: dict[str, dict[str, NDArray[np.generic]]] = defaultdict(dict)
    with np.load(path) as arrays:
        for key in arrays.files:
            novel, name = key.split(":")
            novels[novel][name] = arrays[key]
    return {
        novel: NovelSample(
            str(arrays["author"]),
            arrays["values"].astype(np.float32),
            arrays["persons"],
            find_neighbour_slots(arrays["persons"]),
            arrays["is_right"],
            arrays["types"],
            "~" in novel,
        )
        for novel, arrays in novels.items()
    }


def train_unseen(path: str, author: str, seed: int, target: Path) -> None:
    """Train a net on all authors but one, and write its probabilities for that author's novels.

    These are the novels as they are, and with other names.
    """
    torch.set_num_threads(1)
    samples = load_samples(path)
    trained = train_net([s for s in _list_training(samples) if s.author != author], seed)
    probabilities = {
        novel: trained.estimate_probabilities(sample).astype(np.float16)
        for novel, sample in samples.items()
        if sample.author == author and ("~" not in novel or novel.endswith(MEASURED_ENDINGS))
    }
    np.savez_compressed(target, **probabilities)


def _list_training(samples: Mapping[str, NovelSample]) -> list[NovelSample]:
    """Return the novels and variations to train on, without those that are only for measuring."""
    return [s for novel, s in samples.items() if not novel.endswith(MEASURED_ENDINGS)]


def train_shipped(path: str, seed: int, target: Path) -> None:
    """Train a net on all novels, and write its weights in half precision.

    Matrices are transposed to the shape (inputs, outputs), which the NumPy code expects.
    """
    torch.set_num_threads(1)
    trained = train_net(_list_training(load_samples(path)), seed)
    arrays = {name: value.cpu().numpy() for name, value in trained.net.state_dict().items()}
    halves = {name: array.T.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(
        target,
        feature_means=trained.feature_means,
        feature_scales=trained.feature_scales,
        **halves,
    )


def train_all(path: str, folder: str) -> None:
    """Train all nets whose file is not in the folder yet, `PROCESS_COUNT` at a time."""
    authors = sorted({sample.author for sample in load_samples(path).values()})
    target = Path(folder)
    jobs = [(train_shipped, (path, seed, target / f"net{seed}.npz")) for seed in SHIPPED_SEEDS]
    jobs += [
        (train_unseen, (path, author, seed, target / f"unseen{seed}-{author}.npz"))
        for seed in UNSEEN_SEEDS
        for author in authors
    ]
    with multiprocessing.get_context("spawn").Pool(PROCESS_COUNT) as pool:
        pending = [pool.apply_async(job, args) for job, args in jobs if not args[-1].exists()]
        for result in pending:
            result.get()


if __name__ == "__main__":
    train_all(*sys.argv[1:])
