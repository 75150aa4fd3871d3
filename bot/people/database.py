"""The connection: an engine whose schema is up to date, and errors that an operator can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from alembic.util.exc import CommandError
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.people.tables import SCHEMA_REVISION, VERSION_TABLE, people
from retrieval.disk import make_private
from retrieval.errors import DatabaseError, RetrievalError
from retrieval.store.engines import (
    driver_error,
    empty_journal,
    engine_at,
    is_server,
    one_line,
    parsed_url,
    shown,
    upgrade,
)
from retrieval.store.server.hints import hint_for, reason_of
from retrieval.told import system_reason, told, told_by, told_together

PEOPLE_FILE = "people.sqlite"
"""What the database is called in a home whose articles are in a file too."""
_PATIENCE = "busy_timeout = 5000"
"""Milliseconds: readers wait for this."""
_HINT_FOR_FILE = told("check that it is yours to write and that there is room")
_ALONE = (0x63697470, 0)
"""The lock of PostgreSQL under which one transaction changes the schema or deletes: "citp"."""
_PERSONS = 0x63697466
"""The first half of the lock under which what a person does is stored or forgotten: "citf"."""


class PeopleError(RetrievalError):
    """What is stored about people cannot be read or written."""


def open_engine(home: Path, database_url: str | None) -> Engine:
    """Connect to ``people.sqlite`` in `home`, or to `database_url` where that is a server's, and mend the schema.

    Where the articles are in SQLite, people have a file of their own: indexing locks the articles' for long.

    Raises:
        PeopleError: the database cannot be opened, or a newer version of Citebot has changed it.

    """
    try:
        engine = engine_at(_url(home, database_url), _PATIENCE)
    except DatabaseError as error:
        raise PeopleError(told_by(error)) from error
    except OSError as error:
        raise PeopleError(
            told(
                "{home} cannot be written ({reason}): give CITEBOT_HOME a folder of yours",
                home=home,
                reason=system_reason(error),
            )
        ) from error
    with _closed_if_refused(engine):
        _migrate(engine)
    return engine


def open_engine_to_read(home: Path, database_url: str | None) -> Engine | None:
    """Connect to the same database without a chance to change it, also while a bot writes; None where no bot ever did.

    Raises:
        PeopleError: the database cannot be opened, or its schema is not the one of this version.

    """
    try:
        url = _server(database_url) or _url_to_read(_file(home))
        engine = engine_at(url, _PATIENCE, "query_only = ON") if url else None
    except DatabaseError as error:
        raise PeopleError(told_by(error)) from error
    if engine is None:
        return None
    with _closed_if_refused(engine):
        revision = _schema_revision(engine)
        if revision is not None and revision != SCHEMA_REVISION:
            raise PeopleError(
                told("the people's database is of another version of citebot: start the bot of this version once, or "
                     "install the newer one")
            )  # fmt: skip
    if revision is None:
        engine.dispose()
        return None
    return engine


@contextmanager
def _closed_if_refused(engine: Engine) -> Iterator[None]:
    try:
        yield
    except PeopleError:
        engine.dispose()
        raise


def _schema_revision(engine: Engine) -> str | None:
    """Return what the schema is called; None where there is none yet."""
    with transaction(engine) as connection:
        if not sa.inspect(connection).has_table(VERSION_TABLE):
            return None
        found: str | None = connection.execute(
            sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE))
        ).scalar()
        return found


def _server(database_url: str | None) -> URL | None:
    """Return where people are stored with articles; None where they have a file of their own."""
    url = parsed_url(database_url) if database_url else None
    return url if url and url.get_backend_name() != "sqlite" else None


def _url(home: Path, database_url: str | None) -> URL:
    return _server(database_url) or URL.create("sqlite", database=str(_private_file(home)))


def _url_to_read(file: Path) -> URL | None:
    if not file.exists() or not file.stat().st_size:  # a bot that could not start leaves an empty one
        return None
    return URL.create("sqlite", database=file.absolute().as_uri(), query={"mode": "ro", "uri": "true"})


def _shown(url: URL) -> str:
    """Return where a database is, as it is told."""
    if url.query.get("mode") == "ro":
        return unquote(urlsplit(url.database or "").path)
    return shown(url)


def _file(home: Path) -> Path:
    return home / PEOPLE_FILE


def _private_file(home: Path) -> Path:
    """Return the file of the database, made so that nobody else on the machine can read it."""
    make_private(home)
    file = _file(home)
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


def alone(connection: Connection) -> None:
    """Let no other bot change the schema, or delete, until the end of the transaction; in SQLite nobody else can."""
    if is_server(connection.engine):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(*_ALONE)))


def alone_with(connection: Connection, person_id: int) -> None:
    """Let no other bot store or forget what a person does until the end of the transaction."""
    if is_server(connection.engine):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_PERSONS, person_id & 0x7FFF_FFFF)))


def has_blocked(connection: Connection, person_id: int) -> bool:
    """Tell whether a person does not let the bot write, as far as is known."""
    blocked = sa.select(people.c.id).where(people.c.id == person_id, ~people.c.active)
    return connection.execute(blocked).first() is not None


def put(connection: Connection, table: sa.Table, row: dict[str, object], changed: dict[str, object]) -> None:
    """Insert `row`, or set what is `changed` where one with its key is there already, whoever put it there."""
    dialect = postgresql if is_server(connection.engine) else sqlite
    statement = dialect.insert(table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=table.primary_key.columns, set_=changed))


def without_traces(engine: Engine) -> bool:
    """Take what was deleted out of SQLite's journal as well; return whether that could be done.

    Raises:
        PeopleError: the database cannot be written.

    """
    with _translated_errors(engine):
        return empty_journal(engine)


@contextmanager
def _translated_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, driver_error(engine)) as error:
        cause = getattr(error, "orig", None)
        hint = hint_for(cause or error) if is_server(engine) else _HINT_FOR_FILE
        # Without the cause itself, whose text repeats what was to be stored.
        raise PeopleError(
            told(
                "the people's database {where} failed: {cause}{hint}",
                where=_shown(engine.url),
                cause=reason_of(cause) if cause and is_server(engine) else one_line(cause or type(error).__name__),
                hint=told_together(["; ", hint], "") if hint else "",
            )
        ) from None


def _migrate(engine: Engine) -> None:
    with transaction(engine) as connection:
        alone(connection)
        try:
            upgrade(connection, Path(__file__).parent / "migrations")
        except CommandError as error:
            raise PeopleError(
                told("the people's database was written by a newer version of citebot: install that version")
            ) from error
