"""The rule by which bounds are chosen: exact numbers, and the promise itself, computed in full."""

from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import CalibrationError
from retrieval.evaluation.risk_control import bound_for, bounds_for, needed
from retrieval.types import Bounds

NINETEEN = [round(0.05 * place, 4) for place in range(1, 20)]
"""0.05, 0.1 … 0.95."""


@pytest.mark.parametrize(
    ("share", "least"), [(0.5, 1), (0.34, 2), (0.3, 3), (0.1, 9), (0.05, 19), (0.01, 99), (0.001, 999), (0.9, 1)]
)
def test_so_many_unanswerable_questions_are_needed(share, least):
    assert needed(share) == least
    assert bound_for([0.5] * least, share) == 0.5001
    told = f"at least {least} unanswerable questions are needed, and there are {least - 1}: add more of them, or allow"
    with pytest.raises(CalibrationError, match=told):
        bound_for([0.5] * (least - 1), share)


@pytest.mark.parametrize(
    ("share", "bound"),
    [
        (0.05, 0.9501),  # 20 parts of a twentieth: one of them is the question to come, none may be answered
        (0.1, 0.9001),
        (0.14, 0.9001),
        (0.15, 0.8501),
        (0.5, 0.5001),
        (0.95, 0.0501),
        (0.99, 0.0501),
    ],
)
def test_the_bound_is_the_smallest_step_above_the_answers_that_are_too_many(share, bound):
    assert bound_for(NINETEEN, share) == bound
    assert bound_for(NINETEEN[::-1], share) == bound


@pytest.mark.parametrize("share", [0.07, 0.1, 0.28, 0.29, 0.57, 0.58])
def test_shares_are_the_numbers_that_were_meant(share):
    """In binary 0.29 times 100 is less than 29, and 0.07 times 100 more than 7."""
    answered = sum(confidence >= bound_for(range_of(99), share) for confidence in range_of(99))
    assert answered == round(100 * share) - 1


def range_of(count):
    return [place / 1000 for place in range(count)]


def test_equal_confidences_are_refused_together():
    assert bound_for([0.7] * 5 + [0.2] * 14, 0.1) == 0.7001
    assert bound_for([0.7] * 5 + [0.2] * 14, 0.3) == 0.2001


def test_where_nothing_is_answered_everything_may_be():
    assert bound_for([0.0] * 9, 0.1) == 0.0001


def test_answers_that_are_fully_confident_cannot_be_refused():
    assert bound_for([1.0] + [0.2] * 18, 0.1) == 0.2001
    with pytest.raises(
        CalibrationError, match="more than 1 of the 19 unanswerable questions are answered with the high"
    ):
        bound_for([1.0, 1.0] + [0.2] * 17, 0.1)


@pytest.mark.parametrize("share", [0.2, 0.25, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("count", [4, 5, 6])
def test_the_promise_holds_for_every_question_that_might_have_been_left_out(share, count):
    """Of any `count` + 1 questions each is as likely to be the one to come: all their draws, ties among them."""
    for drawn in combinations_with_replacement((0.0, 0.1, 0.4, 0.4001, 0.9), count + 1):
        assert risk(drawn, share) <= Fraction(repr(share))


@given(st.lists(st.integers(0, 9999), min_size=10, max_size=40), st.sampled_from([0.1, 0.15, 0.2, 0.33]))
def test_the_promise_holds_whatever_the_confidences(steps, share):
    assert risk([step / 10_000 for step in steps], share) <= Fraction(repr(share))


@given(st.lists(st.integers(0, 9999), min_size=9, max_size=40, unique=True), st.sampled_from([0.1, 0.2, 0.5]))
def test_a_smaller_bound_would_not_keep_it(steps, share):
    confidences = [step / 10_000 for step in steps]
    bound = bound_for(confidences, share)
    lower = round(bound - 0.0001, 4)
    count = len(confidences)
    answered = sum(confidence >= lower for confidence in confidences)
    assert lower < 0 or Fraction(answered + 1, count + 1) > Fraction(repr(share))


def risk(drawn, share):
    """How often the question that was left out is answered, over all that might be."""
    answered = [
        left_out >= bound_for([*drawn[:place], *drawn[place + 1 :]], share) for place, left_out in enumerate(drawn)
    ]
    return Fraction(sum(answered), len(answered))


def test_twice_as_many_may_be_shown_anything():
    assert bounds_for(NINETEEN, NINETEEN, 0.1) == Bounds(0.9001, 0.8001)
    assert bounds_for(NINETEEN, NINETEEN, 0.5) == Bounds(0.5001, 0.0)


def test_what_is_never_sure_may_be_shown_all_the_same_and_the_bounds_never_cross():
    """All that is shown lacks something decisive, so the bound of unsure answers alone goes by it."""
    assert bounds_for([0.0] * 19, NINETEEN, 0.1) == Bounds(0.0001, 0.0001)
    assert bounds_for([0.0] * 15 + [0.9] * 4, [0.5] * 15 + [0.9] * 4, 0.1) == Bounds(0.9001, 0.9001)
    assert bounds_for([0.0] * 17 + [0.9] * 2, [0.5] * 17 + [0.9] * 2, 0.1) == Bounds(0.9001, 0.5001)


def test_what_is_fully_confident_but_never_sure_stands_in_the_way_of_no_bound():
    assert bounds_for([0.0] * 4 + [0.2] * 15, [1.0] * 4 + [0.2] * 15, 0.1) == Bounds(0.2001, 0.2001)
