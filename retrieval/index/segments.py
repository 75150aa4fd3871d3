"""Segments on disk: written aside, given their place by one rename, never changed, deleted when nothing lists them.

``HOME/segments/000012/`` holds one segment, with ``segment.json`` that has a checksum of every other file.
"""

from __future__ import annotations

import shutil
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from retrieval.disk import flush, give_place, remove_folder
from retrieval.errors import IndexMismatchError
from retrieval.index.manifest import folder_name, unreadable
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from retrieval.index.segment import Segment

_FILES = "segment.json"
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class FileNote:
    """What a file was when it was written."""

    checksum: int
    """CRC-32 of what it holds."""
    mark: tuple[int, int, int]
    """Its number on the disk, its length, and when it was changed last, in nanoseconds.

    As long as these are the same, what it holds is not read again to compare it.
    """

    @classmethod
    def of(cls, path: Path) -> FileNote:
        """Note a file."""
        return cls(checksum(path), _mark(path))

    def is_true_of(self, path: Path) -> bool:
        """Whether a file is there and holds what it held."""
        try:
            return _mark(path) == self.mark or checksum(path) == self.checksum
        except FileNotFoundError:
            return False


_notes = TypeAdapter(dict[str, FileNote])


class SegmentFolder:
    """The segments below one home folder."""

    def __init__(self, home: Path) -> None:
        self._segments = home / "segments"

    def add(self, segment: Segment) -> Segment:
        """Write a segment and give it its place; return it as it is read back.

        Raises:
            OSError: it cannot be written.

        """
        name = folder_name(1 + max((int(found.name) for found in self._numbered()), default=0))
        aside = self._segments / f".building-{name}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        segment.save(aside)
        paths = sorted(files_below(aside))
        for path in paths:
            flush(path)
        notes = {str(path.relative_to(aside)): FileNote.of(path) for path in paths}
        (aside / _FILES).write_bytes(_notes.dump_json(notes))
        give_place(aside, self._segments / name)
        return self.open(name)

    def open(self, name: str) -> Segment:
        """Map a segment into memory."""
        from retrieval.index.segment import Segment  # `citebot status` needs no engine

        try:
            return Segment.load(self._segments / name)
        except (FileNotFoundError, ValueError, TypeError) as error:
            raise damaged(self._segments / name) from error
        except OSError as error:
            raise IndexMismatchError(unreadable(self._segments / name, error)) from error

    def checksum(self, name: str) -> int:
        """What tells a segment from every other: CRC-32 of its checksums."""
        return checksum(self.list_of(name))

    def check(self, name: str, expected: int) -> None:
        """Compare the files of a segment with what they were.

        Raises:
            IndexMismatchError: one is missing or damaged.

        """
        path = self.list_of(name)
        try:
            if not path.exists() or checksum(path) != expected:
                raise damaged(path)
            for file, note in self._listed(name).items():
                path = self._segments / name / file
                if not note.is_true_of(path):
                    raise damaged(path)
        except OSError as error:
            raise IndexMismatchError(unreadable(path, error)) from error

    def files(self, name: str) -> dict[Path, int]:
        """CRC-32 of what each file of a segment shall hold, by its path, but of the list of them itself.

        Raises:
            IndexMismatchError: the list is missing or damaged.

        """
        return {self._segments / name / path: note.checksum for path, note in self._listed(name).items()}

    def list_of(self, name: str) -> Path:
        """Where the list of a segment's files is."""
        return self._segments / name / _FILES

    def note_anew(self, name: str) -> None:
        """Note the files of a segment as they are on the disk now, where it was carried from another one."""
        folder = self._segments / name
        notes = {path: replace(note, mark=_mark(folder / path)) for path, note in self._listed(name).items()}
        (folder / _FILES).write_bytes(_notes.dump_json(notes))
        flush(folder / _FILES)

    def names(self) -> set[str]:
        """Those that have their place."""
        return {folder.name for folder in self._numbered()}

    def keep_only(self, kept: Collection[str]) -> None:
        """Remove every other segment and what killed runs left behind."""
        for folder in self._segments.glob("*"):
            if folder.name not in kept:
                remove_folder(folder)

    def _listed(self, name: str) -> dict[str, FileNote]:
        path = self.list_of(name)
        try:
            return _notes.validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError) as error:
            raise damaged(path) from error
        except OSError as error:
            raise IndexMismatchError(unreadable(path, error)) from error

    def _numbered(self) -> Iterator[Path]:
        return (folder for folder in self._segments.glob("[0-9]*") if folder.name.isdecimal())


def damaged(path: Path) -> IndexMismatchError:
    """What to raise where a file is not what was written."""
    return IndexMismatchError(
        told("{path} is missing or damaged: run `citebot index` to build it again, or `citebot rollback`", path=path)
    )


def files_below(folder: Path) -> Iterator[Path]:
    """All files of a folder and those in it."""
    return (path for path in folder.rglob("*") if path.is_file())


def checksum(path: Path) -> int:
    """CRC-32 of a file."""
    value = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            value = zlib.crc32(block, value)
    return value


def _mark(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
