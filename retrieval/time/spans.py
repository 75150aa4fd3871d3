"""Rules for what is made of times: parts, from one to another, since, until; and the words that belong to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from retrieval.time.days import (
    DAY,
    Span,
    Tense,
    choose,
    choose_near,
    month_of,
    part_of,
    season_of,
    unit_around,
    year_of,
)
from retrieval.time.engine import KEEP, Context, Parts, rule
from retrieval.time.kinds import Kind, Piece, Unit
from retrieval.time.named_units import LIKELY_YEARS, read_month, read_season
from retrieval.time.naming import ADVERBS
from retrieval.time.weekdays import read_weekday

if TYPE_CHECKING:
    from typing import Any

_UNITS = (Kind.UNIT, Kind.YEAR_WORD)
_ADJECTIVES = frozenset(("early", "late", "mid"))
_REACHING = frozenset(("по", "through", "thru"))
_HALF_A_YEAR = 183
_NOT_LONG_AGO = 45
_SHORTEST_YEAR = 90
"""Days: up to so far into a year, what was until then is asked for from the year before on."""


def _part(parts: Parts, context: Context) -> Any:
    """«В конце месяца», "in early July", "at the end of last week"."""
    word, part = parts.word(Kind.PART), parts.one(Kind.PART)
    if word.isascii() and word not in _ADJECTIVES and not parts.has(Kind.OF):
        return KEEP
    year = parts.one(Kind.NUMERAL, Kind.YEAR)
    whole = parts.one(Kind.SPAN) if year is None else year_of(year)
    if whole is None:
        return _part_without_year(parts, context)
    if whole.first == whole.last:
        return whole if word in _ADJECTIVES else KEEP
    return part_of(whole, part)


def _part_without_year(parts: Parts, context: Context) -> Span | None:
    """Of a month or a season of any year, or of any week, month, quarter or year: which one is meant."""
    month, season, unit, part = (parts.one(*kinds) for kinds in ((Kind.MONTH,), (Kind.SEASON,), _UNITS, (Kind.PART,)))
    today, tense = context.today, context.tense(parts)
    if month is not None:
        tense = context.tense_of_date(parts)
        return choose_near(lambda n: part_of(month_of(today.year + n, month), part), today, tense)
    if season is not None:
        return choose(lambda n: part_of(season_of(today.year + n, season), part), today, tense)
    return choose(lambda n: part_of(unit_around(today, unit, n), part), today, tense)


def _relative_month(parts: Parts, context: Context) -> Any:
    """What is over before this month ("last March"), or begins after it ("next March")."""
    month, today = parts.one(Kind.MONTH), context.today
    offset = -1 if parts.has(Kind.LAST) else parts.one(Kind.NEXT_TO)
    spans = [month_of(today.year + n, month) for n in range(-3, 3)]
    if offset == 0:
        return spans[3]
    over = [span for span in spans if span.last < today]
    return next(span for span in spans if span.first > today) if offset > 0 else over[offset]


def _season_adverb(parts: Parts, context: Context) -> Any:
    return read_season(parts, context) if parts[0].word in ADVERBS else KEEP


def _year(parts: Parts, _: Context) -> Any:
    year = parts.one(Kind.YEAR, Kind.NUMERAL)
    return year_of(year) if year in LIKELY_YEARS else None


def _range(parts: Parts, _: Context) -> Any:
    """From one time to another; a year that one of them lacks is the one that makes it shortest."""
    begin, end = (piece for piece in parts if piece.kind is Kind.SPAN)
    first, last = begin.value, end.value
    if first.first > last.first and begin.lacks_year:
        first = _before(first, last)
    elif first.first > last.first and end.lacks_year:
        last = choose(lambda n: _in_year(last, first.first.year + n), first.last, Tense.FUTURE)
    return Span(first.first, last.last) if last and first.first <= last.first else None


def _before(span: Span, other: Span) -> Span:
    return next(such for n in range(8) if (such := _in_year(span, other.first.year - n)).first <= other.first)


def _in_year(span: Span, year: int) -> Span:
    return Span(span.first.replace(year=year), span.last.replace(year=year + span.last.year - span.first.year))


def _two(parts: Parts, _: Context) -> Any:
    """«В июле и августе», «20 августа и 21 августа»: what follows each other; else neither is the period."""
    first, last = parts.all(Kind.SPAN)
    return Span(first.first, last.last) if first.last + DAY == last.first else KEEP


def _night_before(parts: Parts, _: Context) -> Any:
    """«В ночь на субботу» begins on Friday."""
    day = parts.one(Kind.SPAN)
    return Span(day.first - DAY, day.last) if day.first == day.last else None


def _aim(parts: Parts, context: Context) -> Any:
    """As "delayed until January": without a year and beside a verb of the past it may be past or to come."""
    span = next(piece for piece in parts if piece.kind is Kind.SPAN)
    if not context.is_news or not span.lacks_year or context.told(parts) is not Tense.PAST or parts[0].word == "on":
        return KEEP
    most = _HALF_A_YEAR if parts.has(Kind.FROM) else _NOT_LONG_AGO
    return KEEP if (context.today - span.value.last).days <= most else None


def _since(parts: Parts, context: Context) -> Any:
    if parts[0].kind is Kind.FROM and parts[0].word == "from":
        return KEEP
    span = parts.one(Kind.SPAN)
    if context.is_news:
        return span
    return Span(span.first, context.today) if span.first <= context.today else None


def _until(parts: Parts, context: Context) -> Any:
    """«До 15 мая», "by mid-May": from the beginning of that year, or of the year before where that is near.

    A day, or the end of something, belongs to it; a whole month, season or year does not. What will be until then is
    from today on.
    """
    span, today = parts.one(Kind.SPAN), context.today
    if context.is_news:
        return span
    last = span.first - DAY if not parts.one(Kind.BY) or _is_whole(span) else span.last
    if context.told(parts) is Tense.FUTURE or span.first > today:
        return Span(today, last) if last >= today else None
    first = date(last.year, 1, 1)
    return Span(first if (last - first).days > _SHORTEST_YEAR else date(last.year - 1, 1, 1), last)


def _until_inclusive(parts: Parts, context: Context) -> Any:
    """«До июня включительно», "through June", «по 15 июня»: to the end of it."""
    if context.is_news or (parts[0].kind is Kind.TO and parts[0].word not in _REACHING):
        return KEEP
    span, today = parts.one(Kind.SPAN), context.today
    if context.told(parts) is Tense.FUTURE or span.first > today:
        return Span(today, span.last) if span.last >= today else None
    first = date(span.last.year, 1, 1)
    return Span(first if (span.last - first).days > _SHORTEST_YEAR else date(span.last.year - 1, 1, 1), span.last)


def _is_whole(span: Span) -> bool:
    """Whether it is longer than a day, and one of the units of the calendar or a season."""
    if span.first == span.last:
        return False
    seasons = (season_of(span.last.year, season) for season in range(4))
    return span in {unit_around(span.first, unit) for unit in Unit} or span in set(seasons)


def _week_of(parts: Parts, _: Context) -> Any:
    """As "the week of September 2"."""
    day = parts.one(Kind.SPAN)
    is_week = parts.one(Kind.UNIT) is Unit.WEEK and day.first == day.last
    return unit_around(day.first, Unit.WEEK) if is_week else KEEP


def _until_event(parts: Parts, _: Context) -> Any:
    """Nothing: what was «до выборов 8 сентября» was not on that day."""
    return None if parts[0].word in {"до", "until", "till", "before"} else KEEP


def _after(parts: Parts, context: Context) -> Any:
    span = parts.one(Kind.SPAN)
    if context.is_news:
        return span
    return Span(span.last + DAY, context.today) if span.last < context.today else None


def _after_event(parts: Parts, context: Context) -> Any:
    """«После выборов 12 июня»: the day itself belongs to it."""
    span = parts.one(Kind.SPAN)
    return Span(span.first, context.today) if span.last < context.today and not context.is_news else KEEP


def _the_span(parts: Parts, context: Context) -> Any:
    """With its preposition; what is "of 16 August" in an article is told by the day alone."""
    return KEEP if context.is_news and parts.has(Kind.OF) else parts.one(Kind.SPAN)


def _with_clock(parts: Parts, _: Context) -> Any:
    """«Сегодня в 8 вечера»: an hour of a day, not of a month."""
    span = parts.one(Kind.SPAN)
    hours: list[Any] = parts.all(Kind.DIGITS)
    return span if (span.last - span.first).days <= 1 and all(hour <= 24 for hour in hours) else KEEP  # noqa: PLR2004


def _by_end(parts: Parts, context: Context) -> Any:
    """«До конца месяца», without a word of which month, is this one."""
    unit = parts.one(*_UNITS)
    if context.told(parts) is Tense.PAST or unit is Unit.DAY or context.is_news:
        return None
    until = part_of(unit_around(context.today, unit), parts.one(Kind.PART))
    return Span(context.today, until.last) if until and until.last >= context.today else None


_BEFORE = "in|on|for|during|from|since|to|by|after|of|between|and"
SPANS = (
    rule("by the? part of? the? (?:unit|year_word)", _by_end),
    rule(
        "part hyphen? of? on? the? (?:span|month (?:numeral|year)?|season|unit|year_word|numeral|year)",
        _part,
        lacks_year=True,
    ),
    rule("(?:next_to|last) month", _relative_month),
    rule(f"(?<={_BEFORE}|the|events) month", read_month, lacks_year=True),
    rule(f"(?<={_BEFORE}) (?:season|the season (?! word))", read_season, lacks_year=True),
    rule("season", _season_adverb, lacks_year=True),
    rule("year", _year),
    rule("(?<=in|during|since|by|after) numeral (?! word| digits| hyphen)|(?<=since) numeral", _year),
    rule("in? night on the? span", _night_before),
    rule("the? time_of_day (?:of|in|on)? the? span|time_of_day (?:comma)? (?:in|on) the? span", _with_clock),
    rule("(?:clock|digits hour? time_of_day|digits hour) (?:on|of)? span", _with_clock),
    rule("span comma? (?:in|on)? the? (?:time_of_day|night)", _with_clock),
    rule(
        "span (?:comma? (?:in|on)? (?:clock|digits hour? time_of_day?|digits hour)) (?! unit| month| word)", _with_clock
    ),
    rule("the? unit of the? span", _week_of),
    rule("by word word? span", _until_event),
    rule("than (?:in|on|during)? the? span", lambda *_: None),
    rule("between the? span and the? span|from? the? span (?:to|hyphen) the? span|from the? span by the? span", _range),
    rule("span (?:and|comma) (?:in|on)? span", _two),
    rule("(?:on|for|to|by|from) the? span", _aim),
    rule("(?:since|from) the? span", _since),
    rule("by the? span comma? inclusive|to the? span inclusive?", _until_inclusive),
    rule("by the? span", _until),
    rule("after the? span", _after),
    rule("(?:(?<=after word)|(?<=after word word)|(?<=after the word)) span", _after_event),
    rule("span comma? inclusive", lambda parts, _: parts.one(Kind.SPAN)),
    rule("(?:in|on|for|during|of|from) the? span|the span", _the_span),
)


def by_itself(piece: Piece, context: Context) -> Span | None:
    """What a month, season, weekday or year means that is all there is."""
    parts = Parts((piece,))
    if piece.kind is Kind.NUMERAL and piece.value not in LIKELY_YEARS:
        return None
    reading = {Kind.MONTH: read_month, Kind.SEASON: read_season, Kind.WEEKDAY: read_weekday, Kind.NUMERAL: _year}.get(
        piece.kind
    )
    span = reading(parts, context) if reading else None
    return span if isinstance(span, Span) else None
