"""The names in an article's beginning: people, places and things, by which two events of one kind are told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.text.terms import composed, is_cyrillic, term_of
from retrieval.text.vocabulary import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3
_LEAST_SMALL = 0.5
"""Share of an English headline's words without a capital from which its capitals tell names: all may have them."""


@dataclass(frozen=True, slots=True)
class Names:
    """Terms of names; what is written in capitals is mostly an agency or a country, and tells no event from another."""

    inside: frozenset[str]
    """Of words with a capital inside a sentence."""
    opening: frozenset[str]
    """Of words that begin one, whose capital says nothing."""

    @classmethod
    def of(cls, headline: str, sentences: Sequence[str]) -> Self:
        """Read the headline and the first sentences of an article."""
        inside: set[str] = set()
        opening: set[str] = set()
        for text in (headline, *sentences):
            words = _WORD.findall(composed(text))
            longer = [word for word in words if len(word) >= _SHORTEST]
            small = sum(word.islower() for word in longer)
            if text is headline and not is_cyrillic(text) and small < _LEAST_SMALL * len(longer):
                continue
            for place, word in enumerate(words):
                if len(word) >= _SHORTEST and word[0].isupper() and word[1:].islower():
                    (inside if place else opening).add(_term(word))
        return cls(frozenset(inside - _TIMES), frozenset(opening - inside - _TIMES))

    def in_common(self, other: Names) -> frozenset[str]:
        """Names that both have; what only begins sentences in both is none."""
        return (self.inside & (other.inside | other.opening)) | (self.opening & other.inside)

    def are_apart_from(self, other: Names) -> bool:
        """Whether both have names, and none in common."""
        return (
            bool(self.inside and other.inside)
            and self.inside.isdisjoint(other.inside)
            and self.inside.isdisjoint(other.opening)
            and self.opening.isdisjoint(other.inside)
        )


def _term(word: str) -> str:
    return term_of(word.lower().replace("ё", "е"))


_TIMES = frozenset(_term(word) for word in (*MONTHS, *WEEKDAYS))
