"""The times to which one goes on from that of a question, and how a question names them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from retrieval.types import Period

if TYPE_CHECKING:
    from bot.texts import Texts

_DAY = timedelta(1)
_WEEK = 7


def periods_around(period: Period) -> dict[str, tuple[date, date]]:
    """Return the time of the same length before and after a period, and a wider one; none out of the calendar."""
    length = period.last - period.first + _DAY
    around: dict[str, tuple[date, date]] = {}
    if period.first - date.min > length:
        around["before"] = (period.first - length, period.first - _DAY)
    if date.max - period.last > length:
        around["after"] = (period.last + _DAY, period.last + length)
    around["wider"] = _wider(period)
    return around


def _wider(period: Period) -> tuple[date, date]:
    """Return the week of a day, the months of what is in a few weeks, the years of what is longer."""
    first, last = period.first, period.last
    days = (last - first).days + 1
    if days < _WEEK and first - date.min > _DAY * _WEEK and date.max - last > _DAY * _WEEK:
        return first - _DAY * first.weekday(), last + _DAY * (_WEEK - 1 - last.weekday())
    whole_months = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if not whole_months:
        return first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])
    return first.replace(month=1, day=1), last.replace(month=12, day=31)


def named(first: date, last: date, texts: Texts) -> Period:
    """Return a period as a question in the language of `texts` names it."""
    if first == last:
        return Period(first, last, texts.say("asked-day", date=texts.written_date(first)))
    words = texts.say("asked-period", first=texts.written_date(first), last=texts.written_date(last))
    return Period(first, last, words)
