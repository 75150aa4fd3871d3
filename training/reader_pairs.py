"""The pairs of a question and a passage that a reader learns from.

Lines of a set's file are ``{lang, question, passage, answer|null, answer_start|null, answerable}``, some with the
``title`` of the passage's page. Lines of a set of bags are ``{lang, question, passages: [{title, text}], answerable}``:
of the passages of a bag it is known only whether any answers.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, TypeVar

NO_BAG = -1


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage; `answer` is the characters from..to of the answer in the passage, where it has one."""

    language: str
    """Of the question, and after a hyphen that of the passage where it is another."""
    question: str
    passage: str
    answerable: bool
    answer: tuple[int, int] | None = None
    title: str = ""
    bag: int = NO_BAG
    """The same for all passages of a bag; `answerable` is then that of the bag."""


class InBag(Protocol):
    """What may be in a bag."""

    @property
    def bag(self) -> int:
        """Its bag's number, or `NO_BAG`."""


Row = TypeVar("Row", bound=InBag)


def read_pairs(file: Path) -> list[Pair]:
    """Read a set's file in its own order, the passages of a bag one after another."""
    with file.open(encoding="utf-8") as lines:
        return [pair for number, line in enumerate(lines) for pair in _pairs(json.loads(line), number)]


def _pairs(record: dict[str, Any], number: int) -> Iterator[Pair]:
    language, question, answerable = record["lang"], record["question"], bool(record["answerable"])
    if "passages" in record:
        for passage in record["passages"]:
            if passage["text"].strip():
                yield Pair(language, question, passage["text"], answerable, title=passage["title"], bag=number)
        return
    start, answer = record["answer_start"], record["answer"]
    span = None if answer is None or start is None else (start, start + len(answer))
    yield Pair(language, question, record["passage"], answerable, span, record.get("title") or "")


def grouped(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows of each bag together, and every other row alone; those of a bag stand one after another."""
    numbered = enumerate(rows)
    groups = groupby(numbered, key=lambda one: (one[1].bag, 0 if one[1].bag != NO_BAG else one[0]))
    return [[row for _number, row in group] for _key, group in groups]


def shuffled_passages(passages: Iterator[str] | Sequence[str], seed: int = 1) -> list[str]:
    """Return the distinct passages in an order that depends on nothing else, so that parts can be set apart."""
    distinct = sorted(set(passages))
    random.Random(seed).shuffle(distinct)
    return distinct
