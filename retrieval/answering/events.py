"""What happened in a time, or lately: the lead sentence of each of its stories, and what else tells of that time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.composing import NEAREST_ARTICLES, are_alike, cite
from retrieval.answering.differences import differences
from retrieval.answering.excerpts import EXCERPT_MAXIMUM, Excerpt, beginning
from retrieval.text.terms import terms_of
from retrieval.types import Answer, Certainty, NearestArticle, Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.question.parsing import Question
    from retrieval.types import ArticleHeader, Citation, Passage

_SHORTEST_LEAD = 60
"""Characters of a first sentence below which the next one belongs to it: «МОСКВА, 9 сентября.»."""


@dataclass(frozen=True, slots=True)
class Event:
    """What may be cited of a story."""

    passage: Passage
    evidence: int
    """Which of its sentences tells it."""
    story: int | None
    """None where its article stands alone."""

    @property
    def moment(self) -> str:
        """When its article was published, in ISO 8601; "", the earliest, where that is not known."""
        published = self.passage.article.published_at
        return published.isoformat() if published else ""


def leads(passages: Iterable[Passage], stories: Mapping[int, int], *, most_reported: bool) -> list[Event]:
    """The newest lead of each story, the newest first, or those first that most articles tell.

    So the first ones stay the first, however many are wanted.

    `passages` are the first ones of articles, the newest first; `stories` is by their ids.
    """
    found: dict[tuple[str, int], Event] = {}
    reports: Counter[tuple[str, int]] = Counter()
    for passage in passages:
        story = stories.get(passage.id)
        key = ("article", passage.id) if story is None else ("story", story)
        reports[key] += 1
        if passage.sentences:
            found.setdefault(key, Event(passage, 0, story))
    keys = sorted(found, key=lambda key: -reports[key]) if most_reported else list(found)
    return [found[key] for key in keys]


def answer_with(
    question: Question,
    events: Iterable[Event],
    limit: int,
    *,
    nearest: Sequence[ArticleHeader] = (),
    certainty: Certainty = Certainty.SURE,
    confidence: float = 1.0,
) -> Answer:
    """An answer that cites each event once, up to `limit` of them, in their order; a refusal where there is none.

    They are the newest first; whoever orders them otherwise says so in the answer. `nearest` are offered where it is
    not sure.
    """
    citations = tuple(cited_from(event, number) for number, event in enumerate(distinct(events, limit), 1))
    certainty = certainty if citations else Certainty.NONE
    cited = {citation.article_id for citation in citations}
    articles = {article.id: article for article in nearest if article.id not in cited}
    offered = [] if certainty is Certainty.SURE else list(articles.values())
    dates = [citation.published_at.date() for citation in citations if citation.published_at]
    return Answer(
        question=question.full,
        certainty=certainty,
        confidence=confidence if citations else 0.0,
        as_of=max(dates, default=None),
        citations=citations,
        nearest=tuple(NearestArticle(each.id, each.title, each.published_at) for each in offered[:NEAREST_ARTICLES]),
        took_ms=0.0,
        order=Order.NEWEST,
        differences=differences(citations, question) if question.matter else (),
    )


def distinct(events: Iterable[Event], limit: int) -> Iterator[Event]:
    """Up to `limit` events, each of another story and in other words."""
    told: list[frozenset[str]] = []
    stories: set[int] = set()
    articles: set[str] = set()
    for event in events:
        if len(told) == limit:
            return
        terms = frozenset(terms_of(cited_from(event, 1).excerpt))
        if event.story in stories or event.passage.article.id in articles:
            continue
        if any(are_alike(terms, others) for others in told):
            continue
        told.append(terms)
        articles.add(event.passage.article.id)
        if event.story is not None:
            stories.add(event.story)
        yield event


def cited_from(event: Event, number: int) -> Citation:
    """Cite what tells an event: one sentence, with the next where it is very short, and with what it points back to."""
    sentences, evidence = event.passage.sentences, event.evidence
    last = evidence
    if sentences[evidence].end - sentences[evidence].start < _SHORTEST_LEAD and evidence + 1 < len(sentences):
        last += sentences[evidence + 1].end - sentences[evidence].start <= EXCERPT_MAXIMUM
    first = beginning(event.passage, evidence, last)
    return cite(event.passage, Excerpt(first, last, evidence, 1.0), number=number, score=1.0)
