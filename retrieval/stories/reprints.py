"""The same story twice: which articles are reprints or versions of each other. The only importer of datasketch.

Two articles belong together where they share enough of their runs of three terms. How much they share (Jaccard) is
estimated from MinHash signatures [1], and locality-sensitive hashing finds the pairs worth comparing, so that a corpus
of n articles costs n look-ups and not n² comparisons. A story is its earliest article and those that are like that
one and were published soon after it; chains of likeness would make one story of all reports written to one template.
Stories depend on the articles alone, neither on their order nor on when each of them came here.

[1] Broder: On the resemblance and containment of documents, 1997; https://github.com/ekzhu/datasketch
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from datasketch import MinHash

from retrieval.text.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

SIGNATURE = "3 terms, affine32 128"
"""Kept with every signature: after a change of how they are made, all are made anew."""
LEAST_SHARED = 0.4
"""Share of common runs (Jaccard) from which two articles are one story; see `benchmarks/reprints.py`."""
MOST_DAYS = 3
"""Days between two dated articles of one story: daily reports from one template are different stories."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - articles have no time zones
_RUN = 3
_EMPTY = MinHash(128, seed=1, scheme="affine32")
_BANDS = (42, 3)
"""Bands, and numbers in each: of pairs that share 0.4, 94 % are compared, of those that share 0.5, 99.6 %."""
_MIXING = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
"""By which the numbers of a band are made one, the same for no two bands in a lifetime."""


def signature_of(text: str) -> NDArray[np.uint32]:
    """The MinHash signature of a text, shape (128,); the same on every machine."""
    terms = terms_of(text)
    runs = {" ".join(terms[start : start + _RUN]) for start in range(max(1, len(terms) - _RUN + 1))}
    signature = _EMPTY.copy()
    signature.update_batch([run.encode() for run in runs])
    hashes: NDArray[np.uint32] = signature.hashvalues.astype(np.uint32)
    return hashes


def stories_among(
    numbers: NDArray[np.int64],
    signatures: NDArray[np.uint32],
    moments: NDArray[np.float64],
    least: float = LEAST_SHARED,
) -> list[tuple[int, ...]]:
    """Group articles, given by number with their signatures, into stories of two and more; all sorted.

    `signatures` has shape (articles, 128); `moments` says when they were published (`days_of`), shape (articles,).
    """
    if not len(numbers):
        return []
    # By date and signature, whose bytes stand in one order on every machine.
    parts = signatures.astype("<u4").view(np.uint8).reshape(len(numbers), -1).view(">u8")
    order = np.lexsort((numbers, *parts.T[::-1], moments))
    stories = _led(signatures[order], moments[order], least)
    return sorted(tuple(sorted(numbers[order[story]].tolist())) for story in stories)


def days_of(moment: datetime | None) -> float:
    """A moment in days; infinite where it is not known, so that it comes last."""
    return np.inf if moment is None else (moment.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)


def _led(hashes: NDArray[np.uint32], when: NDArray[np.float64], least: float) -> Iterator[list[int]]:
    """Yield groups of rows that are like their first one; rows are in the order of their dates, `when`."""
    groups_of: dict[int, list[NDArray[np.intp]]] = defaultdict(list)
    for group in _alike_in_a_band(hashes):
        for row in group.tolist():
            groups_of[row].append(group)
    ends = np.searchsorted(when, when + MOST_DAYS, side="right")
    undated = int(np.searchsorted(when, np.inf))
    free = np.ones(len(hashes), dtype=bool)
    for first in range(len(hashes)):
        if free[first] and first in groups_of:
            others = _candidates(groups_of[first], first, int(ends[first]), undated)
            others = others[free[others]]
            alike = others[(hashes[others] == hashes[first]).mean(axis=1) >= least]
            if len(alike):
                free[alike] = False
                yield [first, *alike.tolist()]


def _candidates(groups: Sequence[NDArray[np.intp]], first: int, end: int, undated: int) -> NDArray[np.intp]:
    """Rows of the groups that come after `first` and are either before `end` or undated."""
    found = set[int]()
    for group in groups:
        after, near, last = np.searchsorted(group, (first + 1, end, max(undated, end)))
        found.update(group[after:near].tolist(), group[last:].tolist())
    return np.array(sorted(found), dtype=np.intp)


def _alike_in_a_band(hashes: NDArray[np.uint32]) -> Iterator[NDArray[np.intp]]:
    """Yield groups of rows, sorted, that agree in all numbers of some band; `hashes` has shape (articles, 128).

    The library's own index does the same with a dictionary a band; sorting is forty times as fast.
    """
    count, width = _BANDS
    for first in range(0, count * width, width):
        band = hashes[:, first : first + width]
        order = np.argsort(band.astype(np.uint64) @ _MIXING)  # what agrees stands together
        same = (band[order[1:]] == band[order[:-1]]).all(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
        for start, end in edges.reshape(-1, 2).tolist():
            yield np.sort(order[start : end + 1])
