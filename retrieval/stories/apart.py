"""What keeps two articles apart that are told alike: found out once a pair, and kept for the next generation.

It depends on what both of them tell alone, so it never changes.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from retrieval.stories.facts import are_apart
from retrieval.stories.pairs import AskedPairs, KnownPairs, codes_between, codes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from retrieval.stories.told import Told

    Rows = NDArray[np.int64]

DAYS, NAMES, FEW_NAMES, FACTS = 1, 2, 4, 8
"""Marks of a pair: its headlines name other days; it has no name in common though both have some; it has fewer than
`SEVERAL_NAMES` in common; its numbers or days contradict each other, or those of one cannot be read."""
SEVERAL_NAMES = 2
"""Names in common by which two articles are of no series: matches of one club, meetings of one council."""


class Apart:
    """What keeps articles apart, looked up or found out."""

    def __init__(self, told: Callable[[int], Told], articles: int, known: KnownPairs | None = None) -> None:
        """`told` gives what an article tells by its row, of so many `articles`; of `known` pairs it is not asked."""
        self._pairs = pairs = AskedPairs(articles, known or KnownPairs.none(np.uint8))
        self._marks = _Marks(told, pairs)

    def of(self, group: Iterable[int], another: Iterable[int]) -> Iterator[int]:
        """The marks of each pair of two groups, one after the other; none is found out before it is asked for."""
        return map(self._marks.__getitem__, codes_between(group, another, self._pairs.articles))

    def of_pairs(self, ones: Rows, others: Rows) -> NDArray[np.uint8]:
        """The marks of many pairs, shape (pairs,)."""
        codes = codes_of(ones, others, self._pairs.articles)
        places = self._pairs.places(codes)
        found = np.empty(len(codes), dtype=np.uint8)
        known = places >= 0
        found[known] = self._pairs.known.found[places[known]]
        found[~known] = [self._marks[code] for code in codes[~known].tolist()]
        return found

    def noted(self) -> KnownPairs:
        """All pairs that were asked for, with their marks."""
        return self._pairs.noted(self._marks, self._marks)


class _Marks(dict[int, int]):
    """The marks of those pairs that were asked for one by one, by their codes."""

    def __init__(self, told: Callable[[int], Told], pairs: AskedPairs) -> None:
        super().__init__()
        self._told, self._articles = told, pairs.articles
        # Views of memory give one number several times as quickly as arrays.
        self._codes, self._known = pairs.codes.data, np.ascontiguousarray(pairs.known.found).data

    def __missing__(self, code: int) -> int:
        place = bisect_left(self._codes, code)
        if place < len(self._codes) and self._codes[place] == code:
            found = int(self._known[place])
        else:
            one, other = divmod(code, self._articles)
            found = marks_of(self._told(one), self._told(other))
        self[code] = found
        return found


def marks_of(one: Told, other: Told) -> int:
    """What keeps two articles apart."""
    names, others = one.beginning.names, other.beginning.names
    agree = one.facts and other.facts and not one.facts.contradicts(other.facts)
    return (
        DAYS * are_apart(one.beginning.days, other.beginning.days)
        | NAMES * names.are_apart_from(others)
        | FEW_NAMES * (len(names.in_common(others)) < SEVERAL_NAMES)
        | FACTS * (not agree)
    )
