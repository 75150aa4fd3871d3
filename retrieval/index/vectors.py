"""Sentence vectors in FAISS; the only importer of faiss.

Vectors are kept as 16-bit floats (``SQfp16``): half the memory of 32-bit ones at the same ranking. A vector's id is
its row, the sentence's place in its segment, so there are no ids to repeat or to lose. Files are mapped into memory.

Where a segment is large, going through all its vectors is most of what a question costs. Beside them stand codes of a
product quantizer (``PQ192x4fs``: 4 bits for every two numbers), an eighth as long, that fit the processor's registers:
they name some thousands of sentences, and only the vectors of these are compared. Codes that would miss more than one
in fifty of the nearest are not kept.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, Self

import faiss
import numpy as np

from retrieval.errors import IndexMismatchError
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.index.rows import Rows

_MARGIN = 8
"""Sentences more than are wanted of each segment, since which of those that are equally near come is left to FAISS."""
_IN_PARALLEL = 20_000
"""Sentences from which on segments are searched at one time, on all processors."""
_CODED: Final = 50_000
"""Sentences from which on a segment has codes."""
_TOGETHER: Final = 2
"""Numbers of a vector that share a code."""
_TRAINED_ON: Final = 25_000
_CODES_SUFFIX: Final = ".codes.faiss"
_CANDIDATES, _LEAST_CANDIDATES = 20, 2000
"""How many times as many sentences as are wanted are taken by their codes, and how many at least."""
_MOST_OF: Final = 0.7
"""Where fewer of a segment may be found, going through these takes no longer."""
_TRIED, _NEAREST, _LEAST_RECALL = 50, 10, 0.98
"""So many sentences of a segment are looked for; this share of those nearest to each must be found."""
# One question is one thread's work for FAISS: any other that it starts for it would only wait for that one, busily.
_searching = ThreadPoolExecutor(thread_name_prefix="segments", initializer=partial(faiss.omp_set_num_threads, 1))


class VectorIndex:
    """Immutable; searching is safe from several threads."""

    def __init__(self, index: faiss.Index, codes: Codes | None = None) -> None:
        self._index = index
        self._codes = codes

    @classmethod
    def build(cls, blocks: Iterable[NDArray[np.float32]]) -> Self:
        """Build from blocks of unit rows, each of shape (rows, dimension); at least one block."""
        index: faiss.Index | None = None
        for block in blocks:
            if index is None:
                index = faiss.IndexScalarQuantizer(
                    block.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
                )
            index.add(np.ascontiguousarray(block))
        if index is None:
            message = told("there are no vectors to index")
            raise ValueError(message)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an index that `save` wrote.

        Raises:
            IndexMismatchError: the file is not a readable FAISS index.

        """
        codes = path.with_suffix(_CODES_SUFFIX)
        index = _read(path, faiss.IO_FLAG_MMAP_IFC)
        return cls(index, Codes(index, partial(_read_if_there, codes)) if codes.exists() else None)

    def save(self, path: Path) -> None:
        """Write the index to one file, and where there are many vectors their codes to one beside it.

        Raises:
            OSError: it cannot be written, or not wholly.

        """
        _write(self._index, path)
        if len(self) >= _CODED and not self.dimension % _TOGETHER and (coded := self._coded()):
            _write(coded, path.with_suffix(_CODES_SUFFIX))

    def _coded(self) -> faiss.Index | None:
        """The codes of all vectors, if they find what is nearest."""
        index = faiss.index_factory(self.dimension, f"PQ{self.dimension // _TOGETHER}x4fs", faiss.METRIC_INNER_PRODUCT)
        sample = self.vectors(np.linspace(0, len(self) - 1, _TRAINED_ON, dtype=np.int64))
        # What all vectors have in common tells none from another: codes are of what is left without it.
        mean = sample.mean(axis=0)
        index.train(sample - mean)
        for start in range(0, len(self), _TRAINED_ON):
            index.add(self.vectors(np.arange(start, min(start + _TRAINED_ON, len(self)))) - mean)
        with_codes = VectorIndex(self._index, Codes(self._index, lambda: index))
        tried = self.vectors(np.linspace(0, len(self) - 1, _TRIED, dtype=np.int64))
        recalls = []
        for query in tried:
            exact, likely = (each.search(query, _NEAREST)[1] for each in (self, with_codes))
            recalls.append((likely >= exact[-1]).mean())  # of what is equally near, either may find another part
        return index if np.mean(recalls) >= _LEAST_RECALL else None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def search(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows of the `count` nearest sentences and their cosines, nearest first; there must be as many.

        `query` has shape (dimension,) and unit length. With `among`, one bit a sentence, only those marked are found.
        """
        likely = self._codes and self._codes.search(query, count, among)
        if likely:
            return likely
        wanted = None if among is None else faiss.SearchParameters(sel=faiss.IDSelectorBitmap(among))  # type: ignore[call-arg, arg-type]  # as its Python side takes them
        cosines, rows = self._index.search(query[np.newaxis, :], count, params=wanted)
        return rows[0], cosines[0]

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The unit vectors of the sentences of these rows, shape (rows, dimension)."""
        vectors: NDArray[np.float32] = self._index.reconstruct_batch(rows)
        return vectors


class Codes:
    """What tells roughly how near each vector is. Read when it is first asked: a run that indexes asks nothing."""

    def __init__(self, exact: faiss.Index, read: Callable[[], faiss.Index | None]) -> None:
        """`read` gives the codes of the vectors of `exact`, or None where they are there no more."""
        self._exact = exact
        self._read = read
        self._lock = Lock()
        self._index: faiss.IndexRefine | None = None

    def search(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """As `VectorIndex.search`, of the sentences that are likely nearest; None where that cannot be told."""
        few = among is not None and _marked(among) < _MOST_OF * self._exact.ntotal
        asked = count if among is None else 2 * count
        if few or _CANDIDATES * asked > self._exact.ntotal or (both := self._both()) is None:
            return None
        factor = max(_CANDIDATES * count, _LEAST_CANDIDATES) / asked
        wanted = faiss.IndexRefineSearchParameters(k_factor=factor)  # type: ignore[call-arg]  # as its Python side takes them
        found, rows = (each[0] for each in both.search(query[np.newaxis, :], asked, params=wanted))
        kept = rows >= 0 if among is None else (rows >= 0) & _is_marked(among, rows)
        return (rows[kept][:count], found[kept][:count]) if kept.sum() >= count else None

    def _both(self) -> faiss.IndexRefine | None:
        with self._lock:
            if self._index is None and (codes := self._read()) is not None:
                self._index = faiss.IndexRefine(codes, self._exact)
        return self._index


class SegmentVectors:
    """The vectors of a generation that consists of segments. See `retrieval.index.engines.Vectors`."""

    def __init__(self, segments: Sequence[VectorIndex], rows: Rows) -> None:
        """`rows` are those of the same segments."""
        self._segments = tuple(segments)
        self._rows = rows
        self._own = [own.sentences for own in rows.of_segments]
        self._live = [None if own.is_whole else own.sentences >= 0 for own in rows.of_segments]
        self._counts = [int((own >= 0).sum()) for own in self._own]
        self._bits = [None if live is None else _bits(live) for live in self._live]

    def __len__(self) -> int:
        return sum(self._counts)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._segments[0].dimension

    def search(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows of the `count` nearest sentences and their cosines, nearest first; fewer where there are fewer.

        `query` has shape (dimension,) and unit length. With `among`, shape (sentences,), only those marked are found.
        What is equally near comes in the order of rows, however the generation is cut into segments.
        """
        search = partial(self._search, query, count, among)
        numbers = range(len(self._segments))
        found = list(_searching.map(search, numbers) if len(self) >= _IN_PARALLEL else map(search, numbers))
        rows, cosines = (np.concatenate(each) for each in zip(*found, strict=True))
        nearest = np.lexsort((rows, -cosines))[:count]
        return rows[nearest], cosines[nearest]

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of `query`, shape (dimension,), and the sentences of these rows, shape (rows,)."""
        cosines: NDArray[np.float32] = self.vectors(rows) @ query
        return cosines

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The unit vectors of the sentences of these rows, shape (rows, dimension)."""
        segments, own_rows = self._rows.places(rows)
        found = np.empty((len(rows), self.dimension), dtype=np.float32)
        for number in np.unique(segments).tolist():
            own = np.flatnonzero(segments == number)
            found[own] = self._segments[number].vectors(own_rows[own])
        return found

    def _search(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.bool_] | None, number: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest sentences of one segment, by their rows in the generation, in the order of both."""
        own, available, bits = self._own[number], self._counts[number], self._bits[number]
        if among is not None:
            live = self._live[number]
            marked = among[own] if live is None else among[own] & live
            available, bits = int(marked.sum()), _bits(marked)
        asked = min(count + _MARGIN, available)
        while asked:
            rows, cosines = self._segments[number].search(query, asked, bits)
            # As near as the last one may be others that FAISS did not give.
            if asked == available or cosines[min(count, asked) - 1] > cosines[-1]:
                return own[rows].astype(np.int64), cosines
            asked = min(2 * asked, available)
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)


def _bits(marked: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(marked, bitorder="little")


def _is_marked(bits: NDArray[np.uint8], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    marked: NDArray[np.bool_] = (bits[rows >> 3] >> (rows & 7)).astype(np.uint8) & 1 == 1
    return marked


def _marked(bits: NDArray[np.uint8]) -> int:
    return int(np.unpackbits(bits).sum())  # `bitwise_count` is of NumPy 2


def _read(path: Path, flags: int = 0) -> faiss.Index:
    try:
        return faiss.read_index(str(path), flags)
    except RuntimeError as error:
        message = told("{path} is damaged: run `citebot index` to build it again", path=path)
        raise IndexMismatchError(message) from error


def _read_if_there(path: Path) -> faiss.Index | None:
    """Who has an older generation open may be asked first when a run has deleted its files."""
    return _read(path) if path.exists() else None


def _write(index: faiss.Index, path: Path) -> None:
    # What FAISS writes into files itself it does not check to the end.
    path.write_bytes(faiss.serialize_index(index).data)
