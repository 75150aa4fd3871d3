"""How reports that differ go on from the earliest to the newest: whether a number rose or fell, or they contradict."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from retrieval.text.amounts import amounts_in
from retrieval.text.splitting import sentences_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Citation, Difference

_AT_ONE_TIME = timedelta(hours=2)
"""Reports that are not further apart contradict each other; of others the later one knows more."""


class Trend(StrEnum):
    """How reports differ."""

    ROSE = "rose"
    """The later ones say more."""
    FELL = "fell"
    """They say less."""
    MOVED = "moved"
    """They name another day."""
    DIFFER = "differ"
    """They contradict each other, or go up and down."""


def trend(difference: Difference, citations: Sequence[Citation]) -> Trend:
    """How the values of a difference between `citations` go on from the earliest report to the newest."""
    by_number = {citation.number: citation for citation in citations}
    cited = [by_number[value.citation] for value in difference.values]
    moments = [citation.published_at for citation in cited if citation.published_at]
    if len(moments) < len(cited) or moments[0] - moments[-1] < _AT_ONE_TIME:
        return Trend.DIFFER
    found = [_amount_at(citation, value.span[0]) for citation, value in zip(cited, difference.values, strict=True)]
    values = [value for value in found if value is not None]
    if len(values) < len(found):
        return Trend.MOVED
    if values == sorted(values, reverse=True):
        return Trend.ROSE
    return Trend.FELL if values == sorted(values) else Trend.DIFFER


def _amount_at(citation: Citation, place: int) -> float | None:
    """What the amount is worth that begins at a place of an excerpt; None where none does."""
    end = 0
    for sentence in sentences_of(citation.excerpt):
        start = citation.excerpt.index(sentence, end)
        end = start + len(sentence)
        if start <= place < end:
            amounts = amounts_in(sentence)
            return next((amount.value for amount in amounts if amount.start + start == place), None)
    return None
