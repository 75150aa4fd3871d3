"""Ties that the more recent article wins, and what is no tie."""

import numpy as np
import pytest

from retrieval.ranking.recency import with_ties_broken
from retrieval.ranking.reranking import Ranked


def order(scores, days, half_life=365):
    scores = np.array(scores, np.float32)
    ranked = Ranked(np.zeros(0, np.float32), scores, np.zeros_like(scores), 0.0)
    return with_ties_broken(ranked, np.array(days, np.int32), half_life).order.tolist()


@pytest.mark.parametrize(
    ("scores", "days", "expected"),
    [
        ([2.0, 2.0, 0.0], [700_000, 700_400, 700_500], [1, 0, 2]),
        ([2.0, 1.97, 0.0], [700_000, 700_400, 700_500], [1, 0, 2]),
        ([2.0, 1.8, 0.0], [700_000, 700_400, 700_500], [0, 1, 2]),
        ([2.0, 1.97, 0.0], [700_000, 700_001, 700_500], [0, 1, 2]),
        ([2.0, 2.0, 0.0], [0, 700_400, 700_500], [1, 0, 2]),
        ([2.0, 2.0], [0, 0], [0, 1]),
        ([2.0], [700_000], [0]),
        ([], [], []),
    ],
)
def test_of_what_is_as_good_the_most_recent_is_first(scores, days, expected):
    assert order(scores, days) == expected


def test_without_a_half_life_nothing_is_preferred():
    assert order([2.0, 2.0], [700_000, 700_400], half_life=0) == [0, 1]


def test_the_longer_the_half_life_the_less_a_year_tells():
    assert order([2.0, 1.97], [700_000, 700_400], half_life=100) == [1, 0]
    assert order([2.0, 1.97], [700_000, 700_400], half_life=10_000) == [0, 1]
