"""On which day happened what an excerpt tells, where its sentence names that relative to its publication."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.text.kinds import Clue
from retrieval.text.vocabulary import MONTHS, any_of
from retrieval.time.articles import days_told, is_absolute
from retrieval.time.days import Span, in_year

if TYPE_CHECKING:
    from datetime import date

    from retrieval.question.parsing import Question
    from retrieval.types import Citation, Period

_IS_A_LIMIT = re.compile(r"(?:с|со|от|до|к|ко|после|начиная|since|from|until|till|by|before|after)\b", re.IGNORECASE)
"""What happens before or after a day happens on no one day."""

_HAS_YEAR = re.compile(r"\d{4}|\d\.\d\d\.\d\d")
_HAS_DAY_OR_MONTH = re.compile(rf"\d|\b{any_of(MONTHS)}\b", re.IGNORECASE)


def with_event_day(citation: Citation, question: Question) -> Citation:
    """The citation with the day of its evidence: «во вторник», «16 августа»; as it is where that is not plain.

    Of several days that a sentence names, the one counts that is marked as the answer, or else lies in the period that
    is asked for; where neither tells, none does. Where the question is when, and the sentence does not say, the
    sentences around it may.
    """
    if citation.published_at is None:
        return citation
    start, end = citation.highlight
    told = _days_in(citation.excerpt[start:end], citation.published_at.date())
    if not told and question.wants & Clue.DATE:
        told = _days_in(citation.excerpt, citation.published_at.date())
    return replace(citation, event_day=_one_of(told, citation, question.bounds.period))


def lies_in(period: Period, citation: Citation) -> bool:
    """Whether a citation was published in a period, or its excerpt tells of a day in it."""
    return any(period.first <= day <= period.last for day in _days_of(citation))


def meant_by(period: Period | None, citation: Citation) -> Period | None:
    """A period that names a day or a month and no year, moved to the year of which a citation tells.

    As it is where the citation tells of no such day in any year.
    """
    if period is None or _HAS_YEAR.search(period.words) or not _HAS_DAY_OR_MONTH.search(period.words):
        return period
    for day in _days_of(citation):
        moved = in_year(Span(period.first, period.last), day.year)
        if moved.first <= day <= moved.last:
            return replace(period, first=moved.first, last=moved.last)
    return period


def _days_of(citation: Citation) -> list[date]:
    if citation.published_at is None:
        return []
    published = citation.published_at.date()
    told = [told.first for told in days_told(citation.excerpt, published) if told.first == told.last]
    return [published, *told]


def _days_in(text: str, published: date) -> list[Period]:
    return [
        told
        for told in days_told(text, published)
        if told.first == told.last and not is_absolute(told.words) and not _IS_A_LIMIT.match(told.words)
    ]


def _one_of(told: list[Period], citation: Citation, asked: Period | None) -> date | None:
    if citation.answer_span:
        answer = citation.excerpt[slice(*citation.answer_span)]
        marked = [period for period in told if period.words in answer or answer in period.words]
        told = marked or told
    days = {period.first for period in told}
    if len(days) > 1 and asked:
        days = {day for day in days if asked.first <= day <= asked.last}
    return days.pop() if len(days) == 1 else None
