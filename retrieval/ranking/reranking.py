"""The best passages ranked anew: what ranking said of them and what reading them tells, weighed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.ranking.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from retrieval.ranking.features import Features, Floats, Rows
    from retrieval.ranking.weights import RerankingWeights
    from retrieval.types import Reading, Span

FAR_BEHIND = 4.0
"""Log-odds by which a passage may be behind the best one and still be read."""
_LEAST_PROBABILITY = 1e-4
_UNREAD = -6.0
"""Log-odds that stand for a passage so far behind that it was not read."""
_LEAST_ANSWERABLE = -2.5
_LEAST_MARKED = 0.1
"""Log-odds of a passage, and probability of its sentence, below which no words are marked: they would be at random."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates with their scores as log-odds, before or after reading."""

    evidence: Floats
    """By candidate sentence, comparable within a passage."""
    scores: Floats
    """By candidate passage, as far as its text tells."""
    bonus: Floats
    """By candidate passage, for what is not in its text: that it was published when the question asks for."""
    log_odds: float
    """That the best passage answers the question."""

    @property
    def order(self) -> Rows:
        """Candidate passages, best first."""
        return np.argsort(-self.total, kind="stable")

    @property
    def total(self) -> Floats:
        """Score and bonus of each candidate passage."""
        return self.scores + self.bonus


@dataclass(frozen=True, slots=True)
class Read:
    """Candidate passages that were read, best first as ranked before, and what that told."""

    places: Rows
    readings: tuple[Reading, ...]

    def answers(self) -> dict[int, tuple[Span | None, ...]]:
        """The answers within each sentence by the place of their candidate passage; None where hardly one is."""
        return {int(place): _likely(reading) for place, reading in zip(self.places, self.readings, strict=True)}


def _likely(reading: Reading) -> tuple[Span | None, ...]:
    told = reading.answerable >= _LEAST_ANSWERABLE
    return tuple(
        answer if told and probability >= _LEAST_MARKED else None
        for answer, probability in zip(reading.answers, reading.probabilities, strict=True)
    )


def read_best(
    before: Ranked, most: int, read: Callable[[Rows], Mapping[int, Reading]], far_behind: float = FAR_BEHIND
) -> Read:
    """Read up to `most` passages: the best one, and those that are not `far_behind` it, in log-odds.

    `read` gives those that can be read by their places.
    """
    best = before.order[:most]
    readings = read(best[before.total[best] >= before.total[best[0]] - far_behind])
    return Read(np.array(list(readings), dtype=np.int64), tuple(readings.values()))


def rerank(features: Features, before: Ranked, found: Read, weights: RerankingWeights) -> Ranked:
    """Rank anew what was read; what was not stays behind in its order."""
    if not len(found.places):
        return before
    evidence = evidence_after(features, before, found, weights.evidence)
    fresh = weigh(reranking_passage_features(features, before, found, evidence), weights.passage)
    scores = _with_fresh(before.scores, found.places, fresh)
    best = best_read(before, found, fresh)
    log_odds = weigh(reranking_confidence_features(features, before, found, evidence, best), weights.confidence)
    return Ranked(evidence, scores, before.bonus, log_odds + weights.confidence_bias)


def evidence_after(features: Features, before: Ranked, found: Read, weights: Mapping[str, float]) -> Floats:
    """Evidence by candidate sentence, weighed anew in the passages that were read."""
    evidence = before.evidence.copy()
    for place, reading in zip(found.places, found.readings, strict=True):
        at = features.candidates.sentences_of(int(place))
        evidence[at] = weigh(reranking_evidence_features(before.evidence[at], reading), weights)
    return evidence


def best_read(before: Ranked, found: Read, fresh: Floats) -> int:
    """Which of those read comes first by its `fresh` score."""
    return int(np.argmax(fresh + before.bonus[found.places]))


def reranking_evidence_features(before: Floats, reading: Reading) -> dict[str, Floats]:
    """Features of the sentences of one passage."""
    probabilities = np.maximum(np.array(reading.probabilities, dtype=np.float32), _LEAST_PROBABILITY)
    suits = np.array(reading.suitability or np.zeros(len(before)), dtype=np.float32)
    return {"before": before, "reading": np.log(probabilities), "suits": suits}


def reranking_passage_features(features: Features, before: Ranked, found: Read, evidence: Floats) -> dict[str, Floats]:
    """Features of the passages that were read; `evidence` is by sentence, after reading."""
    answerable = np.array([reading.answerable for reading in found.readings], dtype=np.float32)
    suits = [
        reading.suitability[_best_sentence(features, evidence, int(place))] if reading.suitability else 0.0
        for place, reading in zip(found.places, found.readings, strict=True)
    ]
    return {
        "before": before.scores[found.places],
        "answerable": answerable,
        "suits": np.array(suits, dtype=np.float32),
    }


def reranking_confidence_features(
    features: Features, before: Ranked, found: Read, evidence: Floats, best: int
) -> dict[str, float]:
    """Features of the passage that is best after reading, one of those read; `evidence` is by sentence, after it."""
    place, reading = int(found.places[best]), found.readings[best]
    chosen = _best_sentence(features, evidence, place)
    others = [other.answerable for number, other in enumerate(found.readings) if number != best]
    return {
        "before": before.log_odds,
        "answerable": reading.answerable,
        "probability": float(np.log(max(reading.probabilities[chosen], _LEAST_PROBABILITY))),
        "behind": float(before.total[place] - before.total.max()),
        "lead": reading.answerable - max(others, default=_UNREAD),
        "suits": reading.suitability[chosen] if reading.suitability else 0.0,
        "whether": float(features.asks_whether),
        **{name: float(features.passage[name][place]) for name in ("cosine", "asks_across")},
    }


def _best_sentence(features: Features, evidence: Floats, place: int) -> int:
    """Which sentence of a candidate passage is its best evidence."""
    return int(np.argmax(evidence[features.candidates.sentences_of(place)]))


def _with_fresh(scores: Floats, places: Rows, fresh: Floats) -> Floats:
    """Scores in which those read share among themselves the probability that they had together."""
    changed = scores.copy()
    changed[places] = fresh - _log_sum(fresh) + _log_sum(scores[places])
    return changed


def _log_sum(values: Floats) -> float:
    return float(np.logaddexp.reduce(values))
