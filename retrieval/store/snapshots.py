"""Whole files of SQLite: copied while others write, and looked through for damage."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from retrieval.errors import DatabaseError
from retrieval.store.at_rest import address_at_rest, may_be_read_at_rest
from retrieval.store.engines import one_line
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE = 30.0
"""Seconds that a writer is waited for."""
_MOST = 20
"""Faults of one file that are told."""


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, its journal included, into a file that only its owner may read.

    Whoever writes to it goes on meanwhile.

    Raises:
        DatabaseError: it cannot be read, or the copy cannot be written.

    """
    target.touch(mode=0o600)
    with _translated_errors(source), _opened_to_read(source) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing, progress=_give_up_where_locked)


def _give_up_where_locked(status: int, _left: int, _pages: int) -> None:
    """Copy no more where the patience did not suffice: `backup` itself would try for ever."""
    if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        raise sqlite3.OperationalError("database is locked")


def faults_in(file: Path, *, in_use: bool = True) -> list[str]:
    """What SQLite finds wrong with a database, a line each; nothing where it is whole.

    One that is not `in_use` is left without the files that SQLite keeps beside a database.
    """
    try:
        with _opened_to_read(file, in_use=in_use) as connection:
            found = [one_line(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    except sqlite3.Error as error:
        return [one_line(error)]
    return [] if found == ["ok"] else found


def rows_without_parents(file: Path) -> dict[str, list[int]]:
    """The rows that refer to others that are gone, by table, as SQLite numbers them.

    Raises:
        DatabaseError: the database cannot be read.

    """
    found: dict[str, set[int]] = {}
    with _translated_errors(file), _opened_to_read(file) as connection:
        for table, row, *_ in connection.execute("PRAGMA foreign_key_check"):
            found.setdefault(table, set()).add(row)
    return {table: sorted(rows) for table, rows in found.items()}


@contextmanager
def _opened_to_read(file: Path, *, in_use: bool = True) -> Iterator[sqlite3.Connection]:
    address = f"{file.absolute().as_uri()}?mode=ro" if in_use else address_at_rest(file)
    with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as connection:
        try:
            connection.execute("PRAGMA schema_version").close()
        except sqlite3.OperationalError as error:
            if not in_use or not may_be_read_at_rest(file, error):
                raise
        else:
            yield connection
            return
    with closing(sqlite3.connect(address_at_rest(file), uri=True)) as connection:
        yield connection


@contextmanager
def _translated_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(
            told(
                "the database {file} cannot be read or copied ({reason}): check that it is whole (`citebot doctor`) "
                "and that there is room",
                file=file,
                reason=one_line(error),
            )
        ) from error
