"""Figures of merit: pure functions over plain lists."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

_WORD = re.compile(r"\w+")


def ranks_of(found: Sequence[Hashable], relevant: Collection[Hashable]) -> list[int]:
    """Ranks, from 1, at which relevant items stand in `found`."""
    return [rank for rank, item in enumerate(found, start=1) if item in relevant]


def recall_at(count: int, ranks: Sequence[int]) -> float:
    """1.0 where a relevant item is among the first `count`, else 0.0."""
    return float(bool(ranks) and min(ranks) <= count)


def reciprocal_rank(ranks: Sequence[int]) -> float:
    """One over the rank of the first relevant item; 0.0 where none was found."""
    return 1 / min(ranks) if ranks else 0.0


def ndcg_at(count: int, ranks: Sequence[int], relevant: int) -> float:
    """Normalised discounted cumulative gain of the first `count` (Järvelin and Kekäläinen 2002), binary relevance.

    `relevant` is how many relevant items there are in all.
    """
    gain = sum(1 / math.log2(rank + 1) for rank in ranks if rank <= count)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, count) + 1))
    return gain / ideal if ideal else 0.0


def area_under_roc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative, ties counting half; None where either is missing."""
    from sklearn.metrics import roc_auc_score

    if not positives or not negatives:
        return None
    return float(roc_auc_score([1] * len(positives) + [0] * len(negatives), [*positives, *negatives]))


def roc_curve(positives: Sequence[float], negatives: Sequence[float]) -> list[tuple[float, float]]:
    """Share of the negatives and of the positives that reach each possible threshold, from the highest one on."""
    from sklearn.metrics import roc_curve as curve

    accepted_negatives, accepted_positives, _ = curve(
        [1] * len(positives) + [0] * len(negatives), [*positives, *negatives]
    )
    return list(zip(accepted_negatives.tolist(), accepted_positives.tolist(), strict=True))


def overlap_f1(found: str, right: str) -> float:
    """Harmonic mean of precision and recall of the words of `found`, whatever their case and order.

    As for SQuAD (Rajpurkar et al. 2016), but articles count as words, since not every language has them.
    """
    ours, theirs = (Counter(_WORD.findall(text.casefold().replace("ё", "е"))) for text in (found, right))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values, of which there must be one, that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
