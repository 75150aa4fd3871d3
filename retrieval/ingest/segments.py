"""Segments of a new generation: those that are there, and new ones of what they lack; no model is needed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from retrieval.index.layout import LayoutBuilder
from retrieval.index.lexicon_builder import LexiconBuilder
from retrieval.index.postings import PostingsBuilder
from retrieval.index.segment import Segment, SegmentArticles
from retrieval.index.vectors import VectorIndex
from retrieval.stories.linking import signatures_of
from retrieval.stories.reprints import days_of
from retrieval.stories.told import BEGINNING, Told
from retrieval.text.strings import Strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.store.queries import PassageText, StoreQueries
    from retrieval.store.stories import StoryStore

MOST_SENTENCES = 250_000
"""Sentences of a segment at most, but for one article that has more: what is put together at one time, in memory."""
_ALIKE = 4
"""Segments of about one size from which on they are put together."""
_SMALL = 4000
"""Sentences below which all segments count as of one size."""
_LEAST_LIVE = 0.75
"""Share of its sentences below which a segment is written again without what is gone."""
_READ_AT_ONCE = 2000


class ArticleNotes:
    """Notes of which articles passages are, as they pass by on their way into a segment: one after the other."""

    def __init__(self) -> None:
        self._revisions: list[int] = []
        self._starts: list[int] = []
        self._moments: list[float] = []
        self._told: list[str] = []
        self._passages = 0

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            if not self._revisions or self._revisions[-1] != passage.revision:
                self._revisions.append(passage.revision)
                self._starts.append(self._passages)
                self._moments.append(days_of(passage.published_at))
                self._told.append(_told_by(passage))
            self._passages += 1
            yield passage

    @property
    def revisions(self) -> list[int]:
        """Those of the articles, in their order."""
        return self._revisions

    @property
    def first_passages(self) -> NDArray[np.int64]:
        """The row of each article's first passage, and last the number of passages, shape (articles + 1,)."""
        return np.array([*self._starts, self._passages], dtype=np.int64)

    def build(self, meanings: NDArray[np.float32], signatures: NDArray[np.uint32]) -> SegmentArticles:
        """All of it, with the vectors and the signatures of the articles."""
        told = Strings.of(self._told)
        return SegmentArticles(
            revisions=np.array(self._revisions, dtype=np.int64),
            first_passages=self.first_passages,
            moments=np.array(self._moments, dtype=np.float64),
            meanings=meanings,
            signatures=signatures,
            text=told.text,
            text_starts=told.starts,
        )


def new_segments(queries: StoreQueries, stories: StoryStore, model: str, revisions: Sequence[int]) -> Iterator[Segment]:
    """Index revisions, which are in the order of an index, with the vectors of a model, given by its fingerprint."""
    for some in _portions(revisions, queries.count_sentences(revisions)):
        layouts, lexicons, words, notes = LayoutBuilder(), LexiconBuilder(), PostingsBuilder(), ArticleNotes()
        for _ in notes.noting(words.noting(lexicons.noting(layouts.noting(queries.passages_of(some))))):
            pass
        layout = layouts.build()
        vectors = VectorIndex.build(queries.vectors(some, model))
        starts = notes.first_passages
        meanings = article_vectors(vectors, layout.first_sentences[starts])
        signatures = signatures_of(stories, notes.revisions)
        signed = np.stack([signatures[revision] for revision in notes.revisions]).astype(np.uint32)
        yield Segment(notes.build(meanings, signed), layout, words.build(starts), lexicons.counts(), vectors)


def _portions(revisions: Sequence[int], sentences: dict[int, int]) -> Iterator[list[int]]:
    """The revisions that have sentences, as many at a time as one segment may have."""
    some: list[int] = []
    count = 0
    for revision in revisions:
        if revision not in sentences:
            continue
        if some and count + sentences[revision] > MOST_SENTENCES:
            yield some
            some, count = [], 0
        some.append(revision)
        count += sentences[revision]
    if some:
        yield some


