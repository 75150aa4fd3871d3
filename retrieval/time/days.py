"""Arithmetic of the calendar: spans of days, and which of many like ones is meant.

Weeks begin on Monday; both ends of a span belong to it. Functions raise ValueError or OverflowError next to the
years 1 and 9999.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from dateutil.relativedelta import relativedelta

from retrieval.time.kinds import Amount, Unit

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = timedelta(1)
_MONTHS_OF = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}
_SATURDAY = 5
_FEW = 5
"""«Несколько» is at most so many."""
_FEW_YEARS = 2
_NEAR_DAYS = 60
_MUCH_FARTHER = 3
_SOON_DAYS = 120
"""So many days ahead what is told in the present may be to come."""


class Span(NamedTuple):
    """From `first` to `last`, both included."""

    first: date
    last: date

    def holds(self, other: Span) -> bool:
        """Whether all of another span is in this one."""
        return self.first <= other.first and other.last <= self.last


class Tense(Enum):
    """Where on the time line a sentence is, as far as its verbs tell."""

    PAST = auto()
    FUTURE = auto()
    PRESENT = auto()
    """Told in the present, which is past or to come, whichever is nearer."""
    UNTOLD = auto()


def one_day(day: date) -> Span:
    """A span of one day."""
    return Span(day, day)


def unit_around(day: date, unit: Unit, offset: int = 0) -> Span:
    """The day, calendar week, month, quarter, half or year that a day is in, or that `offset` units after it."""
    if unit is Unit.DAY:
        return one_day(day + offset * DAY)
    if unit is Unit.WEEK:
        monday = day - timedelta(day.weekday()) + timedelta(weeks=offset)
        return Span(monday, monday + timedelta(6))
    months = _MONTHS_OF[unit]
    first = date(day.year, (day.month - 1) // months * months + 1, 1) + relativedelta(months=months * offset)
    return Span(first, first + relativedelta(months=months) - DAY)


def weekend_around(day: date, offset: int = 0) -> Span:
    """The weekend of the calendar week that a day is in, or of that `offset` weeks later."""
    saturday = unit_around(day, Unit.WEEK, offset).first + timedelta(_SATURDAY)
    return Span(saturday, saturday + DAY)


def month_of(year: int, month: int) -> Span:
    """A calendar month."""
    return unit_around(date(year, month, 1), Unit.MONTH)


def year_of(year: int) -> Span:
    """A calendar year."""
    return Span(date(year, 1, 1), date(year, 12, 31))


def in_year(span: Span, year: int) -> Span:
    """The same days of the year in which a span begins, in another one."""
    later = relativedelta(years=year - span.first.year)
    return Span(span.first + later, span.last + later)


def season_of(year: int, season: int) -> Span:
    """Three whole months; the winter of a year is the one that ends in it."""
    first = date(year, 3 * season, 1) if season else date(year - 1, 12, 1)
    return Span(first, first + relativedelta(months=3) - DAY)


def weekday_of_week(week: Span, weekday: int) -> Span:
    """A day of a calendar week."""
    return one_day(week.first + timedelta(weekday))


def before(today: date, amount: Amount) -> date:
    """The day so many units before today; half units are halves of a month, a week, a year, rounded to days."""
    count = _FEW if amount.count is None else amount.count
    if amount.unit in {Unit.DAY, Unit.WEEK}:
        return today - timedelta(round(count * (7 if amount.unit is Unit.WEEK else 1)))
    months = count * _MONTHS_OF[amount.unit]
    day: date = today - relativedelta(months=int(months), days=round(30 * (months % 1)))
    return day


def ago(today: date, amount: Amount, *, year_as_month: bool) -> Span:
    """What "so many units ago" means: that day for days and weeks, the calendar month for months, the year for years.

    With `year_as_month` one or two years ago are the month of that year. «Полтора месяца» and «полтора года» are no
    whole units: the week, and the month, around that day; «несколько» days or weeks are two to five of them.
    """
    day = before(today, amount)
    if amount.count is None:
        return Span(day, before(today, Amount(2, amount.unit)))
    if amount.unit in {Unit.DAY, Unit.WEEK}:
        return one_day(day)
    few_years = year_as_month and amount.unit is Unit.YEAR and amount.count <= _FEW_YEARS
    whole = amount.count % 1 == 0 and not few_years
    smaller = {Unit.YEAR: Unit.MONTH, Unit.MONTH: Unit.WEEK}.get(amount.unit, Unit.MONTH)
    return unit_around(day, amount.unit if whole else smaller)


def complete(today: date, amount: Amount) -> Span:
    """The so many whole units of the calendar before the present one."""
    count = int(_FEW if amount.count is None else amount.count)
    return Span(unit_around(today, amount.unit, -count).first, unit_around(today, amount.unit, -1).last)


def latest(today: date, amount: Amount) -> Span:
    """The so many units up to today, which is included."""
    return Span(before(today, amount), today)


def part_of(span: Span, part: int) -> Span | None:
    """The beginning (0), middle (1) or end (2) of a week, a month, a quarter, a season, a half or a year.

    Of a week Monday to Wednesday, Tuesday to Thursday, Friday to Sunday; of a month its days 1 to 10, 11 to 20, 21 to
    the last; of three months or six a third each; of a year January to March, May to August, September to December.
    """
    days = (span.last - span.first).days + 1
    if days == 7:  # noqa: PLR2004 - a week
        first, last = ((0, 2), (1, 3), (4, 6))[part]
        return Span(span.first + first * DAY, span.first + last * DAY)
    if span.first.day != 1 or (span.last + DAY).day != 1:
        return None
    months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    if months == 1:
        first, last = ((1, 10), (11, 20), (21, span.last.day))[part]
        return Span(span.first.replace(day=first), span.first.replace(day=last))
    thirds = {3: ((0, 1), (1, 2), (2, 3)), 6: ((0, 2), (2, 4), (4, 6)), 12: ((0, 3), (4, 8), (8, 12))}.get(months)
    if thirds is None:
        return None
    begin, end = thirds[part]
    return Span(span.first + relativedelta(months=begin), span.first + relativedelta(months=end) - DAY)


def half_of(span: Span, half: int) -> Span | None:
    """The first or second half of a month (at the 15th) or of a year."""
    if half not in {1, 2} or span.first.day != 1:
        return None
    if span == year_of(span.first.year):
        return Span(date(span.first.year, 6 * half - 5, 1), date(span.first.year, 6 * half, (30, 31)[half - 1]))
    if span == unit_around(span.first, Unit.MONTH):
        middle = span.first.replace(day=15)
        return Span(span.first, middle) if half == 1 else Span(middle + DAY, span.last)
    return None


def choose(make: Callable[[int], Span | None], today: date, tense: Tense) -> Span | None:
    """Which of the spans ``make(0)`` (of the present), ``make(-1)``, ``make(1)`` and so on is meant.

    In the past the latest that has begun, in the future the next that has not ended; none where no tense is told.
    """
    # Eight years on there is a 29 February again.
    if tense is Tense.PAST:
        return next((span for n in range(1, -9, -1) if (span := _made(make, n)) and span.first <= today), None)
    if tense is Tense.FUTURE:
        return next((span for n in range(-1, 9) if (span := _made(make, n)) and span.last >= today), None)
    return None


def choose_near(make: Callable[[int], Span | None], today: date, tense: Tense) -> Span | None:
    """The same of what comes once a year; where no tense is told the nearest.

    That is the past one or the next one, if it is less than two months away and the other is much farther. What is
    told in the present is soon, where the past is farther.
    """
    if tense not in {Tense.UNTOLD, Tense.PRESENT}:
        return choose(make, today, tense)
    past, coming = choose(make, today, Tense.PAST), choose(make, today, Tense.FUTURE)
    if past is None or coming is None or past == coming:
        return past or coming
    if tense is Tense.PRESENT:
        ahead = (coming.first - today).days
        return coming if ahead < min((today - past.last).days, _SOON_DAYS) else past
    near, far = sorted(((today - past.last).days, (coming.first - today).days))
    if near > _NEAR_DAYS or far < _MUCH_FARTHER * near:
        return None
    return past if near == (today - past.last).days else coming


def _made(make: Callable[[int], Span | None], number: int) -> Span | None:
    """None where a year has no such day."""
    try:
        return make(number)
    except (ValueError, OverflowError):
        return None
