"""Questions with known answers -> figures, for Citebot itself and for two baselines on the same work.

What each figure means stands in docs/evaluation.md. Articles are compared by the order in which they first appear
among the ranked passages; passages by whether they overlap the question's evidence.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from retrieval.evaluation.lemmas import holds_answer_in_any_form, overlap_f1_of_forms
from retrieval.evaluation.metrics import (
    area_under_roc,
    ndcg_at,
    overlap_f1,
    percentile,
    ranks_of,
    recall_at,
    reciprocal_rank,
)
from retrieval.text.splitting import split
from retrieval.types import Bounds, Certainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from retrieval.evaluation.questions import KnownQuestion
    from retrieval.types import Answer, Article, Passage, PassageSpan

    HoldsAnswer = Callable[[str, Iterable[str]], bool]
    """Whether a text holds one of the answers."""
    Overlap = Callable[[str, str], float]
    """How well some words are those of an answer."""
    PassagePlace = tuple[str, int, int]
    """A passage by its article's id and its offsets."""

RANKED_PASSAGES = 50
EVIDENCE_CITATIONS = 3
_WORTH_OF_WHAT_IS_RIGHT = {Certainty.SURE: 1.0, Certainty.UNSURE: 0.5, Certainty.NONE: 0.0}
_WORTH_OF_A_REFUSAL = {Certainty.SURE: -1.0, Certainty.UNSURE: 0.0, Certainty.NONE: 1.0}
"""Where nothing answers."""


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the strings stands in the text, whatever the case, ``ё`` and white space."""
    folded = _folded(text)
    return any(_folded(answer) in folded for answer in answers)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


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
    """Ranks of the right articles among those of the best `RANKED_PASSAGES`; empty where none is there."""
    passage_ranks: tuple[int, ...]
    """Ranks of the passages that hold the evidence."""
    relevant_passages: int
    """How many passages hold the evidence; 0 where the question names none that stands in a right article."""
    took_ms: float

    def answered_at(self, threshold: float) -> bool:
        """Whether the bot would have answered, had this been the threshold."""
        return self.certainty(Bounds(threshold, threshold)) is Certainty.SURE

    def certainty(self, bounds: Bounds) -> Certainty:
        """What the answer would have been with these bounds."""
        answer = self.answer
        return bounds.certainty(answer.confidence, lacking=answer.lacking) if answer.citations else Certainty.NONE

    def is_right(self) -> bool:
        """Whether the first excerpt holds an answer string, or is of a right article where none is known."""
        if self.question.answers:
            return self.evidence_within(1)
        return any(cited.article_id in self.question.article_ids for cited in self.answer.citations[:1])

    def worth(self, bounds: Bounds) -> float:
        """What the answer is worth to who asked, in [-1, 1]; see `CertaintyFigures.utility`."""
        certainty = self.certainty(bounds)
        if not self.question.answerable:
            return _WORTH_OF_A_REFUSAL[certainty]
        return _WORTH_OF_WHAT_IS_RIGHT[certainty] if self.is_right() else -float(certainty is Certainty.SURE)

    def evidence_within(self, citations: int, holds: HoldsAnswer = holds_answer) -> bool:
        """Whether an answer string stands in one of the first excerpts."""
        return any(holds(cited.excerpt, self.question.answers) for cited in self.answer.citations[:citations])

    def highlighted(self, holds: HoldsAnswer = holds_answer) -> bool:
        """Whether an answer string stands in the highlighted sentence of the first citation."""
        first = self.answer.citations[:1]
        return any(holds(cited.excerpt[slice(*cited.highlight)], self.question.answers) for cited in first)

    def span_f1(self, overlap: Overlap = overlap_f1) -> float:
        """How well the words marked in the first citation are those of an answer, in [0, 1]; 0 where none are."""
        first = self.answer.citations[:1]
        marked = [cited.excerpt[slice(*cited.answer_span)] for cited in first if cited.answer_span]
        return max((overlap(words, answer) for words in marked for answer in self.question.answers), default=0.0)


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
    """Whether the excerpts hold an answer string, over the `questions` that name one.

    The last four are the same with an answer in any of its forms; see `retrieval.evaluation.lemmas`.
    """

    questions: int
    sentence_at_1: float
    """The highlighted sentence of citation 1 holds an answer."""
    excerpt_at_1: float
    excerpt_at_3: float
    mean_excerpt_characters: float
    answer_span_f1: float
    """Overlap of the words marked in citation 1 with those of an answer; 0 for a system that marks none."""
    sentence_at_1_lemmas: float
    excerpt_at_1_lemmas: float
    excerpt_at_3_lemmas: float
    answer_span_f1_lemmas: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """Whether the bot knows what it does not know."""

    answerable: int
    unanswerable: int
    threshold: float | None
    """None for a baseline, for whose scores nobody chose one."""
    false_answers: float | None
    """Share of the unanswerable questions that were answered; None where there is none, or no threshold."""
    wrong_refusals: float | None
    """Share of the answerable questions that were refused; None as above."""
    area_under_roc: float | None


@dataclass(frozen=True, slots=True)
class CertaintyFigures:
    """What the two bounds make of the questions: shares in [0, 1], None where no question tells.

    Right is an answer whose first excerpt holds an answer string, or is of a right article where none is known.
    """

    sure_bound: float
    unsure_bound: float
    right_sure: float | None
    """Of the answerable questions, and so the next four."""
    right_unsure: float | None
    wrong_sure: float | None
    wrong_unsure: float | None
    refused: float | None
    """Nothing is cited."""
    unanswerable_sure: float | None
    """Of the unanswerable questions, and so the next one."""
    unanswerable_unsure: float | None
    utility: float
    """Mean over all questions of 1 for right and sure or rightly refused, 0.5 for right and unsure, -1 for sure where
    that is wrong or nothing answers, and else 0."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds a question, end to end."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """All figures of one system; None where no question tells."""

    name: str
    articles: Ranking | None
    passages: Ranking | None
    evidence: Evidence | None
    abstention: Abstention
    certainty: CertaintyFigures | None
    """None for a baseline, for whose scores nobody chose bounds."""
    speed: Speed


