"""Which words articles that are near each other have in common, found once a pair and kept for the next generation.

How rare a word is depends on all articles there are, and is weighed anew each time; which words two articles share
does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.index.hashing import places_of
from retrieval.text.strings import borders, distinct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

_PAIRS_AT_ONCE = 1 << 14
_DECIMALS = 9
"""To which sums are rounded, so that it does not count in how many steps they were made."""


@dataclass(frozen=True, slots=True)
class CommonWords:
    """Pairs of articles are known by their rows, words by their hashes."""

    ones: NDArray[np.int64]
    """The lower row of each pair, in the order of both, shape (pairs,)."""
    others: NDArray[np.int64]
    starts: NDArray[np.int64]
    """Where the words of each pair begin, shape (pairs + 1,)."""
    words: NDArray[np.unsignedinteger]
    """Which of the vocabulary they are, in the order of hashes."""
    vocabulary: NDArray[np.uint64]
    """In order."""

    @classmethod
    def none(cls) -> Self:
        """Of no pairs."""
        nothing = np.zeros(0, dtype=np.int64)
        hashes = np.zeros(0, dtype=np.uint64)
        return cls(nothing, nothing, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint8), hashes)

    @classmethod
    def of(cls, ones: Rows, others: Rows, articles: int, words: WeighedWords, known: Self, now: Rows) -> Self:
        """The words of pairs of rows, in the order of both, each once and the lower row first, of so many `articles`.

        Those that are `known` are not looked up again: `now` says which rows these have become, -1 where they are gone;
        their order stays.
        """
        before = _code(now[known.ones], now[known.others], articles)
        there = np.flatnonzero(before >= 0)
        place = places_of(ones * articles + others, before[there])
        old, new = np.flatnonzero(place >= 0), np.flatnonzero(place < 0)
        fresh = [words.common(*pair) for pair in zip(ones[new].tolist(), others[new].tolist(), strict=True)]
        stays = np.zeros(len(known.ones), dtype=np.bool_)
        stays[there[place[old]]] = True
        of_known = np.diff(known.starts)
        lengths = np.zeros(len(ones), dtype=np.int64)
        lengths[old], lengths[new] = of_known[stays], [len(each) for each in fresh]
        found = np.concatenate([np.zeros(0, dtype=np.uint64), *fresh])
        added = distinct(found[places_of(found, known.vocabulary) < 0])
        vocabulary = np.sort(np.concatenate([known.vocabulary, added]))
        # Numbers are as good as hashes, and much shorter. There are many: what is not new is copied as it stands.
        kind = np.min_scalar_type(len(vocabulary))
        numbers = np.empty(int(lengths.sum()), dtype=kind)
        is_new = np.repeat(place < 0, lengths)
        before_now = np.searchsorted(vocabulary, known.vocabulary).astype(kind)
        numbers[~is_new] = before_now[known.words[np.repeat(stays, of_known)]]
        numbers[is_new] = np.searchsorted(vocabulary, found)
        held = np.zeros(len(vocabulary), dtype=np.bool_)
        held[numbers] = True
        if not held.all():
            row_of = (np.cumsum(held) - 1).astype(kind)
            numbers, vocabulary = row_of[numbers], vocabulary[held]
        return cls(ones, others, borders(lengths), numbers, vocabulary)


@dataclass(frozen=True, slots=True)
class WeighedWords:
    """The words of articles, and how rare each word is."""

    of_articles: Mapping[int, NDArray[np.int64]]
    """Numbers of words by article, each sorted and without repetition."""
    hashes: NDArray[np.uint64]
    """By the number of a word, in order."""
    rarity: NDArray[np.float32]
    rarest: float
    """How rare a word is that stands in one passage alone."""

    def with_pairs(self, common: CommonWords, totals: NDArray[np.float64]) -> PairWords:
        """Weigh the words of pairs; `totals` is how rare all words of each article are together."""
        rarity = self.rarity[places_of(common.vocabulary, self.hashes)].astype(np.float64)
        held = np.flatnonzero(np.diff(common.starts))
        sums, most = np.zeros(len(common.ones)), np.zeros(len(common.ones))
        for first in range(0, len(held), _PAIRS_AT_ONCE):
            some = held[first : first + _PAIRS_AT_ONCE]
            begins = common.starts[some]
            weights = rarity[common.words[begins[0] : common.starts[some[-1] + 1]]]
            sums[some] = np.add.reduceat(weights, begins - begins[0])
            most[some] = np.maximum.reduceat(weights, begins - begins[0])
        found = _in_common(sums, most, np.minimum(totals[common.ones], totals[common.others]), self.rarest)
        return PairWords(self, totals, len(totals), common.ones * len(totals) + common.others, found)

    def common(self, one: int, other: int) -> NDArray[np.uint64]:
        """The hashes of the words that two articles have in common, in order."""
        numbers = np.intersect1d(self.of_articles[one], self.of_articles[other], assume_unique=True)
        return self.hashes[numbers]


class PairWords:
    """What articles have in common: looked up for near pairs, worked out for others."""

    def __init__(
        self,
        words: WeighedWords,
        totals: NDArray[np.float64],
        articles: int,
        codes: NDArray[np.int64],
        found: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        """`codes` are those of the near pairs, in order, and `found` what these have in common."""
        self._words, self._totals, self._articles, self._codes, self._found = words, totals, articles, codes, found

    def of_pairs(
        self, ones: NDArray[np.int64], others: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What `in_common` tells of pairs, all of which are near ones, each of shape (pairs,)."""
        places = np.searchsorted(self._codes, _code(ones, others, self._articles))
        return self._found[0][places], self._found[1][places]

    def in_common(self, one: int, other: int) -> tuple[float, float]:
        """How much of the shorter article's words the longer one has, weighed by how rare they are; in [0, 1].

        And how rare the rarest word is that both have: as a share of what is rarest at all.
        """
        code = min(one, other) * self._articles + max(one, other)
        place = int(np.searchsorted(self._codes, code))
        if place < len(self._codes) and int(self._codes[place]) == code:
            return float(self._found[0][place]), float(self._found[1][place])
        words = self._words
        numbers = np.intersect1d(words.of_articles[one], words.of_articles[other], assume_unique=True)
        weights = words.rarity[numbers].astype(np.float64)
        least = np.array([min(self._totals[one], self._totals[other])])
        shared, rarest = _in_common(weights.sum()[np.newaxis], weights.max(initial=0)[np.newaxis], least, words.rarest)
        return float(shared[0]), float(rarest[0])


def _code(ones: NDArray[np.int64], others: NDArray[np.int64], articles: int) -> NDArray[np.int64]:
    """A number for each pair of rows, whichever is named first; below zero where either is gone."""
    gone = (ones < 0) | (others < 0)
    return np.where(gone, -1, np.minimum(ones, others) * articles + np.maximum(ones, others))


def _in_common(
    sums: NDArray[np.float64], most: NDArray[np.float64], least: NDArray[np.float64], rarest: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    some = (least > 0) & (sums > 0)
    shared = np.where(some, sums / np.where(some, least, 1), 0.0)
    return np.round(shared, _DECIMALS), np.round(np.where(some, most / (rarest or 1), 0.0), _DECIMALS)
