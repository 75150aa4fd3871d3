"""Question -> passages, best first, and how sure it is that the first one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.ranking.about import mentions
from retrieval.ranking.allowed import allowed_passages
from retrieval.ranking.features import confidence_features, extract_features
from retrieval.ranking.newest import lacks_what_is_wanted, newest_first
from retrieval.ranking.recency import with_ties_broken
from retrieval.ranking.reranking import Ranked, Read, read_best, rerank
from retrieval.ranking.weights import shipped_weights, weigh
from retrieval.types import SearchHit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.index.generation import Generation
    from retrieval.models.embedding import Embedder
    from retrieval.question.bounds import Bounded
    from retrieval.question.outlets import OutletNames
    from retrieval.question.parsing import Question
    from retrieval.ranking.about import Mention
    from retrieval.ranking.features import Features, Rows
    from retrieval.ranking.weights import Weights
    from retrieval.text.abbreviations import Abbreviations
    from retrieval.types import Reading, Span

    ReadPassages = Callable[[Sequence[int]], Mapping[int, Reading]]

_MORE_FOR_THE_NEWEST = 2
_FAR_BEHIND_FOR_THE_NEWEST = 8.0
"""Passages that are read besides, and log-odds by which they may be behind."""
_TELLS_OF_IT = 2.0
"""Log-odds by which a sentence that tells of the asked time is put before the others of its passage.

Set by hand: an article of the asked day tells of it without saying so, and one of another day has one such sentence.
"""

_HOPELESS = -2.9
"""Log-odds before reading, one to eighteen, below which what lies within a question's bounds is not read.

Set by hand: on the questions of `tests/data/news` nothing right from within was below -2.5.
"""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found."""

    hits: tuple[SearchHit, ...]
    """Best first; empty where there is nothing to search."""
    confidence: float
    """How sure it is that the first hit answers the question, in [0, 1]."""
    generation: int = 0
    """Where it was found."""
    earlier: frozenset[int] = frozenset()
    """Passages, by their ids, that tell what was before the report of the first hit."""
    lacking: bool = False
    """Whether the first hit lacks something decisive: then nothing makes it a sure answer."""


