"""Sentence vectors on a server: it finds those that may be nearest, and they are compared here once more.

So cosines are those of any other index, to the last bit, and what the server rounds changes no order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.index.manifest import gone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.store.server.vectors import VectorStore

_MARGIN = 56
"""Sentences more than are wanted, since the server compares with a question that is rounded to 16 bits."""
_COMPARED = 20_000
"""Sentences among which is searched by comparing each of them; among more, what is nearest of all is gone through."""
_TIMES_MORE = 4


class ServerVectors:
    """Immutable; searching is safe from several threads. See `retrieval.index.engines.Vectors`."""

    def __init__(
        self, store: VectorStore, sentence_ids: NDArray[np.int64], *, dimension: int, effort: int, generation: int
    ) -> None:
        """`sentence_ids` are those of the store by row, shape (sentences,)."""
        self._store = store
        self._ids = sentence_ids
        self._by_id = np.argsort(sentence_ids, kind="stable")
        self._sorted = sentence_ids[self._by_id]
        self._dimension = dimension
        self._effort = effort
        self._generation = generation

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def search(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows of the `count` nearest sentences and their cosines, nearest first; fewer where there are fewer."""
        available = len(self) if among is None else int(among.sum())
        count = min(count, available)
        if not count:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if among is not None and available <= _COMPARED:
            rows, vectors = self._with_rows(*self._store.nearest_among(query, self._ids[among], count + _MARGIN))
        else:
            rows, vectors = self._nearest(query, count, among, available)
        cosines = vectors @ query
        nearest = np.lexsort((rows, -cosines))[:count]
        return rows[nearest], cosines[nearest]

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of `query`, shape (dimension,), and the sentences of these rows, shape (rows,)."""
        cosines: NDArray[np.float32] = self.vectors(rows) @ query
        return cosines

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The unit vectors of the sentences of these rows, shape (rows, dimension).

        Raises:
            IndexMissingError: the generation was deleted meanwhile, or an article of it forgotten.

        """
        wanted, places = np.unique(rows, return_inverse=True)
        found, vectors = self._with_rows(*self._store.of(self._ids[wanted]))
        if len(found) != len(wanted):
            raise gone(self._generation, self._store.place)
        return vectors[np.argsort(found)][places]

    def _nearest(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.bool_] | None, available: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """What is nearest of all, as much as it takes to have so many of those that are wanted.

        Where these are far from the question, each of them is compared: an index would find too few.
        """
        asked = (count + _MARGIN) * len(self) // available
        while True:
            ids, vectors = self._store.nearest(query, asked, self._effort)
            rows, wanted = self._with_rows(ids, vectors)
            if among is not None:
                rows, wanted = rows[among[rows]], wanted[among[rows]]
            if len(rows) >= count or len(ids) < asked:
                return rows, wanted
            if among is not None:
                return self._with_rows(*self._store.nearest_among(query, self._ids[among], count + _MARGIN))
            asked *= _TIMES_MORE

    def _with_rows(
        self, ids: NDArray[np.int64], vectors: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The rows of sentences, by their ids; those of other generations are left out."""
        places = np.minimum(np.searchsorted(self._sorted, ids), len(self._sorted) - 1)
        own = self._sorted[places] == ids
        return self._by_id[places[own]], vectors[own]
