"""What ranking says of an example with given weights: before reading and after it.

As in the product, except that passages which the product would read and that were not read here are passed over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.ranking import reranking
from retrieval.ranking.features import confidence_features
from retrieval.ranking.weights import weigh
from retrieval.settings import RetrievalSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.ranking.features import Floats
    from retrieval.ranking.reranking import Ranked, Read
    from retrieval.ranking.weights import Weights
    from training.examples import Example

READ_MOST: int = RetrievalSettings.model_fields["reader_passages"].default
"""Passages that are read in use."""

CONFIDENCE = (
    "passage_cosine",
    "passage_cosine_gap",
    "passage_cosine_second",
    "passage_bm25",
    "passage_words",
    "passage_sentence_words",
    "passage_names",
    "passage_numbers",
    "passage_evidence",
    "sentence_cosine",
    "sentence_words",
    "sentence_words_with_before",
    "sentence_lacks_number",
    "sentence_lacks_date",
    "sentence_lacks_name",
    "sentence_lacks_person",
    "sentence_lacks_place",
    "sentence_lacks_reason",
    "sentence_lacks_counted",
    "unknown",
    "log_terms",
    "passage_other_script",
    "passage_asks_across",
    "lead",
    "lead_over_ten",
)
RERANKING_CONFIDENCE = (
    "before",
    "answerable",
    "probability",
    "behind",
    "lead",
    "suits",
    "whether",
    "cosine",
    "asks_across",
)


def ranked(example: Example, weights: Weights) -> Ranked:
    """Rank the candidates by their features alone."""
    evidence = weigh(example.features.sentence, weights.evidence)
    scores = weigh(example.features.passage_with(evidence), weights.passage)
    row = np.array(confidence_row(example, weights.evidence, weights.passage))
    slopes = np.array([weights.confidence[name] for name in CONFIDENCE])
    return reranking.Ranked(evidence, scores, np.zeros_like(scores), float(row @ slopes + weights.confidence_bias))


def ranked_and_read(example: Example, weights: Weights) -> tuple[Ranked, Read]:
    """Rank, and read; a passage that these weights put in front and others did not was not read."""
    before = ranked(example, weights)
    was_read = np.isin(np.arange(len(before.scores)), list(example.readings))
    readable = replace(before, scores=np.where(was_read, before.scores, -np.inf))
    return before, reranking.read_best(readable, READ_MOST, example.read)


def reranked(example: Example, weights: Weights) -> Ranked:
    """Rank the candidates by what reading told as well; a headline is not read."""
    if not example.question.is_question:
        return ranked(example, weights)
    before, found = ranked_and_read(example, weights)
    return reranking.rerank(example.features, before, found, weights.reranking)


def passage_features(example: Example, evidence: Mapping[str, float]) -> dict[str, Floats]:
    """The features of candidate passages, each of shape (passages,), with the best evidence by these weights."""
    return example.features.passage_with(weigh(example.features.sentence, evidence))


def confidence_row(example: Example, evidence: Mapping[str, float], passage: Mapping[str, float]) -> list[float]:
    """The features of the confidence before reading, in the order of `CONFIDENCE`."""
    by_sentence = weigh(example.features.sentence, evidence)
    by_passage = example.features.passage_with(by_sentence)
    found = confidence_features(example.features, by_passage, by_sentence, weigh(by_passage, passage))
    return [found[name] for name in CONFIDENCE]


def is_first_right(example: Example, evidence: Mapping[str, float], passage: Mapping[str, float]) -> bool:
    """Whether the passage that comes first before reading, and its best sentence, answer."""
    by_sentence = weigh(example.features.sentence, evidence)
    scores = weigh(example.features.passage_with(by_sentence), passage)
    return example.is_right(int(np.argmax(scores)), by_sentence)


def reranking_row(
    example: Example, before: Ranked, found: Read, evidence: Mapping[str, float], passage: Mapping[str, float]
) -> tuple[list[float], bool]:
    """The features of the confidence after reading, in the order of `RERANKING_CONFIDENCE`, and whether it is right."""
    by_sentence = reranking.evidence_after(example.features, before, found, evidence)
    fresh = weigh(reranking.reranking_passage_features(example.features, before, found, by_sentence), passage)
    best = reranking.best_read(before, found, fresh)
    features = reranking.reranking_confidence_features(example.features, before, found, by_sentence, best)
    is_right = example.is_right(int(found.places[best]), by_sentence)
    return [features[name] for name in RERANKING_CONFIDENCE], is_right
