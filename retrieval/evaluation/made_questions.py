"""Questions made out of what is published, without any language model: a stand-in for those of readers.

A sentence that states something becomes questions about it, with rules: its number, time, place or person is what is
asked (as in Heilman and Smith 2010, https://aclanthology.org/N10-1086, with fewer rules and no parser). They use
the words of their article, so they are easier to answer than those of readers; with the article hidden
(`retrieval.evaluation.hiding`) they do not profit from that.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

from retrieval.evaluation import asked_in_english, asked_in_russian
from retrieval.evaluation.statements import statement_in
from retrieval.question.parsing import parse
from retrieval.text.kinds import Clue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.library import Opened
    from retrieval.store.queries import PassageText

_MOST = 200
"""Questions that are made."""
_ARTICLES = 1000
"""Of which they are drawn at most."""
_OF_AN_ARTICLE = 6
"""Most questions of one article, as far as others have fewer."""
_WORDS = range(5, 17)
_LEAST_CONTENT = 3
"""Words that say what a question is about, fewer of which may mean anything."""
_UNTOLD_APART = Clue.DATE | Clue.PLACE
"""What an article tells in many ways, so that it cannot be told which of its passages do."""
_QUOTED_APART = re.compile(r"^[^«]*»|«[^»]*$")
_RUSSIAN = {
    Clue.NUMBER: asked_in_russian.how_many,
    Clue.DATE: asked_in_russian.when,
    Clue.PLACE: asked_in_russian.where,
    Clue.PERSON: asked_in_russian.who,
}
_ENGLISH = {
    Clue.NUMBER: asked_in_english.how_many,
    Clue.DATE: asked_in_english.when,
    Clue.PERSON: asked_in_english.who,
}


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question that was made out of a sentence."""

    text: str
    answer: str
    """As it stands in the sentence."""
    evidence: str
    """The sentence."""
    revision: int
    """Of its article."""
    asks_for_time_or_place: bool


def questions_of(sentence: str, day: date) -> Iterator[tuple[str, str, Clue]]:
    """Yield the questions that a sentence, written on a day, answers, each with its answer and what it asks for."""
    statement = statement_in(sentence, day)
    if statement is None:
        return
    for clue, asking in (_RUSSIAN if statement.is_cyrillic else _ENGLISH).items():
        for question, answer in asking(statement):
            if _is_clear(question, clue, day):
                yield question, answer, clue


def make_questions(opened: Opened, most: int = _MOST) -> list[MadeQuestion]:
    """Make up to `most` questions of as many articles as there are.

    They are the same ones every time. Those of an article, and its turn, depend on nothing but itself: where another
    one is added or changed, they stay.
    """
    number = opened.generation.manifest.number
    # Drawn to be the same each time.
    chances = {revision: random.Random(article) for article, revision in opened.queries.article_revisions(number)}  # noqa: S311
    in_turn = sorted(chances, key=lambda revision: chances[revision].random())
    passages: dict[int, list[PassageText]] = {revision: [] for revision in in_turn[:_ARTICLES]}
    for passage in opened.queries.passage_texts(number):
        if passage.revision in passages:
            passages[passage.revision].append(passage)
    return _in_turn((_of_article(found, chances[revision]) for revision, found in passages.items()), most)


def _in_turn(by_article: Iterable[Sequence[MadeQuestion]], most: int) -> list[MadeQuestion]:
    """The first question of every article, then the second ones, up to `most`, each once."""
    found: dict[str, MadeQuestion] = {}
    for rank in zip_longest(*by_article):
        for question in filter(None, rank):
            found.setdefault(question.text, question)
            if len(found) == most:
                return list(found.values())
    return list(found.values())


def _of_article(passages: Sequence[PassageText], chance: random.Random) -> list[MadeQuestion]:
    """Up to `_OF_AN_ARTICLE` questions, each of another sentence."""
    places = [(passage, span) for passage in passages for span in passage.sentences]
    chance.shuffle(places)
    found: list[MadeQuestion] = []
    for passage, span in places:
        sentence = passage.text[span.start : span.end]
        made = list(questions_of(sentence, _day_of(passage)))
        if made:
            question, answer, clue = chance.choice(made)
            found.append(MadeQuestion(question, answer, sentence, passage.revision, bool(clue & _UNTOLD_APART)))
        if len(found) == _OF_AN_ARTICLE:
            break
    return found


def _day_of(passage: PassageText) -> date:
    return passage.published_at.date() if passage.published_at else date.max


def _is_clear(question: str, clue: Clue, day: date) -> bool:
    """Whether a question asks for what it was made to ask, restricts nothing, and says what it is about."""
    asked = parse(question, day)
    return (
        asked.is_question
        and bool(asked.wants & clue)
        and not asked.bounds
        and not asked.wants_news
        and not _QUOTED_APART.search(question)
        and len(asked.words) in _WORDS
        and (asked.words[-1].is_content or not asked.is_cyrillic)
        and sum(word.is_content for word in asked.words) >= _LEAST_CONTENT
    )
