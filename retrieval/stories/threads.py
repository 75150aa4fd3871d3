"""How an event went on: which articles tell it further over days and weeks, whatever the numbers have become.

Reports of one event (`events`) that contradict each other, and what followed on it, are one thread: articles that are
alike in what they mean and in their rarer words, published soon after each other, and alike on the whole and not only
through a chain. Two fires in two towns share too few of these words; what is told alike but long apart is no thread.
Neither are articles without a name in common, nor a series whose headlines name other days each: a daily review, the
weather of a day. Threads depend on the articles alone, neither on their order nor on when each of them came here.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from retrieval.stories.apart import DAYS, FEW_NAMES, NAMES
from retrieval.stories.neighbours import Window, exact_cosines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.stories.apart import Apart
    from retrieval.stories.events import InCommon
    from retrieval.stories.neighbours import Pairs, Vectors

Number = TypeVar("Number", float, "NDArray[np.float64]")

MOST_DAYS = 14
"""Days without a report after which what comes next is another thread."""
LEAST_COSINE = 0.88
"""Of the mean vectors of two articles."""
WINDOW = Window(LEAST_COSINE, MOST_DAYS)
_SHARED_COUNTS, _RAREST_COUNTS = 0.1, 0.05
"""What counts in likeness beside the cosine: the share of rare words in common, and how rare the rarest of them is."""
_LEAST, _LEAST_ON_AVERAGE = 0.96, 0.94
"""Likeness of two articles by which their threads are one, if all others are on average as like as that."""
_A_DAY_APART = 0.0005
"""By how much more alike two articles must be for each day between them."""
_SERIES_DAYS = 7
"""Days between two articles from which they may be of a series, where they have few names in common."""
_MOST_COMPARED = 400
"""Pairs of articles of two threads that are compared; larger ones are not joined."""
_MOST_APART = 0.25
"""Share of these pairs that may have no name in common."""


def likeness_of(cosine: Number, shared: Number, rarest: Number) -> Number:
    """How alike two articles are whose vectors have this cosine and whose words have so much in common."""
    return cosine + _SHARED_COUNTS * shared + _RAREST_COUNTS * rarest


def threads_among(
    near: Pairs,
    vectors: Vectors,
    days: NDArray[np.int32],
    words: InCommon,
    events: Sequence[Sequence[int]],
    apart: Apart,
    known: Compared | None = None,
) -> tuple[list[tuple[int, ...]], Compared]:
    """Group articles, by their rows, into threads of two and more, all sorted.

    `near` are the pairs of the `WINDOW`; `vectors` and `days` are as there; `events` are groups of
    articles that stay together; `apart` tells what keeps articles apart. Returns as well which pairs were compared in
    groups: if these are `known` the next time, and among those of which `words` knows, that is much less work.
    """
    likenesses = _Likenesses(vectors, words, len(days), known or Compared.none())
    groups: dict[int, tuple[int, ...]] = {}
    for event in events:
        groups.update(dict.fromkeys(event, tuple(sorted(event))))
    refused = set[tuple[tuple[int, ...], tuple[int, ...]]]()
    for one, other, nameless in _that_may_be_joined(*_likely(near, days, words), days, apart):
        group, another = groups.get(one, (one,)), groups.get(other, (other,))
        if group == another or (group, another) in refused:
            continue
        if nameless and len(group) * len(another) * _MOST_APART < 1:
            continue  # as most are
        if _belong_together(group, another, likenesses, apart):
            joined = tuple(sorted(group + another))
            groups.update(dict.fromkeys(joined, joined))
        else:
            refused |= {(group, another), (another, group)}
    return sorted(set(groups.values())), likenesses.compared()


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of articles by rows, and their cosines."""

    ones: NDArray[np.int64]
    """The lower row of each pair, shape (pairs,)."""
    others: NDArray[np.int64]
    cosines: NDArray[np.float64]

    @classmethod
    def none(cls) -> Self:
        """No pairs."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0))

    def carried(self, rows: NDArray[np.int64]) -> Compared:
        """The same by other rows: `rows` says what each becomes, -1 where it is gone; their order stays."""
        ones, others = rows[self.ones], rows[self.others]
        kept = (ones >= 0) & (others >= 0)
        return Compared(ones[kept], others[kept], self.cosines[kept])


class _Likenesses:
    """How alike articles are, each pair looked up or worked out once."""

    def __init__(self, vectors: Vectors, words: InCommon, articles: int, known: Compared) -> None:
        self._vectors, self._words, self._articles = vectors, words, articles
        self._known, self._codes = known, known.ones * articles + known.others
        self._used = np.zeros(len(self._codes), dtype=np.bool_)
        likenesses = likeness_of(known.cosines, *words.of_pairs(known.ones, known.others))
        # Views of memory give one number several times as quickly as arrays.
        self._views = self._codes.data, np.ascontiguousarray(likenesses).data, self._used.data
        self._found: dict[int, tuple[float, float]] = {}
        """The cosine and likeness of those that were not known, by their codes."""

    def mean(self, pairs: Sequence[tuple[int, int]]) -> float:
        """How alike the articles of these pairs are on average, the lower row of each first."""
        codes, known, used = self._views
        likenesses: list[float] = []
        new: list[tuple[int, int]] = []
        for one, other in pairs:
            code = one * self._articles + other
            place = bisect_left(codes, code)
            if place < len(codes) and codes[place] == code:
                used[place] = True
                likenesses.append(known[place])
            elif code in self._found:
                likenesses.append(self._found[code][1])
            else:
                new.append((one, other))
        # In one order, whatever was known: a mean of other sums may differ in its last digit.
        return float(np.mean(sorted([*likenesses, *self._worked_out(new)])))

    def _worked_out(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        if not pairs:
            return []
        ones, others = np.array(pairs, dtype=np.int64).T
        cosines = exact_cosines(self._vectors(ones), self._vectors(others)).tolist()
        found = [
            likeness_of(cosine, *self._words.in_common(*pair)) for pair, cosine in zip(pairs, cosines, strict=True)
        ]
        codes = (ones * self._articles + others).tolist()
        self._found.update(zip(codes, zip(cosines, found, strict=True), strict=True))
        return found

    def compared(self) -> Compared:
        """All pairs that were asked for, in the order of both."""
        new = np.array(sorted(self._found), dtype=np.int64)
        cosines = np.array([self._found[code][0] for code in new.tolist()], dtype=np.float64)
        codes = np.concatenate([self._codes[self._used], new])
        order = np.argsort(codes, kind="stable")
        ones, others = np.divmod(codes[order], max(self._articles, 1))
        return Compared(ones, others, np.concatenate([self._known.cosines[self._used], cosines])[order])


def _likely(near: Pairs, days: NDArray[np.int32], words: InCommon) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that are alike enough, the most alike first."""
    apart = np.abs(days[near.ones].astype(np.int64) - days[near.others])
    likeness = likeness_of(near.cosines, *words.of_pairs(near.ones, near.others)) - _A_DAY_APART * apart
    order = np.argsort(-likeness, kind="stable")
    chosen = order[likeness[order] >= _LEAST]
    return near.ones[chosen], near.others[chosen]


