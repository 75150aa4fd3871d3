"""What the databases of articles and of people have in common: the engine, SQLite's settings, the way to migrate."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from retrieval.errors import DatabaseError
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy.engine import URL, Connection, Engine

_PRAGMAS = (
    "busy_timeout = 30000",
    "journal_mode = WAL",  # readers go on while a writer writes
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten
)
_SERVER = {
    "connect_timeout": 10,
    # What a machine held that has gone without a word, the server lets others have after some ten seconds.
    # A server that has gone without a word is noticed as soon.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
    # A plan that is kept would be one for any number of rows, and would not use an index of vectors.
    "prepare_threshold": None,
    "application_name": "citebot",
}
"""What psycopg connects to PostgreSQL with."""
_WRITERS = 0x63697465
"""The number of the lock that whoever writes articles holds until the end of the transaction: "cite"."""
WRITES = "citebot_writes"
"""Execution option of a connection that begins a transaction for writing."""


def parsed_url(url: str) -> URL:
    """Return what a SQLAlchemy URL says.

    Raises:
        DatabaseError: it cannot be read.

    """
    with _explained():
        return make_url(url)


def engine_at(url: str | URL, *pragmas: str) -> Engine:
    """Prepare an engine on the database at a SQLAlchemy URL; nothing is opened yet.

    SQLite is set up with `pragmas` after those that hold for all databases, e.g. ``busy_timeout = 5000``.

    Raises:
        DatabaseError: the URL cannot be read or its driver is not installed.

    """
    with _explained():
        parsed = make_url(url)
        engine = sa.create_engine(parsed, **_options(parsed))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_set_up_sqlite, _PRAGMAS + pragmas))
        event.listen(engine, "begin", _begin_in_sqlite)
    elif is_server(engine):
        event.listen(engine, "begin", _begin_on_server)
    return engine


def is_server(engine: Engine) -> bool:
    """Whether an engine is PostgreSQL's, which several machines may share."""
    return engine.dialect.name == "postgresql"


def _options(url: URL) -> dict[str, Any]:
    if url.get_driver_name() != "psycopg":
        return {}
    given = {name: value for name, value in _SERVER.items() if name not in url.query}
    return {"connect_args": given, "pool_pre_ping": True}


def upgrade(connection: Connection, migrations: Path) -> None:
    """Run what of the folder `migrations` has not been run yet.

    Raises:
        alembic.util.exc.CommandError: the database has a schema that these migrations do not know.

    """
    from alembic import command  # only writers need it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def empty_journal(engine: Engine) -> bool:
    """Have SQLite move its journal into the database and empty it; return whether it could.

    What was deleted would otherwise be left there for a while. Databases of other kinds do as they do.
    """
    if engine.dialect.name != "sqlite":
        return True
    # Below SQLAlchemy, which would begin a transaction; in one, SQLite refuses.
    with closing(engine.raw_connection()) as connection:
        busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def one_line(error: object) -> str:
    """Return what an error says, in one line."""
    return " ".join(str(error).split())


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        # What cannot be parsed as a URL may still hold a password, and the error may repeat it.
        reason = told("is not a URL") if isinstance(error, (ArgumentError, ValueError)) else one_line(error)
        message = told(
            "CITEBOT_DATABASE_URL: {reason}; expected an SQLAlchemy URL such as sqlite:///data/citebot.sqlite",
            reason=reason,
        )
        raise DatabaseError(message) from error


def _set_up_sqlite(pragmas: Iterable[str], connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # left to itself, sqlite3 begins no transaction before it creates tables
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_on_server(connection: Connection) -> None:
    # As in SQLite one transaction writes at a time: what is forgotten while articles are stored would slip through.
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def _begin_in_sqlite(connection: Connection) -> None:
    # Two may write at once, `citebot forget` beside an index run: who reads first and then writes must hold the lock
    # from the beginning, or SQLite refuses the write at once where the other one was quicker.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")
