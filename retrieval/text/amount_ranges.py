"""Amounts that belong together: the ends of a range, and one that goes on in a smaller unit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.text.roles import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.text.amounts import Amount

_RANGE = re.compile(r"\s*(?:[-–—‑]|до|to|и|and|или|or)\s*[₽€$£]?\s*", re.IGNORECASE)
_WIDE = re.compile(r"\b(?:от|between|между|from)\s+[₽€$£]?$", re.IGNORECASE)
_MULTIPLIERS = (1e3, 1e6, 1e9, 1e12)
_FEWEST_TIMES = 100
"""How many times the first number of a range the second is at least where they have one multiplier."""


def with_ranges(text: str, amounts: Sequence[Amount]) -> Iterator[Amount]:
    """The amounts, two that are the ends of a range as one."""
    place = 0
    while place < len(amounts):
        one = amounts[place]
        while place + 1 < len(amounts) and _goes_on(text, one, amounts[place + 1]):
            one = _sum(one, amounts[place + 1])
            place += 1
        other = amounts[place + 1] if place + 1 < len(amounts) else None
        if other and _is_range(text, one, other):
            factor = _multiplier(one, other)
            low, high = min(one.low * factor, other.low), max(one.high * factor, other.high)
            yield replace(other, start=one.start, low=low, high=high)
            place += 2
            continue
        yield one
        place += 1


def _goes_on(text: str, one: Amount, other: Amount) -> bool:
    """Whether an amount goes on in a smaller unit: «55 рублей 70 копеек», "two hours 15 minutes"."""
    between = text[one.end : other.start].strip().lower()
    return (
        one.unit not in {"", "people"}
        and one.unit == other.unit
        and between in {"", "и", "and"}
        and other.value < one.value
    )


def _sum(one: Amount, other: Amount) -> Amount:
    return replace(
        one, end=other.end, value=one.value + other.value, low=one.low + other.value, high=one.high + other.value
    )


def _multiplier(one: Amount, other: Amount) -> float:
    """What the first number of a range is multiplied with as well: «40–50 млн»."""
    share = other.value / one.value if one.value and not one.unit else 1.0
    return (
        next((times for times in _MULTIPLIERS if times / 10 < share < times * 10), 1.0)
        if share > _FEWEST_TIMES
        else 1.0
    )


def _is_range(text: str, one: Amount, other: Amount) -> bool:
    between = text[one.end : other.start]
    if not _RANGE.fullmatch(between) or one.unit not in {"", other.unit} or one.is_change:
        return False
    if between.strip().lower() in {"и", "and"}:
        return bool(re.search(r"\b(?:between|между)\s+[₽€$£]?$", text[: one.start], re.IGNORECASE))
    if between.strip().lower() in {"до", "to"}:
        return bool(_WIDE.search(text[: one.start])) and not (
            CHANGES.search(text) and re.search(r"from\s+[₽€$£]?$", text[: one.start], re.IGNORECASE)
        )
    return True
