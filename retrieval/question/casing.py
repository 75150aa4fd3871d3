"""Words as the articles write them: names with capitals, other words without, whatever was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.text.dictionaries import is_proper_name, is_word
from retrieval.text.lexicon import key_of
from retrieval.text.vocabulary import (
    BEFORE_US,
    ENGLISH_DAYS,
    ENGLISH_MONTHS,
    ENGLISH_WEEKDAYS,
    MONTHS_OR_VERBS,
    NAMES_LIKE_WORDS,
    PREPOSITIONS,
    STOP_WORDS,
    any_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.text.lexicon import CorpusWords, Spelling

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[а-я]")
_NAME_ALONE = 0.6
_NAME_BESIDE_NAME = 0.4
"""Shares of capitals in the articles from which a word is written as a name."""
_SURELY = 0.9
_FEWEST = 3
"""How often a word of the dictionary must stand in the articles to be a name."""
_FEWEST_ARTICLES = 20
"""How often "the" must stand there for English words to be more than parts of names."""
_ALWAYS_CAPITALS = ENGLISH_MONTHS | ENGLISH_WEEKDAYS | {"i"}
_EITHER_MONTH = any_of(MONTHS_OR_VERBS)
_MONTH = re.compile(
    rf"(?:(?<=\d )|\b(?P<before>{any_of(PREPOSITIONS)} )){_EITHER_MONTH}\b|\b{_EITHER_MONTH}(?= \d)", re.IGNORECASE
)
_INITIALS = re.compile(r"\b([^\W\d_])\.(\s?)([^\W\d_])\.(?=\s?[A-ZА-ЯЁ])")
_AFTER_A_QUOTE = re.compile(r"(?:(?<=[«„“])|(?<=[\s(]\")|(?<=[?!] ))[^\W\d_]|\A\"[^\W\d_]")
_FIRST_WORD = re.compile(r"[^\w]*([^\W_]+)")


@dataclass(frozen=True, slots=True)
class _Written:
    """A word in small letters and as a name, and how often it is one: a share of all."""

    small: str
    name: str
    capital: float

    @property
    def text(self) -> str:
        return self.name if self.capital >= _NAME_ALONE else self.small


def capitals_tell(text: str) -> bool:
    """Whether a text was not typed in nothing but capitals, or with one before each word."""
    words = [word for word in _WORD.findall(text) if word.lower() != word.upper()]
    if all(word.isupper() for word in words):
        return False
    return not all(word[0].isupper() for word in words) or all(key_of(word) not in STOP_WORDS for word in words[1:])


def in_usual_case(sentence: str, words: CorpusWords, *, typed_tells: bool) -> str:
    """A sentence with its words as the articles write them inside of one, the first word too.

    Words that the articles do not know keep the capitals that they were typed with, if these tell anything.
    """
    found = list(_WORD.finditer(sentence))
    keys = ["", *(key_of(match[0]) for match in found), ""]
    written = [
        _written(match[0], keys[place], keys[place + 2], words, tells=typed_tells) for place, match in enumerate(found)
    ]
    for place, (match, following) in enumerate(pairwise(found)):
        between = sentence[match.end() : following.start()]
        if between == " ":
            written[place : place + 2] = _side_by_side(written[place], written[place + 1], words)
        elif between == "-":
            written[place + 1] = _behind_hyphen(written[place], written[place + 1])
    parts, end = [], 0
    for match, word in zip(found, written, strict=True):
        parts += [sentence[end : match.start()], word.text]
        end = match.end()
    text = "".join(parts) + sentence[end:]
    return _INITIALS.sub(lambda match: match[0].upper(), _MONTH.sub(_with_month, text))


def with_capitals(sentence: str) -> str:
    """A sentence with a capital where it begins and behind each opening quotation mark."""
    sentence = _AFTER_A_QUOTE.sub(lambda match: match[0].upper(), sentence)
    first = _FIRST_WORD.match(sentence)
    if first is None or first[1] != first[1].lower():  # «iPhone» stays
        return sentence
    return sentence[: first.start(1)] + first[1][0].upper() + sentence[first.start(1) + 1 :]


def _side_by_side(one: _Written, other: _Written, words: CorpusWords) -> tuple[_Written, _Written]:
    """Two words side by side, of which a name makes the other more likely to be one."""
    together = words.lexicon.is_name(key_of(one.small), key_of(other.small))
    least = 0 if together else _NAME_BESIDE_NAME
    if together or max(one.capital, other.capital) >= _SURELY:
        one, other = (replace(word, capital=1) if word.capital >= least else word for word in (one, other))
    return one, other


def _behind_hyphen(one: _Written, other: _Written) -> _Written:
    """The second part of a compound: «на юго-западе», though «Запад» is a name."""
    is_part = one.text == one.small and is_word(key_of(other.small)) and not is_proper_name(key_of(other.small))
    return replace(other, capital=0) if is_part else other


def _written(word: str, before: str, after: str, words: CorpusWords, *, tells: bool) -> _Written:
    """How a word is written between two others (their keys; empty where there is none)."""
    key = key_of(word)
    if key == "us":  # a country, unless what stands around it makes it ourselves
        return _Written("us", "US", float(before not in BEFORE_US or not (after == "" or after in STOP_WORDS)))
    if key in _ALWAYS_CAPITALS:
        return _Written(key, key.capitalize(), 1)
    spelling = words.lexicon.spelling(key)
    if key in STOP_WORDS:
        is_name = tells and before != "" and (NAMES_LIKE_WORDS.get(key) == word or _is_title(word, after))
        return _Written((spelling.text if spelling else word).lower(), word, float(is_name))
    as_typed = _Written(word.lower(), word, float(tells and (before != "" or _is_mixed(word)) and word != word.lower()))
    if spelling is None or spelling.capital is None:
        return _unseen(key, spelling, words) or as_typed
    spelt = _as_spelt(spelling)
    if not _says_little(key, spelling, words):
        return spelt
    return as_typed if word != word.lower() else replace(spelt, capital=0)  # beside a name it may be one all the same


def _is_title(word: str, after: str) -> bool:
    """Whether an English word for a day is a title, which ends the sentence or a part of it: "Who wrote Yesterday?"."""
    return word.lower() in ENGLISH_DAYS and word.istitle() and (after == "" or after in PREPOSITIONS)


def _unseen(key: str, spelling: Spelling | None, words: CorpusWords) -> _Written | None:
    """How a form is written that the articles hold at most where sentences begin; None where nothing tells."""
    relatives = [form for form in words.lexicon.family(key) if form.capital is not None]
    if relatives:
        return _like_relatives(key, relatives)
    if is_proper_name(key) or (spelling and _CYRILLIC.search(key) and not is_word(key)):
        return _Written(key, _capitalised(key), 1)
    return None


def _says_little(key: str, spelling: Spelling, words: CorpusWords) -> bool:
    """Whether a word of the dictionary stands with a capital where that makes no name of it elsewhere."""
    if spelling.text == spelling.text.lower() or not is_word(key) or is_proper_name(key):
        return False
    if not _CYRILLIC.search(key) and words.lexicon.count("the") < _FEWEST_ARTICLES:
        return True
    return spelling.count < _FEWEST


def _as_spelt(spelling: Spelling) -> _Written:
    small = spelling.text.lower()
    return _Written(small, spelling.text if spelling.text != small else _capitalised(small), spelling.capital or 0)


def _like_relatives(small: str, relatives: Sequence[Spelling]) -> _Written:
    """A form that the articles do not hold, as its other forms are written: «iPhone» beside «iPhones»."""
    most_usual = max(relatives, key=lambda form: (form.count, form.text)).text
    name = "".join(
        letter.upper() if place < len(most_usual) and most_usual[place].isupper() else letter
        for place, letter in enumerate(small)
    )
    share = sum(form.count * (form.capital or 0) for form in relatives) / sum(form.count for form in relatives)
    return _Written(small, name if name != small and most_usual != most_usual.upper() else _capitalised(small), share)


def _is_mixed(word: str) -> bool:
    return word[1:] != word[1:].lower()


def _capitalised(word: str) -> str:
    return word[0].upper() + word[1:].lower()


def _with_month(match: re.Match[str]) -> str:
    before = match["before"] or ""
    return before + match[0][len(before) :].title()
