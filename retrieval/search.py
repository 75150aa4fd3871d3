"""Question -> passages, best first, and how sure it is that the first one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.features import confidence_figures, measure
from retrieval.periods import period_of
from retrieval.rereading import Ranked, read_best, reread
from retrieval.types import SearchHit
from retrieval.weights import shipped_weights, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.features import Measured, Rows
    from retrieval.generation import Generation
    from retrieval.periods import Period
    from retrieval.types import Reading, Span
    from retrieval.weights import Weights

    ReadPassages = Callable[[Sequence[int]], Mapping[int, Reading]]

_PERIOD_BONUS = 4.0
"""Log-odds by which a passage of the asked time is put before the others."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found."""

    hits: tuple[SearchHit, ...]
    """Best first; empty where there is nothing to search."""
    confidence: float
    """How sure it is that the first hit answers the question, in [0, 1]."""
    generation: int = 0
    """Where it was found."""


class Searcher:
    """Searches one generation; safe to use from several threads."""

    def __init__(self, generation: Generation, embedder: Embedder, weights: Weights | None = None) -> None:
        self.generation = generation
        self._embedder = embedder
        self._weights = weights or shipped_weights()

    def search(
        self,
        question: str,
        count: int,
        *,
        today: date,
        read: ReadPassages | None = None,
        read_most: int = 0,
        hidden: frozenset[int] = frozenset(),
    ) -> SearchResult:
        """Find up to `count` passages; `today` is the day that "yesterday" is relative to.

        `read` reads passages by their ids, for a second look at the `read_most` best; without it the first look
        decides. It also does where not a question was asked but a headline: no passage answers that. Passages whose
        ids are `hidden` are passed over as if they were not there.
        """
        passage_ids = self.generation.layout.passage_ids
        rows = np.flatnonzero(np.isin(passage_ids, list(hidden))) if hidden else np.zeros(0, dtype=np.int64)
        if len(rows) == len(passage_ids):
            return SearchResult((), 0.0, self.generation.manifest.number)
        measured = measure(self.generation, question, self._embedder.embed_query(question), rows)
        ranked = self._rank(measured, period_of(question, today))
        answers: dict[int, tuple[Span | None, ...]] = {}
        if read is not None and measured.is_question and len(ranked.scores):
            found = read_best(ranked, read_most, self._by_place(measured, read))
            ranked, answers = reread(measured, ranked, found, self._weights.rereading), found.answers()
        chances = _softmax(ranked.total)
        hits = tuple(
            SearchHit(
                passage_id=self._passage_id(measured, place),
                score=float(chances[place]),
                chances=tuple(_softmax(ranked.evidence[measured.candidates.sentences_of(place)]).tolist()),
                answers=answers.get(place, ()),
            )
            for place in ranked.order[:count].tolist()
        )
        log_odds = ranked.log_odds + self._weights.other_script_bias * _asks_across(measured, ranked)
        return SearchResult(hits, float(1 / (1 + np.exp(-log_odds))), self.generation.manifest.number)

    def _rank(self, measured: Measured, period: Period | None) -> Ranked:
        evidence = weigh(measured.sentence, self._weights.evidence)
        passage = measured.passage_with(evidence)
        scores = weigh(passage, self._weights.passage)
        bonus = (_PERIOD_BONUS * self._in_period(measured.candidates.passages, period)).astype(np.float32)
        log_odds = weigh(confidence_figures(measured, passage, evidence, scores + bonus), self._weights.confidence)
        return Ranked(evidence, scores, bonus, log_odds + self._weights.confidence_bias)

    def _by_place(self, measured: Measured, read: ReadPassages) -> Callable[[Rows], dict[int, Reading]]:
        """Read candidate passages by their places among the candidates."""

        def by_place(places: Rows) -> dict[int, Reading]:
            ids = {self._passage_id(measured, place): place for place in places.tolist()}
            return {ids[passage_id]: reading for passage_id, reading in read(list(ids)).items()}

        return by_place

    def _passage_id(self, measured: Measured, place: int) -> int:
        return int(self.generation.layout.passage_ids[measured.candidates.passages[place]])

    def _in_period(self, passages: NDArray[np.int64], period: Period | None) -> NDArray[np.bool_]:
        """Which passages are of articles published in the period that the question names, if it names one."""
        if period is None:
            return np.zeros(len(passages), dtype=np.bool_)
        days = self.generation.layout.days[passages]
        in_period: NDArray[np.bool_] = (days >= period.first.toordinal()) & (days <= period.last.toordinal())
        return in_period


def _asks_across(measured: Measured, ranked: Ranked) -> bool:
    """Whether a question's first passage is in another script."""
    return measured.is_question and bool(measured.passage["other_script"][ranked.order[0]])


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-odds to probabilities that sum to 1."""
    powers = np.exp(values - values.max())
    shares: NDArray[np.float32] = powers / powers.sum()
    return shares
