"""What is counted in a text: money, people, shares, time, size; a price is no distance, and hens are no people."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from itertools import chain

from retrieval.text.kinds import Clue
from retrieval.text.vocabulary import (
    CARDINALS,
    COLLECTIVES,
    COUNTED_STEMS,
    DURATION_ADJECTIVES,
    DURATION_STEMS,
    MEASURE_ADJECTIVES,
    MEASURE_STEMS,
    MEASURE_WORDS,
    MONEY_ADJECTIVES,
    MONEY_STEMS,
    MONEY_WORDS,
    MULTIPLES,
    PEOPLE_STEMS,
    PERCENT_ADJECTIVES,
    PERCENT_STEMS,
    any_of,
    forms_of,
)

_BY_WORD = (
    (Clue.MONEY, rf"{forms_of(MONEY_STEMS)}|{any_of(MONEY_WORDS)}"),
    (Clue.PERCENT, rf"{forms_of(PERCENT_STEMS)}|per cent"),
    (Clue.MEASURE, rf"{forms_of(MEASURE_STEMS)}|{any_of(MEASURE_WORDS)}"),
    (Clue.PEOPLE, forms_of(PEOPLE_STEMS)),
    (Clue.DURATION, forms_of(DURATION_STEMS)),
)
_UNITS = tuple((unit, re.compile(words, re.IGNORECASE)) for unit, words in _BY_WORD)
_ADJECTIVES = (
    (Clue.MONEY, MONEY_ADJECTIVES),
    (Clue.PERCENT, PERCENT_ADJECTIVES),
    (Clue.MEASURE, MEASURE_ADJECTIVES),
    (Clue.DURATION, DURATION_ADJECTIVES),
)
_COMPOUNDS = tuple(
    (unit, re.compile(rf"(?:\d[-‑–]|\b{any_of(COUNTED_STEMS)}){any_of(adjectives)}", re.IGNORECASE))
    for unit, adjectives in _ADJECTIVES
)
"""«19-летняя», «двухдневный»."""
_SIGNS = {"%": Clue.PERCENT, "°": Clue.MEASURE, **dict.fromkeys("₽€$£", Clue.MONEY)}
_NOTHING = Clue(0)
_TOKEN = re.compile(
    r"(?:1[89]|20)\d\d[ \u00a0](?:год\w*|г\b)|\d+(?:-(?:[йяеюмх]|го|му|ый|ой|ая|ое|ые)|st|nd|rd|th)\b|"
    rf"\d+[-‑–]{any_of(chain.from_iterable(words for _, words in _ADJECTIVES))}\w*|"
    r"\d+|[Pp]er[ \u00a0]cent\b|[^\W\d_]+|[%₽€$£°]"
)
"""Years, ordinals and compounds are one token each: they count nothing that stands behind them."""
_WORDS_BEHIND = 2
"""Of so many words behind a number one may say what is counted: «12 новых автобусов»."""


class _Role(Enum):
    """What a token is beside a number, where it is no unit itself."""

    NUMBER = auto()
    PEOPLE = auto()
    """A number of people by itself: «трое»."""
    OTHER = auto()


def units_in(text: str) -> Clue:
    """What is counted in a text; nothing where no number stands beside a word that says it."""
    found, left, before = _NOTHING, 0, _NOTHING
    for unit, pattern in _COMPOUNDS:
        if pattern.search(text):
            found |= unit
    for token in _TOKEN.findall(text):
        role = _role(token)
        if role is _Role.OTHER:
            left = max(left - 1, 0)
        elif isinstance(role, Clue):
            found |= role if left else _NOTHING
            left = 0
        else:
            left = _WORDS_BEHIND
            found |= Clue.PEOPLE if role is _Role.PEOPLE else before
        before = _SIGNS.get(token, _NOTHING)
    return found


@lru_cache(maxsize=1 << 16)
def unit_of(word: str) -> Clue:
    """What a word such as «рублей» or "passengers" counts; nothing for any other."""
    return next((unit for unit, pattern in _UNITS if pattern.fullmatch(word)), Clue(0))


@lru_cache(maxsize=1 << 16)
def _role(token: str) -> _Role | Clue:
    key = token.lower().replace("ё", "е").replace("\u00a0", " ")
    if key in COLLECTIVES:
        return _Role.PEOPLE
    if key.isdecimal() or key in CARDINALS or key in MULTIPLES:
        return _Role.NUMBER
    return _SIGNS.get(key) or unit_of(key) or _Role.OTHER
