"""A database in a file that nobody may write: it is read as it lies there.

SQLite keeps two files beside a database that is open, and cannot make them on a disk that is read-only, or in a folder
of somebody else's. Where none of what was written waits in one of them, the database is whole without.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect, Engine

_AT_REST = "citebot_at_rest"
_UNWRITABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
_State = tuple[int, int, int, bool]


def read_where_nothing_can_be_written(engine: Engine) -> None:
    """Have an engine on SQLite open a database also where nothing can be written beside it."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkout", _require_rest)


def _connect(dialect: Dialect, record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
    connection = dialect.connect(*arguments, **options)
    record.info.pop(_AT_REST, None)
    try:
        connection.execute("PRAGMA busy_timeout = 30000").close()
        connection.execute("PRAGMA schema_version").close()
    except sqlite3.OperationalError as error:
        connection.close()
        file = _file(str(arguments[0]))
        state = _state(file)
        if not may_be_read_at_rest(file, error):
            raise
        record.info[_AT_REST] = (file, state)
        return dialect.connect(address_at_rest(file), **{**options, "uri": True})
    return connection


def may_be_read_at_rest(file: Path, error: sqlite3.Error) -> bool:
    """Whether a database that could not be opened is one beside which nothing can be written, and whole as it lies."""
    state = _state(file)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNWRITABLE and state is not None and not state[-1]


def address_at_rest(file: Path) -> str:
    """What SQLite opens a file by to read it as it lies there; who does must not have it change."""
    return f"{file.absolute().as_uri()}?mode=ro&immutable=1"


def _require_rest(_connection: Any, record: Any, _proxy: Any) -> None:
    """Have the pool connect anew where somebody has written: who reads a file at rest would not notice."""
    if _AT_REST in record.info:
        file, state = record.info[_AT_REST]
        if state != _state(file):
            raise DisconnectionError


def _file(name: str) -> Path:
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)


def _state(file: Path) -> _State | None:
    """What changes when somebody writes, and whether something waits beside the file; None where there is none."""
    waiting = file.with_name(f"{file.name}-wal")
    try:
        status = file.stat()
        waits = waiting.exists() and waiting.stat().st_size > 0
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, waits
