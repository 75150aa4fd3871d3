"""What two bounds make of a confidence."""

import pytest

from retrieval.types import ANYTHING, Bounds, Certainty

CALIBRATED = Bounds(0.6, 0.35)


@pytest.mark.parametrize(
    ("confidence", "certainty", "lacking"),
    [
        (1.0, Certainty.SURE, Certainty.UNSURE),
        (0.6, Certainty.SURE, Certainty.UNSURE),
        (0.5999, Certainty.UNSURE, Certainty.UNSURE),
        (0.35, Certainty.UNSURE, Certainty.UNSURE),
        (0.3499, Certainty.NONE, Certainty.NONE),
        (0.0, Certainty.NONE, Certainty.NONE),
    ],
)
def test_an_answer_is_what_its_bounds_say_and_one_that_lacks_something_is_unsure_at_most(
    confidence, certainty, lacking
):
    assert CALIBRATED.certainty(confidence) is certainty
    assert CALIBRATED.certainty(confidence, lacking=True) is lacking


@pytest.mark.parametrize(
    ("bounds", "confidence", "bounded"),
    [
        (CALIBRATED, 0.9, 0.59),
        (CALIBRATED, 0.595, 0.59),
        (CALIBRATED, 0.5, 0.5),
        (CALIBRATED, 0.2, 0.2),
        (Bounds(0.5, 0.35), 0.9, 0.49),
        (Bounds(0.6, 0.598), 0.9, 0.598),  # there is little room for what is unsure
        (Bounds(0.3, 0.3), 0.9, 0.29),  # and here none: it is no answer
        (Bounds(0.005, 0.005), 0.9, 0.0),
        (ANYTHING, 0.9, 0.9),
    ],
)
def test_what_lacks_something_has_a_confidence_right_under_that_of_a_sure_answer(bounds, confidence, bounded):
    assert bounds.bounded(confidence, lacking=True) == pytest.approx(bounded)
    assert bounds.bounded(confidence, lacking=False) == confidence
    assert bounds.certainty(confidence, lacking=True) is bounds.certainty(bounded)
