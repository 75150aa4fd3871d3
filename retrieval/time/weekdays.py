"""Rules for days of the week and weekends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.time.days import Span, Tense, choose, one_day, unit_around, weekday_of_week, weekend_around
from retrieval.time.engine import KEEP, Context, Parts, rule
from retrieval.time.kinds import Kind, Unit
from retrieval.time.lexicon import SHORT_WEEKDAYS
from retrieval.time.relative import offset_of

if TYPE_CHECKING:
    from typing import Any


_OF_NEXT_WEEK = ("next", "following", "следующие", "следующих", "следующими")
"""What is not the coming one, if that is in the present week."""


def _day_without_month(parts: Parts, _: Context) -> Any:
    """Nothing, since it may be of any month: "Friday the 13th"; "on Friday first" is no such."""
    return KEEP if parts.word(Kind.ORDINAL) else None


def _weekdays_ago(parts: Parts, context: Context) -> Span | None:
    """As "two Thursdays ago"."""
    count, weekday = parts.one(Kind.DIGITS, Kind.NUMBER), parts.one(Kind.WEEKDAY, Kind.WEEKDAYS)
    return _weekday_before(context, weekday, count) if isinstance(count, int) and count else None


def _weekday_before(context: Context, weekday: int, count: int) -> Span:
    """The latest such day before today, or the one `count` - 1 weeks before that."""
    back = (context.today.weekday() - weekday - 1) % 7 + 1
    return one_day(context.today - timedelta(back) - timedelta(weeks=count - 1))


def _weekend(parts: Parts, context: Context) -> Span | None:
    if parts.has(Kind.LAST, Kind.NEXT_TO, Kind.LATEST):
        offset = -1 if parts.has(Kind.LATEST) else offset_of(parts)
        this = weekend_around(context.today)
        if offset == 0 and this.first > context.today and context.told(parts) is Tense.PAST:
            return weekend_around(context.today, -1)
        if offset == 1 and parts.word(Kind.NEXT_TO) not in _OF_NEXT_WEEK and this.first > context.today:
            return this
        over = 0 if this.last < context.today else -1
        return weekend_around(context.today, offset if offset >= 0 else offset + 1 + over)
    return choose(lambda offset: weekend_around(context.today, offset), context.today, context.tense(parts))


def _relative_weekday(parts: Parts, context: Context) -> Span | None:
    """«В прошлый вторник» is before today, "next Tuesday" in the next week, «в этот вторник» in this one."""
    weekday, today = parts.one(Kind.WEEKDAY), context.today
    if parts.has(Kind.LAST, Kind.BY, Kind.LATEST):
        return _weekday_before(context, weekday, 2 if parts.has(Kind.BY) else 1)
    offset = parts.one(Kind.NEXT_TO)
    if offset < 0:
        return _weekday_before(context, weekday, -offset)
    this = weekday_of_week(unit_around(today, Unit.WEEK), weekday)
    if offset == 0:
        is_over = this.first > today and context.told(parts) is Tense.PAST
        return one_day(this.first - timedelta(weeks=1)) if is_over else this
    if parts.word(Kind.NEXT_TO) == "next":
        return weekday_of_week(unit_around(today, Unit.WEEK, 1), weekday)
    return this if this.first > today else weekday_of_week(unit_around(today, Unit.WEEK, 1), weekday)


def _weekday_of_week(parts: Parts, context: Context) -> Any:
    """«Вторник на прошлой неделе», "last week's Sunday"."""
    if parts.one(Kind.UNIT) is not Unit.WEEK:
        return KEEP
    week = unit_around(context.today, Unit.WEEK, offset_of(parts))
    return weekday_of_week(week, parts.one(Kind.WEEKDAY))


def read_weekday(parts: Parts, context: Context) -> Any:
    """«В пятницу»; nothing where the word is short and stands alone."""
    if parts.word(Kind.WEEKDAY) in SHORT_WEEKDAYS:
        return KEEP
    weekday = parts.one(Kind.WEEKDAY)
    return choose(
        lambda offset: weekday_of_week(unit_around(context.today, Unit.WEEK, offset), weekday),
        context.today,
        context.tense(parts),
    )


def _for_weekday(parts: Parts, context: Context) -> Any:
    """«На пятницу» is always to come."""
    if parts.word(Kind.WEEKDAY).isascii() or parts[0].word != "на":
        return KEEP
    return read_weekday(parts, replace(context, tense_at=lambda _: Tense.FUTURE))


def _weekday_as_aim(parts: Parts, context: Context) -> Any:
    """As "until Friday", "moved to Friday": beside a verb of the past it may be past or to come."""
    if not context.is_news:
        return KEEP
    is_reached = parts[0].word in {"к", "ко", "by"}
    return read_weekday(parts, context) if context.told(parts) is Tense.FUTURE or is_reached else None


def _english_weekday(parts: Parts, context: Context) -> Any:
    return read_weekday(parts, context) if parts.word(Kind.WEEKDAY).isascii() else KEEP


def _weekdays(parts: Parts, context: Context) -> Span | None:
    """«С понедельника по среду»: the last of them tells the week."""
    first, last = parts.all(Kind.WEEKDAY)
    end = choose(
        lambda offset: weekday_of_week(unit_around(context.today, Unit.WEEK, offset), last),
        context.today,
        context.tense(parts),
    )
    days = (last - first) % 7
    return Span(end.first - timedelta(days), end.last) if end and days else None


def _two_weekdays(parts: Parts, context: Context) -> Any:
    """«В субботу и воскресенье»: days that follow each other."""
    first, last = parts.all(Kind.WEEKDAY)
    return _weekdays(parts, context) if (last - first) % 7 == 1 else None


def _weekend_of_day(parts: Parts, _: Context) -> Any:
    """As "the weekend of 7 September", «в выходные 7–8 сентября»: that of the week of that day."""
    day = parts.one(Kind.SPAN)
    weekend = weekend_around(day.first)
    return weekend if day.first == day.last or day == weekend else KEEP


COUNTED_WEEKDAYS = (
    rule("weekday the? ordinal (?! of| month)", _day_without_month),
    rule("(?:digits|number) (?:weekdays|weekday) (?:ago|back)", _weekdays_ago),
)
WEEKDAYS_OF_WEEKS = (
    rule(
        "(?:in|on)? (?:next_to|last) unit (?:in|on)? weekday|weekday (?:of|in|on|from)? the? (?:next_to|last) unit",
        _weekday_of_week,
    ),
)
WEEKDAYS = (
    rule("(?:in|on|for|during)? the? weekend of? the? span", _weekend_of_day, lacks_year=True),
    rule("(?:next_to? last|next_to|latest) weekend|(?<=in|on|for|during) the? weekend", _weekend),
    rule("(?:next_to|last|latest) weekday|the? weekday by last", _relative_weekday),
    rule("from? weekday (?:to|hyphen|by) weekday|between weekday and weekday", _weekdays),
    rule("(?<=in|on) weekday (?:and|comma) (?:in|on)? weekday", _two_weekdays),
    rule("(?:to|for|by) weekday", _weekday_as_aim),
    rule("(?<!night) on weekday", _for_weekday),
    rule("(?<=in|on|for|from|during|to|by|after|of|time_of_day) weekday", read_weekday),
    rule("weekday", _english_weekday),
)
