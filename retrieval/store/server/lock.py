"""The locks of a home on a server: whoever holds one may write there, or fetch, on whatever machine."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.errors import DatabaseError
from retrieval.store.locked import Locked
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.store.database import Database

_BETWEEN_TRIES = 0.2


class ServerLock:
    """Lies on a connection of its own, so that it is free as soon as its holder is gone."""

    def __init__(self, database: Database, locked: Locked = Locked.WRITING) -> None:
        self._database = database
        self._locked = locked

    @contextmanager
    def held(self, wait: float) -> Iterator[Callable[[], None]]:
        """Hold the lock; wait up to so many seconds for it. Yields what raises where it was lost meanwhile.

        Raises:
            IndexBusyError: another process holds it.
            DatabaseError: the server cannot be reached.

        """
        with self._database.alone() as connection:
            until = time.monotonic() + wait
            attempt = sa.select(sa.func.pg_try_advisory_lock(self._locked.number))
            while not connection.execute(attempt).scalar():
                if time.monotonic() >= until:
                    raise self._locked.busy(self._database.shown)
                time.sleep(_BETWEEN_TRIES)
            try:
                yield lambda: _require_alive(connection)
            finally:
                # The server notices only a moment later that a connection was closed; who comes next would not wait.
                with suppress(sa.exc.SQLAlchemyError):  # it was lost, and the lock with it
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(self._locked.number)))


def _require_alive(connection: sa.Connection) -> None:
    try:
        connection.execute(sa.select(1))
    except sa.exc.SQLAlchemyError as error:
        message = told(
            "the connection to the database was lost and with it the right to write; the index is as it was: run "
            "`citebot index` again"
        )
        raise DatabaseError(message) from error
