"""What numbers of a text count: «полтора миллиарда рублей» and «1,5 млрд рублей» are one amount.

An amount is a range: the numbers that may be meant by what is rounded, by "about 800" or «более 100». Years, times of
day, ordinals and numbers in names are no amounts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.amount_ranges import with_ranges
from retrieval.text.kinds import Clue
from retrieval.text.morphology import forms, is_noun
from retrieval.text.number_words import ABOUT, LESS, MORE, PEOPLE, ROUND_WORDS, SIGNS, UNITS
from retrieval.text.numerals import number_key, numeral_at, tokens_of
from retrieval.text.quantities import unit_of
from retrieval.text.roles import CHANGES, clause_at, state_at
from retrieval.text.terms import is_cyrillic, term_of
from retrieval.text.vocabulary import COLLECTIVES, MONTHS, NOUN_ENDINGS, PREPOSITIONS, STOP_WORDS, any_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.text.numerals import Numeral, Token

_SIGN = r"\s*[₽€$£]?$"
_HEDGES = tuple(
    (kind, re.compile(rf"(?:^|[^\w])(?:{words})(?:\s+(?:чем|the|an?))?{_SIGN}", re.IGNORECASE))
    for kind, words in (("about", ABOUT), ("more", MORE), ("less", LESS))
)
_BETWEEN = r"\s+(?:[а-яa-z]+\s+){0,1}?[₽€$£]?$"
_BY = re.compile(rf"\b(?:на|by){_BETWEEN}", re.IGNORECASE)
_ADDED = re.compile(rf"\b(?:ещ[её]|another|дополнительно|additional){_BETWEEN}", re.IGNORECASE)
_FROM = re.compile(rf"\b(?:с|со|from|против|вместо|than|compared (?:with|to)){_BETWEEN}", re.IGNORECASE)
_PART = re.compile(
    r"(?:в том числе|из них|из которых|среди них|включая|including|of them|of whom|among them)\b[^.;]*$", re.IGNORECASE
)
_WAS = re.compile(
    r"ранее|прежд|прежн|прошл|предыдущ|назад|раньше|previous|earlier|last (?:year|month|week)|ago\b", re.IGNORECASE
)
_NOT = re.compile(r"\b(?:не|not)\s+[₽€$£]?$", re.IGNORECASE)
_BUT = re.compile(r"[^.;,]*(?:,\s*а\b|,?\s*but\b)", re.IGNORECASE)
_OF = re.compile(r"\b(?:из|of)\s+$", re.IGNORECASE)
_MORE_OF_THEM = re.compile(r"\s*(?:more|other|others|из(?!-)|of the)\b", re.IGNORECASE)
_YEAR_BEHIND = re.compile(r"[\s\u00a0]*(?:год|г\.|гг)", re.IGNORECASE)
_PER = re.compile(r"\s+(?:в|за|a|an|per|each)\s+([^\W\d_]+)", re.IGNORECASE)
_DIGITS_OF_A_YEAR, _FIRST_YEAR, _LAST_YEAR = 4, 1900, 2100
_WORDS_BEHIND = 3
_ROUNDED_FROM = 100
"""From here on zeros at the end of a number in digits may come of rounding."""
_MOST_ROUNDED = 0.05
_ABOUT, _MORE = 0.1, 0.25
"""Shares by which what is meant may differ from "about" so many, and be more than «более» so many."""
_UNITS = tuple(
    (unit, factor, re.compile(rf"{any_of(stems.split())}{any_of(NOUN_ENDINGS)}?"))
    for unit, (factor, stems) in UNITS.items()
)
_THEN = frozenset(("after", "before", "as", "while", "than"))
_PEOPLE = re.compile(rf"{any_of(PEOPLE.split())}{any_of(NOUN_ENDINGS)}?")
_POINTS = re.compile(
    r"[\s\u00a0]*(?:процентн\w+[\s\u00a0]+пункт|п\.\s?п|percentage[\s-]point|basis[\s-]point|pp\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a text, with what it counts."""

    start: int
    end: int
    """Where it stands, with the word or sign of what it counts beside it."""
    value: float
    low: float
    high: float
    """The numbers that may be meant, both included."""
    unit: str
    """What it is measured in (`UNITS`), ``points``, ``people``, or nothing."""
    things: frozenset[str]
    """Terms of the words behind it, which say what is counted."""
    state: str
    """What has become of the people that it counts (`STATES`); empty where that is not told."""
    is_change: bool
    """Whether it says by how much something has changed."""
    is_aside: bool
    """Whether it is what was before, a part of another number, or what has come to it."""
    per: str
    """The term of what it is an amount for: «в месяц»."""

    def may_equal(self, other: Amount) -> bool:
        """Whether both may mean one number."""
        return self.value == other.value or (self.low < other.high and other.low < self.high)


