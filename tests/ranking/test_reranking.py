"""Reranking: which passages are read, and what becomes of their ranks and of the confidence."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.ranking.features import Candidates, Features
from retrieval.ranking.reranking import (
    FAR_BEHIND,
    Ranked,
    Read,
    read_best,
    rerank,
    reranking_confidence_features,
    reranking_evidence_features,
    reranking_passage_features,
)
from retrieval.ranking.weights import RerankingWeights
from retrieval.types import Reading, Span

WEIGHTS = RerankingWeights(
    evidence={"before": 0.0, "reading": 1.0},
    passage={"before": 0.5, "answerable": 1.0},
    confidence={"answerable": 1.0, "behind": 0.0},
    confidence_bias=-1.0,
)


def reading(answerable, *probabilities, suitability=()):
    return Reading(answerable, probabilities, tuple(Span(0, 1) for _ in probabilities), suitability)


def ranked(*scores):
    """Passages of two sentences each, in which the first seems the better one."""
    evidence = np.array([1.0, 0.0] * len(scores), np.float32)
    return Ranked(evidence, np.array(scores, np.float32), np.zeros(len(scores), np.float32), log_odds=0.25)


def features(passages, *, abroad=()):
    rows = np.arange(passages)
    here = {"cosine": np.full(passages, 0.5, np.float32), "asks_across": np.isin(rows, abroad).astype(np.float32)}
    return Features(Candidates(rows, np.arange(2 * passages), 2 * rows, np.full(passages, 2)), 0.0, 1, False, {}, here)


def read_by(answerable, asked):
    """Reads places with given log-odds, and remembers which were asked for."""

    def read(places):
        asked.append(places.tolist())
        return {place: reading(answerable[place], 0.1, 0.9) for place in places.tolist() if place in answerable}

    return read


def test_reads_the_best_and_those_that_are_not_far_behind():
    asked = []
    before = ranked(1.0, 9.0, 9.0 - FAR_BEHIND, 8.9 - FAR_BEHIND, 9.5)
    found = read_best(before, 5, read_by(dict.fromkeys(range(5), 0.0), asked))
    assert asked == [[4, 1]]
    assert found.places.tolist() == [4, 1]


def test_reads_so_many_at_most():
    asked = []
    found = read_best(ranked(*[0.0] * 20), 3, read_by(dict.fromkeys(range(20), 0.0), asked))
    assert asked == [[0, 1, 2]]
    assert len(found.places) == 3


def test_exactly_as_far_behind_as_may_be_is_still_read():
    assert FAR_BEHIND == 4.0
    asked = []
    read_best(ranked(9.0, 5.0, 4.75), 5, read_by({}, asked))
    assert asked == [[0, 1]]


def test_more_may_be_read_that_are_farther_behind():
    asked = []
    read_best(ranked(9.0, 3.0, 1.0, 0.5), 4, read_by({}, asked), 8.0)
    assert asked == [[0, 1, 2]]


def test_how_far_behind_a_passage_is_counts_its_bonus():
    asked = []
    read_best(replace(ranked(9.0, 1.0, 1.0), bonus=np.array([0.0, 4.5, 3.5], np.float32)), 5, read_by({}, asked))
    assert asked == [[0, 1]]


def test_passages_that_are_as_good_stay_in_their_order():
    assert ranked(*[1.0, 0.0] * 50).order.tolist() == [*range(0, 100, 2), *range(1, 100, 2)]


def test_what_cannot_be_read_any_more_is_passed_over():
    found = read_best(ranked(1.0, 0.0), 3, read_by({1: 0.0}, []))
    assert found.places.tolist() == [1]


def test_the_passage_that_answers_comes_first_and_its_sentence_too():
    before = ranked(2.0, 1.0, 0.0)
    found = Read(np.array([0, 1]), (reading(-3.0, 0.5, 0.5), reading(4.0, 0.2, 0.8)))
    after = rerank(features(3), before, found, WEIGHTS)
    assert np.argsort(-after.scores).tolist() == [1, 2, 0]
    assert after.evidence[2:4].argmax() == 1
    assert after.evidence[4:].tolist() == [1.0, 0.0], "not read: as before"
    assert after.log_odds == 4.0 - 1.0


def test_what_was_read_keeps_the_probability_that_it_had_together():
    before = ranked(2.0, 1.0, 0.0)
    found = Read(np.array([0, 1]), (reading(-3.0, 0.5, 0.5), reading(4.0, 0.2, 0.8)))
    after = rerank(features(3), before, found, WEIGHTS)
    assert np.logaddexp.reduce(after.scores[:2]) == pytest.approx(np.logaddexp.reduce(before.scores[:2]), abs=1e-6)
    assert after.scores[2] == before.scores[2]


def test_across_scripts_the_confidence_is_another_by_what_was_fitted():
    before = ranked(2.0, 1.0)
    found = Read(np.array([0, 1]), (reading(-3.0, 0.5, 0.5), reading(4.0, 0.2, 0.8)))
    weights = replace(WEIGHTS, confidence={**WEIGHTS.confidence, "asks_across": 0.75})
    here, across = (rerank(features(2, abroad=abroad), before, found, weights) for abroad in ([], [1]))
    assert here.order.tolist() == across.order.tolist() == [1, 0]
    assert across.log_odds == here.log_odds + 0.75


def test_a_bonus_counts_in_full_before_and_after_reading():
    before = replace(ranked(2.0, 2.0), bonus=np.array([0.0, 4.0], np.float32))
    asked = []
    found = read_best(before, 1, read_by({0: 9.0, 1: 1.0}, asked))
    assert asked == [[1]]
    found = Read(np.array([1, 0]), (reading(1.0, 0.5, 0.5), reading(4.0, 0.5, 0.5)))
    after = rerank(features(2), before, found, WEIGHTS)
    assert after.order.tolist() == [1, 0], "3 log-odds behind by its text, 4 ahead by its date"
    assert after.log_odds == 1.0 - 1.0, "of the passage that comes first"


def test_words_are_marked_only_where_an_answer_is_likely():
    found = Read(np.array([3, 5]), (reading(2.0, 0.9, 0.05), reading(-3.0, 0.9, 0.2)))
    assert found.answers() == {3: (Span(0, 1), None), 5: (None, None)}


def test_words_are_marked_from_these_odds_and_this_probability_on():
    found = Read(np.array([0, 1]), (reading(-2.5, 0.1, 0.09), reading(-2.51, 0.9, 0.1)))
    assert found.answers() == {0: (Span(0, 1), None), 1: (None, None)}


# The numbers that are weighed


def test_evidence_is_weighed_from_what_it_was_and_the_logarithm_of_the_probability():
    told = reranking_evidence_features(np.array([3.0, -2.0], np.float32), reading(1.0, 0.5, 0.0))
    assert told["before"].tolist() == [3.0, -2.0]
    assert told["reading"].tolist() == pytest.approx([np.log(0.5), np.log(1e-4)]), "0 counts as one in ten thousand"


def test_evidence_is_weighed_from_how_its_wording_suits_where_that_is_told():
    before = np.array([3.0, -2.0], np.float32)
    told = reranking_evidence_features(before, reading(1.0, 0.5, 0.5, suitability=(0.0, -1.0)))
    untold = reranking_evidence_features(before, reading(1.0, 0.5, 0.5))
    assert told["suits"].tolist() == [0.0, -1.0]
    assert untold["suits"].tolist() == [0.0, 0.0]


def test_a_passage_is_weighed_from_its_score_without_its_bonus_its_odds_and_how_its_best_sentence_suits():
    before = replace(ranked(2.0, 1.0, 0.5), bonus=np.array([8.0, 8.0, 8.0], np.float32))
    found = Read(np.array([2, 0]), (reading(-3.0, 0.5, 0.5, suitability=(0.0, 1.0)), reading(4.0, 0.2, 0.8)))
    evidence = np.array([9.0, 0.0, 0.0, 0.0, 1.0, 2.0], np.float32)
    told = reranking_passage_features(features(3), before, found, evidence)
    assert {name: values.tolist() for name, values in told.items()} == {
        "before": [0.5, 2.0],
        "answerable": [-3.0, 4.0],
        "suits": [1.0, 0.0],
    }


@pytest.mark.parametrize(("probabilities", "probability"), [((0.2, 0.8), 0.8), ((1.0, 0.0), 1e-4)])
def test_confidence_is_weighed_from_the_passage_that_is_best_after_reading(probabilities, probability):
    before = replace(ranked(2.0, 1.0, 5.0), bonus=np.array([0.0, 2.5, 1.0], np.float32))
    found = Read(
        np.array([1, 0, 2]),
        (
            reading(4.0, *probabilities, suitability=(0.0, -1.0)),
            reading(-3.0, 0.5, 0.5, suitability=(1.0, 1.0)),
            reading(-1.5, 0.5, 0.5),
        ),
    )
    evidence = np.array([9.0, 9.0, 0.0, 1.0, 9.0, 9.0], np.float32)
    assert reranking_confidence_features(features(3), before, found, evidence, best=0) == {
        "before": 0.25,
        "answerable": 4.0,
        "probability": pytest.approx(np.log(probability)),
        "behind": 3.5 - 6.0,  # behind the best before reading
        "lead": 4.0 + 1.5,  # over the most answerable of the others
        "suits": -1.0,
        "whether": 0.0,
        "cosine": 0.5,
        "asks_across": 0.0,
    }


def test_what_was_read_alone_leads_what_was_not_read():
    found = Read(np.array([0]), (reading(2.0, 0.2, 0.8),))
    told = reranking_confidence_features(features(1), ranked(2.0), found, np.array([0.0, 1.0], np.float32), best=0)
    assert told["lead"] == 2.0 + 6.0
    assert told["suits"] == 0.0


def test_another_may_be_more_answerable_than_what_comes_first():
    found = Read(np.array([0, 1]), (reading(1.0, 0.2, 0.8), reading(2.5, 0.2, 0.8)))
    told = reranking_confidence_features(features(2), ranked(9.0, 1.0), found, np.zeros(4, np.float32), best=0)
    assert told["lead"] == -1.5


def test_a_suitable_wording_brings_its_sentence_and_its_passage_forward():
    weights = replace(
        WEIGHTS,
        evidence={"reading": 1.0, "suits": 3.0},
        passage={"before": 1.0, "suits": 2.0},
        confidence={"suits": 1.0},
    )
    found = Read(np.array([0, 1]), (reading(0.0, 0.5, 0.5), reading(0.0, 0.8, 0.2, suitability=(0.0, 1.0))))
    after = rerank(features(2), ranked(2.0, 1.0), found, weights)
    assert after.order.tolist() == [1, 0]
    assert after.evidence[2:].argmax() == 1
    assert after.log_odds == 1.0 - 1.0


def test_what_was_ranked_before_stays_as_it_was():
    before = ranked(2.0, 1.0)
    rerank(features(2), before, Read(np.array([0, 1]), (reading(-3.0, 0.5, 0.5), reading(4.0, 0.2, 0.8))), WEIGHTS)
    assert (before.scores.tolist(), before.evidence.tolist()) == ([2.0, 1.0], [1.0, 0.0, 1.0, 0.0])


def test_nothing_read_changes_nothing():
    before = ranked(2.0, 1.0)
    assert rerank(features(2), before, Read(np.array([], np.int64), ()), WEIGHTS) is before
