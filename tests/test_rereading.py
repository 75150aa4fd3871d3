"""The second look: which passages are read, and what becomes of their ranks and of the confidence."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.features import Candidates, Measured
from retrieval.rereading import FAR_BEHIND, Ranked, Read, read_best, reread
from retrieval.types import Reading, Span
from retrieval.weights import RereadingWeights

WEIGHTS = RereadingWeights(
    evidence={"before": 0.0, "reading": 1.0},
    passage={"before": 0.5, "answerable": 1.0},
    confidence={"answerable": 1.0, "behind": 0.0},
    confidence_bias=-1.0,
)


def reading(answerable, *chances):
    return Reading(answerable, chances, tuple(Span(0, 1) for _ in chances))


def ranked(*scores):
    """Passages of two sentences each, in which the first seems the better one."""
    evidence = np.array([1.0, 0.0] * len(scores), np.float32)
    return Ranked(evidence, np.array(scores, np.float32), np.zeros(len(scores), np.float32), log_odds=0.25)


def measured(passages, *, abroad=()):
    rows = np.arange(passages)
    here = {"other_script": np.isin(rows, abroad).astype(np.float32)}
    return Measured(
        Candidates(rows, np.arange(2 * passages), 2 * rows, np.full(passages, 2)), 0.0, 1, {}, here, is_question=True
    )


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


def test_what_cannot_be_read_any_more_is_passed_over():
    found = read_best(ranked(1.0, 0.0), 3, read_by({1: 0.0}, []))
    assert found.places.tolist() == [1]


def test_the_passage_that_answers_comes_first_and_its_sentence_too():
    before = ranked(2.0, 1.0, 0.0)
    found = Read(np.array([0, 1]), (reading(-3.0, 0.5, 0.5), reading(4.0, 0.2, 0.8)))
    after = reread(measured(3), before, found, WEIGHTS)
    assert np.argsort(-after.scores).tolist() == [1, 2, 0]
    assert after.evidence[2:4].argmax() == 1
    assert after.evidence[4:].tolist() == [1.0, 0.0], "not read: as before"
    assert after.log_odds == 4.0 - 1.0


def test_what_was_read_keeps_the_probability_that_it_had_together():
    before = ranked(2.0, 1.0, 0.0)
    found = Read(np.array([0, 1]), (reading(-3.0, 0.5, 0.5), reading(4.0, 0.2, 0.8)))
    after = reread(measured(3), before, found, WEIGHTS)
    assert np.logaddexp.reduce(after.scores[:2]) == pytest.approx(np.logaddexp.reduce(before.scores[:2]), abs=1e-6)
    assert after.scores[2] == before.scores[2]


def test_in_another_script_reading_ranks_but_the_confidence_stays():
    before = ranked(2.0, 1.0)
    found = Read(np.array([0, 1]), (reading(-3.0, 0.5, 0.5), reading(4.0, 0.2, 0.8)))
    after = reread(measured(2, abroad=[1]), before, found, WEIGHTS)
    assert after.order.tolist() == [1, 0]
    assert after.log_odds == before.log_odds


def test_a_bonus_counts_in_full_before_and_after_reading():
    before = replace(ranked(2.0, 2.0), bonus=np.array([0.0, 4.0], np.float32))
    asked = []
    found = read_best(before, 1, read_by({0: 9.0, 1: 1.0}, asked))
    assert asked == [[1]]
    found = Read(np.array([1, 0]), (reading(1.0, 0.5, 0.5), reading(4.0, 0.5, 0.5)))
    after = reread(measured(2), before, found, WEIGHTS)
    assert after.order.tolist() == [1, 0], "3 log-odds behind by its text, 4 ahead by its date"
    assert after.log_odds == 1.0 - 1.0, "of the passage that comes first"


def test_words_are_marked_only_where_an_answer_is_likely():
    found = Read(np.array([3, 5]), (reading(2.0, 0.9, 0.05), reading(-3.0, 0.9, 0.2)))
    assert found.answers() == {3: (Span(0, 1), None), 5: (None, None)}


def test_nothing_read_changes_nothing():
    before = ranked(2.0, 1.0)
    assert reread(measured(2), before, Read(np.array([], np.int64), ()), WEIGHTS) is before
