"""Fits on inputs whose outcome is known beforehand."""

import numpy as np
import pytest

from training.fitting import Group, fit_logistic, fit_softmax, halves, log_odds, weighted_alike
from training.models import MINIMUM_CONFIDENCE, shift


def group(values, right):
    """Things of two features: the given one, and one that is always the same."""
    rows = np.array([[value, 7] for value in values], np.float32)
    return Group(rows, np.array([number == right for number in range(len(values))]))


def same_weight(groups):
    return [(one, 1.0) for one in groups]


def test_where_the_largest_is_right_it_scores_highest():
    groups = [group([1, 5, 2], 1), group([4, 0], 0), group([3, 2, 1, 6], 3)]
    weights = fit_softmax(same_weight(groups))
    assert weights[0] > 0
    assert [int(np.argmax(one.rows @ weights)) for one in groups] == [1, 0, 3]


def test_where_the_smallest_is_right_its_weight_is_negative():
    assert fit_softmax(same_weight([group([1, 5], 0), group([4, 0], 1)]))[0] < 0


def test_what_is_always_the_same_gets_no_weight():
    assert fit_softmax(same_weight([group([1, 5], 1), group([4, 0], 0)]))[1] == 0


def test_of_several_right_ones_any_will_do():
    rows = np.array([[0], [3], [3]], np.float32)
    weights = fit_softmax([(Group(rows, np.array([False, True, True])), 1.0)])
    assert weights[0] > 0


def test_a_set_weighs_the_same_however_many_groups_it_has():
    one = [group([0, 1], 1)]
    many = [group([0, 1], 0)] * 9
    groups = weighted_alike([one, many, []])
    assert [weight for _, weight in groups] == [1.0] + [1 / 9] * 9
    assert fit_softmax(groups)[0] == pytest.approx(0, abs=1e-3)
    assert fit_softmax(same_weight(one + many))[0] < -1


def test_the_same_input_gives_the_same_weights():
    groups = weighted_alike([[group([1, 5, 2], 1), group([4, 0], 1)]])
    assert np.array_equal(fit_softmax(groups), fit_softmax(groups))


def test_logistic_slopes_have_the_sign_of_what_speaks_for_an_answer():
    rows = np.array([[1, 9], [2, 8], [8, 2], [9, 1]], float)
    slopes, bias = fit_logistic(rows, np.array([False, False, True, True]), np.ones(4))
    assert slopes[0] > 0 > slopes[1]
    assert (rows @ slopes + bias > 0).tolist() == [False, False, True, True]


def test_logistic_bias_is_the_log_odds_where_nothing_is_known():
    rows = np.full((4, 1), 3.0)
    slopes, bias = fit_logistic(rows, np.array([True, True, True, False]), np.ones(4))
    assert slopes[0] == 0
    assert bias == pytest.approx(log_odds(0.75), abs=1e-3)


def test_logistic_bias_takes_up_what_all_features_have_in_common():
    rows, answered = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([False, True, False, True])
    slopes, bias = fit_logistic(rows, answered, np.ones(4))
    moved_slopes, moved_bias = fit_logistic(rows + 10, answered, np.ones(4))
    assert moved_slopes == pytest.approx(slopes, rel=1e-4)
    assert moved_bias == pytest.approx(bias - 10 * slopes[0], rel=1e-4)


def test_logistic_importance_counts_like_so_many_rows():
    rows, answered = np.array([[3.0]] * 2), np.array([True, False])
    assert fit_logistic(rows, answered, np.array([9.0, 1.0]))[1] == pytest.approx(log_odds(0.9), abs=1e-3)


def test_those_with_an_answer_have_half_of_the_weight():
    weights = halves(np.array([True, False, False, False, False]))
    assert weights.tolist() == [0.5] + [0.125] * 4


def test_biases_are_shifted_so_that_the_threshold_stands_for_another_probability():
    assert log_odds(0.66) + shift(0.66) == pytest.approx(log_odds(MINIMUM_CONFIDENCE))
    assert shift(MINIMUM_CONFIDENCE) == 0
