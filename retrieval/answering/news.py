"""What there is about a topic: which of the passages that mention it are about it.

The bounds are set by hand, on topics of the sample articles: an article is about a topic where it is not far behind
the one that is most so, and holds as many of its words or is as near to it. One that only mentions it does not count.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from retrieval.answering.events import Event
from retrieval.text.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.question.parsing import Question
    from retrieval.ranking.about import Mention
    from retrieval.types import Passage

_NEAR = 0.87
"""Cosine of a topic and the sentence that is most about it, from which the articles hold something about it."""
_NAMED = 0.8
"""The same of the share of its words."""
_BACKGROUND = slice(20, 60)
"""Places of passages that are about something else, whatever the topic is."""
_ABOVE = 0.25
"""How far above these an article must be, as a share of how far the best one is."""
_AS_NEAR = 0.045
"""Cosine by which an article may be behind the nearest one."""
_NEARLY_AS_NEAR = 0.012
"""The same of one that does not name the topic where it matters: in other words it may be about it all the same."""
_HALF = 0.47
"""Share of the topic, as far as the best article names it, that others must name."""
_FEW = 12.0
"""Log-odds by which the best article is above others where there are few."""
_SALIENT = 3
"""Sentences that name a topic where neither the headline nor the first one does."""


def events_about(
    question: Question, found: Sequence[Mention], passages: Mapping[int, Passage], stories: Mapping[int, int]
) -> list[Event]:
    """One event an article that is about the topic, the most about it first; `found` are in this order too."""
    found = [mention for mention in found if mention.passage_id in passages]
    best = next(filter(_is_about, found), None)
    if best is None:
        return []
    likeness = max(mention.cosine for mention in found)
    others = [mention.score for mention in found[_BACKGROUND]] or [found[-1].score]
    background = median(others) if len(found) > _BACKGROUND.start else best.score - _FEW
    least = background + _ABOVE * (best.score - background)
    by_article: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        by_article[passages[mention.passage_id].article.id].append(mention)
    events = []
    for of_article in by_article.values():
        lead, passage = of_article[0], passages[of_article[0].passage_id]
        opening = min(of_article, key=lambda mention: passages[mention.passage_id].start)
        is_like = lead.words >= _HALF * best.words or lead.cosine >= likeness - _AS_NEAR
        opens = 0 < _HALF * best.words <= opening.first_words
        is_salient = (
            opens or lead.cosine >= likeness - _NEARLY_AS_NEAR or _is_salient(question, of_article, passage, best)
        )
        if lead.score >= least and is_like and (lead is best or is_salient):
            told = replace(opening, sentence=0) if opens else lead
            events.append(Event(passages[told.passage_id], told.sentence, stories.get(told.passage_id)))
    return events


def _is_about(mention: Mention) -> bool:
    """Whether a passage tells by itself that it is about the topic."""
    return mention.cosine >= _NEAR or mention.words >= _NAMED


def _is_salient(question: Question, of_article: Sequence[Mention], passage: Passage, best: Mention) -> bool:
    """Whether an article names half of the topic in its headline, or again and again."""
    terms = {term.term for term in question.terms}
    named = len(terms.intersection(terms_of(passage.article.title)))
    repeated = sum(mention.repeated for mention in of_article if mention.best_words >= _HALF * best.words)
    return named >= _HALF * len(terms) or repeated >= _SALIENT
