"""Putting a backup back into an empty home: all is checked aside before anything gets its place.

What says what is published gets its place last: a home without it is one that nothing was indexed in yet. What a run
that was killed has left is cleared away by the next.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from retrieval.backups.archive import LIST, read_archive
from retrieval.backups.parts import (
    ARTICLES,
    BESIDE_A_DATABASE,
    CURRENT,
    INDEX,
    NOTES,
    OF_A_PLACE,
    PLACING,
    RESTORING,
    is_broken_off,
    require_folder,
)
from retrieval.disk import flush, flush_all
from retrieval.errors import BackupError, RetrievalError
from retrieval.index.generation import GenerationFolder
from retrieval.index.servable import usable_manifest
from retrieval.store.database import Database
from retrieval.store.queries import StoreQueries
from retrieval.store.snapshots import faults_in
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.backups.archive import Contents
    from retrieval.home import Home

_INDEX_FILE = re.compile(r"(?:generations|segments)/[0-9]{6,12}/[A-Za-z0-9._-]+")
_FETCHED_FILE = re.compile(r"fetched/[0-9a-f]+\.response")


def restore_backup(file: Path, home: Home, others: tuple[str, ...]) -> Contents:
    """Put a backup into an empty home, all of it or nothing; return what it says of itself.

    `others` are the names of further databases that it may hold.

    Raises:
        BackupError: the home is not empty or is on a server, or the file is no whole backup.
        IndexBusyError: another process writes there.
        IndexMissingError: the home cannot be written.
        OSError: the file cannot be read, or there is no room.

    """
    folder = home.settings.home
    if require_folder(home).absolute() != (folder / ARTICLES).absolute():
        raise BackupError(
            told(
                "CITEBOT_DATABASE_URL names a file elsewhere, and a backup is put into CITEBOT_HOME: take it out first"
            )
        )
    _require_empty(folder)
    file.open("rb").close()  # one that cannot be read is told before a folder is made
    with home.lock.held(0):
        aside = folder / RESTORING
        _clear_broken(folder, aside)
        _require_empty(folder)
        try:
            aside.mkdir(mode=0o700)
            contents = read_archive(file, aside)
            databases = [ARTICLES, *(name for name in others if name in contents.files)]
            _require_known(file, contents, databases)
            _require_whole(file, aside, databases)
            GenerationFolder(aside).note_anew()
            flush_all(aside)
            _place(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return contents


def _require_empty(folder: Path) -> None:
    """Refuse a home in which something is; what a restore that was killed has left is nothing."""
    if not folder.is_dir() or is_broken_off(folder):
        return
    allowed = {*OF_A_PLACE, RESTORING}
    found = sorted(path.name for path in folder.iterdir() if path.name not in allowed)
    if found:
        raise BackupError(
            told(
                "{home} is not empty: it holds {name}; name an empty folder in CITEBOT_HOME, or move it away",
                home=folder,
                name=found[0],
            )
        )


def _clear_broken(folder: Path, aside: Path) -> None:
    """Take away what a restore that was killed has left. The caller holds the lock."""
    if is_broken_off(folder):
        for name in (folder / RESTORING / PLACING).read_text(encoding="utf-8").split():
            for ending in ("", *BESIDE_A_DATABASE):
                _remove(folder / f"{name}{ending}")
    shutil.rmtree(aside, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _require_known(file: Path, contents: Contents, databases: Sequence[str]) -> None:
    """Refuse what no backup of this version holds."""
    plain = {CURRENT, *NOTES, *databases}
    for name in contents.files:
        if name not in plain and not _INDEX_FILE.fullmatch(name) and not _FETCHED_FILE.fullmatch(name):
            raise BackupError(
                told("{path} is no backup of citebot: it holds {name!r}; nothing was restored", path=file, name=name)
            )
    for name in (CURRENT, ARTICLES):
        if name not in contents.files:
            raise BackupError(told("{path} is no backup of citebot: it holds no {name}", path=file, name=name))


def _require_whole(file: Path, aside: Path, databases: Sequence[str]) -> None:
    """Refuse files that do not belong together, or that this version cannot read."""
    generations = GenerationFolder(aside)
    database = Database.in_file(aside / ARTICLES)
    try:
        for name in databases:
            for fault in faults_in(aside / name, in_use=False):
                raise BackupError(told("{name} is damaged ({fault})", name=name, fault=fault))
        generations.check(generations.published().number)
        database.check_schema()
        for folder in sorted((aside / INDEX[0]).iterdir()):
            usable_manifest(generations, StoreQueries(database), int(folder.name))
    except RetrievalError as error:
        # What the error says is about files that are gone in a moment.
        reason = told_by(error)
        raise BackupError(told("{path} cannot be restored: {reason}", path=file, reason=reason)) from error
    finally:
        database.close()


def _place(aside: Path, folder: Path) -> None:
    """Give all files their places; take them back where one cannot have it."""
    names = [name for name in sorted(path.name for path in aside.iterdir()) if name not in {CURRENT, LIST}]
    (aside / PLACING).write_text("\n".join(names), encoding="utf-8")
    flush(aside / PLACING)
    flush(aside)
    placed: list[Path] = []
    try:
        for name in (*names, CURRENT):
            (aside / name).rename(folder / name)
            placed.append(folder / name)
            flush(folder)
    except BaseException:
        for path in reversed(placed):
            path.rename(aside / path.name)
        raise
