"""A story day by day: one cited sentence for each day on which an article about it was published that is no repeat."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from retrieval.answering.composing import are_alike
from retrieval.answering.events import Event, cited_from
from retrieval.answering.news import events_about
from retrieval.answering.reported import Reported
from retrieval.text.terms import terms_of
from retrieval.types import Timeline, TimelineDay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.home import Home
    from retrieval.question.parsing import Question
    from retrieval.ranking.about import Mention
    from retrieval.ranking.search import Searcher
    from retrieval.types import Passage

_MENTIONS = 200
"""Passages among which those about the story are looked for."""

_BEHIND, _WHOLLY = 3.0, 0.8
_RATHER_BEHIND, _AS_NEAR = 5.5, 0.035
_FAR_BEHIND, _MOSTLY, _OPENS = 8.0, 0.6, 0.55
"""Log-odds by which an article may be behind the one that is most about the story, and what it must have then.

All but all of the topic's words; or nearly its cosine, and a word of the topic in the headline or the first sentence;
or a share of these words, with a name in the headline, or in its first sentence.
They are set by hand, on stories of the sample articles.
"""


def timeline(question: Question, searcher: Searcher, home: Home) -> Timeline:
    """Tell how the story that a question names went on; no days where no article is about it.

    An event is told on the day of its first report, later ones in other words are named beside it.
    """
    return timeline_of(question, events_of_story(question, searcher, home))


def timeline_of(question: Question, events: Iterable[Event]) -> Timeline:
    """Tell events day by day; what comes first of one day is most about the story."""
    return Timeline(question.full, tuple(_days(_first_reports(events))))


def events_of_story(question: Question, searcher: Searcher, home: Home) -> list[Event]:
    """The events of the story that a question names, one an article, the most about it first."""
    generation = searcher.generation
    number = generation.manifest.number
    found = searcher.about(question, hidden=home.retractions.passages(number))[:_MENTIONS]
    passages = {each.id: each for each in home.queries.passages([mention.passage_id for mention in found])}
    reported = Reported.of(passages, home, generation)
    events = events_about(question, found, passages, reported.events)
    return [*events, *(_further(question, events, found, passages, reported) if events else ())]


def _further(
    question: Question,
    events: Sequence[Event],
    found: Sequence[Mention],
    passages: Mapping[int, Passage],
    reported: Reported,
) -> Iterator[Event]:
    """Yield events of the story that are told in other words than its topic."""
    terms = {term.term for term in question.terms}
    names = {term.term for term in question.terms if term.is_name}
    known = {event.passage.article.id for event in events}
    best, words = found[0].score, max(mention.words for mention in found)
    likeness = max(mention.cosine for mention in found)
    for mention in found:
        passage = passages.get(mention.passage_id)
        if passage is None or passage.article.id in known:
            continue
        headline = set(terms_of(passage.article.title))
        behind = best - mention.score
        opens = mention.first_words >= _OPENS * words
        is_named = not names.isdisjoint(headline) and mention.words >= _MOSTLY * words
        is_wholly = behind <= _BEHIND and mention.words >= _WHOLLY * words
        is_near = behind <= _RATHER_BEHIND and mention.cosine >= likeness - _AS_NEAR
        has_names = names <= headline.union(terms_of(passage.text))
        is_told = has_names and (is_wholly or (behind <= _FAR_BEHIND and (opens or is_named)))
        if is_told or (is_near and (mention.first_words > 0 or not terms.isdisjoint(headline))):
            known.add(passage.article.id)
            yield Event(passage, 0 if opens else mention.sentence, reported.events.get(mention.passage_id))


def _first_reports(events: Iterable[Event]) -> list[Event]:
    """The dated events, each from its first report, the oldest first; of one moment, what is most about the story."""
    dated = [event for event in events if event.passage.article.published_at]
    told: set[int] = set()
    first = []
    for event in sorted(dated, key=attrgetter("moment")):
        if event.story is None or event.story not in told:
            first.append(event)
        if event.story is not None:
            told.add(event.story)
    return [event for event in dated if event in first]


def _days(events: Iterable[Event]) -> Iterator[TimelineDay]:
    """Yield a day for each on which something was told that no day before it told; `events` are the best first."""
    before: list[frozenset[str]] = []
    days: dict[str, list[Event]] = {}
    for event in events:
        days.setdefault(event.moment[:10], []).append(event)
    number = 0
    for day in sorted(days):
        for event in days[day]:
            citation = cited_from(event, number + 1)
            terms = frozenset(terms_of(citation.excerpt))
            if citation.published_at and not any(are_alike(terms, others) for others in before):
                number += 1
                before.append(terms)
                yield TimelineDay(citation.published_at.date(), citation)
                break
