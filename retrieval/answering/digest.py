"""The main stories of a day: what most outlets tell, then what is told most, each by its newest report.

What tells how one event went on is one story, however many events it has. What many wrote in nearly the same words
counts as often as outlets published it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.events import Event, cited_from, distinct
from retrieval.answering.reported import Reported
from retrieval.types import Answer, Certainty, Digest, Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.home import Home
    from retrieval.index.generation import Generation
    from retrieval.types import Passage

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Story:
    event: Event
    """Its newest report."""
    outlets: int
    articles: int

    @property
    def weight(self) -> tuple[int, int, str]:
        """What orders stories, the main one last."""
        return self.outlets, self.articles, self.event.moment


def digest(until: datetime, count: int, generation: Generation, home: Home) -> Digest:
    """Up to `count` main stories of the 24 hours before a moment, which is naive and in the settings' time zone."""
    since = max(until, datetime.min + _A_DAY) - _A_DAY  # noqa: DTZ901 - articles have no time zones
    passages = [passage for passage in _beginnings(since, until, generation, home) if passage.sentences]
    stories = sorted(_stories(passages, generation, home), key=lambda story: story.weight, reverse=True)
    chosen = list(distinct((story.event for story in stories), count))
    citations = tuple(cited_from(event, number) for number, event in enumerate(chosen, 1))
    dates = [citation.published_at.date() for citation in citations if citation.published_at]
    told = Answer("", Certainty.SURE, 1.0, max(dates, default=None), citations, (), 0.0)
    by_id = {event.passage.id: event.passage for event in chosen}
    noted = Reported.of(list(by_id), home, generation).noted_in(told, by_id, home, generation)
    return Digest(since, until, noted.citations)


def _beginnings(since: datetime, until: datetime, generation: Generation, home: Home) -> list[Passage]:
    """The first passages of the articles of that time."""
    layout = generation.layout
    rows = np.flatnonzero(layout.published_in(Period(since.date(), until.date())))
    ids = layout.passage_ids[rows[layout.numbers_of(rows) == 0]].tolist()
    hidden = home.retractions.passages(generation.manifest.number)
    found = home.queries.passages([each for each in ids if each not in hidden])
    return [passage for passage in found if _is_of(passage.article.published_at, since, until)]


def _is_of(published: datetime | None, since: datetime, until: datetime) -> bool:
    """Whether an article is of a time; one whose source tells the day alone is of the time in which its day ended."""
    if published is None:
        return False
    # Not the moment a day later, which the last day that there is does not have.
    is_day = published.time() == time()
    return since < published <= until if not is_day else since - published < _A_DAY <= until - published


def _stories(passages: Sequence[Passage], generation: Generation, home: Home) -> list[_Story]:
    reported = Reported.of([passage.id for passage in passages], home, generation)
    told: dict[tuple[str, int], list[Passage]] = defaultdict(list)
    for passage in passages:
        told[_group_of(passage, reported)].append(passage)
    stories = set(reported.stories.values())
    versions = home.stories.versions(generation.manifest.number, stories)
    found = []
    for some in told.values():
        newest = max(some, key=lambda passage: (str(passage.article.published_at), -passage.id))
        published = {(passage.article.id, passage.article.source) for passage in some}
        for story in {reported.stories[passage.id] for passage in some if passage.id in reported.stories}:
            published |= {(version.article_id, version.source) for version in versions[story]}
        outlets = {source for _, source in published if source}
        event = Event(newest, 0, reported.events.get(newest.id))
        found.append(_Story(event, len(outlets), len(published)))
    return found


def _group_of(passage: Passage, reported: Reported) -> tuple[str, int]:
    """What tells one story from every other."""
    for name, groups in (("thread", reported.threads), ("event", reported.events)):
        if passage.id in groups:
            return name, groups[passage.id]
    return "article", passage.id
