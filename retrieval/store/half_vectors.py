"""Vectors of 16-bit floats in a column: bytes in SQLite, pgvector's `halfvec` in PostgreSQL, the same bytes in Python.

https://github.com/pgvector/pgvector#half-precision-vectors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_SENT_HEADER = 4
"""Bytes before the numbers in what `halfvec_send` returns: how many there are, and two that are not used."""


class HalfVectorType(UserDefinedType[bytes]):
    """`halfvec`, given and taken as the bytes of little-endian 16-bit floats."""

    cache_ok = True

    def get_col_spec(self, **_keywords: Any) -> str:
        """Return what the column's type is called."""
        return "halfvec"

    def bind_processor(self, _dialect: sa.Dialect) -> Callable[[bytes | None], str | None]:
        """Return what writes bytes as pgvector reads them; nothing is lost."""
        return lambda vector: None if vector is None else as_text(np.frombuffer(vector, dtype="<f2"))

    def bind_expression(self, bindvalue: sa.BindParameter[bytes]) -> sa.ColumnElement[bytes]:
        """Have the server read that text as a vector."""
        return sa.cast(bindvalue, self)

    def column_expression(self, column: sa.ColumnElement[bytes]) -> sa.ColumnElement[bytes]:
        """Have the server send the numbers themselves, which is many times as fast to read as text."""
        return sa.func.halfvec_send(column, type_=self)

    def result_processor(self, _dialect: sa.Dialect, _kind: object) -> Callable[[bytes | None], bytes | None]:
        """Return what takes the numbers out of what the server sends."""
        return lambda sent: None if sent is None else _from_sent(sent)


def as_text(vector: NDArray[np.floating[Any]]) -> str:
    """Write a vector as pgvector reads it, in 16-bit floats."""
    return f"[{','.join(map(repr, vector.astype(np.float16).tolist()))}]"


def _from_sent(sent: bytes) -> bytes:
    return np.frombuffer(sent, dtype=">f2", offset=_SENT_HEADER).astype("<f2").tobytes()


HALF_VECTOR = sa.LargeBinary().with_variant(HalfVectorType(), "postgresql")
