"""Whether a text that was typed without a question mark asks all the same: «мост когда открыли», «погода выходные»."""

from __future__ import annotations

import re

from retrieval.question.acts import act_of
from retrieval.question.asking import is_question
from retrieval.text.dictionaries import is_predicate
from retrieval.text.lexicon import key_of
from retrieval.text.vocabulary import (
    ARTICLES,
    ENGLISH_AUXILIARIES,
    LIGHT_WORDS,
    PREPOSITIONS,
    RUSSIAN_ASKING_WORDS,
    STOP_WORDS,
    WHETHER,
    any_of,
)

_LONGEST_ASKING_INSIDE = 12
"""Words of a text that may ask with a word that it does not open with."""
_FEWEST_KEYWORDS, _MOST_KEYWORDS = 2, 4
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[а-я]")
_QUOTED = re.compile(r"[«„“\"][^«»„“”\"]+[»”“\"]")
_ASKS_INSIDE = re.compile(
    rf"(?:[^,:;—–]*\s)??(?:{any_of(RUSSIAN_ASKING_WORDS)}\b(?!-)|\w+\s+(?-i:{WHETHER})\b)", re.IGNORECASE
)
"""A comma before such a word makes it join a clause: «Стало известно, кто победил»."""
_PARTING = re.compile(r"[,;:!.…()'’]|\s[—–-]\s")
_ENGLISH_VERB = re.compile(r"[a-z]{2,}(?:ed|ing)|to|says?|said")


def asks_unmarked(text: str) -> bool:
    """Whether whoever typed a text asks with it: as a question, with a word inside it that asks, or in keywords."""
    if is_question(text) or is_keywords(text):
        return True
    plain = _QUOTED.sub(" ", text)
    return len(_WORD.findall(plain)) <= _LONGEST_ASKING_INSIDE and _ASKS_INSIDE.match(plain) is not None


def is_keywords(text: str) -> bool:
    """Whether a text only names what it looks for, in a few words, and does not tell as a headline does."""
    keys = [key_of(word) for word in _WORD.findall(text)]
    content = [key for key in keys if key not in STOP_WORDS and key not in LIGHT_WORDS]
    if not _FEWEST_KEYWORDS <= len(content) <= _MOST_KEYWORDS or _PARTING.search(text):
        return False
    if keys[0] in PREPOSITIONS | ARTICLES or act_of(text):
        return False
    if not PREPOSITIONS.isdisjoint(keys) and any(map(str.isdecimal, keys)):  # «Прогноз погоды на 16 ноября»
        return False
    return not any(map(_tells, keys))


def _tells(key: str) -> bool:
    """Whether a word makes a text tell something."""
    if _CYRILLIC.search(key):
        return key not in PREPOSITIONS and is_predicate(key)
    return key in ENGLISH_AUXILIARIES or _ENGLISH_VERB.fullmatch(key) is not None
