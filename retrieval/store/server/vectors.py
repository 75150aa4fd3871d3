"""Vectors of sentences, searched by pgvector: exactly, or from some number on by an index that is nearly exact.

The index is HNSW (https://arxiv.org/abs/1603.09320) over the vectors of one model, since only vectors of one length
can be indexed: https://github.com/pgvector/pgvector#can-i-store-vectors-with-different-dimensions-in-the-same-column
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from retrieval.store.half_vectors import HalfVectorType
from retrieval.store.tables import embeddings, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database

    Found = tuple[NDArray[np.int64], NDArray[np.float32]]

INDEXED_FROM = 50_000
"""Vectors of a model from which on they have an index; fewer are compared one by one."""
_MOST_EFFORT = 1000
"""The longest list that pgvector lets a search keep."""
_MOST_LOOKED_AT = 1_000_000
_MEMORY_A_VECTOR = 400
"""Bytes that building the index takes for one vector, besides its numbers."""
_MOST_MEMORY = 2 << 30
_LEAST_MEMORY = 64 << 20


class VectorStore:
    """The vectors of one model; safe to use from several threads and machines."""

    def __init__(self, database: Database, model: str, dimension: int) -> None:
        self._database = database
        self._model = model
        self._type = HalfVectorType(dimension)
        self._dimension = dimension
        # Written out, so that the planner can see that the index is of this model.
        self._of_model = embeddings.c.model == sa.bindparam("model", model, literal_execute=True)
        self._index = f"ix_embedding_nearest_{hashlib.blake2b(model.encode(), digest_size=8).hexdigest()}"

    def nearest(self, query: NDArray[np.float32], count: int, effort: int) -> Found:
        """Sentences of the `count` nearest texts: their ids, shape (n,), and their vectors, shape (n, dimension).

        `query` has shape (dimension,). Of one text there may be several sentences, those of other generations among
        them. The larger the `effort`, the fewer an index misses.
        """
        texts = (
            sa.select(embeddings.c.text_hash, embeddings.c.vector)
            .where(self._of_model)
            .order_by(self._distance(query))
            .limit(count)
            .subquery()
        )
        found = sa.select(sentences.c.id, texts.c.vector).join(texts, texts.c.text_hash == sentences.c.text_hash)
        with self._database.connect() as connection:
            _set_effort(connection, max(effort, count))
            return self._found(connection.execute(found).all())

    def nearest_among(self, query: NDArray[np.float32], ids: NDArray[np.int64], count: int) -> Found:
        """The same among the sentences with these ids, exactly: each is compared."""
        found = self._of_sentences(ids).order_by(self._distance(query)).limit(count)
        with self._database.connect() as connection:
            return self._found(connection.execute(found).all())

    def of(self, ids: NDArray[np.int64]) -> Found:
        """The vectors of the sentences with these ids, in no order; one that is gone is left out."""
        with self._database.connect() as connection:
            return self._found(connection.execute(self._of_sentences(ids)).all())

    def count(self) -> int:
        """How many texts have a vector."""
        query = sa.select(sa.func.count()).select_from(embeddings).where(self._of_model)
        with self._database.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def is_indexed(self) -> bool:
        """Whether there is an index of these vectors."""
        with self._database.connect() as connection:
            return connection.execute(sa.select(sa.func.to_regclass(self._index))).scalar() is not None

    def make_index(self) -> None:
        """Index these vectors, unless they are; those that come later are indexed as they come. May take minutes."""
        memory = min(_MOST_MEMORY, _LEAST_MEMORY + self.count() * (2 * self._dimension + _MEMORY_A_VECTOR))
        model = self._model.replace("'", "''")
        with self._database.alone() as connection:
            connection.exec_driver_sql(f"SET maintenance_work_mem = '{memory >> 10}kB'")
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {self._index} ON {embeddings.name} "
                f"USING hnsw ((vector::halfvec({self._dimension})) halfvec_ip_ops) WHERE model = '{model}'"
            )

    def _of_sentences(self, ids: NDArray[np.int64]) -> sa.Select[Any]:
        wanted = sa.bindparam("ids", ids.tolist(), type_=ARRAY(sa.Integer))
        return (
            sa.select(sentences.c.id, embeddings.c.vector)
            .join(embeddings, embeddings.c.text_hash == sentences.c.text_hash)
            .where(self._of_model, sentences.c.id == sa.func.any(wanted))
        )

    def _distance(self, query: NDArray[np.float32]) -> sa.ColumnElement[float]:
        """What is the smaller the nearer a vector is: the negative inner product."""
        numbers = sa.literal(query.astype("<f2").tobytes(), self._type)
        return sa.cast(embeddings.c.vector, self._type).op("<#>", return_type=sa.Float())(numbers)

    def _found(self, rows: Sequence[Any]) -> Found:
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").reshape(len(rows), self._dimension)
        return ids, vectors.astype(np.float32)


def _set_effort(connection: Connection, effort: int) -> None:
    """Set how much a search by an index looks at; what it finds goes on in order for as long as it is asked for."""
    settings = {
        "hnsw.ef_search": min(effort, _MOST_EFFORT),
        "hnsw.iterative_scan": "strict_order",
        "hnsw.max_scan_tuples": _MOST_LOOKED_AT,
    }
    connection.execute(sa.select(*(sa.func.set_config(name, str(value), True) for name, value in settings.items())))
