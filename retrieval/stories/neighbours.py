"""Which articles are nearest to each other among those of a few days, found of what is new and kept of what is not.

What two articles have to do with each other depends on them alone: their cosine is summed in one order, whatever they
are compared with besides. So the neighbours that are found bit by bit are those that comparing all with all finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Pair = tuple[float, int, int]

MOST = 20
"""Articles with which each is compared by words, the nearest."""
_BLOCK = 1024
_ROUGH = 1e-4
"""By how much a cosine of a product of matrices may be too low."""
_EXACT_AT_ONCE = 1 << 14
_TELLING = 8
"""Dimensions by which two vectors are told apart."""


class Pairs(NamedTuple):
    """Pairs of articles by rows, the nearest first."""

    cosines: NDArray[np.float64]
    """Shape (pairs,), to three decimals."""
    ones: Rows
    """The lower row of each pair, shape (pairs,)."""
    others: Rows

    def listed(self) -> list[Pair]:
        """Each with its cosine and both rows."""
        return list(zip(self.cosines.tolist(), self.ones.tolist(), self.others.tolist(), strict=True))


class Window(NamedTuple):
    """Which articles are compared."""

    least: float
    """Their cosine."""
    days: int
    """Days between them."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each article the nearest ones, `MOST` at most, by rows."""

    ones: Rows
    """Shape (found,), in order."""
    others: Rows
    """A neighbour of each of them, the nearest first, shape (found,)."""
    cosines: NDArray[np.float64]
    """Shape (found,)."""
    full: NDArray[np.bool_]
    """Which articles may have more than these, shape (articles,)."""

    @classmethod
    def none(cls, articles: int) -> Self:
        """Of so many articles none."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0), np.zeros(articles, dtype=np.bool_))

    def carried(self, rows: Rows, articles: int) -> tuple[Neighbours, NDArray[np.bool_]]:
        """The same by other rows: `rows` says what each becomes, -1 where it is gone, of so many `articles`.

        Also returns which of these lack neighbours for that: to be compared anew.
        """
        ones, others = rows[self.ones], rows[self.others]
        kept = (ones >= 0) & (others >= 0)
        lacking = np.zeros(articles, dtype=np.bool_)
        lost = self.full[self.ones] & (ones >= 0) & (others < 0)
        lacking[ones[lost]] = True
        full = np.zeros(articles, dtype=np.bool_)
        full[rows[rows >= 0]] = self.full[rows >= 0]
        return Neighbours(ones[kept], others[kept], self.cosines[kept], full), lacking

    def with_compared(
        self, vectors: NDArray[np.float32], days: NDArray[np.int32], window: Window, fresh: NDArray[np.bool_]
    ) -> Neighbours:
        """Compare those articles that are `fresh`, shape (articles,), with all.

        `vectors` are unit rows, shape (articles, dimension); `days` (`date.toordinal`), 0 where unknown, have shape
        (articles,). Undated articles have no neighbours.
        """
        old = ~(fresh[self.ones] | fresh[self.others])
        parts = [(self.ones[old], self.others[old], self.cosines[old])]
        for ones, others, cosines in _compared(vectors, days, window, fresh):
            back = ~fresh[others]
            parts += [(ones, others, cosines), (others[back], ones[back], cosines[back])]
        ones, others, cosines = (np.concatenate(each) for each in zip(*parts, strict=True))
        order = np.lexsort((places(vectors, days)[others], -cosines, ones))
        ones, others, cosines = ones[order], others[order], cosines[order]
        first = np.searchsorted(ones, ones, side="left")
        kept = np.arange(len(ones)) - first < MOST
        full = self.full & ~fresh
        full[ones[~kept]] = True
        return Neighbours(ones[kept], others[kept], cosines[kept], full)

    def pairs(self, vectors: NDArray[np.float32], days: NDArray[np.int32]) -> Pairs:
        """Pairs that are among the nearest of either."""
        place = places(vectors, days)
        low, high = (pick(place[self.ones], place[self.others]) for pick in (np.minimum, np.maximum))
        _, firsts = np.unique(low * max(len(place), 1) + high, return_index=True)
        near = np.round(self.cosines[firsts], 3)
        order = np.lexsort((high[firsts], low[firsts], -near))
        ones, others = self.ones[firsts[order]], self.others[firsts[order]]
        kept = _of_the_nearest(ones, others, len(place))
        return Pairs(near[order][kept], np.minimum(ones, others)[kept], np.maximum(ones, others)[kept])


def near_pairs(vectors: NDArray[np.float32], days: NDArray[np.int32], window: Window) -> Pairs:
    """Pairs of articles published within so many days that mean nearly the same.

    `vectors` and `days` are as in `Neighbours.with_compared`. Of each article only the nearest are compared.
    """
    everything = np.ones(len(days), dtype=np.bool_)
    return Neighbours.none(len(days)).with_compared(vectors, days, window, everything).pairs(vectors, days)


def places(vectors: NDArray[np.float32], days: NDArray[np.int32]) -> Rows:
    """The place of each article by day and meaning.

    So what comes first of what is equally near does not depend on the order of the rows.
    """
    found = np.empty(len(days), dtype=np.int64)
    found[np.lexsort((*vectors[:, :_TELLING].T, days))] = np.arange(len(days))
    return found


def _compared(
    vectors: NDArray[np.float32], days: NDArray[np.int32], window: Window, fresh: NDArray[np.bool_]
) -> Iterator[tuple[Rows, Rows, NDArray[np.float64]]]:
    """Yield those that are fresh, the articles that are near them, and their cosines."""
    order = np.argsort(days, kind="stable")
    order = order[days[order] > 0]
    sorted_days = days[order]
    asked = order[fresh[order]]
    for start in range(0, len(asked), _BLOCK):
        some = asked[start : start + _BLOCK]
        firsts = np.searchsorted(sorted_days, days[some] - window.days, side="left")
        ends = np.searchsorted(sorted_days, days[some] + window.days, side="right")
        for near in range(int(firsts[0]), int(ends[-1]), _BLOCK):
            among = order[near : min(near + _BLOCK, int(ends[-1]))]
            rough = vectors[some] @ vectors[among].T >= window.least - _ROUGH
            at = np.arange(near, near + len(among))[np.newaxis, :]
            rough &= (at >= firsts[:, np.newaxis]) & (at < ends[:, np.newaxis])
            ones, others = np.nonzero(rough)
            ones, others = some[ones], among[others]
            ones, others = ones[ones != others], others[ones != others]
            cosines = exact_cosines(vectors, ones, others)
            kept = cosines >= window.least
            yield ones[kept], others[kept], cosines[kept]


def exact_cosines(vectors: NDArray[np.float32], ones: Rows, others: Rows) -> NDArray[np.float64]:
    """Cosines of pairs of unit rows, the same however many there are: summed pair by pair in 64 bits."""
    found = np.empty(len(ones), dtype=np.float64)
    low, high = np.minimum(ones, others), np.maximum(ones, others)
    for start in range(0, len(ones), _EXACT_AT_ONCE):
        some = slice(start, start + _EXACT_AT_ONCE)
        found[some] = (vectors[low[some]].astype(np.float64) * vectors[high[some]]).sum(axis=1)
    return found


def _of_the_nearest(ones: Rows, others: Rows, articles: int) -> NDArray[np.bool_]:
    """Which pairs count, given the nearest first: those that come while both articles have less than they may."""
    kept = np.ones(len(ones), dtype=np.bool_)
    many = np.bincount(ones, minlength=articles) + np.bincount(others, minlength=articles) > MOST
    doubtful = np.flatnonzero(many[ones] | many[others])
    room = [MOST] * articles
    dropped = []
    for at, one, other in zip(doubtful.tolist(), ones[doubtful].tolist(), others[doubtful].tolist(), strict=True):
        if room[one] and room[other]:
            room[one] -= 1
            room[other] -= 1
        else:
            dropped.append(at)
    kept[dropped] = False
    return kept
