"""A text -> the times that it names, each with its place."""

from __future__ import annotations

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
        if piece.kind is Kind.SPAN and not (is_annual and piece.lacks_year)
    ]


def _alone(pieces: list[Piece], context: Context) -> Named | None:
    """What a name of a month or a day means that is the whole text."""
    told = [piece for piece in pieces if piece.kind not in {Kind.STOP, Kind.COMMA}]
    if len(told) != 1 or told[0].kind is Kind.SPAN:
        return None
    span = by_itself(told[0], context)
    return Named(told[0].start, told[0].end, span, lacks_year=True) if span else None
