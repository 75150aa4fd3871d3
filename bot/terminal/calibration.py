"""What the command line says of bounds of certainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from retrieval.types import BoundsOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from retrieval.evaluation.calibrating import Calibration, Effect
    from retrieval.types import BoundsInForce

_EFFECTS = ("false_answers", "wrong_refusals")
CERTAINTY_LABELS = {
    "sure_bound": "bound of sure answers",
    "unsure_bound": "bound of unsure answers",
    "right_sure": "right and sure",
    "right_unsure": "right, unsure",
    "wrong_sure": "wrong, but sure",
    "wrong_unsure": "wrong, unsure",
    "refused": "nothing cited",
    "unanswerable_sure": "unanswerable, sure",
    "unanswerable_unsure": "unanswerable, unsure",
    "utility": "utility",
}
"""How the figures of certainty are called, by their names."""
_NAMES = (*(name.replace("_", " ") for name in _EFFECTS), *CERTAINTY_LABELS.values())


def bounds_line(found: BoundsInForce) -> str:
    """Return the bounds in force and where they come from, on one line."""
    sure, unsure = _origin(found.sure_from, found), _origin(found.unsure_from, found)
    if sure == unsure:
        return f"sure from {found.sure:.3f}, unsure from {found.unsure:.3f}: {sure}"
    return f"sure from {found.sure:.3f}: {sure}; unsure from {found.unsure:.3f}: {unsure}"


def print_calibration(console: Console, calibration: Calibration) -> None:
    """Print what the bounds do that were in force, and what the chosen ones do."""
    table = Table("", "before", "now", box=None, pad_edge=False)
    for row in zip(_NAMES, _figures(calibration.before), _figures(calibration.now), strict=True):
        table.add_row(*row)
    console.print(table, highlight=False)
    for line in _lines(calibration):
        console.print(Text(line), soft_wrap=True, highlight=False)


def _figures(effect: Effect) -> list[str]:
    values = [getattr(effect, name) for name in _EFFECTS] + [
        getattr(effect.certainty, name) for name in CERTAINTY_LABELS
    ]
    return ["–" if value is None else f"{value:.3f}" for value in values]


def _lines(calibration: Calibration) -> Iterator[str]:
    made = calibration.place is None
    yield (
        f"On {calibration.unanswerable} unanswerable and {calibration.answerable} answerable questions "
        f"{'made out of what is published' if made else f'of {calibration.place}'}. Of unanswerable questions of this "
        f"kind a share of at most {calibration.share:g} is to be expected to be answered for sure."
    )
    kept = calibration.now.certainty
    if (kept.sure_bound, kept.unsure_bound) != (calibration.enough.sure, calibration.enough.unsure):
        yield (
            f"For these questions {calibration.enough.sure:.3f} and {calibration.enough.unsure:.3f} would be enough. "
            "Those of readers are harder, so no bound is lowered below the shipped one: give questions of your own for "
            "that."
        )
    if BoundsOrigin.SETTINGS in {calibration.in_force.sure_from, calibration.in_force.unsure_from}:
        yield (
            "CITEBOT_MIN_CONFIDENCE or CITEBOT_UNSURE_CONFIDENCE is set and wins: take it out so that what was chosen "
            "counts."
        )
    yield f"In force now: {bounds_line(calibration.in_force)}."


def _origin(origin: BoundsOrigin, found: BoundsInForce) -> str:
    if origin is BoundsOrigin.SETTINGS:
        return "as the settings say"
    if origin is BoundsOrigin.SHIPPED or found.calibrated_at is None:
        return "as shipped"
    kind = "own questions" if found.made_from == "questions" else "questions made out of the articles"
    moment = f"{found.calibrated_at:%Y-%m-%d %H:%M}"
    return f"as calibrated {moment} on {kind} for {found.false_answers:g} false answers"
