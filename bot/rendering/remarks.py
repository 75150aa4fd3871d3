"""What is said about an answer as a whole: to what it is restricted, that it is from elsewhere, that it is old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.lines import within_a_line
from retrieval.types import Certainty, Order

if TYPE_CHECKING:
    from bot.texts import Texts
    from retrieval.types import Answer, Citation, Period


def remark(answer: Answer, texts: Texts) -> str:
    """Return what is said before the citations, or instead of them; "" where they say it all."""
    if answer.widened or (answer.certainty is Certainty.NONE and (answer.period or answer.outlet)):
        return _nothing_within(answer, texts)
    if answer.certainty is Certainty.NONE and answer.order is Order.NEWEST and not answer.nearest:
        return texts.say("news-none")
    if answer.is_outdated and answer.as_of:
        return texts.say("last-known", date=texts.written_date(answer.as_of))
    return ""


def _nothing_within(answer: Answer, texts: Texts) -> str:
    bounds = "both" if answer.period and answer.outlet else "outlet" if answer.outlet else "period"
    is_year = bounds == "period" and answer.period is not None and _is_year(answer.period)
    nothing = texts.say(
        "nothing-within",
        bounds="year" if is_year else bounds,
        period=texts.written_period(answer.period.first, answer.period.last) if answer.period else "",
        outlet=within_a_line(answer.outlet.name) if answer.outlet else "",
    )
    if not answer.widened:
        return nothing
    offered = texts.say("offered-outside", bounds=bounds, certainty=answer.certainty.value)
    return f"{nothing} {offered}"


def restriction(answer: Answer, texts: Texts) -> str:
    """Return to what time and outlet the question was taken to be restricted: «за 26–31 августа 2024»; "" to none."""
    told: list[str] = []
    if answer.period:
        written = texts.written_period(answer.period.first, answer.period.last)
        kind = "year" if _is_year(answer.period) else "days"
        told.append(texts.say("understood-period", period=written, kind=kind))
    if answer.outlet:
        told.append(texts.say("understood-outlet", outlet=within_a_line(answer.outlet.name)))
    return ", ".join(told)


def _is_year(period: Period) -> bool:
    """Whether it is a whole year, which "in" is said of."""
    first, last = period.first, period.last
    return first.year == last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


def event_day(citation: Citation, texts: Texts) -> str:
    """Return the note that tells which day an excerpt speaks of, in other words than its own; "" for most."""
    return texts.say("event-day", date=texts.written_date(citation.event_day)) if citation.event_day else ""
