"""One question -> its answer: by what it asks for, within its bounds, and outside of them where nothing there does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from retrieval.answering.composing import NEAREST_ARTICLES, SPARE_HITS, compose
from retrieval.answering.event_days import lies_in, meant_by, with_event_day
from retrieval.answering.events import Event, answer_with, leads
from retrieval.answering.leaning import names_what_is_asked
from retrieval.answering.news import about
from retrieval.answering.reported import Reported
from retrieval.answering.topics import Topic
from retrieval.question.bounds import Bounded
from retrieval.ranking.allowed import allowed_passages
from retrieval.types import Certainty, NearestArticle, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from retrieval.answering.news import About
    from retrieval.home import Home
    from retrieval.index.generation import Generation
    from retrieval.question.parsing import Question
    from retrieval.ranking.search import Searcher, SearchResult
    from retrieval.types import Answer, Bounds, Passage, Period

_EVENTS = 5
"""Citations of an answer that tells of several events, where nobody says how many and answers have fewer."""
_LEADS = 1000
"""Articles of which the main events are chosen, the newest of a time."""
_MENTIONS = 60
"""Passages among which those about a topic are looked for."""
_TOLD = 40
"""Passages published at another time that are looked at, where too few were published in the asked one."""
_EASIER = 0.28
"""Share of the usual bound of unsure answers that is enough within narrow bounds, which tell by themselves.

On the questions of `tests/data/news` right answers from there have .11 and more, and where nothing there answers, less
than .09; the usual bound is .35.
"""
_ENOUGH = 0.4
"""Share of a question's words that the best passage must have for that."""
_NARROW = 31
"""Days of a period that is narrow."""
_LONG_AGO = 30
"""Days after which what is so now may be otherwise."""


