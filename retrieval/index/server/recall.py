"""How many of the nearest sentences an index finds that is nearly exact, measured when it is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.index.engines import Vectors

ENOUGH = 0.98
_EFFORTS = (100, 200, 400, 800)
_NEAREST = 10
_SAMPLE = 100
_AS_NEAR = 1e-3
"""By how much a cosine may be below that of the tenth and still count: 16-bit rounding may change their order."""


@dataclass(frozen=True, slots=True)
class Search:
    """How an index is searched."""

    effort: int
    recall: float
    """Share of the ten nearest sentences that are found, on average."""


def least_effort(at: Callable[[int], Vectors], exact: Vectors) -> Search:
    """The least effort with which enough is found, or the most there is; `at` gives what searches with an effort."""
    for effort in _EFFORTS:
        found = Search(effort, recall(at(effort), exact))
        if found.recall >= ENOUGH:
            break
    return found


def recall(tried: Vectors, exact: Vectors) -> float:
    """Share of what is nearest to some sentences, spread evenly over them all, that is found."""
    sample = np.unique(np.linspace(0, len(exact) - 1, min(len(exact), _SAMPLE)).astype(np.int64))
    shares = []
    for query in exact.vectors(sample):
        _, nearest = exact.search(query, _NEAREST)
        _, found = tried.search(query, _NEAREST)
        shares.append((found >= nearest[-1] - _AS_NEAR).sum() / len(nearest))
    return float(np.mean(shares))
