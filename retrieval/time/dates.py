"""Rules for numbers, amounts, years, and days of months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from retrieval.time.days import DAY, Span, Tense, choose, choose_near, one_day, unit_around
from retrieval.time.digits import full_year
from retrieval.time.engine import KEEP, Context, Parts, rule
from retrieval.time.kinds import Amount, Kind, Unit

if TYPE_CHECKING:
    from typing import Any

_DAYS = (Kind.DIGITS, Kind.ORDINAL)
_YEARS = (Kind.NUMERAL, Kind.YEAR)


def _sum(parts: Parts, _: Context) -> Any:
    """«Двадцать пять», "twenty-first"."""
    tens, ones = parts.all(Kind.NUMBER, Kind.ORDINAL)
    if tens not in range(20, 100, 10) or ones not in range(1, 10):
        return KEEP
    return tens + ones


def _relative_year(parts: Parts, context: Context) -> int:
    offset = parts.one(Kind.NEXT_TO)
    return context.today.year + (-1 if offset is None else int(offset))


def _attribute(parts: Parts, _: Context) -> Any:
    """«Выборы 2024 года» are named after a year, and need not be told of in it."""
    return None if parts[1].word == "года" else parts[0].value


def _amount(parts: Parts, _: Context) -> Amount:
    return Amount(parts.one(Kind.DIGITS, Kind.NUMBER), parts.one(Kind.UNIT, Kind.YEAR_WORD))


def day_of(day: int, month: int, year: int | None, today: date, tense: Tense) -> Span | None:
    """A day of a month; where no year is told, which one is meant. None where there is no such day."""
    if year is not None:
        try:
            return one_day(date(year, month, day))
        except ValueError:
            return None
    return choose_near(lambda offset: one_day(date(today.year + offset, month, day)), today, tense)


def _date(parts: Parts, context: Context) -> Span | None:
    day, month, year, weekday = (parts.one(*kinds) for kinds in (_DAYS, (Kind.MONTH,), _YEARS, (Kind.WEEKDAY,)))
    if weekday is None:
        return day_of(day, month, year, context.today, context.tense_of_date(parts))
    years = (year,) if year is not None else (context.today.year + offset for offset in (0, -1, 1, -2, -3, -4, -5))
    found = (day_of(day, month, each, context.today, Tense.PAST) for each in years)
    return next((span for span in found if span and span.first.weekday() == weekday), None)


def _with_marks(parts: Parts, context: Context) -> Span | None:
    """«31-окт-74»."""
    day, *year = parts.all(Kind.DIGITS, Kind.NUMERAL)
    return day_of(day, parts.one(Kind.MONTH), full_year(year[0]), context.today, Tense.PAST)


def _month_first(parts: Parts, context: Context) -> Any:
    """As "March 3", in English alone."""
    return _date(parts, context) if parts.word(Kind.MONTH).isascii() else KEEP


def _days_of_month(parts: Parts, context: Context) -> Any:
    """«С 26 по 31 августа», "July 13-15"."""
    if parts[0].kind is Kind.MONTH and not parts.word(Kind.MONTH).isascii():
        return KEEP
    first, last = parts.all(*_DAYS)
    month, year = parts.one(Kind.MONTH), parts.one(*_YEARS)
    end = day_of(last, month, year, context.today, context.tense_of_date(parts))
    begin = day_of(first, month, end.first.year, context.today, Tense.PAST) if end else None
    if not begin or not end or begin.first >= end.first:
        return None
    if context.is_news and parts.has(Kind.AND) and not parts.has(Kind.BETWEEN) and end.first - begin.first > DAY:
        return None
    return Span(begin.first, end.last)


def _day_of_relative_month(parts: Parts, context: Context) -> Any:
    """«20 числа прошлого месяца», "the 20th of last month", «15-го числа»."""
    if parts.all(Kind.UNIT) not in ([], [Unit.MONTH], [Unit.DAY, Unit.MONTH]):
        return KEEP
    day, offset = parts.one(*_DAYS), parts.one(Kind.NEXT_TO)
    if offset is None and not parts.has(Kind.LAST):
        return choose(
            lambda n: one_day(unit_around(context.today, Unit.MONTH, n).first.replace(day=day)),
            context.today,
            context.tense(parts),
        )
    try:
        return one_day(unit_around(context.today, Unit.MONTH, -1 if offset is None else offset).first.replace(day=day))
    except ValueError:
        return None


_DAY = "(?:digits|ordinal)"
_OF_YEAR = "(?:comma? of? (?:numeral year_word?|year))?"
_AND = "(?:to|hyphen|and|by)"
_OF_MONTH = f"of? month {_OF_YEAR}"
NUMBERS = (
    rule("number hyphen? number", _sum, Kind.NUMBER),
    rule("number hyphen? ordinal", _sum, Kind.ORDINAL),
    rule("(?:digits|number) hyphen? of? (?:unit|year_word)", _amount, Kind.AMOUNT),
)
YEAR_NAMES = (
    rule("(?<=word) numeral year_word", _attribute, Kind.YEAR),
    rule("numeral year_word", lambda parts, _: parts[0].value, Kind.YEAR),
    rule("year_word numeral", lambda parts, _: parts[1].value, Kind.YEAR),
    rule("(?:next_to|(?<!the) last) year_word", _relative_year, Kind.YEAR),
)
DATES = (
    rule(
        f"(?:month the? {_DAY}|the? {_DAY} of? month|month) (?:of|in)? the? another word? (?:year_word|unit)",
        lambda *_: None,
    ),
    rule("digits (?:hyphen|stop) month (?:hyphen|stop) (?:digits|numeral)", _with_marks),
    rule("date", lambda parts, _: parts[0].value),
    rule("ordinal last (?:unit|weekday|weekend)", lambda *_: None),
    rule(f"(?:from|between)? the? {_DAY} {_AND} the? {_DAY} {_OF_MONTH}", _days_of_month, lacks_year=True),
    rule(f"from? month the? {_DAY} {_AND} the? {_DAY} {_OF_YEAR}", _days_of_month, lacks_year=True),
    rule(f"(?:weekday comma?)? the? {_DAY} {_OF_MONTH} (?:comma weekday)?", _date, lacks_year=True),
    rule(f"(?:weekday comma?)? (?<!in) month the? {_DAY} {_OF_YEAR} (?:comma weekday)?", _month_first, lacks_year=True),
    rule(f"year comma? (?:on|in)? the? {_DAY} of? month", _date),
    rule("(?:digits|ordinal) number_of_month (?:next_to unit)?", _day_of_relative_month, lacks_year=True),
    rule(f"the? {_DAY} unit? of the? (?:next_to|last) unit", _day_of_relative_month),
    rule("(?<=on) the ordinal (?=$|comma|stop)", _day_of_relative_month, lacks_year=True),
)
