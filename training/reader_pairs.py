"""The pairs that a reader learns from: which sets, how many of each, and the negatives that are made for them.

Lines of a set's file are ``{lang, question, passage, answer|null, answer_start|null, answerable}``. A set without
unanswerable pairs would teach that its language always means yes, so two kinds are made from answerable ones:

- *cut*: the passage without the sentences in which the answer stands;
- *near*: the passage of the same set that shares the most words with the question (BM25) and lacks the answer;

and from questions that name a number, a few whose number is another one.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bm25s
import razdel


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage; `answer` is the characters from..to of the answer in the passage, where it has one."""

    language: str
    question: str
    passage: str
    answerable: bool
    answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SetPlan:
    """How much of a set is used: at most so many pairs with a yes, and made negatives for each of these."""

    name: str
    answerable: int
    unanswerable: int
    made: float = 0.0


HELD_OUT = {"sberquad-val": ((0, 640), (1600, 2020)), "squad2-en": ((0, 240),)}
"""Passages that ranking is fitted on or measured on (`pairs_to_questions.py`): a reader that had seen them would be
trusted more than it deserves."""
CHANGED_NUMBER_SHARE = 0.3
"""Of the questions with a number so many are asked with another one as well."""

BROAD = (
    SetPlan("sberquad-val", 4000, 0, 1.3),
    SetPlan("sberquad-val", 4000, 0, 1.3),
    SetPlan("muserc-ru", 3500, 0, 0.7),
    SetPlan("danetqa-ru", 1500, 0, 1.0),
    SetPlan("koziev-pqa", 1000, 0, 1.0),
    SetPlan("squad2-en", 2600, 3600, 0.7),
    SetPlan("qed-en", 1500, 1800),
    SetPlan("selqa-en", 2000, 2400),
    SetPlan("wikiqa-en", 1500, 2200),
    SetPlan("trecqa-en", 900, 1200),
    SetPlan("poquad-pl", 1500, 400, 0.5),
    SetPlan("kazqad-kk", 600, 0, 0.8),
    SetPlan("pquad-fa", 1000, 1000),
    SetPlan("idk-mrc-id", 2400, 2800),
    SetPlan("mailong-vi", 1100, 1600),
    SetPlan("tquad-tr", 1000, 0, 0.6),
    SetPlan("korquad-dev", 600, 0, 0.6),
    SetPlan("drcd-zh", 500, 0, 0.6),
    SetPlan("jsquad-ja", 600, 0, 0.6),
    SetPlan("arcd-ar", 500, 0, 0.6),
    SetPlan("norquad-no", 800, 0, 0.6),
)
ADVERSARIAL = (
    SetPlan("sberquad-val", 4000, 0, 1.1),
    SetPlan("muserc-ru", 2500, 0, 0.7),
    SetPlan("danetqa-ru", 1000, 0, 1.0),
    SetPlan("koziev-pqa", 500, 0, 1.0),
    SetPlan("squad2-en", 2600, 5000, 0.4),
    SetPlan("squad2-en", 2600, 5000, 0.4),
    SetPlan("qed-en", 1500, 1800),
    SetPlan("selqa-en", 1500, 1800),
    SetPlan("wikiqa-en", 1500, 2200),
    SetPlan("trecqa-en", 700, 900),
    SetPlan("poquad-pl", 1500, 400, 0.5),
    SetPlan("kazqad-kk", 300, 0, 0.8),
    SetPlan("pquad-fa", 500, 500),
    SetPlan("idk-mrc-id", 1500, 2000),
    SetPlan("mailong-vi", 1100, 1600),
    SetPlan("tquad-tr", 400, 0, 0.6),
    SetPlan("norquad-no", 400, 0, 0.6),
)
PLANS = {"broad": BROAD, "adversarial": ADVERSARIAL}
"""Mixes by name: the one to begin with, and one with more pairs that people made to look answerable."""


def read_pairs(file: Path) -> list[Pair]:
    """Read a set's file in its own order."""
    with file.open(encoding="utf-8") as lines:
        return [_pair(json.loads(line)) for line in lines]


def _pair(record: dict[str, Any]) -> Pair:
    start, answer = record["answer_start"], record["answer"]
    span = None if answer is None or start is None else (start, start + len(answer))
    return Pair(record["lang"], record["question"], record["passage"], bool(record["answerable"]), span)


