"""The passages that are closest to a question, by words and by vectors."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import bm25s
import numpy as np

from retrieval.models.embedding import Embedder
from training.caching import cache_file, cached, digest

Nearest = Callable[[Sequence[str], Sequence[str]], list[list[str]]]
"""Takes questions and distinct passages; returns for each question some passages, the closest first."""

MOST = 8
"""Passages that are returned for a question."""
_QUESTIONS_AT_ONCE = 64
_CHARACTERS = 500
"""Of a passage, for its vector: its beginning tells what it is about."""


def nearest_by_words(questions: Sequence[str], passages: Sequence[str]) -> list[list[str]]:
    """Return the passages that BM25 finds closest to each question, the best first."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(passages), stopwords=None, show_progress=False), show_progress=False)
    asked = bm25s.tokenize(list(questions), stopwords=None, show_progress=False)
    found, _scores = index.retrieve(asked, k=min(MOST, len(passages)), show_progress=False)
    return [[passages[place] for place in row] for row in found]


class NearestByVectors:
    """Finds the passages whose vectors are closest to a question's, among at most so many drawn ones.

    The passages' vectors are kept in a folder: the same are drawn each time.
    """

    def __init__(self, embedder: Embedder, folder: Path, most: int) -> None:
        self._embedder = embedder
        self._folder = folder
        self._most = most

    def __call__(self, questions: Sequence[str], passages: Sequence[str]) -> list[list[str]]:
        """Return the closest of the drawn passages, the best first."""
        drawn = random.Random(1).sample(list(passages), min(self._most, len(passages)))
        texts = [passage[:_CHARACTERS] for passage in drawn]
        file = cache_file(self._folder, "vectors", self._embedder.fingerprint, digest(texts))
        vectors = cached(file, lambda: self._embedder.embed_documents(texts))
        by_length = sorted(range(len(questions)), key=lambda number: len(questions[number]))
        closest: dict[int, list[str]] = {}
        for start in range(0, len(questions), _QUESTIONS_AT_ONCE):
            some = by_length[start : start + _QUESTIONS_AT_ONCE]
            asked = self._embedder.embed_queries([questions[number] for number in some])
            order = np.argsort(-(asked @ vectors.T), axis=1, kind="stable")[:, :MOST]
            closest |= {number: [drawn[place] for place in row] for number, row in zip(some, order, strict=True)}
        return [closest[number] for number in range(len(questions))]
