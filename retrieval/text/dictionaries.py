"""What dictionaries say of a word, whether the articles hold it or not.

The only importer of pymorphy3 (https://github.com/no-plagiarism/pymorphy3) for Russian, and of simplemma
(https://github.com/adbar/simplemma) for English. Each is loaded when it is first asked, in a third of a second.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_CYRILLIC = re.compile("[а-я]")
_PREDICATES = frozenset(("VERB", "INFN", "PRTS", "ADJS", "GRND", "PRED"))
_PROPER = frozenset(("Name", "Surn", "Patr", "Geox"))
_MOSTLY = 0.5


@lru_cache(maxsize=20_000)
def is_word(key: str) -> bool:
    """Whether the Russian or the English dictionary, by its script, holds a word in small letters, in this form."""
    if _CYRILLIC.search(key):
        return bool(_russian().word_is_known(key))
    from simplemma import is_known

    return bool(is_known(key, lang="en"))


@lru_cache(maxsize=20_000)
def is_predicate(key: str) -> bool:
    """Whether a Russian word mostly makes a sentence: a verb, or a short form such as «открыт»."""
    return _share(key, lambda tag: tag.POS in _PREDICATES) >= _MOSTLY


@lru_cache(maxsize=20_000)
def is_proper_name(key: str) -> bool:
    """Whether a word is in the Russian dictionary, mostly as the name of a person or a place."""
    return bool(_CYRILLIC.search(key)) and is_word(key) and _share(key, _names) >= _MOSTLY


@lru_cache(maxsize=20_000)
def english_lemma(key: str) -> str:
    """The dictionary form of an English word in small letters: "run" of "ran"; the word itself where none is known."""
    from simplemma import lemmatize

    return str(lemmatize(key, lang="en"))


def russian_readings(key: str) -> list[Any]:
    """What a Russian word can be, the likeliest first, as pymorphy3 tells it; words that it does not hold as well."""
    try:
        return list(_russian().parse(key))
    except ValueError:  # it looks for the script in the names of letters, and those of Tangut and others have none
        return []


def _names(tag: Any) -> bool:
    return not _PROPER.isdisjoint(tag.grammemes)


def _share(key: str, fits: Callable[[Any], bool]) -> float:
    """Share of the readings of a word, by how usual they are, that fit."""
    return float(sum(parse.score for parse in russian_readings(key) if fits(parse.tag)))


@cache
def _russian() -> Any:
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()
