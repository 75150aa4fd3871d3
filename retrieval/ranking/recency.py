"""Of passages that answer as well as each other the more recent one counts: a tie is broken, nothing more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.ranking.reranking import Ranked

_TIE = 0.1
"""Log-odds by which passages are no better than each other."""


def with_ties_broken(ranked: Ranked, days: NDArray[np.int32], half_life: int) -> Ranked:
    """Prefer what is more recent among the candidates that are as good as the best one.

    `days` are those on which candidates were published (`date.toordinal`), 0 where unknown. One that is `half_life`
    days older than the newest of these gets half as much; with 0 nothing is preferred.
    """
    as_good = ranked.total >= ranked.total.max(initial=-np.inf) - _TIE
    dated = as_good & (days > 0)
    if not half_life or as_good.sum() < 2 or not dated.any():  # noqa: PLR2004 - a tie is of two
        return ranked
    age = (days[dated].max() - days[dated]).astype(np.float32)
    bonus = ranked.bonus.copy()
    bonus[dated] += np.float32(_TIE) * np.float32(0.5) ** (age / np.float32(half_life))
    return replace(ranked, bonus=bonus)
