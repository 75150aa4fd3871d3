"""What the command line says of the bounds in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.told import told
from retrieval.types import BoundsOrigin

if TYPE_CHECKING:
    from retrieval.types import BoundsInForce


def bounds_line(found: BoundsInForce) -> str:
    """Return the bounds in force and where they come from, on one line."""
    sure, unsure = _origin(found.sure_from, found), _origin(found.unsure_from, found)
    if sure == unsure:
        return told(
            "sure from {sure:.3f}, unsure from {unsure:.3f}: {origin}",
            sure=found.sure,
            unsure=found.unsure,
            origin=sure,
        )
    return told(
        "sure from {sure:.3f}: {sure_origin}; unsure from {unsure:.3f}: {unsure_origin}",
        sure=found.sure,
        sure_origin=sure,
        unsure=found.unsure,
        unsure_origin=unsure,
    )


def _origin(origin: BoundsOrigin, found: BoundsInForce) -> str:
    if origin is BoundsOrigin.SETTINGS:
        return told("as the settings say")
    if origin is BoundsOrigin.SHIPPED or found.calibrated_at is None:
        return told("as shipped")
    own = found.made_from == "questions"
    return told(
        "as calibrated {moment} on {questions} for {share:g} false answers",
        moment=f"{found.calibrated_at:%Y-%m-%d %H:%M}",
        questions=told("own questions") if own else told("questions made out of the articles"),
        share=found.false_answers,
    )
