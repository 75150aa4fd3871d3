"""Which generation is published, and what each consists of."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from retrieval.store.server.tables import parts, publications, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database

CHANNEL = "citebot_published"
"""What is told to all that listen when a generation is published."""
_THE_ONE = 1

StoredPosting = tuple[str, bytes, bytes, bytes]
"""A word, the rows of its passages, how often it stands in each, and the rows of its sentences."""


class PublishedStore:
    """Keeps generations in the database; safe to use from several threads and machines."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_there = False
        """Whether the tables were there when last looked."""

    @property
    def place(self) -> str:
        """Where that is, as it is told."""
        return self._database.shown

    def current(self) -> tuple[int, int] | None:
        """The published generation, and a number that differs after each publication; None before the first."""
        query = sa.select(publications.c.generation, publications.c.publications)
        with self._database.connect() as connection:
            self._is_there = self._is_there or sa.inspect(connection).has_table(publications.name)
            if not self._is_there:
                return None
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.generation, row.publications)

    def publish(self, generation: int) -> None:
        """Make a generation the one that is answered from, in one step, and tell all that listen."""
        first = insert(publications).values(id=_THE_ONE, generation=generation, publications=1)
        following = {"generation": generation, "publications": publications.c.publications + 1}
        with self._database.begin_long() as connection:
            connection.execute(first.on_conflict_do_update(index_elements=["id"], set_=following))
            connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(generation))))

    def add(self, generation: int, contents: Mapping[str, bytes], postings: Iterable[StoredPosting]) -> None:
        """Keep the parts and the words of a generation, in place of any that a broken run left under its number."""
        with self._database.begin_long() as connection:
            _delete(connection, parts.c.generation == generation, words.c.generation == generation)
            for name, content in contents.items():
                connection.execute(sa.insert(parts).values(generation=generation, name=name, content=content))
            _copy(connection, generation, postings)

    def part(self, generation: int, name: str) -> bytes | None:
        """A part of a generation; None where it is gone."""
        query = sa.select(parts.c.content).where(parts.c.generation == generation, parts.c.name == name)
        with self._database.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def sizes(self, generation: int) -> dict[str, int]:
        """Bytes of the parts of a generation, by their names."""
        query = sa.select(parts.c.name, sa.func.length(parts.c.content)).where(parts.c.generation == generation)
        with self._database.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def postings(self, generation: int, wanted: Collection[str]) -> list[StoredPosting] | None:
        """The words of a generation that are among those `wanted`; None where the generation is gone."""
        kept = sa.select(parts.c.generation).where(parts.c.generation == generation).exists()
        found = (
            sa.select(words.c.word, words.c.passages, words.c.counts, words.c.sentences)
            .where(words.c.generation == generation, words.c.word == sa.func.any(sa.bindparam("wanted", list(wanted))))
            .subquery()
        )
        query = sa.select(found).select_from(
            sa.select(sa.literal(1)).where(kept).subquery().outerjoin(found, sa.true())
        )
        with self._database.connect() as connection:
            rows = connection.execute(query).all()
        return [tuple(row) for row in rows if row.word is not None] if rows else None

    def holds(self, generation: int, word: str) -> bool:
        """Whether a word stands in a generation."""
        query = sa.select(words.c.word).where(words.c.generation == generation, words.c.word == word)
        with self._database.connect() as connection:
            return connection.execute(query).first() is not None

    def keep_only(self, kept: Collection[int]) -> None:
        """Delete the parts and words of all generations but these."""
        with self._database.begin_long() as connection:
            _delete(connection, parts.c.generation.not_in(kept), words.c.generation.not_in(kept))

    def highest(self) -> int:
        """The highest number of a generation that is kept; 0 where there is none."""
        with self._database.connect() as connection:
            return connection.execute(sa.select(sa.func.max(parts.c.generation))).scalar() or 0

    def size(self) -> int:
        """Bytes of the database."""
        with self._database.connect() as connection:
            size: int = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        return size

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """Listen for publications on a connection of its own."""
        with self._database.alone() as connection:
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            yield Listener(connection)


class Listener:
    """Hears of publications."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self, seconds: float) -> None:
        """Wait until something is published, for so many seconds at most."""
        driver = self._connection.connection.dbapi_connection  # of a connection of its own, SQLAlchemy gives no other
        for _ in driver.notifies(timeout=seconds, stop_after=1):  # type: ignore[union-attr]  # it is psycopg's
            return


def _delete(connection: Connection, of_parts: sa.ColumnElement[bool], of_words: sa.ColumnElement[bool]) -> None:
    connection.execute(sa.delete(parts).where(of_parts))
    connection.execute(sa.delete(words).where(of_words))


def _copy(connection: Connection, generation: int, postings: Iterable[StoredPosting]) -> None:
    """Write words as PostgreSQL takes many rows most quickly."""
    columns = "generation, word, passages, scores, sentences"
    driver = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,  # type: ignore[union-attr]  # it is psycopg's
        cursor.copy(f"COPY {words.name} ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["int4", "text", "bytea", "bytea", "bytea"])
        for posting in postings:
            copy.write_row((generation, *posting))
