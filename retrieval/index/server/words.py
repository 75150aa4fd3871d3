"""Words on a server: those of a question are fetched, with where they stand."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from cachetools import LRUCache, cachedmethod

from retrieval.index.lexical import PassageWords
from retrieval.index.manifest import gone
from retrieval.index.postings import Posting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.index.postings import WordPostings
    from retrieval.store.server.published import PublishedStore, StoredPosting

_REMEMBERED = 65_536
"""Words of which it is remembered whether any passage holds them."""


class ServerWords(PassageWords):
    """Immutable; searching is safe from several threads. See `retrieval.index.engines.Words`."""

    def __init__(self, store: PublishedStore, generation: int, lengths: NDArray[np.int32]) -> None:
        """`lengths` are those of passages in words, shape (passages,)."""
        super().__init__(lengths, self._fetched)
        self._store = store
        self._generation = generation
        self._held: LRUCache[str, bool] = LRUCache(_REMEMBERED)
        self._looking = Lock()

    @cachedmethod(lambda self: self._held, lock=lambda self: self._looking)
    def holds(self, term: str) -> bool:
        """Whether a term stands in any passage or title."""
        return self._store.holds(self._generation, term)

    def _fetched(self, wanted: Sequence[str]) -> dict[str, Posting]:
        """Fetch where words stand.

        Raises:
            IndexMissingError: the generation was deleted meanwhile.

        """
        postings = self._store.postings(self._generation, wanted)
        if postings is None:
            raise gone(self._generation, self._store.place)
        return {word: Posting(*map(_array, stored)) for word, *stored in postings}


def postings_of(words: WordPostings) -> Iterator[StoredPosting]:
    """Every word of a segment as it is stored."""
    for word, posting in words.postings():
        passages, counts, sentences = (each.astype("<i4").tobytes() for each in posting)
        yield word, passages, counts, sentences


def _array(stored: bytes) -> NDArray[Any]:
    return np.frombuffer(stored, dtype="<i4")
