"""The file of a backup: a tar archive whose last member lists all others with their sizes and hashes."""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import shutil
import tarfile
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003 - pydantic reads it
from typing import IO, TYPE_CHECKING, Self

from pydantic import TypeAdapter, ValidationError

from retrieval.errors import BackupError
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = 1
"""Raise when what a backup consists of changes in form."""
LIST = "backup.json"
"""The last member: a file that lacks it was cut off."""

_ENDINGS = {".tar": "tar", ".tar.gz": "gz", ".tgz": "gz", ".tar.xz": "xz", ".tar.zst": "zst"}
_OPTIONS = {"gz": {"compresslevel": 1}, "xz": {"preset": 1}}
"""Vectors hardly become smaller however hard one tries."""
_LONGEST_LIST = 100_000_000
"""Bytes."""
_BLOCK_BYTES = 1 << 20
_LONGEST_EXTENSION = 1 << 16
"""Bytes of what precedes a member with a long name or size; `tarfile` reads it at once."""
_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"
_NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,3}}")
"""Below the home whatever it says: no part is empty, or begins with a point."""


@dataclass(frozen=True)
class FileSum:
    """What a file of a backup is known by."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself."""

    format: int
    citebot: str
    """The version that took it."""
    made_at: datetime
    generation: int
    """The one that was published."""
    articles: int
    files: dict[str, FileSum] = field(default_factory=dict)


_contents = TypeAdapter(Contents)
_formats = TypeAdapter(dict[str, object])


class _Member(tarfile.TarInfo):
    """A member whose extensions are short, so that reading one takes no memory to speak of."""

    _PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read the block that a member begins with."""
        member = super().frombuf(buf, encoding, errors)
        if member.type not in cls._PLAIN and member.size > _LONGEST_EXTENSION:
            raise tarfile.ReadError("a header is too long")
        return member


class _Summing(io.RawIOBase):
    """Reads a file and sums up what it read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0
        self.checksum = 0

    def read(self, size: int = -1, /) -> bytes:
        block = self._file.read(size)
        self._hash.update(block)
        self.checksum = zlib.crc32(block, self.checksum)
        self.size += len(block)
        return block

    @property
    def sum(self) -> FileSum:
        return FileSum(self.size, self._hash.hexdigest())


