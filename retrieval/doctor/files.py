"""The files of an index: each read and compared with its checksum, and what is there that nothing names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from retrieval.backups.parts import FETCHED, RESTORING, is_broken_off
from retrieval.errors import IndexMissingError, RetrievalError
from retrieval.index.generation import GenerationFolder
from retrieval.index.manifest import folder_name
from retrieval.index.segments import checksum
from retrieval.told import system_reason, told, told_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.doctor.findings import Examination

_AT_WORK = 3600.0
"""Seconds within which a run may still be at what nothing names yet."""
_ASIDE = [f"{parent}/.{doing}-*" for parent in ("generations", "segments") for doing in ("building", "removing")]
"""Folders that do not have their place yet, or not any more."""
_LISTS = ("manifest.json", "segment.json")


class IndexFiles:
    """The folders of generations and segments of one home."""

    def __init__(self, home: Path, recorded: set[int], found: Examination, *, alone: bool) -> None:
        """`recorded` are the generations that the database knows; `alone` says that nobody writes meanwhile."""
        self._home = home
        self._generations = GenerationFolder(home)
        self._recorded = recorded
        self._found = found
        self._alone = alone
        self._damaged: dict[Path, str] = {}
        """What was found of each file that was looked at; "" where it is whole."""

    def look(self) -> None:
        """Look at all of it."""
        published = self._published()
        numbers = self._numbers()
        kept = sorted(number for number in numbers if number in self._recorded or number == published)
        named, readable = self._look_at_generations(kept, published)
        self._look_at_records(numbers, published)
        unnamed = [self._home / "generations" / folder_name(number) for number in numbers if number not in kept]
        if readable:
            folders = (self._home / "segments").glob("[0-9]*")
            unnamed += [folder for folder in folders if folder.name not in named]
        self._look_at_leftovers([*unnamed, *self._unfinished()])

    def _published(self) -> int | None:
        try:
            return self._generations.published().number
        except IndexMissingError as error:
            self._found.problem("index", told_by(error))
        except RetrievalError as error:
            self._found.problem("index", told_by(error))
            self._found.damage.needs_index = True
        return None

    def _numbers(self) -> list[int]:
        folders = (self._home / "generations").glob("[0-9]*")
        return sorted(int(folder.name) for folder in folders if folder.name.isdecimal())

    def _look_at_generations(self, kept: list[int], published: int | None) -> tuple[set[str], bool]:
        """Return the segments that generations name, and whether all generations could be read."""
        named: set[str] = set()
        readable, whole, files = True, True, 0
        told_before: set[str] = set()
        if published is not None and published not in kept:
            self._lost(published, told_by(_gone(self._generations, published)))
            whole = False
        for number in kept:
            try:
                named |= self._generations.manifest(number).segments.keys()
                count, faults = self._faults_of(number)
            except RetrievalError as error:
                whole = readable = False
                self._lost(number, told_by(error), is_published=number == published)
                continue
            files += count
            if faults:
                whole = False
                self._found.damage.generations.add(number)
                for fault in faults:
                    if fault not in told_before:  # segments may be of several generations
                        self._found.mendable("files", fault)
                told_before.update(faults)
        if whole and kept:
            self._found.ok(
                "files",
                told(
                    "{count} file of the index holds what was written",
                    "{count} files of the index hold what was written",
                    count=files,
                ),
            )
        return named, readable

    def _lost(self, number: int, reason: str, *, is_published: bool = True) -> None:
        """Note a generation of which not even is known what it consisted of."""
        if is_published:
            self._found.problem("files", reason)
            self._found.damage.needs_index = True
        else:
            self._found.note(
                "files",
                told("generation {name} cannot be gone back to: {reason}", name=folder_name(number), reason=reason),
            )

    def _faults_of(self, number: int) -> tuple[int, list[str]]:
        """How many files a generation has, and what is wrong with those that were not looked at before."""
        files = self._generations.files(number)
        wrong_lists = {
            path.parent for path, expected in files.items() if path.name in _LISTS and self._fault(path, expected)
        }
        faults = [
            fault
            for path, expected in files.items()
            if (path.name in _LISTS or path.parent not in wrong_lists) and (fault := self._fault(path, expected))
        ]
        return len(files), faults

    def _fault(self, path: Path, expected: int | None) -> str:
        if path not in self._damaged:
            self._damaged[path] = _fault_of(path, expected)
        return self._damaged[path]

    def _look_at_records(self, numbers: list[int], published: int | None) -> None:
        for number in sorted(self._recorded.difference(numbers)):
            said = told("generation {name} is recorded in the database and has no files", name=folder_name(number))
            if published is None or number == published:
                continue  # that is told of already
            if self._alone or number < published:
                self._found.mendable("index", said)
                self._found.damage.records.add(number)
            else:
                self._found.note(
                    "index", told("{said}: a run is at it, or was killed; the next one clears it", said=said)
                )

    def _unfinished(self) -> Iterator[Path]:
        for pattern in (".current.new", RESTORING, "fetched/*.*"):
            yield from (path for path in self._home.glob(pattern) if path.suffix != ".response")
        for pattern in (*_ASIDE, ".calibration.json.*", "sources.[0-9]*", "told-sources.[0-9]*"):
            yield from self._home.glob(pattern)

    def _look_at_leftovers(self, paths: list[Path]) -> None:
        for path in paths:
            if path.name == RESTORING and is_broken_off(self._home):
                self._found.problem("leftovers", told("a restore was broken off: run `citebot restore FILE` again"))
                continue
            said = told("{path} belongs to nothing that is published or recorded", path=path)
            try:
                age = time.time() - _changed_at(path)
            except OSError:
                continue  # gone meanwhile
            if age < _AT_WORK and not (self._alone and _is_of_the_writer(path)):
                self._found.note("leftovers", told("{said}, and was written just now: a run may be at it", said=said))
            else:
                self._found.mendable("leftovers", said)
                self._found.damage.leftovers.append(path)
        if not paths:
            self._found.ok("leftovers", told("nothing is left over from runs that were killed"))


def _is_of_the_writer(path: Path) -> bool:
    """Whether only who holds the writer's lock makes such a file."""
    return path.parent.name != FETCHED and not path.name.startswith((".calibration", "told-sources"))


def _changed_at(path: Path) -> float:
    """When a file, or the last one in a folder, was changed."""
    return max(each.stat().st_mtime for each in (path, *path.rglob("*")))


def _fault_of(path: Path, expected: int | None) -> str:
    """What is wrong with a file; "" where nothing is."""
    try:
        intact = expected is None or checksum(path) == expected
    except FileNotFoundError:
        return told("{path} is missing", path=path)
    except OSError as error:
        return told("{path} cannot be read ({reason})", path=path, reason=system_reason(error))
    return "" if intact else told("{path} does not hold what was written", path=path)


def _gone(generations: GenerationFolder, number: int) -> RetrievalError:
    try:
        generations.manifest(number)
    except RetrievalError as error:
        return error
    message = told("generation {name} is not recorded in the database", name=folder_name(number))
    return IndexMissingError(message)
