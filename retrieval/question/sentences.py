"""Several sentences -> those that make the question: the last one that asks, and what it needs of the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.question.asking import is_question
from retrieval.question.follow_up import leans
from retrieval.question.wording import question_words
from retrieval.text.vocabulary import POINTING_ADVERBS, PRONOUNS, QUESTION_WORDS, any_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.question.wording import QuestionWord

_QUOTED = re.compile(r"[«„“\"][^«»„“”\"]+[»”“\"]")
_BREAK = re.compile(rf"(?<=[?!…])\s+|(?<=[^\W\d_]{{4}}\.)\s+|(?<=\w\.)\s+(?={any_of(QUESTION_WORDS)}\b)", re.IGNORECASE)
"""Where sentences part, whatever letters they begin with; behind a short word a full stop may shorten it."""


def parted(text: str) -> list[str]:
    """The sentences of a text; none ends between quotation marks: «Что? Где? Когда?» is one name."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    parts, start = [], 0
    for gap in _BREAK.finditer(text):
        if not any(first < gap.start() < last for first, last in quoted):
            parts.append(text[start : gap.start()])
            start = gap.end()
    return [*parts, text[start:]]


def that_ask(sentences: Sequence[str]) -> list[str]:
    """The last sentence that asks, with all others where it may not say by itself what it asks about.

    All of them where none asks.
    """
    asking = next((sentence for sentence in reversed(sentences) if is_question(sentence)), None)
    if asking is None or not _stands_alone(asking, [other for other in sentences if other is not asking]):
        return list(sentences)
    return [asking]


def _stands_alone(asking: str, others: Sequence[str]) -> bool:
    """Whether it names what it asks about, and nothing else that is said names that or anything else."""
    words = question_words(asking)
    if leans(words, ()) or any(word.key in PRONOUNS or word.key in POINTING_ADVERBS for word in words):
        return False
    own = {word.term for word in words if word.is_content}
    told = [word for other in others if not is_question(other) for word in question_words(other)]
    return any(map(_names, words)) and not any(_names(word) or (word.is_content and word.term in own) for word in told)


def _names(word: QuestionWord) -> bool:
    return word.is_name or word.key.isdigit()
