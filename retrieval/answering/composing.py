"""What was found -> an answer: the excerpts that most probably tell what was asked, or an honest refusal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from retrieval.answering.differences import differences, with_further
from retrieval.answering.excerpts import EXCERPT_MAXIMUM, Excerpt, best_excerpt
from retrieval.stories.facts import Facts
from retrieval.stories.linking import is_outdated, once_a_story
from retrieval.text.clues import clues_in
from retrieval.text.kinds import Clue
from retrieval.text.terms import terms_of, words_of
from retrieval.types import Answer, Certainty, Citation, NearestArticle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from retrieval.question.parsing import Question
    from retrieval.ranking.search import SearchResult
    from retrieval.types import ArticleHeader, Bounds, Passage, SearchHit, Span

NEAREST_ARTICLES = 3
SPARE_HITS = 9
"""Passages fetched beyond the citations, since several may tell the same."""
_FAR_BEHIND = 0.01
"""Share of the first citation's probability below which further ones would be noise."""
_CITED_ANYWAY = 2
"""So many are cited however far behind the second is."""
_NEAR_DUPLICATE = 0.7
"""Share of common terms (Jaccard) from which two excerpts tell the same."""


def compose(
    question: Question,
    found: SearchResult,
    passages: Mapping[int, Passage],
    *,
    limit: int,
    bounds: Bounds,
    stories: Mapping[int, int] | None = None,
    events: Mapping[int, int] | None = None,
    is_narrow: bool = False,
) -> Answer:
    """Make an answer with up to `limit` citations of what was found; `passages` holds the hits' passages by id.

    `stories` tells by the ids of passages which of them are of articles that tell the same story in the same words,
    `events` which are of articles that report one event in whatever words. An unsure answer cites one excerpt. Where
    the question is narrowly restricted (`is_narrow`), what is next may be about anything, and has to be probable.
    """
    hits = [hit for hit in found.hits if hit.passage_id in passages]
    hits = once_a_story(hits, passages, stories) if stories else hits
    confidence = round(found.confidence, 4)
    certainty = bounds.certainty(confidence, lacking=found.lacking) if hits else Certainty.NONE
    shown = {Certainty.SURE: limit, Certainty.UNSURE: 1, Certainty.NONE: 0}[certainty]
    linked = _Linked(stories or {}, events or {})
    spared = 1 if is_narrow else _CITED_ANYWAY
    citations = _citations(hits, passages, shown, linked, found.earlier, spared) if shown else ()
    texts = _texts([passages[hit.passage_id] for hit in hits])
    if certainty is Certainty.SURE and question.wants & (Clue.NUMBER | Clue.DATE):
        citations = with_further(citations, _sentences(hits, passages), question, limit, texts)
    citations = _newest_of_differing(tuple(_marked(citation, question) for citation in citations), question)
    dates = [citation.published_at.date() for citation in citations if citation.published_at]
    return Answer(
        question=question.full,
        certainty=certainty,
        confidence=confidence,
        as_of=max(dates, default=None),
        citations=citations,
        nearest=() if certainty is Certainty.SURE else _nearest([passages[hit.passage_id] for hit in hits], citations),
        took_ms=0.0,
        differences=differences(citations, question, texts),
        lacking=found.lacking,
    )


def _citations(
    hits: Sequence[SearchHit],
    passages: Mapping[int, Passage],
    limit: int,
    linked: _Linked,
    earlier: AbstractSet[int],
    spared: int,
) -> tuple[Citation, ...]:
    """Cite until `limit`, leaving out what tells the same as an excerpt before it, or what is noise beyond `spared`.

    Where that is of a later version of the cited article, it takes the place of what it corrects. The hits in
    `earlier` tell what was before.
    """
    cited: list[_Cited] = []
    least = 0.0
    for hit, excerpt in _by_probability(hits, passages):
        probability = hit.score * excerpt.mass
        full = len(cited) == limit or (len(cited) >= spared and probability < least)
        if full and all(other.story is None for other in cited):
            break  # nothing that follows could correct any of them
        passage = passages[hit.passage_id]
        answer = hit.answers[excerpt.evidence] if hit.answers else None
        citation = cite(passage, excerpt, number=len(cited) + 1, score=probability, answer=answer)
        citation = replace(citation, earlier=hit.passage_id in earlier)
        one = _Cited(citation, passage.article, linked.stories.get(hit.passage_id), linked.events.get(hit.passage_id))
        if (place := next((place for place, other in enumerate(cited) if one.corrects(other)), None)) is not None:
            cited[place] = replace(one, citation=replace(citation, number=place + 1))
        elif not full and not any(one.adds_nothing_to(other) for other in cited):
            cited.append(one)
            least = least or _FAR_BEHIND * probability
    return tuple(one.citation for one in cited)


