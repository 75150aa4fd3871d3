"""Generations on disk: built aside, checked, published by one rename, opened by any number of readers.

``HOME/generations/000007/`` holds the manifest of one index, which lists its segments, and what is told of it as a
whole; it is never changed. The file ``HOME/current`` names the published one and is replaced in one step, so a reader
or a crash sees the old generation or the new one, whole.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from retrieval.disk import flush, give_place, remove_folder
from retrieval.errors import IndexMismatchError, IndexMissingError
from retrieval.index.engines import Earlier
from retrieval.index.manifest import Manifest, dump_manifest, folder_name, read_manifest, unreadable
from retrieval.index.segments import SegmentFolder, checksum, damaged, files_below
from retrieval.told import told

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.index.engines import Generations, Vectors, Words
    from retrieval.index.layout import Layout
    from retrieval.index.lexical import SegmentWords
    from retrieval.index.rows import Rows
    from retrieval.index.segment import Segment
    from retrieval.index.vectors import SegmentVectors
    from retrieval.text.lexicon import CorpusWords, Lexicon

_MANIFEST = "manifest.json"
_ARTICLES = "articles.npy"
_NOTES = "notes.npz"
_LAYOUT = "layout.npz"
_LEXICON = "lexicon.npz"


_LONGEST_CURRENT = 100
_NUMBER = re.compile(rb"\s*([0-9]{1,12})\s*")
"""A generation, as the file that tells which is published holds it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One act of publishing: differs from every other one, even where the number is the same."""

    number: int
    mark: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Generation:
    """An open generation."""

    manifest: Manifest
    vectors: Vectors
    lexical: Words
    layout: Layout
    lexicon: Lexicon | None = None
    """None where an earlier version built it: questions are then taken with the capitals and the typos they came with.
    """

    @property
    def words(self) -> CorpusWords | None:
        """What the articles know of words; None where there is no lexicon."""
        from retrieval.text.lexicon import CorpusWords

        return None if self.lexicon is None else CorpusWords(self.lexicon, self.lexical.holds)


@dataclass(frozen=True, slots=True)
class BuiltGeneration(Generation):
    """A generation as it was built, and as a folder holds it: segments, some of which may be in memory alone."""

    vectors: SegmentVectors
    lexical: SegmentWords
    segments: tuple[Segment, ...] = field(kw_only=True)
    rows: Rows = field(kw_only=True)
    notes: Mapping[str, NDArray[Any]] = field(default_factory=dict, kw_only=True)
    """What was found of its articles, for the next generation."""

    @classmethod
    def of(
        cls, manifest: Manifest, segments: Sequence[Segment], rows: Rows, layout: Layout, lexicon: Lexicon | None
    ) -> Self:
        """The generation of segments whose `rows` these are."""
        from retrieval.index.lexical import SegmentWords
        from retrieval.index.vectors import SegmentVectors

        return cls(
            manifest,
            SegmentVectors([segment.vectors for segment in segments], rows),
            SegmentWords([segment.words for segment in segments], rows),
            layout,
            lexicon,
            segments=tuple(segments),
            rows=rows,
        )


class GenerationFolder:
    """The generations below one home folder. See `retrieval.index.engines.Generations`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._generations = home / "generations"
        self._current = home / "current"
        self._segments = SegmentFolder(home)

    def current(self) -> Publication | None:
        """What is published; None before the first time.

        Raises:
            IndexMismatchError: the file that says so is damaged.

        """
        try:
            with self._current.open("rb") as file:
                status = os.fstat(file.fileno())
                return Publication(_number_in(file.read(_LONGEST_CURRENT)), (status.st_ino, status.st_mtime_ns))
        except FileNotFoundError:
            return None
        except ValueError as error:
            message = told(
                "{path} does not hold the number of a generation: run `citebot index` to publish one",
                path=self._current,
            )
            raise IndexMismatchError(message) from error
        except OSError as error:
            raise IndexMismatchError(unreadable(self._current, error)) from error

    def published(self) -> Publication:
        """What is published.

        Raises:
            IndexMissingError: nothing is published yet.
            IndexMismatchError: the file that says so is damaged.

        """
        current = self.current()
        if current is None:
            raise no_index(self._home.absolute())
        return current

    def manifest(self, number: int) -> Manifest:
        """Read a generation's manifest.

        Raises:
            IndexMissingError: its folder is gone.
            IndexMismatchError: it cannot be read, or is of another version of Citebot.

        """
        return read_manifest(self._generations / folder_name(number) / _MANIFEST, number)

    def check(self, number: int) -> Manifest:
        """Compare every file of a generation with its manifest's checksum; return the manifest.

        Raises:
            IndexMismatchError: a file is missing or damaged.

        """
        manifest = self.manifest(number)
        folder = self._generations / manifest.name
        for name, expected in manifest.checksums.items():
            path = folder / name
            try:
                intact = checksum(path) == expected
            except FileNotFoundError:
                intact = False
            except OSError as error:
                raise IndexMismatchError(unreadable(path, error)) from error
            if not intact:
                raise damaged(path)
        for name, expected in manifest.segments.items():
            self._segments.check(name, expected)
        return manifest

    def files(self, number: int) -> dict[Path, int | None]:
        """CRC-32 of what each file of a generation and its segments shall hold; None for the manifest, which says so.

        Raises:
            IndexMissingError: its folder is gone.
            IndexMismatchError: the manifest or the list of a segment's files cannot be read.

        """
        manifest = self.manifest(number)
        folder = self._generations / manifest.name
        found: dict[Path, int | None] = {folder / _MANIFEST: None}
        found |= {folder / name: expected for name, expected in manifest.checksums.items()}
        for name, expected in manifest.segments.items():
            found[self._segments.list_of(name)] = expected
            found |= self._segments.files(name)
        return found

    def note_anew(self) -> None:
        """Note all files as they are on the disk now, where the folder was carried from another one.

        Until then each file is read to compare it, whenever a generation is opened.
        """
        for name in self._segments.names():
            self._segments.note_anew(name)
        for folder in self._generations.glob("[0-9]*"):
            manifest = self.manifest(int(folder.name))
            segments = {name: self._segments.checksum(name) for name in manifest.segments}
            (folder / _MANIFEST).write_bytes(dump_manifest(replace(manifest, segments=segments)))
            flush(folder / _MANIFEST)

    def condemn(self, number: int) -> None:
        """Have nobody open a generation any more, nor build another of it: its files are not what they should be."""
        (self._generations / folder_name(number) / _ARTICLES).unlink(missing_ok=True)

    def open(self, number: int) -> BuiltGeneration:
        """Check and open a generation for searching."""
        from retrieval.array_files import loaded_array
        from retrieval.index.layout import Layout
        from retrieval.index.rows import rows_of
        from retrieval.text.lexicon import Lexicon

        manifest = self.check(number)
        folder = self._generations / manifest.name
        segments = [self._segments.open(name) for name in manifest.segments]
        keys = [segment.keys for segment in segments]
        rows = rows_of(loaded_array(folder / _ARTICLES), keys, [segment.counts for segment in segments])
        lexicon = Lexicon.load(folder / _LEXICON) if manifest.has_lexicon else None
        return BuiltGeneration.of(manifest, segments, rows, Layout.load(folder / _LAYOUT), lexicon)

    def earlier(self, number: int) -> Earlier:
        """What a new generation may be built of: what this one has; nothing where that is damaged."""
        from retrieval.array_files import loaded_arrays
        from retrieval.text.lexicon import Lexicon

        try:
            manifest = self.check(number)
            folder = self._generations / manifest.name
            lexicon = Lexicon.load(folder / _LEXICON) if manifest.has_lexicon else None
            notes = loaded_arrays(folder / _NOTES)
            return Earlier(tuple(map(self._segments.open, manifest.segments)), notes, lexicon)
        except (IndexMissingError, IndexMismatchError):
            return Earlier()

    def add(self, generation: BuiltGeneration) -> Generation:
        """Write a generation aside and give it its place; it is not yet published. Return it as it is read back.

        Raises:
            IndexMismatchError: what was read back has not the numbers of what was built.

        """
        import numpy as np

        from retrieval.array_files import dumped
        from retrieval.index.self_check import require_same_counts

        number = generation.manifest.number
        names = [segment.name or self._segments.add(segment).name for segment in generation.segments]
        aside = self._generations / f".building-{folder_name(number)}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        (aside / _ARTICLES).write_bytes(dumped(generation.rows.keys))
        np.savez(aside / _NOTES, **dict(generation.notes))  # type: ignore[arg-type]  # it has no array called that
        generation.layout.save(aside / _LAYOUT)
        if generation.lexicon is not None:
            generation.lexicon.save(aside / _LEXICON)
        manifest = replace(
            generation.manifest,
            checksums={str(path.relative_to(aside)): checksum(path) for path in sorted(files_below(aside))},
            segments={name: self._segments.checksum(name) for name in names},
        )
        (aside / _MANIFEST).write_bytes(dump_manifest(manifest))
        place = self._generations / folder_name(number)
        remove_folder(place)
        give_place(aside, place)
        written = self.open(number)
        require_same_counts(written)
        return written

    def publish(self, number: int) -> None:
        """Make a generation the one that readers open, in one step."""
        waiting = self._current.with_name(".current.new")
        waiting.write_text(f"{number}\n", encoding="ascii")
        give_place(waiting, self._current)

    def lineage(self, number: int, length: int) -> list[int]:
        """The generation and those published before it, newest first, at most `length`, as far as they can be read."""
        return lineage(self, number, length)

    def keep_only(self, kept: Collection[int]) -> None:
        """Remove every other generation and what killed runs left behind."""
        names = {folder_name(number) for number in kept}
        for folder in self._generations.glob("*"):
            if folder.name not in names:
                remove_folder(folder)
        try:
            listed = {name for number in kept for name in self._listed(number)}
        except IndexMismatchError:
            return self._segments.keep_only(self._segments.names())  # one that cannot be read now may be later
        return self._segments.keep_only(listed)

    def highest_number(self) -> int:
        """The highest number that a generation here has; 0 where there is none."""
        numbers = [int(folder.name) for folder in self._generations.glob("[0-9]*") if folder.name.isdecimal()]
        return max(numbers, default=0)

    def _listed(self, number: int) -> Collection[str]:
        """The segments of a generation; none where it is gone."""
        try:
            return self.manifest(number).segments
        except IndexMissingError:
            return ()

    def changes(self, every: float, stopping: threading.Event) -> Iterator[None]:
        """Yield each time that it is worth looking what is published, until it is to be `stopping`."""
        while not stopping.wait(every):
            yield


def no_index(place: object) -> IndexMissingError:
    """What to raise where nothing is published in a place."""
    return IndexMissingError(told("there is no index yet in {place}: run `citebot index`", place=place))


def lineage(generations: Generations, number: int, length: int) -> list[int]:
    """A generation and those published before it, newest first, at most `length`, as far as they can be read."""
    found: list[int] = []
    following: int | None = number
    while following is not None and len(found) < length:
        try:
            previous = generations.manifest(following).previous
        except (IndexMissingError, IndexMismatchError):
            break
        found.append(following)
        following = previous
    return found


def _number_in(content: bytes) -> int:
    found = _NUMBER.fullmatch(content)
    if found is None:
        raise ValueError(content)
    return int(found[1])
