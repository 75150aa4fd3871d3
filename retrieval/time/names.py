"""Words of time that are part of a name, or another word: what stands beside them tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.morphology import forms
from retrieval.time.kinds import Kind, Piece, Unit
from retrieval.time.naming import BEFORE_NAMED_WEEKDAYS, HOLIDAYS, NAMED_AFTER_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

_SENTENCE_ENDS = ".!?…:"
_OPENING = " \t\n\u00a0«„“\"'(—–-"
MONTHS_OR_WORDS = frozenset(("march", "may", "mar", "мар"))
"""What is more often another word where no day, year or preposition stands beside it."""
_OF_A_TOWN = frozenset(("street", "road", "avenue", "lane", "square"))
_NOWADAYS = range(1990, 2040)
_NEVER_NAMES = frozenset((
    Kind.WORD, Kind.AGO, Kind.IN, Kind.ON, Kind.FOR, Kind.DURING, Kind.FROM, Kind.SINCE, Kind.TO, Kind.BETWEEN, Kind.BY,
    Kind.AFTER, Kind.OF, Kind.THE, Kind.AND, Kind.HOUR, Kind.EVERY, Kind.THROUGH,
))  # fmt: skip
_NOTHING = Piece(Kind.STOP, 0, 0)
_BEFORE_A_TIME = frozenset((
    Kind.IN, Kind.ON, Kind.FOR, Kind.DURING, Kind.FROM, Kind.SINCE, Kind.TO, Kind.BETWEEN, Kind.BY, Kind.AFTER, Kind.OF,
    Kind.NEXT_TO, Kind.LAST, Kind.LATEST, Kind.PART, Kind.EVERY, Kind.WEEKDAY,
))  # fmt: skip


def as_word(piece: Piece) -> Piece:
    """The same piece as a word like any other."""
    return Piece(Kind.WORD, piece.start, piece.end)


def is_written_as_a_name(piece: Piece, before: list[Piece], text: str) -> bool:
    """Whether a word of time has a capital that neither the beginning of a sentence nor English asks for."""
    if not piece.word or not text[piece.start].isupper():
        return False
    if piece.kind in {Kind.MONTH, Kind.WEEKDAY, Kind.WEEKDAYS}:
        return (
            piece.kind is Kind.MONTH
            and bool(before)
            and (before[-1].value, piece.value) in HOLIDAYS
            and (not piece.word.isascii())
        )
    if piece.kind in _NEVER_NAMES or piece.value is Unit.DAY:
        return False
    ahead = text[: piece.start].rstrip(_OPENING)
    return bool(ahead) and ahead[-1] not in _SENTENCE_ENDS and len(piece.word) > 1


def unless_named(pieces: list[Piece], place: int, text: str) -> Piece:
    """A piece, as a word where the words beside it make it part of a name, or show that it is another word."""
    piece = pieces[place]
    is_another = _OTHERWISE.get(piece.kind)
    if is_another is None:
        return piece
    before = pieces[place - 1] if place else _NOTHING
    behind = pieces[place + 1] if place + 1 < len(pieces) else _NOTHING
    if is_another(_Beside(piece, before, behind, text)):
        return as_word(piece)
    if piece.kind is Kind.NUMERAL and before.word == "in" and behind.kind is Kind.WORD and piece.value in _NOWADAYS:
        return piece._replace(kind=Kind.YEAR)
    return piece


class _Beside(NamedTuple):
    """A piece between those beside it."""

    piece: Piece
    before: Piece
    behind: Piece
    text: str

    def has_capital(self, piece: Piece) -> bool:
        return self.text[piece.start : piece.start + 1].isupper()


def _number_is_named(near: _Beside) -> bool:
    """«Улица 8 марта»."""
    return near.before.word in NAMED_AFTER_DAYS


def _weekday_is_named(near: _Beside) -> bool:
    """As "Black Friday", "Sunday Times"."""
    if near.before.word in BEFORE_NAMED_WEEKDAYS:
        return True
    follows = near.behind.kind is Kind.WORD and near.behind.start == near.piece.end + 1
    return (
        follows
        and near.piece.word.isascii()
        and near.before.kind not in _BEFORE_A_TIME
        and near.has_capital(near.behind)
    )


def _month_is_word(near: _Beside) -> bool:
    """Whether "may" or "march" is a verb, as it is where no preposition, day or year stands beside it."""
    if near.piece.word not in MONTHS_OR_WORDS:
        return False
    if near.behind.word in _OF_A_TOWN or (near.before.word == "to" and not near.has_capital(near.piece)):
        return True  # "May Street", "to march through the city"
    if near.before.kind in _BEFORE_A_TIME or near.before.kind in {Kind.ORDINAL, Kind.HYPHEN}:
        return False
    if near.before.kind is Kind.DIGITS:
        return near.piece.word.isascii() and not near.has_capital(near.piece)
    return near.behind.kind not in {Kind.NUMERAL, Kind.ORDINAL, Kind.DIGITS}


def _season_is_word(near: _Beside) -> bool:
    """A fall is none in the autumn where neither a year nor "last" and the like tells it."""
    return near.piece.word == "fall" and not (
        near.before.kind in {Kind.NEXT_TO, Kind.LAST} or near.behind.kind in {Kind.NUMERAL, Kind.YEAR_WORD}
    )


def _year_is_none(near: _Beside) -> bool:
    """As "2014 BC"."""
    return near.behind.word in {"bc", "bce", "b"}


def _eve_of(near: _Beside) -> bool:
    """«Накануне выборов» is before them."""
    if near.behind.kind is Kind.WORD:
        return any(form.case == "gent" for form in forms(near.behind.word))
    return near.behind.kind in {
        Kind.DIGITS, Kind.ORDINAL, Kind.WEEKDAY, Kind.WEEKEND, Kind.RELATIVE, Kind.DATE, Kind.NEXT_TO, Kind.NUMERAL,
        Kind.MONTH, Kind.NUMBER,
    }  # fmt: skip


_OTHERWISE: dict[Kind, Callable[[_Beside], bool]] = {
    Kind.DIGITS: _number_is_named,
    Kind.ORDINAL: _number_is_named,
    Kind.NUMBER: _number_is_named,
    Kind.WEEKDAY: _weekday_is_named,
    Kind.MONTH: _month_is_word,
    Kind.NUMERAL: _year_is_none,
    Kind.SEASON: _season_is_word,
    Kind.EVE: _eve_of,
}