_BEFORE_A_TIME = frozenset(("at", "в"))
_TIME_OF_DAY = re.compile(r"(?:[01]?\d|2[0-3])[.:][0-5]\d")
"""«В 7.25 утра», where a number with two decimals could stand as well: then it is no amount either."""
_LOOKED_AT_BEHIND = 12
"""Words behind a number among which its unit, and what it counts, are looked for."""


@lru_cache(maxsize=2000)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """The amounts of a text, in order."""
    russian = is_cyrillic(text)
    tokens = tokens_of(text, russian=russian)
    found: list[Amount] = []
    place = 0
    while place < len(tokens):
        numeral = numeral_at(tokens, place, russian=russian)
        if numeral and (amount := _amount(text, tokens, place, numeral)):
            found.append(amount)
        place += numeral.length if numeral else 1
    return tuple(with_ranges(text, found))


def _amount(text: str, tokens: Sequence[Token], place: int, numeral: Numeral) -> Amount | None:
    first, last = tokens[place], tokens[place + numeral.length - 1]
    start, end = first.start, last.end
    behind = tokens[place + numeral.length : place + numeral.length + _LOOKED_AT_BEHIND]
    if _is_year(text, tokens[place].key, end, behind) or _is_day(tokens, place, behind):
        return None
    if place and tokens[place - 1].key in _BEFORE_A_TIME and _TIME_OF_DAY.fullmatch(text, start, end):
        return None
    unit, factor, end = _unit(text, tokens, place, behind, end)
    people = first.key in COLLECTIVES or (not unit and _counts_people(behind))
    if numeral.value == 1 and not numeral.digits and not (unit or people):
        return None
    if place and tokens[place - 1].key in SIGNS and SIGNS[tokens[place - 1].key] == unit:
        start = tokens[place - 1].start
    before, clause = text[:start], clause_at(text, start)
    low, high = _meant(numeral, before, clause, words=text[first.start : last.end])
    return Amount(
        start=start,
        end=end if unit else _end_of_thing(behind, end),
        value=numeral.value * factor,
        low=low * factor,
        high=high * factor,
        unit=unit.partition("/")[0] or ("people" if people else ""),
        things=frozenset(_things(behind)),
        state=state_at(text, start, end),
        is_change=bool(_BY.search(before) and CHANGES.search(clause)),
        is_aside=bool(
            _ADDED.search(before)
            or _PART.search(before)
            or (not unit and _OF.search(before))
            or (_FROM.search(before) and CHANGES.search(text))
            or re.search(r"\b(?:против|вместо|than|compared (?:with|to))\s+(?:\w+\s+)?[₽€$£]?$", before)
            or _WAS.search(clause)
            or (_NOT.search(before) and _BUT.match(text, end))
            or _MORE_OF_THEM.match(text, end)
        ),
        per=term_of(per[1].lower()) if (per := _PER.match(text, end)) else "",
    )


