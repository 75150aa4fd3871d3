"""What went wrong in an evaluation, the worst first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from retrieval.evaluation.figures import EVIDENCE_CITATIONS, RANKED_PASSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.evaluation.figures import Outcome


class Fault(StrEnum):
    """The three ways in which a question can go wrong."""

    WRONG_ANSWER = "wrong-answer"
    """Answered, but not with what answers."""
    FALSE_ANSWER = "false-answer"
    """Answered, though the articles do not say."""
    WRONG_REFUSAL = "wrong-refusal"
    """Refused, though the articles say."""


class Evidence(StrEnum):
    """What the citations of an answerable question hold."""

    CITED = "cited"
    """A right article; the question names no answers that it should hold."""
    NOT_CITED = "not-cited"
    """No right article, likewise."""
    EXCERPT = "excerpt"
    """An answer."""
    NO_EXCERPT = "no-excerpt"
    """No answer, in any of the first excerpts."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that went wrong."""

    fault: Fault
    outcome: Outcome
    evidence: Evidence | None
    """None where the rank of the right article says it all, and where the articles do not hold the answer."""
    excerpt: int
    """The number of the first one that holds an answer; 0 where none does."""

    @property
    def rank(self) -> int:
        """The rank of the best right article; 0 where it is not among the ranked passages."""
        return right_rank(self.outcome) or 0


def find_misses(outcomes: Iterable[Outcome], threshold: float) -> dict[Fault, list[Miss]]:
    """Find what went wrong at a threshold: by fault, the worst of each first.

    Wrong answers: those first whose right article is ranked lowest, then by confidence, the highest first. False
    answers: the most confident first. Wrong refusals: the least confident first.
    """
    found: dict[Fault, list[Miss]] = {fault: [] for fault in Fault}
    for outcome in outcomes:
        miss = _miss(outcome, threshold)
        if miss is not None:
            found[miss.fault].append(miss)
    for misses in found.values():
        misses.sort(key=_badness, reverse=True)
    return found


def worst_misses(found: Mapping[Fault, Sequence[Miss]], count: int) -> list[Miss]:
    """Take the worst of each fault in turn, so that none hides the others."""
    in_turn: Iterator[Miss | None] = chain.from_iterable(zip_longest(*(found[fault] for fault in Fault)))
    return list(islice((miss for miss in in_turn if miss is not None), count))


def right_rank(outcome: Outcome) -> int | None:
    """The rank of the best right article; None where it is not among the ranked passages."""
    return min(outcome.article_ranks, default=None)


def _miss(outcome: Outcome, threshold: float) -> Miss | None:
    answered = outcome.answered_at(threshold)
    if not outcome.question.answerable:
        return Miss(Fault.FALSE_ANSWER, outcome, None, 0) if answered else None
    if not answered:
        return Miss(Fault.WRONG_REFUSAL, outcome, *_evidence(outcome))
    if not _is_article_cited(outcome):
        return Miss(Fault.WRONG_ANSWER, outcome, None, 0)
    if outcome.question.answers and not outcome.evidence_within(EVIDENCE_CITATIONS):
        return Miss(Fault.WRONG_ANSWER, outcome, *_evidence(outcome))
    return None


def _badness(miss: Miss) -> tuple[float, float]:
    confidence = miss.outcome.answer.confidence
    match miss.fault:
        case Fault.WRONG_ANSWER:
            return (right_rank(miss.outcome) or RANKED_PASSAGES + 1, confidence)
        case Fault.FALSE_ANSWER:
            return (confidence, 0.0)
        case Fault.WRONG_REFUSAL:
            return (-confidence, 0.0)


def _is_article_cited(outcome: Outcome) -> bool:
    return any(citation.article_id in outcome.question.article_ids for citation in outcome.answer.citations)


def _evidence(outcome: Outcome) -> tuple[Evidence, int]:
    if not outcome.question.answers:
        return Evidence.CITED if _is_article_cited(outcome) else Evidence.NOT_CITED, 0
    holding = next((count for count in range(1, EVIDENCE_CITATIONS + 1) if outcome.evidence_within(count)), 0)
    return Evidence.EXCERPT if holding else Evidence.NO_EXCERPT, holding