class Search(Protocol):
    """Searches, and fetches the passages of what it found."""

    def __call__(self, question: Question, count: int) -> tuple[SearchResult, dict[int, Passage]]:
        """Find up to `count` passages."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions asked on one day."""

    home: Home
    searcher: Callable[[], Searcher]
    search: Search
    limit: int | None
    """Citations that whoever asks wants; None where nobody says."""
    usual_limit: int
    bounds: Bounds
    usual_bounds: Bounds
    today: date

    def answer(self, question: Question, within: Bounded | None = None) -> Answer:
        """Answer a question; what `within` names holds beside its own bounds, and is never gone beyond."""
        if within:
            question = replace(question, bounds=within.meeting(question.bounds))
        answer = self._within_bounds(question, within)
        asked = question.bounds.period
        for wider in () if within or self._is_enough(answer) else question.widened():
            other = self._within_bounds(wider)
            if other.citations and (not answer.citations or _is_surer(other, answer)):
                asked = meant_by(asked, other.citations[0]) if wider.bounds.period is None else asked
                answer = replace(other, widened=True)
                if asked is not None and not question.bounds.outlet and lies_in(asked, answer.citations[0]):
                    answer = _restricted(answer, asked)
                break
            nearest = _together(answer, other) if not question.is_about_all else answer.nearest or other.nearest
            answer = replace(answer, nearest=nearest)
        if not (answer.citations or question.is_about_all) and self.bounds.certainty(0.0) is not Certainty.NONE:
            answer = self._whatever_there_is(question, () if within else question.widened()) or answer
        citations = tuple(with_event_day(citation, question) for citation in answer.citations)
        answer = replace(answer, citations=citations, period=asked, outlet=question.bounds.outlet)
        return replace(answer, is_outdated=self._is_outdated(answer, question))

    def looking_first_into(self, article_id: str | None) -> Callable[[Question, Bounded | None], Answer]:
        """What answers as `answer` does, but of equally sure answers takes the one from an article.

        Of a question that names what it is about that is none: an article about another bridge would seem to tell.
        """
        number = self.searcher().generation.manifest.number
        passages = self.home.queries.passage_ids(number, article_id) if article_id is not None else frozenset()

        def find(question: Question, within: Bounded | None) -> Answer:
            if not passages or within or question.wants_news or question.is_about_all:
                return self.answer(question, within)
            leans = bool(question.topic)
            first, second = (Bounded(passages=passages), None) if leans else (None, Bounded(passages=passages))
            answer = self.answer(question, first)
            if answer.certainty is Certainty.SURE:
                return answer
            other = self.answer(question, second)
            return other if other.confidence > answer.confidence else answer

        return find

    def _whatever_there_is(self, question: Question, wider: Iterable[Question]) -> Answer | None:
        """What is nearest to news of which there are none, for who takes an answer at any confidence."""
        for each in (question, *wider):
            answer = self._found(each)
            if answer.citations:
                return replace(answer, widened=each is not question)
        return None

    def _is_enough(self, answer: Answer) -> bool:
        """Whether nothing outside the bounds need be looked for: what is hardly unsure may be beaten there.

        The usual bounds decide, so that who asks for anything at all gets what others would.
        """
        return bool(answer.citations) and answer.confidence >= self.usual_bounds.unsure

    def _within_bounds(self, question: Question, given: Bounded | None = None) -> Answer:
        """Answer within the bounds of a question, among them those that were `given` from outside."""
        if question.is_about_all:
            return self._main_events(question, given or Bounded())
        return self._news(question) if question.wants_news else self._found(question)

    def _found(self, question: Question) -> Answer:
        limit = self.limit or self.usual_limit
        found, passages = self.search(question, limit + SPARE_HITS)
        lacking = found.lacking or not names_what_is_asked(found, question, passages)
        confidence = self.usual_bounds.bounded(found.confidence, lacking=lacking)
        found = replace(found, confidence=confidence, lacking=lacking)
        bounds = self.bounds
        is_narrow = _is_narrow(question.bounds)
        if is_narrow and _is_met(question, found, passages):
            bounds = replace(bounds, unsure=bounds.unsure * _EASIER)
        generation = self.searcher().generation
        reported = Reported.of(passages, self.home, generation)
        answer = compose(
            question,
            found,
            passages,
            limit=limit,
            bounds=bounds,
            stories=reported.stories,
            events=reported.events,
            is_narrow=is_narrow,
        )
        return reported.noted_in(answer, passages, self.home, generation)

    def _news(self, question: Question) -> Answer:
        generation = self.searcher().generation
        known, passages = self._about(question)
        if not known.is_sure and question.bounds:
            # What is about the topic is told more surely beside all that is not.
            beyond, others = self._about(replace(question, bounds=Bounded()))
            allowed = allowed_passages(generation.layout, question.bounds, frozenset())
            within = frozenset(generation.layout.passage_ids[allowed].tolist())
            events = tuple(event for event in beyond.events if event.passage.id in within)
            if beyond.is_sure:
                known = replace(beyond, events=events)
            passages |= {each: passage for each, passage in others.items() if each in within}
        confidence = 1.0 if known.is_sure else self.usual_bounds.bounded(1.0, lacking=True)
        certainty = self.bounds.certainty(confidence, lacking=not known.is_sure)
        limit = self._events_limit if certainty is Certainty.SURE else 1
        answer = answer_with(
            question,
            sorted(known.events, key=attrgetter("moment"), reverse=True),
            limit if certainty is not Certainty.NONE else 0,
            nearest=[passage.article for passage in passages.values()],
            certainty=certainty,
            confidence=confidence,
        )
        answer = replace(answer, lacking=not known.is_sure)
        return Reported.of(passages, self.home, generation).noted_in(answer, passages, self.home, generation)

    def _about(self, question: Question) -> tuple[About, dict[int, Passage]]:
        """What is about the matter of a question, and the passages that were looked at, the best first."""
        searcher = self.searcher()
        number = searcher.generation.manifest.number
        found = searcher.about(question, hidden=self.home.retractions.passages(number))[:_MENTIONS]
        passages = self._passages(mention.passage_id for mention in found)
        reported = Reported.of(passages, self.home, searcher.generation)
        return about(question, found, passages, reported.events), passages

    def _main_events(self, question: Question, given: Bounded) -> Answer:
        generation = self.searcher().generation
        number, bounds = generation.manifest.number, question.bounds
        ids = self.home.queries.first_passages(number, bounds.period, bounds.outlets, _LEADS)
        first = self._passages(ids)
        threads = Reported.of(first, self.home, generation).threads
        events = leads(first.values(), threads, most_reported=bounds.period is not None)
        told = {} if bounds.period is None or bounds.published else self._telling(generation, bounds)
        passages = self._passages(told) if len(events) < self._events_limit else {}
        reported = Reported.of(first | passages, self.home, generation)
        events += [Event(passage, told[each], reported.threads.get(each)) for each, passage in passages.items()]
        offered = () if events else self.home.queries.first_passages(number, given.period, given.outlets, _EVENTS)
        nearest = self._passages(offered).values()
        answer = answer_with(question, events, self._events_limit, nearest=[each.article for each in nearest])
        if not _is_newest_first(answer):  # the most reported are first
            answer = replace(answer, order=Order.RELEVANCE)
        return reported.noted_in(answer, first | passages, self.home, generation)

    def _telling(self, generation: Generation, bounds: Bounded) -> dict[int, int]:
        """Passages published at another time that tell of a period, the newest first: which sentence of each does."""
        layout = generation.layout
        if bounds.period is None:
            return {}
        hidden = self.home.retractions.passages(generation.manifest.number)
        allowed = allowed_passages(layout, bounds, hidden)
        sentences = layout.telling_of(bounds.period, wholly=True)
        rows = layout.passages_of(sentences)
        # What was written before tells what was planned, not what happened; of what is to come there is nothing else.
        is_to_come = bounds.period.first > self.today
        chosen = layout.days[rows] > (0 if is_to_come else bounds.period.last.toordinal())
        if allowed is not None:
            chosen &= allowed[rows]
        sentences, rows = sentences[chosen], rows[chosen]
        found: dict[int, int] = {}
        for place in np.argsort(-layout.days[rows], kind="stable").tolist():
            row = int(rows[place])
            found.setdefault(int(layout.passage_ids[row]), int(sentences[place] - layout.first_sentences[row]))
            if len(found) == _TOLD:
                break
        return found

    @property
    def _events_limit(self) -> int:
        return self.limit or max(_EVENTS, self.usual_limit)

    def _passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        return {passage.id: passage for passage in self.home.queries.passages(list(ids))}

    def _is_outdated(self, answer: Answer, question: Question) -> bool:
        """Whether what is so now was asked for, and what is cited was so long ago."""
        if answer.as_of is None or question.bounds.period is not None or not question.asks_for_now:
            return False
        return (self.today - answer.as_of).days > _LONG_AGO


