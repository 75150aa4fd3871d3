"""Kinds of pieces that expressions of time are made of, and how rules name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What a piece of a text is to an expression of time; one letter each, so that pieces can be matched as text."""

    DIGITS = "n"
    """A number of up to three digits; value: int."""
    NUMBER = "N"
    """A number in words; value: int or float."""
    ORDINAL = "O"
    """«15-го», "first"; value: int."""
    NUMERAL = "Y"
    """A number of four digits that may be a year; value: int."""
    MONTH = "M"
    """Value: 1 to 12."""
    WEEKDAY = "W"
    """Value: 0 (Monday) to 6."""
    WEEKDAYS = "w"
    """"Thursdays"; value as of WEEKDAY."""
    RELATIVE = "D"
    """«вчера»; value: days after today."""
    UNIT = "U"
    """Value: Unit."""
    YEAR_WORD = "g"
    """«года» behind a number, or a unit by itself; value: Unit.YEAR."""
    AMOUNT = "K"
    """«полгода», "three weeks"; value: Amount."""
    WEEKEND = "E"
    SEASON = "S"
    """Value: 0 (winter) to 3."""
    DECADE = "Z"
    """Value: its first year."""
    NEXT_TO = "G"
    """«прошлый», "this", "next"; value: how many units after the present one."""
    LATEST = "L"
    """«последние»."""
    LAST = "l"
    """"Last", "past": the one before this, or the latest."""
    PART = "P"
    """Value: 0 (beginning), 1 (middle), 2 (end)."""
    HALF = "H"
    TIME_OF_DAY = "T"
    """«утром»."""
    NIGHT = "B"
    """«ночь», as in «в ночь на субботу»."""
    CLOCK = "c"
    """"5pm", "20:00"."""
    HOUR = "h"
    """«часов», "pm"."""
    NUMBER_OF_MONTH = "q"
    """«числа»."""
    AGO = "A"
    BACK = "R"
    THROUGH = "V"
    """«через»."""
    DATE = "C"
    """A date in digits; value: Span, or None where it is out of the calendar."""
    IN = "i"
    ON = "j"
    FOR = "r"
    DURING = "z"
    """«за»."""
    FROM = "f"
    SINCE = "s"
    TO = "t"
    BETWEEN = "b"
    AND = "a"
    BY = "p"
    """«до», "until"; value: whether the day itself belongs to it."""
    AFTER = "e"
    OF = "o"
    THE = "d"
    ANOTHER = "J"
    """«Тот», "that": a time that was spoken of before."""
    THAN = "1"
    """«Чем», "compared with": what follows is another time than the one that is told of."""
    EVENTS = "F"
    """«Новости», «итоги»: a month may follow without a preposition."""
    EVE = "X"
    """«накануне»."""
    EVERY = "k"
    EARLIER = "v"
    """"Earlier", "so far": from the beginning of what follows."""
    INCLUSIVE = "2"
    """«Включительно»: what is until then reaches to the end of it."""
    EXACTLY = "3"
    """«Ровно»: the day itself, of a year or a month."""
    COMMA = "m"
    HYPHEN = "y"
    STOP = "u"
    """Any other mark."""
    WORD = "x"
    """Any other word."""
    YEAR = "Q"
    """A year that is known to be one; value: int."""
    SPAN = "I"
    """What names a time; value: Span."""


class Unit(Enum):
    """A unit of the calendar."""

    DAY = auto()
    WEEK = auto()
    MONTH = auto()
    QUARTER = auto()
    HALF_YEAR = auto()
    YEAR = auto()


@dataclass(frozen=True, slots=True)
class Amount:
    """So many units; `count` is None where the text says «несколько»."""

    count: float | None
    unit: Unit


class Piece(NamedTuple):
    """A piece of a text: ``text[start:end]``."""

    kind: Kind
    start: int
    end: int
    value: Any = None
    word: str = ""
    """In small letters, with «ё» as «е»; of several words the last that tells."""
    lacks_year: bool = False
    """Of a span: whether it was said without a year, and so is one of many."""


_GROUP = re.compile(r"\([^()]*\)[?*]?")
_NEEDED = re.compile(r"([a-z_]+)(?![a-z_?*])")


def needed(rule: str) -> tuple[frozenset[str], ...]:
    """Letters of the kinds without which a rule cannot match: those of each of its alternatives.

    It is several times as quick to look whether they are there as to look for a match.
    """
    plain = rule
    while plain != (plain := _GROUP.sub(" ", plain)):
        pass
    return tuple(frozenset(Kind[name.upper()].value for name in _NEEDED.findall(each)) for each in plain.split("|"))


def pattern(rule: str) -> re.Pattern[str]:
    """Compile a rule: a regular expression whose letters are names of kinds, in small letters, parted by spaces."""
    letters = re.sub("[a-z_]+", lambda name: Kind[name[0].upper()].value, rule)
    return re.compile(letters.replace(" ", ""))
