"""Questions with known answers -> figures, for Citebot itself and for two baselines on the same work.

What each figure means stands in docs/quality.md. Articles are compared by the order in which they first appear among
the ranked passages; passages by whether they overlap the question's evidence.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from retrieval.metrics import area_under_roc, ndcg_at, percentile, ranks_of, recall_at, reciprocal_rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from retrieval.questions import KnownQuestion
    from retrieval.types import Answer, Passage

RANKED_PASSAGES = 50
EVIDENCE_CITATIONS = 3


class AskedSystem(Protocol):
    """Anything that ranks passages and cites excerpts: Citebot, or a baseline."""

    def rank(self, question: str, count: int) -> list[Passage]:
        """Passages, best first."""

    def answer(self, question: str, limit: int) -> Answer:
        """An answer with up to `limit` citations and a confidence."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went."""

    question: KnownQuestion
    answer: Answer
    """With citations even below the threshold, so that evidence and abstention are told apart."""
    article_ranks: tuple[int, ...]
    passage_ranks: tuple[int, ...] | None
    """None where the question names no evidence that stands in an article."""
    relevant_passages: int
    took_ms: float

    def evidence_within(self, citations: int) -> bool:
        """Whether an answer string stands in one of the first excerpts."""
        return any(holds_answer(cited.excerpt, self.question.answers) for cited in self.answer.citations[:citations])

    def highlighted(self) -> bool:
        """Whether an answer string stands in the highlighted sentence of the first citation."""
        first = self.answer.citations[:1]
        return any(holds_answer(cited.excerpt[slice(*cited.highlight)], self.question.answers) for cited in first)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well the right item is ranked: shares and means in [0, 1] over `questions`."""

    questions: int
    recall_at_1: float
    recall_at_5: float
    mean_reciprocal_rank: float
    ndcg_at_10: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether the excerpts hold an answer string, over the `questions` that name one."""

    questions: int
    sentence_at_1: float
    """The highlighted sentence of citation 1 holds an answer."""
    excerpt_at_1: float
    excerpt_at_3: float
    mean_excerpt_characters: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """Whether the bot knows what it does not know."""

    answerable: int
    unanswerable: int
    threshold: float
    false_answers: float | None
    """Share of the unanswerable questions that were answered."""
    wrong_refusals: float | None
    """Share of the answerable questions that were refused."""
    area_under_roc: float | None


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds a question, end to end."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """All figures of one system."""

    name: str
    articles: Ranking | None
    passages: Ranking | None
    evidence: Evidence | None
    abstention: Abstention
    speed: Speed
    outcomes: tuple[Outcome, ...] = field(repr=False)


def run_questions(
    name: str,
    system: AskedSystem,
    questions: Sequence[KnownQuestion],
    evidence: EvidenceFinder,
    *,
    threshold: float,
    asked: Callable[[int, int], None],
) -> SystemFigures:
    """Ask every question and compute all figures; `asked` is told how many are done, of how many."""
    outcomes = []
    for done, question in enumerate(questions, start=1):
        outcomes.append(_ask(system, question, evidence))
        asked(done, len(questions))
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    return SystemFigures(
        name=name,
        articles=_ranking([(outcome.article_ranks, len(outcome.question.article_ids)) for outcome in answerable]),
        passages=_ranking(
            [(found.passage_ranks, found.relevant_passages) for found in answerable if found.passage_ranks is not None]
        ),
        evidence=_evidence([outcome for outcome in answerable if outcome.question.answers]),
        abstention=_abstention(outcomes, threshold),
        speed=Speed(*(percentile([outcome.took_ms for outcome in outcomes], share) for share in (0.5, 0.95))),
        outcomes=tuple(outcomes),
    )


class EvidenceFinder:
    """Finds where a question's evidence stands in the articles."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def places(self, question: KnownQuestion) -> list[tuple[str, int, int]]:
        """Article ids and offsets of the evidence, verbatim; none where the question names none."""
        if not question.evidence:
            return []
        found = []
        for article_id in question.article_ids:
            start = self._texts.get(article_id, "").find(question.evidence)
            if start >= 0:
                found.append((article_id, start, start + len(question.evidence)))
        return found


def _ask(system: AskedSystem, question: KnownQuestion, evidence: EvidenceFinder) -> Outcome:
    started = time.perf_counter()
    answer = system.answer(question.question, EVIDENCE_CITATIONS)
    took_ms = (time.perf_counter() - started) * 1000
    passages = system.rank(question.question, RANKED_PASSAGES) if question.answerable else []
    articles = list(dict.fromkeys(passage.article.id for passage in passages))
    places = evidence.places(question)
    passage_ranks = [
        rank for rank, passage in enumerate(passages, start=1) if any(_overlap(passage, place) for place in places)
    ]
    return Outcome(
        question=question,
        answer=answer,
        article_ranks=tuple(ranks_of(articles, question.article_ids)),
        passage_ranks=tuple(passage_ranks) if places else None,
        relevant_passages=max(1, len(passage_ranks)),
        took_ms=took_ms,
    )


def _overlap(passage: Passage, place: tuple[str, int, int]) -> bool:
    article_id, start, end = place
    return passage.article.id == article_id and passage.start < end and start < passage.end


def _ranking(found: Sequence[tuple[Sequence[int], int]]) -> Ranking | None:
    if not found:
        return None
    return Ranking(
        questions=len(found),
        recall_at_1=statistics.fmean(recall_at(1, ranks) for ranks, _ in found),
        recall_at_5=statistics.fmean(recall_at(5, ranks) for ranks, _ in found),
        mean_reciprocal_rank=statistics.fmean(reciprocal_rank(ranks) for ranks, _ in found),
        ndcg_at_10=statistics.fmean(ndcg_at(10, ranks, relevant) for ranks, relevant in found),
    )


def _evidence(outcomes: Sequence[Outcome]) -> Evidence | None:
    if not outcomes:
        return None
    lengths = [len(cited.excerpt) for outcome in outcomes for cited in outcome.answer.citations]
    return Evidence(
        questions=len(outcomes),
        sentence_at_1=statistics.fmean(outcome.highlighted() for outcome in outcomes),
        excerpt_at_1=statistics.fmean(outcome.evidence_within(1) for outcome in outcomes),
        excerpt_at_3=statistics.fmean(outcome.evidence_within(3) for outcome in outcomes),
        mean_excerpt_characters=statistics.fmean(lengths) if lengths else 0.0,
    )


def _abstention(outcomes: Sequence[Outcome], threshold: float) -> Abstention:
    answerable = [outcome.answer.confidence for outcome in outcomes if outcome.question.answerable]
    unanswerable = [outcome.answer.confidence for outcome in outcomes if not outcome.question.answerable]
    return Abstention(
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        threshold=threshold,
        false_answers=statistics.fmean(sure >= threshold for sure in unanswerable) if unanswerable else None,
        wrong_refusals=statistics.fmean(sure < threshold for sure in answerable) if answerable else None,
        area_under_roc=area_under_roc(answerable, unanswerable),
    )


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the strings stands in the text, whatever the case, ``ё`` and white space."""
    folded = _folded(text)
    return any(_folded(answer) in folded for answer in answers)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
