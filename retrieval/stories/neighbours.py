"""Which articles are nearest to each other among those of a few days, found of what is new and kept of what is not.

What two articles have to do with each other depends on them alone: their cosine is summed in one order, whatever they
are compared with besides. So the neighbours that are found bit by bit are those that comparing all with all finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Pair = tuple[float, int, int]
    Vectors = Callable[[Rows], NDArray[np.float32]]
    """Gives the unit vectors of some rows, shape (rows, dimension)."""

MOST = 20
"""Articles with which each is compared by words, the nearest."""
_BLOCK = 1024
_ROUGH = 1e-4
"""By how much a cosine of a product of matrices may be too low."""
_EXACT_AT_ONCE = 1 << 14
TELLING = 8
"""Dimensions by which two vectors are told apart."""
_DECIMALS = 3
_STEPS = 10**_DECIMALS
"""To how many parts of one the cosines of pairs are rounded."""


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


class Dated(NamedTuple):
    """Articles by rows, with all that tells which are near."""

    vectors: Vectors
    days: NDArray[np.int32]
    """When they were published (`date.toordinal`), 0 where unknown, shape (articles,)."""
    places: Rows
    """The place of each by day and meaning, shape (articles,).

    So what comes first of what is equally near does not depend on the order of the rows.
    """

    @classmethod
    def of(cls, vectors: Vectors, days: NDArray[np.int32], telling: NDArray[np.float32]) -> Self:
        """`telling` are the first `TELLING` numbers of each vector."""
        places = np.empty(len(days), dtype=np.int64)
        places[np.lexsort((*telling.T, days))] = np.arange(len(days))
        return cls(vectors, days, places)


class Window(NamedTuple):
    """Which articles are compared."""

    least: float
    """Their cosine."""
    days: int
    """Days between them."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each article the nearest ones, `MOST` at most, by rows; and all pairs that these make."""

    ones: Rows
    """Shape (found,), in order."""
    others: Rows
    """A neighbour of each of them, the nearest first, shape (found,)."""
    cosines: NDArray[np.float64]
    """Shape (found,)."""
    full: NDArray[np.bool_]
    """Which articles may have more than these, shape (articles,)."""
    firsts: Rows
    """Of the pairs the row that comes first by place, each pair once, the nearest first, shape (pairs,)."""
    seconds: Rows
    steps: NDArray[np.int64]
    """Their cosines in thousandths, shape (pairs,)."""

    @classmethod
    def none(cls, articles: int) -> Self:
        """Of so many articles none."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0), np.zeros(articles, dtype=np.bool_), nothing, nothing, nothing)

    def carried(self, rows: Rows, articles: int) -> tuple[Neighbours, NDArray[np.bool_]]:
        """The same by other rows: `rows` says what each becomes, -1 where it is gone, of so many `articles`.

        Their order stays. Also returns which of these lack neighbours for that: to be compared anew.
        """
        ones, others = rows[self.ones], rows[self.others]
        kept = (ones >= 0) & (others >= 0)
        lacking = np.zeros(articles, dtype=np.bool_)
        lost = self.full[self.ones] & (ones >= 0) & (others < 0)
        lacking[ones[lost]] = True
        full = np.zeros(articles, dtype=np.bool_)
        full[rows[rows >= 0]] = self.full[rows >= 0]
        firsts, seconds = rows[self.firsts], rows[self.seconds]
        there = (firsts >= 0) & (seconds >= 0)
        listed = ones[kept], others[kept], self.cosines[kept]
        return Neighbours(*listed, full, firsts[there], seconds[there], self.steps[there].astype(np.int64)), lacking

    def with_compared(self, articles: Dated, window: Window, fresh: NDArray[np.bool_]) -> Neighbours:
        """Compare those articles that are `fresh`, shape (articles,), with all. Undated articles have no neighbours."""
        old = ~(fresh[self.ones] | fresh[self.others])
        parts = []
        for ones, others, cosines in _compared(articles, window, fresh):
            back = ~fresh[others]
            parts += [(ones, others, cosines), (others[back], ones[back], cosines[back])]
        changed = fresh.copy()
        for found, _, _ in parts:
            changed[found] = True
        # Lists that nothing new has come into are in order as they are.
        touched = old & changed[self.ones]
        parts.append((self.ones[touched], self.others[touched], self.cosines[touched]))
        ones, others, cosines = (np.concatenate(each) for each in zip(*parts, strict=True))
        order = np.lexsort((articles.places[others], -cosines, ones))
        ones, others, cosines = ones[order], others[order], cosines[order]
        kept = np.arange(len(ones)) - np.searchsorted(ones, ones, side="left") < MOST
        full = self.full & ~fresh
        full[ones[~kept]] = True
        listed = ones[kept], others[kept], cosines[kept]
        same = old & ~touched
        order = np.argsort(np.concatenate([self.ones[same], listed[0]]), kind="stable")
        before = self.ones[same], self.others[same], self.cosines[same]
        ones, others, cosines = (np.concatenate(each)[order] for each in zip(before, listed, strict=True))
        if not len(self.firsts):
            changed = np.ones(len(full), dtype=np.bool_)  # what an earlier version noted has lists without pairs
        return Neighbours(ones, others, cosines, full, *self._paired(articles.places, (ones, others, cosines), changed))

    def _paired(
        self, places: Rows, listed: tuple[Rows, Rows, NDArray[np.float64]], changed: NDArray[np.bool_]
    ) -> tuple[Rows, Rows, Rows]:
        """The pairs of what is `listed`: those that were there, but where a list has `changed`, and those of these."""
        ones, others, cosines = listed
        some = np.flatnonzero(changed[ones] | changed[others])
        ones, others = ones[some], others[some]
        swapped = places[ones] > places[others]
        firsts, seconds = np.where(swapped, others, ones), np.where(swapped, ones, others)
        steps = np.rint(np.round(cosines[some], _DECIMALS) * _STEPS).astype(np.int64)
        stays = ~(changed[self.firsts] | changed[self.seconds])
        before = self.firsts[stays], self.seconds[stays], self.steps[stays]
        new, rows = np.unique(_rank(firsts, seconds, steps, places), return_index=True)
        codes = np.concatenate([_rank(*before, places), new])
        order = np.argsort(codes, kind="stable")
        found = firsts[rows], seconds[rows], steps[rows]
        firsts, seconds, steps = (np.concatenate(each)[order] for each in zip(before, found, strict=True))
        return firsts, seconds, steps

    def pairs(self) -> Pairs:
        """Pairs that are among the nearest of either."""
        kept = _of_the_nearest(self.firsts, self.seconds, len(self.full))
        firsts, seconds = self.firsts[kept], self.seconds[kept]
        return Pairs(self.steps[kept] / _STEPS, np.minimum(firsts, seconds), np.maximum(firsts, seconds))


def _rank(firsts: Rows, seconds: Rows, steps: Rows, places: Rows) -> Rows:
    """A number for each pair by which the nearest come first, and of these the first by place."""
    count = max(len(places), 1)
    ranked: Rows = ((_STEPS - steps) * count + places[firsts]) * count + places[seconds]
    return ranked


def near_pairs(vectors: NDArray[np.float32], days: NDArray[np.int32], window: Window) -> Pairs:
    """Pairs of articles published within so many days that mean nearly the same.

    `vectors` has shape (articles, dimension), `days` is that of `Dated`. Of each article only the nearest are compared.
    """
    articles = Dated.of(vectors.__getitem__, days, vectors[:, :TELLING])
    everything = np.ones(len(days), dtype=np.bool_)
    return Neighbours.none(len(days)).with_compared(articles, window, everything).pairs()


def _compared(
    articles: Dated, window: Window, fresh: NDArray[np.bool_]
) -> Iterator[tuple[Rows, Rows, NDArray[np.float64]]]:
    """Yield those that are fresh, the articles that are near them, and their cosines."""
    vectors, days = articles.vectors, articles.days
    order = np.argsort(days, kind="stable")
    order = order[days[order] > 0]
    sorted_days = days[order]
    asked = order[fresh[order]]
    for start in range(0, len(asked), _BLOCK):
        some = asked[start : start + _BLOCK]
        firsts = np.searchsorted(sorted_days, days[some] - window.days, side="left")
        ends = np.searchsorted(sorted_days, days[some] + window.days, side="right")
        ours = vectors(some)
        for near in range(int(firsts[0]), int(ends[-1]), _BLOCK):
            among = order[near : min(near + _BLOCK, int(ends[-1]))]
            theirs = vectors(among)
            rough = ours @ theirs.T >= window.least - _ROUGH
            at = np.arange(near, near + len(among))[np.newaxis, :]
            rough &= (at >= firsts[:, np.newaxis]) & (at < ends[:, np.newaxis])
            rough &= some[:, np.newaxis] != among[np.newaxis, :]
            ones, others = np.nonzero(rough)
            cosines = np.empty(len(ones), dtype=np.float64)
            for first in range(0, len(ones), _EXACT_AT_ONCE):
                part = slice(first, first + _EXACT_AT_ONCE)
                cosines[part] = exact_cosines(ours[ones[part]], theirs[others[part]])
            kept = cosines >= window.least
            yield some[ones[kept]], among[others[kept]], cosines[kept]


def exact_cosines(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosines of unit rows and those beside them, the same however many there are: each summed in 64 bits.

    Both have shape (pairs, dimension); which row is on which side does not count.
    """
    found: NDArray[np.float64] = (ours.astype(np.float64) * theirs).sum(axis=1)
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
