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
from pathlib import Path
from re import match
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

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


class KnownArticle(NamedTuple):
    """An article of a file."""

    id: str
    content: str
    """Its content hash (`retrieval.ingest.recipe`)."""
    text: bytes
    """The hash of its title and text, by which copies are told."""
    digest: bytes
    """That of its text, by which it is told what was forgotten."""


@dataclass(slots=True)
class KnownFile:
    """What a file holds."""

    name: str
    """Its path below the source that it was read by way of: articles may be called after it."""
    mark: Mark
    articles: list[KnownArticle] = field(default_factory=list)


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
    articles = [article for file in files.values() for article in file.articles]
    strings = {
        "places": files,
        "names": [file.name for file in files.values()],
        "ids": [article.id for article in articles],
    }
    arrays: dict[str, NDArray[Any]] = {
        "marks": np.array([file.mark for file in files.values()], dtype=np.int64),
        "counts": np.array([len(file.articles) for file in files.values()], dtype=np.int64),
        "contents": _bytes(bytes.fromhex(article.content) for article in articles),
        "texts": _bytes(article.text for article in articles),
        "digests": _bytes(article.digest for article in articles),
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
    articles = [
        KnownArticle(*each)
        for each in zip(
            ids,
            [contents[start : start + 2 * _CONTENT] for start in range(0, len(contents), 2 * _CONTENT)],
            _cut(arrays["texts"], _TEXT),
            _cut(arrays["digests"], _DIGEST),
            strict=True,
        )
    ]
    starts = borders(arrays["counts"]).tolist()
    marks = [tuple(mark) for mark in arrays["marks"].tolist()]
    return {
        place: KnownFile(name, mark, articles[start:end])
        for place, name, mark, start, end in zip(places, names, marks, starts[:-1], starts[1:], strict=True)
    }


def _bytes(parts: Iterable[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(parts), dtype=np.uint8)


def _cut(array: NDArray[np.uint8], length: int) -> list[bytes]:
    whole = array.tobytes()
    return [whole[start : start + length] for start in range(0, len(whole), length)]
