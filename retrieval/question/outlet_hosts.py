"""Names of outlets in one word, as hosts have them, and what spells them: "harrowherald" is "Harrow Herald".

A host in Latin letters may stand for Russian words (`retrieval.question.transliteration`), and for the beginnings of
some: "uralvedom" for «Уральские ведомости».
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.question.transliteration import reading
from retrieval.text.dictionaries import is_word
from retrieval.text.morphology import dictionary_forms
from retrieval.text.terms import term_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HOST = re.compile(r"(?:https?://)?(?:www\.|m\.)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:/.*)?", re.IGNORECASE)
_SECOND_LEVEL = frozenset(("co", "com", "org", "net", "msk", "spb", "gov", "ac"))
"""What may stand before the country of a host, so that the name stands before it."""
_DIGITS = re.compile(r"\d+")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_CYRILLIC = re.compile("[а-я]")
_SHORTEST_BEGINNING = 3
"""Letters of a word that a host may have of it, where it has several."""
_SIGNS = 3
"""Letters more or less than two Latin ones for a Russian one, or than one, beyond which nothing is compared."""
_CASE_VOWELS, _NOMINATIVE_VOWELS = frozenset("аеиоуыюя"), "аяое"
"""With what forms of a Russian name end, and with what its nominative may."""
_INSTEAD = (("news", "novosti"), ("herald", "vestnik"), ("online", "onlayn"), ("times", "tayms"), ("life", "layf"))
"""What hosts say in English of names that are in Russian."""


def host_of(outlet: str) -> str:
    """The host that an outlet is named by, in lower case and without ``www.``; empty where it has another name."""
    match = _HOST.fullmatch(outlet.strip())
    return match[1].lower() if match else ""


def core_of(host: str) -> str:
    """The part of a host that names the outlet: ``bbc`` of ``news.bbc.co.uk``."""
    labels = host.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels = labels[:-1]
    return labels[-1]


def pieces_of(core: str) -> list[str]:
    """The words of the name in a host, which hyphens and digits divide."""
    return _PIECE.findall(core.lower().replace("ё", "е"))


def glued(outlet: str) -> Iterator[str]:
    """The name of an outlet in one word, in each way that it may be meant."""
    word = "".join(pieces_of(core_of(host_of(outlet)) if host_of(outlet) else outlet))
    yield word
    for english, russian in _INSTEAD:
        if word.endswith(english) and word != english:
            yield word.removesuffix(english) + russian


def is_spelled(words: Sequence[str], name: str) -> bool:
    """Whether words in lower case say the name that `name` writes in one word."""
    if "".join(words) == name:
        return True
    if _digits_of("".join(words)) != _digits_of(name):
        return False
    letters = [word for word in (_DIGITS.sub("", word) for word in words) if word]
    name = _DIGITS.sub("", name)
    return bool(letters and name) and _is_read(letters, name)


def _is_read(words: Sequence[str], name: str) -> bool:
    """Whether words say a name that is written in the other alphabet."""
    together = "".join(words)
    is_russian, name_is_russian = bool(_CYRILLIC.search(together)), bool(_CYRILLIC.search(name))
    if is_russian and not name_is_russian:
        beginnings = _beginnings_of(tuple(words))
        if len(name) > 2 * len(together) + _SIGNS or beginnings.fewest > len(name) + _SIGNS:
            return False
        return reading(name, beginnings.begin_with, beginnings.hold) is not None
    return name_is_russian and not is_russian and reading(together, name.startswith, name.__eq__) is not None


def _digits_of(text: str) -> str:
    return "".join(_DIGITS.findall(text))


class _Beginnings:
    """What words give in one word where each may lose its end: the ending of its case, or more if there are several."""

    def __init__(self, words: Sequence[str]) -> None:
        several = len(words) > 1
        self._words = [
            [(form, min(_SHORTEST_BEGINNING, len(form)) if several else len(term_of(form))) for form in _forms(word)]
            for word in words
        ]

    @property
    def fewest(self) -> int:
        """The letters that they give at least."""
        return sum(min(shortest for _, shortest in forms) for forms in self._words)

    def hold(self, text: str) -> bool:
        """Whether the words give this text."""
        return self._fits(text, 0, whole=True)

    def begin_with(self, text: str) -> bool:
        """Whether they give any text that begins so."""
        return self._fits(text, 0, whole=False)

    def _fits(self, text: str, place: int, *, whole: bool) -> bool:
        if place == len(self._words):
            return not text
        if not text:
            return not whole
        forms = self._words[place]
        if not whole and any(form.startswith(text) for form, _ in forms):
            return True
        return any(
            text.startswith(form[:length]) and self._fits(text[length:], place + 1, whole=whole)
            for form, shortest in forms
            for length in range(len(form), shortest - 1, -1)
        )


@lru_cache(maxsize=1000)
def _beginnings_of(words: tuple[str, ...]) -> _Beginnings:
    return _Beginnings(words)


def _forms(word: str) -> set[str]:
    """The word and its dictionary forms, with «е» for «ё»; of one that no dictionary has, how its nominative may be."""
    found = {form.replace("ё", "е") for form in (word, *dictionary_forms(word))}
    if word[-1:] in _CASE_VOWELS and not is_word(word):
        found |= {word[:-1] + ending for ending in _NOMINATIVE_VOWELS}
    return found
