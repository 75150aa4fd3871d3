"""Six linear models: three that rank, and three that rerank by what reading told, fitted on sets of examples.

Which sentence of the right passage answers, which passage is right, and whether the question is answered at all; each
set weighs the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.ranking import reranking
from retrieval.ranking.weights import RerankingWeights, Weights
from training.fitting import Group, fit_logistic, fit_softmax, halves, log_odds, weighted_alike
from training.ranked import (
    CONFIDENCE,
    RERANKING_CONFIDENCE,
    confidence_row,
    is_first_right,
    passage_features,
    ranked_and_read,
    reranking_row,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.ranking.features import Floats
    from retrieval.ranking.reranking import Ranked, Read
    from training.examples import Example

    Sets = Mapping[str, Sequence[Example]]
    RankedAndRead = tuple[Example, Ranked, Read]

MINIMUM_CONFIDENCE = 0.6
"""The shipped threshold: a false answer costs a reader more than a refusal that names the nearest articles."""
UNSURE_CONFIDENCE = 0.35
"""The shipped bound of unsure answers: from there on more than a third of the first excerpts are right."""
FITTED_BEFORE_READING, FITTED_AFTER_READING = 0.52, 0.56
"""Probabilities, as fitted, that the threshold stands for before reading and after it; biases are shifted so.

