"""What the segments of a generation note of its articles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.ingest.common_words import WeighedWords
from retrieval.stories.told import Told
from retrieval.text.strings import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.index.rows import Rows
    from retrieval.index.segment import Segment
    from retrieval.stories.facts import Facts

_TOLD_KEPT = 100_000


class Articles:
    """What segments note of the articles of a generation, by their rows in it."""

    def __init__(self, segments: Sequence[Segment], rows: Rows) -> None:
        """`rows` are those of the segments, and every article is in one of them."""
        self._segments = segments
        self._of_segments = rows.of_segments
        self._segment = rows.segments
        self.keys = rows.keys
        self.first_passages = rows.first_passages
        self._place = np.zeros(len(rows.keys), dtype=np.int64)
        for own in rows.of_segments:
            live = np.flatnonzero(own.live)
            self._place[own.articles[live]] = live
        self.told = lru_cache(_TOLD_KEPT)(self._told)

    def gathered(self, name: str) -> NDArray[Any]:
        """What is noted of each article under a name."""
        first = getattr(self._segments[0].articles, name)
        found = np.zeros((len(self._place), *first.shape[1:]), dtype=first.dtype)
        for segment, own in zip(self._segments, self._of_segments, strict=True):
            found[own.articles[own.live]] = getattr(segment.articles, name)[own.live]
        return found

    def of_rows(self, name: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        """What is noted of some articles under a name, in their order."""
        noted = [getattr(segment.articles, name) for segment in self._segments]
        found = np.empty((len(rows), *noted[0].shape[1:]), dtype=noted[0].dtype)
        of_segments, places = self._segment[rows], self._place[rows]
        for number in np.unique(of_segments).tolist():
            own = of_segments == number
            found[own] = noted[number][places[own]]
        return found

    def signatures(self, rows: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The signatures of some articles, shape (rows, numbers)."""
        return self.of_rows("signatures", rows)

    def meanings(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Unit vectors of the beginnings of some articles, shape (rows, dimension)."""
        return self.of_rows("meanings", rows)

    @property
    def is_whole(self) -> bool:
        """Whether every sentence has its vector; what checks the generation refuses it where not."""
        return all(len(segment.vectors) == segment.sentences for segment in self._segments)

    def words(self, passages: int) -> tuple[WeighedWords, NDArray[np.float64]]:
        """The words of the articles, of so many passages, numbered in the order of their hashes.

        Also returns how rare all words of each article are together.
        """
        frequent = []
        for segment, own in zip(self._segments, self._of_segments, strict=True):
            counts = np.diff(segment.words.starts)
            if not own.is_whole:
                owners = np.repeat(np.arange(len(counts)), counts)
                counts = np.bincount(owners, own.passages[segment.words.passages] >= 0, minlength=len(counts))
            frequent.append(counts.astype(np.int64))
        hashes = [segment.words.hashes[counts > 0] for segment, counts in zip(self._segments, frequent, strict=True)]
        every = distinct(np.concatenate(hashes))
        numbers = [np.searchsorted(every, segment.words.hashes) for segment in self._segments]
        held = [own[counts > 0] for own, counts in zip(numbers, frequent, strict=True)]
        frequencies = np.bincount(np.concatenate(held), np.concatenate([counts[counts > 0] for counts in frequent]))
        rarity = np.log(passages / np.maximum(frequencies, 1)).astype(np.float32)
        totals = np.zeros(len(self._segment))
        for segment, own, of_words in zip(self._segments, self._of_segments, numbers, strict=True):
            starts = segment.words.article_starts
            worded = np.flatnonzero(np.diff(starts))
            weights = rarity[np.minimum(of_words, len(rarity) - 1)].astype(np.float64)[segment.words.article_words]
            sums = np.zeros(len(starts) - 1)
            if len(worded):
                sums[worded] = np.add.reduceat(weights, starts[:-1][worded])
            totals[own.articles[own.live]] = sums[own.live]
        words = WeighedWords(_WordsByArticle(self, numbers), every, rarity, float(np.log(np.float32(passages))))
        return words, totals

    def words_of(self, article: int, numbers: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        """The words of an article, given the numbers that those of each segment have."""
        segment, place = int(self._segment[article]), int(self._place[article])
        words = self._segments[segment].words
        own = words.article_words[int(words.article_starts[place]) : int(words.article_starts[place + 1])]
        return numbers[segment][own]

    def facts(self, article: int) -> Facts | None:
        """What an article says in numbers and days."""
        found: Told = self.told(article)
        return found.facts

    def _told(self, article: int) -> Told:
        segment = self._segments[int(self._segment[article])]
        return Told.load(segment.articles.told[int(self._place[article])])


class _WordsByArticle(Mapping[int, "NDArray[np.int64]"]):
    """The words of each article, looked up when they are needed."""

    def __init__(self, articles: Articles, numbers: Sequence[NDArray[np.int64]]) -> None:
        self._articles = articles
        self._numbers = numbers
        self._found = lru_cache(_TOLD_KEPT)(self._look_up)

    def __getitem__(self, article: int) -> NDArray[np.int64]:
        return self._found(article)

    def __iter__(self) -> Iterator[int]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def _look_up(self, article: int) -> NDArray[np.int64]:
        return self._articles.words_of(article, self._numbers)
