"""The days, months, seasons and other times that a sentence names for what it tells."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import MAXYEAR, date, timedelta
from typing import TYPE_CHECKING

from retrieval.text.named_days import NamedDay, named_days, was_to_be
from retrieval.time.articles import times_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_YEAR = r"(?:(?:,?\s+(?:of\s+)?)?\b(?P<year>20\d\d)(?:-?го\b|(?:\s+(?:год\w*|г\.))?))?"
_FEASTS = tuple(
    (re.compile(rf"\b(?:{words}){_YEAR}", re.IGNORECASE), months)
    for words, months in (
        (r"(?-i:Easter|Пасх[аеиуы])", ((3, 22), (5, 8))),
        (r"(?-i:Christmas)", ((12, 20), (12, 31))),
        (r"(?:the\s+)?(?-i:New\s+Year)(?:['’]s(?:\s+(?:Day|Eve))?)?", ((12, 15), (12, 31))),
        (r"Нов(?:ый|ого|ому|ым)\s+год(?:а|у|ом)?", ((12, 15), (12, 31))),
        (r"кон(?:ца|цу|цом)\s+(?:(?:этого\s+|текущего\s+)?года|(?=20\d\d))", ((10, 1), (12, 31))),
        (r"(?:the\s+)?end\s+of\s+(?:(?:the|this)\s+year|(?=20\d\d))|year['’]s\s+end", ((10, 1), (12, 31))),
    )
)
"""Times of a year that the grammar of times does not name, from one day to another, as month and day."""
_ALTERNATIVE = re.compile(r"\s*(?:[-–—]|or|and|to|или|и|по|до)\s*", re.IGNORECASE)
_PREPOSITION = re.compile(r"(?:(?:с|со|в|во|к|ко|на|до|from|in|at|by|on|until|before)\s+)?(?:the\s+)?", re.IGNORECASE)
_LONGEST = 366
"""Days of a time that may be a value; what is longer is how long something takes."""
_DECEMBER = 12


def told_days(sentence: str, published: date) -> list[NamedDay]:
    """The times of a sentence in order, those between which it is not decided as one: "September 23 or 27"."""
    found = named_days(sentence, published)
    for more in (_of_the_year(sentence, published), _told(sentence, published)):
        found += [day for day in more if not any(day.start < other.end and other.start < day.end for other in found)]
    return list(_with_alternatives(sentence, sorted(found, key=lambda day: day.start)))


def is_named(sentence: str, day: NamedDay) -> bool:
    """Whether a time is named by a date, a month or a season, and not only relative to the day of publication."""
    return any(character.isdigit() for character in sentence[day.start : day.end]) or day.first != day.last


def _told(sentence: str, published: date) -> Iterator[NamedDay]:
    """The times that the grammar of times finds: seasons, quarters, "next year", «через две недели»."""
    for named in times_told(sentence, published):
        first, last = named.span
        if (last - first).days > _LONGEST:
            continue
        if (first.month, last.month) == (_DECEMBER, 2):
            last = date(min(last.year + 1, MAXYEAR), 2, 28)  # «зимой 2025 года» may be either end of the year
        before = _PREPOSITION.match(sentence, named.start)
        start = before.end() if before else named.start
        yield NamedDay(start, named.end, first, last, was_to_be(sentence, start))


def _of_the_year(sentence: str, published: date) -> Iterator[NamedDay]:
    """The feasts and ends of a year, of one that is not named the next."""
    for pattern, ((month, day), (last_month, last_day)) in _FEASTS:
        for match in pattern.finditer(sentence):
            year = int(match["year"]) if match["year"] else published.year
            if not match["year"] and published - date(year, last_month, last_day) > timedelta(7):
                year += 1
            if year > MAXYEAR:
                continue
            first, last = date(year, month, day), date(year, last_month, last_day)
            yield NamedDay(*match.span(), first, last, was_to_be(sentence, match.start()))


def _with_alternatives(sentence: str, days: Sequence[NamedDay]) -> Iterator[NamedDay]:
    place = 0
    while place < len(days):
        day = days[place]
        while place + 1 < len(days) and _is_alternative(sentence, day, days[place + 1]):
            place += 1
            day = replace(
                days[place],
                start=day.start,
                first=min(day.first, days[place].first),
                last=max(day.last, days[place].last),
            )
        yield day
        place += 1


def _is_alternative(sentence: str, day: NamedDay, other: NamedDay) -> bool:
    return day.is_aside == other.is_aside and bool(_ALTERNATIVE.fullmatch(sentence, day.end, other.start))
