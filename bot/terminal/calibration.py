"""What the command line says of bounds of certainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from bot.terminal.bounds import bounds_line
from bot.terminal.language import spoken
from bot.terminal.styled import put, put_table
from retrieval.told import told
from retrieval.types import BoundsOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from retrieval.evaluation.calibrating import Calibration, Effect

_EFFECTS = {"false_answers": told("false answers"), "wrong_refusals": told("wrong refusals")}
CERTAINTY_LABELS = {
    "sure_bound": told("bound of sure answers"),
    "unsure_bound": told("bound of unsure answers"),
    "right_sure": told("right and sure"),
    "right_unsure": told("right, unsure"),
    "wrong_sure": told("wrong, but sure"),
    "wrong_unsure": told("wrong, unsure"),
    "refused": told("nothing cited"),
    "unanswerable_sure": told("unanswerable, sure"),
    "unanswerable_unsure": told("unanswerable, unsure"),
    "utility": told("utility"),
}
"""How the figures of certainty are called, by their names."""
_NAMES = (*_EFFECTS.values(), *CERTAINTY_LABELS.values())


def print_calibration(console: Console, calibration: Calibration) -> None:
    """Print what the bounds do that were in force, and what the chosen ones do."""
    table = Table("", spoken(told("before")), spoken(told("now")), box=None, pad_edge=False)
    for name, before, now in zip(_NAMES, _figures(calibration.before), _figures(calibration.now), strict=True):
        table.add_row(spoken(name), before, now)
    put_table(console, table)
    for line in _lines(calibration):
        put(console, line)


def _figures(effect: Effect) -> list[str]:
    values = [getattr(effect, name) for name in _EFFECTS] + [
        getattr(effect.certainty, name) for name in CERTAINTY_LABELS
    ]
    return ["–" if value is None else f"{value:.3f}" for value in values]


def _lines(calibration: Calibration) -> Iterator[str]:
    made = calibration.place is None
    yield told(
        "On {unanswerable} unanswerable and {answerable} answerable questions {origin}. Of unanswerable questions of "
        "this kind a share of at most {share:g} is to be expected to be answered for sure.",
        unanswerable=calibration.unanswerable,
        answerable=calibration.answerable,
        origin=told("made out of what is published") if made else told("of {place}", place=calibration.place),
        share=calibration.share,
    )
    kept = calibration.now.certainty
    if (kept.sure_bound, kept.unsure_bound) != (calibration.enough.sure, calibration.enough.unsure):
        yield told(
            "For these questions {sure:.3f} and {unsure:.3f} would be enough. Those of readers are harder, so no bound "
            "is lowered below the shipped one: give questions of your own for that.",
            sure=calibration.enough.sure,
            unsure=calibration.enough.unsure,
        )
    if BoundsOrigin.SETTINGS in {calibration.in_force.sure_from, calibration.in_force.unsure_from}:
        yield told(
            "CITEBOT_MIN_CONFIDENCE or CITEBOT_UNSURE_CONFIDENCE is set and wins: take it out so that what was chosen "
            "counts."
        )
    yield told("In force now: {bounds}.", bounds=bounds_line(calibration.in_force))
