"""Sentence vectors in FAISS; the only importer of faiss.

Vectors are kept as 16-bit floats (``SQfp16``): half the memory of 32-bit ones at the same ranking. A vector's id is
its row, the sentence's place in the generation, so there are no ids to repeat or to lose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import faiss
import numpy as np

from retrieval.errors import IndexMismatchError
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


class VectorIndex:
    """Immutable; searching is safe from several threads."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

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
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            message = told("{path} is damaged: run `citebot index` to build it again", path=path)
            raise IndexMismatchError(message) from error

    def save(self, path: Path) -> None:
        """Write the index to one file.

        Raises:
            OSError: it cannot be written, or not wholly.

        """
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(told("cannot write {path}, is the disk full?", path=path)) from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def search(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows of the `count` nearest sentences and their cosines, nearest first; fewer where there are fewer.

        `query` has shape (dimension,) and unit length. With `among`, shape (sentences,), only those marked are found.
        """
        # Asked for more than it holds, FAISS pads with row -1.
        count = min(count, len(self) if among is None else int(among.sum()))
        if not count:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        bits = None if among is None else np.packbits(among, bitorder="little")
        wanted = None if bits is None else faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]  # as its Python side takes them
        cosines, rows = self._index.search(query[np.newaxis, :], count, params=wanted)
        return rows[0], cosines[0]

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of `query`, shape (dimension,), and the sentences of these rows, shape (rows,)."""
        cosines: NDArray[np.float32] = self.vectors(rows) @ query
        return cosines

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The unit vectors of the sentences of these rows, shape (rows, dimension)."""
        vectors: NDArray[np.float32] = self._index.reconstruct_batch(rows)
        return vectors
