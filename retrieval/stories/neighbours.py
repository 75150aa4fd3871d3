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
        leading = telling[:, -1]
        order = np.lexsort((leading, days))
        same = (np.diff(days[order]) == 0) & (leading[order[1:]] == leading[order[:-1]])
        # The other numbers count for those alone that the first one does not tell apart.
        tied = np.flatnonzero(np.append(same, [False]) | np.append([False], same))
        some = order[tied]
        order[tied] = some[np.lexsort((*telling[some].T, days[some]))]
        places = np.empty(len(days), dtype=np.int64)
        places[order] = np.arange(len(days))
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
    counts: NDArray[np.bool_]
    """Which of them are among the nearest of both, shape (pairs,); empty where an earlier version noted the others."""

    @classmethod
    def none(cls, articles: int) -> Self:
        """Of so many articles none."""
        nothing = np.zeros(0, dtype=np.int64)
        flags = np.zeros(0, dtype=np.bool_)
        return cls(nothing, nothing, np.zeros(0), np.zeros(articles, dtype=np.bool_), nothing, nothing, nothing, flags)

    def carried(self, rows: Rows, articles: int) -> Carried:
        """The same by other rows: `rows` says what each becomes, -1 where it is gone, of so many `articles`.

        Their order stays.
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
        bereft = np.zeros(articles, dtype=np.bool_)
        ends = np.concatenate([firsts[~there], seconds[~there]])
        bereft[ends[ends >= 0]] = True
        counts = self.counts
        if len(counts) < len(there):
            counts, bereft = np.zeros(len(there), dtype=np.bool_), np.ones(articles, dtype=np.bool_)
        found = Neighbours(
            ones[kept],
            others[kept],
            self.cosines[kept],
            full,
            firsts[there],
            seconds[there],
            self.steps[there].astype(np.int64),
            counts[there],
        )
        return Carried(found, lacking, bereft)

    def with_compared(
        self, articles: Dated, window: Window, fresh: NDArray[np.bool_], bereft: NDArray[np.bool_] | None = None
    ) -> Neighbours:
        """Compare those articles that are `fresh`, shape (articles,), with all. Undated articles have no neighbours.

        `bereft` is that of `Carried`.
        """
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
        before = self.ones[same], self.others[same], self.cosines[same]
        at = np.searchsorted(before[0], listed[0])
        ones, others, cosines = (np.insert(each, at, new) for each, new in zip(before, listed, strict=True))
        if not len(self.firsts):
            changed = np.ones(len(full), dtype=np.bool_)  # what an earlier version noted has lists without pairs
        unsettled = np.zeros(len(full), dtype=np.bool_) if bereft is None else bereft.copy()
        firsts, seconds, steps, counted = self._paired(articles.places, (ones, others, cosines), changed, unsettled)
        counts = _settled(firsts, seconds, counted, unsettled)
        return Neighbours(ones, others, cosines, full, firsts, seconds, steps, counts)

    def _paired(
        self,
        places: Rows,
        listed: tuple[Rows, Rows, NDArray[np.float64]],
        changed: NDArray[np.bool_],
        unsettled: NDArray[np.bool_],
    ) -> tuple[Rows, Rows, Rows, NDArray[np.bool_]]:
        """The pairs of what is `listed`: those that were there, but where a list has `changed`, and those of these.

        Marks as `unsettled` the articles of pairs that have come or gone.
        """
        ones, others, cosines = listed
        some = np.flatnonzero(changed[ones] | changed[others])
        ones, others = ones[some], others[some]
        swapped = places[ones] > places[others]
        firsts, seconds = np.where(swapped, others, ones), np.where(swapped, ones, others)
        steps = np.rint(np.round(cosines[some], _DECIMALS) * _STEPS).astype(np.int64)
        stays = ~(changed[self.firsts] | changed[self.seconds])
        left, gone = (
            (self.firsts[kept], self.seconds[kept], self.steps[kept], self.counts[kept]) for kept in (stays, ~stays)
        )
        new, rows = np.unique(_rank(firsts, seconds, steps, places), return_index=True)
        before = _rank(*gone[:3], places)
        counted = np.zeros(len(new), dtype=np.bool_)
        there = np.isin(new, before)
        counted[there] = gone[3][np.searchsorted(before, new[there])]
        for ends in (firsts[rows[~there]], seconds[rows[~there]], *(each[~np.isin(before, new)] for each in gone[:2])):
            unsettled[ends] = True
        at = np.searchsorted(_rank(*left[:3], places), new)
        found = firsts[rows], seconds[rows], steps[rows], counted
        firsts, seconds, steps, counted = (np.insert(each, at, new) for each, new in zip(left, found, strict=True))
        return firsts, seconds, steps, counted

    def pairs(self) -> Pairs:
        """Pairs that are among the nearest of either."""
        firsts, seconds = self.firsts[self.counts], self.seconds[self.counts]
        steps = self.steps[self.counts] / _STEPS
        return Pairs(steps, np.minimum(firsts, seconds), np.maximum(firsts, seconds))


class Carried(NamedTuple):
    """What was found of articles that are still there."""

    found: Neighbours
    lacking: NDArray[np.bool_]
    """Which articles lack neighbours for what is gone, to be compared anew, shape (articles,)."""
    bereft: NDArray[np.bool_]
    """Which ones were in a pair with what is gone, shape (articles,)."""


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


def _settled(firsts: Rows, seconds: Rows, counts: NDArray[np.bool_], unsettled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which pairs count, given the nearest first: those that come while both articles have less than they may.

    `counts` tells which did before; it is found out anew for pairs of articles that are `unsettled`, and for all
    that this changes.
    """
    many = np.bincount(firsts, minlength=len(unsettled)) + np.bincount(seconds, minlength=len(unsettled)) > MOST
    while True:
        some = np.flatnonzero(unsettled[firsts] | unsettled[seconds])
        ones, others = firsts[some], seconds[some]
        last = _last_of(firsts, seconds, counts, many & ~unsettled, some)
        allowed = (some <= last[ones]) & (some <= last[others])
        found = counts.copy()
        found[some] = allowed
        room = np.where(many & unsettled, MOST, len(some))
        doubtful = np.flatnonzero(allowed & ((room[ones] == MOST) | (room[others] == MOST)))
        found[some[doubtful]] = _while_there_is_room(ones[doubtful], others[doubtful], room.tolist())
        changed = some[found[some] != counts[some]]
        ends = np.concatenate([firsts[changed], seconds[changed]])
        if unsettled[ends].all():
            return found
        unsettled = unsettled.copy()
        unsettled[ends] = True


