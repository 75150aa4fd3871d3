"""What is known of pairs of articles: found out once a pair, and kept for the next generation.

A pair has a code, by which it is the same whichever of its rows is named first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.text.strings import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class KnownPairs:
    """Pairs of articles by rows, in the order of both, and a number that was found of each."""

    ones: Rows
    """The lower row of each pair, shape (pairs,)."""
    others: Rows
    found: NDArray[Any]
    """Shape (pairs,)."""

    @classmethod
    def none(cls, kind: type[np.generic]) -> Self:
        """No pairs; `kind` is that of the numbers."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0, dtype=kind))

    def carried(self, rows: Rows) -> KnownPairs:
        """The same by other rows: `rows` says what each becomes, -1 where it is gone; their order stays."""
        ones, others = rows[self.ones], rows[self.others]
        kept = (ones >= 0) & (others >= 0)
        return KnownPairs(ones[kept], others[kept], self.found[kept])


class AskedPairs:
    """Looks up pairs of which some are known, and notes which are asked for."""

    def __init__(self, articles: int, known: KnownPairs) -> None:
        """Rows are those of so many `articles`."""
        self.articles, self.known = articles, known
        self.codes = known.ones * articles + known.others
        """Of those that are known, in order."""
        self._asked: list[Rows] = []

    def places(self, codes: Rows) -> Rows:
        """Where pairs stand among those that are known, -1 where they do not; they are noted."""
        self._asked.append(codes)
        return self._places(codes)

    def _places(self, codes: Rows) -> Rows:
        if not len(self.codes):
            return np.full(len(codes), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[places] == codes, places, -1)

    def noted(self, others: Iterable[int], new: Mapping[int, float]) -> KnownPairs:
        """All pairs that were asked for, and those `others`; `new` gives what was found of those that are not known."""
        codes = distinct(np.concatenate([*self._asked, np.fromiter(others, dtype=np.int64)]))
        places = self._places(codes)
        found = np.empty(len(codes), dtype=self.known.found.dtype)
        known = places >= 0
        found[known] = self.known.found[places[known]]
        found[~known] = [new[code] for code in codes[~known].tolist()]
        return KnownPairs(*np.divmod(codes, max(self.articles, 1)), found)


def codes_of(ones: Rows, others: Rows, articles: int) -> Rows:
    """The codes of pairs of rows of so many `articles`, shape (pairs,)."""
    codes: Rows = np.minimum(ones, others) * articles + np.maximum(ones, others)
    return codes


def codes_between(group: Iterable[int], another: Iterable[int], articles: int) -> list[int]:
    """The codes of all pairs of two groups of rows, one after the other."""
    return [one * articles + other if one < other else other * articles + one for one in group for other in another]
