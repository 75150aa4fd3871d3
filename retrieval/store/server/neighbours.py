"""The indexes by which pgvector finds what is nearest without comparing each vector: whole vectors, or their bits.

Both are HNSW (https://arxiv.org/abs/1603.09320) over the vectors of one model, since only vectors of one length can be
indexed: https://github.com/pgvector/pgvector#can-i-store-vectors-with-different-dimensions-in-the-same-column

An index must fit into memory. One of bits holds for each number of a vector whether it is above the mean of all, a
sixteenth of it; what is nearest by these is then compared exactly:
https://github.com/pgvector/pgvector#binary-quantization
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import sqlalchemy as sa

from retrieval.store.half_vectors import as_text
from retrieval.store.tables import embeddings

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

INDEXED_FROM = 50_000
"""Vectors of a model from which on they have an index; fewer are compared one by one."""
BITS_FROM = 3_000_000
"""Vectors from which on an index, where it is made then, is one of bits: one of whole vectors would take 3 GB."""
_CANDIDATES = 8
"""Vectors near by their bits that are compared for each that is wanted."""
_CENTRED_ON = 20_000
"""Vectors whose mean is that of all."""
_MEMORY_A_VECTOR = 400
"""Bytes that making an index takes for one vector, besides its numbers."""
_MOST_MEMORY = 2 << 30
_LEAST_MEMORY = 64 << 20


class Neighbours(Protocol):
    """An index of the vectors of one model."""

    @property
    def indexed(self) -> str:
        """What is indexed, in SQL, with the way to compare it."""

    @property
    def noted(self) -> str:
        """What must be known to search in it."""

    def distance(self, query: NDArray[np.float32]) -> sa.ColumnElement[float]:
        """By what vectors of `embedding` are ordered, nearest first."""

    def candidates(self, count: int) -> int:
        """How many of the nearest by that order must be compared to know the nearest so many."""


@dataclass(frozen=True, slots=True)
class WholeVectors:
    """Ordered by inner products. See `Neighbours`."""

    dimension: int
    noted: str = ""

    @property
    def indexed(self) -> str:
        """What is indexed, in SQL, with the way to compare it."""
        return f"(vector::halfvec({self.dimension})) halfvec_ip_ops"

    def distance(self, query: NDArray[np.float32]) -> sa.ColumnElement[float]:
        """By what vectors of `embedding` are ordered, nearest first."""
        return sa.literal_column(
            f"vector::halfvec({self.dimension}) <#> '{as_text(query)}'::halfvec({self.dimension})", sa.Float()
        )

    def candidates(self, count: int) -> int:
        """As many as are wanted: the order is that of the cosines."""
        return count


@dataclass(frozen=True, slots=True)
class Bits:
    """Ordered by how many numbers stand on the same side of a centre, as pgvector writes it. See `Neighbours`."""

    dimension: int
    noted: str

    @property
    def indexed(self) -> str:
        """What is indexed, in SQL, with the way to compare it."""
        return f"({self._bits('vector')}) bit_hamming_ops"

    def distance(self, query: NDArray[np.float32]) -> sa.ColumnElement[float]:
        """By what vectors of `embedding` are ordered, nearest first."""
        return sa.literal_column(f"{self._bits('vector')} <~> {self._bits(repr(as_text(query)))}", sa.Float())

    def candidates(self, count: int) -> int:
        """Several times as many as are wanted."""
        return _CANDIDATES * count

    def _bits(self, vector: str) -> str:
        kind = f"halfvec({self.dimension})"
        return f"binary_quantize(({vector}::{kind}) - '{self.noted}'::{kind})::bit({self.dimension})"


def index_name(model: str) -> str:
    """What the index of a model's vectors is called."""
    return f"ix_embedding_nearest_{hashlib.blake2b(model.encode(), digest_size=8).hexdigest()}"


def index_of(connection: Connection, model: str, dimension: int) -> Neighbours | None:
    """The index of a model's vectors; None where there is none."""
    index = sa.func.to_regclass(index_name(model))
    found = connection.execute(sa.select(index, sa.func.obj_description(index, "pg_class"))).one()
    if found[0] is None:
        return None
    return Bits(dimension, found[1]) if found[1] else WholeVectors(dimension)


def make_index(connection: Connection, model: str, dimension: int) -> None:
    """Index a model's vectors, unless they are; those that come later are indexed as they come. May take minutes.

    `connection` commits each statement.
    """
    of_model = embeddings.c.model == model
    count = connection.execute(sa.select(sa.func.count()).select_from(embeddings).where(of_model)).scalar_one()
    if count < INDEXED_FROM or index_of(connection, model, dimension) is not None:
        return
    whole = count < BITS_FROM
    index = WholeVectors(dimension) if whole else Bits(dimension, _mean(connection, of_model))
    memory = min(_MOST_MEMORY, _LEAST_MEMORY + count * (2 * dimension + _MEMORY_A_VECTOR))
    connection.exec_driver_sql(f"SET maintenance_work_mem = '{memory >> 10}kB'")
    name, quoted = index_name(model), model.replace("'", "''")
    connection.exec_driver_sql(
        f"CREATE INDEX {name} ON {embeddings.name} USING hnsw ({index.indexed}) WHERE model = '{quoted}'; "
        f"COMMENT ON INDEX {name} IS '{index.noted}'"
    )


def _mean(connection: Connection, of_model: sa.ColumnElement[bool]) -> str:
    rows = connection.execute(sa.select(embeddings.c.vector).where(of_model).limit(_CENTRED_ON)).scalars()
    mean = np.mean([np.frombuffer(row, dtype="<f2").astype(np.float32) for row in rows], axis=0)
    return as_text(mean)
