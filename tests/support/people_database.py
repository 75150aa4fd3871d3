"""What the database of people holds, and what is done to it, whichever database it is."""

from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.people.database import transaction
from bot.people.follows import follow
from bot.people.types import Exchange
from retrieval.types import Certainty


def everything_stored(store, home):
    """What the files of SQLite hold, or all rows of all tables of PostgreSQL."""
    if store.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in home.iterdir())
    with transaction(store.engine) as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [connection.execute(sa.text(f"SELECT t::text FROM {table} t")).all() for table in tables]  # noqa: S608
    return str(rows).encode()


def execute(store, *statements):
    with transaction(store.engine) as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def asked_by(store, person, question="Who leads?", **others):
    """Store that somebody has asked something in private and got no answer; return the number."""
    moment = datetime(2026, 1, 9, 12, tzinfo=UTC)
    exchange = Exchange(person, person, "private", question, question, moment, Certainty.NONE, 0.1, 1.0, True, ())
    return store.record(replace(exchange, **others))


def follow_asked(store, person, followed, now):
    """Store that somebody has asked a question and follows it; return what came of it."""
    return follow(store, person, asked_by(store, person, followed.question), followed, "en", now)
