"""A text -> the times that it names, each with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from retrieval.time.dates import DATES, NUMBERS, YEAR_NAMES
from retrieval.time.engine import Context, applied
from retrieval.time.kinds import Kind
from retrieval.time.lexing import may_tell_time, pieces_of
from retrieval.time.named_units import NAMED_UNITS
from retrieval.time.naming import ANNUAL, NOT_EXACT
from retrieval.time.relative import AMOUNTS, RELATIVE_DAYS, UNITS
from retrieval.time.spans import SPANS, by_itself
from retrieval.time.weekdays import COUNTED_WEEKDAYS, WEEKDAYS, WEEKDAYS_OF_WEEKS

if TYPE_CHECKING:
    from retrieval.time.days import Span
    from retrieval.time.kinds import Piece

_RULES = (
    *NUMBERS,
    *AMOUNTS,
    *COUNTED_WEEKDAYS,
    *YEAR_NAMES,
    *DATES,
    *NAMED_UNITS,
    *WEEKDAYS_OF_WEEKS,
    *UNITS,
    *WEEKDAYS,
    *RELATIVE_DAYS,
    *SPANS,
)
_NEAR = 40
"""Characters before a time in which its year stands."""
_NO_YEAR = r"(?<![\d.,])(?!(?:1\d|20|21)\d\d\b)"
_YEAR = r"(?:года?|году)\b"
_COUNTED = rf"{_NO_YEAR}(?:(?:\d{{3,}}|[3-9]\d)(?:-\w{{1,3}})?\s*{_YEAR}|\d{{4,}}\s*г\b)"
"""Only such numbers as no years are counted with: «в мае получил 24 года»."""
_NO_SUCH_YEAR = re.compile(rf"(?<![\s,])[\s,]+(?:of\s+|in\s+)?{_COUNTED}", re.IGNORECASE)
_NO_SUCH_YEAR_BEFORE = re.compile(rf"{_COUNTED}[.,]?\s+(?:в\s+)?$", re.IGNORECASE)
_NO_SUCH_YEAR_ALONE = re.compile(rf"(?<![\s,])[\s,]+(?:of\s+|in\s+)?{_NO_YEAR}\d{{4,}}(?:-го)?(?=\s*(?:[?.!,;:)]|$))")
"""In questions; in articles it is what was counted."""


class Named(NamedTuple):
    """A time that a text names: ``text[start:end]``."""

    start: int
    end: int
    span: Span
    lacks_year: bool


def times_in(text: str, context: Context) -> list[Named]:
    """The times that a text names, in order; [] where it names none, or one out of the calendar."""
    if not may_tell_time(text):
        return []
    read = pieces_of(text)
    if any(piece.word in NOT_EXACT for piece in read):
        return []
    try:
        pieces = applied(_RULES, read, context)
        alone = _alone(pieces, context)
    except (ValueError, OverflowError):  # next to the years 1 and 9999
        return []
    if alone:
        return [alone]
    is_annual = not ANNUAL.isdisjoint(piece.word for piece in read)
    return [
        Named(piece.start, piece.end, piece.value, piece.lacks_year)
        for piece in pieces
        if piece.kind is Kind.SPAN
        and not (is_annual and piece.lacks_year)
        and not _is_of_no_such_year(text, piece, context)
    ]


def _is_of_no_such_year(text: str, piece: Piece, context: Context) -> bool:
    """Whether a year that is none stands beside a time: «1 января 99999 года», "in May 9999"."""
    behind = (_NO_SUCH_YEAR,) if context.is_news else (_NO_SUCH_YEAR, _NO_SUCH_YEAR_ALONE)
    before = text[max(0, piece.start - _NEAR) : piece.start]
    return any(pattern.match(text, piece.end) for pattern in behind) or bool(_NO_SUCH_YEAR_BEFORE.search(before))


def _alone(pieces: list[Piece], context: Context) -> Named | None:
    """What a name of a month or a day means that is the whole text."""
    told = [piece for piece in pieces if piece.kind not in {Kind.STOP, Kind.COMMA}]
    if len(told) != 1 or told[0].kind is Kind.SPAN:
        return None
    span = by_itself(told[0], context)
    return Named(told[0].start, told[0].end, span, lacks_year=True) if span else None
