"""Which near-copies follow which article: of a story its earliest one, found of all, or only of what has changed.

Articles are gone through by date. What is like an earlier one that leads follows it, the earliest of them; what is like
none leads itself. So an article that comes or goes counts for those alone that are like it and later, and an index that
has grown has the stories of one that is built whole.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Order = tuple[float, bytes, int]

LEAST_SHARED = 0.4
"""Share of common runs (Jaccard) from which two articles are one story; see `benchmarks/reprints.py`."""
MOST_DAYS = 3
"""Days between two dated articles of one story: daily reports from one template are different stories."""
NONE = -1
_BANDS = (42, 3)
"""Bands, and numbers in each: of pairs that share 0.4, 94 % are compared, of those that share 0.5, 99.6 %."""
_MIXING = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
"""By which the numbers of a band are made one, the same for no two bands in a lifetime."""
_WORTH_ALL = 20
"""Times that each article would be compared, from which on all are gone through at once."""


class Signed(NamedTuple):
    """Articles by rows, with what tells near-copies."""

    numbers: NDArray[np.int64]
    """Their revisions, shape (articles,)."""
    moments: NDArray[np.float64]
    """When they were published (`days_of`), shape (articles,)."""
    signatures: Callable[[Rows], NDArray[np.uint32]]
    """Gives those of some rows, shape (rows, 128)."""


def leaders_of(articles: Signed, least: float = LEAST_SHARED) -> Rows:
    """The row of the article that each one follows, its own where it follows none, shape (articles,)."""
    count = len(articles.numbers)
    leaders = np.arange(count)
    if not count:
        return leaders
    signatures = articles.signatures(leaders)
    # By date and signature, whose bytes stand in one order on every machine.
    parts = signatures.astype("<u4").view(np.uint8).reshape(count, -1).view(">u8")
    order = np.lexsort((articles.numbers, *parts.T[::-1], articles.moments))
    for first, followers in _led(signatures[order], articles.moments[order], least):
        leaders[order[followers]] = order[first]
    return leaders


def leaders_after(before: Rows, articles: Signed, least: float = LEAST_SHARED) -> Rows:
    """The same, where `before` says whom each one followed; `NONE` of what is new, and where that one is gone.

    What has lost an article that led nobody else needs no more than that.
    """
    waiting = np.flatnonzero(before == NONE)
    among = _InTime(articles.moments)
    if sum(among.count(row) for row in waiting.tolist()) > _WORTH_ALL * len(before):
        return leaders_of(articles, least)
    return _Leading(before.copy(), articles, among, least).settled(waiting.tolist())


class _InTime:
    """Which articles may be of one story by when they were published; undated ones may with all."""

    def __init__(self, moments: NDArray[np.float64]) -> None:
        self._moments = moments
        self._order = np.argsort(moments, kind="stable")
        self._sorted = moments[self._order]
        self._undated = int(np.searchsorted(self._sorted, np.inf))

    def count(self, row: int) -> int:
        """How many may be of one story with an article."""
        first, end = self._window(row)
        return end - first + len(self._sorted) - max(end, self._undated)

    def rows(self, row: int) -> Rows:
        """Those that may be of one story with an article, itself among them."""
        first, end = self._window(row)
        return np.concatenate([self._order[first:end], self._order[max(end, self._undated) :]])

    def _window(self, row: int) -> tuple[int, int]:
        moment = self._moments[row]
        if np.isinf(moment):
            return 0, len(self._sorted)
        end = int(np.searchsorted(self._sorted, moment + MOST_DAYS, side="right"))
        # As it is asked of the earlier one: what is added to it may be rounded otherwise than what is taken off.
        first = int(np.searchsorted(self._sorted, moment - MOST_DAYS - 1, side="left"))
        return first + int(np.searchsorted(self._sorted[first:end] + MOST_DAYS, moment, side="left")), end


class _Leading:
    """Whom each article follows, while it is found out anew for some."""

    def __init__(self, leaders: Rows, articles: Signed, among: _InTime, least: float) -> None:
        self._leaders, self._articles, self._among, self._least = leaders, articles, among, least
        self._order_of: dict[int, Order] = {}

    def settled(self, waiting: Sequence[int]) -> Rows:
        """Find it out for those that are waiting, and for all that this changes."""
        heap = [(self._order(row), row) for row in waiting]
        heapify(heap)
        done = set[int]()
        while heap:
            order, row = heappop(heap)
            if row not in done:
                done.add(row)
                for later in self._settle(row, order):
                    heappush(heap, (self._order(later), later))
        return self._leaders

    def _settle(self, row: int, order: Order) -> list[int]:
        """Find it out for one; return those after it for which it may be different now."""
        alike = self._alike(row)
        earlier = [other for other in alike if self._order(other) < order]
        leading = [other for other in earlier if self._leaders[other] == other]
        led_before = self._leaders[row] == row
        self._leaders[row] = min(leading, key=self._order, default=row)
        if led_before == (self._leaders[row] == row):
            return []
        return [other for other in alike if self._order(other) > order]

    def _alike(self, row: int) -> list[int]:
        others = self._among.rows(row)
        others = others[others != row]
        same = self._articles.signatures(others) == self._articles.signatures(np.array([row]))
        count, width = _BANDS
        alike = same.mean(axis=1) >= self._least
        found: list[int] = others[alike][
            same[alike, : count * width].reshape(-1, count, width).all(axis=2).any(axis=1)
        ].tolist()
        return found

    def _order(self, row: int) -> Order:
        found = self._order_of.get(row)
        if found is None:
            signature = self._articles.signatures(np.array([row])).astype("<u4").tobytes()
            found = (float(self._articles.moments[row]), signature, int(self._articles.numbers[row]))
            self._order_of[row] = found
        return found


def _led(hashes: NDArray[np.uint32], when: NDArray[np.float64], least: float) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Yield rows and those that are like them and come after; rows are in the order of their dates, `when`."""
    groups_of: dict[int, list[NDArray[np.intp]]] = defaultdict(list)
    for group in _alike_in_a_band(hashes):
        for row in group.tolist():
            groups_of[row].append(group)
    ends = np.searchsorted(when, when + MOST_DAYS, side="right")
    undated = int(np.searchsorted(when, np.inf))
    free = np.ones(len(hashes), dtype=bool)
    for first in range(len(hashes)):
        if free[first] and first in groups_of:
            others = _candidates(groups_of[first], first, int(ends[first]), undated)
            others = others[free[others]]
            alike = others[(hashes[others] == hashes[first]).mean(axis=1) >= least]
            if len(alike):
                free[alike] = False
                yield first, alike


def _candidates(groups: Sequence[NDArray[np.intp]], first: int, end: int, undated: int) -> NDArray[np.intp]:
    """Rows of the groups that come after `first` and are either before `end` or undated."""
    found = set[int]()
    for group in groups:
        after, near, last = np.searchsorted(group, (first + 1, end, max(undated, end)))
        found.update(group[after:near].tolist(), group[last:].tolist())
    return np.array(sorted(found), dtype=np.intp)


def _alike_in_a_band(hashes: NDArray[np.uint32]) -> Iterator[NDArray[np.intp]]:
    """Yield groups of rows, sorted, that agree in all numbers of some band; `hashes` has shape (articles, 128).

    The library's own index does the same with a dictionary a band; sorting is forty times as fast.
    """
    count, width = _BANDS
    for first in range(0, count * width, width):
        band = hashes[:, first : first + width]
        order = np.argsort(band.astype(np.uint64) @ _MIXING)  # what agrees stands together
        same = (band[order[1:]] == band[order[:-1]]).all(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
        for start, end in edges.reshape(-1, 2).tolist():
            yield np.sort(order[start : end + 1])
