"""Numbers in a text -> years, days and months."""

from __future__ import annotations

import re
from datetime import date

from retrieval.time.days import Span, month_of, one_day
from retrieval.time.kinds import Kind, Piece

_DIGITS = re.compile(r"\d+")
_YEARS = range(1000, 2200)
_DIGITS_OF_A_YEAR = 4
_MONTHS = 12
_LAST_OF_2000S = 50
"""«49» is 2049, «50» is 1950."""
_DECADES_OF_2000S = 10
_OF_TWO_CENTURIES = 20
"""«20-е» are of this century as well as of the last, «10-е» of this."""
_ORDINAL_DECADES = range(10, 31)


def number_piece(text: str, start: int, end: int) -> Piece:
    """What may be a year, or a number of days and the like; any longer or broken number is a word."""
    if not text.isdecimal() or len(text) > _DIGITS_OF_A_YEAR:
        return Piece(Kind.WORD, start, end)
    if len(text) == _DIGITS_OF_A_YEAR:
        return Piece(Kind.NUMERAL if int(text) in _YEARS else Kind.WORD, start, end, int(text))
    return Piece(Kind.DIGITS, start, end, int(text))


def ordinal_piece(text: str, start: int, end: int) -> Piece:
    """«15-го», "3rd"."""
    return Piece(Kind.ORDINAL, start, end, _numbers(text)[0])


def decade_piece(text: str, start: int, end: int) -> Piece:
    """«90-е», "1990s"; «30-е» of August is a day."""
    number = _numbers(text)[0]
    if number in _ORDINAL_DECADES and text.endswith("е"):
        return Piece(Kind.ORDINAL, start, end, number)
    if number == _OF_TWO_CENTURIES:
        return Piece(Kind.WORD, start, end)
    century = 0 if number in _YEARS else 2000 if number <= _DECADES_OF_2000S else 1900
    return Piece(Kind.DECADE, start, end, century + number)


def date_piece(text: str, start: int, end: int) -> Piece:
    """A date, as articles write it with the day first; 2/2013 is a month."""
    return Piece(Kind.DATE, start, end, _in_calendar(text))


def range_piece(text: str, start: int, end: int) -> Piece:
    """A range such as 14.10-16.10.2024, whose first date lacks what both have."""
    day, *month, last_day, last_month, year = _numbers(text)
    last = _in_calendar(f"{last_day}.{last_month}.{year}")
    if last is None:
        return Piece(Kind.DATE, start, end)
    try:
        first = last.first.replace(day=day, month=month[0] if month else last.first.month)
    except ValueError:
        return Piece(Kind.DATE, start, end)
    return Piece(Kind.DATE, start, end, Span(first, last.last) if first <= last.first else None)


def full_year(number: int) -> int:
    """A year that may be told by its last two digits."""
    return number if number in _YEARS else number + (2000 if number < _LAST_OF_2000S else 1900)


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(text)]


def _in_calendar(text: str) -> Span | None:
    """The days of a date; None where it is none, or where day and month cannot be told from each other."""
    try:
        return _read(*_numbers(text), has_slashes="/" in text)
    except ValueError:
        return None


def _read(first: int, second: int, third: int | None = None, *, has_slashes: bool) -> Span | None:
    if third is None:
        return month_of(second, first)
    if first in _YEARS:
        return one_day(date(first, second, third))
    year = full_year(third)
    if second > _MONTHS:
        return one_day(date(year, first, second))
    is_american_or_not = has_slashes and first <= _MONTHS and first != second
    return None if is_american_or_not else one_day(date(year, second, first))
