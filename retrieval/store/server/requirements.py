"""What a PostgreSQL must be and have before a home can live there, told in one line where it has not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.errors import DatabaseError
from retrieval.told import told

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_OLDEST_SERVER = 15
_OLDEST_PGVECTOR = (0, 8)


def require_fit(connection: Connection) -> None:
    """Refuse a server that cannot hold a home; `connection` is of a transaction that is to make its tables.

    Raises:
        DatabaseError: it is too old, has no pgvector, or lets this user make no tables; says how to mend that.

    """
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version // 10_000 < _OLDEST_SERVER:
        message = told(
            "CITEBOT_DATABASE_URL: the server is PostgreSQL {found}; expected {oldest} or newer",
            found=version // 10_000,
            oldest=_OLDEST_SERVER,
        )
        raise DatabaseError(message)
    _require_unicode(connection)
    _require_pgvector(connection)
    if not connection.exec_driver_sql("SELECT has_schema_privilege(current_schema(), 'CREATE')").scalar():
        message = told(
            "CITEBOT_DATABASE_URL: the user {user} may make no tables there: let its owner run "
            "`GRANT CREATE ON SCHEMA public TO {user}`",
            user=connection.exec_driver_sql("SELECT current_user").scalar_one(),
        )
        raise DatabaseError(message)


def _require_unicode(connection: Connection) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        message = told(
            "CITEBOT_DATABASE_URL: the database has the encoding {found}; expected UTF8: make another one with "
            "`createdb --encoding=UTF8 --template=template0`",
            found=encoding,
        )
        raise DatabaseError(message)


def _require_pgvector(connection: Connection) -> None:
    columns = "SELECT installed_version, default_version FROM pg_available_extensions WHERE name = 'vector'"
    found = connection.exec_driver_sql(columns).one_or_none()
    if found is None:
        message = told(
            "CITEBOT_DATABASE_URL: the server has no pgvector: install it there "
            "(https://github.com/pgvector/pgvector), or use an image that has it, such as pgvector/pgvector:pg18"
        )
        raise DatabaseError(message)
    version = found.installed_version or found.default_version
    if _parts(version) < _OLDEST_PGVECTOR:
        message = told(
            "CITEBOT_DATABASE_URL: the server has pgvector {found}; expected {oldest} or newer: update it, then run "
            "`ALTER EXTENSION vector UPDATE` in the database",
            found=version,
            oldest=".".join(map(str, _OLDEST_PGVECTOR)),
        )
        raise DatabaseError(message)
    if found.installed_version is None:
        _make_extension(connection)


def _make_extension(connection: Connection) -> None:
    user, database = connection.exec_driver_sql("SELECT current_user, current_database()").one()
    try:
        connection.exec_driver_sql("CREATE EXTENSION vector")
    except sa.exc.ProgrammingError as error:
        message = told(
            "CITEBOT_DATABASE_URL: the user {user} may not switch pgvector on: let a superuser run "
            "`CREATE EXTENSION vector` in the database {database}",
            user=user,
            database=database,
        )
        raise DatabaseError(message) from error


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
