"""What Citebot is compared with: words alone and meaning alone, on the same passages with the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering import cite
from retrieval.excerpts import EXCERPT_MAXIMUM, Excerpt
from retrieval.features import largest
from retrieval.types import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.generation import Generation
    from retrieval.progress import Progress
    from retrieval.store.reader import StoreReader
    from retrieval.types import Passage

    Scorer = Callable[[str], NDArray[np.float32]]


def words_alone(generation: Generation, store: StoreReader) -> Baseline:
    """BM25 over passages with their titles; the confidence is the score's share of the highest possible one."""

    def score(question: str) -> NDArray[np.float32]:
        query = generation.lexical.query(question)
        return generation.lexical.scores(query) / np.float32(query.highest_score)

    return Baseline(generation, store, score)


def meaning_alone(generation: Generation, store: StoreReader, embedder: Embedder, progress: Progress) -> Baseline:
    """One vector a passage, title first; the confidence is the cosine."""
    texts = [f"{passage.title}\n{passage.text}" for passage in store.passage_texts(generation.manifest.number)]
    vectors = embedder.embed_documents(texts, progress=lambda done: progress.embedding(done, len(texts)))
    return Baseline(generation, store, lambda question: vectors @ embedder.embed_query(question))


class Baseline:
    """Ranks passages by one score and cites the beginning of each."""

    def __init__(self, generation: Generation, store: StoreReader, score: Scorer) -> None:
        self._ids = generation.layout.passage_ids
        self._store = store
        self._score = score

    def rank(self, question: str, count: int) -> list[Passage]:
        """Passages, best first."""
        return self._ranked(self._score(question), count)

    def answer(self, question: str, limit: int) -> Answer:
        """Cite the first sentence of each of the best passages, with what follows it."""
        scores = self._score(question)
        found = self._ranked(scores, limit)
        citations = tuple(
            cite(passage, _beginning(passage), number=number, score=0.0)
            for number, passage in enumerate(found, start=1)
        )
        return Answer(
            question=question,
            answered=bool(citations),
            confidence=float(scores.max()),
            as_of=None,
            citations=citations,
            nearest=(),
            took_ms=0.0,
        )

    def _ranked(self, scores: NDArray[np.float32], count: int) -> list[Passage]:
        rows = largest(scores, count)
        best = rows[np.argsort(-scores[rows], kind="stable")]
        return self._store.passages([int(row) for row in self._ids[best]])


def _beginning(passage: Passage) -> Excerpt:
    last = max(
        place
        for place, sentence in enumerate(passage.sentences)
        if place == 0 or sentence.end - passage.sentences[0].start <= EXCERPT_MAXIMUM
    )
    return Excerpt(first=0, last=last, evidence=0, mass=1.0)
