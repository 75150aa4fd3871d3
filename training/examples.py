"""A question as an example to learn from: its features, and which of its candidates are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from retrieval.evaluation.figures import holds_answer
from retrieval.question.canonical import canonical, restated
from retrieval.question.parsing import parse
from retrieval.ranking.features import extract_features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.evaluation.questions import KnownQuestion
    from retrieval.index.generation import Generation
    from retrieval.models.embedding import Embedder
    from retrieval.question.parsing import Question
    from retrieval.ranking.features import Candidates, Features, Floats, Rows
    from retrieval.store.queries import StoreQueries
    from retrieval.types import Passage, Reading

    Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """One question with its features."""

    question: Question
    passage_ids: tuple[int, ...]
    """Of the candidate passages."""
    features: Features
    answerable: bool
    passages: Bools
    """Which candidate passages are right, shape (passages,)."""
    sentences: Bools
    """Which candidate sentences answer, shape (sentences,)."""
    readings: Mapping[int, Reading] = field(default_factory=dict)
    """By the place of the passage among the candidates."""

    def read(self, places: Rows) -> dict[int, Reading]:
        """What reading some candidate passages told, of those that were read."""
        return {int(place): self.readings[place] for place in places.tolist() if place in self.readings}

    def sentences_of(self, place: int) -> slice:
        """Where the sentences of a candidate passage stand among the candidate sentences."""
        return self.features.candidates.sentences_of(place)

    def is_right(self, place: int, evidence: Floats) -> bool:
        """Whether a candidate passage is right, and so is its best sentence; `evidence` is by candidate sentence."""
        at = self.sentences_of(place)
        told = bool(self.sentences.any())
        return bool(self.passages[place] and (not told or self.sentences[at.start + int(np.argmax(evidence[at]))]))

    def can_teach_evidence(self, place: int) -> bool:
        """Whether a candidate passage has sentences that answer, and others."""
        at = self.sentences_of(place)
        return bool(0 < self.sentences[at].sum() < at.stop - at.start)


def example_of(
    question: KnownQuestion,
    generation: Generation,
    store: StoreQueries,
    embedder: Embedder,
    texts: Mapping[str, str],
) -> Example:
    """Measure a question and tell which candidates are right; `texts` are those of all articles by their ids."""
    typed = canonical(question.question, generation.words)
    today = datetime.now(UTC).date()  # known questions name no day that moves
    asked = restated(parse(typed.text, today), today)
    features = extract_features(generation, asked, embedder.embed_query(asked.searched))
    ids = [int(row) for row in generation.layout.passage_ids[features.candidates.passages]]
    passages, sentences = right_ones(question, store.passages(ids), features.candidates, texts)
    return Example(asked, tuple(ids), features, question.answerable, passages, sentences)


def right_ones(
    question: KnownQuestion, passages: Sequence[Passage], candidates: Candidates, texts: Mapping[str, str]
) -> tuple[Bools, Bools]:
    """Tell which candidate passages are right, shape (passages,), and which sentences answer, shape (sentences,).

    `passages` are the candidates in their order. Right is what overlaps the question's evidence; where it names none
    that stands in a right article, what holds an answer; and where none does, every passage of a right article.
    """
    right = np.zeros(len(passages), dtype=bool)
    answering = np.zeros(len(candidates.sentences), dtype=bool)
    evidence = _evidence(question, texts)
    in_right_article = np.array([passage.article.id in question.article_ids for passage in passages], dtype=bool)
    for place in np.flatnonzero(in_right_article).tolist():
        passage, text = passages[place], texts[passages[place].article.id]
        holding = [holds_answer(text[span.start : span.end], question.answers) for span in passage.sentences]
        if evidence:
            start = evidence.get(passage.article.id, -1)
            right[place] = 0 <= start < passage.end and passage.start < start + len(question.evidence or "")
        else:
            right[place] = any(holding) if question.answers else True
        answering[candidates.sentences_of(place)] = holding if right[place] else False
    if question.answerable and not right.any() and not evidence:
        right = in_right_article
    return right, answering


def _evidence(question: KnownQuestion, texts: Mapping[str, str]) -> dict[str, int]:
    """Where the question's evidence begins in each right article that holds it, by the article's id."""
    if not question.evidence:
        return {}
    found = {article_id: texts[article_id].find(question.evidence) for article_id in question.article_ids}
    return {article_id: start for article_id, start in found.items() if start >= 0}
