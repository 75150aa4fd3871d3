"""What is new in an answer to somebody who knows an earlier one, or who was told that there was none.

A message that nobody asked for at that moment must be to the point, so what is not surely new is not: what was shown
or told before, reports of the same event by others, and what repeats a number or a day that is known. New is the first
sure answer where there was none, another number or day than any that is known, and a later report of the same story.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Self

from retrieval.answering.reported import Reported
from retrieval.answering.told_values import Asked, count_one, differ, sentences_told, value_told
from retrieval.answering.topics import Topic
from retrieval.text.amounts import Amount
from retrieval.text.kinds import Clue
from retrieval.text.languages import mostly_cyrillic
from retrieval.text.named_days import NamedDay
from retrieval.types import Certainty, KnownReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from retrieval.answering.told_values import Value
    from retrieval.home import Home
    from retrieval.index.generation import Generation
    from retrieval.question.parsing import Question
    from retrieval.types import Answer, Citation, Followed

LESS_DOUBT = 0.15
"""By which share the doubt is less that an answer may leave which nobody asked for at that moment.

Of 127 messages on seen questions (`benchmarks/following.py`) this kept three back that were beside the point, and three
that were not.
"""
_HALF = 0.45
"""Of a topic, by how rare its words are: of two words one is enough where it is not much the commoner."""
_TELLS_IT_BEST = 0.85
"""Confidence from which a later article that tells best what is asked is news without being of a thread that is known.
"""


def known_from(citations: Iterable[Citation], question: Question) -> tuple[KnownReport, ...]:
    """What is known to whoever was shown these citations in answer to a question."""
    return tuple(KnownReport(each.article_id, each.published_at, _values(each, question)) for each in citations)


def what_is_new(
    answer: Answer, question: Question, followed: Followed, generation: Generation, home: Home
) -> Answer | None:
    """The answer with what is new in it alone, its first citation among that; None where that one is not new."""
    if answer.certainty is not Certainty.SURE or not answer.citations or answer.widened or answer.is_outdated:
        return None
    first = answer.citations[0]
    astray = set(_beside_the_topic(answer.citations, question, generation, home))
    if first.article_id in astray:
        return None
    if not _is_new(first, answer.confidence, question, followed, _Nearness.of(first, followed, generation, home)):
        return None
    left_out = astray.union(report.article_id for report in followed.known)
    citations = (first, *(each for each in answer.citations[1:] if each.article_id not in left_out))
    kept = {each.number for each in citations}
    differences = tuple(each for each in answer.differences if kept.issuperset(each.citations))
    dates = [each.published_at.date() for each in citations if each.published_at]
    return replace(answer, citations=citations, as_of=max(dates, default=None), differences=differences)


def _is_new(first: Citation, confidence: float, question: Question, followed: Followed, near: _Nearness) -> bool:
    is_later = near.first_passage > followed.newest_passage
    told = _told(_values(first, question))
    if not followed.known:
        is_told = bool(told) or not question.wants & Clue.NUMBER
        return is_told and (is_later or _is_after(first.published_at, followed.asked_at))
    latest = max((report.published_at for report in followed.known if report.published_at), default=None)
    if not is_later or (latest and not (first.published_at and first.published_at >= latest)):
        return False
    known = [value for report in followed.known for value in _told(report.values)]
    compared = _compared(told, known, question)
    if compared is not None:
        return compared
    if near.is_known or near.is_same_event or not _is_after(first.published_at, latest):
        return False
    return question.wants_news or (not question.wants and (near.is_same_thread or confidence >= _TELLS_IT_BEST))


def _beside_the_topic(
    citations: Iterable[Citation], question: Question, generation: Generation, home: Home
) -> Iterator[str]:
    """The ids of articles that lack a name or number of a topic or half of its words, if a topic is asked for.

    Whoever asks for news is also told what goes on with a story without naming it, by names that articles share; now
    and then these lead astray. An article in another alphabet has none of the words.
    """
    if not question.wants_news or question.is_about_all:
        return
    query = generation.lexical.query(question.terms)
    topic = Topic.of(question, query.weights.tolist(), query.known.tolist())
    for cited in citations:
        ids = home.queries.passage_ids(generation.manifest.number, cited.article_id)
        text = "\n".join([cited.title, *(passage.text for passage in home.queries.passages(sorted(ids)))])
        met = topic.met_by(text)
        is_named = topic.names <= met and topic.share(met) >= _HALF
        if not is_named and mostly_cyrillic(text) == question.is_cyrillic:
            yield cited.article_id


def _compared(told: Sequence[tuple[int, Value]], known: Sequence[tuple[int, Value]], question: Question) -> bool | None:
    """Whether a value differs from all that are known of its matter; None where there is nothing to compare."""
    asked = list(Asked.by(question))
    found: bool | None = None
    for place, value in told:
        others = [other for at, other in known if at == place and _are_of_one_kind(value, other, asked[place])]
        if others and all(differ(value, other) for other in others):
            return True
        found = False if others else found
    return found


def _are_of_one_kind(value: Value, other: Value, asked: Asked) -> bool:
    if isinstance(value, Amount) and isinstance(other, Amount):
        return count_one(value, other, asked)
    return isinstance(value, NamedDay) and isinstance(other, NamedDay)


def _is_after(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and (other is None or moment > other)


class _Nearness(NamedTuple):
    """How near the first citation is to what is known."""

    first_passage: int
    """The number of the first passage of its article; 0 where the article is gone."""
    is_known: bool
    """Whether its article, or one in nearly the same words, is known."""
    is_same_event: bool
    """Whether one that reports the same event is."""
    is_same_thread: bool
    """Whether one that tells how the same event went on is."""

    @classmethod
    def of(cls, first: Citation, followed: Followed, generation: Generation, home: Home) -> Self:
        """Look its article up in a generation, and those that are known."""
        articles = {report.article_id for report in followed.known}
        beginnings = home.queries.beginnings(generation.manifest.number, {first.article_id, *articles})
        passages = {passage.article.id: passage.id for passage in beginnings}
        reported = Reported.of(list(passages.values()), home, generation)
        own = passages.get(first.article_id, 0)
        known = [passage for article, passage in passages.items() if article in articles]

        def is_shared(groups: Mapping[int, int]) -> bool:
            return own in groups and any(groups.get(each) == groups[own] for each in known)

        reprints = {version.article_id for version in first.reprints}
        return cls(
            first_passage=own,
            is_known=first.article_id in articles or not articles.isdisjoint(reprints) or is_shared(reported.stories),
            is_same_event=is_shared(reported.events),
            is_same_thread=is_shared(reported.threads),
        )


def _values(citation: Citation, question: Question) -> tuple[str, ...]:
    """What a citation says of what is asked for, written."""
    found = []
    for place, asked in enumerate(Asked.by(question)):
        told = (value_told(each, asked) for each in sentences_told(citation, asked))
        value = next((value for value in told if value is not None), None)
        if value is not None:
            found.append(_written(place, value))
    return tuple(found)


def _written(place: int, value: Value) -> str:
    """A value without its words, as JSON, with its place among what is asked for."""
    if isinstance(value, NamedDay):
        return json.dumps([place, value.first.isoformat(), value.last.isoformat()])
    return json.dumps([place, value.value, value.low, value.high, value.unit, value.state, value.per])


def _told(written: Iterable[str]) -> list[tuple[int, Value]]:
    return [_read(*json.loads(each)) for each in written]


def _read(place: int, *told: object) -> tuple[int, Value]:
    if len(told) == 2:  # noqa: PLR2004 - the first and the last day
        first, last = (date.fromisoformat(str(each)) for each in told)
        return place, NamedDay(0, 0, first, last, is_aside=False)
    value, low, high = (float(str(each)) for each in told[:3])
    unit, state, per = map(str, told[3:])
    return place, Amount(0, 0, value, low, high, unit, frozenset(), state, is_change=False, is_aside=False, per=per)
