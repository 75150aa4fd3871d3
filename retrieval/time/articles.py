"""The days that a sentence of an article tells of, relative to the day on which it was published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.time.engine import Context
from retrieval.time.reading import times_in
from retrieval.time.tenses import Tenses
from retrieval.types import Period

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from retrieval.time.reading import Named

_WITH_YEAR = re.compile(r"(?<!\d)(?:1\d|20|21)\d\d(?!\d)|\d[./-]\d\d?[./-]\d\d(?!\d)")
_FARTHEST = 274
"""Days, nine months: a date without a year is not farther from the publication, on either side."""


def days_told(sentence: str, published: date) -> tuple[Period, ...]:
    """The times that a sentence tells of, in order, with the words that name them.

    A time may be a day, a week or a whole year: what asks for a period wants to know whether it lies within. Weekdays
    are read where the verb of their clause tells whether they are past or to come; dates without a year are the
    nearest such day. What is within quotation marks is somebody's speech of an unknown day, and is not read.
    """
    return tuple(
        Period(named.span.first, named.span.last, sentence[named.start : named.end])
        for named in times_told(sentence, published)
    )


def times_told(sentence: str, published: date) -> Iterator[Named]:
    """The same times, each with its place in the sentence."""
    year = published.year
    tenses = Tenses(sentence)
    context = Context(published, tenses.at, tense_of_text=tenses.of_all, is_news=True)
    for named in times_in(sentence, context):
        if named.lacks_year and (year != published.year or not _is_near(named, published)):
            continue
        yield named
        if not named.lacks_year and named.span.first.year == named.span.last.year:
            year = named.span.first.year  # of this year are the dates behind it that name none


def is_absolute(words: str) -> bool:
    """Whether the words of a time tell its year; any other need a note of which day they mean."""
    return _WITH_YEAR.search(words) is not None


def _is_near(named: Named, published: date) -> bool:
    """Whether it can be meant without a year."""
    return max((published - named.span.last).days, (named.span.first - published).days) <= _FARTHEST