_RANKING = ("recall_at_1", "recall_at_5", "mean_reciprocal_rank", "ndcg_at_10")
FIGURE_NAMES = {
    "articles": _RANKING,
    "passages": _RANKING,
    "evidence": (
        "sentence_at_1",
        "excerpt_at_1",
        "excerpt_at_3",
        "answer_span_f1",
        "sentence_at_1_lemmas",
        "excerpt_at_1_lemmas",
        "excerpt_at_3_lemmas",
        "answer_span_f1_lemmas",
        "mean_excerpt_characters",
    ),
    "abstention": ("false_answers", "wrong_refusals", "area_under_roc"),
    "certainty": (
        "right_sure",
        "right_unsure",
        "wrong_sure",
        "wrong_unsure",
        "refused",
        "unanswerable_sure",
        "unanswerable_unsure",
        "utility",
    ),
    "speed": ("p50_ms", "p95_ms"),
}
"""The figures that are shown of each part of a `SystemFigures`, in their order."""


@dataclass(frozen=True, slots=True)
class SystemResult(SystemFigures):
    """All figures of one system, and how each question went."""

    outcomes: tuple[Outcome, ...] = field(repr=False)

    def figures(self) -> SystemFigures:
        """The figures alone."""
        return SystemFigures(
            self.name, self.articles, self.passages, self.evidence, self.abstention, self.certainty, self.speed
        )


def run_questions(
    name: str,
    system: AskedSystem,
    questions: Sequence[KnownQuestion],
    evidence: EvidenceFinder,
    *,
    bounds: Bounds | None,
    asked: Callable[[int, int], None],
) -> SystemResult:
    """Ask every question and compute all figures; `asked` is told how many are done, of how many."""
    system.answer(questions[0].question, EVIDENCE_CITATIONS)  # the first one also pays for what is loaded late
    outcomes = []
    for done, question in enumerate(questions, start=1):
        outcomes.append(_ask(system, question, evidence))
        asked(done, len(questions))
    return summarise(name, outcomes, bounds)


def summarise(name: str, outcomes: Sequence[Outcome], bounds: Bounds | None) -> SystemResult:
    """Compute all figures of some outcomes."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    return SystemResult(
        name=name,
        articles=_ranking([(outcome.article_ranks, len(set(outcome.question.article_ids))) for outcome in answerable]),
        passages=_ranking(
            [(outcome.passage_ranks, outcome.relevant_passages) for outcome in answerable if outcome.relevant_passages]
        ),
        evidence=measure_evidence([outcome for outcome in answerable if outcome.question.answers]),
        abstention=measure_abstention(outcomes, bounds.sure if bounds else None),
        certainty=measure_certainty(outcomes, bounds) if bounds else None,
        speed=Speed(*(percentile([outcome.took_ms for outcome in outcomes], share) for share in (0.5, 0.95))),
        outcomes=tuple(outcomes),
    )


class EvidenceFinder:
    """Finds the passages in which a question's evidence stands."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._passages: dict[str, list[PassageSpan]] = {}

    def passages(self, question: KnownQuestion) -> frozenset[PassagePlace]:
        """The passages of the right articles that hold the evidence, verbatim, or a part of it."""
        return frozenset(
            (article_id, passage.start, passage.end)
            for article_id, start, end in self._places(question)
            for passage in self._passages_of(article_id)
            if passage.start < end and start < passage.end
        )

    def _passages_of(self, article_id: str) -> list[PassageSpan]:
        if article_id not in self._passages:
            article = self._articles[article_id]
            self._passages[article_id] = split(article.text, article.title)
        return self._passages[article_id]

    def _places(self, question: KnownQuestion) -> Iterator[tuple[str, int, int]]:
        evidence = (question.evidence or "").strip()
        for article_id in question.article_ids if evidence else ():
            text = self._articles[article_id].text
            start = text.find(evidence)
            while start >= 0:
                yield article_id, start, start + len(evidence)
                start = text.find(evidence, start + len(evidence))