class ArchiveWriter:
    """Writes an archive, a file after the other."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._sums: dict[str, FileSum] = {}

    @classmethod
    @contextmanager
    def to(cls, path: Path, compression: str) -> Iterator[Self]:
        """Open a writer of a new file that nobody but its owner may read; see `compression_of`."""
        path.touch(mode=0o600, exist_ok=False)
        with tarfile.open(path, f"w:{compression}", format=tarfile.PAX_FORMAT, **_OPTIONS.get(compression, {})) as file:  # type: ignore[call-overload]  # the mode is put together
            yield cls(file)

    def add(self, name: str, file: IO[bytes], size: int) -> int:
        """Add `size` bytes of a file; return their CRC-32."""
        summing = _Summing(file)
        self._archive.addfile(_member(name, size), summing)
        self._sums[name] = summing.sum
        return summing.checksum

    def end(self, contents: Contents) -> None:
        """Add the list of all that was added."""
        content = _contents.dump_json(replace(contents, files=self._sums), indent=1)
        self._archive.addfile(_member(LIST, len(content)), io.BytesIO(content))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(time.time())
    return member


def compression_of(path: Path) -> str:
    """Return how `tarfile` calls the compression that a name asks for.

    Raises:
        BackupError: its ending is none of those that there are, or needs a newer Python.

    """
    kind = next((kind for ending, kind in _ENDINGS.items() if path.name.lower().endswith(ending)), None)
    if kind is None:
        raise BackupError(told("{path}: call the file something.tar.gz, or .tar, .tgz, .tar.xz, .tar.zst", path=path))
    if kind not in tarfile.TarFile.OPEN_METH:
        raise BackupError(told("{path}: this Python cannot write .zst (3.14 can): call it something.tar.gz", path=path))
    return kind


def read_archive(path: Path, folder: Path | None = None) -> Contents:
    """Read a whole backup and compare it with its list; put its files into `folder` where one is given.

    Nothing but plain files with plain names below `folder` is taken, each once. `folder` may hold a part of them where
    this raises.

    Raises:
        BackupError: the file is no backup, is damaged or cut off, holds what no backup does, or is of a newer version.
        OSError: it cannot be read, or its files cannot be written.

    """
    sums: dict[str, FileSum] = {}
    contents = None
    with _translated_errors(path), tarfile.open(path, "r|*", tarinfo=_Member) as archive:
        for member in archive:
            if contents is not None:
                raise _odd(path, member.name)
            if not member.isreg() or member.issparse() or not _NAME.fullmatch(member.name) or member.name in sums:
                raise _odd(path, member.name)
            if folder and member.size > (room := shutil.disk_usage(folder).free):
                raise BackupError(
                    told(
                        "{path}: {name} in it is {size:,} bytes long, and the disk has room for {room:,}: make room",
                        path=path,
                        name=member.name,
                        size=member.size,
                        room=room,
                    )
                )
            file = archive.extractfile(member)
            assert file is not None  # noqa: S101 - of a plain file there always is one
            if member.name == LIST:
                contents = _read_list(path, file.read(_LONGEST_LIST))
            else:
                try:
                    sums[member.name] = _take(file, _place_of(member.name, folder) if folder else None)
                except FileExistsError:  # one is a folder and a file
                    raise _odd(path, member.name) from None
    if contents is None:
        raise BackupError(
            told("{path} is no backup of citebot, or was cut off: its list of files is missing", path=path)
        )
    if sums != contents.files:
        wrong = next(name for name in sorted({*sums, *contents.files}) if sums.get(name) != contents.files.get(name))
        raise BackupError(told("{path} is damaged: {name} is not what was backed up", path=path, name=wrong))
    return contents


def _place_of(name: str, folder: Path) -> Path:
    """Where a member goes; the folders above it are made so that nobody else can read them."""
    place = folder
    for part in name.split("/"):
        place.mkdir(mode=0o700, exist_ok=True)
        place /= part
    return place


def _take(file: IO[bytes], target: Path | None) -> FileSum:
    """Read a member to its end and write it, if it is wanted, where nothing is yet."""
    summing = _Summing(file)
    if target is None:
        while summing.read(_BLOCK_BYTES):
            pass
        return summing.sum
    target.touch(mode=0o600, exist_ok=False)
    with target.open("r+b") as writing:
        while block := summing.read(_BLOCK_BYTES):
            writing.write(block)
    return summing.sum


def _read_list(path: Path, content: bytes) -> Contents:
    try:
        found = _formats.validate_json(content).get("format")
        if found == FORMAT:
            return _contents.validate_json(content)
    except ValidationError as error:
        raise BackupError(told("{path} is damaged: its list of files cannot be read", path=path)) from error
    raise BackupError(
        told(
            "{path} has format {found}, expected {expected}: restore it with the version of citebot that took it",
            path=path,
            found=found,
            expected=FORMAT,
        )
    )


def _odd(path: Path, name: str) -> BackupError:
    return BackupError(
        told("{path} is no backup of citebot: it holds {name!r}; nothing was restored", path=path, name=name)
    )


@contextmanager
def _translated_errors(path: Path) -> Iterator[None]:
    try:
        yield
    # `tarfile` lets through what comes of numbers that are none, and of headers that follow each other without end.
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError, RecursionError) as error:
        raise BackupError(
            told(
                "{path} is no backup of citebot, or is damaged ({reason})",
                path=path,
                reason=" ".join(str(error).split()),
            )
        ) from error
