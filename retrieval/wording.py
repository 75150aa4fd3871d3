"""Question -> its words with their parts in it: which ask, which name, which say what the question is about.

Closed lists for Russian and English, in lower case and with «ё» written as «е».
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.terms import FUNCTION_WORDS, question_terms, term_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


QUESTION_WORDS = _listed(
    """
    кто кого кому кем ком чей чья чье чьи что чего чему чем где куда откуда когда почему зачем отчего сколько скольких
    скольким сколькими насколько как какая какие каких какого какое какой каком какому какими каким какую каков какова
    каково каковы ли
    who whom whose what which where when why how
    """
)
OPENINGS = _listed("а и но ну and but so")
"""Words that join a question to what was said before it."""
OPENING_PHRASES = frozenset((("what", "about"), ("how", "about"), ("что", "насчет"), ("как", "насчет")))
POINTING = _listed(
    """
    он она оно они его ее их ему ей ею им ими него нее них нему ней нею ним ними нем
    этот эта это эти этого этой этому этим этом эту этих этими там туда оттуда тогда таких такие
    he she it they him her them his hers its their theirs this that these those there then
    """
)
"""Words that mean somebody or something, some place or time named before."""
CLAUSE_WORDS = _listed(
    """
    и или что чтобы когда если который которая которое которые где пока
    and or that when if who which while because after before as than
    """
)
"""Words that begin another clause where they do not stand first."""
PREPOSITIONS = _listed(
    """
    в во на из с со от до для по о об у под при за среди через
    in on at to from for with about by of among under during
    """
)
AUXILIARIES = _listed("был была было были is are was were do does did will would can could has have had")
ARTICLES = _listed("a an the")
MEASURES = _listed("many much long old far often")
"""What follows "how"."""
LIGHT_WORDS = _listed(
    """
    нибудь сейчас теперь снова потом позже раньше всего произошло случилось происходит
    anyone anybody anything someone something else now later again before happen happened happens take takes took taken
    place part come comes came get got went go
    спасибо пожалуйста привет здравствуйте понятно хорошо ок
    thanks thank please hello hi ok okay yes
    """
)
"""Words that say too little for a question to be about them."""

_WORD = re.compile(r"[^\W_]+")
_WITHOUT_CONTENT = (
    FUNCTION_WORDS
    | LIGHT_WORDS
    | QUESTION_WORDS
    | OPENINGS
    | POINTING
    | CLAUSE_WORDS
    | PREPOSITIONS
    | AUXILIARIES
    | ARTICLES
    | MEASURES
)


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


def words_of(question: str) -> list[QuestionWord]:
    """The words of a question that is written as `retrieval.terms.composed` writes it, in order."""
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


def asks(words: Sequence[QuestionWord]) -> bool:
    """Whether one of the words asks, or the first one is a verb as in "did she sign"."""
    return any(word.key in QUESTION_WORDS for word in words) or (bool(words) and words[0].key in AUXILIARIES)


def opening_length(words: Sequence[QuestionWord]) -> int:
    """How many words at the beginning only join the question to what was said before it."""
    count = 0
    while count < len(words) and words[count].key in OPENINGS:
        count += 1
    phrase = tuple(word.key for word in words[count : count + 2])
    return count + 2 if phrase in OPENING_PHRASES else count
