"""A second look at the best passages: what ranking said of them and what reading them tells, weighed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from retrieval.features import Floats, Measured, Rows
    from retrieval.types import Reading, Span
    from retrieval.weights import RereadingWeights

FAR_BEHIND = 4.0
"""Log-odds by which a passage may be behind the best one and still be read."""
_LEAST_CHANCE = 1e-4
_LEAST_ANSWERABLE = -2.5
_LEAST_MARKED = 0.1
"""Log-odds of a passage, and chance of its sentence, below which no words are marked: they would be at random."""


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
        answer if told and chance >= _LEAST_MARKED else None
        for answer, chance in zip(reading.answers, reading.chances, strict=True)
    )


def read_best(before: Ranked, most: int, read: Callable[[Rows], Mapping[int, Reading]]) -> Read:
    """Read up to `most` passages: the best one, and those that are not far behind it.

    `read` gives those that can be read by their places.
    """
    best = before.order[:most]
    readings = read(best[before.total[best] >= before.total[best[0]] - FAR_BEHIND])
    return Read(np.array(list(readings), dtype=np.int64), tuple(readings.values()))


def reread(measured: Measured, before: Ranked, found: Read, weights: RereadingWeights) -> Ranked:
    """Rank anew what was read; what was not stays behind in its order."""
    if not len(found.places):
        return before
    evidence = evidence_after(measured, before, found, weights.evidence)
    fresh = weigh(passage_figures(before, found), weights.passage)
    scores = _with_fresh(before.scores, found.places, fresh)
    best = best_read(before, found, fresh)
    if not can_judge(measured, found, best):
        return Ranked(evidence, scores, before.bonus, before.log_odds)
    log_odds = weigh(confidence_figures(measured, before, found, evidence, best), weights.confidence)
    return Ranked(evidence, scores, before.bonus, log_odds + weights.confidence_bias)


def evidence_after(measured: Measured, before: Ranked, found: Read, weights: Mapping[str, float]) -> Floats:
    """Evidence by candidate sentence, weighed anew in the passages that were read."""
    evidence = before.evidence.copy()
    for place, reading in zip(found.places, found.readings, strict=True):
        at = measured.candidates.sentences_of(int(place))
        evidence[at] = weigh(evidence_figures(before.evidence[at], reading), weights)
    return evidence


def best_read(before: Ranked, found: Read, fresh: Floats) -> int:
    """Which of those read comes first by its `fresh` score."""
    return int(np.argmax(fresh + before.bonus[found.places]))


def can_judge(measured: Measured, found: Read, best: int) -> bool:
    """Whether the reader can tell that this passage does not answer: not across scripts, where it saw no examples.

    There it still points at the right words, but believes hardly any passage.
    """
    return not measured.passage["other_script"][found.places[best]]


def evidence_figures(before: Floats, reading: Reading) -> dict[str, Floats]:
    """Figures of the sentences of one passage."""
    chances = np.maximum(np.array(reading.chances, dtype=np.float32), _LEAST_CHANCE)
    return {"before": before, "reading": np.log(chances)}


def passage_figures(before: Ranked, found: Read) -> dict[str, Floats]:
    """Figures of the passages that were read."""
    answerable = np.array([reading.answerable for reading in found.readings], dtype=np.float32)
    return {"before": before.scores[found.places], "answerable": answerable}


def confidence_figures(
    measured: Measured, before: Ranked, found: Read, evidence: Floats, best: int
) -> dict[str, float]:
    """Figures of the passage that is best after reading, one of those read; `evidence` is by sentence, after it."""
    place, reading = int(found.places[best]), found.readings[best]
    chosen = int(np.argmax(evidence[measured.candidates.sentences_of(place)]))
    return {
        "before": before.log_odds,
        "answerable": reading.answerable,
        "chance": float(np.log(max(reading.chances[chosen], _LEAST_CHANCE))),
        "behind": float(before.total[place] - before.total.max()),
    }


def _with_fresh(scores: Floats, places: Rows, fresh: Floats) -> Floats:
    """Scores in which those read share among themselves the probability that they had together."""
    changed = scores.copy()
    changed[places] = fresh - _log_sum(fresh) + _log_sum(scores[places])
    return changed


def _log_sum(values: Floats) -> float:
    return float(np.logaddexp.reduce(values))
