"""Russian words in Latin letters, spelled as people do it by ear: «kto takoj», «segodnya», «4to».

Each spelling has several readings; that one counts whose word is known. Libraries that transliterate (cyrtranslit,
transliterate) know standards, of which each has one reading for a spelling.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_READINGS = {
    "shch": "щ", "sch": "щ", "shh": "щ", "zh": "ж", "kh": "х", "ch": "ч", "sh": "ш щ", "ts": "ц", "tz": "ц", "ya": "я",
    "ja": "я", "ia": "я", "yu": "ю", "ju": "ю", "iu": "ю", "yo": "е", "jo": "е", "ye": "е", "je": "е", "eh": "э",
    "ie": "ие ье", "iy": "ий ый", "ij": "ий", "yj": "ый", "yy": "ый", "ks": "кс", "ck": "к", "ph": "ф",
    "a": "а", "b": "б", "c": "ц к с", "d": "д", "e": "е э", "f": "ф", "g": "г", "h": "х", "i": "и й ы", "j": "й ж",
    "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к я", "r": "р", "s": "с з", "t": "т", "u": "у ю",
    "v": "в", "w": "в ш", "x": "х кс", "y": "ы й и", "z": "з ц ж", "4": "ч", "6": "ш", "'": "ь ъ", "’": "ь ъ",
}  # fmt: skip
"""What letters together or alone may stand for, the most usual first."""
_RIVAL = 1
"""What a reading costs for each more usual one before it, and a soft or hard sign that was left out."""
_SOFTENED = frozenset("бвгджзклмнпрстфхцчшщ")
_VOWELS = frozenset("аеиоуыэюя")
_LONGEST = max(map(len, _READINGS))
_MOST_STEPS = 2000
"""Partial readings looked at for one word."""


def spelled_out(word: str) -> str:
    """The most usual reading of a word in small Latin letters, whether there is such a word or not."""
    read, place = "", 0
    while place < len(word):
        length = next((length for length in range(_LONGEST, 0, -1) if word[place : place + length] in _READINGS), 1)
        piece = word[place : place + length]
        if piece == "y" and read[-1:] in _VOWELS and read:
            piece = "j"
        read += _READINGS.get(piece, piece).split(" ")[0]
        place += length
    return read


def first_letters(word: str) -> frozenset[str]:
    """The letters with which a reading of a word in small Latin letters may begin."""
    return frozenset(
        letters[0] for piece, readings in _READINGS.items() if word.startswith(piece) for letters in readings.split()
    )


def reading(word: str, begins_any: Callable[[str], bool], holds: Callable[[str], bool]) -> str | None:
    """The most usual reading of a word in small Latin letters that is a word; None where none is.

    `begins_any` tells whether any known word begins so, `holds` whether one is known. Both take small Cyrillic letters
    with «е» for «ё».
    """
    waiting: list[tuple[int, int, str]] = [(0, 0, "")]
    for _ in range(_MOST_STEPS):
        if not waiting:
            return None
        cost, behind, read = heapq.heappop(waiting)
        place = -behind
        if place == len(word):
            if holds(read):
                return read
            if read[-1:] in _SOFTENED:
                _put(waiting, cost + _RIVAL, place, read + "ь", begins_any)
            continue
        for length in range(1, _LONGEST + 1):
            piece = word[place : place + length]
            for rank, letters in enumerate(_READINGS.get(piece, "").split()) if len(piece) == length else ():
                _put(waiting, cost + rank * _RIVAL, place + length, read + letters, begins_any)
        if read[-1:] in _SOFTENED:
            for sign in "ьъ":
                _put(waiting, cost + _RIVAL, place, read + sign, begins_any)
    return None


def _put(
    waiting: list[tuple[int, int, str]], cost: int, place: int, read: str, begins_any: Callable[[str], bool]
) -> None:
    if begins_any(read):
        heapq.heappush(waiting, (cost, -place, read))