def _that_may_be_joined(
    ones: NDArray[np.int64], others: NDArray[np.int64], days: NDArray[np.int32], apart: Apart
) -> Iterator[tuple[int, int, int]]:
    """Leave out pairs whose headlines name other days, and those that may be of a series.

    Each is yielded with whether it has no name in common.
    """
    marks = apart.of_pairs(ones, others)
    distant = np.abs(days[ones].astype(np.int64) - days[others]) >= _SERIES_DAYS
    kept = ((marks & DAYS) == 0) & ~(distant & ((marks & FEW_NAMES) > 0))
    return zip(ones[kept].tolist(), others[kept].tolist(), (marks[kept] & NAMES).tolist(), strict=True)


def _belong_together(group: Sequence[int], another: Sequence[int], likenesses: _Likenesses, apart: Apart) -> bool:
    """Whether the articles of two threads are alike on average, so that no chain leads from one to the other."""
    count = len(group) * len(another)
    if count > _MOST_COMPARED:
        return False
    nameless = 0
    for one in group:
        for other in another:
            marks = apart.of(one, other)
            nameless += (marks & NAMES) > 0
            if marks & DAYS or nameless > _MOST_APART * count:
                return False
    if count == 1:
        return True  # they are likely, and that asks for more
    pairs = [(min(one, other), max(one, other)) for one in group for other in another]
    return likenesses.mean(pairs) >= _LEAST_ON_AVERAGE
