"""A question in the letters of another alphabet -> in its own: typed on the wrong keys, or Russian in Latin letters.

What was meant is told by which words are known: those of the articles and those that any question is made of. A text
of which as many words are known as it was typed, proper English above all, is left as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from retrieval.question.keyboard import retyped
from retrieval.question.transliteration import reading, spelled_out
from retrieval.text.dictionaries import is_word
from retrieval.text.lexicon import key_of
from retrieval.text.vocabulary import MONTHS, QUESTION_WORDS, STOP_WORDS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.text.lexicon import CorpusWords

_LATIN = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_WORD = re.compile(r"[^\W_]+")
_SPELT = re.compile(r"(?=[0-9]*[A-Za-z])[A-Za-z0-9]+(?:['’][A-Za-z]+)*['’]?")
_HOST = re.compile(r"\W*(?:[a-z0-9-]+\.)+(?:ru|su|com|org|net|info|news|media|press|tv|io|kz|by|ua)\W*", re.IGNORECASE)
"""The address of an outlet, which a Russian question names as it is: «по данным iz.ru»."""
_FEWEST_LETTERS = 3
"""Of a word of the articles that tells something; shorter ones are known in any alphabet."""
_FEWEST_OF_A_STEM = 5
"""Of a word that tells something though the articles hold it in other forms only."""
_LEAST_SHARE = 0.5
"""Share of the letters that must be in words which are known only as meant, if none of these asks."""
_LEAST_SHARE_ALONE = 0.8
"""The same for Russian in Latin letters that no word of every question tells from English."""
_FEWEST_BESIDE_OTHERS = 5
"""Letters that must be in such words where the rest of the text is in the other alphabet: «CEN» is an abbreviation."""
_ANY_QUESTION = STOP_WORDS | MONTHS | WEEKDAYS
_IN_ORDER = sorted(word for word in _ANY_QUESTION if _CYRILLIC.search(word))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What stands between two spaces, and what it may have been meant to be."""

    typed: str
    meant: str
    letters: int
    plain: int
    """Letters that are known as typed, and not as meant."""
    otherwise: int
    """Letters that are known as meant, and not as typed."""
    stays: bool
    """Whether it is left as typed, whatever the others are."""
    is_common: bool
    """Whether a word of it that is known only in one way is one that any question is made of."""
    asks: bool
    """Whether a word that asks is known only as meant."""


def restored(text: str, words: CorpusWords) -> str:
    """The text in the alphabet that was meant; the text itself where that is as it was typed.

    `text` stands on one line; its marks are those that were typed, since some are letters of the other alphabet.
    """
    chunks = text.split(" ")
    _restore(chunks, _LATIN, partial(_on_keys, words, russian=True), words, _typed_on_wrong_keys)
    _restore(chunks, _CYRILLIC, partial(_on_keys, words, russian=False), words, _typed_on_wrong_keys)
    _restore(chunks, _LATIN, partial(_in_cyrillic, words), words, _is_transliterated)
    return " ".join(chunks)


def _restore(
    chunks: list[str],
    alphabet: re.Pattern[str],
    meant: Callable[[str], str],
    words: CorpusWords,
    is_meant: Callable[[Sequence[_Chunk], bool], bool],
) -> None:
    """Put what was meant in the place of the chunks in one alphabet, if it was."""
    other = _CYRILLIC if alphabet is _LATIN else _LATIN
    is_russian = any(map(_CYRILLIC.search, chunks))
    own = {
        place
        for place, chunk in enumerate(chunks)
        if alphabet.search(chunk) and not (is_russian and _HOST.fullmatch(chunk))
    }
    weighed = {
        place: _weighed(chunks[place], meant(chunks[place]), words) for place in own if not other.search(chunks[place])
    }
    beside_others = any(other.search(chunk) for chunk in chunks)
    if weighed and is_meant(list(weighed.values()), beside_others):
        for place, chunk in weighed.items():
            chunks[place] = chunk.typed if chunk.stays else chunk.meant


def _typed_on_wrong_keys(chunks: Sequence[_Chunk], beside_others: bool) -> bool:
    evidence = _Evidence.of(chunks)
    if evidence.plain >= evidence.otherwise or evidence.is_plain_speech:
        return False
    if beside_others and evidence.is_an_abbreviation:
        return False
    return (evidence.asks and len(chunks) > 1) or evidence.otherwise >= _LEAST_SHARE * evidence.letters


