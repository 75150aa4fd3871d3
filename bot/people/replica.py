"""One of several bots on one PostgreSQL: whether it lives, whether it is the one that fetches updates, and with whom.

A connection of its own holds its locks, which the server lets go when the process dies, however it dies.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.people.database import PeopleError, transaction
from bot.people.tables import replicas
from bot.people.update_queue import CHANNEL, UpdateQueue, lock_of_leader, lock_of_replica

_LOGGER = logging.getLogger(__name__)

_LOOK_EVERY = 1.0
_TRY_EVERY = 0.5
_OTHERS_RETURN_WITHIN = 5.0
"""Seconds after a start of the server in which every replica that lives has its lock again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a replica stands with the others."""

    connected: bool = False
    """Whether the others know that it lives; who is not known takes no updates."""
    leads: bool = False
    """Whether it is the one that fetches updates."""
    count: int = 1
    """How many replicas there are, this one among them."""


class Replica:
    """Keeps the place of this process among the replicas of a bot, on a thread of its own."""

    def __init__(
        self, engine: Engine, bot: int, on_standing: Callable[[Standing], None], on_update: Callable[[], None]
    ) -> None:
        """Take a number; `on_standing` and `on_update`, when an update may have come, are called on that thread.

        Raises:
            PeopleError: the database fails.

        """
        self._engine = engine
        self._bot = bot
        self._on_standing = on_standing
        self._on_update = on_update
        with transaction(engine) as connection:
            self._number: int = connection.execute(
                sa.select(sa.func.nextval(sa.func.pg_get_serial_sequence(replicas.name, "id")))
            ).scalar_one()
        self.queue = UpdateQueue(engine, bot, self._number)
        self._standing = Standing()
        self._has_lost = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replica", daemon=True)

    def start(self) -> None:
        """Begin to live."""
        self._thread.start()

    def close(self) -> None:
        """Be there no more; what is left in the queue of this replica is the others'."""
        self._stopping.set()
        try:
            with transaction(self._engine) as connection:
                connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(self._bot))))  # so that nobody waits
        except PeopleError as error:
            _LOGGER.debug("The replica ends while the database is away: %s", error)
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._connection() as connection:
                    self._live(connection)
            except Exception as error:  # noqa: BLE001 - whatever it is: a bot whose place is lost takes no updates
                if self._standing.connected:
                    _LOGGER.warning("The database is away (%s); going on when it is back", type(error).__name__)
                self._has_lost = True
                self._stand(Standing(count=self._standing.count))
                self._stopping.wait(_TRY_EVERY)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()  # what it holds must end with it
            yield connection

    def _live(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        if not self._register(connection):
            return
        since = time.monotonic()
        while not self._stopping.is_set():
            leads = self._standing.leads or _lock(connection, lock_of_leader(self._bot))
            self._stand(Standing(connected=True, leads=leads, count=max(1, self.queue.replicas())))
            # Others lose and find the server again together with this one: none of them is dead yet.
            if self._others_are_back(connection, since):
                self._take_back()
                self.queue.tidy()
            self._listen(connection)

    def _register(self, connection: Connection) -> bool:
        """Take the lock that says that this replica lives; False where it has to end before it could."""
        # The server may still keep it for a connection that was lost.
        while not _lock(connection, lock_of_replica(self._number)):
            if self._stopping.wait(_TRY_EVERY):
                return False
        known = sa.select(replicas.c.id).where(replicas.c.id == self._number)
        if connection.execute(known).first() is None:
            connection.execute(replicas.insert().values(id=self._number, bot=self._bot))
        return True

    def _others_are_back(self, connection: Connection, since: float) -> bool:
        if self._has_lost and time.monotonic() - since < _OTHERS_RETURN_WITHIN:
            return False
        seconds = sa.extract("epoch", sa.func.clock_timestamp() - sa.func.pg_postmaster_start_time())
        return bool(connection.execute(sa.select(seconds > _OTHERS_RETURN_WITHIN)).scalar_one())

    def _take_back(self) -> None:
        returned = self.queue.take_back()
        if returned.waiting:
            _LOGGER.info("%d updates that another bot did not finish are handled now", returned.waiting)
        if returned.given_up:
            _LOGGER.error("%d updates were given up: bots have ended each time they handled them", returned.given_up)

    def _listen(self, connection: Connection) -> None:
        """Wait for updates of this bot, for as long as until the next look."""
        driver: Any = connection.connection.dbapi_connection
        with closing(driver.notifies(timeout=_LOOK_EVERY)) as notices:
            for notice in notices:
                if notice.payload == str(self._bot):
                    self._on_update()
                if self._stopping.is_set():
                    break

    def _stand(self, standing: Standing) -> None:
        if standing != self._standing:
            self._standing = standing
            self._on_standing(standing)


def _lock(connection: Connection, lock: tuple[int, int]) -> bool:
    return bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(*lock))).scalar_one())
