"""Vectors of sentences, searched by pgvector: each is compared, or where they are many an index is asked first."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from retrieval.store.server.neighbours import WholeVectors, index_of, make_index
from retrieval.store.tables import embeddings, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database
    from retrieval.store.server.neighbours import Neighbours

    Found = tuple[NDArray[np.int64], NDArray[np.float32]]

_MOST_EFFORT = 1000
"""The longest list that pgvector lets a search keep."""
_MOST_LOOKED_AT = 1_000_000


class VectorStore:
    """The vectors of one model; safe to use from several threads and machines."""

    def __init__(self, database: Database, model: str, dimension: int) -> None:
        self._database = database
        self._model = model
        self._dimension = dimension
        # Written out, so that the planner can see that the index is of this model.
        self._of_model = embeddings.c.model == sa.bindparam("model", model, literal_execute=True)

    @property
    def place(self) -> str:
        """Where they are, as it is told."""
        return self._database.shown

    def nearest(self, query: NDArray[np.float32], count: int, effort: int) -> Found:
        """Sentences of the `count` nearest texts: their ids, shape (n,), and their vectors, shape (n, dimension).

        `query` has shape (dimension,). Of one text there may be several sentences, those of other generations among
        them. The larger the `effort`, the fewer an index misses.
        """
        index = self.index or self._compared
        candidates = index.candidates(max(count, effort))
        near = (
            sa.select(embeddings.c.text_hash, embeddings.c.vector)
            .where(self._of_model)
            .order_by(index.distance(query))
            .limit(candidates)
            .subquery("embedding")
        )
        texts = sa.select(near).order_by(self._compared.distance(query)).limit(count).subquery()
        found = sa.select(sentences.c.id, texts.c.vector).join(texts, texts.c.text_hash == sentences.c.text_hash)
        with self._database.connect() as connection:
            _set_effort(connection, candidates)
            return self._found(connection.execute(found).all())

    def nearest_among(self, query: NDArray[np.float32], ids: NDArray[np.int64], count: int) -> Found:
        """The same among the sentences with these ids, exactly: each is compared."""
        found = self._of_sentences(ids).order_by(self._compared.distance(query)).limit(count)
        with self._database.connect() as connection:
            return self._found(connection.execute(found).all())

    def of(self, ids: NDArray[np.int64]) -> Found:
        """The vectors of the sentences with these ids, in no order; one that is gone is left out."""
        with self._database.connect() as connection:
            return self._found(connection.execute(self._of_sentences(ids)).all())

    @cached_property
    def index(self) -> Neighbours | None:
        """The index of these vectors; None where there is none. Looked for once."""
        with self._database.connect() as connection:
            return index_of(connection, self._model, self._dimension)

    def make_index(self) -> None:
        """Index these vectors if they are many and are not; new ones are then indexed as they come."""
        with self._database.alone() as connection:
            make_index(connection, self._model, self._dimension)

    @property
    def _compared(self) -> WholeVectors:
        """What orders vectors exactly."""
        return WholeVectors(self._dimension)

    def _of_sentences(self, ids: NDArray[np.int64]) -> sa.Select[Any]:
        wanted = sa.bindparam("ids", ids.tolist(), type_=ARRAY(sa.Integer))
        return (
            sa.select(sentences.c.id, embeddings.c.vector)
            .join(embeddings, embeddings.c.text_hash == sentences.c.text_hash)
            .where(self._of_model, sentences.c.id == sa.func.any(wanted))
        )

    def _found(self, rows: Sequence[Any]) -> Found:
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").reshape(len(rows), self._dimension)
        return ids, vectors.astype(np.float32)


def _set_effort(connection: Connection, effort: int) -> None:
    """Set how much a search by an index looks at; what it finds goes on in order for as long as it is asked for.

    It is set for the connection, as there is no transaction; whoever is given that next sets it again.
    """
    settings = {
        "hnsw.ef_search": min(effort, _MOST_EFFORT),
        "hnsw.iterative_scan": "strict_order",
        "hnsw.max_scan_tuples": _MOST_LOOKED_AT,
    }
    connection.execute(sa.select(*(sa.func.set_config(name, str(value), False) for name, value in settings.items())))
