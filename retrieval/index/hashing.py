"""Numbers by which words of several segments are known to be the same: sixty-four bits of each.

So vocabularies are sorted, searched and put together with arrays alone. Of ten million words two have the same number
with a chance of three in a million; what is looked up is compared letter by letter besides.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_BYTES = 8
_Number = TypeVar("_Number", np.uint64, np.int64)


def hashes_of(words: Iterable[str]) -> NDArray[np.uint64]:
    """BLAKE2b (8 bytes) of each word, the same on every machine, shape (words,)."""
    digests = (hashlib.blake2b(word.encode(), digest_size=_BYTES).digest() for word in words)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def places_of(wanted: NDArray[_Number], among: NDArray[_Number]) -> NDArray[np.int64]:
    """Where each number stands among others, which are in order; -1 where it does not, shape (wanted,)."""
    if not len(among):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[places] == wanted, places, -1)
