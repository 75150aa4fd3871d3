"""A question that leans on earlier ones, and those -> one question that stands by itself.

Words are only put together: «а в октябре?» takes the place of «в июле» in the question before it, and «кто её
подписал?» gets what that question was about behind it, in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from retrieval.clues import MONTHS
from retrieval.terms import composed
from retrieval.wording import (
    ARTICLES,
    AUXILIARIES,
    MEASURES,
    PREPOSITIONS,
    QUESTION_WORDS,
    asks,
    opening_length,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.wording import QuestionWord

_TOPIC_WORDS = 30
"""So many words of an earlier question count: somebody may have pasted an article."""
_BEFORE_THE_TOPIC = QUESTION_WORDS | PREPOSITIONS | AUXILIARIES | MEASURES
"""What a question may begin with that does not say what it is about."""
_OPENING_QUOTES = "«„“\"'"
_BEHIND_WORDS = " \n\t?!.…,;:—–-("
_MONTH = re.compile(MONTHS)
_YEAR = frozenset(("год", "года", "году", "г"))
_SAME_PREPOSITIONS = {"во": "в", "со": "с", "об": "о"}


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question that stands by itself, and on what the next one may lean."""

    text: str
    subject: str
    latest: str


def reword(question: str, subject: str, latest: str) -> Reworded:
    """Complete a question that leans on `subject`, the last one in full, and `latest`, the last one that leant on it.

    `latest` is empty where none did.
    """
    question, subject, latest = composed(question), composed(subject), composed(latest)
    exchanged = _exchanged(question, subject)
    if exchanged is None:
        return Reworded(_with_topics(question, [latest, subject]), subject, question)
    return Reworded(_with_topics(latest, [exchanged]) if latest else exchanged, exchanged, latest)


def _exchanged(question: str, subject: str) -> str | None:
    """`subject` with the place, time or the like that `question` names instead; None where that fits nowhere."""
    words, earlier = words_of(question), words_of(subject)
    fragment = words[opening_length(words) :]
    content = [word for word in fragment if word.is_content]
    if not content or asks(fragment):
        return None
    phrases = _phrases(earlier, _kind(content[0]))
    if fragment[0].key in PREPOSITIONS:
        phrases = [with_it for phrase in phrases if (with_it := _with_preposition(earlier, phrase, fragment[0]))]
    elif not content[0].is_name or len(phrases) != 1:
        return None
    if not phrases:
        return None
    first, last = phrases[-1]
    if any(word.key.isdigit() for word in fragment):
        last = _through_the_year(earlier, last)
    instead = question[fragment[0].start : fragment[-1].end]
    return subject[: earlier[first].start] + instead + subject[earlier[last].end :]


def _kind(word: QuestionWord) -> str:
    """What a word may be exchanged for."""
    if _MONTH.match(word.key):
        return "month"
    if word.key.isdigit():
        return "number"
    return "name" if word.is_name else "word"


def _phrases(words: Sequence[QuestionWord], kind: str) -> list[tuple[int, int]]:
    """First and last place of each run of words of a kind; names alone make runs of several words."""
    runs: list[tuple[int, int]] = []
    for place, word in enumerate(words):
        if not word.is_content or _kind(word) != kind:
            continue
        if kind == "name" and runs and runs[-1][1] == place - 1 and not word.begins_part:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _through_the_year(words: Sequence[QuestionWord], last: int) -> int:
    """Place of the last word of "October 2024" or «октябре 2024 года», where `last` is that of the month."""
    while last + 1 < len(words) and (words[last + 1].key.isdigit() or words[last + 1].key in _YEAR):
        last += 1
    return last


def _with_preposition(
    words: Sequence[QuestionWord], phrase: tuple[int, int], preposition: QuestionWord
) -> tuple[int, int] | None:
    """The phrase together with the preposition before it; None where that is another one."""
    first, last = phrase
    place = first - 2 if first > 1 and words[first - 1].key in ARTICLES else first - 1
    if place < 0 or _plain(words[place].key) != _plain(preposition.key):
        return None
    return place, last


def _plain(preposition: str) -> str:
    return _SAME_PREPOSITIONS.get(preposition, preposition)


def _with_topics(question: str, earlier: Sequence[str]) -> str:
    """The question with what the earlier ones were about behind it."""
    words = words_of(question)
    opening = opening_length(words)
    fragment = opening > 0 and not asks(words[opening:])  # «а бухгалтер?» asks what was asked before
    topics: list[str] = []
    for text in earlier:
        if any(word.is_content for word in words_of(text)):
            topics.append(_topic(text, whole=fragment and not topics))
    if not topics:
        return question
    return f"{_between(question, words[opening:] or words)} ({'; '.join(topics)})?"


def _topic(question: str, *, whole: bool) -> str:
    """What a question is about: without what joins it to others and, unless `whole`, without what asks."""
    words = words_of(question)
    words = words[opening_length(words) :] or words
    if not whole:
        words = list(dropwhile(lambda word: word.key in _BEFORE_THE_TOPIC, words)) or words
    return _between(question, words[:_TOPIC_WORDS])


def _between(question: str, words: Sequence[QuestionWord]) -> str:
    """What is written from the first of some words to the last, with the quotation marks around them."""
    start, end = words[0].start, words[-1].end
    following = re.search(r"\w", question[end:])
    text = question[start : end + following.start() if following else len(question)].rstrip(_BEHIND_WORDS)
    return question[start - 1] + text if start and question[start - 1] in _OPENING_QUOTES else text
