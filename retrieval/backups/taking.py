"""Taking a backup of a home that is in use: what is published stays as it is meanwhile, since its files are held open.

No lock is taken: a run that indexes goes on, and what it has stored so far is in the backup, as after a run that was
killed. Files of an index are never changed, only deleted, and what is open outlives that.
"""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from retrieval.backups.archive import FORMAT, ArchiveWriter, Contents, compression_of, read_archive
from retrieval.backups.parts import ARTICLES, CURRENT, FETCHED, NOTES, left_out, require_folder
from retrieval.disk import flush
from retrieval.errors import BackupError, IndexMismatchError, IndexMissingError
from retrieval.index.generation import GenerationFolder
from retrieval.index.segments import damaged
from retrieval.index.servable import usable_manifest
from retrieval.store.audit import StoreAudit
from retrieval.store.database import Database
from retrieval.store.queries import StoreQueries
from retrieval.store.snapshots import copy_database, faults_in
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from retrieval.home import Home
    from retrieval.index.manifest import Manifest

_ATTEMPTS = 5
"""Times that what is published may be replaced and deleted while it is being opened."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken."""

    place: str
    bytes: int
    generation: str
    articles: int
    left_out: tuple[str, ...]
    """What is in the home and not in the backup, since it is none of Citebot's."""


class _HeldFile(NamedTuple):
    """A file of an index, open."""

    file: BinaryIO
    path: Path
    expected: int | None
    """CRC-32 of what it shall hold; None where nothing says so."""


def take_backup(home: Home, file: Path, others: tuple[str, ...]) -> Taken:
    """Write all of a home into a new file that only its owner may read, and read it again to check it.

    `others` are the names of further databases in the home, copied where they are there.

    Raises:
        BackupError: the file is there already or cannot be called that, the home is on a server, or a database in it
            is damaged.
        IndexMissingError: nothing is published yet.
        IndexMismatchError: what is published is damaged.
        DatabaseError: a database cannot be read, or not be copied.
        OSError: the file cannot be written.

    """
    compression = compression_of(file)
    require_folder(home)
    home.generations.published()
    _require_new(file)
    folder = home.settings.home
    # In a folder beside, which goes with all that is in it however this ends.
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as beside, ExitStack() as stack:
        aside = Path(beside)
        manifest, held = _hold(home, aside, stack)
        copies = [aside / ARTICLES, *_copy_others(folder, aside, others)]
        for copy in copies:
            _require_whole(copy)
        draft = aside / "draft"
        with ArchiveWriter.to(draft, compression) as archive:
            _add(archive, folder, held)
            for path in (*copies, *(folder / name for name in NOTES)):
                _add_whole(archive, path, path.name)
            for path in sorted((folder / FETCHED).glob("*.response")):
                _add_whole(archive, path, f"{FETCHED}/{path.name}")
            number = f"{manifest.number}\n".encode()
            archive.add(CURRENT, io.BytesIO(number), len(number))
            made_at = datetime.now(UTC).replace(microsecond=0)
            archive.end(Contents(FORMAT, version_of("citebot"), made_at, manifest.number, manifest.articles))
        flush(draft)
        read_archive(draft)
        _give_its_place(draft, file)
        return Taken(str(file), file.stat().st_size, manifest.name, manifest.articles, left_out(folder, others))


def _require_new(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise BackupError(told("{path} is there already: name a new file", path=file))
    if not file.parent.is_dir():
        raise BackupError(
            told("{path}: there is no folder {folder}: make it, or name another", path=file, folder=file.parent)
        )


def _hold(home: Home, aside: Path, stack: ExitStack) -> tuple[Manifest, list[_HeldFile]]:
    """Open all files of what is published and can be gone back to, and copy a database to `aside` that belongs to it.

    Files are opened first: what is published is stored before, and stays stored until the next has its place.
    """
    for attempt in range(_ATTEMPTS):
        number = home.generations.published().number
        try:
            with ExitStack() as opened:
                held = dict(_open_lineage(home, number, opened))
                stored = _copy_articles(home, aside / ARTICLES, held)
                if number in stored:
                    stack.push(opened.pop_all())
                    return home.generations.manifest(number), _each_once(held, stored)
        except (IndexMissingError, IndexMismatchError, FileNotFoundError):
            if attempt and home.generations.published().number == number:
                raise  # nobody has replaced it: it is damaged
            continue
        if attempt and home.generations.published().number == number:
            usable_manifest(home.generations, home.queries, number)  # tells what does not belong together
    raise BackupError(told("what is published was replaced again and again: try later"))


def _open_lineage(home: Home, number: int, opened: ExitStack) -> Iterator[tuple[int, list[_HeldFile]]]:
    """Open the files of a generation, and of those before it, as far as they are there."""
    for each in home.generations.lineage(number, home.settings.kept_generations) or [number]:
        try:
            yield (
                each,
                [
                    _HeldFile(opened.enter_context(path.open("rb")), path, expected)
                    for path, expected in _folder_of(home).files(each).items()
                ],
            )
        except (IndexMissingError, IndexMismatchError, FileNotFoundError):
            if each == number:
                raise
            return


def _copy_articles(home: Home, copy: Path, numbers: Collection[int]) -> list[int]:
    """Copy the articles' database; return which of these generations it holds.

    The copy forgets earlier ones: a run that indexes deletes their files before their records.
    """
    copy.unlink(missing_ok=True)
    copy_database(require_folder(home), copy)
    database = Database.in_file(copy)
    try:
        database.check_schema()
        queries, audit = StoreQueries(database), StoreAudit(database)
        stored = [one for one in numbers if queries.count_articles(one) == home.generations.manifest(one).articles]
        audit.forget_generations({one for one in queries.generations() if one < max(numbers) and one not in stored})
        return stored
    finally:
        database.close()


def _each_once(held: Mapping[int, list[_HeldFile]], numbers: Collection[int]) -> list[_HeldFile]:
    """The files of some generations; segments may be of several."""
    return list({file.path: file for number in numbers for file in held[number]}.values())


def _copy_others(home: Path, aside: Path, names: Collection[str]) -> Iterator[Path]:
    for name in names:
        file = home / name
        if file.exists() and file.stat().st_size:  # a bot that could not start leaves an empty one
            copy_database(file, aside / name)
            yield aside / name


def _require_whole(copy: Path) -> None:
    for fault in faults_in(copy, in_use=False):
        raise BackupError(
            told(
                "{name} is damaged ({fault}), so nothing is backed up: `citebot doctor` tells more",
                name=copy.name,
                fault=fault,
            )
        )


def _add(archive: ArchiveWriter, home: Path, held: Iterable[_HeldFile]) -> None:
    """Add files of an index.

    Raises:
        IndexMismatchError: one holds something else than was written.

    """
    for each in held:
        size = os.fstat(each.file.fileno()).st_size
        checksum = archive.add(each.path.relative_to(home).as_posix(), each.file, size)
        if each.expected not in {None, checksum}:
            raise damaged(each.path)


def _add_whole(archive: ArchiveWriter, path: Path, name: str) -> None:
    """Add a file, unless it is gone meanwhile."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        archive.add(name, file, os.fstat(file.fileno()).st_size)


def _give_its_place(draft: Path, file: Path) -> None:
    """Give a backup its place in one step, where no file is."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        _require_new(file)
    except OSError:  # not all disks have links
        _require_new(file)
        draft.rename(file)
    flush(file.parent)


def _folder_of(home: Home) -> GenerationFolder:
    assert isinstance(home.generations, GenerationFolder)  # noqa: S101 - as is every home that has a file
    return home.generations
