"""Which articles of a new generation report one event, found with the vectors and words that it holds anyway."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from retrieval.stories.events import Words, events_among, least_shared, near_pairs
from retrieval.stories.facts import Facts

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
        self._starts: list[int] = []
        self._passages = 0

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            if not self._revisions or self._revisions[-1] != passage.revision:
                self._revisions.append(passage.revision)
                self._starts.append(self._passages)
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


def events_of_passages(
    notes: ArticleNotes,
    layout: Layout,
    lexical: LexicalIndex,
    vectors: VectorIndex,
    stories: Iterable[Sequence[int]],
    store: StoreQueries,
) -> NDArray[np.int32]:
    """The event that each passage's article reports, 0 where it stands alone, shape (passages,).

    `stories` are near-copies, as the numbers of their revisions.
    """
    found = np.zeros(len(layout.passage_ids), dtype=np.int32)
    if len(vectors) != layout.first_sentences[-1]:
        return found  # what checks the generation will refuse it
    starts = notes.starts
    days = layout.days[starts[:-1]]
    near = near_pairs(_article_vectors(vectors, layout.first_sentences[starts]), days)
    words = Words(lexical.words_of(starts, np.unique([pair[1:] for pair in near]).astype(np.int64)), lexical.rarity)
    pairs = [(one, other) for cosine, one, other in near if words.shared(one, other) >= least_shared(cosine)]

    @lru_cache(maxsize=_FACTS_KEPT)
    def facts_of(article: int) -> Facts | None:
        passage = next(iter(store.passages([int(layout.passage_ids[starts[article]])])), None)
        if passage is None or passage.article.published_at is None:
            return None
        told = (passage.text[each.start - passage.start : each.end - passage.start] for each in passage.sentences)
        return Facts.of([passage.article.title, *told], passage.article.published_at.date())

    groups = [group for group in notes.rows(stories) if len(group) > 1]
    for number, event in enumerate(events_among(pairs, groups, days, facts_of), start=1):
        for article in event:
            found[starts[article] : starts[article + 1]] = number
    return found


def _article_vectors(vectors: VectorIndex, borders: NDArray[np.int64]) -> NDArray[np.float32]:
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
