"""One event, many reports: which articles tell the same in other words; near-copies are found by `reprints`.

Two articles are reports of one event where they were published within a few days, their beginnings mean nearly the
same (cosine of the mean vectors of their first sentences), they share enough of their rarer words, names and numbers
among them, and nothing that they count or date keeps them apart (`retrieval.stories.facts`). Events depend on the
articles alone, neither on their order nor on when each of them came here.

Articles are compared day by day: of n articles, m of them in three days, that costs n·m multiplications of vectors
in blocks, and the words of those pairs that are near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.stories.facts import Facts

    Rows = NDArray[np.int64]

MOST_DAYS = 2
"""Days from the earliest report of an event to the latest."""
LEAST_COSINE = 0.9
"""Of the mean vectors of two reports."""
_SHARED, _LEAST_SHARED = 0.3, 0.25
"""Share of the rarity of the shorter one's words that the other one has, at the least cosine and wherever."""
_SHARED_FOR_COSINE = 2.0
"""By how much less that may be for each unit of cosine more."""
_MOST_NEIGHBOURS = 20
"""Articles with which each is compared by words, the nearest."""
_BLOCK = 1024
_TELLING = 8
"""Dimensions by which two vectors are told apart."""
_MOST_COMPARED = 400
"""Pairs of articles of two groups whose facts are compared; larger groups are not joined."""


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


def least_shared(cosine: float) -> float:
    """What share of rare words two articles of this cosine must have in common: the nearer they are, the fewer."""
    return max(_LEAST_SHARED, _SHARED - _SHARED_FOR_COSINE * (cosine - LEAST_COSINE))


def near_pairs(
    vectors: NDArray[np.float32], days: NDArray[np.int32], least: float = LEAST_COSINE, most_days: int = MOST_DAYS
) -> list[tuple[float, int, int]]:
    """Pairs of articles published within so many days that mean nearly the same: cosine and rows, the nearest first.

    `vectors` are unit rows, shape (articles, dimension); `days` (`date.toordinal`), 0 where unknown, have shape
    (articles,). Undated articles are in no pair. Of each article only the nearest are compared.
    """
    # By day and meaning, so that what comes first of what is equally near does not depend on the order of the rows.
    order = np.lexsort((*vectors.T[:_TELLING], days))
    order = order[days[order] > 0]
    sorted_days, sorted_vectors = days[order], vectors[order]
    ends = np.searchsorted(sorted_days, sorted_days + most_days, side="right")
    found: list[tuple[float, int, int]] = []
    for start in range(0, len(order), _BLOCK):
        stop = min(start + _BLOCK, len(order))
        last = int(ends[stop - 1])
        cosines = sorted_vectors[start:stop] @ sorted_vectors[start:last].T
        after = np.arange(start, last)[np.newaxis, :] > np.arange(start, stop)[:, np.newaxis]
        within = np.arange(start, last)[np.newaxis, :] < ends[start:stop, np.newaxis]
        cosines[~(after & within)] = -1.0
        for row in np.flatnonzero(cosines.max(axis=1) >= least).tolist():
            near = np.flatnonzero(cosines[row] >= least)
            near = near[np.argsort(-cosines[row, near], kind="stable")[:_MOST_NEIGHBOURS]]
            found += [(round(float(cosines[row, one]), 3), start + row, start + one) for one in near.tolist()]
    kept = _of_the_nearest(sorted(found, key=lambda pair: (-pair[0], *pair[1:])))
    rows = ((cosine, int(order[one]), int(order[other])) for cosine, one, other in kept)
    return [(cosine, min(one, other), max(one, other)) for cosine, one, other in rows]


def _of_the_nearest(pairs: Sequence[tuple[float, int, int]]) -> Iterator[tuple[float, int, int]]:
    """Yield pairs, given the nearest first, until either article has as many as it may."""
    counts: dict[int, int] = {}
    for pair in pairs:
        if all(counts.get(article, 0) < _MOST_NEIGHBOURS for article in pair[1:]):
            for article in pair[1:]:
                counts[article] = counts.get(article, 0) + 1
            yield pair


def events_among(
    pairs: Sequence[tuple[int, int]],
    stories: Sequence[Sequence[int]],
    days: NDArray[np.int32],
    facts_of: Callable[[int], Facts | None],
) -> list[tuple[int, ...]]:
    """Group articles, by their rows, into events of two and more, all sorted.

    `pairs` are those that may be of one event, the most likely first; `stories` are groups of near-copies, which stay
    together. `facts_of` tells what an article says, None where that cannot be read: it is then joined to none.
    """
    groups: dict[int, tuple[int, ...]] = {}
    for story in stories:
        groups.update(dict.fromkeys(story, tuple(sorted(story))))
    for one, other in pairs:
        group, another = groups.get(one, (one,)), groups.get(other, (other,))
        if group != another and _are_of_one_time(group + another, days) and _agree(group, another, facts_of):
            joined = tuple(sorted(group + another))
            groups.update(dict.fromkeys(joined, joined))
    return sorted(set(groups.values()))


def _are_of_one_time(group: Sequence[int], days: NDArray[np.int32]) -> bool:
    """Whether an event of these articles was reported within a few days; undated near-copies do not count."""
    dated = days[np.array(group)]
    dated = dated[dated > 0]
    return int(dated.max() - dated.min()) <= MOST_DAYS


def _agree(group: Sequence[int], another: Sequence[int], facts_of: Callable[[int], Facts | None]) -> bool:
    if len(group) * len(another) > _MOST_COMPARED:
        return False
    facts = [[facts_of(article) for article in each] for each in (group, another)]
    return all(one and other and not one.contradicts(other) for one in facts[0] for other in facts[1])