def _texts(passages: Iterable[Passage]) -> dict[str, str]:
    """What was found of each article, its titles included, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for passage in passages:
        found[passage.article.id] += (passage.article.title, passage.text)
    return {article: "\n".join(texts) for article, texts in found.items()}


def _sentences(hits: Sequence[SearchHit], passages: Mapping[int, Passage]) -> Iterator[Citation]:
    """Each sentence of what was found as a citation, with as much before it in its passage as has room."""
    for hit in hits:
        passage = passages[hit.passage_id]
        spans = passage.sentences
        for place, span in enumerate(spans):
            first = next(
                each for each in range(place + 1) if span.end - spans[each].start <= EXCERPT_MAXIMUM or each == place
            )
            probability = hit.score * hit.probabilities[place]
            answer = hit.answers[place] if hit.answers else None
            yield cite(passage, Excerpt(first, place, place, probability), number=0, score=probability, answer=answer)


class _Linked(NamedTuple):
    """Which passages, by their ids, are of articles that tell the same."""

    stories: Mapping[int, int]
    """In the same words."""
    events: Mapping[int, int]
    """In whatever words."""


@dataclass(frozen=True)
class _Cited:
    """A citation, and what decides whether another may stand beside it."""

    citation: Citation
    article: ArticleHeader
    story: int | None
    event: int | None = None

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

    def adds_nothing_to(self, other: _Cited) -> bool:
        """Whether it need not stand beside the other, which was found before it."""
        return self.tells_the_same(other) or other.corrects(self) or self.rewords(other)

    def rewords(self, other: _Cited) -> bool:
        """Whether it is another article's report of the same event, and what it counts or dates is no other number.

        One of the same story is a copy, of which is known in what it differs.
        """
        if self.event is None or self.event != other.event or self.article.id == other.article.id:
            return False
        return (self.story is None or self.story != other.story) and not self.facts.contradicts(other.facts)

    @cached_property
    def facts(self) -> Facts:
        """What its evidence counts and dates."""
        start, end = self.citation.highlight
        published = self.article.published_at
        return Facts.of([self.citation.excerpt[start:end]], published and published.date())

    def tells_the_same(self, other: _Cited) -> bool:
        """Whether nothing is lost without it: a later version may differ in one small word, "not"."""
        if not are_alike(self.terms, other.terms):
            return False
        if self.citation.earlier:
            return self.evidence in other.words
        same_article = self.article.id == other.article.id
        return same_article or self.evidence in other.words or is_outdated(self.article, other.article)

    def corrects(self, other: _Cited) -> bool:
        """Whether its sentence is that of the other in a later version; other numbers are another report's."""
        if self.story is None or self.story != other.story or not is_outdated(other.article, self.article):
            return False
        terms, others = set(terms_of(self.evidence)), set(terms_of(other.evidence))
        number = any(character.isdigit() for term in terms ^ others for character in term)
        return self.evidence != other.evidence and not number and are_alike(terms, others)


def _marked(citation: Citation, question: Question) -> Citation:
    """The citation without marked words that cannot be what the question asks for: yes or no, or another kind."""
    if not citation.answer_span:
        return citation
    held = clues_in(citation.excerpt[slice(*citation.answer_span)])
    wanted = question.wants & (Clue.NUMBER | Clue.DATE)
    fits = question.asks_for_words and (not wanted or bool(held & (Clue.NUMBER | Clue.DATE)))
    return citation if fits else replace(citation, answer_span=None)


def _newest_of_differing(citations: tuple[Citation, ...], question: Question) -> tuple[Citation, ...]:
    """Put those that differ in what is asked for in the order of time, the newest first, in the places they have."""
    placed = list(citations)
    for difference in differences(citations, question)[:1]:
        for place, number in zip(sorted(difference.citations), difference.citations, strict=True):
            placed[place - 1] = replace(citations[number - 1], number=place)
    return tuple(placed)


def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "


def _by_probability(hits: Sequence[SearchHit], passages: Mapping[int, Passage]) -> Iterator[tuple[SearchHit, Excerpt]]:
    """Yield excerpts that do not overlap, the most probable next; a good passage may give several."""
    taken: dict[int, frozenset[int]] = defaultdict(frozenset)
    while True:
        next_ones = [
            (hit, excerpt)
            for hit in hits
            if (excerpt := best_excerpt(passages[hit.passage_id], hit.probabilities, taken[hit.passage_id]))
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


def are_alike(terms: AbstractSet[str], others: AbstractSet[str]) -> bool:
    """Whether two excerpts of these terms tell the same."""
    return len(terms & others) >= _NEAR_DUPLICATE * len(terms | others)


def _nearest(passages: Iterable[Passage], cited: Sequence[Citation]) -> tuple[NearestArticle, ...]:
    """The articles of the best passages but those that are cited."""
    named = {citation.article_id for citation in cited}
    articles = {passage.article.id: passage.article for passage in passages if passage.article.id not in named}
    return tuple(
        NearestArticle(article.id, article.title, article.published_at)
        for article in list(articles.values())[:NEAREST_ARTICLES]
    )
