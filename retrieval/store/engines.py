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
from retrieval.store.at_rest import read_where_nothing_can_be_written
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy.engine import URL, Connection, Engine

_PRAGMAS = (
    "busy_timeout = 30000",
    "journal_mode = WAL",  # readers go on while a writer writes
    "synchronous = FULL",  # what is committed is there after a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten
)
_SETTING = "CITEBOT_DATABASE_URL"
_SERVER = {
    "connect_timeout": 10,
    "client_encoding": "utf8",
    # A server that has gone without a word is told from one that takes its time after some ten seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    # And the server lets others have what a machine held that has gone like that.
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
    # A plan that is kept would be one for any number of rows, and would not use an index of vectors.
    "prepare_threshold": None,
    "application_name": "citebot",
}
"""What psycopg connects to PostgreSQL with."""
_DRIVER = "postgresql+psycopg"
_POSTGRESQL = ("postgresql", "postgres")
_EXPECTED = told(
    "expected an SQLAlchemy URL such as sqlite:///data/citebot.sqlite or "
    "postgresql+psycopg://user:password@host/database"
)
_SECRET = ("password", "sslpassword")
"""What may stand behind the ``?`` of a URL and is for nobody to read."""
_HIDDEN = "***"
_WRITERS = 0x63697465
"""The number of the lock that whoever writes articles holds until the end of the transaction: "cite"."""
WRITES = "citebot_writes"
"""Execution option of a connection that begins a transaction for writing."""


def parsed_url(url: str) -> URL:
    """Return what a SQLAlchemy URL says.

    Raises:
        DatabaseError: it cannot be read.

    """
    with _explained(_SETTING):
        parsed = make_url(url)
        _require_known(parsed, _SETTING)
        return parsed


def shown(url: URL) -> str:
    """Return a URL as it is told: without a password, wherever it has one."""
    hidden = {name: _HIDDEN for name in url.query if name.lower() in _SECRET}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def driver_error(engine: Engine) -> type[Exception]:
    """Return what the driver of an engine raises where it is used without SQLAlchemy."""
    error: type[Exception] = engine.dialect.loaded_dbapi.Error
    return error


def engine_at(url: str | URL, *pragmas: str, setting: str = _SETTING) -> Engine:
    """Prepare an engine on the database at a SQLAlchemy URL; nothing is opened yet.

    SQLite is set up with `pragmas` after those that hold for all databases, e.g. ``busy_timeout = 5000``.

    Raises:
        DatabaseError: the URL cannot be read or its driver is not installed.

    """
    with _explained(setting):
        parsed = make_url(url)
        _require_known(parsed, setting)
        engine = sa.create_engine(parsed, **_options(parsed))
    if engine.dialect.name == "sqlite":
        read_where_nothing_can_be_written(engine)
        event.listen(engine, "connect", partial(_set_up_sqlite, _PRAGMAS + pragmas))
        event.listen(engine, "begin", _begin_in_sqlite)
    elif is_server(engine):
        event.listen(engine, "begin", _begin_on_server)
    return engine


def is_server(engine: Engine) -> bool:
    """Whether an engine is PostgreSQL's, which several machines may share."""
    return engine.dialect.name == "postgresql"


def write_beside(connection: Connection) -> None:
    """In a transaction of a server that did not begin for writing: from now on keep those away that do.

    Several may write so at once, each what no other one does.
    """
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_WRITERS})")


def seeing_one_moment(engine: Engine) -> Engine:
    """Return the engine with transactions that see nothing of what others write meanwhile; SQLite's are so anyway."""
    return engine.execution_options(isolation_level="REPEATABLE READ") if is_server(engine) else engine


def reading_at_once(engine: Engine) -> Engine:
    """Return the engine with no transaction around what is read: on a server that saves two of three messages."""
    return engine.execution_options(isolation_level="AUTOCOMMIT") if is_server(engine) else engine


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
def _explained(setting: str) -> Iterator[None]:
    try:
        yield
    except (ArgumentError, ValueError) as error:
        # What cannot be parsed as a URL may still hold a password, and the error may repeat it.
        raise DatabaseError(told("{setting}: is not a URL; {expected}", setting=setting, expected=_EXPECTED)) from error
    except (NoSuchModuleError, ImportError) as error:
        message = told("{setting}: {reason}; {expected}", setting=setting, reason=one_line(error), expected=_EXPECTED)
        raise DatabaseError(message) from error


def _require_known(url: URL, setting: str) -> None:
    """Refuse what Citebot does not work with.

    Raises:
        DatabaseError: it is another database, or PostgreSQL by another driver or without any; says what to write.

    """
    if url.host and "@" in url.host:
        message = told(
            "{setting}: the password has signs that mean something in a URL, such as @: write each of them "
            "as a percent sign and its code (@ is 40, : is 3A, / is 2F)",
            setting=setting,
        )
        raise DatabaseError(message)
    backend, _, driver = url.drivername.partition("+")
    if backend in _POSTGRESQL and url.drivername != _DRIVER:
        message = told(
            "{setting} begins with {found}://; Citebot works with psycopg: write {expected}://",
            setting=setting,
            found=url.drivername,
            expected=_DRIVER,
        )
        raise DatabaseError(message)
    if backend not in {"sqlite", *_POSTGRESQL} or driver not in {"", "pysqlite", "psycopg"}:
        message = told(
            "{setting}: {name} is not supported; {expected}", setting=setting, name=url.drivername, expected=_EXPECTED
        )
        raise DatabaseError(message)
    if url.drivername == _DRIVER:
        _require_psycopg(setting)


def _require_psycopg(setting: str) -> None:
    try:
        import psycopg  # noqa: F401 - optional
    except ImportError as error:
        message = told(
            "{setting} names a PostgreSQL, and its driver is not installed ({reason}): run `pip install "
            '"citebot[postgres]"`',
            setting=setting,
            reason=one_line(error),
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
