"""What Citebot is compared with: words alone and meaning alone, on the same passages with the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.composing import cite
from retrieval.answering.excerpts import EXCERPT_MAXIMUM, Excerpt
from retrieval.ranking.features import largest
from retrieval.text.terms import question_terms
from retrieval.types import Answer, Certainty

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from retrieval.library import Opened
    from retrieval.progress import Progress
    from retrieval.types import Passage

    Scorer = Callable[[str], NDArray[np.float32]]


def words_alone(opened: Opened) -> Baseline:
    """BM25 over passages with their titles; the confidence is the score's share of the highest possible one."""
    lexical = opened.generation.lexical

    def score(question: str) -> NDArray[np.float32]:
        query = lexical.query(question_terms(question))
        return lexical.scores(query) / np.float32(query.highest_score)

    return Baseline(opened, score)


def meaning_alone(opened: Opened, progress: Progress) -> Baseline:
    """One vector a passage, title first; the confidence is the cosine."""
    embedder, number = opened.embedder, opened.generation.manifest.number
    texts = [f"{passage.title}\n{passage.text}" for passage in opened.queries.passage_texts(number)]
    vectors = embedder.embed_documents(texts, progress=lambda done: progress.embedding(done, len(texts)))
    return Baseline(opened, lambda question: vectors @ embedder.embed_query(question))


class Baseline:
    """Ranks passages by one score and cites the beginning of each."""

    def __init__(self, opened: Opened, score: Scorer) -> None:
        self._ids = opened.generation.layout.passage_ids
        self._queries = opened.queries
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
            certainty=Certainty.SURE if citations else Certainty.NONE,
            confidence=float(scores.max()),
            as_of=None,
            citations=citations,
            nearest=(),
            took_ms=0.0,
        )

    def _ranked(self, scores: NDArray[np.float32], count: int) -> list[Passage]:
        rows = largest(scores, count)
        best = rows[np.argsort(-scores[rows], kind="stable")]
        return self._queries.passages([int(row) for row in self._ids[best]])


def _beginning(passage: Passage) -> Excerpt:
    last = max(
        place
        for place, sentence in enumerate(passage.sentences)
        if place == 0 or sentence.end - passage.sentences[0].start <= EXCERPT_MAXIMUM
    )
    return Excerpt(first=0, last=last, evidence=0, mass=1.0)
