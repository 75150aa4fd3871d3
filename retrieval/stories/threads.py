"""How an event went on: which articles tell it further over days and weeks, whatever the numbers have become.

Reports of one event (`events`) that contradict each other, and what followed on it, are one thread: articles that are
alike in what they mean and in their rarer words, published soon after each other, and alike on the whole and not only
through a chain. Two fires in two towns share too few of these words; what is told alike but long apart is no thread.
Neither are articles without a name in common, nor a series whose headlines name other days each: a daily review, the
weather of a day. Threads depend on the articles alone, neither on their order nor on when each of them came here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from retrieval.stories.facts import are_apart
from retrieval.stories.neighbours import Window, exact_cosines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.stories.events import InCommon
    from retrieval.stories.names import Names
    from retrieval.stories.neighbours import Pairs
    from retrieval.types import Period

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
_SERIES_DAYS, _SERIES_NAMES = 7, 2
"""Days between two articles from which they may be of a series, and names in common by which they are none: matches of
one club, meetings of one council."""
_MOST_COMPARED = 400
"""Pairs of articles of two threads that are compared; larger ones are not joined."""
_MOST_APART = 0.25
"""Share of these pairs that may have no name in common."""


class Beginning(NamedTuple):
    """By what an article is told apart from others that are told alike."""

    days: Sequence[Period]
    """What its headline names."""
    names: Names


def likeness_of(cosine: Number, shared: Number, rarest: Number) -> Number:
    """How alike two articles are whose vectors have this cosine and whose words have so much in common."""
    return cosine + _SHARED_COUNTS * shared + _RAREST_COUNTS * rarest


def threads_among(
    near: Pairs,
    vectors: NDArray[np.float32],
    days: NDArray[np.int32],
    words: InCommon,
    events: Sequence[Sequence[int]],
    beginnings: Sequence[Beginning],
) -> list[tuple[int, ...]]:
    """Group articles, by their rows, into threads of two and more, all sorted.

    `near` are the pairs of the `WINDOW`; `vectors` and `days` are as there; `events` are groups of
    articles that stay together.
    """
    likenesses = _Likenesses(vectors, words)
    beginning = cache(beginnings.__getitem__)
    groups: dict[int, tuple[int, ...]] = {}
    for event in events:
        groups.update(dict.fromkeys(event, tuple(sorted(event))))
    refused = set[tuple[tuple[int, ...], tuple[int, ...]]]()
    for one, other in _likely(near, days, words):
        group, another = groups.get(one, (one,)), groups.get(other, (other,))
        if group == another or (group, another) in refused:
            continue
        if _may_be_a_series(abs(int(days[one] - days[other])), beginning(one), beginning(other)):
            continue
        if _belong_together(group, another, likenesses, beginning):
            joined = tuple(sorted(group + another))
            groups.update(dict.fromkeys(joined, joined))
        else:
            refused |= {(group, another), (another, group)}
    return sorted(set(groups.values()))


class _Likenesses:
    """How alike articles are, each pair looked up once."""

    def __init__(self, vectors: NDArray[np.float32], words: InCommon) -> None:
        self._vectors, self._words = vectors, words
        self._found: dict[tuple[int, int], float] = {}

    def mean(self, pairs: Sequence[tuple[int, int]]) -> float:
        """How alike the articles of these pairs are on average."""
        new = [pair for pair in pairs if pair not in self._found]
        if new:
            cosines = exact_cosines(self._vectors, *np.array(new, dtype=np.int64).T)
            for pair, cosine in zip(new, cosines.tolist(), strict=True):
                self._found[pair] = likeness_of(cosine, *self._words.in_common(*pair))
        return float(np.mean([self._found[pair] for pair in pairs]))


def _likely(near: Pairs, days: NDArray[np.int32], words: InCommon) -> list[tuple[int, int]]:
    """Pairs that are alike enough, the most alike first."""
    apart = np.abs(days[near.ones].astype(np.int64) - days[near.others])
    likeness = likeness_of(near.cosines, *words.of_pairs(near.ones, near.others)) - _A_DAY_APART * apart
    order = np.argsort(-likeness, kind="stable")
    chosen = order[likeness[order] >= _LEAST]
    return list(zip(near.ones[chosen].tolist(), near.others[chosen].tolist(), strict=True))


def _may_be_a_series(days: int, one: Beginning, other: Beginning) -> bool:
    return days >= _SERIES_DAYS and len(one.names.in_common(other.names)) < _SERIES_NAMES


def _belong_together(
    group: Sequence[int],
    another: Sequence[int],
    likenesses: _Likenesses,
    beginning: Callable[[int], Beginning],
) -> bool:
    """Whether the articles of two threads are alike on average, so that no chain leads from one to the other."""
    count = len(group) * len(another)
    if count > _MOST_COMPARED:
        return False
    ones, others = [beginning(article) for article in group], [beginning(article) for article in another]
    if any(are_apart(one.days, other.days) for one in ones if one.days for other in others):
        return False
    if sum(one.names.are_apart_from(other.names) for one in ones for other in others) > _MOST_APART * count:
        return False
    pairs = [(min(one, other), max(one, other)) for one in group for other in another]
    return likenesses.mean(pairs) >= _LEAST_ON_AVERAGE
