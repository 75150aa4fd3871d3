"""Question -> passages, best first, and how sure it is that the first one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.features import confidence_figures, measure
from retrieval.periods import period_of
from retrieval.types import SearchHit
from retrieval.weights import shipped_weights, weigh

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.generation import Generation
    from retrieval.periods import Period
    from retrieval.weights import Weights

_PERIOD_BONUS = 4.0
"""Log-odds by which a passage of the asked time is put before the others."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found."""

    hits: tuple[SearchHit, ...]
    """Best first; empty where there is nothing to search."""
    confidence: float
    """How sure it is that the first hit answers the question, in [0, 1]."""


class Searcher:
    """Searches one generation; safe to use from several threads."""

    def __init__(self, generation: Generation, embedder: Embedder, weights: Weights | None = None) -> None:
        self.generation = generation
        self._embedder = embedder
        self._weights = weights or shipped_weights()

    def search(self, question: str, count: int, *, today: date) -> SearchResult:
        """Find up to `count` passages; `today` is the day that "yesterday" is relative to."""
        measured = measure(self.generation, question, self._embedder.embed_query(question))
        evidence = weigh(measured.sentence, self._weights.evidence)
        passage = measured.passage_with(evidence)
        scores = weigh(passage, self._weights.passage)
        scores = scores + _PERIOD_BONUS * self._in_period(measured.candidates.passages, period_of(question, today))
        best = np.argsort(-scores, kind="stable")[:count]
        chances = _softmax(scores)
        log_odds = weigh(confidence_figures(measured, passage, evidence, scores), self._weights.confidence)
        hits = tuple(
            SearchHit(
                passage_id=int(self.generation.layout.passage_ids[measured.candidates.passages[place]]),
                score=float(chances[place]),
                chances=tuple(_softmax(evidence[measured.candidates.sentences_of(place)]).tolist()),
            )
            for place in best
        )
        return SearchResult(hits, float(1 / (1 + np.exp(-(log_odds + self._weights.confidence_bias)))))

    def _in_period(self, passages: NDArray[np.int64], period: Period | None) -> NDArray[np.bool_]:
        """Which passages are of articles published in the period that the question names, if it names one."""
        if period is None:
            return np.zeros(len(passages), dtype=np.bool_)
        days = self.generation.layout.days[passages]
        in_period: NDArray[np.bool_] = (days >= period.first.toordinal()) & (days <= period.last.toordinal())
        return in_period


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-odds to probabilities that sum to 1."""
    powers = np.exp(values - values.max())
    shares: NDArray[np.float32] = powers / powers.sum()
    return shares
