"""Words of a quotation, with what may be typed otherwise made alike and nothing that changes what is said.

Case, «ё», stress marks, quotation marks, dashes, spaces, punctuation and invisible characters do not matter; numbers
with their signs, names and each small word do: «не» is a word like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.terms import composed, is_cyrillic
from retrieval.text.vocabulary import CONDITIONS, NEGATIONS, STOP_WORDS
from retrieval.text.whole import whole_with_places

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPACE = "[ \u00a0\u2009\u202f]"
_MARK = "\u0300-\u036f"
_TOKEN = re.compile(
    rf"(?P<omission>…|\.{{3,}})|"
    rf"(?:(?<![\w.,\u2010-\u2014\u2212-])[-\u2212\u2013])?"
    rf"(?:\d{{1,3}}(?:{_SPACE}\d{{3}}(?!\d))+|\d+)(?:[.,:]\d+)*(?:[^\W\d_][\w{_MARK}]*)?|"
    rf"[^\W_][{_MARK}]*(?:['’ʼ]?[^\W_][{_MARK}]*)*|"
    r"[%‰$€£¥₽°+]"
)
"""A minus is part of its number; dashes between words are none, and what they join are two words."""
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+")
_ALIKE = str.maketrans({"ё": "е", "’": "'", "ʼ": "'", "\u2212": "-", "\u2013": "-"})
_LEAVE_OUT = re.compile(rf"(?<=\d){_SPACE}(?=\d)")

_DENIALS = re.compile(r"(?:опроверг|опроверж|отриц|отрица|ложн|выдум|якобы|den(?:y|ied|ies)|refut|disput|reject)\w*")


@dataclass(frozen=True, slots=True)
class QuotedWord:
    """A word, a number or a sign such as %, in the form in which it is compared."""

    form: str
    start: int
    end: int
    """``text[start:end]`` is how it stands there."""
    is_after_omission: bool = False
    """Whether «…» stands between it and the word before it."""

    @property
    def is_content(self) -> bool:
        """Whether it says more than how other words are joined."""
        return self.form not in STOP_WORDS and (len(self.form) > 1 or self.form.isdigit())


def quoted_words(text: str) -> tuple[QuotedWord, ...]:
    """The words of a text, in order."""
    seen = whole_with_places(text)
    has_commas = not is_cyrillic(text)  # between thousands; in Russian a comma begins the decimals
    words: list[QuotedWord] = []
    is_after_omission = False
    for match in _TOKEN.finditer(seen.text):
        if match["omission"]:
            is_after_omission = bool(words)
            continue
        start, end = seen.stored(match.start(), match.end())
        words.append(QuotedWord(_form(match[0], has_commas=has_commas), start, end, is_after_omission))
        is_after_omission = False
    return tuple(words)


def denies(words: Iterable[QuotedWord]) -> bool:
    """Whether one of some words denies something."""
    return any(is_negation(word.form) or _DENIALS.fullmatch(word.form) for word in words)


def is_negation(form: str) -> bool:
    """Whether a word turns what is said into its opposite."""
    return form in NEGATIONS or form.endswith("n't")


def restricts(words: Iterable[QuotedWord]) -> bool:
    """Whether one of some words makes a condition, a doubt or a denial of what stands beside it."""
    # «Без подходов» restricts what it stands beside, and seldom the rest of a sentence.
    found = [word for word in words if word.form not in {"без", "without"}]
    return denies(found) or any(word.form in CONDITIONS for word in found)


@lru_cache(maxsize=100_000)
def _form(token: str, *, has_commas: bool) -> str:
    form = composed(token).lower().translate(_ALIKE)
    if not form[-1:].isdigit():
        return form
    form = _LEAVE_OUT.sub("", form)
    return form.replace(",", "") if has_commas and _THOUSANDS.fullmatch(form) else form
