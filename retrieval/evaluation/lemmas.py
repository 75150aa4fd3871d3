"""Whether a text holds an answer in any of its forms: «Вирджинии Вулф» is «Вирджиния Вулф».

Both are compared as sequences of words, and two words are the same where they may be forms of one dictionary word.
Numbers, signs, single letters and words such as "the" are the same only as they stand, and so are English names, which
have no forms: "Woods" is no "Wood". A letter that is a name ("vitamin A") and a word in capitals ("US") are so only in
capitals; «В мае» is «в мае» all the same, since the first word of several has a capital wherever a sentence begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.dictionaries import english_lemma
from retrieval.text.morphology import lemmas, lemmas_as_named
from retrieval.text.terms import composed, is_cyrillic
from retrieval.text.vocabulary import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TOKEN = re.compile(r"(?<!\w)[-−]?\d+(?:[.,:]\d+)*[^\W_]*|[^\W_]+|[%‰$€£₽№°]")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:\s\d{3})+(?![\d])")
"""«1 860» is one number."""


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    """In small letters, with «ё» as «е»."""
    lemmas: frozenset[str]
    """Empty where the word has no other forms."""
    is_capital: bool = False
    """Whether it is short or common, and a name by its capitals alone: "A", "US"."""

    def is_form_of(self, wanted: _Word) -> bool:
        if self.key == wanted.key:
            return self.is_capital or not wanted.is_capital
        return not self.lemmas.isdisjoint(wanted.lemmas)


def holds_answer_in_any_form(text: str, answers: Iterable[str]) -> bool:
    """Whether the words of one of the answers stand in the text, one behind the other, in whatever forms."""
    words = _words(text)
    return any(_stands_in(_words(answer, is_answer=True), words) for answer in answers)


def overlap_f1_of_forms(found: str, right: str) -> float:
    """Harmonic mean of precision and recall of the words of `found`, whatever their form and order; in [0, 1].

    As `retrieval.evaluation.metrics.overlap_f1`, but for the forms.
    """
    ours, theirs = _words(found), _words(right, is_answer=True)
    left = list(ours)
    common = 0
    for word in theirs:
        place = next((place for place, other in enumerate(left) if other.is_form_of(word)), None)
        if place is not None:
            del left[place]
            common += 1
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def _stands_in(answer: Sequence[_Word], words: Sequence[_Word]) -> bool:
    return bool(answer) and any(
        all(word.is_form_of(wanted) for word, wanted in zip(words[start:], answer, strict=False))
        for start in range(len(words) - len(answer) + 1)
    )


def _words(text: str, *, is_answer: bool = False) -> list[_Word]:
    text = _THOUSANDS.sub(lambda number: "".join(number[0].split()), composed(text))
    words = [_word(token, is_answer) for token in _TOKEN.findall(text)]
    if is_answer and len(words) > 1 and len(words[0].key) == 1:
        words[0] = replace(words[0], is_capital=False)
    return words


@lru_cache(maxsize=50_000)
def _word(token: str, is_answer: bool) -> _Word:
    key = token.lower().replace("ё", "е").replace("−", "-")
    if len(token) == 1 or key in STOP_WORDS:  # «А» is a group or a vitamin, «а» joins sentences; "US" is not "us"
        return _Word(key, frozenset(), is_capital=token.isupper())
    if any(character.isdigit() for character in token):
        return _Word(key, frozenset())
    if is_cyrillic(token):
        return _Word(key, lemmas_as_named(token) if is_answer else lemmas(token))
    return _Word(key, frozenset() if token[0].isupper() else frozenset((english_lemma(key),)))
