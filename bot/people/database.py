"""The connection: an engine whose schema is up to date, and errors that an operator can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from retrieval.errors import RetrievalError


class PeopleError(RetrievalError):
    """What is stored about people cannot be read or written."""


def open_engine(home: Path, database_url: str | None) -> Engine:
    """Connect to ``people.sqlite`` in `home`, or to `database_url` where that is a server's, and mend the schema.

    Where the articles are in SQLite, people have a file of their own: indexing locks the articles' for long.

    Raises:
        PeopleError: the database cannot be opened, or a newer version of Citebot has changed it.

    """
    try:
        url = sa.make_url(database_url) if database_url else None
        if url is None or url.get_backend_name() == "sqlite":
            url = URL.create("sqlite", database=str(_private_file(home)))
        engine = sa.create_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        # What cannot be parsed as a URL may still hold a password, and the error may repeat it.
        raise PeopleError("CITEBOT_DATABASE_URL: expected an SQLAlchemy URL whose driver is installed") from error
    except OSError as error:
        raise PeopleError(
            f"{home} cannot be written ({error.strerror}): give CITEBOT_HOME a folder of yours"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin)
    _migrate(engine)
    return engine


def _private_file(home: Path) -> Path:
    """Return the file of the database, made so that nobody else on the machine can read it."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "people.sqlite"
    file.touch(mode=0o600)  # SQLite gives its journal the same rights
    return file


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Open a transaction: committed at the end, rolled back on any error.

    Raises:
        PeopleError: the database cannot be read or written.

    """
    with _translated_errors(engine), engine.begin() as connection:
        yield connection


def empty_journal(engine: Engine) -> bool:
    """Have SQLite move its journal into the database and empty it; return whether it could.

    What was deleted would otherwise be left there for a while. Databases of other kinds do as they do.

    Raises:
        PeopleError: the database cannot be written.

    """
    if engine.dialect.name != "sqlite":
        return True
    # Below SQLAlchemy, which would begin a transaction; in one, SQLite refuses.
    with _translated_errors(engine), closing(engine.raw_connection()) as connection:
        busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def _translated_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
        where = engine.url.render_as_string(hide_password=True)
        # Without the cause itself, whose text repeats what was to be stored.
        raise PeopleError(
            f"the people's database {where} failed: {cause}; check that it is yours to write and that there is room"
        ) from None


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with transaction(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise PeopleError(
                "the people's database was written by a newer version of citebot: install that version"
            ) from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # left to itself, sqlite3 begins no transaction before it creates tables
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
