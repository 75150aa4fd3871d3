"""One event, many reports: which articles tell the same in other words; near-copies are found by `reprints`.

Two articles are reports of one event where they were published within a few days, their beginnings mean nearly the
same (cosine of the mean vectors of their first sentences), they share enough of their rarer words, names and numbers
among them, and nothing that they count or date keeps them apart (`retrieval.stories.facts`). Events depend on the
articles alone, neither on their order nor on when each of them came here.

What is new is compared with what is near in time (`neighbours`): of n new articles, m of all in five days, that costs
n·m multiplications of vectors in blocks, and the words of those pairs that are near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from retrieval.stories.apart import FACTS
from retrieval.stories.neighbours import Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.stories.apart import Apart

    Rows = NDArray[np.int64]

MOST_DAYS = 2
"""Days from the earliest report of an event to the latest."""
LEAST_COSINE = 0.9
"""Of the mean vectors of two reports."""
WINDOW = Window(LEAST_COSINE, MOST_DAYS)
_SHARED, _LEAST_SHARED = 0.3, 0.25
"""Share of the rarity of the shorter one's words that the other one has, at the least cosine and wherever."""
_SHARED_FOR_COSINE = 2.0
"""By how much less that may be for each unit of cosine more."""
_MOST_COMPARED = 400
"""Pairs of articles of two groups whose facts are compared; larger groups are not joined."""


class InCommon(Protocol):
    """What articles have in common."""

    def in_common(self, one: int, other: int) -> tuple[float, float]:
        """How much of the shorter article's words the longer one has, weighed by how rare they are, in [0, 1].

        And how rare the rarest word is that both have: as a share of what is rarest at all.
        """

    def of_pairs(self, ones: Rows, others: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same of many pairs, each of shape (pairs,)."""


class Words(NamedTuple):
    """The distinct words of each article, and how rare each word is."""

    of_articles: Mapping[int, Rows]
    """Numbers of words by article, each sorted and without repetition."""
    rarity: NDArray[np.float32]
    """By the number of a word, shape (words,)."""
    rarest: float
    """How rare a word is that stands in one passage alone."""

    def shared(self, one: int, other: int) -> float:
        """How much of the shorter article's words the longer one has, weighed by how rare they are; in [0, 1]."""
        return self.in_common(one, other)[0]

    def in_common(self, one: int, other: int) -> tuple[float, float]:
        """The same, and how rare the rarest word is that both have: as a share of what is rarest at all."""
        words, others = self.of_articles[one], self.of_articles[other]
        least = min(float(self.rarity[words].sum()), float(self.rarity[others].sum()))
        common = self.rarity[np.intersect1d(words, others, assume_unique=True)]
        if not least or not len(common):
            return 0.0, 0.0
        return float(common.sum()) / least, float(common.max()) / self.rarest

    def of_pairs(self, ones: Rows, others: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same of many pairs, each of shape (pairs,)."""
        found = [self.in_common(*pair) for pair in zip(ones.tolist(), others.tolist(), strict=True)]
        shared, rarest = np.array(found, dtype=np.float64).reshape(-1, 2).T
        return shared, rarest


def least_shared(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """What share of rare words two articles of this cosine must have in common: the nearer they are, the fewer."""
    return np.maximum(_LEAST_SHARED, _SHARED - _SHARED_FOR_COSINE * (cosines - LEAST_COSINE))


def events_among(
    pairs: Sequence[tuple[int, int]],
    stories: Sequence[Sequence[int]],
    days: NDArray[np.int32],
    apart: Apart,
) -> list[tuple[int, ...]]:
    """Group articles, by their rows, into events of two and more, all sorted.

    `pairs` are those that may be of one event, the most likely first; `stories` are groups of near-copies, which stay
    together. `apart` tells which articles contradict each other.
    """
    groups: dict[int, tuple[int, ...]] = {}
    for story in stories:
        groups.update(dict.fromkeys(story, tuple(sorted(story))))
    day_of = days.tolist()
    for one, other in pairs:
        group, another = groups.get(one, (one,)), groups.get(other, (other,))
        if group != another and _are_of_one_time(group + another, day_of) and _agree(group, another, apart):
            joined = tuple(sorted(group + another))
            groups.update(dict.fromkeys(joined, joined))
    return sorted(set(groups.values()))


def _are_of_one_time(group: Sequence[int], days: Sequence[int]) -> bool:
    """Whether an event of these articles was reported within a few days; undated near-copies do not count."""
    dated = [days[article] for article in group if days[article] > 0]
    return max(dated) - min(dated) <= MOST_DAYS


def _agree(group: Sequence[int], another: Sequence[int], apart: Apart) -> bool:
    if len(group) * len(another) > _MOST_COMPARED:
        return False
    return not any(marks & FACTS for marks in apart.of(group, another))
