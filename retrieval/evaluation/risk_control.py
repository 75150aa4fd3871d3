"""The confidence from which answers keep a promise about questions that nobody has seen yet: the rule alone.

Conformal risk control (Angelopoulos, Bates, Fisch, Lei and Schuster 2022, https://arxiv.org/abs/2208.02814): a loss in
[0, 1] that never grows with the bound is observed on n questions; of the bounds that are tried the smallest one is
taken for which

    n / (n + 1) * (mean loss at the bound) + 1 / (n + 1) <= share.

Then the expected loss on the next question is at most the share, if that question might as well have been any of the
n: no other assumption is made, and none about the confidences. Here the loss of an unanswerable question is 1 where it
is answered and 0 where it is not, so the expected loss is the share of false answers. The promise is of the mean over
all draws of questions, not of each.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from retrieval.errors import CalibrationError
from retrieval.told import told
from retrieval.types import Bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS = 10_000
"""Bounds are tried in these parts of 1, to which the confidences of answers are rounded."""
_SHOWN_TIMES = 2
"""How many times as many unanswerable questions may be shown anything, be it marked as unsure, as may be answered for
sure. The shipped bounds show 1.7 times as many on the sample questions."""


def needed(share: float) -> int:
    """How many unanswerable questions there must be at least for a share of false answers in (0, 1)."""
    return math.ceil(1 / _exactly(share)) - 1


def require_enough(unanswerable: int, share: float, advice: str) -> None:
    """Refuse to choose a bound on fewer unanswerable questions than a share needs.

    Raises:
        CalibrationError: they are too few; `advice` says how to mend it.

    """
    if unanswerable < needed(share):
        raise CalibrationError(
            told(
                "for a share of {share:g} false answers at least {needed} unanswerable questions are needed, and "
                "there are {unanswerable}: {advice}, or allow a larger share with --false-answers",
                share=share,
                needed=needed(share),
                unanswerable=unanswerable,
                advice=advice,
            )
        )


def bound_for(confidences: Sequence[float], share: float) -> float:
    """The smallest confidence for an answer, in [0, 1], that keeps false answers within a share in (0, 1).

    `confidences` are those of the answers to unanswerable questions.

    Raises:
        CalibrationError: there are too few of them, or too many are 1.

    """
    found = len(confidences)
    require_enough(found, share, told("add more of them"))
    step = _smallest_step(confidences, share)
    if step > _STEPS:
        raise CalibrationError(
            told(
                "more than {allowed} of the {found} unanswerable questions are answered with the highest "
                "confidence, so that no bound keeps the false answers within {share:g}: look whether they are "
                "unanswerable indeed",
                allowed=_allowed(found, share),
                found=found,
                share=share,
            )
        )
    return step / _STEPS


def bounds_for(sure: Sequence[float], shown: Sequence[float], share: float) -> Bounds:
    """Both bounds: false answers are within the share, and what is shown at all within `_SHOWN_TIMES` of it.

    `sure` are the confidences by which unanswerable questions would be answered for sure, 0 where they never are;
    `shown` those by which anything would be cited, none of them lower.

    Raises:
        CalibrationError: as `bound_for`.

    """
    for_sure = bound_for(sure, share)
    more = _SHOWN_TIMES * share
    if more >= 1:
        return Bounds(for_sure, 0.0)
    # What lacks something decisive is not shown at all where both bounds are one, however confident it is.
    return Bounds(for_sure, min(for_sure, _smallest_step(shown, more) / _STEPS))


def _allowed(found: int, share: float) -> int:
    """How many of the unanswerable questions that were found may be answered."""
    return math.floor(_exactly(share) * (found + 1)) - 1


def _smallest_step(confidences: Sequence[float], share: float) -> int:
    """The smallest bound that keeps a share, of which there are enough, in `_STEPS`; beyond them where none does."""
    lowest_refused = sorted(confidences, reverse=True)[_allowed(len(confidences), share)]
    return math.floor(lowest_refused * _STEPS + 0.5) + 1


def _exactly(share: float) -> Fraction:
    """The number that was meant: 0.1 and not what is nearest to it in binary."""
    return Fraction(repr(share))
