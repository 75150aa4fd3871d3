"""What was found -> an answer: the excerpts that most probably tell what was asked, or an honest refusal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.clues import asks_for_words
from retrieval.excerpts import best_excerpt
from retrieval.linking import once_a_story
from retrieval.terms import terms_of
from retrieval.types import Answer, Citation, NearestArticle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.excerpts import Excerpt
    from retrieval.search import SearchResult
    from retrieval.types import Passage, SearchHit, Span

NEAREST_ARTICLES = 3
SPARE_HITS = 9
"""Passages fetched beyond the citations, since several may tell the same."""
_FAR_BEHIND = 0.01
"""Share of the first citation's probability below which a third one and more would be noise."""
_NEAR_DUPLICATE = 0.7
"""Share of common terms (Jaccard) from which two excerpts tell the same."""


def compose(
    question: str,
    found: SearchResult,
    passages: Mapping[int, Passage],
    *,
    limit: int,
    minimum_confidence: float,
    stories: Mapping[int, int] | None = None,
) -> Answer:
    """Make an answer with up to `limit` citations of what was found; `passages` holds the hits' passages by id.

    `stories` tells by the ids of passages which of them are of articles that tell the same story. The answer
    abstains where the confidence is below `minimum_confidence`.
    """
    hits = [hit for hit in found.hits if hit.passage_id in passages]
    hits = once_a_story(hits, passages, stories) if stories else hits
    answered = bool(hits) and found.confidence >= minimum_confidence
    citations = _citations(hits, passages, limit) if answered else ()
    if not asks_for_words(question):
        citations = tuple(replace(citation, answer_span=None) for citation in citations)
    dates = [citation.published_at.date() for citation in citations if citation.published_at]
    return Answer(
        question=question,
        answered=answered,
        confidence=round(found.confidence, 4),
        as_of=max(dates, default=None),
        citations=citations,
        nearest=() if answered else _nearest(passages[hit.passage_id] for hit in hits),
        took_ms=0.0,
    )


def _citations(hits: Sequence[SearchHit], passages: Mapping[int, Passage], limit: int) -> tuple[Citation, ...]:
    """Cite until `limit`, leaving out what tells the same as an excerpt before it."""
    citations: list[Citation] = []
    told: list[set[str]] = []
    for hit, excerpt in _by_chance(hits, passages):
        chance = hit.score * excerpt.mass
        if len(citations) == limit or (len(citations) > 1 and chance < _FAR_BEHIND * citations[0].score):
            break
        answer = hit.answers[excerpt.evidence] if hit.answers else None
        citation = cite(passages[hit.passage_id], excerpt, number=len(citations) + 1, score=chance, answer=answer)
        terms = set(terms_of(citation.excerpt))
        if not any(_tell_the_same(terms, others) for others in told):
            citations.append(citation)
            told.append(terms)
    return tuple(citations)


def _by_chance(hits: Sequence[SearchHit], passages: Mapping[int, Passage]) -> Iterator[tuple[SearchHit, Excerpt]]:
    """Yield excerpts that do not overlap, the most probable next; a good passage may give several."""
    taken: dict[int, frozenset[int]] = defaultdict(frozenset)
    while True:
        next_ones = [
            (hit, excerpt)
            for hit in hits
            if (excerpt := best_excerpt(passages[hit.passage_id].sentences, hit.chances, taken[hit.passage_id]))
        ]
        if not next_ones:
            return
        hit, excerpt = max(next_ones, key=lambda pair: pair[0].score * pair[1].mass)
        taken[hit.passage_id] |= frozenset(range(excerpt.first, excerpt.last + 1))
        yield hit, excerpt


def cite(passage: Passage, excerpt: Excerpt, *, number: int, score: float, answer: Span | None = None) -> Citation:
    """Cite an excerpt of a passage, verbatim; `answer` stands in its evidence."""
    start, end = passage.sentences[excerpt.first].start, passage.sentences[excerpt.last].end
    evidence = passage.sentences[excerpt.evidence]
    return Citation(
        number=number,
        article_id=passage.article.id,
        title=passage.article.title,
        source=passage.article.source,
        url=passage.article.url,
        published_at=passage.article.published_at,
        excerpt=passage.text[start - passage.start : end - passage.start],
        start=start,
        end=end,
        highlight=(evidence.start - start, evidence.end - start),
        score=round(score, 4),
        answer_span=(answer.start - start, answer.end - start) if answer else None,
    )


def _tell_the_same(terms: set[str], others: set[str]) -> bool:
    return len(terms & others) >= _NEAR_DUPLICATE * len(terms | others)


def _nearest(passages: Iterable[Passage]) -> tuple[NearestArticle, ...]:
    articles = {passage.article.id: passage.article for passage in passages}
    return tuple(
        NearestArticle(article.id, article.title, article.published_at)
        for article in list(articles.values())[:NEAREST_ARTICLES]
    )
