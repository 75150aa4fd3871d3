"""What a search needs of an index, whoever keeps it: FAISS and arrays in a folder, or PostgreSQL.

Passages and sentences are known by their rows, their places in the generation, wherever it is kept.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.index.generation import BuiltGeneration, Generation, Publication
    from retrieval.index.lexical import LexicalQuery
    from retrieval.index.manifest import Manifest
    from retrieval.index.segment import Segment
    from retrieval.text.lexicon import Lexicon
    from retrieval.text.terms import QuestionTerm


class Earlier(NamedTuple):
    """What is there of a generation, for another one to be built of."""

    segments: Sequence[Segment] = ()
    notes: Mapping[str, NDArray[Any]] = MappingProxyType({})
    """What was found of its articles."""
    lexicon: Lexicon | None = None


class Vectors(Protocol):
    """The sentence vectors of one generation; searching is safe from several threads."""

    def __len__(self) -> int:
        """How many sentences there are."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def search(
        self, query: NDArray[np.float32], count: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows of the `count` nearest sentences and their cosines, nearest first; fewer where there are fewer.

        `query` has shape (dimension,) and unit length. With `among`, shape (sentences,), only those marked are found.
        """

    def cosines(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines of `query`, shape (dimension,), and the sentences of these rows, shape (rows,)."""

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The unit vectors of the sentences of these rows, shape (rows, dimension)."""


class Words(Protocol):
    """The words of one generation and BM25 over its passages; searching is safe from several threads."""

    def __len__(self) -> int:
        """How many passages there are."""

    def holds(self, term: str) -> bool:
        """Whether a term stands in any passage or title."""

    def query(self, terms: Sequence[QuestionTerm], others: Sequence[Iterable[Iterable[str]]] = ()) -> LexicalQuery:
        """Look up the terms of a question and weigh them by how rare they are.

        `others` gives for each of them the terms that together stand for it too.
        """

    def scores(self, query: LexicalQuery) -> NDArray[np.float32]:
        """BM25 of every passage, shape (passages,); 0 where no term of the question stands in it."""

    def in_passages(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which passage or its title, shape (rows, terms)."""

    def in_sentences(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which sentence, shape (rows, terms)."""

    def finds(self, title: str, text: str, row: int) -> bool:
        """Whether all words of a passage stand in the one of this row and count for it; true where it has none."""


class Generations(Protocol):
    """The generations of one home; those who read go on while another is added and published."""

    def current(self) -> Publication | None:
        """What is published; None before the first time.

        Raises:
            IndexMismatchError: what says so is damaged.
            DatabaseError: it cannot be asked for.

        """

    def published(self) -> Publication:
        """What is published.

        Raises:
            IndexMissingError: nothing is published yet.
            IndexMismatchError: what says so is damaged.
            DatabaseError: it cannot be asked for.

        """

    def manifest(self, number: int) -> Manifest:
        """Read a generation's manifest.

        Raises:
            IndexMissingError: it is gone.
            IndexMismatchError: it cannot be read, or is of another version of Citebot.

        """

    def check(self, number: int) -> Manifest:
        """Compare a generation with what its manifest says of it; return the manifest.

        Raises:
            IndexMissingError: it is gone.
            IndexMismatchError: a part is missing or damaged.

        """

    def open(self, number: int) -> Generation:
        """Check and open a generation for searching; raises what `check` does."""

    def earlier(self, number: int) -> Earlier:
        """What a new generation may be built of: what this one has; nothing where that is not kept, or is damaged."""

    def add(self, generation: BuiltGeneration) -> Generation:
        """Keep a generation that was built; it is not yet published. Return it as it is read back.

        Raises:
            IndexMismatchError: what was read back has not the numbers of what was built.

        """

    def publish(self, number: int) -> None:
        """Make a generation the one that readers open, in one step."""

    def lineage(self, number: int, length: int) -> list[int]:
        """The generation and those published before it, newest first, at most `length`, as far as they can be read."""

    def keep_only(self, kept: Collection[int]) -> None:
        """Remove every other generation and what killed runs left behind."""

    def highest_number(self) -> int:
        """The highest number that a generation here has; 0 where there is none."""

    def changes(self, every: float, stopping: threading.Event) -> Iterator[None]:
        """Yield each time that it is worth looking what is published, until it is to be `stopping`.

        That is `every` so many seconds, and as soon as a publication is heard of.
        """
