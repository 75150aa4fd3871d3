"""The calibrated bounds of a home on a server, as the bytes that `retrieval.calibrated` reads and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from retrieval.store.server.tables import calibrations

if TYPE_CHECKING:
    from retrieval.store.database import Database

_THE_ONE = 1
_NOW = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()) * 1_000_000, sa.BigInteger)
"""The server's time in microseconds, since the clocks of those who write may differ."""


class BoundsStore:
    """One row for all who answer from the database; safe to use from several threads and machines."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._has_table = False

    @property
    def place(self) -> str:
        """Where that is, as it is told."""
        return self._database.shown

    def written(self) -> int | None:
        """A number that differs after each writing; None where nothing is kept."""
        with self._database.connect() as connection:
            self._has_table = self._has_table or sa.inspect(connection).has_table(calibrations.name)
            return connection.execute(sa.select(calibrations.c.written)).scalar() if self._has_table else None

    def read(self) -> bytes | None:
        """What is kept; None where nothing is."""
        if self.written() is None:
            return None
        with self._database.connect() as connection:
            return connection.execute(sa.select(calibrations.c.content)).scalar()

    def require_writable(self) -> None:
        """Try whether something could be written, and write nothing.

        Raises:
            DatabaseError: it cannot.

        """
        with self._database.begin() as connection:
            connection.execute(sa.delete(calibrations).where(sa.false()))
            nothing = sa.select(calibrations).where(sa.false())
            connection.execute(sa.insert(calibrations).from_select(list(calibrations.c.keys()), nothing))

    def write(self, content: bytes) -> None:
        """Keep this in place of what was kept."""
        values = {"content": content, "written": _NOW}
        statement = insert(calibrations).values(id=_THE_ONE, **values)
        with self._database.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def remove(self) -> bool:
        """Keep nothing any more; return whether anything was kept."""
        if self.written() is None:
            return False
        with self._database.begin() as connection:
            return connection.execute(sa.delete(calibrations)).rowcount > 0
