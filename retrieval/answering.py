"""Ranked passages -> an answer: the evidence, an excerpt of whole sentences around it, or an honest refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.terms import terms_of
from retrieval.types import Answer, Citation, NearestArticle, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.search import SearchResult
    from retrieval.types import Passage, SearchHit

EXCERPT_MAXIMUM = 400
"""Characters of an excerpt, unless the evidence sentence alone is longer."""
NEAREST_ARTICLES = 3
SPARE_HITS = 9
"""Passages fetched beyond the citations, since several may tell the same."""
_NEAR_DUPLICATE = 0.7
"""Share of common terms (Jaccard) from which two excerpts tell the same."""


def compose(
    question: str,
    found: SearchResult,
    passages: Mapping[int, Passage],
    *,
    limit: int,
    minimum_confidence: float,
) -> Answer:
    """Make an answer with up to `limit` citations of what was found; `passages` holds the hits' passages by id.

    The answer abstains where the confidence is below `minimum_confidence`.
    """
    hits = [hit for hit in found.hits if hit.passage_id in passages]
    answered = bool(hits) and found.confidence >= minimum_confidence
    citations = _citations(hits, passages, limit) if answered else ()
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


def excerpt_around(passage: Passage, evidence: int, maximum: int = EXCERPT_MAXIMUM) -> Span:
    """Whole sentences of a passage around its evidence sentence, what follows before what precedes."""
    first = last = evidence
    while True:
        grown = [
            (low, high)
            for low, high in ((first, last + 1), (first - 1, last))
            if low >= 0
            and high < len(passage.sentences)
            and passage.sentences[high].end - passage.sentences[low].start <= maximum
        ]
        if not grown:
            return Span(passage.sentences[first].start, passage.sentences[last].end)
        first, last = grown[0]


def _citations(hits: Sequence[SearchHit], passages: Mapping[int, Passage], limit: int) -> tuple[Citation, ...]:
    citations: list[Citation] = []
    told: list[set[str]] = []
    for hit in hits:
        if len(citations) == limit:
            break
        citation = _cite(hit, passages[hit.passage_id], number=len(citations) + 1)
        terms = set(terms_of(citation.excerpt))
        if not any(_tell_the_same(terms, others) for others in told):
            citations.append(citation)
            told.append(terms)
    return tuple(citations)


def _cite(hit: SearchHit, passage: Passage, *, number: int) -> Citation:
    span = excerpt_around(passage, hit.evidence)
    evidence = passage.sentences[hit.evidence]
    return Citation(
        number=number,
        article_id=passage.article.id,
        title=passage.article.title,
        source=passage.article.source,
        url=passage.article.url,
        published_at=passage.article.published_at,
        excerpt=passage.text[span.start - passage.start : span.end - passage.start],
        start=span.start,
        end=span.end,
        highlight=(evidence.start - span.start, evidence.end - span.start),
        score=round(hit.score, 4),
    )


def _tell_the_same(terms: set[str], others: set[str]) -> bool:
    return len(terms & others) >= _NEAR_DUPLICATE * len(terms | others)


def _nearest(passages: Iterable[Passage]) -> tuple[NearestArticle, ...]:
    articles = {passage.article.id: passage.article for passage in passages}
    return tuple(
        NearestArticle(article.id, article.title, article.published_at)
        for article in list(articles.values())[:NEAREST_ARTICLES]
    )
