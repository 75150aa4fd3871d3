"""The connection: one engine, a schema kept by Alembic, and errors that a user can act on."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    DisconnectionError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from retrieval.disk import make_private
from retrieval.errors import DatabaseAwayError, DatabaseError, IndexMissingError
from retrieval.store.engines import (
    WRITES,
    driver_error,
    empty_journal,
    engine_at,
    is_server,
    one_line,
    reading_at_once,
    seeing_one_moment,
    shown,
    upgrade,
)
from retrieval.store.server.hints import hint_for, reason_of
from retrieval.store.server.requirements import require_fit
from retrieval.store.tables import READABLE_REVISIONS, SCHEMA_REVISION
from retrieval.told import told, told_together

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine


class Database:
    """An engine on one database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def in_file(cls, file: Path) -> Self:
        """Prepare an SQLite database in this file, whatever characters its path has; nothing is opened yet."""
        return cls.at(URL.create("sqlite", database=str(file)))

    @classmethod
    def at(cls, url: str | URL, setting: str = "CITEBOT_DATABASE_URL") -> Self:
        """Prepare the database at a SQLAlchemy URL, which stands in a `setting`; nothing is opened yet.

        Raises:
            DatabaseError: the URL cannot be read or its driver is not installed.

        """
        engine = engine_at(url, setting=setting)
        database = cls(engine)
        if database.file is not None:
            database._watch_file()
        return database

    @property
    def shown(self) -> str:
        """Where the database is, as it is told: without a password."""
        return str(self.file.absolute()) if self.file else shown(self._engine.url)

    @property
    def is_server(self) -> bool:
        """Whether it is a PostgreSQL, which searches by itself and may be shared by several machines."""
        return is_server(self._engine)

    def _missing(self) -> IndexMissingError:
        return IndexMissingError(told("there is no index yet in {place}: run `citebot index`", place=self.shown))

    @property
    def file(self) -> Path | None:
        """The database file of SQLite; None for a server."""
        name = self._engine.url.database if self._engine.dialect.name == "sqlite" else None
        return Path(name) if name and name != ":memory:" else None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a connection for reading; on a server each statement sees what is there when it begins.

        Raises:
            IndexMissingError: nothing was ever stored there.
            DatabaseError: the database cannot be opened or read.

        """
        with self._connected(reading_at_once(self._engine)) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open one that reads all as it is at one moment, whatever others write. Raises what `connect` does."""
        with self._connected(seeing_one_moment(self._engine)) as connection:
            yield connection

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        if self.file is not None and not self.file.exists():
            raise self._missing()
        with _translated_errors(engine), engine.connect() as connection:
            yield connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction for writing: committed at the end, rolled back on any error."""
        engine = self._engine.execution_options(**{WRITES: True})
        with _translated_errors(self._engine), engine.begin() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Open a connection that nobody else is given afterwards, and on which each statement counts at once.

        For what is bound to a connection: locks, listening, settings.
        """
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with _translated_errors(self._engine), engine.connect() as connection:
            # It may have nothing to say, or one thing that takes minutes, whatever the server allows others.
            connection.exec_driver_sql("SET idle_session_timeout = 0")
            connection.exec_driver_sql("SET statement_timeout = 0")
            try:
                yield connection
            finally:
                connection.invalidate()

    @contextmanager
    def begin_long(self) -> Iterator[Connection]:
        """Open a transaction on a server that may take its time: who writes in it calls `write_beside` before.

        It ends with the process or its connection, whatever becomes of them; rolled back on any error.
        """
        with _translated_errors(self._engine), self._engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield connection

    def empty_journal(self) -> None:
        """Take what was deleted out of SQLite's journal as well."""
        with _translated_errors(self._engine):
            empty_journal(self._engine)

    def migrate(self) -> None:
        """Create the schema or bring it up to date."""
        from alembic.util.exc import CommandError  # only writers need it

        if self.file is not None:
            make_private(self.file.parent)
        with self.begin() as connection:
            if _schema_revision(connection) == SCHEMA_REVISION:
                return
            if self.is_server:
                require_fit(connection)
            try:
                upgrade(connection, Path(__file__).parent / "migrations")
            except CommandError as error:
                raise DatabaseError(_of_another_version(_schema_revision(connection))) from error

    def check_schema(self, *, to_write: bool = False) -> None:
        """Refuse a database of another version of Citebot; to be read only, one that reads as this version's will do.

        Raises:
            IndexMissingError: nothing was ever stored there.
            DatabaseError: the schema is another one.

        """
        with self.connect() as connection:
            found = _schema_revision(connection)
        if found is None:
            raise self._missing()
        readable = {SCHEMA_REVISION} if to_write or self.is_server else READABLE_REVISIONS
        if found not in readable:
            raise DatabaseError(_of_another_version(found))

    def close(self) -> None:
        """Close pooled connections."""
        self._engine.dispose()

    def _watch_file(self) -> None:
        event.listen(self._engine, "connect", self._note_file)
        event.listen(self._engine, "checkout", self._require_same_file)

    def _note_file(self, _connection: Any, record: Any) -> None:
        record.info["file"] = _identity(self.file)

    def _require_same_file(self, _connection: Any, record: Any, _proxy: Any) -> None:
        """Have the pool connect anew where the file was deleted or replaced: an open one would go on as if not."""
        if record.info["file"] != _identity(self.file):
            raise DisconnectionError


_HINTS = (  # of a file
    (OperationalError, told("check that it is there, is yours to write and has room")),
    (ProgrammingError, told("run `citebot index` to bring its schema up to date")),
    (IntegrityError, told("run `citebot index` again")),
    (sa.exc.DatabaseError, told("if it is damaged, move it away and run `citebot index` to make it anew")),
)


def _schema_revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _of_another_version(found: str | None) -> str:
    return told(
        "the database has schema {found}, this version of citebot expects {schema_revision}: run `citebot index` "
        "to bring an older one up to date, or install the version that wrote it",
        found=found,
        schema_revision=SCHEMA_REVISION,
    )


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Tell one file from another that has taken its place."""
    try:
        status = file.stat() if file else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None


@contextmanager
def _translated_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, driver_error(engine)) as error:
        cause = getattr(error, "orig", None) or error
        hint = hint_for(cause) if is_server(engine) else _hint_for_file(error)
        kind = DatabaseAwayError if is_server(engine) and isinstance(error, OperationalError) else DatabaseError
        raise kind(
            told(
                "the database {where} failed: {reason}{hint}",
                where=shown(engine.url),
                reason=reason_of(cause) if is_server(engine) else one_line(cause),
                hint=told_together(["; ", hint], "") if hint else "",
            )
        ) from error


def _hint_for_file(error: BaseException) -> str:
    return next((hint for kind, hint in _HINTS if isinstance(error, kind)), "")
