"""The story that an answer cites, day by day: what its question and its headline find, as far as it is the same story.

A question finds what is about its words, a headline what is about its own; neither is surely the story of the cited
article. What is, shares names with it and is near to it in meaning, or is of one thread with what is
(`retrieval.stories.threads`). The bounds are set by hand, on the questions of `tests/data/news`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.events import Event
from retrieval.answering.reported import Reported
from retrieval.answering.timeline import events_of_story, timeline_of
from retrieval.question.bounds import Bounded
from retrieval.stories.names import Names
from retrieval.types import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.home import Home
    from retrieval.index.generation import Generation
    from retrieval.question.parsing import Question
    from retrieval.ranking.search import Searcher
    from retrieval.types import Passage

_BEGINNING = 4
"""Sentences by which articles are compared."""
_NEAR, _NAMES = 0.9, 2
"""Cosine, and names in common, from which what the question finds is of the story."""
_RATHER_NEAR = 0.88
"""Cosine from which what the headline finds is, where there is a name in common."""


def timeline_of_cited(
    article_id: str, question: Question, headline: Question, searcher: Searcher, home: Home
) -> Timeline:
    """Tell how the story of a cited article went on; `headline` is its headline as a question.

    Times and outlets that the questions name do not count. There are no days where the article is gone or undated.
    """
    number = searcher.generation.manifest.number
    cited = next(iter(home.queries.beginnings(number, [article_id])), None)
    if cited is None or not cited.sentences:
        return Timeline(question.full, ())
    asked = events_of_story(replace(question, bounds=Bounded()), searcher, home)
    of_headline = events_of_story(replace(headline, bounds=Bounded()), searcher, home)
    beginnings = _beginnings([*asked, *of_headline], number, home)
    meanings = _meanings([cited, *beginnings.values()], searcher.generation)
    near = {article: float(meanings[0] @ meaning) for article, meaning in zip(beginnings, meanings[1:], strict=True)}
    names = _names(cited)

    def is_of_story(event: Event, least: float, fewest: int) -> bool:
        article = event.passage.article.id
        common = names.in_common(_names(beginnings[article])) if article in beginnings else ()
        return len(common) >= fewest and near[article] >= least

    told = [event for event in asked if is_of_story(event, _NEAR, _NAMES)]
    told += [event for event in of_headline if is_of_story(event, _RATHER_NEAR, 1)]
    told = [Event(cited, 0, None), *(event for event in told if event.passage.article.id != article_id)]
    return timeline_of(question, _with_threads(_once_an_article(told), searcher.generation, home))


def _with_threads(events: Sequence[Event], generation: Generation, home: Home) -> list[Event]:
    """Events, and what else is of their threads; each with the number of the event that it reports."""
    threads = generation.layout.threads_of([event.passage.id for event in events])
    hidden = home.retractions.passages(generation.manifest.number)
    ids = [each for each in generation.layout.of_threads(set(threads.values())) if each not in hidden]
    further = [Event(passage, 0, None) for passage in home.queries.passages(ids) if passage.sentences]
    every = _once_an_article([*events, *sorted(further, key=lambda event: event.passage.start)])
    reported = Reported.of([event.passage.id for event in every], home, generation)
    return [replace(event, story=reported.events.get(event.passage.id)) for event in every]


def _once_an_article(events: Iterable[Event]) -> list[Event]:
    """The first event of each article."""
    first: dict[str, Event] = {}
    for event in events:
        first.setdefault(event.passage.article.id, event)
    return list(first.values())


def _beginnings(events: Iterable[Event], generation: int, home: Home) -> Mapping[str, Passage]:
    articles = {event.passage.article.id for event in events}
    return {passage.article.id: passage for passage in home.queries.beginnings(generation, articles)}


def _meanings(passages: Sequence[Passage], generation: Generation) -> NDArray[np.float32]:
    """The unit means of the vectors of their first sentences, shape (passages, dimension)."""
    layout = generation.layout
    rows = {int(layout.passage_ids[row]): row for row in _rows(passages, generation)}
    firsts = [int(layout.first_sentences[rows[passage.id]]) for passage in passages]
    ends = [int(layout.first_sentences[rows[passage.id] + 1]) for passage in passages]
    wanted = [np.arange(first, min(end, first + _BEGINNING)) for first, end in zip(firsts, ends, strict=True)]
    found = np.zeros((len(passages), generation.vectors.dimension), dtype=np.float32)
    if wanted:
        vectors = generation.vectors.vectors(np.concatenate(wanted))
        np.add.at(found, np.repeat(np.arange(len(wanted)), [len(each) for each in wanted]), vectors)
    unit: NDArray[np.float32] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return unit


def _rows(passages: Sequence[Passage], generation: Generation) -> list[int]:
    known = np.isin(generation.layout.passage_ids, [passage.id for passage in passages])
    rows: list[int] = np.flatnonzero(known).tolist()
    return rows


def _names(passage: Passage) -> Names:
    return Names.of(passage.article.title, [passage.text_of(span) for span in passage.sentences[:_BEGINNING]])
