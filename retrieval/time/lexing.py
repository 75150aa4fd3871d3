"""A text -> its pieces, each of the kind that its word has; words of names are words like any other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.places import Places
from retrieval.text.terms import NAMES_WITH_TODAY
from retrieval.time.digits import date_piece, decade_piece, number_piece, ordinal_piece, range_piece
from retrieval.time.kinds import Kind, Piece
from retrieval.time.lexicon import (
    ABBREVIATED,
    BESIDE_MEASURES,
    MEASURING_TIMES,
    NAMING_TIMES,
    SHORT_WEEKDAYS,
    WORDS,
)
from retrieval.time.names import as_word, is_written_as_a_name, unless_named
from retrieval.time.naming import HISTORIC_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE = re.compile(
    r"""
    (?P<range>(?<![\w.,/-])\d{1,2}(?:\.\d{1,2})?\.?\s?(?:[-–—/]|по|до|to)\s?\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)(?![\w/-]|[.,]\d))
    |(?P<date>(?<![\w.,/-])(?:\d{4}(?P<iso>[-/.])\d{1,2}(?P=iso)\d{1,2}|\d{1,2}(?P<dmy>[./-])\d{1,2}(?P=dmy)(?:\d{4}|\d\d)
        |\d{1,2}/\d{4})(?![\w/-]|[.,]\d))
    |(?P<clock>\d{1,2}[:.]\d\d\s?(?:am|pm|[ap]\.m\.)|\d{1,2}:\d\d(?::\d\d)?|\d{1,2}\s?(?:am|pm|[ap]\.m\.)(?!\w))
    |(?P<decade>(?<![\w-])(?:\d{3}0|\d0)(?:-[ехы]\w*|['’]?s)(?!\w))
    |(?P<ordinal>(?<![\w.,])\d{1,2}(?:-(?:го|ого|его|е|ое|й|ый|ий|му|ому|м|я|ая|ю)|st|nd|rd|th)(?!\w))
    |(?P<number>\d+(?:[.,]\d+)*)
    |(?P<word>so\sfar(?!\w)|compared\s(?:to|with)(?!\w)|по\sсравнению\sсо?(?!\w)|в\sтечение(?!\w)|week-end(?!\w)|(?:[ap]\.m\.|o['’]clock)(?!\w)|[^\W\d_]+(?:['’]s(?!\w))?)
    |(?P<mark>[^\s\w]|_)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_TELLING_DIGITS = re.compile(
    r"(?<!\d)(?:1\d|20|21)\d\d(?!\d)|\d[./-]\d\d?[./-]\d\d|"
    r"\bthe \d\d?(?:st|nd|rd|th)\b|\d\S{0,3} числа|\d0(?:-[ех]|['’]?s)"
)
_QUOTED = re.compile(r"[«„“\"][^«»„“”\"]*[»“”\"]|[«„][^»“]*\Z|\A[^«„“\"]*[»”]")
"""Also what is open at an end of the text: a sentence of a longer quotation."""
_NOT_READ = (_QUOTED, NAMES_WITH_TODAY, re.compile(HISTORIC_DAYS, re.IGNORECASE))
_MARKS = {",": Kind.COMMA, "-": Kind.HYPHEN, "–": Kind.HYPHEN, "—": Kind.HYPHEN, "‑": Kind.HYPHEN}


def may_tell_time(text: str) -> bool:
    """A quick look: False where nothing that tells a time stands in a text."""
    words = _WORD.findall(text.lower().replace("ё", "е"))
    if not NAMING_TIMES.isdisjoint(words):
        return True
    if not MEASURING_TIMES.isdisjoint(words) and not BESIDE_MEASURES.isdisjoint(words):
        return True
    return _TELLING_DIGITS.search(text) is not None


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a text in order; without stops behind abbreviations of months, weekdays and «г.»."""
    hidden = Places(text, _NOT_READ)
    has_capitals = not text.isupper()
    pieces: list[Piece] = []
    for match in _PIECE.finditer(text):
        piece = _piece(match)
        if _is_part_of_abbreviation(piece, pieces):
            continue
        if piece.kind is not Kind.WORD and (
            hidden.hold(piece.start, piece.end) or (has_capitals and is_written_as_a_name(piece, pieces, text))
        ):
            piece = as_word(piece)
        pieces.append(piece)
    return [unless_named(pieces, place, text) for place in range(len(pieces))]


def _piece(match: re.Match[str]) -> Piece:
    text = match[0].lower().replace("ё", "е").replace("’", "'")
    return _READ[next(name for name in _READ if match[name])](text, *match.span())


def _word_piece(text: str, start: int, end: int) -> Piece:
    word = " ".join(text.removesuffix("'s").split())
    kind, value = WORDS.get(word, (Kind.WORD, None))
    return Piece(kind, start, end, value, word)


def _mark_piece(text: str, start: int, end: int) -> Piece:
    return Piece(_MARKS.get(text, Kind.STOP), start, end, word=text)


_READ: dict[str, Callable[[str, int, int], Piece]] = {
    "word": _word_piece,
    "mark": _mark_piece,
    "number": number_piece,
    "ordinal": ordinal_piece,
    "date": date_piece,
    "range": range_piece,
    "decade": decade_piece,
    "clock": lambda _, start, end: Piece(Kind.CLOCK, start, end),
}
"""What each group of `_PIECE` makes, the most frequent first."""


def _is_part_of_abbreviation(piece: Piece, before: list[Piece]) -> bool:
    """Whether it is the stop of «фев.», "Mon." or «г.»."""
    return (
        piece.word == "."
        and bool(before)
        and before[-1].end == piece.start
        and (before[-1].word in SHORT_WEEKDAYS or before[-1].word in ABBREVIATED)
    )
