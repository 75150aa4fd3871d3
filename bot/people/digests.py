"""Who gets a digest at which hour, and which days are done: one a day, whichever bot sends it."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from bot.people.database import alone_with, has_blocked, put, transaction
from bot.people.store import PeopleStore
from bot.people.tables import channel_digests, digests

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DailyDigest:
    """A digest that somebody gets in their private chat."""

    person_id: int
    hour: int
    language: str
    """That in which they asked for it."""


def want_digest(store: PeopleStore, wanted: DailyDigest, done_on: date) -> bool:
    """Keep that a person wants a digest from the day after `done_on` on; return False where they blocked the bot.

    Who has got that of a day already gets no second one by changing the hour.
    """
    changed: dict[str, object] = {"hour": wanted.hour, "language": wanted.language}
    got = sa.select(digests.c.done_on).where(digests.c.person_id == wanted.person_id)
    with transaction(store.engine) as connection:
        alone_with(connection, wanted.person_id)
        if has_blocked(connection, wanted.person_id):
            return False
        changed["done_on"] = max(done_on, connection.execute(got).scalar() or done_on)
        put(connection, digests, {"person_id": wanted.person_id, **changed}, changed)
    return True


def end_digest(store: PeopleStore, person_id: int) -> bool:
    """End a person's digest; return False where they get none. Raises `PeopleError`."""
    with transaction(store.engine) as connection:
        return connection.execute(digests.delete().where(digests.c.person_id == person_id)).rowcount > 0


def due_digests(store: PeopleStore, hour: int, day: date) -> list[DailyDigest]:
    """Return who gets a digest at an hour and has not got that of a day; raises `PeopleError`."""
    due = sa.select(digests).where(digests.c.hour == hour, _is_not_done(digests, day)).order_by(digests.c.person_id)
    with transaction(store.engine) as connection:
        return [DailyDigest(row.person_id, row.hour, row.language) for row in connection.execute(due)]


def note_digest(store: PeopleStore, person_id: int, day: date) -> bool:
    """Note that a person gets the digest of a day now; return False where another bot has, or they want none."""
    noted = digests.update().where(digests.c.person_id == person_id, _is_not_done(digests, day))
    with transaction(store.engine) as connection:
        return connection.execute(noted.values(done_on=day)).rowcount > 0


def take_digest_back(store: PeopleStore, person_id: int, day: date) -> None:
    """Undo `note_digest`, since nothing has gone out; raises `PeopleError`."""
    noted = digests.update().where(digests.c.person_id == person_id, digests.c.done_on == day)
    with transaction(store.engine) as connection:
        connection.execute(noted.values(done_on=day - _A_DAY))


def is_channel_due(store: PeopleStore, channel: str, day: date) -> bool:
    """Tell whether a channel has not got the digest of a day; raises `PeopleError`."""
    done = sa.select(channel_digests).where(channel_digests.c.channel == channel, ~_is_not_done(channel_digests, day))
    with transaction(store.engine) as connection:
        return connection.execute(done).first() is None


def note_channel(store: PeopleStore, channel: str, day: date) -> bool:
    """Note that a channel gets the digest of a day now; return False where it has. Raises `PeopleError`."""
    noted = channel_digests.update().where(channel_digests.c.channel == channel, _is_not_done(channel_digests, day))
    with transaction(store.engine) as connection:
        if connection.execute(sa.select(channel_digests).where(channel_digests.c.channel == channel)).first() is None:
            before = {"channel": channel, "done_on": day - _A_DAY}
            put(connection, channel_digests, before, {"channel": channel})
        return connection.execute(noted.values(done_on=day)).rowcount > 0


def take_channel_back(store: PeopleStore, channel: str, day: date) -> None:
    """Undo `note_channel`, since nothing has gone out; raises `PeopleError`."""
    noted = channel_digests.update().where(channel_digests.c.channel == channel, channel_digests.c.done_on == day)
    with transaction(store.engine) as connection:
        connection.execute(noted.values(done_on=day - _A_DAY))


def _is_not_done(table: sa.Table, day: date) -> sa.ColumnElement[bool]:
    """Whether a day was not done: what is noted far ahead was noted by a clock that went wrong."""
    return (table.c.done_on < day) | (table.c.done_on > day + _A_DAY)
