"""Which articles of a new generation report one event, and which tell how it went on.

Both are found with the vectors and words that the generation holds anyway.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from retrieval.stories.events import Words, events_among, least_shared, near_pairs
from retrieval.stories.facts import Facts, days_in
from retrieval.stories.names import Names
from retrieval.stories.threads import Beginning, threads_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.index.layout import Layout
    from retrieval.index.lexical import LexicalIndex
    from retrieval.index.vectors import VectorIndex
    from retrieval.store.queries import PassageText, StoreQueries

_BEGINNING = 4
"""Sentences that an article's vector is the mean of: what an event is stands first, and reprints are cut behind."""
_READ_AT_ONCE = 2000
_FACTS_KEPT = 20_000


class ArticleNotes:
    """Notes of which articles passages are, as they pass by on their way into the index: one after the other."""

    def __init__(self) -> None:
        self._revisions: list[int] = []
        self.beginnings: list[Beginning] = []
        """Of each article, by its row."""
        self._starts: list[int] = []
        self._passages = 0

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            if not self._revisions or self._revisions[-1] != passage.revision:
                self._revisions.append(passage.revision)
                self._starts.append(self._passages)
                self.beginnings.append(_beginning_of(passage))
            self._passages += 1
            yield passage

    @property
    def starts(self) -> NDArray[np.int64]:
        """The row of each article's first passage, and last the number of passages, shape (articles + 1,)."""
        return np.array([*self._starts, self._passages], dtype=np.int64)

    def rows(self, stories: Iterable[Iterable[int]]) -> list[list[int]]:
        """Groups of revisions as the rows of their articles; those without a passage are left out."""
        row_of = {revision: row for row, revision in enumerate(self._revisions)}
        return [[row_of[revision] for revision in story if revision in row_of] for story in stories]


class Grouped(NamedTuple):
    """To which groups the articles of passages belong, by the groups' numbers; 0 where they stand alone."""

    events: NDArray[np.int32]
    """Shape (passages,)."""
    threads: NDArray[np.int32]
    """Shape (passages,)."""


def grouped(
    notes: ArticleNotes,
    layout: Layout,
    lexical: LexicalIndex,
    vectors: VectorIndex,
    stories: Iterable[Sequence[int]],
    store: StoreQueries,
) -> Grouped:
    """The event that each passage's article reports, and the thread that it is of.

    `stories` are near-copies, as the numbers of their revisions.
    """
    alone = np.zeros(len(layout.passage_ids), dtype=np.int32)
    if len(vectors) != layout.first_sentences[-1]:
        return Grouped(alone, alone)  # what checks the generation will refuse it
    starts = notes.starts
    days = layout.days[starts[:-1]]
    meanings = article_vectors(vectors, layout.first_sentences[starts])
    words = Words(lexical.words_of(starts, np.arange(len(days))), lexical.rarity)
    near = near_pairs(meanings, days)
    pairs = [(one, other) for cosine, one, other in near if words.shared(one, other) >= least_shared(cosine)]

    @lru_cache(maxsize=_FACTS_KEPT)
    def facts_of(article: int) -> Facts | None:
        passage = next(iter(store.passages([int(layout.passage_ids[starts[article]])])), None)
        if passage is None or passage.article.published_at is None:
            return None
        told = map(passage.text_of, passage.sentences)
        return Facts.of([passage.article.title, *told], passage.article.published_at.date())

    groups = [group for group in notes.rows(stories) if len(group) > 1]
    events = events_among(pairs, groups, days, facts_of)
    threads = threads_among(meanings, days, words, events, notes.beginnings)
    return Grouped(_of_passages(events, starts), _of_passages(threads, starts))


def _beginning_of(passage: PassageText) -> Beginning:
    """What the first passage of an article is told apart by from that of another."""
    days = days_in(passage.title, passage.published_at.date()) if passage.published_at else ()
    sentences = [passage.text[span.start : span.end] for span in passage.sentences[:_BEGINNING]]
    return Beginning(days, Names.of(passage.title, sentences))


def _of_passages(groups: Iterable[Sequence[int]], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    """The number of the group that each passage's article is in, 0 where it is in none, shape (passages,)."""
    found = np.zeros(int(starts[-1]), dtype=np.int32)
    for number, group in enumerate(groups, start=1):
        for article in group:
            found[starts[article] : starts[article + 1]] = number
    return found


def article_vectors(vectors: VectorIndex, borders: NDArray[np.int64]) -> NDArray[np.float32]:
    """Unit vectors of articles, shape (articles, dimension): the mean of their first sentences.

    `borders` are the rows of their first sentences, and last the number of sentences, shape (articles + 1,).
    """
    found = np.zeros((len(borders) - 1, vectors.dimension), dtype=np.float32)
    for place in range(_BEGINNING):
        held = np.flatnonzero(borders[:-1] + place < borders[1:])
        for start in range(0, len(held), _READ_AT_ONCE):
            some = held[start : start + _READ_AT_ONCE]
            found[some] += vectors.vectors(borders[some] + place)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    unit: NDArray[np.float32] = found / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit
