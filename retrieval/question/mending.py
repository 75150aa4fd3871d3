"""Misspelt words of a question -> the words of the articles that were meant.

Only a word is mended that stands nowhere: neither in the articles, in any form, nor in the dictionary. What is meant
must be so near that a likely slip parts the two (`retrieval.text.edits`): a name that is like another one is another
name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.dictionaries import is_word
from retrieval.text.edits import Slip, slip, within
from retrieval.text.lexicon import key_of
from retrieval.text.terms import term_of
from retrieval.text.vocabulary import CARDINALS, ENDINGS, MONTHS, STOP_WORDS, WEEKDAYS

if TYPE_CHECKING:
    from retrieval.text.lexicon import CorpusWords

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[а-я]")
_SHORTEST = 4
_SHORTEST_NAME = 6
_LONG = 8
"""Letters of a word of which two may be wrong."""
_VERY_LONG = 10
_SHORTEST_STEM = 3
_LONGEST_ENDING = 2
_COMMON = STOP_WORDS | MONTHS | WEEKDAYS | CARDINALS
_CHOICES = {
    cyrillic: [word for word in sorted(_COMMON) if bool(_CYRILLIC.search(word)) == cyrillic]
    for cyrillic in (True, False)
}


def mended(text: str, words: CorpusWords) -> str:
    """The text with its misspelt words as the articles write them.

    A capital is taken for that of a name: those of sentences must not stand there yet.
    """
    return _WORD.sub(lambda match: _mended(match[0], words), text)


def _mended(word: str, words: CorpusWords) -> str:
    key = key_of(word)
    if not _may_be_misspelt(word, key, words):
        return word
    edits = 2 if len(key) >= _LONG else 1
    found = {**words.lexicon.similar(key, edits), **within(key, _CHOICES[bool(_CYRILLIC.search(key))], edits)}
    meant = [form for form, distance in found.items() if _may_be_meant(word, key, form, distance, words)]
    if not meant:
        return word
    best = min(meant, key=lambda form: (found[form], -words.lexicon.count(form), form))
    spelling = words.lexicon.spelling(best)
    return spelling.text if spelling else best


def _may_be_misspelt(word: str, key: str, words: CorpusWords) -> bool:
    if len(key) < _SHORTEST or not key.isalpha() or word.isupper() or key in _COMMON:
        return False
    return not words.hold(key) and not is_word(key)


def _may_be_meant(word: str, key: str, form: str, edits: int, words: CorpusWords) -> bool:
    """Whether a form may stand for what was typed: as a slip, and not as another form of one word."""
    if len(form) < _SHORTEST or not form.isalpha() or _are_forms_of_one_word(key, form):
        return False
    spelling = words.lexicon.spelling(form)
    if spelling is None or spelling.text == spelling.text.lower():
        return not word[0].isupper() and not _differ_at_the_end(key, form) and slip(key, form) <= _likeliest(key, edits)
    if edits > 1 or len(key) < _SHORTEST_NAME or key[-1] != form[-1]:
        return False
    return slip(key, form) <= (Slip.MISSED if len(key) >= _LONG else Slip.HEARD)


def _likeliest(key: str, edits: int) -> Slip:
    """The least likely slip that a word of this length may have."""
    if len(key) < _SHORTEST_NAME:
        return Slip.EXCHANGED
    return Slip.MISSED if edits == 1 or len(key) >= _VERY_LONG else Slip.HEARD


def _are_forms_of_one_word(one: str, other: str) -> bool:
    stem = _letters_alike(one, other)
    if term_of(one) == term_of(other) or stem in (len(one), len(other)):
        return True
    return stem >= _SHORTEST_STEM and one[stem:] in ENDINGS and other[stem:] in ENDINGS


def _differ_at_the_end(one: str, other: str) -> bool:
    """Whether two words part only in their last letters, as «биодобавки» and «биодобавок» do."""
    return _letters_alike(one, other) >= max(len(one), len(other)) - _LONGEST_ENDING


def _letters_alike(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (own, its) in pairs if own != its), min(len(one), len(other)))
