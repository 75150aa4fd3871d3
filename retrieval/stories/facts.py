"""What an article's beginning says in numbers and days, and whether two articles contradict each other in that.

Two fires of one week are told in the same words; what keeps them apart is how many died, what burnt, on which day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from retrieval.text.amounts import amounts_in
from retrieval.time.articles import days_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from retrieval.text.amounts import Amount
    from retrieval.types import Period

_LONGEST = 2
"""Days after the first up to which a time is when something happened, and not "this year"."""
_LEAD = 2
"""Sentences that tell the event itself, the headline among them; what follows may tell of other days."""
_STATE = "state"


class Number(NamedTuple):
    """A number of a text."""

    value: float
    low: float
    high: float
    """The numbers that may be meant, both included."""

    def may_equal(self, other: Number) -> bool:
        """Whether both may mean one number."""
        return self.value == other.value or (self.low < other.high and other.low < self.high)


@dataclass(frozen=True, slots=True)
class Facts:
    """Numbers and days of an article's beginning."""

    amounts: Mapping[tuple[str, str], tuple[Number, ...]]
    """By what they count: people of whom one thing has become, a unit, a thing; in the order of the text."""
    days: tuple[Period, ...]
    """Short times that the headline and the first sentence tell of."""

    @classmethod
    def of(cls, sentences: Sequence[str], published: date | None) -> Self:
        """Read the headline and the first sentences of an article; no days where it is undated."""
        amounts: dict[tuple[str, str], list[Number]] = defaultdict(list)
        for sentence in sentences:
            for amount in amounts_in(sentence):
                for kind in _kinds(amount):
                    amounts[kind].append(Number(amount.value, amount.low, amount.high))
        told = tuple(day for sentence in sentences[:_LEAD] if published for day in days_in(sentence, published))
        return cls({kind: tuple(found) for kind, found in amounts.items()}, told)

    def contradicts(self, other: Facts) -> bool:
        """Whether both cannot be of one event, as it was known at one time: they count or date the same otherwise."""
        common = self.amounts.keys() & other.amounts.keys()
        return are_apart(self.days, other.days) or any(
            _differ(kind, self.amounts[kind], other.amounts[kind]) for kind in common
        )


def days_in(sentence: str, published: date) -> tuple[Period, ...]:
    """The short times that a sentence, or a headline, of an article tells of."""
    return tuple(day for day in days_told(sentence, published) if (day.last - day.first).days <= _LONGEST)


def _kinds(amount: Amount) -> Iterator[tuple[str, str]]:
    """What an amount can be compared in; nothing for what was before, or is a part."""
    if amount.is_aside:
        return
    if amount.unit in {"", "people"}:
        if amount.state:
            yield _STATE, amount.state
        for thing in amount.things:
            yield "thing", thing
    else:
        yield ("change" if amount.is_change else "unit"), amount.unit


def _differ(kind: tuple[str, str], amounts: Sequence[Number], others: Sequence[Number]) -> bool:
    """Whether two articles give other numbers for one kind: of the dead and the injured the first one counts."""
    if kind[0] == _STATE:
        return not amounts[0].may_equal(others[0])
    return not any(one.may_equal(other) for one in amounts for other in others)


def are_apart(days: Sequence[Period], others: Sequence[Period]) -> bool:
    """Whether both tell of days, and of none in common."""
    if not days or not others:
        return False
    return not any(one.first <= other.last and other.first <= one.last for one in days for other in others)
