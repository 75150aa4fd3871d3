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

from retrieval.stories.leading import LEAST_SHARED, Signed, leaders_of
from retrieval.text.terms import terms_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNATURE = "3 terms, affine32 128"
"""Kept with every signature: after a change of how they are made, all are made anew."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - articles have no time zones
_RUN = 3
_EMPTY = MinHash(128, seed=1, scheme="affine32")


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
    leaders = leaders_of(Signed(numbers, moments, signatures.__getitem__), least)
    return stories_led(leaders, numbers)


def stories_led(leaders: NDArray[np.int64], numbers: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """The stories, by the numbers of their articles, given the row of the article that each of them follows."""
    followed = np.bincount(leaders, minlength=len(numbers))
    found: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(followed[leaders] > 1).tolist():
        found[int(leaders[row])].append(int(numbers[row]))
    return sorted(tuple(sorted(story)) for story in found.values())


def days_of(moment: datetime | None) -> float:
    """A moment in days; infinite where it is not known, so that it comes last."""
    return np.inf if moment is None else (moment.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)
