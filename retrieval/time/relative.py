"""Rules for what is told from today, or from the week, month or year that it is in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.time.days import DAY, Span, Tense, ago, before, complete, latest, one_day, unit_around, year_of
from retrieval.time.engine import KEEP, Context, Parts, rule
from retrieval.time.kinds import Amount, Kind, Unit
from retrieval.time.naming import PLURALS, SEVERAL

if TYPE_CHECKING:
    from typing import Any

_UNITS = (Kind.UNIT, Kind.YEAR_WORD)
_FEW_DAYS = 7


def _not_understood(_: Parts, __: Context) -> None:
    return None


def _amount_in(parts: Parts) -> Amount:
    """An amount as it is told, or one of the unit."""
    amount = parts.one(Kind.AMOUNT)
    if parts.has(Kind.NUMBER):
        return Amount(parts.one(Kind.NUMBER), parts.one(*_UNITS))
    if isinstance(amount, Amount):
        return amount
    return Amount(0.5 if parts.has(Kind.HALF) else 1, parts.one(*_UNITS))


def _ago(parts: Parts, context: Context) -> Any:
    if parts.has(Kind.WORD) and parts.word(Kind.WORD) != "тому":
        return None
    if parts.word(*_UNITS) in SEVERAL and not parts.has(Kind.NUMBER):
        return None  # of a number that is not understood
    return ago(context.today, _amount_in(parts), year_as_month=not context.is_news)


def _exactly_ago(parts: Parts, context: Context) -> Any:
    """«Ровно год назад», "a year ago today": the day itself."""
    if parts.has(Kind.RELATIVE) and parts.one(Kind.RELATIVE) != 0:
        return KEEP
    amount = _amount_in(parts)
    if amount.count is None or amount.count % 1 or (parts.word(*_UNITS) in SEVERAL and not parts.has(Kind.NUMBER)):
        return KEEP
    return one_day(before(context.today, amount))


def _latest(parts: Parts, context: Context) -> Any:
    offset = parts.one(Kind.NEXT_TO)
    amount = _amount_in(parts)
    if offset == 1:
        days = (context.today - before(context.today, amount)).days
        ahead = Span(context.today + DAY, context.today + timedelta(days))
        return ahead if amount.unit in {Unit.DAY, Unit.WEEK} else None
    return latest(context.today, amount) if offset in {None, -1} else None


def _earlier_in_year(parts: Parts, context: Context) -> Any:
    year = parts.one(Kind.YEAR)
    return Span(year_of(year).first, context.today) if year == context.today.year else KEEP


def _latest_complete(parts: Parts, context: Context) -> Any:
    """As "last week" so "last two weeks" are whole ones; "in the last two weeks" reach to today."""
    amount = _amount_in(parts)
    is_whole = amount.count is not None and amount.count % 1 == 0
    return KEEP if context.is_news or not is_whole else complete(context.today, amount)


def _latest_days(parts: Parts, context: Context) -> Any:
    """«За последние дни»; of «последние месяцы» nobody knows how many they are."""
    word = parts.word(Kind.UNIT)
    if word in {"дни", "дней", "днях", "days"}:
        return latest(context.today, Amount(_FEW_DAYS, Unit.DAY))
    if parts.one(Kind.UNIT) in {Unit.QUARTER, Unit.HALF_YEAR}:
        return unit_around(context.today, parts.one(Kind.UNIT), -1)
    return latest(context.today, _amount_in(parts)) if word not in PLURALS else None


def _change(parts: Parts, context: Context) -> Any:
    """«За полгода»: up to today where it is asked what has changed; else how long something took."""
    return latest(context.today, _amount_in(parts)) if context.asks_for_change else None


def _in_amount(parts: Parts, context: Context) -> Any:
    """«Через неделю», "in three days"; «в неделю» is how often."""
    amount, told = _amount_in(parts), context.told(parts)
    if parts[0].kind is Kind.IN:
        is_ahead = parts[0].word == "in" and parts.has(Kind.AMOUNT, Kind.THE) and told is Tense.FUTURE
    else:
        is_ahead = told is not Tense.PAST
    if not is_ahead or amount.count is None or amount.unit not in {Unit.DAY, Unit.WEEK}:
        return None
    return one_day(context.today + (context.today - before(context.today, amount)))


def _day_of_year(parts: Parts, _: Context) -> Any:
    """Nothing: which day "the day of last year" is nobody knows."""
    return None if parts.one(Kind.UNIT) is Unit.DAY else KEEP


def _unit(parts: Parts, context: Context) -> Any:
    """«На прошлой неделе», "this month", "the week before last"."""
    unit = parts.one(*_UNITS)
    if unit is Unit.DAY:
        return None
    return unit_around(context.today, unit, offset_of(parts))


def offset_of(parts: Parts) -> int:
    """How many units after the present one «прошлый», "next" and the like mean."""
    if parts.has(Kind.BY):
        return -2
    return -1 if parts.has(Kind.LAST) else int(parts.one(Kind.NEXT_TO))


def _earlier(parts: Parts, context: Context) -> Any:
    """As "earlier this month", "so far this year"."""
    if offset_of(parts) != 0:
        return KEEP
    whole = _unit(parts, context)
    return Span(whole.first, context.today) if whole else None


def _relative_day(parts: Parts, context: Context) -> Any:
    offset = parts.one(Kind.RELATIVE)
    if not offset and context.is_news and not parts.has(*_TIMES_OF_DAY) and context.told(parts) is Tense.UNTOLD:
        return None  # «Сегодня» may be these years
    return one_day(context.today + offset * DAY)


def _adjective(parts: Parts, context: Context) -> Any:
    """«Вчерашнего дня»."""
    if parts.one(Kind.UNIT) is not Unit.DAY or parts[0].word.isascii():
        return KEEP
    return _relative_day(parts, context)


def _eve(_: Parts, context: Context) -> Any:
    """«Накануне» in the news is the day before."""
    return one_day(context.today - DAY) if context.is_news else None


def _beside_relative_day(parts: Parts, context: Context) -> Any:
    """As "the day before yesterday", "the day after tomorrow"."""
    if parts.one(Kind.UNIT) is not Unit.DAY:
        return KEEP
    return one_day(context.today + (parts.one(Kind.RELATIVE) + (1 if parts.has(Kind.AFTER) else -1)) * DAY)


def _night(parts: Parts, context: Context) -> Any:
    """As "last night", «минувшей ночью», "this morning"."""
    yesterday = context.today - DAY
    if parts.has(Kind.LAST):
        return one_day(yesterday) if parts.has(Kind.NIGHT) else KEEP
    offset = parts.one(Kind.NEXT_TO)
    if offset == 0:
        return one_day(context.today)
    return Span(yesterday, context.today) if offset == -1 and parts.word(Kind.TIME_OF_DAY) == "ночью" else KEEP


_TIMES_OF_DAY = (Kind.TIME_OF_DAY, Kind.NIGHT)
_ONE = "(?:unit|year_word)"
AMOUNTS = (
    rule(
        "every (?:next_to|ordinal)? (?:weekday|weekdays|month|unit|year_word|season|weekend|date|amount)",
        _not_understood,
    ),
    rule("(?:weekday|month|unit|season) after next_to", _not_understood),
    rule("exactly the? (?:amount|unit|year_word) word? ago|the? (?:amount|unit|year_word) ago relative", _exactly_ago),
    rule("exactly? (?:the? (?:amount|unit|year_word)|half the unit|half the year_word|unit number) word? ago", _ago),
)
UNITS = (
    rule("another word? (?:weekday|month|unit|year_word|season|weekend|time_of_day|night|amount)", _not_understood),
    rule("(?:ordinal|the|word) unit of the? (?:year|next_to unit|last unit)", _day_of_year),
    rule("(?:digits|number) (?:next_to|last) unit", _not_understood),
    rule("(?<!during|events|in|on|for|the) (?:latest|last) amount (?! of)", _latest_complete),
    rule("during? (?:latest|next_to) amount|(?:in|for|on)? the? (?:next_to? last|next_to) amount (?! of)", _latest),
    rule(f"during? latest {_ONE}|(?:in|for|on) the last {_ONE} (?! of| month| season)", _latest_days),
    rule("during (?:amount|unit|year_word) (?! by| after)", _change),
    rule("(?:through|in) the? (?:amount|unit) (?! by| after| of)", _in_amount),
    rule("earlier year", _earlier_in_year),
    rule(f"earlier (?:next_to|last) {_ONE}", _earlier),
    rule(f"the? (?:last|latest) {_ONE} of", _not_understood),
    rule("the? (?:next_to|last) unit (?! of| the)|the? unit by last", _unit),
)
RELATIVE_DAYS = (
    rule("the? unit (?:by|after) relative", _beside_relative_day),
    rule("relative unit", _adjective),
    rule("relative (?:time_of_day|night)?", _relative_day),
    rule("eve", _eve),
    rule("(?:next_to|last) (?:time_of_day|night)", _night),
)
