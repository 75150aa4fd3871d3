"""Which row of a generation a row of a segment is: what is asked outside of segments are rows of generations alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from retrieval.index.hashing import places_of
from retrieval.text.strings import borders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.index.vectors import VectorIndex

GONE = -1
_VECTORS_AT_ONCE = 20_000


class SegmentRows(NamedTuple):
    """Rows of a generation by those of a segment; `GONE` where it does not have them. Order is kept."""

    articles: NDArray[np.int64]
    passages: NDArray[np.int32]
    sentences: NDArray[np.int32]
    is_whole: bool
    """Whether nothing of it is gone."""

    @property
    def live(self) -> NDArray[np.bool_]:
        """Which articles of the segment the generation has."""
        return self.articles >= 0


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a generation, and of its segments."""

    keys: NDArray[np.int64]
    """What its articles are known by, in order: the ids of their first passages, shape (articles,)."""
    first_passages: NDArray[np.int64]
    """Row of each article's first passage, and last the number of passages, shape (articles + 1,)."""
    first_sentences: NDArray[np.int64]
    """Likewise of sentences."""
    of_segments: tuple[SegmentRows, ...]
    segments: NDArray[np.int32]
    """Which segment has each article, shape (articles,)."""
    firsts: NDArray[np.int64]
    """The row there of each article's first sentence, shape (articles,)."""

    @property
    def passages(self) -> int:
        """How many there are."""
        return int(self.first_passages[-1])

    @property
    def sentences(self) -> int:
        """How many there are."""
        return int(self.first_sentences[-1])

    def places(self, sentences: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """In which segment sentences are, and their rows there."""
        articles = np.searchsorted(self.first_sentences, sentences, side="right") - 1
        return self.segments[articles], self.firsts[articles] + sentences - self.first_sentences[articles]

    def compact(self) -> Rows:
        """The same of those articles alone that some segment has."""
        held = self.segments >= 0
        if held.all():
            return self
        place = np.where(held, np.cumsum(held) - 1, GONE)
        passages, sentences = np.diff(self.first_passages)[held], np.diff(self.first_sentences)[held]
        return Rows(
            self.keys[held],
            borders(passages),
            borders(sentences),
            # What has no segment has no passages either, so rows of passages and sentences stay.
            tuple(
                each._replace(articles=np.where(each.articles >= 0, place[each.articles], GONE))
                for each in self.of_segments
            ),
            self.segments[held],
            self.firsts[held],
        )

    def in_order(self, vectors: Sequence[VectorIndex]) -> Iterator[NDArray[np.float32]]:
        """The vectors of all sentences in blocks, given those of the segments."""
        for start in range(0, self.sentences, _VECTORS_AT_ONCE):
            some = np.arange(start, min(start + _VECTORS_AT_ONCE, self.sentences))
            segments, rows = self.places(some)
            block = np.empty((len(some), vectors[0].dimension), dtype=np.float32)
            for number in np.unique(segments).tolist():
                own = segments == number
                block[own] = vectors[number].vectors(rows[own])
            yield block


def rows_of(
    order: NDArray[np.int64],
    keys: Sequence[NDArray[np.int64]],
    counts: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> Rows:
    """The rows of a generation of the articles whose keys are in `order`.

    Of each segment are given the keys of its articles, and how many passages and sentences each of them has. An article
    is taken of the first segment that has it; one that no segment has gets no rows.
    """
    by_key = np.argsort(order, kind="stable")
    sorted_keys = order[by_key]
    of_articles: list[NDArray[np.int64]] = []
    taken = np.full(len(order), GONE, dtype=np.int32)
    passages, sentences, firsts = (np.zeros(len(order), dtype=np.int64) for _ in range(3))
    for number, (own, (own_passages, own_sentences)) in enumerate(zip(keys, counts, strict=True)):
        found = places_of(own, sorted_keys)
        articles = np.where(found >= 0, by_key[found] if len(by_key) else GONE, GONE)
        articles[(articles >= 0) & (taken[articles] >= 0)] = GONE
        of_articles.append(articles)
        live = articles >= 0
        taken[articles[live]] = number
        passages[articles[live]], sentences[articles[live]] = own_passages[live], own_sentences[live]
        firsts[articles[live]] = borders(own_sentences)[:-1][live]
    first_passages, first_sentences = borders(passages), borders(sentences)
    of_segments = tuple(
        SegmentRows(
            articles,
            _spread(articles, own_passages, first_passages),
            _spread(articles, own_sentences, first_sentences),
            bool((articles >= 0).all()),
        )
        for articles, (own_passages, own_sentences) in zip(of_articles, counts, strict=True)
    )
    return Rows(order, first_passages, first_sentences, of_segments, taken, firsts)


def _spread(articles: NDArray[np.int64], counts: NDArray[np.int64], firsts: NDArray[np.int64]) -> NDArray[np.int32]:
    """The row of everything that articles of a segment have so many of each."""
    own = borders(counts)
    shift: NDArray[Any] = np.where(articles >= 0, firsts[articles] - own[:-1], 0)
    rows = np.arange(own[-1]) + np.repeat(shift, counts)
    return np.where(np.repeat(articles >= 0, counts), rows, GONE).astype(np.int32)