def _is_transliterated(chunks: Sequence[_Chunk], beside_russian: bool) -> bool:
    evidence = _Evidence.of(chunks)
    if not evidence.otherwise or evidence.is_plain_speech or (beside_russian and evidence.is_an_abbreviation):
        return False
    if evidence.asks:
        return True
    if evidence.is_common:
        return evidence.plain < evidence.otherwise and evidence.otherwise >= _LEAST_SHARE * evidence.letters
    share = _LEAST_SHARE if beside_russian else _LEAST_SHARE_ALONE
    return not evidence.plain and evidence.otherwise >= share * evidence.letters


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the chunks in one alphabet tell together."""

    letters: int
    plain: int
    otherwise: int
    is_plain_speech: bool
    """Whether a word that any question is made of is known as typed alone."""
    is_common: bool
    """Whether one is known as meant alone."""
    asks: bool

    @classmethod
    def of(cls, chunks: Sequence[_Chunk]) -> _Evidence:
        return cls(
            letters=sum(chunk.letters for chunk in chunks),
            plain=sum(chunk.plain for chunk in chunks),
            otherwise=sum(chunk.otherwise for chunk in chunks),
            is_plain_speech=any(chunk.plain and chunk.is_common for chunk in chunks),
            is_common=any(chunk.otherwise and chunk.is_common for chunk in chunks),
            asks=any(chunk.asks for chunk in chunks),
        )

    @property
    def is_an_abbreviation(self) -> bool:
        return not self.is_common and self.otherwise < _FEWEST_BESIDE_OTHERS


def _weighed(typed: str, meant: str, words: CorpusWords) -> _Chunk:
    as_typed, as_meant = _keys(typed), _keys(meant)
    otherwise = _letters_known(as_meant, words)
    plain = sum(len(key) for key in as_typed if _is_known(key, words) or (otherwise and _is_in_dictionary(key)))
    told = as_meant if otherwise and not plain else as_typed if plain and not otherwise else []
    return _Chunk(
        typed=typed,
        meant=meant,
        letters=sum(map(str.isalpha, typed)),
        plain=0 if otherwise else plain,
        otherwise=0 if plain else otherwise,
        stays=plain > 0 and _more_usual(as_typed, as_meant, words),
        is_common=any(key in _ANY_QUESTION and len(key) > 1 for key in told),
        asks=told is as_meant and any(key in QUESTION_WORDS for key in as_meant),
    )


def _more_usual(as_typed: Sequence[str], as_meant: Sequence[str], words: CorpusWords) -> bool:
    if any(key in _ANY_QUESTION for key in as_meant):
        return False
    return sum(map(words.lexicon.count, as_typed)) >= sum(map(words.lexicon.count, as_meant))


def _keys(chunk: str) -> list[str]:
    return [key_of(word) for word in _WORD.findall(chunk)]


def _letters_known(keys: Sequence[str], words: CorpusWords) -> int:
    return sum(len(key) for key in keys if _is_known(key, words))


def _is_known(key: str, words: CorpusWords) -> bool:
    if key in _ANY_QUESTION:
        return len(key) > 1
    if len(key) < _FEWEST_LETTERS or key.isdecimal():
        return False
    return words.hold(key) if len(key) >= _FEWEST_OF_A_STEM else words.lexicon.count(key) > 0


def _is_in_dictionary(key: str) -> bool:
    return len(key) >= _FEWEST_LETTERS and is_word(key)


def _on_keys(words: CorpusWords, chunk: str, *, russian: bool) -> str:
    """What the same keys write in the other alphabet: the reading with most letters in known words."""

    def known(meant: str) -> tuple[int, int]:
        keys = _keys(meant)
        return _letters_known(keys, words), sum(len(key) for key in keys if _stands(words, key))

    return max(retyped(chunk, russian=russian), key=known)


def _in_cyrillic(words: CorpusWords, chunk: str) -> str:
    """A chunk with each word of Latin letters as it reads in Russian."""
    return _SPELT.sub(lambda match: _with_capitals(match[0], _read(match[0].lower(), words)), chunk)


def _read(word: str, words: CorpusWords) -> str:
    return reading(word, partial(_begins_any, words), partial(_stands, words)) or spelled_out(word)


def _begins_any(words: CorpusWords, prefix: str) -> bool:
    place = bisect_left(_IN_ORDER, prefix)
    return (place < len(_IN_ORDER) and _IN_ORDER[place].startswith(prefix)) or words.lexicon.begins_any(prefix)


def _stands(words: CorpusWords, key: str) -> bool:
    return key in _ANY_QUESTION or words.lexicon.count(key) > 0


def _with_capitals(typed: str, meant: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return meant.upper()
    return meant.capitalize() if typed[:1].isupper() else meant
