"""How sure an answer is to a question that leans on a conversation.

What the conversation adds finds the right article by itself, whether that says what is asked or not. So the things
that the question itself asks about have to be named there: «какой у него рост?» is not answered where no height is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.morphology import is_noun
from retrieval.text.terms import is_cyrillic, terms_of
from retrieval.text.vocabulary import ARTICLES, MEASURES, POSSESSIVES, WHICH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.question.parsing import Question
    from retrieval.question.wording import QuestionWord
    from retrieval.ranking.search import SearchResult
    from retrieval.types import Passage

_BEFORE_A_NOUN = ARTICLES | POSSESSIVES | MEASURES | WHICH
_SHORTEST_IN_A_COMPOUND = 5
_AGES = frozenset(("лет", "years"))
"""An age is told in many ways: «двадцатилетний»."""


def names_what_is_asked(found: SearchResult, question: Question, passages: Mapping[int, Passage]) -> bool:
    """Whether the best passage names one of the things that a question asks about, other than what it leans on.

    It does as well where that cannot be told: the question stands by itself, names none, or is of another script.
    """
    best = passages.get(found.hits[0].passage_id) if found.hits else None
    is_russian = is_cyrillic(question.text)
    things = _things(question.words, is_russian=is_russian)
    if not question.topic or best is None or not things or is_cyrillic(best.text) != is_russian:
        return True
    return not things.isdisjoint(terms_of(best.text)) or _stands_in_a_compound(things, best.text)


def _stands_in_a_compound(things: frozenset[str], text: str) -> bool:
    """«Хирургов» in «кардиохирургов»."""
    text = text.lower().replace("ё", "е")
    return any(len(thing) >= _SHORTEST_IN_A_COMPOUND and thing in text for thing in things)


def _things(words: Sequence[QuestionWord], *, is_russian: bool) -> frozenset[str]:
    """The terms of the nouns; in English of what stands behind "the", "his", "which" and the like."""
    before = (None, *words)
    return frozenset(
        word.term
        for word, previous in zip(words, before, strict=False)
        if word.is_content
        and word.key not in _AGES
        and (is_noun(word.key) if is_russian else previous is not None and previous.key in _BEFORE_A_NOUN)
    )
