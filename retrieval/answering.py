"""What was found -> an answer: the excerpts that most probably tell what was asked, or an honest refusal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.clues import asks_for_words
from retrieval.excerpts import best_excerpt
from retrieval.linking import is_outdated, once_a_story
from retrieval.terms import terms_of, words_of
from retrieval.types import Answer, Citation, NearestArticle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from retrieval.excerpts import Excerpt
    from retrieval.search import SearchResult
    from retrieval.types import ArticleHeader, Passage, SearchHit, Span

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
    citations = _citations(hits, passages, limit, stories or {}) if answered else ()
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


def _citations(
    hits: Sequence[SearchHit], passages: Mapping[int, Passage], limit: int, stories: Mapping[int, int]
) -> tuple[Citation, ...]:
    """Cite until `limit`, leaving out what tells the same as an excerpt before it.

    Where that is of a later version of the cited article, it takes the place of what it corrects.
    """
    cited: list[_Cited] = []
    least = 0.0
    for hit, excerpt in _by_chance(hits, passages):
        chance = hit.score * excerpt.mass
        full = len(cited) == limit or (len(cited) > 1 and chance < least)
        if full and all(other.story is None for other in cited):
            break  # nothing that follows could correct any of them
        passage, story = passages[hit.passage_id], stories.get(hit.passage_id)
        answer = hit.answers[excerpt.evidence] if hit.answers else None
        citation = cite(passage, excerpt, number=len(cited) + 1, score=chance, answer=answer)
        one = _Cited(citation, passage.article, story)
        if (place := next((place for place, other in enumerate(cited) if one.corrects(other)), None)) is not None:
            cited[place] = replace(one, citation=replace(citation, number=place + 1))
        elif not full and not any(one.tells_the_same(other) or other.corrects(one) for other in cited):
            cited.append(one)
            least = least or _FAR_BEHIND * chance
    return tuple(one.citation for one in cited)


@dataclass(frozen=True)
class _Cited:
    """A citation, and what decides whether another may stand beside it."""

    citation: Citation
    article: ArticleHeader
    story: int | None

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(terms_of(self.citation.excerpt))

    @cached_property
    def words(self) -> str:
        """The words of the excerpt, each between spaces."""
        return _spaced(self.citation.excerpt)

    @cached_property
    def evidence(self) -> str:
        """The sentence that answers, as its words."""
        start, end = self.citation.highlight
        return _spaced(self.citation.excerpt[start:end])

    def tells_the_same(self, other: _Cited) -> bool:
        """Whether nothing is lost without it: a later version may differ in one small word, "not"."""
        if not _are_alike(self.terms, other.terms):
            return False
        same_article = self.article.id == other.article.id
        return same_article or self.evidence in other.words or is_outdated(self.article, other.article)

    def corrects(self, other: _Cited) -> bool:
        """Whether its sentence is that of the other in a later version; other numbers are another report's."""
        if self.story is None or self.story != other.story or not is_outdated(other.article, self.article):
            return False
        terms, others = set(terms_of(self.evidence)), set(terms_of(other.evidence))
        number = any(character.isdigit() for term in terms ^ others for character in term)
        return self.evidence != other.evidence and not number and _are_alike(terms, others)


def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "


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


def _are_alike(terms: AbstractSet[str], others: AbstractSet[str]) -> bool:
    return len(terms & others) >= _NEAR_DUPLICATE * len(terms | others)


def _nearest(passages: Iterable[Passage]) -> tuple[NearestArticle, ...]:
    articles = {passage.article.id: passage.article for passage in passages}
    return tuple(
        NearestArticle(article.id, article.title, article.published_at)
        for article in list(articles.values())[:NEAREST_ARTICLES]
    )
