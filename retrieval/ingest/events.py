"""Which articles of a new generation report one event, and which tell how it went on.

Both are found with what its segments note of articles anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from retrieval.index.hashing import places_of
from retrieval.ingest.common_words import CommonWords, WeighedWords
from retrieval.stories.events import WINDOW as EVENTS
from retrieval.stories.events import events_among, least_shared
from retrieval.stories.neighbours import Neighbours
from retrieval.stories.threads import WINDOW as THREADS
from retrieval.stories.threads import threads_among
from retrieval.stories.told import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from retrieval.index.engines import Earlier
    from retrieval.index.layout import Layout
    from retrieval.index.rows import Rows
    from retrieval.index.segment import Segment
    from retrieval.stories.facts import Facts
    from retrieval.stories.neighbours import Pairs, Window
    from retrieval.stories.threads import Beginning

_TOLD_KEPT = 100_000


class Grouped(NamedTuple):
    """To which groups the articles of passages belong, by the groups' numbers; 0 where they stand alone."""

    events: NDArray[np.int32]
    """Shape (passages,)."""
    threads: NDArray[np.int32]
    """Shape (passages,)."""
    near: dict[str, NDArray[Any]]
    """Which articles were found to be near each other, for the next generation."""


class Articles:
    """What segments note of the articles of a generation, by their rows in it."""

    def __init__(self, segments: Sequence[Segment], rows: Rows) -> None:
        """`rows` are those of the segments, and every article is in one of them."""
        self._segments = segments
        self._of_segments = rows.of_segments
        self._segment = rows.segments
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
        every, where = np.unique(np.concatenate(hashes), return_inverse=True)
        frequencies = np.bincount(where.ravel(), np.concatenate([counts[counts > 0] for counts in frequent]))
        rarity = np.log(passages / np.maximum(frequencies, 1)).astype(np.float32)
        numbers = [np.searchsorted(every, segment.words.hashes) for segment in self._segments]
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


class _Beginnings(Sequence["Beginning"]):
    """What is told apart by, by article, looked up when it is needed."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def __getitem__(self, article: int) -> Beginning:  # type: ignore[override]  # nothing is sliced
        return self._articles.told(article).beginning

    def __len__(self) -> int:
        raise NotImplementedError


def grouped(
    segments: Sequence[Segment], rows: Rows, layout: Layout, stories: Iterable[Sequence[int]], earlier: Earlier
) -> Grouped:
    """The event that each passage's article reports, and the thread that it is of.

    `rows` are those of the segments; `stories` are near-copies, as the numbers of their revisions. Of what an `earlier`
    generation has, what was found of articles that are still there is not looked for again.
    """
    rows = rows.compact()
    alone = np.zeros(rows.passages, dtype=np.int32)
    if any(len(segment.vectors) != segment.sentences for segment in segments):
        return Grouped(alone, alone, {})  # what checks the generation will refuse it
    articles = Articles(segments, rows)
    starts = rows.first_passages
    days = layout.days[starts[:-1]]
    meanings = articles.gathered("meanings")
    near = {name: _near(name, window, meanings, days, rows, earlier) for name, window in _WINDOWS.items()}
    of_events, of_threads = (found.pairs(meanings, days) for found in near.values())
    weighed, totals = articles.words(rows.passages)
    common = CommonWords.of(_once([of_events, of_threads], len(rows.keys)), rows.keys, weighed, _known(earlier))
    words = weighed.with_pairs(rows.keys, common, totals)
    shared, _ = words.of_pairs(of_events.ones, of_events.others)
    alike = shared >= least_shared(of_events.cosines)
    pairs = list(zip(of_events.ones[alike].tolist(), of_events.others[alike].tolist(), strict=True))
    row_of = {revision: row for row, revision in enumerate(articles.gathered("revisions").tolist())}
    groups = [[row_of[revision] for revision in story if revision in row_of] for story in stories]
    groups = [group for group in groups if len(group) > 1]
    events = events_among(pairs, groups, days, articles.facts)
    threads = threads_among(of_threads, meanings, days, words, events, _Beginnings(articles))
    kept = {f"{name}_{each.name}": getattr(found, each.name) for name, found in near.items() for each in fields(found)}
    kept |= {f"common_{each.name}": getattr(common, each.name) for each in fields(common)}
    return Grouped(_of_passages(events, starts), _of_passages(threads, starts), {"keys": rows.keys, **kept})


def _once(found: Sequence[Pairs], articles: int) -> NDArray[np.int64]:
    """The rows of all pairs, each once, in the order of both, shape (pairs, 2)."""
    codes = [pairs.ones * articles + pairs.others for pairs in found]
    return np.stack(np.divmod(np.unique(np.concatenate(codes)), max(articles, 1)), axis=1)


_WINDOWS = {"events": EVENTS, "threads": THREADS}


def _known(earlier: Earlier) -> CommonWords:
    if not earlier.notes:
        return CommonWords.none()
    return CommonWords(**{each.name: earlier.notes[f"common_{each.name}"] for each in fields(CommonWords)})


def _near(
    name: str,
    window: Window,
    meanings: NDArray[np.float32],
    days: NDArray[np.int32],
    rows: Rows,
    earlier: Earlier,
) -> Neighbours:
    """The neighbours of all articles: those that an earlier generation has found, and those of what is new."""
    keys, count = rows.keys, len(rows.keys)
    kept = earlier.notes
    if not kept:
        return Neighbours.none(count).with_compared(meanings, days, window, np.ones(count, dtype=np.bool_))
    before = Neighbours(**{each.name: kept[f"{name}_{each.name}"] for each in fields(Neighbours)})
    by_key = np.argsort(keys, kind="stable")
    now = places_of(kept["keys"], keys[by_key])
    found, lacking = before.carried(np.where(now >= 0, by_key[now], -1), count)
    return found.with_compared(meanings, days, window, lacking | ~np.isin(keys, kept["keys"]))


def _of_passages(groups: Iterable[Sequence[int]], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    """The number of the group that each passage's article is in, 0 where it is in none, shape (passages,)."""
    found = np.zeros(int(starts[-1]), dtype=np.int32)
    for number, group in enumerate(groups, start=1):
        for article in group:
            found[starts[article] : starts[article + 1]] = number
    return found