Chosen where false answers and wrong refusals of the sets, and the utility of the seen questions of readers, are best
balanced: with .6 and .62 most of the sets had more wrong refusals than false answers by far."""

EVIDENCE = (
    "cosine",
    "words",
    "words_gap",
    "words_with_before",
    "first",
    "short",
    "log_length",
    "asks",
    "points_back",
    "lacks_number",
    "lacks_date",
    "lacks_name",
    "lacks_person",
    "lacks_place",
    "lacks_reason",
    "lacks_counted",
)
PASSAGE = (
    "cosine",
    "cosine_second",
    "bm25",
    "bm25_share",
    "bm25_share_known",
    "words",
    "sentence_words",
    "names",
    "numbers",
    "evidence",
    "other_script",
    "opens",
    "log_number",
)
RERANKING_EVIDENCE = ("before", "reading")
RERANKING_PASSAGE = ("before", "answerable")
SUITS_EVIDENCE, SUITS_PASSAGE = 1.5, 1.0
"""Set by hand: the sets hold few questions for which wording tells, who or what somebody is, and who is in office."""
_NO_RERANKING = RerankingWeights({}, {}, {}, 0.0)


def fit(sets: Sets) -> Weights:
    """Fit all six models on these sets, by their names."""
    evidence = _named(EVIDENCE, fit_softmax(weighted_alike(map(_sentence_groups, sets.values()))))
    groups = [[*_passage_groups(examples, evidence)] for examples in sets.values()]
    passage = _named(PASSAGE, fit_softmax(weighted_alike(groups)))
    confidence, bias = _fit_confidence(sets, evidence, passage)
    weights = Weights(
        evidence=evidence,
        passage=passage,
        confidence=confidence,
        confidence_bias=bias + shift(FITTED_BEFORE_READING),
        minimum_confidence=MINIMUM_CONFIDENCE,
        unsure_confidence=UNSURE_CONFIDENCE,
        reranking=_NO_RERANKING,
    )
    return replace(weights, reranking=fit_reranking(sets, weights))


def fit_reranking(sets: Sets, weights: Weights) -> RerankingWeights:
    """Fit reranking on top of the weights of ranking; headlines are not read, and have no part in it."""
    all_read = [
        [(example, *ranked_and_read(example, weights)) for example in examples if example.question.is_question]
        for examples in sets.values()
    ]
    evidence = _named(RERANKING_EVIDENCE, fit_softmax(weighted_alike(map(_read_sentence_groups, all_read))))
    evidence["suits"] = SUITS_EVIDENCE
    groups = [[*_read_passage_groups(one_set, evidence)] for one_set in all_read]
    passage = _named(RERANKING_PASSAGE, fit_softmax(weighted_alike(groups)))
    passage["suits"] = SUITS_PASSAGE
    confidence, bias = _fit_reranking_confidence(all_read, evidence, passage)
    return RerankingWeights(evidence, passage, confidence, bias + shift(FITTED_AFTER_READING))


def shift(probability: float) -> float:
    """Return what to add to a log-odds so that the shipped threshold stands for this probability."""
    return log_odds(MINIMUM_CONFIDENCE) - log_odds(probability)


def _sentence_groups(examples: Iterable[Example]) -> list[Group]:
    """The sentences of each right passage in which some answer and some do not."""
    groups = []
    for example in examples:
        rows = _table(example.features.sentence, EVIDENCE)
        for place in np.flatnonzero(example.passages).tolist():
            if example.can_teach_evidence(place):
                at = example.sentences_of(place)
                groups.append(Group(rows[at], example.sentences[at]))
    return groups


def _passage_groups(examples: Iterable[Example], evidence: Mapping[str, float]) -> list[Group]:
    """The candidates of each answerable question whose right passage was found."""
    return [
        Group(_table(passage_features(example, evidence), PASSAGE), example.passages)
        for example in examples
        if example.answerable and example.passages.any()
    ]


def _fit_confidence(
    sets: Sets, evidence: Mapping[str, float], passage: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """Fit whether what comes first answers, on the sets in which some questions are answered, and some nowhere.

    Return the weights, and the bias.
    """
    rows, labels, importance = [], [], []
    for examples in sets.values():
        if not _is_mixed(_answerable(examples)):
            continue
        right = np.array([is_first_right(example, evidence, passage) for example in examples])
        rows += [confidence_row(example, evidence, passage) for example in examples]
        labels.append(right)
        importance.append(halves(right))
    slopes, bias = fit_logistic(np.array(rows), np.concatenate(labels), np.concatenate(importance))
    return _named(CONFIDENCE, slopes), bias


def _read_sentence_groups(all_read: Iterable[RankedAndRead]) -> list[Group]:
    """As `_sentence_groups`, of the passages that were read."""
    groups = []
    for example, before, found in all_read:
        for place, reading in zip(found.places.tolist(), found.readings, strict=True):
            if example.can_teach_evidence(place):
                at = example.sentences_of(place)
                features = reranking.reranking_evidence_features(before.evidence[at], reading)
                groups.append(Group(_table(features, RERANKING_EVIDENCE), example.sentences[at]))
    return groups


def _read_passage_groups(all_read: Iterable[RankedAndRead], evidence: Mapping[str, float]) -> Iterator[Group]:
    """The passages that were read for each answerable question, where the right one is among them."""
    for example, before, found in all_read:
        if example.answerable and (right := example.passages[found.places]).any():
            by_sentence = reranking.evidence_after(example.features, before, found, evidence)
            features = reranking.reranking_passage_features(example.features, before, found, by_sentence)
            yield Group(_table(features, RERANKING_PASSAGE), right)


def _fit_reranking_confidence(
    all_read: Sequence[Sequence[RankedAndRead]], evidence: Mapping[str, float], passage: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """As `_fit_confidence`, of what comes first after reading."""
    rows, labels, importance = [], [], []
    for one_set in all_read:
        if not _is_mixed(_answerable(example for example, _, _ in one_set)):
            continue
        told = [reranking_row(*read, evidence, passage) for read in one_set]
        right = np.array([is_right for _, is_right in told])
        rows += [row for row, _ in told]
        labels.append(right)
        importance.append(halves(right))
    slopes, bias = fit_logistic(np.array(rows), np.concatenate(labels), np.concatenate(importance))
    return _named(RERANKING_CONFIDENCE, slopes), bias


def _answerable(examples: Iterable[Example]) -> NDArray[np.bool_]:
    """Which questions are answered, shape (examples,)."""
    return np.array([example.answerable for example in examples], dtype=bool)


def _is_mixed(answerable: NDArray[np.bool_]) -> bool:
    """Whether some questions of a set are answered and some are not: one without either says nothing of confidence."""
    return bool(answerable.any() and not answerable.all())


def _table(features: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    """The named features side by side, shape (things, names)."""
    return np.stack([features[name] for name in names], axis=1)


def _named(names: Sequence[str], values: NDArray[np.floating]) -> dict[str, float]:
    """Weights by name, in four digits: more would say nothing, and fewer are easier to read."""
    return {name: float(f"{value:.4g}") for name, value in zip(names, values.tolist(), strict=True)}
