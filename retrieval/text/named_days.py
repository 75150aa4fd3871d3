"""Days and months that a text names in full: «3 мая», "May 7, 2024", «в июне»; as ranges of days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retrieval.text.vocabulary import ENGLISH_MONTHS, MONTHS_OR_VERBS, RUSSIAN_MONTHS, any_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUSSIAN = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN = any_of(word.capitalize() for word in ENGLISH_MONTHS | MONTHS_OR_VERBS)
_MONTH = rf"(?P<month>{any_of(RUSSIAN_MONTHS)}|(?-i:{_WRITTEN}))"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d)(?!\d))?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d.,:–-])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:-?го)?\s+(?:of\s+)?{_MONTH}\b{_YEAR}",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.,]\d)\b{_YEAR}",
        rf"(?P<only>\b{_MONTH},?\s+(?P<year>(?:19|20)\d\d)(?!\d))",
        rf"\b(?:в|во|на|in|by|к|до|until|of)\s+(?P<only>{_MONTH}\b{_YEAR})",
    )
)


_WAS_TO_BE = re.compile(
    r"\b(?:планировал\w*|должн[аоы] был\w*|должен был|ранее|раньше|изначально|первоначально|вместо|"
    r"previously|"
    r"originally|initially|earlier|instead of|was to|were to|had been|had planned)\b[^,;:\d]*$|"
    r"\b(?:если|if|unless)\b[^;:.]*$",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:не|not)\s+(?:(?:в|во|на|к|с|со|in|on|at|by)\s+)?(?:the\s+)?$", re.IGNORECASE)
_BUT = re.compile(r"[^.;,]*(?:,\s*а\b|,?\s*but\b)", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:не|not|won['’]t)\s+\w+\s+(?:(?:в|во|к|in|on|by)\s+)?(?:the\s+)?$", re.IGNORECASE)
_MOVED_FROM = re.compile(
    r"\b(?:перен[её]?с|перенос|сдви|отлож|отклад|mov|postpon|push|put back|delay|brought)\w*\b[^.;:]*"
    r"\b(?:с|со|from)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_MOVED_TO = re.compile(r"[^.;,:]*?\s(?:на|to|until)\s", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"\b(?:не|no|not)\s+(?:\w+\s+){0,2}?(?:раньше|ранее|earlier)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day or a month that a text names."""

    start: int
    end: int
    first: date
    last: date
    """The same as `first` of a day."""
    is_aside: bool
    """Whether it is what was to be before."""

    def may_equal(self, other: NamedDay) -> bool:
        """Whether both may mean one day."""
        return self.first <= other.last and other.first <= self.last


def named_days(text: str, near: date) -> list[NamedDay]:
    """The days and months that a text names; of a year that it does not name the one that is nearest to `near`."""
    found: list[NamedDay] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            span = match.span("only") if "only" in pattern.groupindex else match.span()
            if not any(day.start < span[1] and span[0] < day.end for day in found):
                found.extend(_read(match, span, near))
    return sorted(found, key=lambda day: day.start)


def _read(match: re.Match[str], span: tuple[int, int], near: date) -> Iterator[NamedDay]:
    month = _number_of(match["month"].lower())
    aside = was_to_be(match.string, span[0])
    day = match.groupdict().get("day")
    years = [int(match["year"])] if match["year"] else [near.year - 1, near.year, near.year + 1]
    try:
        dates = [date(year, month, int(day or 15)) for year in years]
    except ValueError:
        return
    meant = min(dates, key=lambda one: abs((one - near).days))
    if day:
        yield NamedDay(*span, meant, meant, aside)
    else:
        length = calendar.monthrange(meant.year, month)[1]
        yield NamedDay(*span, meant.replace(day=1), meant.replace(day=length), aside)


def was_to_be(text: str, start: int) -> bool:
    """Whether a time that begins at `start` is what was to be before: «вместо», «не …, а …», "moved from … to …"."""
    before = _NOT_BEFORE.sub("", text[:start])
    return bool(
        _WAS_TO_BE.search(before)
        or _DENIED.search(before)
        or (_NOT.search(before) and _BUT.match(text, start))
        or (_MOVED_FROM.search(before) and _MOVED_TO.match(text, start))
    )


def _number_of(month: str) -> int:
    beginnings = _ENGLISH if month.isascii() else _RUSSIAN
    return max(
        (number for number, beginning in enumerate(beginnings, start=1) if month.startswith(beginning)),
        key=lambda number: len(beginnings[number - 1]),
    )
