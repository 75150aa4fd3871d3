"""How an event went on: which articles tell it further over days and weeks, whatever the numbers have become.

Reports of one event (`events`) that contradict each other, and what followed on it, are one thread: articles that are
alike in what they mean and in their rarer words, published soon after each other, and alike on the whole and not only
through a chain. Two fires in two towns share too few of these words; what is told alike but long apart is no thread.
Neither are articles without a name in common, nor a series whose headlines name other days each: a daily review, the
weather of a day. Threads depend on the articles alone, neither on their order nor on when each of them came here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from retrieval.stories.apart import DAYS, FEW_NAMES, NAMES
from retrieval.stories.neighbours import Window, exact_cosines
from retrieval.stories.pairs import AskedPairs, KnownPairs, codes_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
_NUMBERS = 1 << 64
_MIXING = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)


def likeness_of(cosine: Number, shared: Number, rarest: Number) -> Number:
    """How alike two articles are whose vectors have this cosine and whose words have so much in common."""
    return cosine + _SHARED_COUNTS * shared + _RAREST_COUNTS * rarest


class Threads(NamedTuple):
    """Threads, and what was found on the way: if that is known the next time, it is much less work."""

    groups: list[tuple[int, ...]]
    """The rows of two articles and more, all sorted."""
    compared: KnownPairs
    """Pairs whose likeness counted, with their cosines."""
    told: NDArray[np.uint64]
    """Which groups were asked about whether what their articles tell keeps them apart: a number for each two, in order.

    It is odd where that is so.
    """


def threads_among(
    near: Pairs,
    vectors: Vectors,
    days: NDArray[np.int32],
    words: InCommon,
    events: Sequence[Sequence[int]],
    apart: Apart,
    keys: NDArray[np.int64],
    known: Threads | None = None,
) -> Threads:
    """Group articles, by their rows, into threads.

    `near` are the pairs of the `WINDOW`; `vectors` and `days` are as there; `events` are groups of
    articles that stay together; `apart` tells what keeps articles apart. What is `known` is so of articles by their
    `keys`, shape (articles,), and of pairs among those of which `words` knows; its groups do not count.
    """
    likenesses = _Likenesses(vectors, words, len(days), known.compared if known else KnownPairs.none(np.float64))
    known_told, told = set(known.told.tolist() if known else ()), set[int]()
    members: list[tuple[int, ...]] = [(article,) for article in range(len(days))]
    group_of = list(range(len(days)))
    numbers: list[int] = _mixed(keys).tolist()

    def join(articles: Iterable[int]) -> None:
        joined = tuple(sorted(articles))
        for article in joined:
            group_of[article] = len(members)
        members.append(joined)
        numbers.append(sum(map(numbers.__getitem__, joined)) % _NUMBERS)

    for event in events:
        join(event)
    refused = set[int]()
    for one, other, nameless in _that_may_be_joined(*_likely(near, days, words), days, apart):
        group, another = group_of[one], group_of[other]
        ours, theirs = members[group], members[another]
        if group == another or (nameless and len(ours) * len(theirs) * _MOST_APART < 1):
            continue  # as most are
        if len(ours) == len(theirs) == 1:
            join(ours + theirs)  # they are likely, and that asks for more
            continue
        both = numbers[group] ^ numbers[another]
        if both in refused:
            continue
        if both not in known_told and (both + 1 in known_told or _are_apart(ours, theirs, apart)):
            told.add(both + 1)
            refused.add(both)
            continue
        told.add(both)
        if likenesses.mean(ours, theirs) >= _LEAST_ON_AVERAGE:
            join(ours + theirs)
        else:
            refused.add(both)
    found = sorted({members[group] for group in group_of if group >= len(days)})
    return Threads(found, likenesses.compared(), np.array(sorted(told), dtype=np.uint64))


def _mixed(keys: NDArray[np.int64]) -> NDArray[np.uint64]:
    """An even number for each key (SplitMix64), by whose sums groups of articles are told from each other."""
    found = keys.astype(np.uint64) * _MIXING[0]
    for shift, factor in zip((30, 27), _MIXING[1:], strict=True):
        found = (found ^ (found >> np.uint64(shift))) * factor
    mixed: NDArray[np.uint64] = (found ^ (found >> np.uint64(31))) << np.uint64(1)
    return mixed


class _Likenesses:
    """How alike articles are, each pair looked up or worked out once."""

    def __init__(self, vectors: Vectors, words: InCommon, articles: int, known: KnownPairs) -> None:
        """Of `known` pairs the cosines are."""
        self._vectors, self._words = vectors, words
        self._pairs = AskedPairs(articles, known)
        likenesses = likeness_of(known.found, *words.of_pairs(known.ones, known.others))
        self._found: dict[int, float] = dict(zip(self._pairs.codes.tolist(), likenesses.tolist(), strict=True))
        """The likenesses of pairs by their codes."""
        self._cosines: dict[int, float] = {}
        """The cosines of pairs that were not known."""
        self._asked: list[int] = []

    def mean(self, group: Sequence[int], another: Sequence[int]) -> float:
        """How alike the articles of two groups are on average."""
        codes = codes_between(group, another, self._pairs.articles)
        self._asked += codes
        found = self._found
        new = [code for code in codes if code not in found]
        if new:
            self._work_out(new)
        # In one order, whatever was known: a mean of other sums may differ in its last digit.
        return float(np.add.reduce(sorted([found[code] for code in codes]))) / len(codes)

    def _work_out(self, codes: Sequence[int]) -> None:
        ones, others = np.divmod(np.array(codes, dtype=np.int64), self._pairs.articles)
        cosines = exact_cosines(self._vectors(ones), self._vectors(others)).tolist()
        for code, one, other, cosine in zip(codes, ones.tolist(), others.tolist(), cosines, strict=True):
            self._cosines[code] = cosine
            self._found[code] = likeness_of(cosine, *self._words.in_common(one, other))

    def compared(self) -> KnownPairs:
        """All pairs that were asked for, with their cosines."""
        return self._pairs.noted(self._asked, self._cosines)


def _likely(near: Pairs, days: NDArray[np.int32], words: InCommon) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that are alike enough, the most alike first."""
    apart = np.abs(days[near.ones].astype(np.int64) - days[near.others])
    likeness = likeness_of(near.cosines, *words.of_pairs(near.ones, near.others)) - _A_DAY_APART * apart
    chosen = np.flatnonzero(likeness >= _LEAST)
    chosen = chosen[np.argsort(-likeness[chosen], kind="stable")]
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


def _are_apart(group: Sequence[int], another: Sequence[int], apart: Apart) -> bool:
    """Whether two threads are kept apart by what any or many of their articles tell, or are too large to say."""
    count = len(group) * len(another)
    if count > _MOST_COMPARED:
        return True
    nameless, most = 0, _MOST_APART * count
    for marks in apart.of(group, another):
        if marks & NAMES:
            nameless += 1
        if marks & DAYS or nameless > most:
            return True
    return False
