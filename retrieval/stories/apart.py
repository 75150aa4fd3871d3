"""What keeps two articles apart that are told alike: found out once a pair, and kept for the next generation.

It depends on what both of them tell alone, so it never changes.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from retrieval.stories.facts import are_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from retrieval.stories.told import Told

    Rows = NDArray[np.int64]

DAYS, NAMES, FEW_NAMES, FACTS = 1, 2, 4, 8
"""Marks of a pair: its headlines name other days; it has no name in common though both have some; it has fewer than
`SEVERAL_NAMES` in common; its numbers or days contradict each other, or those of one cannot be read."""
SEVERAL_NAMES = 2
"""Names in common by which two articles are of no series: matches of one club, meetings of one council."""


@dataclass(frozen=True, slots=True)
class KnownApart:
    """Pairs of articles by rows, in the order of both, and their marks."""

    ones: Rows
    """The lower row of each pair, shape (pairs,)."""
    others: Rows
    marks: NDArray[np.uint8]

    @classmethod
    def none(cls) -> Self:
        """No pairs."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0, dtype=np.uint8))

    def carried(self, rows: Rows) -> KnownApart:
        """The same by other rows: `rows` says what each becomes, -1 where it is gone; their order stays."""
        ones, others = rows[self.ones], rows[self.others]
        kept = (ones >= 0) & (others >= 0)
        return KnownApart(ones[kept], others[kept], self.marks[kept])


class Apart:
    """What keeps articles apart, looked up or found out."""

    def __init__(self, told: Callable[[int], Told], articles: int, known: KnownApart | None = None) -> None:
        """`told` gives what an article tells by its row, of so many `articles`; of `known` pairs it is not asked."""
        known = known or KnownApart.none()
        self._told, self._articles = told, articles
        self._codes = known.ones * articles + known.others
        self._marks = known.marks
        self._used = np.zeros(len(self._codes), dtype=np.bool_)
        # Views of memory give one number several times as quickly as arrays.
        self._views = self._codes.data, np.ascontiguousarray(self._marks).data, self._used.data
        self._found: dict[int, int] = {}

    def of(self, one: int, other: int) -> int:
        """The marks of a pair."""
        codes, marks, used = self._views
        code = min(one, other) * self._articles + max(one, other)
        place = bisect_left(codes, code)
        if place < len(codes) and codes[place] == code:
            used[place] = True
            return int(marks[place])
        found = self._found.get(code)
        if found is None:
            found = self._found[code] = marks_of(self._told(one), self._told(other))
        return found

    def of_pairs(self, ones: Rows, others: Rows) -> NDArray[np.uint8]:
        """The marks of many pairs, shape (pairs,)."""
        codes = np.minimum(ones, others) * self._articles + np.maximum(ones, others)
        found = np.zeros(len(codes), dtype=np.uint8)
        known = np.zeros(len(codes), dtype=np.bool_)
        if len(self._codes):
            places = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
            known = self._codes[places] == codes
            found[known] = self._marks[places[known]]
            self._used[places[known]] = True
        new = np.flatnonzero(~known)
        found[new] = [self.of(one, other) for one, other in zip(ones[new].tolist(), others[new].tolist(), strict=True)]
        return found

    def noted(self) -> KnownApart:
        """All pairs that were asked for."""
        new = np.array(sorted(self._found), dtype=np.int64)
        marks = np.array([self._found[code] for code in new.tolist()], dtype=np.uint8)
        codes = np.concatenate([self._codes[self._used], new])
        order = np.argsort(codes, kind="stable")
        ones, others = np.divmod(codes[order], max(self._articles, 1))
        return KnownApart(ones, others, np.concatenate([self._marks[self._used], marks])[order])


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
