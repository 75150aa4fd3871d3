"""What there is about a topic: which of the articles that mention it are about it, and whether any surely is.

An article is about a topic where all names of the topic stand in it, and all its other words or most of what is rare
among them, and the topic is in its headline or its first sentence, or comes again and again. What goes on with the
same story in other words is known by the names that these articles share. The bounds are set by hand, on topics of
the sample articles and of the news questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.events import Event
from retrieval.answering.topics import Told, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.question.parsing import Question
    from retrieval.ranking.about import Mention
    from retrieval.types import Passage, Period

_VERY_NEAR = 0.885
"""Cosine of a topic and a sentence that tells of it in other words."""
_AS_NEAR = 0.03
"""Cosine by which an article that lacks some words may be behind the nearest one."""
_NEARLY_AS_NEAR = 0.012
"""The same of one that does not name the topic where it matters."""
_HALF = 0.47
"""Share of the topic that an article must name, and its headline or its first sentence."""
_SALIENT = 3
"""Sentences that name a topic where neither the headline nor the first one does."""
_SEVERAL = 2
"""Articles about a topic that share a name which others of its story have as well."""


@dataclass(frozen=True, slots=True)
class About:
    """The articles about a topic."""

    events: tuple[Event, ...]
    """One an article, the most about it first."""
    is_sure: bool
    """Whether they are about it; else one may be, told in other words."""


def about(
    question: Question, found: Sequence[Mention], passages: Mapping[int, Passage], stories: Mapping[int, int]
) -> About:
    """What is about a topic, of what was `found`, the best first; `stories` is by the ids of passages."""
    told = _by_article(question, [mention for mention in found if mention.passage_id in passages], passages)
    chosen = _about(told)
    surely = bool(chosen)
    if not chosen:
        chosen = [article for article in told if _may_be_about(article)][:1]
    return About(tuple(_event(article, stories, question.bounds.period) for article in chosen), surely)


def events_about(
    question: Question, found: Sequence[Mention], passages: Mapping[int, Passage], stories: Mapping[int, int]
) -> list[Event]:
    """One event an article that is surely about a topic, the most about it first."""
    known = about(question, found, passages, stories)
    return list(known.events) if known.is_sure else []


def _by_article(question: Question, found: Sequence[Mention], passages: Mapping[int, Passage]) -> list[Told]:
    if not found:
        return []
    topic = Topic.of(question, found[0].rarity, found[0].known)
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        mentions[passages[mention.passage_id].article.id].append(mention)
    return [Told(topic, tuple(of_article), passages) for of_article in mentions.values()]


def _about(told: Sequence[Told]) -> list[Told]:
    """The articles that are surely about a topic, in the same order; none where none has all of its words."""
    whole = [article for article in told if _is_whole(article)]
    if not whole:
        return []
    likeness = max(article.cosine for article in whole)
    holding = [article for article in told if article in whole or _is_mostly_whole(article, likeness)]
    chosen = [article for article in holding if _is_salient(article, likeness)]
    if not chosen:  # what is only mentioned has no other news
        return [article for article in whole if any(len(met) == len(article.topic.words) for met in article.sentences)]
    others = [article for article in told if article not in chosen and _may_go_on(article, likeness)]
    further = _of_the_same_story(others, chosen)
    return [article for article in told if article in chosen or article in further]


def _is_whole(article: Told) -> bool:
    """Whether an article has all words of a topic; one that no article has may be put otherwise in what is near."""
    lacking = article.lacking
    if lacking and (article.cosine < _VERY_NEAR or lacking & (article.topic.names | article.topic.known)):
        return False
    return bool(article.anywhere)


def _is_mostly_whole(article: Told, likeness: float) -> bool:
    """Whether it has the names and what is rare among the other words, and is as near as those that have all."""
    return (
        not article.lacking & article.topic.names
        and article.topic.share(article.anywhere) >= _HALF
        and article.cosine >= likeness - _AS_NEAR
    )


def _is_salient(article: Told, likeness: float) -> bool:
    """Whether a topic is what an article is about, as its headline and its first sentence tell, or many sentences."""
    topic = article.topic
    if not topic.names <= article.in_head and sum(topic.names <= met for met in article.sentences) < _SALIENT:
        return False
    least = _HALF * topic.share(topic.known)
    return (
        topic.share(article.in_head) >= least
        or sum(topic.share(met) >= least for met in article.sentences) >= _SALIENT
        or article.cosine >= likeness - _NEARLY_AS_NEAR
    )


def _may_go_on(article: Told, likeness: float) -> bool:
    """Whether an article may tell on without the topic where it matters: it calls it otherwise, or is very near."""
    names = article.topic.names
    if not article.in_head - names:
        return False
    return not names or bool(article.lacking & names) or article.cosine >= likeness - _NEARLY_AS_NEAR


def _of_the_same_story(others: Sequence[Told], chosen: Sequence[Told]) -> list[Told]:
    """Those that have a name of the story of the chosen ones: one that several of these have."""
    counts = Counter(name for article in chosen for name in article.names)
    names = {name for name, count in counts.items() if count >= _SEVERAL}
    return [article for article in others if not names.isdisjoint(article.names)]


def _may_be_about(article: Told) -> bool:
    """Whether an article may be about a topic in other words, or in another language."""
    return article.cosine >= _VERY_NEAR and article.topic.names <= article.in_head


def _event(article: Told, stories: Mapping[int, int], period: Period | None) -> Event:
    """What is cited: the first sentence where that names the topic, else what tells it best.

    An article of another time than is asked for is cited with what it tells of that time.
    """
    opens = article.topic.share(article.in_first) >= _HALF and _is_of(article, period)
    mention = replace(article.opening, sentence=0) if opens else article.mentions[0]
    return Event(article.passages[mention.passage_id], mention.sentence, stories.get(mention.passage_id))


def _is_of(article: Told, period: Period | None) -> bool:
    """Whether an article was published in a period, if there is one."""
    published = article.passages[article.opening.passage_id].article.published_at
    return period is None or (published is not None and period.first <= published.date() <= period.last)
