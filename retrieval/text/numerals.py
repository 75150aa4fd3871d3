"""Numbers in words and digits -> what they are worth: «полторы тысячи», "1,5 тыс.", "twenty-five", "half a million"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.dictionaries import russian_readings
from retrieval.text.number_words import ALONE, ONES, SHORT_TIMES, TIMES
from retrieval.text.vocabulary import CARDINALS

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "[ \u00a0\u202f]"
_DIGITS = (
    r"(?<![\w№#-])(?<!\d[.,:/])(?:{thousands}|\d+(?:{point}\d+)?)"
    r"(?!\d|[:/.,]\d|-?(?:[йяеюмх]|го|му|ый|ой|ая|ое|ые)\b|-[^\W\d]|(?:st|nd|rd|th)\b)"
)
_REST = r"|[^\W\d_]+|[%₽€$£°]|[^\w\s]"
_RUSSIAN = re.compile(_DIGITS.format(thousands=rf"\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d)", point="[.,]") + _REST)
_ENGLISH = re.compile(_DIGITS.format(thousands=r"\d{1,3}(?:,\d{3})+(?!\d)", point=r"\.") + _REST)
_CYRILLIC = re.compile("[а-я]")
_ONE = frozenset(("один", "одна", "одно", "одного", "одной", "одному", "одну", "одним", "одном"))
_THOUSAND = 1000
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number in digits or a mark of a text."""

    key: str
    """In lower case, «ё» as «е»."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Numeral:
    """What so many tokens are worth together."""

    length: int
    value: float
    step: float
    """What the last digit that is shown is worth; 0 of a number in words."""
    digits: str
    """Its digits; empty of a number in words."""


def tokens_of(text: str, *, russian: bool) -> list[Token]:
    """The words, numbers and marks of a text; numbers that are no amounts, such as «3-й», are left out."""
    pattern = _RUSSIAN if russian else _ENGLISH
    return [Token(match[0].lower().replace("ё", "е"), *match.span()) for match in pattern.finditer(text)]


def numeral_at(tokens: Sequence[Token], place: int, *, russian: bool) -> Numeral | None:
    """The number that begins at `place`; None where none does."""
    key = tokens[place].key
    if key[0].isdecimal():  # «①» and «²» are digits too, and no numbers
        return _in_digits(tokens, place, russian=russian)
    return _in_words(tokens, place)


def _in_digits(tokens: Sequence[Token], place: int, *, russian: bool) -> Numeral:
    digits = re.sub(_GAP, "", tokens[place].key)
    digits = digits.replace(",", ".") if russian else digits.replace(",", "")
    value, step = float(digits), 10.0 ** -len(digits.partition(".")[2])
    length, times = 1, 1.0
    while place + length < len(tokens):
        more = _times(tokens, place + length, behind_digits=True)
        if more is None:
            break
        times *= more
        length += 1
        if _is_full_stop(tokens, place + length):
            length += 1
    return Numeral(length, value * times, step * times, digits if times == 1 else "")


def _in_words(tokens: Sequence[Token], place: int) -> Numeral | None:
    total, current, length, last = 0.0, 0.0, 0, 0
    while place + length < len(tokens):
        key = tokens[place + length].key
        worth = _worth(key)
        if worth is not None and (not current or (worth < _HUNDRED <= current) or _completes(current, worth)):
            current += worth
            last = length + 1
        elif length and (times := _times(tokens, place + length)) is not None:
            total, current = (total + (current or 1) * times, 0) if times >= _THOUSAND else (total, current * times)
            last = length + 1
        elif not length and key in ALONE:
            current = TIMES[number_key(key) or key]
            last = 1
        elif not (length and key in {"-", "and", "a"}):
            break
        length += 1
    return Numeral(last, total + current, 0.0, "") if last else None


def _completes(current: float, worth: float) -> bool:
    """«Двадцать» and «пять», «сто» and «двадцать»."""
    return current % _HUNDRED == 0 or (current % 10 == 0 and worth < 10)  # noqa: PLR2004


def _times(tokens: Sequence[Token], place: int, *, behind_digits: bool = False) -> float | None:
    key = tokens[place].key
    if key in SHORT_TIMES:
        money = place > 1 and tokens[place - 2].key in {*"$£€"}
        joined = behind_digits and tokens[place - 1].end == tokens[place].start and (key != "m" or money)
        return TIMES[key] if joined else None
    return TIMES.get(number_key(key) or key)


def _is_full_stop(tokens: Sequence[Token], place: int) -> bool:
    """Whether the full stop of an abbreviation such as «тыс.» stands there, and the sentence goes on behind it."""
    return (
        place + 1 < len(tokens) and tokens[place].key == "." and tokens[place - 1].key in {"тыс", "млн", "млрд", "трлн"}
    )


def _worth(key: str) -> float | None:
    name = number_key(key)
    return ONES.get(name) if name else None


@lru_cache(maxsize=10_000)
def number_key(word: str) -> str:
    """The dictionary form of a number word in lower case; empty of any other."""
    if word in ONES or word in TIMES:
        return word
    if word in _ONE:
        return "один"
    if word not in CARDINALS or not _CYRILLIC.search(word):
        return ""
    forms = (reading.normal_form.replace("ё", "е") for reading in russian_readings(word))
    return next((form for form in forms if form in ONES or form in TIMES), "")
