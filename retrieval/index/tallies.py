"""How often something stands in each article of a segment: spellings of words, and pairs that may be names.

Counted by article, so that what is gone can be taken off again.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.index.hashing import hashes_of
from retrieval.text.strings import Strings, borders, ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tally:
    """A string is known by its row, its place in the order of hashes."""

    hashes: NDArray[np.uint64]
    """Shape (strings,), in order."""
    text: NDArray[np.uint8]
    """The strings themselves; see `Strings`."""
    text_starts: NDArray[np.int64]
    traits: NDArray[np.uint64]
    """What is told of each string, shape (strings, traits)."""
    starts: NDArray[np.int64]
    """Where the strings of each article begin, shape (articles + 1,)."""
    rows: NDArray[np.int32]
    """The strings of each article, in order."""
    counts: NDArray[Any]
    """How often each of them stands there."""
    totals: NDArray[np.int64]
    """How often each string stands in all articles, shape (strings,)."""

    @property
    def strings(self) -> Strings:
        """The strings, by row."""
        return Strings(self.text, self.text_starts)

    def total(self, live: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How often each string stands in those articles that are marked, shape (strings,)."""
        gone = np.flatnonzero(~live)
        if not len(gone):
            return self.totals
        places, _ = ranges(self.starts, gone)
        lost = np.bincount(self.rows[places], self.counts[places], minlength=len(self.hashes))
        rest: NDArray[np.int64] = self.totals - lost.astype(np.int64)
        return rest


class TallyBuilder:
    """Counts strings article by article."""

    def __init__(self, traits_of: Callable[[Sequence[str]], NDArray[np.uint64]]) -> None:
        """`traits_of` tells of each of some strings what is kept beside it, shape (strings, traits)."""
        self._traits_of = traits_of
        self._number_of: dict[str, int] = {}
        self._articles = array("q")
        self._numbers = array("i")
        self._counts = array("q")

    def add(self, counts: Mapping[str, int]) -> None:
        """Note how often each string stands in the next article."""
        numbers = self._number_of
        self._numbers.extend([numbers.setdefault(string, len(numbers)) for string in counts])
        self._counts.extend(counts.values())
        self._articles.append(len(counts))

    def build(self) -> Tally:
        """What was counted."""
        strings = list(self._number_of)
        hashes = hashes_of(strings)
        order = np.argsort(hashes, kind="stable")
        row_of = np.empty(len(strings), dtype=np.int64)
        row_of[order] = np.arange(len(strings))
        rows = row_of[np.array(self._numbers, dtype=np.int64)]
        owners = np.repeat(np.arange(len(self._articles)), np.array(self._articles, dtype=np.int64))
        sorted_ = np.lexsort((rows, owners))
        counts = np.array(self._counts, dtype=np.int64)[sorted_]
        texts = Strings.of(strings).take(order)
        traits = self._traits_of(strings)[order]
        return _tally(hashes[order], texts, traits, np.array(self._articles, dtype=np.int64), rows[sorted_], counts)


def merged_tally(parts: Sequence[tuple[Tally, NDArray[np.int64]]]) -> Tally:
    """What was counted in several segments in one.

    Of each part are given the articles that its own become in the new one, -1 where they are gone.
    """
    all_hashes, firsts = np.unique(np.concatenate([part.hashes for part, _ in parts]), return_index=True)
    owners, rows, counts = [], [], []
    for part, articles in parts:
        of_articles = np.repeat(articles, np.diff(part.starts))
        kept = of_articles >= 0
        owners.append(of_articles[kept])
        rows.append(np.searchsorted(all_hashes, part.hashes)[part.rows[kept]])
        counts.append(part.counts[kept].astype(np.int64))
    all_owners, all_rows = np.concatenate(owners), np.concatenate(rows)
    order = np.lexsort((all_rows, all_owners))
    held = np.zeros(len(all_hashes), dtype=np.bool_)
    held[all_rows] = True
    row_of = np.cumsum(held) - 1
    return _tally(
        all_hashes[held],
        Strings.joined([part.strings for part, _ in parts]).take(firsts[held]),
        np.concatenate([part.traits for part, _ in parts])[firsts[held]],
        np.bincount(all_owners, minlength=sum(int((articles >= 0).sum()) for _, articles in parts)),
        row_of[all_rows[order]],
        np.concatenate(counts)[order],
    )


def _tally(
    hashes: NDArray[np.uint64],
    strings: Strings,
    traits: NDArray[np.uint64],
    of_articles: NDArray[np.int64],
    rows: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> Tally:
    """Put a tally together; `of_articles` is how many strings each article has."""
    return Tally(
        hashes=hashes,
        text=strings.text,
        text_starts=strings.starts,
        traits=traits,
        starts=borders(of_articles),
        rows=rows.astype(np.int32),
        counts=counts.astype(np.min_scalar_type(int(counts.max(initial=0)))),
        totals=np.bincount(rows, counts, minlength=len(hashes)).astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """Strings of several segments together, each once, in the order of hashes; those that are gone are left out."""

    hashes: NDArray[np.uint64]
    traits: NDArray[np.uint64]
    totals: NDArray[np.int64]
    _places: NDArray[np.int64]
    _parts: Sequence[Strings]

    @classmethod
    def of(cls, parts: Sequence[tuple[Tally, NDArray[np.bool_]]]) -> Self:
        """Count what stands in the articles that are marked, of each segment."""
        totals = [part.total(live) for part, live in parts]
        held = [np.flatnonzero(total) for total in totals]
        hashes = np.concatenate([part.hashes[rows] for (part, _), rows in zip(parts, held, strict=True)])
        found, firsts, where = np.unique(hashes, return_index=True, return_inverse=True)
        counts = np.concatenate([total[rows] for total, rows in zip(totals, held, strict=True)])
        # Places among the strings of all segments, one after the other.
        before = borders([len(part.hashes) for part, _ in parts])
        places = np.concatenate([rows + first for rows, first in zip(held, before.tolist(), strict=False)])
        traits = np.empty((len(found), parts[0][0].traits.shape[1]), dtype=np.uint64)
        begins = borders(list(map(len, held)))
        for (part, _), rows, first, end in zip(parts, held, begins[:-1].tolist(), begins[1:].tolist(), strict=True):
            own = np.flatnonzero((firsts >= first) & (firsts < end))
            traits[own] = part.traits[rows[firsts[own] - first]]
        return cls(
            found,
            traits,
            np.bincount(where.ravel(), counts, minlength=len(found)).astype(np.int64),
            places[firsts],
            [part.strings for part, _ in parts],
        )

    def take(self, rows: NDArray[Any]) -> Strings:
        """The strings of these rows, in their order."""
        before = borders(list(map(len, self._parts)))
        places = self._places[rows]
        of_part = np.searchsorted(before, places, side="right") - 1
        order = np.argsort(of_part, kind="stable")
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        taken = [part.take(places[of_part == number] - before[number]) for number, part in enumerate(self._parts)]
        return Strings.joined(taken).take(back)
