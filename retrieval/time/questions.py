"""The period that a question names, relative to the moment at which it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from retrieval.text.vocabulary import any_of
from retrieval.time.days import Tense
from retrieval.time.engine import Context
from retrieval.time.naming import CHANGE, CHANGE_STEMS
from retrieval.time.reading import Named, times_in
from retrieval.time.tenses import Tenses
from retrieval.types import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASKS_FOR_CHANGE = re.compile(
    rf"\b(?:{any_of(CHANGE)}|(?:из|по)мен\w+|{any_of(CHANGE_STEMS)}\w*|что было)\b", re.IGNORECASE
)


_GOES_BEFORE = re.compile(r"\d\s*(?:,\s*)?(?:и|and|or|или)?\s*$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s+(?:or|или|либо)\b|/\d", re.IGNORECASE)
_BEGINS_WITH_A_NUMBER = re.compile(r"(?:на\s+)?\d")


@dataclass(frozen=True, slots=True)
class Found:
    """A period that a question names, and where: ``question[start:end]``, its preposition included."""

    period: Period
    start: int
    end: int


def period_of(question: str, now: datetime | date) -> Found | None:
    """The period that a question names; None where it names none, several, or one that is not understood."""
    today = now.date() if isinstance(now, datetime) else now
    asks_for_change = _ASKS_FOR_CHANGE.search(question) is not None
    tenses = Tenses(question)
    is_present = tenses.are_present()
    context = Context(today, tenses.near, Tense.PAST, is_present=is_present, asks_for_change=asks_for_change)
    named = _one_of(times_in(question, context))
    if named is None or _is_cut_short(question, named) or _is_of_another_year(named, context, today):
        return None
    words = question[named.start : named.end]
    return Found(Period(named.span.first, named.span.last, words), named.start, named.end)


def _is_cut_short(question: str, named: Named) -> bool:
    """Whether words beside an expression belong to it that are not understood: «26, 27 и 28 августа», «2023/24»."""
    before, words = question[: named.start], question[named.start : named.end]
    return (
        named.span.first > named.span.last
        or (_BEGINS_WITH_A_NUMBER.match(words) is not None and _GOES_BEFORE.search(before) is not None)
        or _GOES_ON.match(question, named.end) is not None
    )


def _is_of_another_year(named: Named, context: Context, today: date) -> bool:
    """Whether the past is told of a time that is still to come: «что произошло в субботу, 13 сентября»."""
    return named.span.first > today and context.tense_at(named.start) is Tense.PAST


def _one_of(times: Sequence[Named]) -> Named | None:
    """The narrowest of several times that lie in each other; None where they do not."""
    if not times:
        return None
    narrowest = min(times, key=lambda named: (named.span.last - named.span.first, named.start))
    return narrowest if all(named.span.holds(narrowest.span) for named in times) else None
