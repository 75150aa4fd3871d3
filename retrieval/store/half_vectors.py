"""Vectors of 16-bit floats in a column: bytes in SQLite, pgvector's `halfvec` in PostgreSQL, the same bytes in Python.

https://github.com/pgvector/pgvector#half-precision-vectors
"""

from __future__ import annotations

import struct
from array import array
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
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
        return lambda vector: None if vector is None else _written(struct.unpack(f"<{len(vector) // 2}e", vector))

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
    return _written(vector.astype("float16").tolist())


def _written(numbers: Iterable[float]) -> str:
    return f"[{','.join(map(repr, numbers))}]"


def _from_sent(sent: bytes) -> bytes:
    numbers = array("H", sent[_SENT_HEADER:])  # the other way round, whatever they stand for
    numbers.byteswap()
    return numbers.tobytes()


HALF_VECTOR = sa.LargeBinary().with_variant(HalfVectorType(), "postgresql")
