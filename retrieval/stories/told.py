"""What the beginning of an article tells, kept as JSON beside its index, so that its text is not read again."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from retrieval.stories.facts import Facts, Number, days_in
from retrieval.stories.names import Names
from retrieval.types import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BEGINNING = 4
"""Sentences that tell what an event is: they stand first, and reprints are cut behind."""


class Beginning(NamedTuple):
    """By what an article is told apart from others that are told alike."""

    days: Sequence[Period]
    """What its headline names."""
    names: Names


class Told(NamedTuple):
    """What the beginning of an article tells."""

    beginning: Beginning
    facts: Facts | None
    """None where it is not known when it was published."""

    @classmethod
    def of(cls, headline: str, sentences: Sequence[str], published: date | None) -> Told:
        """Read a headline and the sentences of the first passage."""
        days = days_in(headline, published) if published else ()
        facts = Facts.of([headline, *sentences], published) if published else None
        return cls(Beginning(days, Names.of(headline, sentences[:BEGINNING])), facts)

    def dump(self) -> str:
        """Write it as JSON."""
        facts = self.facts and {
            "amounts": [[*kind, *map(list, numbers)] for kind, numbers in self.facts.amounts.items()],
            "days": _dumped(self.facts.days),
        }
        names = self.beginning.names
        written = {
            "days": _dumped(self.beginning.days),
            "inside": sorted(names.inside),
            "opening": sorted(names.opening),
            "facts": facts,
        }
        return json.dumps(written, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, written: str) -> Told:
        """Read what `dump` wrote."""
        found = json.loads(written)
        names = Names(frozenset(found["inside"]), frozenset(found["opening"]))
        facts = found["facts"] and Facts(
            {(kind, of): tuple(Number(*each) for each in numbers) for kind, of, *numbers in found["facts"]["amounts"]},
            _loaded(found["facts"]["days"]),
        )
        return cls(Beginning(_loaded(found["days"]), names), facts)


def _dumped(days: Iterable[Period]) -> list[list[int]]:
    return [[day.first.toordinal(), day.last.toordinal()] for day in days]


def _loaded(days: Iterable[Sequence[int]]) -> tuple[Period, ...]:
    return tuple(Period(date.fromordinal(first), date.fromordinal(last)) for first, last in days)
