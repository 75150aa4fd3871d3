"""Carrying all that a database holds over into an empty one of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from retrieval.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.engine import Connection, RowMapping

    from retrieval.store.database import Database

_ROWS_AT_ONCE = 1000


def copy_rows(
    reading: Connection, writing: Connection, tables: Sequence[sa.Table], on_rows: Callable[[int], None] | None = None
) -> None:
    """Put the rows of some tables in place of all that a broken attempt has left there; `writing` is one transaction.

    `tables` begins with those that others refer to. `on_rows` is told how many rows more were copied.
    """
    for table in reversed(tables):
        writing.execute(sa.delete(table))
    for table in tables:
        for rows in _portions(reading, table):
            writing.execute(sa.insert(table), [dict(row) for row in rows])
            if on_rows:
                on_rows(len(rows))
        _go_on_counting(reading, writing, table)


def copy_articles(source: Database, target: Database, on_rows: Callable[[int], None]) -> None:
    """Copy articles, sentences, vectors, generations and what was forgotten."""
    with source.snapshot() as reading, target.begin() as writing:
        copy_rows(reading, writing, metadata.sorted_tables, on_rows)


def count_rows(database: Database) -> int:
    """How many rows `copy_articles` would copy."""
    with database.connect() as connection:
        return sum(
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        )


def _portions(connection: Connection, table: sa.Table) -> Iterator[Sequence[RowMapping]]:
    # In the order in which they were made: rows may refer to earlier ones of their table.
    query = sa.select(table).order_by(*table.primary_key)
    return connection.execution_options(stream_results=True).execute(query).mappings().partitions(_ROWS_AT_ONCE)


def _go_on_counting(reading: Connection, writing: Connection, table: sa.Table) -> None:
    """Have the next row get the number that it would have got at the source, also where the last ones were deleted."""
    key = table.autoincrement_column
    if key is None:
        return
    last = _last_number(reading, table, key)
    if writing.dialect.name == "postgresql":
        writing.execute(sa.select(sa.func.setval(_sequence(table, key), max(last, 1), last > 0)))
    elif _is_counted(table):
        writing.execute(sa.delete(_counted).where(_counted.c.name == table.name))
        writing.execute(sa.insert(_counted).values(name=table.name, seq=last))


def _last_number(connection: Connection, table: sa.Table, key: sa.Column[int]) -> int:
    """The highest number that a row of a table ever got; where that is not noted, that a row has."""
    found: int | None
    if connection.dialect.name == "postgresql":
        sequence = sa.cast(_sequence(table, key), REGCLASS)
        found = connection.execute(sa.select(sa.func.pg_sequence_last_value(sequence))).scalar()
    elif _is_counted(table):
        found = connection.execute(sa.select(_counted.c.seq).where(_counted.c.name == table.name)).scalar()
    else:
        found = connection.execute(sa.select(sa.func.max(key))).scalar()
    return found or 0


def _sequence(table: sa.Table, key: sa.Column[int]) -> sa.ColumnElement[str]:
    """The name of what PostgreSQL numbers the rows of a table by."""
    return sa.func.pg_get_serial_sequence(table.name, key.name)


def _is_counted(table: sa.Table) -> bool:
    """Whether SQLite gives no number of a row of this table twice."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])


_counted = sa.table("sqlite_sequence", sa.column("name", sa.Text), sa.column("seq", sa.Integer))
"""Where SQLite notes the highest number of each table that it counts."""