def _is_year(text: str, key: str, end: int, behind: Sequence[Token]) -> bool:
    if not key.isdecimal() or len(key) != _DIGITS_OF_A_YEAR or not _FIRST_YEAR <= int(key) <= _LAST_YEAR:
        return False
    counted = behind and (behind[0].key in SIGNS or unit_of(behind[0].key) or number_key(behind[0].key))
    return bool(_YEAR_BEHIND.match(text, end)) or not counted


def _is_day(tokens: Sequence[Token], place: int, behind: Sequence[Token]) -> bool:
    """Whether it is the day of a month: «5 августа», "August 5"."""
    return bool(behind and behind[0].key in MONTHS) or bool(place and tokens[place - 1].key in MONTHS)


def _unit(text: str, tokens: Sequence[Token], place: int, behind: Sequence[Token], end: int) -> tuple[str, float, int]:
    """What an amount is measured in, how much of its first unit that is, and where the amount ends with it."""
    if points := _POINTS.match(text, end):
        return "points", 1, points.end()
    if behind and behind[0].key in SIGNS:
        return SIGNS[behind[0].key], 1, behind[0].end
    if place and tokens[place - 1].key in SIGNS:
        return SIGNS[tokens[place - 1].key], 1, end
    if len(behind) > 1 and (behind[0].key, behind[1].key) == ("per", "cent"):
        return "percent", 1, behind[1].end
    for token in behind[:2]:
        if not token.key.isalpha() or token.key in STOP_WORDS:
            break
        found = _unit_named(token.key)
        if found:
            return *found, token.end
    return "", 1, end


@lru_cache(maxsize=10_000)
def _unit_named(word: str) -> tuple[str, float] | None:
    return next(((unit, factor) for unit, factor, pattern in _UNITS if pattern.fullmatch(word)), None)


def _counts_people(behind: Sequence[Token]) -> bool:
    for token in behind[:2]:
        if not token.key.isalpha() or token.key in STOP_WORDS:
            return False
        if unit_of(token.key) == Clue.PEOPLE or _PEOPLE.fullmatch(token.key):
            return True
    return False


def _things(behind: Sequence[Token]) -> Iterator[str]:
    """Terms of the adjectives and nouns that stand beside a number."""
    for place, token in enumerate(behind[:_WORDS_BEHIND]):
        if not token.key.isalpha() or token.key in STOP_WORDS | PREPOSITIONS | _THEN or number_key(token.key):
            return
        if place and _is_verb(token.key):
            return
        yield term_of(token.key)


def _is_verb(word: str) -> bool:
    return not forms(word) if is_cyrillic(word) else word.endswith(("ed", "ing"))


def _end_of_thing(behind: Sequence[Token], end: int) -> int:
    """Where the amount ends with the noun beside it."""
    if not behind or not behind[0].key.isalpha() or behind[0].key in STOP_WORDS | PREPOSITIONS:
        return end
    word = behind[0].key
    is_thing = is_noun(word) if is_cyrillic(word) else word.endswith("s") or bool(unit_of(word))
    return behind[0].end if is_thing or unit_of(word) else end


def _meant(numeral: Numeral, before: str, clause: str, words: str) -> tuple[float, float]:
    """The numbers that may be meant."""
    value = numeral.value
    half = numeral.step / 2 if numeral.step != 1 else 0.0
    zeros = len(numeral.digits) - len(numeral.digits.rstrip("0"))
    if zeros and value >= _ROUNDED_FROM and numeral.digits.isdecimal():
        half = min(10.0**zeros / 2, _MOST_ROUNDED * value)
    hedge = next((kind for kind, pattern in _HEDGES if pattern.search(before)), "")
    if hedge == "less" and before.rstrip(" ₽€$£").endswith("до") and CHANGES.search(clause):
        hedge = ""
    if hedge == "more":
        return value - half, value * (1 + _MORE)
    if hedge == "less":
        return value * (1 - _MORE), value + half
    if hedge or number_key(words.lower()) in ROUND_WORDS:
        half = max(half, _ABOUT * value)
    return value - half, value + half
