"""The writer's lock of a home on a server: whoever holds it may write there, on whatever machine."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.errors import DatabaseError, IndexBusyError
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.store.database import Database

_NUMBER = 0x63697462
"""The number of the lock: "citb"."""
_BETWEEN_TRIES = 0.2


class ServerLock:
    """Lies on a connection of its own, so that it is free as soon as its holder is gone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def held(self, wait: float) -> Iterator[Callable[[], None]]:
        """Hold the lock; wait up to so many seconds for it. Yields what raises where it was lost meanwhile.

        Raises:
            IndexBusyError: another process holds it.
            DatabaseError: the server cannot be reached.

        """
        with self._database.alone() as connection:
            until = time.monotonic() + wait
            attempt = sa.select(sa.func.pg_try_advisory_lock(_NUMBER))
            while not connection.execute(attempt).scalar():
                if time.monotonic() >= until:
                    message = told(
                        "another citebot is writing the index in {home}: wait until it is done",
                        home=self._database.shown,
                    )
                    raise IndexBusyError(message)
                time.sleep(_BETWEEN_TRIES)
            try:
                yield lambda: _require_alive(connection)
            finally:
                # The server notices only a moment later that a connection was closed; who comes next would not wait.
                with suppress(sa.exc.SQLAlchemyError):  # it was lost, and the lock with it
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(_NUMBER)))


def _require_alive(connection: sa.Connection) -> None:
    try:
        connection.execute(sa.select(1))
    except sa.exc.SQLAlchemyError as error:
        message = told(
            "the connection to the database was lost and with it the right to write; the index is as it was: run "
            "`citebot index` again"
        )
        raise DatabaseError(message) from error