class Searcher:
    """Searches one generation; safe to use from several threads."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        weights: Weights | None = None,
        abbreviations: Abbreviations | None = None,
        outlet_names: OutletNames | None = None,
        recency_half_life: int = 0,
    ) -> None:
        """`weights` are the shipped ones and `abbreviations` those that are known everywhere by default.

        In `recency_half_life` days what is more recent loses half of what prefers it; 0 prefers nothing.
        """
        self.generation = generation
        self.outlet_names = outlet_names
        """What questions may call the outlets of its articles; None where nothing is known of these."""
        self._abbreviations = abbreviations
        self._embedder = embedder
        self._weights = weights or shipped_weights()
        self._recency_half_life = recency_half_life

    def search(
        self,
        question: Question,
        count: int,
        *,
        read: ReadPassages | None = None,
        read_most: int = 0,
        hidden: frozenset[int] = frozenset(),
    ) -> SearchResult:
        """Find up to `count` passages.

        `read` reads passages by their ids, so that the `read_most` best are reranked. They are not where `read` is
        None, nor where not a question was asked but a headline: no passage answers that; nor where hardly anything
        within the question's bounds is about it. Passages whose ids are `hidden` are passed over as if they were not
        there.
        """
        allowed = allowed_passages(self.generation.layout, question.bounds, hidden)
        if allowed is not None and not allowed.any():
            return SearchResult((), 0.0, self.generation.manifest.number)
        vector = self._embedder.embed_query(question.searched)
        features = extract_features(self.generation, question, vector, allowed, self._abbreviations)
        ranked = self._rank(features, question.bounds)
        answers: dict[int, tuple[Span | None, ...]] = {}
        found: Read | None = None
        if read is not None and _is_worth_reading(question, features, ranked):
            found = self._read(question, features, ranked, read_most, read)
            ranked, answers = rerank(features, ranked, found, self._weights.reranking), found.answers()
        if question.bounds.period is None:
            days = self.generation.layout.days[features.candidates.passages]
            ranked = with_ties_broken(ranked, days, self._recency_half_life)
        outdated = ranked.order[:0]
        if question.asks_for_newest and len(ranked.scores):
            ranked, outdated = newest_first(self.generation, features, ranked, found.places if found else None)
        probabilities = _softmax(ranked.total)
        hits = tuple(
            SearchHit(
                passage_id=self._passage_id(features, place),
                score=float(probabilities[place]),
                probabilities=tuple(_softmax(ranked.evidence[features.candidates.sentences_of(place)]).tolist()),
                answers=answers.get(place, ()),
            )
            for place in ranked.order[:count].tolist()
        )
        # Where no word asks for anything, nothing can be answered.
        confidence = float(1 / (1 + np.exp(-ranked.log_odds))) if question.words else 0.0
        lacking = bool(len(ranked.scores)) and lacks_what_is_wanted(features, ranked)
        earlier = frozenset(self._passage_id(features, place) for place in outdated.tolist())
        return SearchResult(hits, confidence, self.generation.manifest.number, earlier, lacking)

    def about(self, question: Question, *, hidden: frozenset[int] = frozenset()) -> list[Mention]:
        """Find passages that may be about the matter of a question, the best first; none of those `hidden`."""
        allowed = allowed_passages(self.generation.layout, question.bounds, hidden)
        if not question.terms or (allowed is not None and not allowed.any()):
            return []
        vector = self._embedder.embed_query(question.searched)
        features = extract_features(self.generation, question, vector, allowed, self._abbreviations)
        return mentions(self.generation, features, self._rank(features, question.bounds))

    def _rank(self, features: Features, bounds: Bounded) -> Ranked:
        evidence = weigh(features.sentence, self._weights.evidence)
        passage = features.passage_with(evidence)
        scores = weigh(passage, self._weights.passage)
        log_odds = weigh(confidence_features(features, passage, evidence, scores), self._weights.confidence)
        if bounds.period is not None:
            telling = np.isin(features.candidates.sentences, self.generation.layout.telling_of(bounds.period))
            evidence = evidence + np.float32(_TELLS_OF_IT) * telling.astype(np.float32)
        return Ranked(evidence, scores, np.zeros_like(scores), log_odds + self._weights.confidence_bias)

    def _read(self, question: Question, features: Features, ranked: Ranked, most: int, read: ReadPassages) -> Read:
        """Read the best passages; more of them where a newer report, in other words, may count."""
        by_place = self._by_place(features, read)
        if question.asks_for_newest:
            return read_best(ranked, most + _MORE_FOR_THE_NEWEST, by_place, _FAR_BEHIND_FOR_THE_NEWEST)
        return read_best(ranked, most, by_place)

    def _by_place(self, features: Features, read: ReadPassages) -> Callable[[Rows], dict[int, Reading]]:
        """Read candidate passages by their places among the candidates."""

        def by_place(places: Rows) -> dict[int, Reading]:
            ids = {self._passage_id(features, place): place for place in places.tolist()}
            return {ids[passage_id]: reading for passage_id, reading in read(list(ids)).items()}

        return by_place

    def _passage_id(self, features: Features, place: int) -> int:
        return int(self.generation.layout.passage_ids[features.candidates.passages[place]])


def _is_worth_reading(question: Question, features: Features, ranked: Ranked) -> bool:
    """Whether reading may find an answer; so that what is then looked for beyond the bounds is all that is read."""
    if not question.is_question or not len(ranked.scores):
        return False
    return not question.bounds or ranked.log_odds > _HOPELESS or _asks_across(features, ranked)


def _asks_across(features: Features, ranked: Ranked) -> bool:
    """Whether a question's first passage is in another script."""
    return bool(features.passage["asks_across"][ranked.order[0]])


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-odds to probabilities that sum to 1."""
    powers = np.exp(values - values.max())
    shares: NDArray[np.float32] = powers / powers.sum()
    return shares
