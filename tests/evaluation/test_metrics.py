"""Figures of merit, against hand-computed values and against scikit-learn."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import auc, ndcg_score, roc_auc_score

from retrieval.evaluation.metrics import (
    area_under_roc,
    ndcg_at,
    overlap_f1,
    percentile,
    ranks_of,
    recall_at,
    reciprocal_rank,
    roc_curve,
)

relevances = st.lists(st.booleans(), min_size=2, max_size=60)
confidences = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5001, 0.9, 1.0]), min_size=1, max_size=30)


def ranks(relevance):
    return [rank for rank, relevant in enumerate(relevance, start=1) if relevant]


def test_ranks_are_those_of_relevant_items_from_one():
    assert ranks_of(["a", "b", "c", "d"], {"b", "d", "x"}) == [2, 4]
    assert ranks_of([], {"a"}) == []
    assert ranks_of(["a"], ()) == []


@pytest.mark.parametrize(
    ("found", "at_1", "at_5", "reciprocal"),
    [([1], 1.0, 1.0, 1.0), ([2, 3], 0.0, 1.0, 0.5), ([5], 0.0, 1.0, 0.2), ([6], 0.0, 0.0, 1 / 6), ([], 0.0, 0.0, 0.0)],
)
def test_recall_and_reciprocal_rank_look_at_the_first_right_one(found, at_1, at_5, reciprocal):
    assert recall_at(1, found) == at_1
    assert recall_at(5, found) == at_5
    assert reciprocal_rank(found) == reciprocal


def test_ndcg_by_hand():
    assert ndcg_at(10, [1], 1) == 1.0
    assert ndcg_at(10, [3], 1) == 0.5  # 1 / log2(4)
    assert ndcg_at(10, [11], 1) == 0.0
    assert ndcg_at(10, [1, 3], 2) == pytest.approx(1.5 / (1 + 0.6309297535714575))
    assert ndcg_at(10, [1], 2) == pytest.approx(1 / (1 + 0.6309297535714575)), "one of two is not found"
    assert ndcg_at(10, [], 0) == 0.0


@given(relevances, st.integers(1, 20))
def test_ndcg_is_that_of_scikit_learn(relevance, count):
    """The items stand in the order of their scores, all relevant ones among them."""
    scores = list(range(len(relevance), 0, -1))
    expected = ndcg_score([relevance], [scores], k=count)
    assert ndcg_at(count, ranks(relevance), sum(relevance)) == pytest.approx(expected)


@given(confidences, confidences)
def test_area_under_roc_is_the_chance_that_a_positive_is_above(positives, negatives):
    """By counting all pairs, ties half, which is another way than scikit-learn's; and by scikit-learn's."""
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(positives, negatives)]
    area = area_under_roc(positives, negatives)
    assert area == pytest.approx(np.mean(pairs))
    labels = [True] * len(positives) + [False] * len(negatives)
    assert area == pytest.approx(roc_auc_score(labels, positives + negatives))


def test_area_under_roc_needs_both_sides():
    assert area_under_roc([0.9], []) is None
    assert area_under_roc([], [0.9]) is None
    assert area_under_roc([0.9, 0.8], [0.1]) == 1.0
    assert area_under_roc([0.1], [0.9]) == 0.0


def test_roc_curve_by_hand():
    """At .9 one positive of two, at .5 also a negative of two, at .4 all positives, at .1 all."""
    assert roc_curve([0.9, 0.4], [0.5, 0.1]) == [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]


@given(confidences, confidences)
def test_the_area_under_the_curve_is_the_area_under_roc(positives, negatives):
    x, y = zip(*roc_curve(positives, negatives), strict=True)
    assert auc(x, y) == pytest.approx(area_under_roc(positives, negatives))


@pytest.mark.parametrize(
    ("found", "right", "f1"),
    [
        ("840 метров", "840 МЕТРОВ", 1.0),
        ("около 840 метров", "840 метров", 0.8),
        ("Елка", "«Ёлка»", 1.0),
        ("дом дом", "дом", 2 / 3),
        ("мост", "река", 0.0),
        ("", "река", 0.0),
        ("—", "", 0.0),
    ],
)
def test_overlap_is_that_of_words(found, right, f1):
    assert overlap_f1(found, right) == pytest.approx(f1)


def test_percentiles_by_hand():
    assert percentile([7.0], 0.5) == percentile([7.0], 0.95) == 7.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile(list(range(1, 22)), 0.95) == 20


@given(st.lists(st.integers(0, 50), min_size=1, max_size=200), st.sampled_from([0.5, 0.95]))
def test_a_percentile_is_the_smallest_value_that_the_share_does_not_exceed(values, share):
    found = percentile(values, share)
    enough = Fraction(str(share)) * len(values)
    assert sum(value <= found for value in values) >= enough
    assert sum(value < found for value in values) < enough
