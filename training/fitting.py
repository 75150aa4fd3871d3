"""Fits of linear models: which row of a group is right (softmax), and whether something is so (logistic)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    Bools: TypeAlias = NDArray[np.bool_]
    Numbers: TypeAlias = NDArray[np.floating]

PENALTY = 1e-3
"""What a fit pays for each weight's square, as the features are after scaling."""
_NEVER = -1e9
"""A log-odds that no row gets: for rows that only fill up a group, and for wrong ones."""
_LEAST_SPREAD = 1e-6
"""Added to each feature's spread, so that one that is always the same is not divided by nothing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of which some are right, such as the sentences of one passage."""

    rows: Numbers
    """Shape (things, features)."""
    right: Bools
    """Shape (things,); at least one is."""


def weighted_alike(sets: Iterable[Sequence[Group]]) -> list[tuple[Group, float]]:
    """Give every group a weight such that each set with any groups has the same in all, however many they are."""
    return [(group, 1 / len(groups)) for groups in sets for group in groups]


def halves(answered: Bools) -> Numbers:
    """Weights, shape (questions,), such that those with an answer have one half in all, and those without the other."""
    with_answer = answered.sum()
    counts = np.where(answered, with_answer, len(answered) - with_answer)
    return np.asarray(0.5 / counts)


def fit_softmax(groups: Sequence[tuple[Group, float]]) -> Numbers:
    """Fit weights, shape (features,), so that a right row of each group scores highest; groups have weights."""
    stacked = np.concatenate([group.rows for group, _ in groups])
    mean, scale = stacked.mean(0), stacked.std(0) + _LEAST_SPREAD
    longest = max(len(group.rows) for group, _ in groups)
    features = torch.zeros(len(groups), longest, stacked.shape[1])
    padding = torch.full((len(groups), longest), _NEVER)
    wrong = torch.full((len(groups), longest), _NEVER)
    for number, (group, _) in enumerate(groups):
        size = len(group.rows)
        features[number, :size] = torch.from_numpy((group.rows - mean) / scale).float()
        padding[number, :size] = 0
        wrong[number, :size][torch.from_numpy(group.right)] = 0
    importance = torch.tensor([weight for _, weight in groups])
    importance = importance / importance.sum()

    def loss(weights: torch.Tensor) -> torch.Tensor:
        scores = features @ weights
        chosen = torch.logsumexp(scores + wrong, 1) - torch.logsumexp(scores + padding, 1)
        return -(importance * chosen).sum() + PENALTY * (weights**2).sum()

    return np.asarray(_least(loss, stacked.shape[1], 200) / scale)


def fit_logistic(rows: Numbers, answered: Bools, importance: Numbers) -> tuple[Numbers, float]:
    """Fit slopes, shape (features,), and the bias of the log-odds that a row, of shape (features,), is answered.

    `answered` and `importance` have the shape (rows,); the bias pays no penalty.
    """
    mean, scale = rows.mean(0), rows.std(0) + _LEAST_SPREAD
    features = torch.from_numpy((rows - mean) / scale).float()
    truth = torch.from_numpy(answered).float()
    shares = torch.from_numpy(importance / importance.sum()).float()

    def loss(weights: torch.Tensor) -> torch.Tensor:
        scores = features @ weights[:-1] + weights[-1]
        losses = torch.nn.functional.binary_cross_entropy_with_logits(scores, truth, reduction="none")
        return (shares * losses).sum() + PENALTY * (weights[:-1] ** 2).sum()

    found = _least(loss, rows.shape[1] + 1, 300)
    slopes = found[:-1] / scale
    return np.asarray(slopes), float(found[-1] - slopes @ mean)


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds of a probability."""
    return float(np.log(probability / (1 - probability)))


def _least(loss: Callable[[torch.Tensor], torch.Tensor], count: int, steps: int) -> Numbers:
    """Find the weights, shape (count,), at which a loss is least; from nothing, so that it is always the same ones."""
    weights = torch.zeros(count, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=steps, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss(weights)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy())
