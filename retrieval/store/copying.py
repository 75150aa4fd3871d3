"""Carrying all that a database holds over into an empty one of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.store.tables import generations, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.engine import Connection, Row

    from retrieval.store.database import Database

_ROWS_AT_ONCE = 1000


def holds_articles(database: Database) -> bool:
    """Whether anything was ever stored in a database whose schema is there."""
    with database.connect() as connection:
        return connection.execute(sa.select(generations.c.id).limit(1)).first() is not None


def copy_tables(
    source: Database, target: Database, tables: Sequence[sa.Table], on_rows: Callable[[int], None] | None = None
) -> None:
    """Copy the rows of some tables, those that others refer to first, in one transaction.

    `on_rows` is told how many rows more were copied.
    """
    with source.connect() as reading, target.begin() as writing:
        for table in tables:
            for rows in _portions(reading, table):
                writing.execute(sa.insert(table), [dict(row._mapping) for row in rows])  # noqa: SLF001 - SQLAlchemy's
                if on_rows:
                    on_rows(len(rows))
            _count_on(writing, table)


def copy_articles(source: Database, target: Database, on_rows: Callable[[int], None]) -> None:
    """Copy articles, sentences, vectors, generations and what was forgotten."""
    copy_tables(source, target, metadata.sorted_tables, on_rows)


def count_rows(database: Database) -> int:
    """How many rows `copy_articles` would copy."""
    with database.connect() as connection:
        return sum(
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        )


def _portions(connection: Connection, table: sa.Table) -> Iterator[Sequence[Row[tuple[object, ...]]]]:
    rows = connection.execution_options(stream_results=True).execute(sa.select(table))
    return rows.partitions(_ROWS_AT_ONCE)


def _count_on(connection: Connection, table: sa.Table) -> None:
    """Have PostgreSQL number what comes after what was copied; SQLite does so by itself."""
    key = table.autoincrement_column
    if connection.dialect.name != "postgresql" or key is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
    highest = sa.select(sa.func.coalesce(sa.func.max(key), 0) + 1).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, highest, False)))
