"""The connection: one engine, a schema kept by Alembic, and errors that a user can act on."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, ProgrammingError, SQLAlchemyError

from retrieval.errors import DatabaseError, IndexMissingError
from retrieval.store.tables import SCHEMA_REVISION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine


class Database:
    """An engine on one database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def at(cls, url: str) -> Self:
        """Prepare the database at a SQLAlchemy URL; nothing is opened yet.

        Raises:
            DatabaseError: the URL cannot be read or its driver is not installed.

        """
        try:
            engine = sa.create_engine(url)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            message = f"CITEBOT_DATABASE_URL: {error}; expected an SQLAlchemy URL such as sqlite:///data/citebot.sqlite"
            raise DatabaseError(message) from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        return cls(engine)

    @property
    def file(self) -> Path | None:
        """The database file of SQLite; None for a server."""
        name = self._engine.url.database if self._engine.dialect.name == "sqlite" else None
        return Path(name) if name and name != ":memory:" else None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a connection for reading.

        Raises:
            IndexMissingError: nothing was ever stored there.
            DatabaseError: the database cannot be opened or read.

        """
        if self.file is not None and not self.file.exists():
            raise IndexMissingError(_MISSING)
        with _translated_errors(self._engine), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction for writing: committed at the end, rolled back on any error."""
        with _translated_errors(self._engine), self._engine.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Create the schema or bring it up to date."""
        from alembic import command  # only writers need it
        from alembic.config import Config

        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with self.begin() as connection:
            if _schema_revision(connection) == SCHEMA_REVISION:
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def check_schema(self) -> None:
        """Refuse a database of another version of Citebot.

        Raises:
            IndexMissingError: nothing was ever stored there.
            DatabaseError: the schema is another one.

        """
        with self.connect() as connection:
            found = _schema_revision(connection)
        if found is None:
            raise IndexMissingError(_MISSING)
        if found != SCHEMA_REVISION:
            message = (
                f"the database has schema {found}, this version of citebot expects {SCHEMA_REVISION}: "
                "run `citebot index` to bring it up to date, or install the version that wrote it"
            )
            raise DatabaseError(message)

    def close(self) -> None:
        """Close pooled connections."""
        self._engine.dispose()


_MISSING = "there is no index yet: run `citebot index`"


def _schema_revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")  # readers go on while a writer writes
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.close()


@contextmanager
def _translated_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        where = make_url(engine.url).render_as_string(hide_password=True)
        hint = "check that it is there, is yours to write and has room" if isinstance(error, OperationalError) else ""
        if isinstance(error, ProgrammingError):
            hint = "run `citebot index` to bring its schema up to date"
        raise DatabaseError(
            f"the database {where} failed: {_one_line(cause)}" + (f"; {hint}" if hint else "")
        ) from error


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