def _ask(system: AskedSystem, question: KnownQuestion, evidence: EvidenceFinder) -> Outcome:
    started = time.perf_counter()
    answer = system.answer(question.question, EVIDENCE_CITATIONS)
    took_ms = (time.perf_counter() - started) * 1000
    passages = system.rank(question.question, RANKED_PASSAGES) if question.answerable else []
    articles = list(dict.fromkeys(passage.article.id for passage in passages))
    relevant = evidence.passages(question) if question.answerable else frozenset()
    places = [(passage.article.id, passage.start, passage.end) for passage in passages]
    return Outcome(
        question=question,
        answer=answer,
        article_ranks=tuple(ranks_of(articles, question.article_ids)),
        passage_ranks=tuple(ranks_of(places, relevant)),
        relevant_passages=len(relevant),
        took_ms=took_ms,
    )


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


def measure_evidence(outcomes: Sequence[Outcome]) -> Evidence | None:
    """Tell whether the excerpts hold an answer; None where there is no question to tell by."""
    if not outcomes:
        return None
    forms = holds_answer_in_any_form
    lengths = [len(cited.excerpt) for outcome in outcomes for cited in outcome.answer.citations]
    return Evidence(
        questions=len(outcomes),
        sentence_at_1=statistics.fmean(outcome.highlighted() for outcome in outcomes),
        excerpt_at_1=statistics.fmean(outcome.evidence_within(1) for outcome in outcomes),
        excerpt_at_3=statistics.fmean(outcome.evidence_within(3) for outcome in outcomes),
        mean_excerpt_characters=statistics.fmean(lengths) if lengths else 0.0,
        answer_span_f1=statistics.fmean(outcome.span_f1() for outcome in outcomes),
        sentence_at_1_lemmas=statistics.fmean(outcome.highlighted(forms) for outcome in outcomes),
        excerpt_at_1_lemmas=statistics.fmean(outcome.evidence_within(1, forms) for outcome in outcomes),
        excerpt_at_3_lemmas=statistics.fmean(outcome.evidence_within(3, forms) for outcome in outcomes),
        answer_span_f1_lemmas=statistics.fmean(outcome.span_f1(overlap_f1_of_forms) for outcome in outcomes),
    )


def measure_abstention(outcomes: Sequence[Outcome], threshold: float | None) -> Abstention:
    """Tell how well the confidence parts what can be answered from what cannot, and what the threshold makes of it."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.question.answerable]
    return Abstention(
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        threshold=threshold,
        false_answers=_answered_share(unanswerable, threshold, answered=True),
        wrong_refusals=_answered_share(answerable, threshold, answered=False),
        area_under_roc=area_under_roc(confidences(answerable), confidences(unanswerable)),
    )


def measure_certainty(outcomes: Sequence[Outcome], bounds: Bounds) -> CertaintyFigures:
    """Tell what the bounds make of the questions."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.question.answerable]

    def share(of: Sequence[Outcome], certainty: Certainty, right: bool | None = None) -> float | None:
        found = [outcome.certainty(bounds) is certainty and right in {None, outcome.is_right()} for outcome in of]
        return statistics.fmean(found) if found else None

    return CertaintyFigures(
        sure_bound=bounds.sure,
        unsure_bound=bounds.unsure,
        right_sure=share(answerable, Certainty.SURE, right=True),
        right_unsure=share(answerable, Certainty.UNSURE, right=True),
        wrong_sure=share(answerable, Certainty.SURE, right=False),
        wrong_unsure=share(answerable, Certainty.UNSURE, right=False),
        refused=share(answerable, Certainty.NONE),
        unanswerable_sure=share(unanswerable, Certainty.SURE),
        unanswerable_unsure=share(unanswerable, Certainty.UNSURE),
        utility=statistics.fmean(outcome.worth(bounds) for outcome in outcomes),
    )


def confidences(outcomes: Iterable[Outcome]) -> list[float]:
    """The confidence of each answer."""
    return [outcome.answer.confidence for outcome in outcomes]


def _answered_share(outcomes: Sequence[Outcome], threshold: float | None, *, answered: bool) -> float | None:
    if threshold is None or not outcomes:
        return None
    return statistics.fmean(outcome.answered_at(threshold) is answered for outcome in outcomes)
