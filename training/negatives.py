"""Pairs without an answer, made of pairs with one.

A set without unanswerable pairs would teach that its language always means yes, so two kinds are made:

- *cut*: the passage without the sentences in which the answer stands;
- *near*: a passage of the same set that is close to the question and lacks the answer;

and from questions that name a number, a few whose number is another one.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import razdel

from training.answer_forms import AnswerForms
from training.nearest import Nearest, nearest_by_words
from training.reader_pairs import Pair

CHANGED_NUMBER_SHARE = 0.3
"""Of the questions with a number so many are asked with another one as well."""
_CHOSEN_FROM = 3
"""Of the passages that are closest in one way and lack the answer, one of so many is taken."""
_NUMBER = re.compile(r"\b\d{1,4}\b")


def made_negatives(
    yes: list[Pair], pairs: list[Pair], chance: random.Random, ways: Sequence[Nearest] = (nearest_by_words,)
) -> list[Pair]:
    """Make up to two negatives of each answerable pair, and some with another number, in random order.

    Near passages are those of `pairs` that one of the `ways` finds.
    """
    made = []
    for pair, near in zip(yes, nearest_without_answer(yes, pairs, ways), strict=True):
        if near is not None:
            made.append(replace(pair, passage=near.passage, title=near.title, answerable=False, answer=None))
        if (passage := without_answer(pair)) is not None:
            made.append(replace(pair, passage=passage, answerable=False, answer=None))
        if chance.random() < CHANGED_NUMBER_SHARE and (question := other_number(pair.question, chance)) is not None:
            made.append(replace(pair, question=question, answerable=False, answer=None))
    chance.shuffle(made)
    return made


def without_answer(pair: Pair) -> str | None:
    """Return the passage less the sentences in which the answer stands; None where nothing is left."""
    if (answer := _answer_of(pair)) is None:
        return None
    sentences = [sentence.text for sentence in razdel.sentenize(pair.passage)]
    left = [sentence for sentence in sentences if not answer.stand_in(sentence)]
    return " ".join(left) if left and len(left) < len(sentences) else None


def other_number(question: str, chance: random.Random) -> str | None:
    """Return the question with one of its numbers changed a little; None where it has none."""
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    number = chance.choice(found)
    value = int(number.group())
    others = [value + step for step in (-11, -7, -5, -3, -2, -1, 1, 2, 3, 5, 7, 11) if value + step > 0]
    return question[: number.start()] + str(chance.choice(others)) + question[number.end() :]


def nearest_without_answer(
    yes: Sequence[Pair], pairs: Sequence[Pair], ways: Sequence[Nearest]
) -> Iterator[Pair | None]:
    """Yield for each pair a pair of one of the closest passages that lack its answer, or None."""
    having = {pair.passage: pair for pair in pairs}
    answering = {(pair.question, pair.passage) for pair in pairs if pair.answerable}
    passages = sorted(having)
    found = [way([pair.question for pair in yes], passages) for way in ways]
    for number, (pair, *rows) in enumerate(zip(yes, *found, strict=True)):
        answer = _answer_of(pair)
        others = [
            passage
            for row in rows
            for passage in [
                passage
                for passage in row
                if (pair.question, passage) not in answering and not (answer and answer.stand_in(passage))
            ][:_CHOSEN_FROM]
        ]
        yield having[random.Random(number).choice(others)] if others else None


def _answer_of(pair: Pair) -> AnswerForms | None:
    return AnswerForms.of(pair.passage[slice(*pair.answer)]) if pair.answer else None
