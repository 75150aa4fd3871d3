"""Sets of articles and questions, cut to a size at which every system is through within minutes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.evaluation.questions import KnownQuestion

Record = dict[str, Any]


class AskedQuestion(KnownQuestion):
    """A known question, with the moment at which it is asked."""

    now: str | None = None


@dataclass(frozen=True)
class CutSet:
    """Articles and what is asked about them."""

    name: str
    articles: tuple[Record, ...]
    questions: tuple[AskedQuestion, ...]


def read_set(name: str, folder: Path) -> CutSet:
    """Read the `articles.jsonl` and all `questions*.jsonl` of a folder; articles that say the same count once.

    Raises:
        OSError, ValueError: they cannot be read.

    """
    stored: dict[tuple[str, str], Record] = {}
    stored_as: dict[str, str] = {}
    for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        kept = stored.setdefault((record.get("title") or "", record["text"]), record)
        stored_as[str(record["id"])] = str(kept["id"])
    questions = [
        _question(json.loads(line))
        for file in sorted(folder.glob("questions*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    if not questions:
        raise ValueError(f"{folder} holds no questions*.jsonl with a question")
    return CutSet(name, tuple(stored.values()), tuple(_renamed(question, stored_as) for question in questions))


def _question(record: Record) -> AskedQuestion:
    """The question; where any of several reprints is right, these are its articles."""
    names = record.get("article_ids") or record.get("once")
    return AskedQuestion.model_validate({**record, "article_ids": names})


def _renamed(question: AskedQuestion, stored_as: dict[str, str]) -> AskedQuestion:
    unknown = [name for name in question.article_ids if name not in stored_as]
    if unknown:
        raise ValueError(f"question {question.id!r} names article {unknown[0]!r}, which is not in articles.jsonl")
    names = dict.fromkeys(stored_as[name] for name in question.article_ids)
    return question.model_copy(update={"article_ids": tuple(names)})


def cut(whole: CutSet, articles: int | None, questions: int | None) -> CutSet:
    """Keep so many articles, those that are asked about first, and so many of the questions that they answer.

    Questions that nothing answers are kept as well; of what is kept some are taken at even steps.

    Raises:
        ValueError: no question is left that something answers.

    """
    asked = dict.fromkeys(name for question in whole.questions for name in question.article_ids)
    others = [str(record["id"]) for record in whole.articles if str(record["id"]) not in asked]
    kept = set([*asked, *others][:articles])
    remaining = [
        question.model_copy(update={"article_ids": tuple(name for name in question.article_ids if name in kept)})
        for question in whole.questions
        if not question.answerable or kept.intersection(question.article_ids)
    ]
    asked_of_it = tuple(_at_even_steps(remaining, questions))
    if not any(question.answerable for question in asked_of_it):
        raise ValueError("no question is left that an article answers; ask for more articles or questions")
    return CutSet(whole.name, tuple(record for record in whole.articles if str(record["id"]) in kept), asked_of_it)


def _at_even_steps(items: Sequence[AskedQuestion], count: int | None) -> Iterable[AskedQuestion]:
    if count is None or len(items) <= count:
        return items
    return [items[place * len(items) // count] for place in range(count)]
