"""«вчера», "last week": when a question means, relative to the moment it is asked.

Only expressions whose meaning moves with the calendar are read here. A date that is written out ("9 сентября 2024")
stands in the articles as well and is found by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included."""

    first: date
    last: date


def _days_before(count: int) -> Callable[[date, int], Period]:
    return lambda today, _: Period(today - timedelta(count), today - timedelta(count))


def _week(today: date, back: int) -> Period:
    monday = today - timedelta(today.weekday()) - timedelta(weeks=back)
    return Period(monday, monday + timedelta(6))


def _month(today: date, back: int) -> Period:
    first = today.replace(day=1) - relativedelta(months=back)
    return Period(first, first + relativedelta(months=1) - timedelta(1))


def _year(today: date, back: int) -> Period:
    return Period(date(today.year - back, 1, 1), date(today.year - back, 12, 31))


_UNITS = {"д": 1, "н": 7, "м": 30, "d": 1, "w": 7, "m": 30}
_UNIT = r"(дн|ден|недел|месяц|day|week|month)"
_EXPRESSIONS: tuple[tuple[str, Callable[[date, int], Period], int], ...] = (
    (r"позавчера\w*|(?:the )?day before yesterday", _days_before(2), 0),
    (r"вчера\w*|yesterday(?:'s)?", _days_before(1), 0),
    (r"сегодня\w*|today(?:'s)?|tonight", _days_before(0), 0),
    (r"на этой неделе|(?:earlier )?this week", _week, 0),
    (r"на прошлой неделе|last week", _week, 1),
    (r"в этом месяце|this month", _month, 0),
    (r"в прошлом месяце|last month", _month, 1),
    (r"в этом году|this year", _year, 0),
    (r"в прошлом году|last year", _year, 1),
)
_PATTERNS = tuple(
    (re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE), make, back) for pattern, make, back in _EXPRESSIONS
)
_AGO = re.compile(rf"\b(\d{{1,3}}) {_UNIT}\w* (?:тому )?(?:назад|ago)\b", re.IGNORECASE)
_RECENT = re.compile(rf"\b(?:за последн\w+|past|last) (?:(\d{{1,3}}) )?{_UNIT}\w*", re.IGNORECASE)


def period_of(question: str, today: date) -> Period | None:
    """The period that a question names relative to `today`; None where it names none, or one out of the calendar."""
    try:
        return _period_of(question, today)
    except (ValueError, OverflowError):  # next to the years 1 and 9999
        return None


def _period_of(question: str, today: date) -> Period | None:
    for pattern, make, back in _PATTERNS:
        if pattern.search(question):
            return make(today, back)
    if found := _AGO.search(question):
        day = today - timedelta(int(found[1]) * _UNITS[found[2][0].lower()])
        return Period(day, day)
    if found := _RECENT.search(question):
        return Period(today - timedelta(int(found[1] or 1) * _UNITS[found[2][0].lower()]), today)
    return None
