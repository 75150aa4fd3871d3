"""Which articles of a new generation report one event, and which tell how it went on.

Both are found with what its segments note of articles anyway.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from retrieval.ingest.carried import noted
from retrieval.ingest.common_words import CommonWords
from retrieval.stories.apart import Apart
from retrieval.stories.events import WINDOW as EVENTS
from retrieval.stories.events import events_among, least_shared
from retrieval.stories.neighbours import TELLING, Dated, Neighbours
from retrieval.stories.pairs import KnownPairs
from retrieval.stories.threads import WINDOW as THREADS
from retrieval.stories.threads import Threads, threads_among
from retrieval.text.strings import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from retrieval.index.layout import Layout
    from retrieval.ingest.articles import Articles
    from retrieval.ingest.carried import Carried
    from retrieval.stories.neighbours import Pairs, Window

_TELLING, _SHARED, _APART, _COMPARED, _GROUPS_TOLD = "telling", "shared", "apart", "compared", "groups_told"
_WINDOWS = {"events": EVENTS, "threads": THREADS}


class Grouped(NamedTuple):
    """To which groups the articles of passages belong, by the groups' numbers; 0 where they stand alone."""

    events: NDArray[np.int32]
    """Shape (passages,)."""
    threads: NDArray[np.int32]
    """Shape (passages,)."""
    near: dict[str, NDArray[Any]]
    """Which articles were found to be near each other, for the next generation."""


def grouped(articles: Articles, layout: Layout, stories: Iterable[Sequence[int]], carried: Carried) -> Grouped:
    """The event that each passage's article reports, and the thread that it is of.

    `stories` are near-copies, as the numbers of their revisions. Of what is `carried` from an earlier generation, what
    was found of articles that are still there is not looked for again.
    """
    starts, count = articles.first_passages, len(articles.keys)
    if not articles.is_whole:
        alone = np.zeros(int(starts[-1]), dtype=np.int32)
        return Grouped(alone, alone, {})  # what checks the generation will refuse it
    days = layout.days[starts[:-1]]
    telling = _telling(articles, carried)
    dated = Dated.of(articles.meanings, days, telling)
    near = {name: _near(name, window, dated, carried) for name, window in _WINDOWS.items()}
    of_events, of_threads = (found.pairs() for found in near.values())
    weighed, totals = articles.words(int(starts[-1]))
    known = carried.part(_SHARED, CommonWords) or CommonWords.none()
    known_apart, compared = _known(_APART, np.uint8, carried), _known(_COMPARED, np.float64, carried)
    common = CommonWords.of(*_once([of_events, of_threads, compared], count), count, weighed, known, carried.now)
    words = weighed.with_pairs(common, totals)
    shared, _ = words.of_pairs(of_events.ones, of_events.others)
    alike = shared >= least_shared(of_events.cosines)
    pairs = list(zip(of_events.ones[alike].tolist(), of_events.others[alike].tolist(), strict=True))
    row_of = {revision: row for row, revision in enumerate(articles.gathered("revisions").tolist())}
    groups = [[row_of[revision] for revision in story if revision in row_of] for story in stories]
    groups = [group for group in groups if len(group) > 1]
    apart = Apart(articles.told, count, known_apart)
    events = events_among(pairs, groups, days, apart)
    groups_told = carried[_GROUPS_TOLD] if _GROUPS_TOLD in carried else np.zeros(0, dtype=np.uint64)
    before = Threads([], compared, groups_told)
    threads = threads_among(of_threads, articles.meanings, days, words, events, apart, articles.keys, before)
    parts = {**near, _SHARED: common, _APART: apart.noted(), _COMPARED: threads.compared}
    kept: dict[str, NDArray[Any]] = {_TELLING: telling, _GROUPS_TOLD: threads.told}
    kept |= {name: each for prefix, part in parts.items() for name, each in noted(prefix, part).items()}
    return Grouped(_of_passages(events, starts), _of_passages(threads.groups, starts), kept)


def _known(name: str, kind: type[np.generic], carried: Carried) -> KnownPairs:
    """What was found of pairs, by the rows that they have now."""
    before = carried.part(name, KnownPairs)
    return before.carried(carried.now) if before else KnownPairs.none(kind)


def _once(found: Iterable[Pairs | KnownPairs], articles: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of all pairs, each once, in the order of both, each of shape (pairs,)."""
    codes = distinct(np.concatenate([pairs.ones * articles + pairs.others for pairs in found]))
    ones, others = np.divmod(codes, max(articles, 1))
    return ones, others


def _telling(articles: Articles, carried: Carried) -> NDArray[np.float32]:
    """The first numbers of all vectors, which lie far apart: those of new articles are read."""
    if _TELLING not in carried:
        return articles.gathered("meanings")[:, :TELLING]
    fresh = np.flatnonzero(carried.fresh)
    found = carried[_TELLING][carried.before]
    found[fresh] = articles.meanings(fresh)[:, :TELLING]
    return found


def _near(name: str, window: Window, articles: Dated, carried: Carried) -> Neighbours:
    """The neighbours of all articles: those that an earlier generation has found, and those of what is new."""
    count = len(articles.days)
    none = Neighbours.none(count)
    # What an earlier version noted has no pairs: they are soon made of the lists, which are not.
    before = carried.part(
        name, Neighbours, {each: getattr(none, each) for each in ("firsts", "seconds", "steps", "counts")}
    )
    if before is None:
        return none.with_compared(articles, window, np.ones(count, dtype=np.bool_))
    found, lacking, bereft = before.carried(carried.now, count)
    return found.with_compared(articles, window, lacking | carried.fresh, bereft)


def _of_passages(groups: Sequence[Sequence[int]], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    """The number of the group that each passage's article is in, 0 where it is in none, shape (passages,)."""
    found = np.zeros(len(starts) - 1, dtype=np.int32)
    articles = np.fromiter(chain.from_iterable(groups), dtype=np.int64)
    sizes = np.fromiter(map(len, groups), dtype=np.int64)
    found[articles] = np.repeat(np.arange(1, len(groups) + 1), sizes)
    return np.repeat(found, np.diff(starts))
