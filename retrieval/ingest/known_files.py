"""What the files of the sources held when the published generation was made: what did not change is not read again.

``HOME/known-files`` notes of each file that was read without a problem which articles it holds, as hashes. The notes
are of one generation, and of one way of reading: where another one is published, or anything that has a part in reading
is not what it was, all files are read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import time
import zlib
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import chain
from pathlib import Path
from re import match
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

import retrieval
from retrieval.disk import give_place, make_private
from retrieval.index.arrays import map_arrays, save_arrays
from retrieval.text.strings import Strings, borders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.settings import RetrievalSettings
    from retrieval.types import Copy

_log = logging.getLogger(__name__)

_NAME = "known-files"
_SETTLED_NS = 2_000_000_000
"""Nanoseconds for which a file must have been as it is: clocks of file systems are coarse, and what is written twice
within one of their steps shows no change."""
_CONTENT, _TEXT, _DIGEST = 32, 16, 16
"""Bytes of each hash."""

_HALF = 1 << 63

Mark = tuple[int, ...]
_Item = TypeVar("_Item")


@dataclass(slots=True)
class KnownFile:
    """What a file holds: of each article one item of each list."""

    name: str
    """Its path below the source that it was read by way of: articles may be called after it."""
    mark: Mark
    ids: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    """Content hashes (`retrieval.ingest.recipe`)."""
    texts: list[bytes] = field(default_factory=list)
    """The hashes of titles and texts, by which copies are told."""
    digests: list[bytes] = field(default_factory=list)
    """Those of texts, by which it is told what was forgotten."""

    def add(self, article_id: str, content: str, text: bytes, digest: bytes) -> None:
        """Note one more article."""
        self.ids.append(article_id)
        self.contents.append(content)
        self.texts.append(text)
        self.digests.append(digest)


class KnownBefore(NamedTuple):
    """What is known of the published generation."""

    files: Mapping[str, KnownFile] = MappingProxyType({})
    """By their places."""
    copies: Mapping[str, Copy] = MappingProxyType({})
    """Those that are recorded, by their ids."""


def mark_of(path: Path) -> Mark | None:
    """What tells whether a file has changed: where it lies, its length, its times; None where it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    numbers = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return tuple(map(_in_64_bits, numbers))


def _in_64_bits(number: int) -> int:
    """The same where it has its place in an array: some file systems number files beyond 2**63."""
    return (number + _HALF) % (2 * _HALF) - _HALF


def is_settled(mark: Mark) -> bool:
    """Whether a file could not be changed now without another mark."""
    return max(mark[-2:]) + _SETTLED_NS < time.time_ns()


def way_of_reading(settings: RetrievalSettings, database: str) -> str:
    """A hash of all that has a part in what is read from files: settings, Citebot itself, and the libraries it uses.

    Generations are numbered by their `database`, which is named.
    """
    of_all = hashlib.blake2b(digest_size=16)
    of_all.update(json.dumps([database, str(settings.timezone), sorted(settings.outlets.items())]).encode())
    of_all.update(json.dumps([platform.python_version(), _libraries()]).encode())
    for path in sorted(Path(retrieval.__file__).parent.rglob("*.py")):
        of_all.update(path.read_bytes())
    return of_all.hexdigest()


def _libraries() -> list[tuple[str, str]]:
    """The libraries that Citebot names and their versions; those that are not here are left out."""
    found = []
    for name in sorted({_named(each) for each in _required()}):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found


def _required() -> Sequence[str]:
    try:
        return requires("citebot") or ()
    except PackageNotFoundError:
        return ()


def _named(requirement: str) -> str:
    name = match(r"[\w.-]+", requirement)
    return name[0] if name else ""


class KnownFiles:
    """The notes of one home."""

    def __init__(self, home: Path, way: str) -> None:
        """`way` is that of `way_of_reading`."""
        self._path = home / _NAME
        self._way = way

    def of(self, generation: int) -> dict[str, KnownFile]:
        """What the files held when a generation was made, by their places; nothing where that is not known."""
        try:
            arrays = map_arrays(self._path)
            if arrays["made"].tobytes() != self._made(generation):
                return {}
            if arrays.pop("checksum").tobytes() != _checksum(arrays):
                return {}
            return _files_of(arrays)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, SyntaxError, RecursionError):
            return {}  # never written, or damaged: all files are read

    def keep(self, generation: int, files: Mapping[str, KnownFile]) -> None:
        """Note what files held when a generation was made, instead of what was noted before."""
        arrays = _arrays_of(files)
        arrays["made"] = np.frombuffer(self._made(generation), dtype=np.uint8)
        arrays["checksum"] = np.frombuffer(_checksum(arrays), dtype=np.uint8)
        waiting = self._path.with_name(f".{_NAME}.new")
        try:
            make_private(self._path.parent)
            save_arrays(waiting, arrays)
            give_place(waiting, self._path)
        except OSError as error:  # what is published stands
            _log.warning("%s cannot be written, so the next run reads all files again: %s", self._path, error)

    def _made(self, generation: int) -> bytes:
        return f"{generation} {self._way}".encode()


def _arrays_of(files: Mapping[str, KnownFile]) -> dict[str, NDArray[Any]]:
    every = list(files.values())
    strings = {
        "places": files,
        "names": [file.name for file in every],
        "ids": _chained(file.ids for file in every),
    }
    arrays: dict[str, NDArray[Any]] = {
        "marks": np.array([file.mark for file in every], dtype=np.int64),
        "counts": np.array([len(file.ids) for file in every], dtype=np.int64),
        "contents": _bytes(map(bytes.fromhex, _chained(file.contents for file in every))),
        "texts": _bytes(_chained(file.texts for file in every)),
        "digests": _bytes(_chained(file.digests for file in every)),
    }
    for name, each in strings.items():
        found = Strings.of(each)
        arrays |= {name: found.text, f"{name}_starts": found.starts}
    return arrays


def _checksum(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """CRC-32 of all of them: a file that seems to hold fewer articles than it does would lose them."""
    found = 0
    for name, array in sorted(arrays.items()):
        found = zlib.crc32(array.data, zlib.crc32(f"{name} {array.dtype.str} {array.shape}".encode(), found))
    return found.to_bytes(4)


def _files_of(arrays: Mapping[str, NDArray[Any]]) -> dict[str, KnownFile]:
    places, names, ids = (
        Strings(arrays[name], arrays[f"{name}_starts"]).listed() for name in ("places", "names", "ids")
    )
    contents = arrays["contents"].tobytes().hex()
    columns = (
        ids,
        [contents[start : start + 2 * _CONTENT] for start in range(0, len(contents), 2 * _CONTENT)],
        _cut(arrays["texts"], _TEXT),
        _cut(arrays["digests"], _DIGEST),
    )
    starts = borders(arrays["counts"]).tolist()
    if {len(column) for column in columns} != {starts[-1]}:
        raise ValueError(starts[-1])
    marks = [tuple(mark) for mark in arrays["marks"].tolist()]
    return {
        place: KnownFile(name, mark, *(column[start:end] for column in columns))  # type: ignore[arg-type]  # each is its own
        for place, name, mark, start, end in zip(places, names, marks, starts[:-1], starts[1:], strict=True)
    }


def _chained(parts: Iterable[list[_Item]]) -> list[_Item]:
    return list(chain.from_iterable(parts))


def _bytes(parts: Iterable[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(parts), dtype=np.uint8)


def _cut(array: NDArray[np.uint8], length: int) -> list[bytes]:
    whole = array.tobytes()
    return [whole[start : start + length] for start in range(0, len(whole), length)]
