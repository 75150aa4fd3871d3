"""Question -> passages, best first: the meaning of sentences and the words of passages, weighed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.types import SearchHit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.generation import Generation
    from retrieval.lexical import LexicalQuery

_NEAREST_SENTENCES = 200
_BEST_BY_WORDS = 50
_WORDS_WEIGHT = 0.25
_EVIDENCE_WORDS_WEIGHT = 0.12
"""What a sentence with all words of the question gains over one with none, in units of the cosine."""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Passages that may answer, and all their sentences, as rows of the generation."""

    passages: NDArray[np.int64]
    sentences: NDArray[np.int64]
    firsts: NDArray[np.int64]
    """Where each passage's sentences begin in `sentences`."""


class Searcher:
    """Searches one generation; safe to use from several threads."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        self._generation = generation
        self._embedder = embedder

    def search(self, question: str, count: int) -> list[SearchHit]:
        """Return up to `count` passages, best first."""
        vector = self._embedder.embed_query(question)
        query = self._generation.lexical.query(question)
        words = self._generation.lexical.scores(query)
        candidates = self._candidates(vector, words)
        cosines = self._generation.vectors.cosines(vector, candidates.sentences)
        closest = np.maximum.reduceat(cosines, candidates.firsts)
        scores = (1 - _WORDS_WEIGHT) * _stretched(closest) + _WORDS_WEIGHT * _stretched(words[candidates.passages])
        coverage = self._generation.lexical.in_passages(query, candidates.passages) @ query.weights
        evidence = self._evidence(query, candidates, cosines)
        return [
            SearchHit(
                passage_id=int(self._generation.passage_ids[candidates.passages[place]]),
                score=float(scores[place]),
                evidence=int(evidence[place]),
                cosine=float(closest[place]),
                coverage=float(coverage[place]),
            )
            for place in np.argsort(-scores, kind="stable")[:count]
        ]

    def _candidates(self, vector: NDArray[np.float32], words: NDArray[np.float32]) -> _Candidates:
        """Collect the passages of the nearest sentences and those whose words fit best."""
        starts = self._generation.first_sentences
        rows, _ = self._generation.vectors.search(vector, _NEAREST_SENTENCES)
        by_meaning = np.searchsorted(starts, rows, side="right") - 1
        by_words = _largest(words, _BEST_BY_WORDS)
        passages = np.unique(np.concatenate([by_meaning, by_words]))
        lengths = starts[passages + 1] - starts[passages]
        firsts = np.cumsum(lengths) - lengths
        sentences = np.repeat(starts[passages] - firsts, lengths) + np.arange(lengths.sum())
        return _Candidates(passages, sentences, firsts)

    def _evidence(
        self, query: LexicalQuery, candidates: _Candidates, cosines: NDArray[np.float32]
    ) -> NDArray[np.int64]:
        """Index of the sentence that answers best within each candidate passage, shape (passages,)."""
        coverage = self._generation.lexical.in_sentences(query, candidates.sentences) @ query.weights
        scores = cosines + _EVIDENCE_WORDS_WEIGHT * coverage
        ends = np.append(candidates.firsts[1:], len(scores))
        return np.array(
            [np.argmax(scores[first:end]) for first, end in zip(candidates.firsts, ends, strict=True)], dtype=np.int64
        )


def _largest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of the largest values above zero, at most `count`, in no order."""
    if count < len(values):
        rows = np.argpartition(values, -count)[-count:]
        return rows[values[rows] > 0].astype(np.int64)
    return np.flatnonzero(values > 0).astype(np.int64)


def _stretched(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Stretch values to [0, 1]; all zero where they do not differ."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