def article_vectors(vectors: VectorIndex, first_sentences: NDArray[np.int64]) -> NDArray[np.float32]:
    """Unit vectors of articles, shape (articles, dimension): the mean of their first sentences.

    `first_sentences` are the rows of these, and last the number of sentences, shape (articles + 1,).
    """
    found = np.zeros((len(first_sentences) - 1, vectors.dimension), dtype=np.float32)
    if len(vectors) != first_sentences[-1]:
        return found  # what checks the generation will refuse it
    for place in range(BEGINNING):
        held = np.flatnonzero(first_sentences[:-1] + place < first_sentences[1:])
        for start in range(0, len(held), _READ_AT_ONCE):
            some = held[start : start + _READ_AT_ONCE]
            found[some] += vectors.vectors(first_sentences[some] + place)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    unit: NDArray[np.float32] = found / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


def _told_by(passage: PassageText) -> str:
    """What the first passage of an article tells."""
    published = passage.published_at.date() if passage.published_at else None
    sentences = [passage.text[span.start : span.end] for span in passage.sentences]
    return Told.of(passage.title, sentences, published).dump()


def reused(segments: Sequence[Segment], keys: NDArray[np.int64]) -> tuple[list[Segment], NDArray[np.bool_]]:
    """Those segments that hold any of the articles with these keys, and which of these none of them holds."""
    kept = [segment for segment in segments if np.isin(segment.keys, keys).any()]
    held = np.concatenate([np.zeros(0, dtype=np.int64), *(segment.keys for segment in kept)])
    return kept, ~np.isin(keys, held)


def put_together(segments: Sequence[Segment], keys: NDArray[np.int64], forgotten: NDArray[np.int64]) -> list[Segment]:
    """Put small segments together, and leave out what is gone where it is much, or where anything of it was forgotten.

    `keys` are those of the articles that there are, `forgotten` the revisions that nobody may read any more. As often
    as an update comes, what it has is put together anew a few times only, the next time with as much again.
    """
    forgot = any(np.isin(segment.articles.revisions, forgotten).any() for segment in segments)
    here = [_Sized.of(segment, keys, forgot=forgot) for segment in segments]
    for tier in range(_tier(MOST_SENTENCES // 2) + 1):
        alike = [each for each in here if each.tier == tier]
        if len(alike) >= _ALIKE:
            here = [each for each in here if each.tier != tier]
            here += [_merged(some, keys) for some in _within_bounds(alike)]
    return [each.segment if not each.is_outdated else Segment.merged([each.segment], keys) for each in here]


class _Sized(NamedTuple):
    """A segment with how much there is of it."""

    segment: Segment
    sentences: int
    is_outdated: bool
    """Whether it is to be written again without what is gone."""

    @classmethod
    def of(cls, segment: Segment, keys: NDArray[np.int64], *, forgot: bool = False) -> _Sized:
        live = int(segment.counts[1][np.isin(segment.keys, keys)].sum())
        least = segment.sentences if forgot else _LEAST_LIVE * segment.sentences
        return cls(segment, live, live < least)

    @property
    def tier(self) -> int:
        """Which size it is of; -1 where it is too large to be put together with others."""
        return -1 if self.sentences > MOST_SENTENCES // 2 else _tier(self.sentences)


def _within_bounds(alike: Sequence[_Sized]) -> Iterator[list[_Sized]]:
    """Cut a row of segments where one would have too many sentences."""
    some: list[_Sized] = []
    for each in alike:
        if some and sum(one.sentences for one in some) + each.sentences > MOST_SENTENCES:
            yield some
            some = []
        some.append(each)
    yield some


def _merged(some: Sequence[_Sized], keys: NDArray[np.int64]) -> _Sized:
    if len(some) == 1:
        return some[0]
    return _Sized.of(Segment.merged([each.segment for each in some], keys), keys)


def _tier(sentences: int) -> int:
    """Segments of one tier are alike in size: those of the next one are `_ALIKE` times as large."""
    return int(math.log(sentences / _SMALL, _ALIKE)) + 1 if sentences > _SMALL else 0
