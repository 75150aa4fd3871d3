"""Words on a server: those of a question are fetched, and looked at as an index that holds no others."""

from __future__ import annotations

from dataclasses import dataclass, fields
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from cachetools import LRUCache, cachedmethod

from retrieval.index.lexical import LexicalIndex, LexicalQuery, indexed_terms
from retrieval.index.manifest import gone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.store.server.published import Posting, PublishedStore
    from retrieval.text.terms import QuestionTerm

_REMEMBERED = 65_536
"""Words of which it is remembered whether any passage holds them."""


@dataclass(frozen=True, slots=True)
class FetchedQuery(LexicalQuery):
    """A question with what its words are found by."""

    index: LexicalIndex


class ServerWords:
    """Immutable; searching is safe from several threads. See `retrieval.index.engines.Words`."""

    def __init__(self, store: PublishedStore, generation: int, passages: int) -> None:
        self._store = store
        self._generation = generation
        self._passages = passages
        self._held: LRUCache[str, bool] = LRUCache(_REMEMBERED)
        self._looking = Lock()

    def __len__(self) -> int:
        return self._passages

    @cachedmethod(lambda self: self._held, lock=lambda self: self._looking)
    def holds(self, term: str) -> bool:
        """Whether a term stands in any passage or title."""
        return self._store.holds(self._generation, term)

    def query(self, terms: Sequence[QuestionTerm], others: Sequence[Iterable[Iterable[str]]] = ()) -> FetchedQuery:
        """Fetch the terms of a question and weigh them by how rare they are.

        Raises:
            IndexMissingError: the generation was deleted meanwhile.

        """
        ways = [[tuple(way) for way in of_term] for of_term in others]
        index = self._fetched({term.term for term in terms}.union(*(way for of_term in ways for way in of_term)))
        query = index.query(terms, ways)
        return FetchedQuery(**{each.name: getattr(query, each.name) for each in fields(query)}, index=index)

    def scores(self, query: LexicalQuery) -> NDArray[np.float32]:
        """BM25 of every passage, shape (passages,); 0 where no term of the question stands in it."""
        return _index_of(query).scores(query)

    def in_passages(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which passage or its title, shape (rows, terms)."""
        return _index_of(query).in_passages(query, rows)

    def in_sentences(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which sentence, shape (rows, terms)."""
        return _index_of(query).in_sentences(query, rows)

    def finds(self, title: str, text: str, row: int) -> bool:
        """Whether all words of a passage stand in the one of this row and count for it; true where it has none."""
        return self._fetched(set(indexed_terms(title, text))).finds(title, text, row)

    def _fetched(self, wanted: Collection[str]) -> LexicalIndex:
        postings = self._store.postings(self._generation, wanted)
        if postings is None:
            raise gone(self._generation, self._store.place)
        return LexicalIndex.of_postings(
            {
                word: (_array(passages, "<i4"), _array(scores, "<f4"), _array(sentences, "<i4"))
                for word, passages, scores, sentences in postings
            },
            self._passages,
        )


def postings_of(index: LexicalIndex) -> Iterator[Posting]:
    """Every word of an index as it is stored."""
    for word, (passages, scores, sentences) in index.postings():
        yield (
            word,
            passages.astype("<i4").tobytes(),
            scores.astype("<f4").tobytes(),
            sentences.astype("<i4").tobytes(),
        )


def _array(stored: bytes, kind: str) -> NDArray[Any]:
    return np.frombuffer(stored, dtype=kind)


def _index_of(query: LexicalQuery) -> LexicalIndex:
    if not isinstance(query, FetchedQuery):
        message = f"expected a question that was looked up here, found {type(query).__name__}"
        raise TypeError(message)
    return query.index
