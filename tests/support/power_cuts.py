"""What a disk may hold after a power cut: made of the log that `faulty_files.c` writes of a run.

What was flushed is there: of a file its bytes, of a folder the names in it. Of everything else any part may be: bytes
that were written since come or not, in part and in any order; names come in the order in which they were given, a
folder at a time, up to any of them. A renaming happens as a whole or not at all. This is stricter than most file
systems, of which many flush the name of a new file with its bytes.
"""

import shutil
import struct
from itertools import pairwise
from pathlib import Path

_RECORD = struct.Struct("=4I Q q")
WRITE, FLUSH, CREATE, RENAME, LINK, MKDIR, UNLINK, RMDIR, TRUNCATE = range(1, 10)
_SCRATCH = "-shm"
"""What SQLite keeps for those who have a database open, and makes anew after a cut."""


class _File:
    """A file: its bytes at the beginning, and what was done to them."""

    def __init__(self, content=b""):
        self.content = content
        self.changes = []
        """Offset and bytes each; a length and None where it was cut there."""
        self.flushed = 0
        """How many of the changes are on the disk for certain."""

    def held(self, chance=None):
        """What the disk holds; without a `chance` all that was written."""
        kept = self.changes if chance is None else self._survived(chance)
        content = bytearray(self.content)
        for at, data in kept:
            if data is None:
                del content[at:]
            content.extend(bytes(max(0, at - len(content))))
            if data is not None:
                content[at : at + len(data)] = data
        return bytes(content)

    def _survived(self, chance):
        certain, unsure = self.changes[: self.flushed], self.changes[self.flushed :]
        kind = chance.choice(("none", "all", "first", "some", "torn"))
        if kind == "none" or not unsure:
            return certain
        count = chance.randint(0, len(unsure) - 1)
        if kind == "all":
            return certain + unsure
        if kind == "first":
            return certain + unsure[:count]
        if kind == "some":
            return certain + [change for change in unsure if chance.random() < 0.5]
        at, data = unsure[count]
        return certain + unsure[:count] + [(at, data and data[: chance.randint(0, len(data))])]


class _Naming:
    """Names that came and went together: folder, name, and what has the name then, None for nothing."""

    def __init__(self, changes):
        self.changes = changes
        self.is_certain = False


class Disk:
    """A folder as it was before a run, to which the records of its log are done one by one."""

    def __init__(self, folder):
        self._place = Path(folder)
        self._files = {}
        """The files by their numbers."""
        self._beginning = {}
        """What each folder held at the beginning, by its number in `_names`."""
        self._names = [{}]
        """What each folder holds now: the number of a folder, or a file, by its name."""
        self._namings = []
        self._read(self._place, 0)
        self._beginning = dict(enumerate(map(dict, self._names)))

    def _read(self, folder, number):
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                self._names.append({})
                self._names[number][path.name] = len(self._names) - 1
                self._read(path, len(self._names) - 1)
            else:
                found = self._files[path.stat().st_ino] = _File(path.read_bytes())
                self._names[number][path.name] = found

    def do(self, record):
        """Do what a record of the log says."""
        kind, file, at, first, second, data = record
        if kind == WRITE:
            self._files[file].changes.append((at, data))
        elif kind == TRUNCATE:
            self._files[file].changes.append((at, None))
        elif kind == FLUSH:
            self._flush(file, first)
        elif kind == CREATE:
            self._files[file] = _File()
            self._name([(*self._at(first), self._files[file])])
        elif kind == MKDIR:
            self._names.append({})
            self._name([(*self._at(first), len(self._names) - 1)])
        elif kind in {UNLINK, RMDIR}:
            self._name([(*self._at(first), None)])
        else:
            folder, name = self._at(first)
            gone = [] if kind == LINK else [(folder, name, None)]
            self._name([(*self._at(second), self._names[folder][name]), *gone])

    def _at(self, path):
        """The number of the folder and the name that a path consists of."""
        *folders, name = Path(path).relative_to(self._place).parts or [""]
        number = 0
        for each in folders:
            number = self._names[number][each]
        return number, name

    def _name(self, changes):
        for folder, name, found in changes:
            if found is None:
                self._names[folder].pop(name, None)
            else:
                self._names[folder][name] = found
        self._namings.append(_Naming(changes))

    def _flush(self, file, path):
        folder, name = self._at(path)
        found = self._names[folder].get(name) if name else 0
        if isinstance(found, int):
            for naming in self._namings:
                naming.is_certain |= any(folder == found for folder, _, _ in naming.changes)
        elif file in self._files:
            self._files[file].flushed = len(self._files[file].changes)

    def _survived(self, chance):
        """The namings that are kept: all that are certain, some others, and for each those before it in its folders."""
        later = len(self._namings) + 1
        count = chance.choice((0, later, chance.randint(0, later)))
        kept, closed = set(), set()
        unsure = {number for number, naming in enumerate(self._namings) if not naming.is_certain}
        wanted = {number for number in range(len(self._namings)) if number not in unsure}
        wanted |= set(chance.sample(sorted(unsure), min(count, len(unsure))))
        for number in reversed(range(len(self._namings))):
            folders = {folder for folder, _, _ in self._namings[number].changes}
            if number in wanted or folders & closed:
                kept.add(number)
                closed |= folders
        return [naming for number, naming in enumerate(self._namings) if number in kept]

    def write(self, chance=None):
        """Put in the folder's place what the disk holds after a cut now; without a `chance` all that was done."""
        names = {number: dict(found) for number, found in self._beginning.items()}
        for naming in self._namings if chance is None else self._survived(chance):
            for folder, name, found in naming.changes:
                names.setdefault(folder, {})
                if found is None:
                    names[folder].pop(name, None)
                else:
                    names[folder][name] = found
        shutil.rmtree(self._place, ignore_errors=True)
        held = {}
        self._put(self._place, 0, names, chance, held)

    def _put(self, place, number, names, chance, held):
        place.mkdir()
        for name, found in sorted(names.get(number, {}).items()):
            if isinstance(found, int):
                self._put(place / name, found, names, chance, held)
            elif not name.endswith(_SCRATCH):
                # A file that has two names has one content.
                (place / name).write_bytes(held.setdefault(id(found), found.held(chance)))


def records(log):
    """The records of a log: kind, number of the file, place, both paths, bytes."""
    content, at, found = Path(log).read_bytes(), 0, []
    while at < len(content):
        kind, first, second, length, file, place = _RECORD.unpack_from(content, at)
        ends = [at + _RECORD.size]
        for size in (first, second, length if kind == WRITE else 0):
            ends.append(ends[-1] + size)
        one, other, data = (content[begin:end] for begin, end in pairwise(ends))
        found.append((kind, file, place, one.decode(), other.decode(), data))
        at = ends[-1]
    return found