def shuffled_passages(passages: Iterator[str] | Sequence[str], seed: int = 1) -> list[str]:
    """Return the distinct passages in an order that depends on nothing else, so that parts can be set apart."""
    distinct = sorted(set(passages))
    random.Random(seed).shuffle(distinct)
    return distinct


def split_held_out(name: str, pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Divide a set's pairs into those to learn from and those held out, by their passages."""
    order = shuffled_passages([pair.passage for pair in pairs])
    held = {passage for start, end in HELD_OUT.get(name, ()) for passage in order[start:end]}
    return [pair for pair in pairs if pair.passage not in held], [pair for pair in pairs if pair.passage in held]


def mix(folder: Path, seed: int, plans: Sequence[SetPlan]) -> list[Pair]:
    """Draw the pairs of all plans, shuffled; another seed draws others and makes other negatives."""
    drawn: list[Pair] = []
    for number, plan in enumerate(plans):
        chance = random.Random(f"{seed} {number} {plan.name}")
        pairs, _held = split_held_out(plan.name, read_pairs(folder / f"{plan.name}.jsonl"))
        chance.shuffle(pairs)
        yes = [pair for pair in pairs if pair.answerable][: plan.answerable]
        no = [pair for pair in pairs if not pair.answerable][: plan.unanswerable]
        made = made_negatives(yes, pairs, chance)[: round(plan.made * len(yes))] if plan.made else []
        drawn += yes + no + made
    random.Random(seed).shuffle(drawn)
    return drawn


def made_negatives(yes: list[Pair], pairs: list[Pair], chance: random.Random) -> list[Pair]:
    """Make up to two negatives of each answerable pair, in random order."""
    near = nearest_without_answer(yes, [pair.passage for pair in pairs])
    made = []
    for pair, passage in zip(yes, near, strict=True):
        if passage is not None:
            made.append(Pair(pair.language, pair.question, passage, answerable=False))
        if (passage := without_answer(pair)) is not None:
            made.append(Pair(pair.language, pair.question, passage, answerable=False))
        if chance.random() < CHANGED_NUMBER_SHARE and (question := other_number(pair.question, chance)) is not None:
            made.append(replace(pair, question=question, answerable=False, answer=None))
    chance.shuffle(made)
    return made


def without_answer(pair: Pair) -> str | None:
    """Return the passage less the sentences in which the answer stands; None where nothing is left."""
    if pair.answer is None:
        return None
    answer = pair.passage[slice(*pair.answer)].casefold()
    sentences = [sentence.text for sentence in razdel.sentenize(pair.passage)]
    left = [sentence for sentence in sentences if answer not in sentence.casefold()]
    return " ".join(left) if left and len(left) < len(sentences) else None


_NUMBER = re.compile(r"\b\d{1,4}\b")


def other_number(question: str, chance: random.Random) -> str | None:
    """Return the question with one of its numbers changed a little; None where it has none."""
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    number = chance.choice(found)
    value = int(number.group())
    others = [value + step for step in (-11, -7, -5, -3, -2, -1, 1, 2, 3, 5, 7, 11) if value + step > 0]
    return question[: number.start()] + str(chance.choice(others)) + question[number.end() :]


def nearest_without_answer(yes: list[Pair], passages: list[str]) -> list[str | None]:
    """Return for each pair one of the three passages that BM25 finds closest to its question and lack its answer."""
    distinct = sorted(set(passages))
    tokens = bm25s.tokenize(distinct, stopwords=None, show_progress=False)
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    questions = bm25s.tokenize([pair.question for pair in yes], stopwords=None, show_progress=False)
    found, _scores = index.retrieve(questions, k=min(8, len(distinct)), show_progress=False)
    nearest: list[str | None] = []
    for number, (pair, row) in enumerate(zip(yes, found, strict=True)):
        answer = None if pair.answer is None else pair.passage[slice(*pair.answer)].casefold()
        others = [
            distinct[position]
            for position in row
            if distinct[position] != pair.passage and (answer is None or answer not in distinct[position].casefold())
        ][:3]
        nearest.append(random.Random(number).choice(others) if others else None)
    return nearest
