"""What operators have done by command: noted before it is done, and again with what came of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.people.database import transaction
from bot.people.store import PeopleStore, in_utc
from bot.people.tables import operations
from retrieval.told import told

UNFINISHED = told("not finished")
"""The outcome of what has begun, and of what the end of the process has cut short."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A command of an operator's."""

    person_id: int
    command: str
    """Without the slash."""
    began_at: datetime
    """In UTC with a time zone."""
    outcome: str


def begin_operation(store: PeopleStore, person_id: int, command: str, now: datetime) -> int:
    """Note that an operator has given a command; return its number. Raises `PeopleError`."""
    fields = {"person_id": person_id, "command": command, "began_at": in_utc(now), "outcome": str(UNFINISHED)}
    with transaction(store.engine) as connection:
        number: int = connection.execute(operations.insert().values(fields).returning(operations.c.id)).scalar_one()
    return number


def end_operation(store: PeopleStore, number: int, outcome: str) -> None:
    """Note what came of a command; raises `PeopleError`."""
    with transaction(store.engine) as connection:
        connection.execute(operations.update().where(operations.c.id == number).values(outcome=str(outcome)))


def operators(store: PeopleStore) -> set[int]:
    """Return the Telegram numbers of all who have given a command, as far as it is still kept; raises `PeopleError`."""
    with transaction(store.engine) as connection:
        return set(connection.execute(sa.select(operations.c.person_id).distinct()).scalars())


def last_operations(store: PeopleStore, count: int) -> list[Operation]:
    """Return the last commands, newest first; raises `PeopleError`."""
    with transaction(store.engine) as connection:
        rows = connection.execute(sa.select(operations).order_by(operations.c.id.desc()).limit(count))
        return [Operation(row.person_id, row.command, row.began_at.replace(tzinfo=UTC), row.outcome) for row in rows]
