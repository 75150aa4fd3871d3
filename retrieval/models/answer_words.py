"""The borders of an answer: from the tokens that a reader points at to words that can be shown."""

from __future__ import annotations

import unicodedata

_PAIRS = {"«": "»", "(": ")", "[": "]", "„": "“", "“": "”", '"': '"'}
_MARKS = " \t\n\u00a0.,;:!?…–—-/"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
"""What makes one picture of two characters, or chooses its looks."""
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return borders near `start` and `end` that cut no character, mark or pair of brackets in two.

    Spaces and marks at both ends are left out; an empty answer stays as it is.
    """
    start, end = _bare(text, start, end)
    while start + 1 < end and text[start] in _PAIRS and _PAIRS[text[start]] not in text[start + 1 : end]:
        start, end = _bare(text, start + 1, end)
    while start + 1 < end and text[end - 1] in _PAIRS.values() and not _opened(text, start, end - 1):
        start, end = _bare(text, start, end - 1)
    while end < len(text) and (_belongs_to_the_one_before(text[end]) or (end and text[end - 1] == "\u200d")):
        end += 1
    while 0 < start < end and (_belongs_to_the_one_before(text[start]) or text[start - 1] == "\u200d"):
        start -= 1
    return start, end


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out what belongs to the sentence and not to the answer."""
    first, last = start, end
    while first < last and text[first] in _MARKS and not _is_sign(text, first, last):
        first += 1
    while last > first and text[last - 1] in _MARKS and not _is_abbreviation(text, first, last):
        last -= 1
    return (first, last) if first < last else (start, end)


def _is_sign(text: str, place: int, end: int) -> bool:
    """Whether a dash is the minus of a number."""
    return text[place] in "-–—" and place + 1 < end and text[place + 1].isdigit()


def _is_abbreviation(text: str, start: int, end: int) -> bool:
    """Whether the full stop at the end is one of several: "U.S."."""
    return text[end - 1] == "." and "." in text[start : end - 1] and not text[start : end - 1].endswith((".", " "))


def _opened(text: str, start: int, place: int) -> bool:
    """Whether the closing bracket at `place` has its partner in ``text[start:place]``."""
    return any(close == text[place] and text.rfind(open_, start, place) >= 0 for open_, close in _PAIRS.items())


def _belongs_to_the_one_before(character: str) -> bool:
    return unicodedata.combining(character) > 0 or character in _JOINERS or ord(character) in _SKIN_TONES
