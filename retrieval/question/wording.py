"""Question -> its words with their parts in it: which ask, which name, which say what the question is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.terms import question_terms, term_of
from retrieval.text.vocabulary import (
    AUXILIARIES,
    CONJUNCTIONS,
    LIGHT_WORDS,
    MEASURES,
    OPENINGS,
    QUESTION_WORDS,
    STOP_WORDS,
    WHETHER,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_QUESTION = 600
"""Characters; what is longer is a text that somebody pasted, and is not looked at for what only a question says."""
_OPENING_PHRASES = frozenset((("what", "about"), ("how", "about"), ("что", "насчет"), ("как", "насчет")))
_WORD = re.compile(r"[^\W_]+")
_WITHOUT_CONTENT = STOP_WORDS | LIGHT_WORDS | OPENINGS | CONJUNCTIONS | MEASURES


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A word of a question and its place there."""

    key: str
    """In lower case, «ё» as «е»."""
    term: str
    start: int
    end: int
    is_content: bool
    """Whether it says what the question is about."""
    is_name: bool
    """Written with a capital inside the question, or between quotation marks."""
    begins_part: bool
    """Whether a comma or the like stands before it."""


def question_words(question: str) -> list[QuestionWord]:
    """The words of a question that is written as `retrieval.text.terms.composed` writes it, in order."""
    names = {term.term for term in question_terms(question) if term.is_name}
    words: list[QuestionWord] = []
    for match in _WORD.finditer(question):
        key = match[0].lower().replace("ё", "е")
        term = term_of(key)
        is_content = key not in _WITHOUT_CONTENT
        between = question[words[-1].end : match.start()] if words else ""
        words.append(
            QuestionWord(
                key=key,
                term=term,
                start=match.start(),
                end=match.end(),
                is_content=is_content,
                is_name=is_content and term in names,
                begins_part=any(mark in between for mark in ",;:—–("),
            )
        )
    return words


def in_full(text: str, topic: str) -> str:
    """One question of a text that leans on a conversation and the topic that this adds."""
    return f"{text} ({topic})?" if topic else text


def asks(words: Sequence[QuestionWord]) -> bool:
    """Whether one of the words asks, or the first one is a verb as in "did she sign"."""
    return any(word.key in QUESTION_WORDS or word.key == WHETHER for word in words) or (
        bool(words) and words[0].key in AUXILIARIES
    )


def opening_length(words: Sequence[QuestionWord]) -> int:
    """How many words at the beginning only join the question to what was said before it."""
    count = 0
    while count < len(words) and words[count].key in OPENINGS:
        count += 1
    phrase = tuple(word.key for word in words[count : count + 2])
    return count + 2 if phrase in _OPENING_PHRASES else count