def _together(answer: Answer, wider: Answer) -> tuple[NearestArticle, ...]:
    """The nearest articles of wider bounds, which are about the matter, and one at least of the asked ones.

    None that the answer cites is among them.
    """
    of_topic = wider.nearest or tuple(
        NearestArticle(cited.article_id, cited.title, cited.published_at) for cited in wider.citations
    )
    own = answer.nearest[:1]
    cited = {citation.article_id for citation in answer.citations}
    others = [article for article in dict.fromkeys(of_topic) if article not in own and article.article_id not in cited]
    chosen = dict.fromkeys([*others[: NEAREST_ARTICLES - len(own)], *answer.nearest])
    return tuple(chosen)[:NEAREST_ARTICLES]


def _is_met(question: Question, found: SearchResult, passages: Mapping[int, Passage]) -> bool:
    """Whether the best passage has the names of a question and enough of its other words."""
    best = passages.get(found.hits[0].passage_id) if found.hits else None
    if best is None or not question.terms:
        return False
    topic = Topic.of(question, [1 / len(question.terms)] * len(question.terms), [True] * len(question.terms))
    met = topic.met_by(f"{best.article.title}\n{best.text}")
    return topic.names <= met and topic.share(met) >= _ENOUGH


def _restricted(answer: Answer, period: Period) -> Answer:
    """An answer from wider bounds with those of its citations alone that lie in the period after all."""
    within = [citation for citation in answer.citations if lies_in(period, citation)]
    citations = tuple(replace(citation, number=number) for number, citation in enumerate(within, 1))
    differences = answer.differences if len(within) == len(answer.citations) else ()
    return replace(answer, citations=citations, differences=differences, widened=False)


def _is_surer(answer: Answer, other: Answer) -> bool:
    return answer.certainty is Certainty.SURE and answer.confidence > other.confidence


def _is_narrow(bounds: Bounded) -> bool:
    if bounds.period is None:
        return bounds.outlets is not None or bounds.passages is not None
    return (bounds.period.last - bounds.period.first).days < _NARROW


def _is_newest_first(answer: Answer) -> bool:
    """Whether the moments of an answer's citations never rise; undated ones come last."""
    moments = [moment.isoformat() if (moment := each.published_at) else "" for each in answer.citations]
    return all(later <= earlier for earlier, later in pairwise(moments))