def _last_of(firsts: Rows, seconds: Rows, counts: NDArray[np.bool_], settled: NDArray[np.bool_], some: Rows) -> Rows:
    """The last pair for which each article has room: of those that are `settled` and in any of `some` pairs.

    For all others that is beyond the last one, shape (articles,).
    """
    last = np.full(len(settled), len(firsts))
    asked = np.zeros(len(settled), dtype=np.bool_)
    asked[firsts[some]] = asked[seconds[some]] = True
    asked &= settled
    own = np.flatnonzero(counts & (asked[firsts] | asked[seconds]))
    ends, places = np.concatenate([firsts[own], seconds[own]]), np.concatenate([own, own])
    ends, places = ends[asked[ends]], places[asked[ends]]
    order = np.lexsort((places, ends))
    ends, places = ends[order], places[order]
    at = np.flatnonzero(np.arange(len(ends)) - np.searchsorted(ends, ends) == MOST - 1)
    last[ends[at]] = places[at]
    return last


def _while_there_is_room(ones: Rows, others: Rows, room: list[int]) -> NDArray[np.bool_]:
    """Which pairs come while both articles have `room` for them."""
    kept = np.ones(len(ones), dtype=np.bool_)
    dropped = []
    for at, (one, other) in enumerate(zip(ones.tolist(), others.tolist(), strict=True)):
        if room[one] and room[other]:
            room[one] -= 1
            room[other] -= 1
        else:
            dropped.append(at)
    kept[dropped] = False
    return kept
