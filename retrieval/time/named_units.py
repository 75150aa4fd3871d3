"""Rules for months, seasons, quarters, years and decades, and for days and weeks that are counted in them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from retrieval.time.days import (
    DAY,
    Span,
    choose,
    choose_near,
    half_of,
    month_of,
    one_day,
    season_of,
    unit_around,
    weekend_around,
    year_of,
)
from retrieval.time.engine import KEEP, Context, Parts, rule
from retrieval.time.kinds import Kind, Unit

if TYPE_CHECKING:
    from typing import Any

YEARS = (Kind.NUMERAL, Kind.YEAR)
LIKELY_YEARS = range(1800, 2101)


def read_month(parts: Parts, context: Context) -> Span | None:
    """A month, with its year or without."""
    month, year = parts.one(Kind.MONTH), parts.one(*YEARS)
    if year is not None:
        return month_of(year, month)
    return choose_near(
        lambda offset: month_of(context.today.year + offset, month), context.today, context.tense_of_date(parts)
    )


def _months(parts: Parts, context: Context) -> Span | None:
    """«С апреля по июнь 2023 года»: a year told once is that of both."""
    first, last = parts.all(Kind.MONTH)
    years = parts.all(*YEARS)
    if years:
        end = month_of(years[-1], last)
        begin = month_of(years[0], first)
    else:
        chosen = choose(lambda offset: month_of(context.today.year + offset, last), context.today, context.tense(parts))
        if chosen is None:
            return None
        end, begin = chosen, month_of(chosen.first.year - (first > last), first)
    return Span(begin.first, end.last) if begin.first < end.first else None


def read_season(parts: Parts, context: Context) -> Span | None:
    """A season, with its year or without."""
    season, year = parts.one(Kind.SEASON), parts.one(*YEARS)
    if year is not None:
        return season_of(year, season)
    return choose(lambda offset: season_of(context.today.year + offset, season), context.today, context.tense(parts))


def _relative_season(parts: Parts, context: Context) -> Any:
    """«Прошлым летом»: the latest that is over; «этим летом»: of this year, or the winter that is nearest."""
    season, offset = parts.one(Kind.SEASON), parts.one(Kind.NEXT_TO)
    now = unit_around(context.today, Unit.DAY)
    spans = [season_of(context.today.year + years, season) for years in range(-3, 3)]
    if offset == 0:
        near = [span for span in spans if span.holds(now) or span.last.year == context.today.year]
        return near[0]
    over = [span for span in spans if span.last < context.today]
    if offset in {None, -1}:
        return over[-1]
    return over[-2] if offset == -2 else next(span for span in spans if span.first > context.today)  # noqa: PLR2004


def _numbered(parts: Parts, context: Context) -> Any:
    """A quarter or a half of a year."""
    number, unit, year = parts.one(Kind.ORDINAL), parts.one(Kind.UNIT), parts.one(*YEARS)
    count = {Unit.QUARTER: 4, Unit.HALF_YEAR: 2}.get(unit)
    if count is None or number > count:
        return KEEP
    if year is not None:
        return unit_around(date(year, 1, 1), unit, number - 1)
    return choose(
        lambda offset: unit_around(date(context.today.year + offset, 1, 1), unit, number - 1),
        context.today,
        context.tense(parts),
    )


def _half(parts: Parts, context: Context) -> Span | None:
    """«В первой половине августа», "in the first half of 2024"."""
    number, unit = parts.one(Kind.ORDINAL), parts.one(Kind.UNIT, Kind.YEAR_WORD)
    if parts.has(Kind.MONTH):
        whole = read_month(parts, context)
    elif parts.has(*YEARS):
        whole = year_of(parts.one(*YEARS))
    else:
        whole = unit_around(context.today, unit)
    return half_of(whole, number) if whole else None


def _days_in_month(parts: Parts, context: Context) -> Any:
    """«В последнюю неделю августа», "the first day of October": a week is seven days, from the first or to the last."""
    unit, number, month = parts.one(Kind.UNIT), parts.one(Kind.ORDINAL), read_month(parts, context)
    length = {Unit.DAY: 1, Unit.WEEK: 7}.get(unit)
    if length is None:
        return KEEP
    if month is None:
        return None
    first = month.last - (length - 1) * DAY if number is None else month.first + (number - 1) * length * DAY
    span = Span(first, first + (length - 1) * DAY)
    return span if month.holds(span) else None


def _weekday_in_month(parts: Parts, context: Context) -> Span | None:
    """As "the first Monday of March", «последняя пятница прошлого месяца»."""
    if parts.has(Kind.MONTH):
        month = read_month(parts, context)
    else:
        offsets = parts.all(Kind.NEXT_TO)
        back = parts[-2].kind is Kind.LAST
        month = unit_around(context.today, Unit.MONTH, offsets[-1] if offsets else -1 if back else 0)
    if month is None or parts.one(Kind.UNIT) not in {None, Unit.MONTH}:
        return None
    number, weekday = parts.one(Kind.ORDINAL), parts.one(Kind.WEEKDAY)
    days = [month.first + n * DAY for n in range((month.last - month.first).days + 1)]
    such = [day for day in days if day.weekday() == weekday]
    return one_day(such[-1 if number is None else number - 1]) if (number or 1) <= len(such) else None


def _weekend_in_month(parts: Parts, context: Context) -> Span | None:
    """As "the last weekend of October"."""
    month, number = read_month(parts, context), parts.one(Kind.ORDINAL)
    if month is None:
        return None
    weekends = [weekend_around(month.first, week) for week in range(6)]
    such = [weekend for weekend in weekends if month.holds(weekend)]
    return such[-1 if number is None else number - 1] if (number or 1) <= len(such) else None


def _decade(parts: Parts, _: Context) -> Span:
    year = parts.one(Kind.DECADE)
    return Span(date(year, 1, 1), date(year + 9, 12, 31))


def _years(parts: Parts, _: Context) -> Any:
    """«С 2019 по 2021 год»."""
    first, last = parts.all(*YEARS)
    if first >= last or first not in LIKELY_YEARS or last not in LIKELY_YEARS:
        return KEEP
    return Span(year_of(first).first, year_of(last).last)


_OF_YEAR = "(?:comma? of? (?:numeral year_word?|year))?"
_AND = "(?:to|hyphen|and|by)"
_EACH = "(?:of|in) the? (?:month (?:numeral|year)?|(?:next_to|last)? unit)"
NAMED_UNITS = (
    rule("the? (?:ordinal|last|latest) weekend (?:of|in) month (?:numeral|year)?", _weekend_in_month, lacks_year=True),
    rule(f"the? (?:ordinal|last|latest) weekday {_EACH}", _weekday_in_month, lacks_year=True),
    rule("(?:ordinal|latest) weekday (?:month (?:numeral|year)?|next_to unit)", _weekday_in_month, lacks_year=True),
    rule(f"the? (?:ordinal|last|latest) unit (?:of|in)? month {_OF_YEAR}", _days_in_month, lacks_year=True),
    rule("year comma? in month", read_month),
    rule(
        f"(?:(?:from|between|(?<=in)) month {_OF_YEAR} {_AND}|month {_OF_YEAR} (?:to|hyphen)) month {_OF_YEAR}",
        _months,
        lacks_year=True,
    ),
    rule(f"the? ordinal half of? the? (?:month {_OF_YEAR}|numeral|year|unit|year_word)", _half),
    rule("the? ordinal unit of? (?:the? (?:numeral|year)|the? year_word)?(?! of| the)", _numbered),
    rule("month of? comma? (?:numeral|year)", read_month),
    rule("season of? (?:numeral|year)", read_season),
    rule("(?:next_to|last) season", _relative_season),
    rule(
        "between (?:numeral|year) and (?:numeral|year)|from (?:numeral|year) (?:to|hyphen|by) (?:numeral|year)|"
        "(?:numeral|year) (?:to|hyphen) year",
        _years,
    ),
    rule("(?:(?<=in)|(?<=from)|(?<=since)|(?<=during)|(?<=the)) decade year_word?|decade year_word", _decade),
)
