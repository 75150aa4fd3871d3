"""How well given weights rank and doubt a set's examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_auc_score

from training.fitting import log_odds
from training.models import MINIMUM_CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.ranking.reranking import Ranked
    from retrieval.ranking.weights import Weights
    from training.examples import Example

    Rank = Callable[[Example, Weights], Ranked]
    Figures = dict[str, tuple[float, ...]]

_FEW = 5


def figures_of(examples: Sequence[Example], weights: Weights, rank: Rank) -> Figures:
    """Measure a set as `rank` orders its candidates; each figure by its name, where the set has what it is about."""
    ranked = [(example, rank(example, weights)) for example in examples]
    answerable = [(example, found) for example, found in ranked if example.answerable]
    told = [(example, found) for example, found in answerable if example.sentences.any()]
    figures: Figures = {}
    if answerable:
        ranks = [_rank(example, found) for example, found in answerable]
        figures["R@1"] = (_share([rank == 0 for rank in ranks]),)
        figures[f"R@{_FEW}"] = (_share([rank < _FEW for rank in ranks]),)
        figures["MRR"] = (_share([1 / (rank + 1) for rank in ranks]),)
    if told:
        figures["sentence@1"] = (_share([_best_answers(example, found, 0) for example, found in told]),)
        right = [_best_answers(example, found, int(_rank(example, found))) for example, found in told]
        figures["sentence in right passage"] = (_share(right),)
    if 0 < len(answerable) < len(examples):
        figures |= _abstention(ranked)
    return figures


def line(title: str, name: str, figures: Mapping[str, Sequence[float]]) -> str:
    """Write the figures of a set in one line: one number with three digits, several with two."""
    cells = [
        f"{key} " + (f"{values[0]:.3f}" if len(values) == 1 else "/".join(f"{value:.2f}" for value in values))
        for key, values in figures.items()
    ]
    return f"{title:10} {name:20} " + "  ".join(cells)


def _rank(example: Example, ranked: Ranked) -> float:
    """How many candidates stand before the first right one; infinite where none is right."""
    ranks = np.flatnonzero(example.passages[ranked.order])
    return int(ranks[0]) if len(ranks) else float("inf")


def _best_answers(example: Example, ranked: Ranked, rank: int) -> bool:
    """Whether the best sentence of the passage of this rank answers."""
    at = example.sentences_of(int(ranked.order[rank]))
    return bool(example.sentences[at.start + int(np.argmax(ranked.evidence[at]))])


def _abstention(ranked: Sequence[tuple[Example, Ranked]]) -> Figures:
    """The area under ROC; and false answers and wrong refusals at the shipped threshold."""
    answerable = np.array([example.answerable for example, _ in ranked])
    confidences = np.array([found.log_odds for _, found in ranked])
    threshold = log_odds(MINIMUM_CONFIDENCE)
    false_answers = _share(confidences[~answerable] >= threshold)
    wrong_refusals = _share(confidences[answerable] < threshold)
    area = float(roc_auc_score(answerable, confidences))
    return {"AUC": (area,), "false/refused": (false_answers, wrong_refusals)}


def _share(values: Sequence[float] | np.typing.NDArray[np.bool_]) -> float:
    """The mean of some values."""
    return float(np.mean(values))
