"""The same story twice: which articles are reprints or versions of each other. The only importer of datasketch.

Two articles belong together where they share enough of their runs of three terms. How much they share (Jaccard) is
estimated from MinHash signatures [1], and locality-sensitive hashing finds the pairs worth comparing, so that a corpus
of n articles costs n look-ups and not n² comparisons. Stories are the connected groups: they depend on the articles
alone, neither on their order nor on when each of them came.

[1] Broder: On the resemblance and containment of documents, 1997; https://github.com/ekzhu/datasketch
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from datasketch import MinHash

from retrieval.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

SIGNATURE = "3 terms, affine32 128"
"""Kept with every signature: after a change of how they are made, all are made anew."""
LEAST_SHARED = 0.4
"""Share of common runs (Jaccard) from which two articles are one story; see `benchmarks/reprints.py`."""

_RUN = 3
_EMPTY = MinHash(128, seed=1, scheme="affine32")
_BANDS = (42, 3)
"""Bands, and numbers in each: of pairs that share 0.4, 94 % are compared, of those that share 0.5, 99.6 %."""


def signature_of(text: str) -> NDArray[np.uint32]:
    """The MinHash signature of a text, shape (128,); the same on every machine."""
    terms = terms_of(text)
    runs = {" ".join(terms[start : start + _RUN]) for start in range(max(1, len(terms) - _RUN + 1))}
    signature = _EMPTY.copy()
    signature.update_batch([run.encode() for run in runs])
    hashes: NDArray[np.uint32] = signature.hashvalues.astype(np.uint32)
    return hashes


def stories_among(signatures: Mapping[int, NDArray[np.uint32]], least: float = LEAST_SHARED) -> list[tuple[int, ...]]:
    """Group articles, given by number with their signatures, into stories of two and more; all sorted."""
    if not signatures:
        return []
    numbers = sorted(signatures)
    hashes = np.stack([signatures[number] for number in numbers])
    story_of: dict[int, set[int]] = {}
    for group in _alike_in_a_band(hashes):
        for place, one in enumerate(group):
            others = np.array([other for other in group[place + 1 :] if other not in story_of.get(one, ())], dtype=int)
            if len(others):
                for other in others[(hashes[others] == hashes[one]).mean(axis=1) >= least].tolist():
                    _join(story_of, one, other)
    return sorted({tuple(numbers[row] for row in sorted(story)) for story in story_of.values()})


def _alike_in_a_band(hashes: NDArray[np.uint32]) -> Iterator[list[int]]:
    """Yield groups of rows that agree in all numbers of some band; `hashes` has shape (articles, 128).

    The library's own index does the same with a dictionary a band; sorting is forty times as fast.
    """
    count, width = _BANDS
    for first in range(0, count * width, width):
        band = hashes[:, first : first + width]
        order = np.lexsort(band.T)
        same = (band[order[1:]] == band[order[:-1]]).all(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
        for start, end in edges.reshape(-1, 2).tolist():
            yield order[start : end + 1].tolist()


def _join(story_of: dict[int, set[int]], one: int, other: int) -> None:
    joined = story_of.get(one, {one}) | story_of.get(other, {other})
    for row in joined:
        story_of[row] = joined
