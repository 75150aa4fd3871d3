"""Dates as articles write them, in Russian and in English, read by the dateparser library under strict rules.

The grammar is dateparser's (https://dateparser.readthedocs.io); this module decides what may reach it. Numeric dates
are read day first, ``09.10.2024`` and ``09/10/2024`` alike: 9 October.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from retrieval.text.whole import whole
from retrieval.told import told

_DATE_LIMIT = 60
"""Characters of the longest line that is tried as a date."""

_ISO_8601 = re.compile(r"(?:\d{4}-\d\d-\d\d|\d{8})(?:[T ]\d\d(?::\d\d\S*|\d{2,4}\S*)?)?", re.IGNORECASE | re.ASCII)
_SPACE_BEFORE_ZONE = re.compile(r"(?<=:\d\d) (?=(?:[+-]\d\d:?\d\d|Z)$)", re.IGNORECASE | re.ASCII)
_RFC_2822 = re.compile(
    r"(?:[a-z]{3}, ?)?\d\d? [a-z]{3} (?:\d{4}|\d\d) \d\d:\d\d(?::\d\d)? "
    r"(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)(?: \([^()]*\))?",
    re.IGNORECASE | re.ASCII,
)
_NUMERIC_DATE = re.compile(r"\b(?:\d{1,2}([./-])\d{1,2}\1(?:\d{2}|[12]\d{3})|[12]\d{3}([./-])\d{1,2}\2\d{1,2})\b")
_MONTH = re.compile(
    r"\b(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_YEAR_MONTH = re.compile(r"\d{4}-(\d\d)-\d\d")
_UNIX_TIME = re.compile(r"1\d{9}(?:\d{3}|\.\d+)?")
"""Seconds from 2001 to 2033, or milliseconds; fewer or more digits may be anything."""
_UNIX_DIGITS = 10
_BEGINNINGS = [datetime(year, 1, 1) for year in (1, 1601, 1900, 1904, 1970)]  # noqa: DTZ001 - of any time zone
"""Where programs begin to count."""
_A_DAY = timedelta(days=1)
_LABEL = re.compile(
    r"(?:дата(?: (?:публикации|выхода))?|опубликовано|date(?: of publication)?|published(?: on)?)\s*:\s*", re.IGNORECASE
)
_MOSCOW = re.compile(r"\(?\b(?:по )?(?:мск|московскому времени)\b\.?\)?", re.IGNORECASE)


def parse_date_line(text: str, *, timezone: ZoneInfo) -> datetime | None:
    """Return the moment that `text` names when the whole of it is a date, otherwise None.

    Before it may stand what it is, as in «Опубликовано: 9 сентября 2024» or ``Date: 2024-09-09``. Day, month and year
    must be there; the time may be, otherwise it is midnight. A sentence with a date in it, a year, a month or a time
    alone are not dates. The result is naive and in `timezone`; where the line has a time zone of its
    own it is converted.
    """
    line = " ".join(whole(text).split()) if len(text) <= 2 * _DATE_LIMIT else ""
    if label := _LABEL.match(line):
        line = line[label.end() :]
    if not 0 < len(line) <= _DATE_LIMIT:
        return None
    try:
        parsed = _parse_standard(line) or _parse_written(line)
        return None if parsed is None else _localise(parsed, timezone)
    except (ValueError, OverflowError):
        return None


def parse_timestamp(value: str, *, timezone: ZoneInfo) -> datetime:
    """Return the moment of a record's date field, naive and in `timezone`.

    Read are ISO 8601 (a date alone is its midnight), RFC 2822 as in feeds, and whatever `parse_date_line` reads.

    Raises:
        ValueError: `value` is none of these.

    """
    parsed = parse_date_line(value, timezone=timezone)
    if parsed is None:
        raise ValueError(
            told("{value} is not a date; expected one such as 2024-09-09T12:36:00+03:00", value=_shorten(value))
        )
    return parsed


def parse_publication_date(value: str, *, timezone: ZoneInfo) -> datetime | None:
    """Return when a program says that an article was published, naive and in `timezone`; None rather than a wrong one.

    Beside what `parse_timestamp` reads, that are seconds or milliseconds of Unix time. Where a program knows no date
    it often writes the beginning of its calendar, which is none either.
    """
    written = value.strip()
    try:
        if _UNIX_TIME.fullmatch(written):
            seconds = int(written[:_UNIX_DIGITS])
            return datetime.fromtimestamp(seconds, timezone).replace(tzinfo=None)
        moment = parse_timestamp(written, timezone=timezone)
    except (ValueError, OverflowError):
        return None
    return unless_beginning(moment)


def unless_beginning(moment: datetime) -> datetime | None:
    """Return `moment`, or None where it is the beginning of a calendar, which programs write for no date."""
    return None if any(abs(moment - beginning) <= _A_DAY for beginning in _BEGINNINGS) else moment


def _parse_standard(line: str) -> datetime | None:
    """Read the two forms that machines write, a hundred times faster than dateparser does."""
    compact = _SPACE_BEFORE_ZONE.sub("", line)
    if _ISO_8601.fullmatch(compact):
        return datetime.fromisoformat(compact.upper())
    if _RFC_2822.fullmatch(line):
        # It brings sockets along, which an import of the loaders must not wait for.
        from email.utils import parsedate_to_datetime

        moment = parsedate_to_datetime(line)
        # The zone -0000 means universal time from an unknown place (RFC 2822, section 3.3).
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _parse_written(line: str) -> datetime | None:
    if not _may_be_date(line):
        return None
    found = _dateparser().get_date_data(_MOSCOW.sub("MSK", line)).date_obj
    if not isinstance(found, datetime):
        return None
    # Where a month is out of range dateparser swaps it with the day; in this order nobody writes the day first.
    year_month = _YEAR_MONTH.match(line)
    return found if year_month is None or int(year_month[1]) == found.month else None


def _may_be_date(line: str) -> bool:
    """Keep titles and sentences away from dateparser, which takes a millisecond for each."""
    if _NUMERIC_DATE.search(line):
        return True
    return bool(_YEAR.search(line) and _DAY.search(line) and _MONTH.search(line))


@cache
def _dateparser() -> Any:
    # Loading it takes 0.1 s, which an import of the loaders must not cost.
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["ru", "en"],
        settings={
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "DATE_ORDER": "DMY",
            # Neither "yesterday" nor a number of seconds is a date line.
            "PARSERS": ["absolute-time"],
        },
    )


def _localise(moment: datetime, timezone: ZoneInfo) -> datetime:
    return moment.astimezone(timezone).replace(tzinfo=None) if moment.tzinfo else moment


def _shorten(value: str) -> str:
    return repr(value if len(value) <= _DATE_LIMIT else value[:_DATE_LIMIT] + "…")
