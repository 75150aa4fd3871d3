"""Whether an answer stands in a text, in this form or another: «Вирджинии Вулф» where «Вирджиния Вулф» is meant."""

import math
import re
from dataclasses import dataclass
from typing import Self

_WORD = re.compile(r"\w+")
_SHORT, _MIDDLING = 3, 5
"""Letters: shorter words tell nothing by themselves; those up to the second keep fewer letters in all their forms."""
_ENOUGH = 0.8
"""Share of an answer's words that stand for it."""


@dataclass(frozen=True, slots=True)
class AnswerForms:
    """An answer as it is looked for in texts."""

    letters: str
    words: tuple[re.Pattern[str], ...]
    """Beginnings of the words that tell something."""

    @classmethod
    def of(cls, answer: str) -> Self:
        """Return the forms of an answer."""
        letters = _folded(answer).strip()
        telling = (word for word in _WORD.findall(letters) if len(word) > _SHORT or _has_digit(word))
        return cls(letters, tuple(re.compile(rf"\b{_beginning(word)}") for word in dict.fromkeys(telling)))

    def stand_in(self, text: str) -> bool:
        """Whether a text has the answer's letters, or words that begin like enough of its words."""
        folded = _folded(text)
        if self.letters in folded:
            return True
        wanted = math.ceil(_ENOUGH * len(self.words))
        return wanted > 0 and sum(word.search(folded) is not None for word in self.words) >= wanted


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _beginning(word: str) -> str:
    """The pattern of what a word keeps in its other forms; of a number that is all of it."""
    if _has_digit(word):
        return rf"{re.escape(word)}\b"
    return re.escape(word[:_SHORT] if len(word) <= _MIDDLING else word[:_MIDDLING])
